# Reads layers.txt, then sources; prints each #include that the table does not allow.
# Paths are relative to the top of the project.

function covers(entry, path) { return entry == path || index(path, entry "/") == 1 }

# The row of the table that holds this path; "" if none does.
function row_of(path,    row) {
    for (row in folders)
        if (covers(row, path))
            return row
    return ""
}

function allowed(list, path,    words, n, i) {
    n = split(list, words, " ")
    for (i = 1; i <= n; i++)
        if (covers(words[i], path))
            return 1
    return 0
}

# The library that a system header belongs to; "" for libc's and the compiler's.
function library(header) {
    if (header ~ /^uv(\.h|\/)/) return "uv"
    if (header ~ /^(cjson\/)?cJSON/) return "cJSON"
    if (header ~ /^md4c/) return "md4c"
    if (header ~ /^utf8proc/) return "utf8proc"
    if (header ~ /^(elfutils\/|libelf|gelf|dwarf)/) return "elfutils"
    if (header ~ /^(valgrind\/|vterm|criterion\/)/) {
        sub(/[\/.].*/, "", header)
        return header
    }
    return ""
}

function fault(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    faults++
}

FILENAME ~ /layers\.txt$/ {
    if (/^#/ || !/:/) next
    split($0, sides, "|")
    folder = sides[1]; sub(/:.*/, "", folder)
    sub(/^[^:]*:/, "", sides[1])
    folders[folder] = sides[1]
    libraries[folder] = sides[2]
    next
}

FNR == 1 {
    row = row_of(FILENAME)
    if (row == "") fault("stands in no folder of layers.txt")
}

/^[ \t]*#[ \t]*include[ \t]*"/ && row != "" {
    split($0, parts, "\"")
    path = parts[2]
    target = row_of(path)
    if (target == "")
        fault("\"" path "\": write includes from the top of the project")
    else if (target != row && !allowed(folders[row], path))
        fault(row " may not include \"" path "\"")
    else if (target != row && target != "tests" && row != "tests" && path ~ /_priv\.h$/)
        fault("\"" path "\" is private to " target)
}

/^[ \t]*#[ \t]*include[ \t]*</ && row != "" {
    header = $0
    sub(/^[^<]*</, "", header); sub(/>.*/, "", header)
    name = library(header)
    if (name != "" && !allowed(libraries[row], name))
        fault(row " may not use the library " name " (<" header ">)")
}

END { exit faults != 0 }
