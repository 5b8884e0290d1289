/* A program in a terminal: whole sessions as a person would have them.
 *
 * vt_open() starts a command in a pseudo-terminal of a given size, with exactly the given
 * environment, as the foreground job of a session whose leader plays the shell: it notices when the
 * job stops (Ctrl-Z), and when it ends it leaves the terminal open, with the modes the job left, so
 * that a test can look at them. What the command writes goes through libvterm, whose answers go
 * back; the screen is what a person would see.
 *
 * Nothing here sleeps: each wait ends when its condition holds, and gives false at its deadline.
 * Rows and columns count from 0. One session a struct; several may be open. Works under Criterion
 * and under the plain loop. */
#ifndef ASYNCTUT_VT_H
#define ASYNCTUT_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct vt;

/* The command and its environment are NULL-terminated; the command is looked up along PATH of the
 * environment if its name has no slash. Never NULL: a failure is the caller's test to fail, by
 * abort(). A command that cannot be executed exits with 127. */
struct vt *vt_open(int rows, int columns, const char *const *command,
                   const char *const *environment);

/* A terminal without a command, which shows what it is fed; only the looking works on it. */
struct vt *vt_open_blank(int rows, int columns);
void vt_feed(struct vt *vt, const char *bytes, size_t length);

/* Waits for the end of the command, at most so long, then kills it. Returns its wait status (see
 * waitpid(2)), or -1 if it had to be killed. The screen can still be read. */
int vt_end(struct vt *vt, int timeout_ms);

void vt_close(struct vt *vt); /* kills what still runs; frees. NULL is fine */

/* --- doing --- */

void vt_send(struct vt *vt, const char *bytes); /* as if typed */
#define VT_UP "\033[A"
#define VT_DOWN "\033[B"
#define VT_RIGHT "\033[C"
#define VT_LEFT "\033[D"
#define VT_HOME "\033[H"
#define VT_END "\033[F"
void vt_resize(struct vt *vt, int rows, int columns);
void vt_signal(struct vt *vt, int number); /* to the command alone */
void vt_foreground(struct vt *vt);         /* "fg": after vt_wait_stopped() */
/* Does the terminal take output? While it does not, what the command writes piles up. */
void vt_hold(struct vt *vt, bool held);

/* --- waiting --- */

/* Until a row of the screen contains the text; until none does. */
bool vt_wait(struct vt *vt, const char *text, int timeout_ms);
bool vt_wait_gone(struct vt *vt, const char *text, int timeout_ms);
/* Until the bytes appear in the log after `from`. */
bool vt_wait_bytes(struct vt *vt, size_t from, const char *bytes, int timeout_ms);
bool vt_wait_stopped(struct vt *vt, int timeout_ms);
/* Until the question about the session is answered with yes. */
bool vt_wait_until(struct vt *vt, bool (*question)(struct vt *vt), int timeout_ms);

/* --- looking --- */

/* A row as text, without blanks at its end; valid until the next call. */
const char *vt_row(struct vt *vt, int row);
/* Where the text is seen first; false if nowhere. Either pointer may be NULL. */
bool vt_find(struct vt *vt, const char *text, int *ret_row, int *ret_column);

struct vt_cell {
    char text[32]; /* UTF-8; "" for a blank that was never written */
    int width;     /* 1 or 2 */
    bool bold, italic, reverse;
    int underline;
    int color, background; /* index of the palette, -1 for the terminal's own, -2 for RGB */
};
struct vt_cell vt_cell(struct vt *vt, int row, int column);

void vt_cursor(struct vt *vt, int *ret_row, int *ret_column);
bool vt_cursor_visible(struct vt *vt);
bool vt_alternate(struct vt *vt); /* is the alternate screen shown? */
pid_t vt_pid(struct vt *vt);
/* Are the terminal's modes as they were before the command ran, the alternate screen and bracketed
 * paste off and the cursor shown? Compares all of termios. */
bool vt_restored(struct vt *vt);
/* Are characters delivered as they are typed, unechoed? */
bool vt_raw(struct vt *vt);
/* All bytes the command wrote, NUL-terminated. */
const char *vt_log(struct vt *vt, size_t *ret_length);
/* The whole screen, to a stream: for a test that fails. */
void vt_dump(struct vt *vt);

#endif
