# Prints uses of words that a folder must not use, in C code only: comments, strings and characters
# are blanked first. -v forbidden="a b" (called as functions if they end with a parenthesis).

# One line without comments and literals; `inside` remembers an open /* comment.
function code(line,    out, c, two) {
    out = ""
    while (line != "") {
        two = substr(line, 1, 2); c = substr(line, 1, 1)
        if (inside) {
            if (two == "*/") { inside = 0; line = substr(line, 3) } else line = substr(line, 2)
        } else if (two == "/*") { inside = 1; line = substr(line, 3)
        } else if (two == "//") { return out
        } else if (c == "\"" || c == "'") { line = after(line, c); out = out " "
        } else { out = out c; line = substr(line, 2) }
    }
    return out
}

# What follows a literal that opens the line.
function after(line, quote,    i, c) {
    for (i = 2; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "\\") i++
        else if (c == quote) return substr(line, i + 1)
    }
    return ""
}

BEGIN { n = split(forbidden, words, " ") }

FNR == 1 { inside = 0 }

{
    text = " " code($0)
    for (i = 1; i <= n; i++) {
        word = words[i]
        tail = sub(/\($/, "", word) ? "[ \t]*\\(" : "([^A-Za-z0-9_]|$)"
        if (text ~ "[^A-Za-z0-9_]" word tail) {
            printf "%s:%d: %s is not for this folder\n", FILENAME, FNR, words[i]
            faults++
        }
    }
}

END { exit faults != 0 }
