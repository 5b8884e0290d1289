/* A witness: a process of ours in our process group that can tell which signals came to the whole
 * group. Nothing else tells a signal to the group from one to us alone.
 *
 * It blocks every signal, so that Ctrl-Z does not stop it, has none of our descriptors open, sleeps
 * until it is asked, and ends with the thread that started it. A signal that somebody sends to it
 * by its own number passes for one to the group; it is not called like us, so that those who send
 * to processes by name do not find it. */
#ifndef ASYNCTUT_WITNESS_H
#define ASYNCTUT_WITNESS_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

struct witness {
    pid_t pid;
    int socket;
};

/* 0, or a negative errno. The first fork()s, also where other threads run; the second reaps. */
int witness_start(struct witness *ret_witness);
void witness_end(struct witness *witness);

/* Which signals have come to the group since the last question: bit n for signal n. Every one that
 * is in the answer has also come to the caller when this returns, and every one to the group that
 * the caller had already when it asked is in an answer by then. Several of one number may have been
 * one bit. From a witness that somebody killed: none. Async-signal-safe; takes about 0.1 ms. */
uint64_t witness_ask(const struct witness *witness);

/* Takes those signals of the set that wait for the calling thread, which blocks them; the same
 * bits. Async-signal-safe. */
uint64_t witness_take(const sigset_t *set);

#endif
