#!/bin/sh
# Proves that check.sh finds what it is there to find: a small tree that keeps every rule, and one
# change at a time that breaks one.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(mktemp -d) || exit 1
trap 'rm -rf "$top"' EXIT
wrong=0

# expect RULE PLACE: what check.sh must point at in the tree; "" if nothing.
expect() {
    said=$("$here/check.sh" "$1" "$top" 2>&1)
    case $?:$2:$said in
    0:: | [1-9]*:"$2:$2:"*) return ;;
    esac
    echo "$1: expected '$2', got '$said'"
    wrong=1
}

# broken RULE FILE LINE TEXT: the tree with TEXT as the last line of FILE breaks RULE there.
broken() {
    kept=$(cat "$top/$2")
    printf '%s\n' "$4" >>"$top/$2"
    expect "$1" "$2:$3"
    printf '%s\n' "$kept" >"$top/$2"
}

for folder in engine/base engine/event engine/task engine/trace chapters cli tests; do
    mkdir -p "$top/$folder"
done
printf '#include <stdio.h>\n' >"$top/engine/base/a.c"
printf '#include "engine/event/event.h"\n#include <uv.h>\n' >"$top/engine/task/a.c"
printf '#include "engine/event/stage.h"\n' >"$top/chapters/a.c"
printf '#include "engine/trace/trace.h"\n' >"$top/cli/a.c"
printf '#include "cli/app.h"\n' >"$top/tests/a.c"
printf '/* printf("x"); */ const char *s = "exit(1)"; // puts("")\nint n = snprintf(b, 1, "");\n' \
    >"$top/engine/trace/a.c"

cat >"$top/CODE_MAP.md" <<'END'
# Map
## `engine/base/`
- `a`: one
## `engine/task/`
- `a`: one
## `engine/trace/`
- `a`: one
## `chapters/`
- `a`: one
## `cli/`
- `a`: one
## `tests/`
- `a`: one
END

for rule in layers voice patience words map; do
    expect $rule ''
done
broken layers engine/base/a.c 2 '#include "engine/event/event.h"'
broken layers engine/base/a.c 2 '#include <uv.h>'
broken layers engine/task/a.c 3 '#include "engine/trace/trace.h"'
broken layers engine/task/a.c 3 '#include <cJSON.h>'
broken layers engine/task/a.c 3 '#include "task_priv.h"'
broken layers engine/trace/a.c 3 '#include "engine/event/record_priv.h"'
broken layers engine/trace/a.c 3 '#include "tests/support/test.h"'
broken layers chapters/a.c 2 '#include "engine/event/event.h"'
broken layers cli/a.c 2 '#  include "tests/support/test.h"'
broken voice engine/trace/a.c 3 '  printf ("x");'
broken voice engine/trace/a.c 3 'fputs("x", stdout);'
broken voice engine/trace/a.c 3 'if (bad) exit(1);'
broken patience tests/a.c 2 '  usleep(1000);'
broken words ./cli/a.c 2 '/* TO''DO: later */'
broken words ./cli/a.c 2 'open("/ro''ot/x")'
broken map CODE_MAP.md 14 '- `b`: is not there'
broken map CODE_MAP.md 14 '- `a`: is there twice'
sed -i '/engine.base/,+1d' "$top/CODE_MAP.md"
expect map 'engine/base/a.c:1'
exit $wrong
