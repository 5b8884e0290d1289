#!/bin/sh
# fifty.sh TEST_CONTENT: every prediction, fifty runs of it, on processors that have other work. Runs
# mostly wait, so all chapters run side by side, twice; each processor also computes for nothing.
set -u

test_content=$1
folder=$(mktemp -d) || exit 1
busy=
trap 'kill $busy 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM

for processor in $(seq "$(nproc)"); do
    (while :; do :; done) &
    busy="$busy $!"
done

half() {
    ASYNCTUT_RUNS=25 UV_USE_IO_URING=0 "$test_content" --filter 'predictions/*' --jobs 7 \
        >"$folder/$1" 2>&1
}
half first &
first=$!
half second
second_status=$?
wait "$first"
first_status=$?
cat "$folder/first" "$folder/second"
[ $first_status = 0 ] && [ $second_status = 0 ]
