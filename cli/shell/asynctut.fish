# Completion of asynctut for fish. What can be completed is asked of asynctut itself.

function __asynctut_commands
    asynctut help 2>/dev/null | sed -n '/^Commands/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

function __asynctut_chapters
    asynctut list --json 2>/dev/null | sed -n 's/.*"slug":[[:space:]]*"\([^"]*\)".*/\1/p'
end

# The words before the cursor that are no options, the program aside.
function __asynctut_words
    string match -v -- '-*' (commandline -opc)[2..-1]
end

function __asynctut_arguments
    set -l words (__asynctut_words)
    switch (count $words):"$words[1]"
        case '0:*' 1:help
            __asynctut_commands
        case 1:run 1:demo 1:quiz
            __asynctut_chapters
        case 2:demo
            asynctut demo $words[2] --list 2>/dev/null | sed -n 's/^ *\([a-z][a-z0-9:-]*\).*/\1/p'
        case 1:exercise
            string split ' ' 'check diff hint list open reset solution start watch'
        case 2:exercise
            asynctut exercise --json 2>/dev/null | sed -n 's/.*"id":[[:space:]]*"\([^"]*\)".*/\1/p'
        case 1:config
            asynctut config 2>/dev/null | sed -n 's/^ *\([a-z]*\) .*/\1/p'
    end
end

function __asynctut_options
    asynctut help (__asynctut_words)[1] 2>/dev/null | grep -o -- '--[a-z][a-z-]*'
end

complete -c asynctut -f -a '(__asynctut_arguments)'
complete -c asynctut -n 'string match -q -- "-*" (commandline -ct)' -a '(__asynctut_options)'
complete -c asynctut -l trace -x -a 'off tasks loop all'
complete -c asynctut -l theme -x -a 'ansi okabe-ito'
complete -c asynctut -s o -l output -r -F
