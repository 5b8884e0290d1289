# What a trace in Chrome's JSON holds, counted as perfetto.sql counts what Perfetto has made of it. Reads
# one event a line, sorted by time; see perfetto.sh.

function member(name,    at, rest) {
    at = index($0, "\"" name "\":")
    if (!at)
        return ""
    rest = substr($0, at + length(name) + 3)
    if (substr(rest, 1, 1) == "\"") {
        match(rest, /^"([^"\\]|\\.)*"/)
        return substr(rest, 2, RLENGTH - 2)
    }
    match(rest, /^[^,}]*/)
    return substr(rest, 1, RLENGTH)
}

function ns(    time, dot) {
    time = member("ts")
    dot = index(time, ".")
    return (substr(time, 1, dot - 1) substr(time, dot + 1)) + 0
}

{ phase = member("ph"); tid = member("tid"); category = member("cat") }

phase == "M" {
    what = member("name")
    sub(/.*"args":\{/, "")
}
what == "process_name" { printf "program \"%s\"\n", member("name") }
what == "thread_name" { printf "lane %s \"%s\"\n", tid, member("name") }
what == "thread_sort_index" { print "place", tid, member("sort_index") }
{ what = "" }

phase == "B" {
    slices[tid " " category]++
    top = ++depth[tid]
    begun[tid, top] = ns()
    of[tid, top] = category
}
phase == "E" {
    if (depth[tid] < 1)
        print "an end without a begin"
    top = depth[tid]--
    taken[tid " " of[tid, top]] += ns() - begun[tid, top]
}
phase == "i" { slices[tid " " category]++ }

phase == "b" { spans[category]++; since[category, member("local")] = ns() }
phase == "e" { long[category] += ns() - since[category, member("local")] }

phase == "s" { from[member("id")] = tid " " of[tid, depth[tid]] }
phase == "f" { arrows[from[member("id")] " to " tid " " of[tid, depth[tid]]]++ }

phase == "C" {
    name = member("name")
    sub(/.*"args":\{/, "")
    sub(/\}\}.*/, "")
    count = split($0, values, ",")
    for (i = 1; i <= count; i++) {
        split(values[i], value, ":")
        key = name " " substr(value[1], 2, length(value[1]) - 2)
        values_of[key]++
        sum[key] += value[2]
    }
}

END {
    for (key in slices)
        printf "slices %s: %d, %.0f ns\n", key, slices[key], taken[key]
    for (key in spans)
        printf "spans %s: %d, %.0f ns\n", key, spans[key], long[key]
    for (key in arrows)
        printf "arrows %s: %d\n", key, arrows[key]
    for (key in values_of)
        printf "counter %s: %d, %.0f in all\n", key, values_of[key], sum[key]
}
