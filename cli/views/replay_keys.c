/* What each key does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/replay_priv.h"

/* --- another trace ---------------------------------------------------------------------------- */

/* The last part of a path, fit to show and not too long. */
static void name_of(const char *path, char ret_name[REPLAY_NAME])
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct str shown = {0};

    str_add_shown(&shown, name, strlen(name), false);
    size_t length = text_fit(str_text(&shown), shown.length, REPLAY_NAME / 4 - 1);
    memcpy(ret_name, str_text(&shown), length);
    ret_name[length] = '\0';
    str_free(&shown);
}

int replay_diff(struct replay *replay, const struct diff_side *other, const char *name)
{
    struct diff_side sides[2] = {{replay->trace, replay->symbols}, *other};
    const char *names[2] = {replay->own_name, replay->other_name};
    int result;

    name_of(replay->options.name ? replay->options.name : "this", replay->own_name);
    name_of(name, replay->other_name);
    result = differ_open(&replay->differ, sides, names);
    replay->differs = result == 0;
    return result;
}

void replay_open_other(struct replay *replay, const char *path)
{
    struct error error = {0};
    struct diff_side side;

    replay->message[0] = '\0';
    if (replay->options.other(replay->options.to, path, &side, &error))
        snprintf(replay->message, sizeof replay->message, "%.200s", error.text);
    else if (replay_diff(replay, &side, path))
        snprintf(replay->message, sizeof replay->message, "out of memory");
}

/* --- keys ------------------------------------------------------------------------------------- */

static void begin_typing(struct replay *replay, bool asks_file)
{
    replay->typing = true;
    replay->asks_file = asks_file;
    replay->filter = (struct line_edit){0};
    if (asks_file)
        return;
    replay->filter.length = replay->filter.cursor = strlen(replay->list.filter);
    memcpy(replay->filter.text, replay->list.filter, replay->filter.length + 1);
}

static void type(struct replay *replay, const struct key *key)
{
    if (key->type == KEY_ESCAPE || line_edit_key(&replay->filter, key) == LINE_EDIT_END) {
        replay->typing = false;
        return;
    }
    if (!replay->asks_file && replay->filter.length >= sizeof replay->list.filter)
        line_edit_key(&replay->filter, &(struct key){.type = KEY_BACKSPACE});
    if (key->type != KEY_ENTER || key->pasted)
        return;
    replay->typing = false;
    if (replay->asks_file && replay->filter.text[0]) {
        replay->later = REPLAY_OTHER_FILE;
        snprintf(replay->message, sizeof replay->message, "reading and comparing");
    } else if (!replay->asks_file)
        replay_change_list(replay, replay->list.level, replay->filter.text);
}

static void character(struct replay *replay, uint32_t code)
{
    switch (code) {
    case ' ':
        replay_play_or_stop(replay);
        break;
    case '[':
        replay_move_turn(replay, false);
        break;
    case ']':
        replay_move_turn(replay, true);
        break;
    case '-':
        replay_change_speed(replay, 1);
        break;
    case '+':
    case '=':
        replay_change_speed(replay, -1);
        break;
    case 't':
        replay_next_level(replay);
        break;
    case 'w':
        replay_next_warning(replay);
        break;
    case '/':
        begin_typing(replay, false);
        break;
    case 'd':
        if (replay->options.other)
            begin_typing(replay, true);
        break;
    case '?':
        replay->help = true;
        break;
    }
}

/* Moving by hand ends playing. */
static void move(struct replay *replay, const struct key *key)
{
    bool turn = key->modifiers & (KEY_SHIFT | KEY_CTRL);
    int page = replay->events_per_page > 1 ? replay->events_per_page - 1 : 1;

    switch (key->type) {
    case KEY_LEFT:
    case KEY_RIGHT:
        if (turn)
            replay_move_turn(replay, key->type == KEY_RIGHT);
        else
            replay_move_by(replay, key->type == KEY_RIGHT ? 1 : -1);
        break;
    case KEY_UP:
        replay_move_by(replay, -1);
        break;
    case KEY_DOWN:
        replay_move_by(replay, 1);
        break;
    case KEY_PAGE_UP:
        replay_move_by(replay, -page);
        break;
    case KEY_PAGE_DOWN:
        replay_move_by(replay, page);
        break;
    case KEY_HOME:
        replay_go_to(replay, 0);
        break;
    case KEY_END:
        replay_go_to(replay, replay->list.count ? replay->list.count - 1 : 0);
        break;
    default:
        return;
    }
    replay->playing = false;
}

bool replay_key(struct replay *replay, const struct key *key)
{
    bool plain = key->type == KEY_CHAR && !(key->modifiers & ~(unsigned)KEY_SHIFT) && !key->pasted;

    if (key->type == KEY_MODE)
        return false;
    if (replay->differs) {
        replay->differs = !differ_key(&replay->differ, key);
        return false;
    }
    replay->message[0] = '\0';
    replay->later = REPLAY_NOTHING;
    if (replay->typing) {
        type(replay, key);
        return false;
    }
    if (replay->help) { /* any key takes it away */
        replay->help = false;
        return false;
    }
    if (plain && key->code == 'q')
        return true;
    if (plain)
        character(replay, key->code);
    else if (key->type == KEY_ESCAPE)
        return true;
    else
        move(replay, key);
    return false;
}
