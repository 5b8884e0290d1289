/* A pseudo-terminal, libvterm, and a keeper between the test and the command.
 *
 * The keeper is the leader of the session, as a shell is. It is needed because the kernel resets
 * the modes of a terminal whose session leader ends (so a command that leads its session always
 * seems to have restored them), and because a process without a parent in its session cannot be
 * stopped by Ctrl-Z. It tells the test what waitpid() tells it, over a socket, and after a stop
 * does nothing until it is told to continue. */
#include "tests/support/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "tests/support/vt_keeper.h"

/* What vt_wait_until() asks for may change without a byte written: modes, for one. */
enum { ROW_BYTES = 8192, ASK_AGAIN_MS = 20, END_OF_OUTPUT = '\0' };

struct vt {
    int master, slave, keeper_socket;
    pid_t keeper, command;
    int status; /* of the command's end, once all it wrote is on the screen; -1 before */
    int ending; /* the same as soon as it is known; -1 before */
    bool stopped, held;
    struct termios before;
    VTerm *terminal;
    VTermScreen *screen;
    int rows, columns;
    bool alternate, cursor_visible;
    char *log;
    size_t log_length, log_capacity;
    char row[ROW_BYTES];
};

static void check(bool fine, const char *what)
{
    if (fine)
        return;
    fprintf(stderr, "vt: %s: %s\n", what, strerror(errno));
    abort();
}

static long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the terminal --- */

static int set_property(VTermProp property, VTermValue *value, void *to)
{
    struct vt *vt = to;

    if (property == VTERM_PROP_ALTSCREEN)
        vt->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        vt->cursor_visible = value->boolean;
    return 1;
}

static const VTermScreenCallbacks screen_callbacks = {.settermprop = set_property};

static void send_bytes(struct vt *vt, const char *bytes, size_t length)
{
    while (length > 0 && vt->master >= 0) {
        ssize_t n = write(vt->master, bytes, length);
        check(n > 0 || errno == EINTR, "write to the terminal");
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
}

static void reply(const char *bytes, size_t length, void *to)
{
    send_bytes(to, bytes, length);
}

static void open_terminal(struct vt *vt)
{
    vt->cursor_visible = true;
    vt->terminal = vterm_new(vt->rows, vt->columns);
    vterm_set_utf8(vt->terminal, 1);
    vterm_output_set_callback(vt->terminal, reply, vt);
    vt->screen = vterm_obtain_screen(vt->terminal);
    vterm_screen_set_callbacks(vt->screen, &screen_callbacks, vt);
    vterm_screen_enable_altscreen(vt->screen, 1);
    vterm_screen_reset(vt->screen, 1);
}

static void keep_log(struct vt *vt, const char *bytes, size_t length)
{
    while (vt->log_length + length + 1 > vt->log_capacity) {
        vt->log_capacity = vt->log_capacity ? 2 * vt->log_capacity : 65536;
        vt->log = realloc(vt->log, vt->log_capacity);
        check(vt->log != NULL, "memory");
    }
    memcpy(vt->log + vt->log_length, bytes, length);
    vt->log_length += length;
    vt->log[vt->log_length] = '\0';
}

void vt_feed(struct vt *vt, const char *bytes, size_t length)
{
    keep_log(vt, bytes, length);
    vterm_input_write(vt->terminal, bytes, length);
}

static void take_output(struct vt *vt)
{
    char bytes[4096];
    ssize_t n = read(vt->master, bytes, sizeof bytes);

    if (n > 0 && vt->ending != -1 && bytes[n - 1] == END_OF_OUTPUT) {
        vt->status = vt->ending;
        n--;
    }
    if (n > 0)
        vt_feed(vt, bytes, (size_t)n);
}

/* What was written to a terminal reaches the other side a little later, at the kernel's leisure,
 * but in order: what we write now comes behind all that the command wrote. */
static void mark_end(struct vt *vt, int status)
{
    static const char mark = END_OF_OUTPUT;

    vt->ending = status;
    if (vt->held || write(vt->slave, &mark, 1) != 1)
        vt->status = status;
}

static void take_news(struct vt *vt)
{
    int status;
    ssize_t n = read(vt->keeper_socket, &status, sizeof status);

    check(n == sizeof status, "the keeper is gone");
    vt->stopped = WIFSTOPPED(status);
    if (!vt->stopped)
        mark_end(vt, status);
}

/* Takes in what happens within so many ms; true if something did. */
static bool pump(struct vt *vt, int timeout_ms)
{
    struct pollfd fds[] = {
        {.fd = vt->held ? -1 : vt->master, .events = POLLIN},
        {.fd = vt->keeper_socket, .events = POLLIN},
    };

    if (poll(fds, 2, timeout_ms) <= 0)
        return false;
    if (fds[0].revents & POLLIN)
        take_output(vt);
    else if (fds[1].revents & POLLIN)
        take_news(vt);
    return true;
}

static void start_keeper(struct vt *vt, const char *const *command, const char *const *environment)
{
    int sockets[2];

    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0, "socketpair");
    vt->keeper = fork();
    check(vt->keeper >= 0, "fork");
    if (vt->keeper == 0) {
        close(sockets[0]);
        vt_keep(vt->slave, sockets[1], command, environment);
    }
    close(sockets[1]);
    vt->keeper_socket = sockets[0];
    check(read(vt->keeper_socket, &vt->command, sizeof vt->command) == sizeof vt->command,
          "start of the keeper");
}

struct vt *vt_open_blank(int rows, int columns)
{
    struct vt *vt = calloc(1, sizeof *vt);

    check(vt != NULL, "memory");
    vt->rows = rows;
    vt->columns = columns;
    vt->status = vt->ending = -1;
    vt->master = vt->slave = vt->keeper_socket = -1;
    keep_log(vt, "", 0);
    open_terminal(vt);
    return vt;
}

struct vt *vt_open(int rows, int columns, const char *const *command,
                   const char *const *environment)
{
    struct vt *vt = vt_open_blank(rows, columns);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    check(openpty(&vt->master, &vt->slave, NULL, NULL, &size) == 0, "openpty");
    fcntl(vt->master, F_SETFD, FD_CLOEXEC);
    fcntl(vt->slave, F_SETFD, FD_CLOEXEC);
    check(tcgetattr(vt->slave, &vt->before) == 0, "tcgetattr");
    start_keeper(vt, command, environment);
    return vt;
}

static bool has_ended(struct vt *vt)
{
    return vt->status != -1;
}

int vt_end(struct vt *vt, int timeout_ms)
{
    bool ended = vt_wait_until(vt, has_ended, timeout_ms);

    if (!ended)
        kill(-vt->command, SIGKILL);
    return ended ? vt->status : -1;
}

static void close_session(struct vt *vt)
{
    if (!has_ended(vt))
        kill(-vt->command, SIGKILL);
    close(vt->keeper_socket);
    while (waitpid(vt->keeper, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(vt->master);
    close(vt->slave);
}

void vt_close(struct vt *vt)
{
    if (!vt)
        return;
    if (vt->keeper)
        close_session(vt);
    vterm_free(vt->terminal);
    free(vt->log);
    free(vt);
}

/* --- doing --- */

void vt_send(struct vt *vt, const char *bytes)
{
    send_bytes(vt, bytes, strlen(bytes));
}

void vt_resize(struct vt *vt, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    vt->rows = rows;
    vt->columns = columns;
    vterm_set_size(vt->terminal, rows, columns);
    check(ioctl(vt->master, TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
}

void vt_signal(struct vt *vt, int number)
{
    check(kill(vt->command, number) == 0, "kill");
}

void vt_foreground(struct vt *vt)
{
    vt->stopped = false;
    check(write(vt->keeper_socket, "f", 1) == 1, "order to the keeper");
}

void vt_hold(struct vt *vt, bool held)
{
    vt->held = held;
}

/* --- waiting --- */

bool vt_wait_until(struct vt *vt, bool (*question)(struct vt *vt), int timeout_ms)
{
    long deadline = now_ms() + timeout_ms;

    for (;;) {
        if (question(vt))
            return true;
        long left = deadline - now_ms();
        if (left <= 0)
            return false;
        pump(vt, left < ASK_AGAIN_MS ? (int)left : ASK_AGAIN_MS);
    }
}

bool vt_wait(struct vt *vt, const char *text, int timeout_ms)
{
    long deadline = now_ms() + timeout_ms;

    while (!vt_find(vt, text, NULL, NULL)) {
        long left = deadline - now_ms();
        bool over = left <= 0 || (has_ended(vt) && !pump(vt, 0));
        if (over)
            return false;
        pump(vt, (int)left);
    }
    return true;
}

bool vt_wait_gone(struct vt *vt, const char *text, int timeout_ms)
{
    long deadline = now_ms() + timeout_ms;

    while (vt_find(vt, text, NULL, NULL)) {
        long left = deadline - now_ms();
        if (left <= 0)
            return false;
        pump(vt, (int)left);
    }
    return true;
}

bool vt_wait_bytes(struct vt *vt, size_t from, const char *bytes, int timeout_ms)
{
    long deadline = now_ms() + timeout_ms;

    while (!memmem(vt->log + from, vt->log_length - from, bytes, strlen(bytes))) {
        long left = deadline - now_ms();
        if (left <= 0)
            return false;
        pump(vt, (int)left);
    }
    return true;
}

static bool is_stopped(struct vt *vt)
{
    return vt->stopped;
}

bool vt_wait_stopped(struct vt *vt, int timeout_ms)
{
    return vt_wait_until(vt, is_stopped, timeout_ms);
}

/* --- looking --- */

const char *vt_row(struct vt *vt, int row)
{
    VTermRect rect = {row, row + 1, 0, vt->columns};
    size_t length = vterm_screen_get_text(vt->screen, vt->row, sizeof vt->row - 1, rect);

    length = length < sizeof vt->row - 1 ? length : sizeof vt->row - 1;
    while (length > 0 && vt->row[length - 1] == ' ')
        length--;
    vt->row[length] = '\0';
    return vt->row;
}

static size_t put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3f));
    to[0] = (char)((0xf00 >> length & 0xff) | code);
    return length;
}

static int palette(const VTermColor *color)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(color) || VTERM_COLOR_IS_DEFAULT_BG(color))
        return -1;
    return VTERM_COLOR_IS_INDEXED(color) ? color->indexed.idx : -2;
}

struct vt_cell vt_cell(struct vt *vt, int row, int column)
{
    VTermScreenCell from;
    struct vt_cell cell = {0};
    size_t length = 0;

    vterm_screen_get_cell(vt->screen, (VTermPos){row, column}, &from);
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && from.chars[i] && from.chars[i] < 0x110000; i++)
        length += put_utf8(cell.text + length, from.chars[i]);
    cell.width = from.width;
    cell.bold = from.attrs.bold;
    cell.italic = from.attrs.italic;
    cell.reverse = from.attrs.reverse;
    cell.underline = from.attrs.underline;
    cell.color = palette(&from.fg);
    cell.background = palette(&from.bg);
    return cell;
}

/* The column at which so many bytes of the row's text end. */
static int column_of(struct vt *vt, int row, size_t bytes)
{
    int column = 0;

    for (size_t at = 0; at < bytes && column < vt->columns;) {
        struct vt_cell cell = vt_cell(vt, row, column);
        at += cell.text[0] ? strlen(cell.text) : 1;
        column += cell.width > 0 ? cell.width : 1;
    }
    return column;
}

bool vt_find(struct vt *vt, const char *text, int *ret_row, int *ret_column)
{
    for (int row = 0; row < vt->rows; row++) {
        const char *begin = vt_row(vt, row), *found = strstr(begin, text);
        if (!found)
            continue;
        if (ret_row)
            *ret_row = row;
        if (ret_column)
            *ret_column = column_of(vt, row, (size_t)(found - begin));
        return true;
    }
    return false;
}

void vt_cursor(struct vt *vt, int *ret_row, int *ret_column)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(vt->terminal), &position);
    *ret_row = position.row;
    *ret_column = position.col;
}

bool vt_cursor_visible(struct vt *vt)
{
    return vt->cursor_visible;
}

bool vt_alternate(struct vt *vt)
{
    return vt->alternate;
}

pid_t vt_pid(struct vt *vt)
{
    return vt->command;
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

/* Was bracketed paste, if ever switched on, switched off after that? libvterm does not tell. */
static bool paste_is_off(struct vt *vt)
{
    const char *on = NULL, *off = NULL;

    for (const char *at = vt->log; (at = strstr(at, "\033[?2004h")); at++)
        on = at;
    for (const char *at = vt->log; (at = strstr(at, "\033[?2004l")); at++)
        off = at;
    return !on || (off && off > on);
}

bool vt_restored(struct vt *vt)
{
    struct termios after;

    check(tcgetattr(vt->slave, &after) == 0, "tcgetattr");
    return same_modes(&vt->before, &after) && !vt->alternate && vt->cursor_visible &&
           paste_is_off(vt);
}

bool vt_raw(struct vt *vt)
{
    struct termios modes;

    check(tcgetattr(vt->slave, &modes) == 0, "tcgetattr");
    return !(modes.c_lflag & (ICANON | ECHO));
}

const char *vt_log(struct vt *vt, size_t *ret_length)
{
    *ret_length = vt->log_length;
    return vt->log;
}

void vt_dump(struct vt *vt)
{
    for (int row = 0; row < vt->rows; row++)
        fprintf(stderr, "%3d|%s\n", row, vt_row(vt, row));
}
