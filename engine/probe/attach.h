/* How a process comes to write to a tracer's record.
 *
 * The tracer makes a record in a memfd (record_create) and starts the program with
 *
 *   ASYNCTUT_RECORD=/proc/PID/fd/N    the record; PID is the tracer's. /proc/self/fd/N: it inherits
 * a descriptor, which is closed once it is mapped ASYNCTUT_RECORD_CONTROL=1         only if it will
 * stop, slow or skip: then clocks and waits go through the gate, else every wrapper makes the real
 * call once ASYNCTUT_RECORD_INSTANT=1         skip idle waits (with CONTROL)
 *   ASYNCTUT_RECORD_PERTURB=SEED      disturb it, legally; see perturb.h
 *   ASYNCTUT_RECORD_NAME=NAME         what its first thread is called; else as the program is
 *
 * and with the probe preloaded or linked in whole, attach.c included. Before main() the first
 * process takes the record: its threads are recorded from then on. A child that it forks is left
 * alone, and so is what that child executes; a program that the same process executes goes on in
 * the same record. */
#ifndef ASYNCTUT_ATTACH_H
#define ASYNCTUT_ATTACH_H

#define ATTACH_RECORD "ASYNCTUT_RECORD"
#define ATTACH_CONTROL "ASYNCTUT_RECORD_CONTROL"
#define ATTACH_INSTANT "ASYNCTUT_RECORD_INSTANT"
#define ATTACH_PERTURB "ASYNCTUT_RECORD_PERTURB"
#define ATTACH_NAME "ASYNCTUT_RECORD_NAME"

/* Of the file of a program that has attach.c linked in. */
#define ATTACH_SECTION ".asynctut.probe"

#endif
