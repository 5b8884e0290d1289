/* Another way: after each poll a check handle looks whether the page is
 * back, and sends half of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

enum { PAGES = 8, PAGE_BYTES = 4096 };

struct letter {
    uv_pipe_t out;
    uv_write_t write;
    char page[PAGE_BYTES]; /* room for one page */
    int written;           /* pages that are written and done */
};

/* --- what is on the pages, and who reads them; leave it as it is -- */

static void compose(int number, char *page)
{
    memset(page, 'A' + number, PAGE_BYTES);
}

struct reader {
    uv_pipe_t in;
    char bytes[65536];
    int got, wrong;
};

static void give_room(uv_handle_t *in, size_t size, uv_buf_t *buffer)
{
    struct reader *reader = in->data;
    (void)size;
    *buffer = uv_buf_init(reader->bytes, sizeof reader->bytes);
}

static void on_read(uv_stream_t *in, ssize_t count,
                    const uv_buf_t *buffer)
{
    struct reader *reader = in->data;
    for (ssize_t i = 0; i < count; i++)
        reader->wrong +=
            buffer->base[i] != 'A' + reader->got++ / PAGE_BYTES;
    if (count >= 0)
        return;
    printf("%d pages arrived, %d bytes of them wrong\n",
           reader->got / PAGE_BYTES, reader->wrong);
    uv_close((uv_handle_t *)in, NULL);
}

static uv_check_t check;
static int halves, lent;

static void on_written(uv_write_t *write, int status)
{
    struct letter *letter = write->data;
    lent = 0;
    letter->written = status == 0 ? ++halves / 2 : PAGES;
}

static void on_check(uv_check_t *handle)
{
    struct letter *letter = handle->data;
    uv_buf_t half = uv_buf_init(
        letter->page + halves % 2 * PAGE_BYTES / 2, PAGE_BYTES / 2);
    if (lent)
        return;
    if (letter->written == PAGES) {
        uv_close((uv_handle_t *)handle, NULL);
        uv_close((uv_handle_t *)&letter->out, NULL);
        return;
    }
    if (halves % 2 == 0)
        compose(letter->written, letter->page);
    lent = uv_write(&letter->write, (uv_stream_t *)&letter->out, &half,
                    1, on_written) == 0;
}

static void send_letter(struct letter *letter)
{
    uv_check_init(letter->out.loop, &check);
    check.data = letter;
    uv_check_start(&check, on_check);
    on_check(&check);
}

int main(void)
{
    static struct letter letter;
    static struct reader reader;
    uv_loop_t loop;
    int ends[2];
    uv_loop_init(&loop);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return 1;
    uv_pipe_init(&loop, &letter.out, 0);
    uv_pipe_init(&loop, &reader.in, 0);
    uv_pipe_open(&letter.out, ends[0]);
    uv_pipe_open(&reader.in, ends[1]);
    letter.out.data = letter.write.data = &letter;
    reader.in.data = &reader;
    uv_read_start((uv_stream_t *)&reader.in, give_room, on_read);
    send_letter(&letter);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) != 0;
}
