/* The process between a test and the command it runs in a terminal. Private to vt.c.
 *
 * The keeper is the leader of the session, as a shell is. It is needed because the kernel resets
 * the modes of a terminal whose session leader ends (so a command that leads its session always
 * seems to have restored them), and because a process without a parent in its session cannot be
 * stopped by Ctrl-Z. */
#ifndef ASYNCTUT_VT_KEEPER_H
#define ASYNCTUT_VT_KEEPER_H

/* In a child of the test: starts the command on the terminal `slave` as the foreground job. Sends
 * over the socket, as ints, the command's process id, then each status that waitpid() gives. After
 * a stop it waits for a byte and continues the command; when the socket is closed it kills what
 * runs and ends. */
_Noreturn void vt_keep(int slave, int socket, const char *const *command,
                       const char *const *environment);

#endif
