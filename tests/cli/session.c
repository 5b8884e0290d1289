/* See session.h. */
#include "tests/cli/session.h"

#include <sys/wait.h>

#include "tests/support/test.h"

struct vt *session(int rows, int columns, const char *arguments, const char *extra)
{
    struct process process;

    process_make(arguments, extra, &process);
    return vt_open(rows, columns, process.words, process.environment);
}

void seen(struct vt *vt, const char *text)
{
    if (vt_wait(vt, text, SOON))
        return;
    vt_dump(vt);
    cr_assert_fail("not seen: %s", text);
}

void press(struct vt *vt, const char *keys, const char *text)
{
    vt_send(vt, keys);
    seen(vt, text);
}

void ended(struct vt *vt, int status)
{
    int waited = vt_end(vt, SOON);

    if (!WIFEXITED(waited) || WEXITSTATUS(waited) != status || !vt_restored(vt)) {
        vt_dump(vt);
        cr_assert_fail("wait status %x, restored %d", (unsigned)waited, vt_restored(vt));
    }
    vt_close(vt);
}
