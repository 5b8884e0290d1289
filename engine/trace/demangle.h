/* Names of C++ functions as their authors wrote them. */
#ifndef ASYNCTUT_TRACE_DEMANGLE_H
#define ASYNCTUT_TRACE_DEMANGLE_H

#include <stddef.h>

/* "node::HandleWrap::OnClose" for "_ZN4node10HandleWrap7OnCloseEP11uv_handle_s", in `room`, which
 * has `size` bytes: without what the function takes, cut if it is long. `name` itself if it is no
 * such name, or if this machine has no library that reads them. */
const char *demangle(const char *name, char *room, size_t size);

#endif
