/* See school.h. The lesson has an opening, three sections, and a question in the second. */
#include "tests/cli/school.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/views/lesson.h"
#include "tests/support/test.h"

static const char course[] =
    "{\"title\": \"T\", \"parts\": [{\"number\": \"I\", \"title\": \"P\", \"chapters\": [\n"
    "{\"number\": 42, \"slug\": \"answer\", \"title\": \"The chapter\", \"question\": \"Why?\",\n"
    "\"minutes\": 5, \"builds_on\": []}]}]}\n";

static const char lesson[] = "# The chapter\n\nOpening words.\n\n"
                             "## First\n\nAbout apples.\n\n"
                             "## Second\n\nAbout pears.\n\n<!-- check q1 -->\n\n"
                             "## Third\n\nAbout plums.\n";

static const char quiz[] =
    "{\"items\": [\n"
    "{\"id\": \"q1\", \"type\": \"choice\", \"topics\": [\"fruit\"], \"ask\": \"Which is "
    "green?\",\n"
    " \"choices\": [{\"text\": \"plum\", \"why\": \"A plum is blue.\"},\n"
    "  {\"text\": \"pear\", \"right\": true, \"why\": \"A pear is green.\"}]},\n"
    "{\"id\": \"q2\", \"type\": \"number\", \"topics\": [\"fruit\"], \"ask\": \"How many?\",\n"
    " \"answer\": 500, \"tolerance\": 50, \"unit\": \"ms\", \"why\": \"Because.\"},\n"
    "{\"id\": \"q3\", \"type\": \"order\", \"topics\": [\"fruit\"], \"ask\": \"In which order?\",\n"
    " \"entries\": [\"one\", \"two\", \"three\"], \"why\": \"So one counts.\"}]}\n";

void school_write(struct school *school, const char *name, const char *text)
{
    char path[160];
    FILE *file;

    snprintf(path, sizeof path, "%s/42-answer/%s", school->folder, name);
    file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    fputs(text, file);
    fclose(file);
}

static void open_app(struct school *school, const struct look *look)
{
    school->app = (struct app){0};
    settings_init(&school->app.settings);
    cr_assert_eq(app_learner(&school->app), STATUS_OK);
    cr_assert_eq(term_open_mock(look, &school->app.term), 0);
}

void school_open(struct school *school, const struct look *look)
{
    char chapter[160];

    *school = (struct school){.folder = "/tmp/asynctut-cli-XXXXXX"};
    cr_assert_not_null(mkdtemp(school->folder));
    snprintf(chapter, sizeof chapter, "%s/42-answer", school->folder);
    cr_assert_eq(mkdir(chapter, 0700), 0);
    school_write(school, "../course.json", course);
    school_write(school, "lesson.md", lesson);
    school_write(school, "quiz.json", quiz);
    setenv("XDG_STATE_HOME", school->folder, 1);
    setenv("ASYNCTUT_CONTENT", school->folder, 1);
    open_app(school, look);
}

void school_again(struct school *school, const struct look *look)
{
    app_close(&school->app);
    open_app(school, look);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

void school_close(struct school *school)
{
    app_close(&school->app);
    nftw(school->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

enum flow school_walk(struct school *school, const char *keys, const char **ret_shown)
{
    enum flow flow;

    cr_assert_eq(app_chapter(&school->app, "42", &school->chapter), STATUS_OK);
    term_mock_output(school->app.term);
    term_mock_feed(school->app.term, keys);
    flow = lesson_walk(&school->app, school->chapter, 0);
    *ret_shown = term_mock_output(school->app.term);
    return flow;
}
