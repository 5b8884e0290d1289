#!/bin/sh
# installed.sh BUILD SOURCE CC: is the task library good for programs of others? Installs into an empty
# folder, then builds the examples as the README says, with what pkg-config says of that folder,
# against the shared and against the static library, and has them spoken to. Every header must be
# good on its own, in C and in C++. Under `asynctut trace` the tasks of such a program are seen.
set -eu
build=$1 source=$2 cc=$3

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
DESTDIR=$top/root meson install -C "$build" --no-rebuild --quiet >"$top/log" 2>&1 ||
    { cat "$top/log"; exit 1; }

file=$(find "$top/root" -name asynctut-task.pc)
[ -n "$file" ] || { echo 'asynctut-task.pc is not installed'; exit 1; }
export PKG_CONFIG_PATH="${file%/*}" PKG_CONFIG_SYSROOT_DIR="$top/root"
libraries=$(dirname "$(find "$top/root" -name 'libasynctut-task.so' | head -n 1)")

# header FILE COMPILER...: does it compile alone, without a warning?
header() {
    name=$1
    shift
    printf '#include "engine/task/%s"\n' "$name" >"$top/alone.c"
    # shellcheck disable=SC2046 # flags are words
    "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only $(pkg-config --cflags asynctut-task) \
        "$top/alone.c"
}

cd "$source/engine/task"
for name in task*.h; do
    [ "$name" != task_priv.h ] || continue
    [ -f "$(find "$top/root" -path "*/include/*/engine/task/$name")" ] ||
        { echo "$name is not installed"; exit 1; }
    header "$name" "$cc" -std=gnu11
    ! command -v g++ >/dev/null || header "$name" g++ -x c++ -std=c++17
done

# examples KIND PKG-CONFIG-OPTION...: builds both, and talks to them.
examples() {
    kind=$1
    shift
    for name in echo chat; do
        # shellcheck disable=SC2046
        "$cc" $(pkg-config --cflags asynctut-task) "$source/examples/$name.c" \
            $(pkg-config "$@" --libs asynctut-task libuv) -o "$top/$name-$kind"
    done
    ASYNCTUT_ECHO=$top/echo-$kind ASYNCTUT_CHAT=$top/chat-$kind \
        "$build/tests/test_task_examples" >"$top/log" 2>&1 || { cat "$top/log"; exit 1; }
}

cat >"$top/napper.c" <<'end'
#include <engine/task/task.h>
#include <uv.h>

static int nap(void *arg)
{
    (void)arg;
    task_set_name(task_current(), "the napper");
    return task_sleep(1);
}

static int begin(void *arg)
{
    return task_await(task_spawn(nap, arg));
}

int main(void)
{
    return task_run(uv_default_loop(), begin, NULL);
}
end

# traced KIND PKG-CONFIG-OPTION...: what a preloaded probe sees of its tasks.
traced() {
    kind=$1
    shift
    # shellcheck disable=SC2046
    "$cc" $(pkg-config --cflags asynctut-task) "$top/napper.c" \
        $(pkg-config "$@" --libs asynctut-task libuv) -o "$top/napper-$kind"
    "$build/cli/asynctut" trace --live --level tasks --log "$top/log" -- "$top/napper-$kind"
    grep -q 'the napper  *starts: wake me in 1 ms' "$top/log" ||
        { echo "$kind: its tasks were not seen"; cat "$top/log"; exit 1; }
}

(LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} && export LD_LIBRARY_PATH &&
    examples shared && traced shared)
ldd "$top/echo-shared" | grep -q 'libasynctut-task\.so' || { echo 'not linked as shared'; exit 1; }

# A program may have a function of any other name.
nm -g --defined-only "$libraries/libasynctut-task.a" >"$top/names"
awk 'NF == 3 && $3 !~ /^task_/ { print $3; bad = 1 } END { exit bad }' "$top/names" ||
    { echo 'are names of the static library without its prefix'; exit 1; }

rm "$libraries"/libasynctut-task.so*
examples static --static
traced static --static
! ldd "$top/echo-static" | grep -q asynctut || { echo 'not linked as static'; exit 1; }
