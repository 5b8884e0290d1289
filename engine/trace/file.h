/* A trace in a file, to be read elsewhere and later: the record as it was written, the places of
 * its addresses already looked up, and the modules they lay in.
 *
 * The file is used as it lies and not parsed: a record (engine/event/record.h) with tables behind
 * it, little-endian, read with the same distrust as a live one. Layout, all offsets in
 * bytes from the start of the file and multiples of 8:
 *
 *     0     struct trace_file_header
 *     4096  the record: its header (RECORD_HEADER_SIZE), then the chunks that were used
 *     ...   places: struct trace_file_place, by address
 *     ...   strings: NUL-terminated, one after the other
 *
 * A new kind of event leaves the version as it is: a reader that does not know the kind reads all
 * the rest and says how many it could not read. */
#ifndef ASYNCTUT_TRACE_FILE_H
#define ASYNCTUT_TRACE_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "engine/base/error.h"

struct record;
struct symbols;
struct trace;
struct trace_file;

enum { TRACE_FILE_VERSION = 1, TRACE_FILE_ORDER = 0x01020304 };

struct trace_file_header {
    char magic[8];           /* "attrace\n" */
    uint32_t version, order; /* order: TRACE_FILE_ORDER as the writing machine stores it */
    uint64_t size;           /* of the file */
    uint64_t record_offset, record_size;
    uint64_t places_offset, places_count;
    uint64_t strings_offset, strings_size;
    uint32_t program; /* string */
    uint32_t reserved;
};

struct trace_file_place {
    uint64_t address;        /* as symbols look it up: of a call its return address - 1 */
    uint32_t function, path; /* strings */
    uint32_t line, reserved;
};

/* Writes a finished trace to `out`, which the caller opened and closes. `symbols` may be NULL; else
 * it waits for every place. 0 or a negative UV_E*. */
int trace_file_write(const struct trace *trace, struct symbols *symbols, const char *program,
                     FILE *out, struct error *error);

/* Reads a file into memory and takes its trace in, on two threads: whatever becomes of the file
 * afterwards changes nothing. The trace is finished; close it before the file. 0, or a negative
 * UV_E* and a message with the offset at which the file is wrong. UV_EFBIG if it is larger than
 * half of this machine's memory. */
int trace_file_open(const char *path, struct trace_file **ret_file, struct trace **ret_trace,
                    struct error *error);
void trace_file_close(struct trace_file *file); /* NULL is fine. After trace_close() */

/* Of the file, valid until it is closed. */
struct record *trace_file_record(const struct trace_file *file);
struct symbols *trace_file_symbols(const struct trace_file *file);
const char *trace_file_program(const struct trace_file *file); /* fit to show */

#endif
