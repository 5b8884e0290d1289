/* What the kernel offers an ordinary user to keep a program in: namespaces, and Landlock. Each is
 * used where it is there; without them the supervisor still finds and ends everything that can be
 * found, but a program that means harm can do what its user can. */
#ifndef ASYNCTUT_CONFINE_H
#define ASYNCTUT_CONFINE_H

/* fork() into a process namespace of its own (and a user namespace, without which an ordinary user
 * has none). The child is its first process: nothing in it sees or signals a process outside, all
 * of it ends when the child does, and who signals the child from inside signals nobody. Users and
 * groups are as before. The child's id, 0 in the child, or a negative errno: not to be had here. */
int confine_fork(void);

/* From here on this process and what it starts make, change and remove files below `folder` alone
 * (and write to /dev/null and the like), trace no process outside, and signal none where the kernel
 * can forbid that. Gains no rights by executing. 0 or a negative errno: not to be had here. */
int confine_writes(const char *folder);

#endif
