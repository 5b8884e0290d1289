#!/bin/sh
# expect.sh WORDS PROGRAM [ARGUMENT...]: passes if the program fails and says WORDS while it does.
set -u
words=$1
shift
said=$("$@" 2>&1)
status=$?
case $status:$said in
0:*) echo "a planted fault went unnoticed: $*" ;;
*"$words"*) exit 0 ;;
*) echo "failed, but not with '$words': $*" ;;
esac
printf '%s\n' "$said"
exit 1
