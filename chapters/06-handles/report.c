/* What the sanitizer is told by the program that is built with it: to
 * watch locals of functions that have returned, and to leave out of its
 * report the last part, a map of memory byte by byte. */
#include <fcntl.h>
#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=1:detect_leaks=0:color=never:"
           "strip_path_prefix=../:stack_trace_format='    #%n %F %L'";
}

/* From its first line of words, a line at a time, as a person reads. */
static void put(const char *report)
{
    const char *begin = strstr(report, "ERROR: ");
    const char *end = strstr(report, "HINT:");
    if (begin)
        report = begin;
    if (!end)
        end = report + strlen(report);
    while (report < end) {
        size_t length = strcspn(report, "\n");
        if (length)
            fprintf(stderr, "%.*s\n", (int)length, report);
        report += length + 1;
    }
}

/* The report goes to put() as a whole, and nowhere else. */
__attribute__((constructor)) static void shorten_reports(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    __sanitizer_set_report_fd((void *)(intptr_t)nowhere);
    __asan_set_error_report_callback(put);
}
