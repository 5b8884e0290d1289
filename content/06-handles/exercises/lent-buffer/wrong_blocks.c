/* caught by: written. Writes with write(2), which stops the whole loop
 * if the reader is slow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
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

static void send_letter(struct letter *letter)
{
    uv_os_fd_t fd;
    uv_fileno((uv_handle_t *)&letter->out, &fd);
    for (int i = 0; i < PAGES; i++) {
        compose(i, letter->page);
        if (write(fd, letter->page, PAGE_BYTES) != PAGE_BYTES)
            perror("write");
    }
    uv_close((uv_handle_t *)&letter->out, NULL);
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
