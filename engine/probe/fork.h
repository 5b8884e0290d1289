/* Children that the program forks are left alone: they share the record's mapping, or have a copy
 * of it that nobody reads, but must not write to it, since their parent's chunks are not their own.
 */
#ifndef ASYNCTUT_PROBE_FORK_H
#define ASYNCTUT_PROBE_FORK_H

void forks_watch(void); /* from now on; as often as one likes */

#endif
