#!/bin/sh
# fifty.sh TEST_CONTENT COMMAND...: every prediction, fifty runs of it, on processors that have other
# work. Runs mostly wait, so all chapters run side by side, twice. The other work is the command, which
# has to be done anyway and must succeed: once a processor, with its part, K/N, as the last argument.
# A processor that is done with it goes on to compute for nothing.
set -u

test_content=$1
shift
folder=$(mktemp -d) || exit 1
trap 'kill $(cat "$folder"/busy.*) 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

# work K COMMAND...
work() {
    k=$1
    shift
    "$@" >"$folder/work.$k" 2>&1
    done=$?
    (while :; do :; done) &
    echo $! >"$folder/busy.$k"
    return $done
}

half() {
    ASYNCTUT_RUNS=25 UV_USE_IO_URING=0 "$test_content" --filter 'predictions/*' --jobs 7 \
        >"$folder/half.$1" 2>&1
}

parts='' status=0 processors=$(nproc)
for k in $(seq "$processors"); do
    work "$k" "$@" "$k/$processors" &
    parts="$parts $!"
done
half 1 &
parts="$parts $!"
half 2 || status=1
for part in $parts; do
    wait "$part" || status=1
done
cat "$folder"/half.* "$folder"/work.*
exit $status
