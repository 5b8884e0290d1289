/* What is remembered of a learner, from an empty file to two asynctuts at once. */
#include "engine/learner/learner.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/learner/folder.h"
#include "tests/support/test.h"

static const int64_t now = 1760000000;

static struct learner *open_quietly(void)
{
    struct learner *learner;
    struct error notice;

    cr_assert_eq(learner_open(test_path, &learner, &notice), 0);
    cr_assert_str_eq(notice.text, "");
    return learner;
}

static void save(struct learner *learner)
{
    struct error error = {0};

    cr_assert_eq(learner_save(learner, &error), 0, "%s", error.text);
}

static void save_and_close(struct learner *learner)
{
    save(learner);
    learner_close(learner);
}

static void set_block(struct learner *learner, const char *slug, int block, int64_t changed)
{
    struct chapter_state *chapter = learner_chapter(learner, slug);

    chapter->block = block;
    chapter->changed = changed;
}

static int saved_block(const char *slug)
{
    struct learner *learner = open_quietly();
    int block = learner_chapter(learner, slug)->block;

    learner_close(learner);
    return block;
}

Test(learner, a_missing_file_is_an_empty_learner, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *learner = open_quietly();

    cr_assert_eq(learner_chapter_count(learner), 0);
    cr_assert_eq(learner_answer_count(learner), 0);
    cr_assert_eq(learner_due(learner, now), 0);
    learner_close(learner);
    cr_assert_eq(test_count_files(), 0, "looking writes nothing");
}

Test(learner, all_that_was_saved_comes_back, .init = test_folder_make, .fini = test_folder_remove)
{
    struct learner *learner = open_quietly();
    char section[] = "Readiness \xe2\x80\x9e\xe2\x9c\x93\xe2\x80\x9c";

    *learner_chapter(learner, "concurrency") = (struct chapter_state){.chapter = "concurrency",
                                                                      .section = section,
                                                                      .block = 12,
                                                                      .content = 0xfedcba98,
                                                                      .done = true,
                                                                      .quiz_right = 7,
                                                                      .quiz_of = 8,
                                                                      .changed = now};
    learner_record(learner_answer(learner, "concurrency", "q1"), true, now);
    struct answer expected = *learner_answer(learner, "concurrency", "q1");
    save(learner);
    memset(section, '?', sizeof section - 1); /* the save has a copy */
    cr_assert_str_neq(learner_chapter(learner, "concurrency")->section, section);
    learner_close(learner);

    learner = open_quietly();
    const struct chapter_state *chapter = learner_chapter_at(learner, 0);
    cr_assert_str_eq(chapter->chapter, "concurrency");
    cr_assert_str_eq(chapter->section, "Readiness \xe2\x80\x9e\xe2\x9c\x93\xe2\x80\x9c");
    cr_assert_eq(chapter->block, 12);
    cr_assert_eq(chapter->content, 0xfedcba98);
    cr_assert(chapter->done);
    cr_assert_eq(chapter->quiz_right, 7);
    cr_assert_eq(chapter->quiz_of, 8);
    cr_assert_eq(chapter->changed, now);
    const struct answer *answer = learner_answer_at(learner, 0);
    cr_assert_eq(answer->tries, 1);
    cr_assert(answer->last_right);
    cr_assert_eq(answer->card.stability, expected.card.stability, "to the last bit");
    cr_assert_eq(answer->card.difficulty, expected.card.difficulty);
    cr_assert_eq(answer->card.due, expected.card.due);
    learner_close(learner);
}

Test(learner, the_folder_is_made_and_private, .init = test_folder_make, .fini = test_folder_remove)
{
    struct learner *learner;
    struct error notice;
    struct stat info;
    char path[320], folder[280];

    snprintf(folder, sizeof folder, "%s-folder", test_path);
    snprintf(path, sizeof path, "%s/progress.json", folder);
    cr_assert_eq(learner_open(path, &learner, &notice), 0);
    set_block(learner, "concurrency", 1, now);
    save_and_close(learner);
    cr_assert_eq(stat(path, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
    cr_assert_eq(stat(folder, &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0700);
    unlink(path);
    strcat(path, ".lock");
    unlink(path);
}

Test(learner, answers_are_counted_and_come_due, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *learner = open_quietly();

    learner_record(learner_answer(learner, "concurrency", "q1"), false, now);
    learner_record(learner_answer(learner, "concurrency", "q1"), true, now + 60);
    learner_record(learner_answer(learner, "waiting", "q1"), true, now);
    const struct answer *answer = learner_answer(learner, "concurrency", "q1");
    cr_assert_eq(answer->tries, 2);
    cr_assert_eq(answer->right, 1);
    cr_assert(answer->last_right);
    cr_assert_eq(learner_due(learner, now + 120), 0);
    cr_assert_eq(learner_due(learner, answer->card.due), 1);
    cr_assert_eq(learner_due(learner, now + 10 * 86400), 2);
    learner_close(learner);
}

Test(learner, asking_for_an_entry_alone_saves_nothing_of_it, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *learner = open_quietly();

    learner_chapter(learner, "concurrency");
    learner_answer(learner, "concurrency", "q1");
    save_and_close(learner);
    learner = open_quietly();
    cr_assert_eq(learner_chapter_count(learner), 0);
    cr_assert_eq(learner_answer_count(learner), 0);
    learner_close(learner);
}

Test(learner, two_at_once_keep_what_each_of_them_did, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *a = open_quietly(), *b = open_quietly();

    set_block(a, "waiting", 3, now);
    learner_record(learner_answer(a, "waiting", "q1"), true, now);
    set_block(b, "blocking", 5, now + 1);
    save_and_close(a);
    save_and_close(b);
    cr_assert_eq(saved_block("waiting"), 3);
    cr_assert_eq(saved_block("blocking"), 5);
    struct learner *learner = open_quietly();
    cr_assert_eq(learner_answer_count(learner), 1);
    learner_close(learner);
}

Test(learner, of_two_changes_the_newer_wins_whoever_saves_last, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *a = open_quietly(), *b = open_quietly();

    set_block(a, "waiting", 3, now + 10);
    learner_record(learner_answer(a, "waiting", "q1"), true, now + 10);
    set_block(b, "waiting", 9, now);
    learner_record(learner_answer(b, "waiting", "q1"), false, now);
    save_and_close(a);
    save_and_close(b);
    cr_assert_eq(saved_block("waiting"), 3);
    struct learner *learner = open_quietly();
    cr_assert(learner_answer(learner, "waiting", "q1")->last_right);
    learner_close(learner);
}

Test(learner, a_change_wins_over_no_change_even_with_an_older_clock, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *first = open_quietly();

    set_block(first, "waiting", 3, now);
    save_and_close(first);
    struct learner *a = open_quietly(), *b = open_quietly();
    set_block(a, "waiting", 7, now - 1000);
    save_and_close(a);
    set_block(b, "blocking", 1, now);
    save_and_close(b);
    cr_assert_eq(saved_block("waiting"), 7);
}

Test(learner, a_second_save_sees_what_came_between, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *a = open_quietly(), *b = open_quietly();

    set_block(a, "waiting", 1, now);
    save(a);
    set_block(b, "blocking", 2, now + 1);
    save_and_close(b);
    set_block(a, "waiting", 4, now + 2);
    save(a);
    cr_assert_eq(learner_chapter(a, "blocking")->block, 2);
    learner_close(a);
    cr_assert_eq(saved_block("waiting"), 4);
    cr_assert_eq(saved_block("blocking"), 2);
}

/* One of several processes: saves its own chapter again and again. */
static void save_own_chapter(int who)
{
    char slug[16];
    struct learner *learner = open_quietly();

    snprintf(slug, sizeof slug, "chapter-%d", who);
    for (int block = 1; block <= 10; block++) {
        set_block(learner, slug, block, now + block);
        save(learner);
    }
    learner_close(learner);
}

Test(learner, many_processes_lose_nothing_of_each_other, .init = test_folder_make,
     .fini = test_folder_remove)
{
    enum { MANY = 6 };
    pid_t children[MANY];
    int status;

    for (int i = 0; i < MANY; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            save_own_chapter(i);
            _exit(0);
        }
    }
    for (int i = 0; i < MANY; i++)
        cr_assert(waitpid(children[i], &status, 0) == children[i] && status == 0);
    struct learner *learner = open_quietly();
    cr_assert_eq(learner_chapter_count(learner), MANY);
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(learner_chapter_at(learner, (size_t)i)->block, 10);
    learner_close(learner);
    cr_assert_eq(test_count_files(), 1);
}

Test(learner, a_link_stays_a_link, .init = test_folder_make, .fini = test_folder_remove)
{
    struct stat info;
    char target[300];

    strcpy(target, test_beside("-target"));
    test_write(target, "not JSON");
    cr_assert_eq(symlink(target, test_path), 0);
    struct learner *learner;
    struct error notice;
    cr_assert_eq(learner_open(test_path, &learner, &notice), 0);
    set_block(learner, "waiting", 4, now);
    save_and_close(learner);
    cr_assert_eq(lstat(test_path, &info), 0);
    cr_assert(S_ISLNK(info.st_mode));
    cr_assert_eq(saved_block("waiting"), 4);
    strcat(target, ".kept-1");
    cr_assert_str_eq(test_read(target), "not JSON");
}

Test(learner, an_exercise_is_remembered_and_stays_passed, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct learner *one = open_quietly(), *two;
    struct exercise_state *state = learner_exercise(one, "poll-loop");

    *state = (struct exercise_state){state->exercise, 2, 1, true, 0xfedcba98u, now};
    save(one);
    two = open_quietly();
    cr_assert_eq(learner_exercise_count(two), 1);
    state = learner_exercise(two, "poll-loop");
    cr_assert(state->passed && state->tries == 2 && state->hints == 1);
    cr_assert_eq(state->source, 0xfedcba98u);
    learner_exercise(one, "poll-loop")->tries = 3;
    learner_exercise(one, "poll-loop")->changed = now + 1;
    save_and_close(one);
    state->passed = false;
    state->changed = now + 2;
    save(two);
    cr_assert(learner_exercise(two, "poll-loop")->passed, "what was passed once stays passed");
    learner_close(two);
}
