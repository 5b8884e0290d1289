/* Who wants such a name has C++ programs, and with them the library whose part it is to read the
 * names (Itanium C++ ABI, section 3.4). It is loaded when the first one comes. */
#include "engine/trace/demangle.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1000 }; /* a program that is looked at is not trusted with more */

static char *(*read_name)(const char *name, char *room, size_t *size, int *ret_status);

static void load(void)
{
    static const char *const libraries[] = {"libstdc++.so.6", "libc++abi.so.1"};
    void *library = NULL;

    for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !library; i++)
        library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);
    if (library)
        *(void **)&read_name = dlsym(library, "__cxa_demangle");
}

/* Up to the parenthesis that the last one closes; all of it if there is none. */
static size_t without_parameters(const char *text)
{
    size_t length = strlen(text), at = length;
    int depth = 0;

    while (at-- > 0) {
        depth += text[at] == ')';
        if (text[at] == '(' && --depth == 0)
            return at;
    }
    return length;
}

const char *demangle(const char *name, char *room, size_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char *whole = NULL;
    int status;

    if (strncmp(name, "_Z", 2) != 0 || strlen(name) > LONGEST)
        return name;
    pthread_once(&once, load);
    if (read_name)
        whole = read_name(name, NULL, NULL, &status);
    if (!whole || !*whole)
        return name;
    snprintf(room, size, "%.*s", (int)without_parameters(whole), whole);
    free(whole);
    return room;
}
