# Holds CODE_MAP.md (first) against the list of files (second, one path a line). The map has a
# heading "## `folder/`" for each folder and under it an entry "- `name`: what it holds" for each
# name; an entry stands for all files of that name, whatever they end with.

FILENAME ~ /CODE_MAP\.md$/ {
    split($0, parts, "`")
    if (/^## `/) folder = parts[2]
    if (/^- `/) {
        key = folder parts[2]
        if (key in line_of) fault("CODE_MAP.md", FNR, "`" key "` stands here twice")
        line_of[key] = FNR
    }
    next
}

{
    key = $0
    sub(/\.[a-zA-Z0-9]*$/, "", key)
    there[key] = 1
    if (!(key in line_of) && !told[key]++) fault($0, 1, "is not in CODE_MAP.md")
}

END {
    for (key in line_of)
        if (!(key in there)) fault("CODE_MAP.md", line_of[key], "`" key "` does not exist")
    exit faults != 0
}

function fault(file, line, what) {
    printf "%s:%d: %s\n", file, line, what
    faults++
}
