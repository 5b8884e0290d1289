/* echo_alone CPU: the echo server as a program: prints its port, and its processor time in ns. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/probe/echo_server.h"

static void say(int port)
{
    printf("%d\n", port);
    fflush(stdout);
}

int main(int count, char **words)
{
    printf("%lld\n", (long long)echo_serve(count > 1 ? atoi(words[1]) : 0, say));
    return 0;
}
