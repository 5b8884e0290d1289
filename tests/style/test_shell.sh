#!/bin/sh
# test_shell.sh ASYNCTUT FOLDER: the manual page and the completions in FOLDER know exactly the
# commands and options that the program itself knows.
set -u
asynctut=$1
folder=$2
home=$(mktemp -d) || exit 1
trap 'rm -rf "$home"' EXIT
export XDG_STATE_HOME="$home" XDG_CONFIG_HOME="$home" XDG_DATA_HOME="$home"
wrong=0

# equal WHAT WANTED GOT: two lists of words, in any order.
equal() {
    wanted=$(printf '%s\n' $2 | LC_ALL=C sort -u)
    got=$(printf '%s\n' $3 | LC_ALL=C sort -u)
    [ -n "$wanted" ] && [ "$wanted" = "$got" ] && return
    printf '%s\nwanted: %s\ngot:    %s\n' "$1" "$(echo $wanted)" "$(echo $got)"
    wrong=1
}

options() { grep -o -e '--[a-z][a-z-]*'; }

commands=$("$asynctut" help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p')
settings=$("$asynctut" config | sed -n 's/^ *\([a-z]*\) .*/\1/p')
chapters=$("$asynctut" list --json | sed -n 's/.*"slug":[[:space:]]*"\([^"]*\)".*/\1/p')
demos=$("$asynctut" demo 03 --list | sed -n 's/^ *\([a-z][a-z0-9:-]*\).*/\1/p')
every=$({ "$asynctut" help; for c in $commands; do "$asynctut" help "$c"; done; } | options)

page=$folder/asynctut.1.scd
equal 'commands of the manual page' "$commands" \
    "$(sed -n '/^# COMMANDS/,/^# OPTIONS/s/^\*\([a-z]*\)\*.*/\1/p' "$page")"
equal 'options of the manual page' "$every" "$(options <"$page")"

# What bash would offer after the given line.
bash_offers() {
    PATH=$(dirname "$asynctut"):$PATH bash -c '
        source "$0"
        COMP_LINE=$1
        COMP_POINT=${#1}
        _asynctut
        printf "%s\n" "${COMPREPLY[@]}"' "$folder/asynctut.bash" "$1"
}

if command -v bash >/dev/null; then
    equal 'bash: commands' "$commands" "$(bash_offers 'asynctut ')"
    equal 'bash: help' "$commands" "$(bash_offers 'asynctut help ')"
    equal 'bash: settings' "$settings" "$(bash_offers 'asynctut config ')"
    equal 'bash: chapters' "$chapters" "$(bash_offers 'asynctut run ')"
    equal 'bash: demos' "$demos" "$(bash_offers 'asynctut demo 03 ')"
    equal 'bash: acts' 'cpu-one-loop cpu-threads' "$(bash_offers 'asynctut demo 03 chess:cpu')"
    equal 'bash: beginnings' 'progress' "$(bash_offers 'asynctut pr')"
    equal 'bash: levels' 'off tasks loop all' "$(bash_offers 'asynctut run 03 --trace ')"
    for c in $commands; do
        equal "bash: options of $c" "$("$asynctut" help "$c" | options)" \
            "$(bash_offers "asynctut $c --")"
    done
fi

# What fish would offer after the given line.
fish_offers() {
    PATH=$(dirname "$asynctut"):$PATH fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
        "$folder/asynctut.fish" "$1" | cut -f 1
}

if command -v fish >/dev/null; then
    equal 'fish: commands' "$commands" "$(fish_offers 'asynctut ')"
    equal 'fish: settings' "$settings" "$(fish_offers 'asynctut config ')"
    equal 'fish: chapters' "$chapters" "$(fish_offers 'asynctut run ')"
    equal 'fish: demos' "$demos" "$(fish_offers 'asynctut demo 03 ')"
    equal 'fish: options of demo' "$("$asynctut" help demo | options)" \
        "$(fish_offers 'asynctut demo --')"
fi

if command -v zsh >/dev/null; then
    zsh -n "$folder/_asynctut" || wrong=1
fi
exit $wrong
