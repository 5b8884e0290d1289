# Completion of asynctut for bash. Whatever can be completed is asked of asynctut itself, so that
# this file knows no command and no option by name but those whose argument is special.

_asynctut_commands() {
    asynctut help 2>/dev/null | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_asynctut_chapters() {
    asynctut list --json 2>/dev/null | sed -n 's/.*"slug":[[:space:]]*"\([^"]*\)".*/\1/p'
}

_asynctut_demos() {
    asynctut demo "$1" --list 2>/dev/null | sed -n 's/^ *\([a-z][a-z0-9:-]*\).*/\1/p'
}

_asynctut_settings() {
    asynctut config 2>/dev/null | sed -n 's/^ *\([a-z]*\) .*/\1/p'
}

_asynctut_exercises() {
    asynctut exercise --json 2>/dev/null | sed -n 's/.*"id":[[:space:]]*"\([^"]*\)".*/\1/p'
}

_asynctut() {
    # Bash takes "chess:one-loop" for three words; the line is split at blanks instead.
    local line=${COMP_LINE:0:COMP_POINT} typed words
    read -ra typed <<<"$line"
    [[ $line == *' ' ]] && typed+=('')
    local at=$((${#typed[@]} - 1))
    local word=${typed[at]} before=${typed[at-1]} command=${typed[1]}

    case $before in
        -o|--output) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --trace) words='off tasks loop all' ;;
        --theme) words='ansi okabe-ito' ;;
        *)
            if [[ $word == -* ]]; then
                ((at > 1)) || command=
                words=$(asynctut help $command 2>/dev/null | grep -o -- '--[a-z][a-z-]*')
            elif ((at == 1)); then
                words=$(_asynctut_commands)
            else case $command:$at in
                help:2) words=$(_asynctut_commands) ;;
                config:2) words=$(_asynctut_settings) ;;
                run:2|demo:2|quiz:2) words=$(_asynctut_chapters) ;;
                exercise:2) words='check diff hint list open reset solution start watch' ;;
                exercise:3) words=$(_asynctut_exercises) ;;
                demo:3) words=$(_asynctut_demos "$before") ;;
            esac fi ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    # Of a word with a colon only what follows it is replaced.
    [[ $word == *:* ]] && COMPREPLY=("${COMPREPLY[@]#"${word%:*}:"}")
    return 0
}

complete -F _asynctut asynctut
