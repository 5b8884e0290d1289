/* Plain programs that block in one call after the other, in the order of their checks. */
#ifndef ASYNCTUT_TEST_CALLS_H
#define ASYNCTUT_TEST_CALLS_H

/* poll, ppoll, read, recv, recvfrom: with buffers whose room the compiler knows, so that
 * _FORTIFY_SOURCE has something to check. 0, or -1 if one did not do what it should. */
int calls_fortified(void);

#endif
