/* The loop behind plain.h. Arguments, if any, are parts of test names; only those tests run. */
#include "tests/support/plain.h"

static struct plain_test *first, **last = &first;

void plain_add(struct plain_test *test)
{
    *last = test;
    last = &test->next;
}

static int wanted(const char *name, int count, char **words)
{
    for (int i = 1; i < count; i++)
        if (strstr(name, words[i]))
            return 1;
    return count < 2;
}

int main(int count, char **words)
{
    int ran = 0;

    for (struct plain_test *test = first; test; test = test->next) {
        if (!wanted(test->name, count, words))
            continue;
        fprintf(stderr, "%s\n", test->name);
        if (test->options.init)
            test->options.init();
        test->body();
        if (test->options.fini)
            test->options.fini();
        ran++;
    }
    printf("%d passed, 0 failed\n", ran);
    return ran == 0;
}
