# Completion of asynctut for bash. Whatever can be completed is asked of asynctut itself, so that
# this file knows no command and no option by name but those whose argument is special.

_asynctut_commands() {
    asynctut help 2>/dev/null | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_asynctut_chapters() {
    asynctut list --json 2>/dev/null | sed -n 's/.*"slug":[[:space:]]*"\([^"]*\)".*/\1/p'
}

_asynctut_settings() {
    asynctut config 2>/dev/null | sed -n 's/^ *\([a-z]*\) .*/\1/p'
}

_asynctut() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} words

    case $before in
        -o|--output) COMPREPLY=($(compgen -f -- "$word")); return ;;
        --trace) words='off tasks loop all' ;;
        --theme) words='ansi okabe-ito' ;;
        *)
            if [[ $word == -* ]]; then
                ((COMP_CWORD > 1)) || command=
                words=$(asynctut help $command 2>/dev/null | grep -o -- '--[a-z][a-z-]*')
            elif ((COMP_CWORD == 1)); then
                words=$(_asynctut_commands)
            else case $command:$COMP_CWORD in
                help:2) words=$(_asynctut_commands) ;;
                config:2) words=$(_asynctut_settings) ;;
                run:2|demo:2|quiz:2) words=$(_asynctut_chapters) ;;
                demo:3) words=$(asynctut demo "$before" --list 2>/dev/null |
                    sed -n 's/^ *\([a-z][a-z0-9:-]*\).*/\1/p') ;;
            esac fi ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}

complete -F _asynctut asynctut
