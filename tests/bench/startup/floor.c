/* The floor under every program on libuv: open a loop and close it. */
#include <uv.h>

int main(void)
{
    uv_loop_t loop;

    return uv_loop_init(&loop) != 0 || uv_loop_close(&loop) != 0;
}
