/* The lanes of a replay. They are the same all the time but for the moment, which is a reversed
 * column through them, so their text is made once for a width: that of an actor when it is first
 * seen, that of the loops, which takes a pass over all events, at the first picture. A picture
 * makes no more lanes than there is time for; the next ones make the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/lanes.h"
#include "cli/views/replay_priv.h"

/* Head: title, labels, axis. So many spans are gone through in a few ms. */
enum { HEAD_ROWS = 3, SPANS_A_PICTURE = 30000 };

void replay_lanes_free(struct replay *replay)
{
    struct replay_lanes *lanes = &replay->lanes;

    for (size_t i = 0; lanes->actors && i < replay->actors.count; i++)
        free(lanes->actors[i]);
    free(lanes->actors);
    str_free(&lanes->head);
    str_free(&lanes->loops);
    *lanes = (struct replay_lanes){0};
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

/* Everything anew for another width. */
static void prepare(struct replay *replay, const struct look *look)
{
    struct replay_lanes *lanes = &replay->lanes;

    if (lanes->width == look->width)
        return;
    replay_lanes_free(replay);
    lanes->width = look->width;
    lanes->actors = calloc(replay->actors.count + 1, sizeof *lanes->actors);
    lanes_head(replay->trace, &replay->actors, look, replay->options.title, &lanes->head);
    lanes_loops(replay->trace, &replay->actors, look, &lanes->loops);
    lanes->loop_count = count_lines(str_text(&lanes->loops));
}

/* A line that is not made yet. */
static const char later[] = "\n";

/* Makes a lane, unless this picture has already made as many as there is time for. */
static void make_lane(struct replay *replay, const struct look *look, size_t i)
{
    struct replay_lanes *lanes = &replay->lanes;
    struct str text = {0};

    replay->awaits_lanes = lanes->spent > SPANS_A_PICTURE;
    if (replay->awaits_lanes)
        return;
    lanes->spent += replay->actors.items[i].span_count;
    lanes_actor(replay->trace, &replay->actors, look, i, &text);
    lanes->actors[i] = str_take(&text);
}

static const char *actor_lane(struct replay *replay, const struct look *look, size_t i)
{
    struct replay_lanes *lanes = &replay->lanes;

    if (lanes->actors && !lanes->actors[i])
        make_lane(replay, look, i);
    return lanes->actors && lanes->actors[i] ? lanes->actors[i] : later;
}

static size_t actor_number(const struct actors *actors, uint32_t id)
{
    size_t i = 0;

    while (i < actors->count && actors->items[i].id != id)
        i++;
    return i;
}

/* The window of lanes moves as little as it must to show who acts now. */
static size_t first_lane(const struct replay *replay, size_t count)
{
    const struct actors *actors = &replay->actors;
    size_t event = replay_event(replay), first = replay->lanes.first, acting = actors->count;

    if (event != SIZE_MAX)
        acting = actor_number(actors, trace_event(replay->trace, event)->subject);
    if (acting < actors->count && acting < first)
        first = acting;
    if (acting < actors->count && acting >= first + count)
        first = acting - count + 1;
    return first + count > actors->count ? actors->count - count : first;
}

int replay_draw_lines(struct screen *screen, int row, int width, const char *line, int most)
{
    for (; *line && most-- > 0; row++) {
        size_t length = strcspn(line, "\n");
        screen_styled(screen, row, 0, width, line, length);
        line += length + (line[length] == '\n');
    }
    return row;
}

/* Which lanes are seen, if not all are; behind the axis. */
static void draw_numbers(const struct replay *replay, struct screen *screen, int width)
{
    const struct replay_lanes *lanes = &replay->lanes;
    char text[64];

    if (lanes->count == replay->actors.count)
        return;
    snprintf(text, sizeof text, "%zu-%zu of %zu", lanes->first + 1, lanes->first + lanes->count,
             replay->actors.count);
    screen_puts(screen, HEAD_ROWS - 1, width - (int)strlen(text) - 1, STYLE_DIM, text);
}

/* All loops, or as many as leave half of the rows, where they are needed, to those who act. */
static int loop_rows(const struct replay *replay, int rows)
{
    int loops = (int)replay->lanes.loop_count, least = (rows + 1) / 2;

    if (replay->actors.count < (size_t)least)
        least = (int)replay->actors.count;
    return loops < rows - least ? loops : rows - least;
}

int replay_draw_lanes(struct replay *replay, struct screen *screen, const struct look *look,
                      int width, int rows)
{
    struct replay_lanes *lanes = &replay->lanes;
    struct look narrow = *look;

    narrow.width = width;
    prepare(replay, &narrow);
    int room = rows - HEAD_ROWS, loops = loop_rows(replay, room);
    room -= loops;
    if (room < 1)
        return 0;
    lanes->count = (size_t)room < replay->actors.count ? (size_t)room : replay->actors.count;
    lanes->first = first_lane(replay, lanes->count);
    lanes->spent = 0;
    int row = replay_draw_lines(screen, 0, width, str_text(&lanes->head), HEAD_ROWS);
    for (size_t i = 0; i < lanes->count; i++)
        row =
            replay_draw_lines(screen, row, width, actor_lane(replay, &narrow, lanes->first + i), 1);
    row = replay_draw_lines(screen, row, width, str_text(&lanes->loops), loops);
    int column = lanes_column(replay->trace, &replay->actors, &narrow, replay->time);
    for (int i = HEAD_ROWS - 1; i < row; i++)
        screen_choose(screen, i, column, 1);
    draw_numbers(replay, screen, width);
    return row;
}
