/* Walks through a lesson: the order of things, leaving and coming back, answers and results. */
#include <stdio.h>
#include <string.h>

#include "cli/views/chapters.h"
#include "cli/views/quiz.h"
#include "tests/cli/school.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

static struct school school;
static struct look look;

static void open_school(void)
{
    look = look_of_terminal(80);
    look.color = look.bold = false; /* text only, so that it can be compared */
    school_open(&school, &look);
}

static void close_school(void)
{
    school_close(&school);
}

#define LessonTest(Name) Test(lesson, Name, .init = open_school, .fini = close_school)

static const struct chapter_state *state(void)
{
    return chapters_state(&school.app, school.chapter);
}

LessonTest(begins_with_the_title_and_waits)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "q", &shown), FLOW_LEAVE);
    cr_assert(contains(shown, "42  The chapter"));
    cr_assert(contains(shown, "1 of 4"));
    cr_assert(contains(shown, "Opening words."));
    cr_assert(contains(shown, "Enter next"));
    cr_assert_not(contains(shown, "apples"), "nothing is shown before it is asked for");
}

LessonTest(enter_goes_on_and_b_goes_back)
{
    const char *shown;

    school_walk(&school, "\r\rb\r", &shown);
    cr_assert(contains(strstr(shown, "pears"), "apples"));
}

LessonTest(resumes_at_the_page_that_was_left)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "\rq", &shown), FLOW_LEAVE);
    school_again(&school, &look);
    school_walk(&school, "q", &shown);
    cr_assert(contains(shown, "42  The chapter"));
    cr_assert(contains(shown, "2 of 4"));
    cr_assert(contains(shown, "apples"));
    cr_assert_not(contains(shown, "Opening"));
}

LessonTest(resumes_at_a_question_with_the_text_it_is_about)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "\r\rq\r", &shown), FLOW_LEAVE);
    school_again(&school, &look);
    school_walk(&school, "q\r", &shown);
    cr_assert(contains(shown, "pears"));
    cr_assert(contains(shown, "Which is green?"));
}

LessonTest(resumes_behind_a_question_that_was_answered)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "\r\r2\rq", &shown), FLOW_LEAVE);
    school_again(&school, &look);
    school_walk(&school, "q", &shown);
    cr_assert_not(contains(shown, "Which is green?"), "%s", shown);
    cr_assert(contains(shown, "4 of 4") && contains(shown, "plums"), "%s", shown);
}

LessonTest(a_question_that_begins_a_visit_stands_under_the_title)
{
    const char *shown;

    school_write(&school, "lesson.md",
                 "# The chapter\n\nOpening.\n\n<!-- check q1 -->\n\n<!-- check q2 -->\n\nEnd.\n");
    cr_assert_eq(school_walk(&school, "2\rq", &shown), FLOW_LEAVE);
    school_again(&school, &look);
    school_walk(&school, "q\r", &shown);
    cr_assert_not(contains(shown, "Which is green?"), "%s", shown);
    cr_assert(contains(shown, "How many?") && contains(shown, "42  The chapter"), "%s", shown);
}

LessonTest(b_at_an_explanation_goes_back_to_the_question_and_its_text)
{
    const char *shown, *answered;

    school_walk(&school, "\r\r1\rbq\r", &shown);
    answered = strstr(shown, "2 is right.");
    cr_assert(answered, "%s", shown);
    cr_assert(contains(answered, "pears") && contains(answered, "Which is green?"), "%s", shown);
    cr_assert_not(contains(answered, "apples"), "%s", shown);
    school_walk(&school, "2\rbb\rq", &shown);
    answered = strstr(shown, "Right.");
    cr_assert(contains(answered, "pears") && contains(answered, "apples"), "%s", shown);
}

LessonTest(a_question_mark_lists_the_keys_wherever_a_key_is_waited_for)
{
    const char *shown, *explained;

    school_walk(&school, "\r\r2\r?q", &shown);
    explained = strstr(shown, "Right.");
    cr_assert(contains(explained, "\n Enter  next\n b      back\n q      leave\n"), "%s", shown);
}

LessonTest(finds_its_place_by_the_section_when_the_lesson_has_changed)
{
    const char *shown;

    school_walk(&school, "\r\rs\rq", &shown);
    school_write(
        &school, "lesson.md",
        "# The chapter\n\nMore.\n\nAnd more.\n\n## New\n\nnew\n\n## Third\n\nAbout plums.\n");
    school_again(&school, &look);
    school_walk(&school, "q", &shown);
    cr_assert(contains(shown, "plums"), "%s", shown);
    cr_assert_not(contains(shown, "More"));
}

LessonTest(a_wrong_answer_is_explained_before_the_right_one)
{
    const char *shown, *mine, *right;

    school_walk(&school, "\r\r1\r", &shown);
    mine = strstr(shown, "A plum is blue.");
    right = strstr(shown, "A pear is green.");
    cr_assert(mine && right && mine < right, "%s", shown);
    cr_assert(contains(shown, "2 is right."));
    cr_assert_not(learner_answer(school.app.learner, "answer", "q1")->last_right);
}

LessonTest(what_is_no_answer_is_asked_again_and_not_counted)
{
    const char *shown;

    school_walk(&school, "\r\r7\rpear\r\r2\r", &shown);
    cr_assert(contains(shown, "Right."));
    cr_assert_eq(learner_answer(school.app.learner, "answer", "q1")->tries, 1);
    cr_assert(learner_answer(school.app.learner, "answer", "q1")->last_right);
}

LessonTest(slash_finds_a_word_and_goes_there)
{
    const char *shown;

    school_walk(&school, "/PLUMS\rq", &shown);
    cr_assert(contains(shown, "4 of 4"));
    cr_assert(contains(shown, "About plums."));
    school_walk(&school, "/quinces\rq", &shown);
    cr_assert(contains(shown, "then Enter; Enter alone stays here."));
    cr_assert(contains(shown, "nowhere"));
}

static const char glossary[] =
    "{\"terms\": [{\"term\": \"apple\", \"text\": \"A round fruit.\", \"chapter\": 42},\n"
    "{\"term\": \"pear\", \"text\": \"A long fruit.\", \"chapter\": 42},\n"
    "{\"term\": \"plum\", \"text\": \"Comes later.\", \"chapter\": 43}]}\n";

LessonTest(w_says_what_the_words_on_the_page_mean)
{
    const char *shown, *page;

    school_write(&school, "../glossary.json", glossary);
    school_walk(&school, "\rwq", &shown);
    page = strstr(shown, "Words: apple.");
    cr_assert(page, "%s", shown);
    cr_assert(contains(page, "w words"), "the key is named: %s", page);
    cr_assert(contains(page, "apple: A round fruit."), "%s", page);
    cr_assert_not(contains(page, "fruit. pear"));
}

LessonTest(w_answers_at_a_question_too)
{
    const char *shown;

    school_write(&school, "../glossary.json", glossary);
    school_walk(&school, "\r\rw\r2\rq", &shown);
    cr_assert(contains(shown, "pear: A long fruit."), "%s", shown);
    cr_assert(contains(shown, "Right."), "%s", shown);
}

LessonTest(a_word_that_a_later_chapter_explains_is_not_marked)
{
    const char *shown;

    school_write(&school, "../glossary.json", glossary);
    school_walk(&school, "/plums\rwq", &shown);
    cr_assert_not(contains(shown, "Comes later."), "%s", shown);
    cr_assert(contains(shown, "None of the glossary's."), "%s", shown);
}

Test(lesson_on_a_screen, underlines_the_first_use_of_a_term, .fini = close_school)
{
    const char *shown;

    look = look_of_terminal(80);
    school_open(&school, &look);
    school_write(&school, "../glossary.json", glossary);
    school_write(&school, "lesson.md", "# The chapter\n\nA **pear**, or pears. Pearl.\n");
    school_walk(&school, "q", &shown);
    cr_assert(contains(shown, "A \033[1;4mpear\033[0m, or pears. Pearl."), "%s", shown);
    cr_assert_not(contains(shown, "Words:"));
}

/* Asks one item of the quiz and answers it. */
static const char *answered(const char *item, const char *answer)
{
    struct lesson lesson;
    struct error error = {0};
    char keys[64];

    cr_assert_eq(app_chapter(&school.app, "42", &school.chapter), STATUS_OK);
    cr_assert_eq(lesson_load(&school.app.course, school.chapter, &lesson, &error), 0, "%s",
                 error.text);
    snprintf(keys, sizeof keys, "%s\r\r", answer);
    term_mock_output(school.app.term);
    term_mock_feed(school.app.term, keys);
    cr_assert_eq(quiz_ask_one(&school.app, school.chapter, quiz_find(&lesson.quiz, item)),
                 FLOW_NEXT);
    lesson_free(&lesson);
    return term_mock_output(school.app.term);
}

/* A quiz with one item, and the belief that its wrong answers reveal. */
static void write_beliefs(const char *type)
{
    char quiz[900];

    snprintf(quiz, sizeof quiz,
             "{\"items\": [{\"id\": \"q1\", \"type\": \"%s\", \"ask\": \"Which is green?\",\n"
             " \"choices\": [{\"text\": \"plum\", \"why\": \"A plum is blue.\",\n"
             "   \"misconception\": \"all-green\"},\n"
             "  {\"text\": \"pear\", \"right\": true, \"why\": \"A pear is green.\"}%s]}]}",
             type,
             *type == 'm' ? ", {\"text\": \"kiwi\", \"right\": true, \"why\": \"Inside.\"}" : "");
    school_write(&school, "quiz.json", quiz);
    school_write(&school, "../misconceptions.json",
                 "{\"misconceptions\": [{\"id\": \"all-green\", \"sentence\": \"All fruit is "
                 "green.\",\n\"truth\": \"T\", \"chapter\": 4, \"demo\": \"not-faster:one\"}]}");
}

LessonTest(a_wrong_answer_names_the_belief_behind_it_and_what_kills_it)
{
    const char *shown;

    write_beliefs("choice");
    shown = answered("q1", "1");
    cr_assert(contains(shown, "Often believed, and wrong: All fruit is green."), "%s", shown);
    cr_assert(contains(shown, "asynctut demo 04 not-faster:one"), "%s", shown);
    cr_assert(contains(shown, "d see it happen"), "%s", shown);
    shown = answered("q1", "2");
    cr_assert(contains(shown, "Right."), "%s", shown);
    cr_assert_not(contains(shown, "Often believed"), "a right answer reveals none: %s", shown);
}

LessonTest(of_several_choices_each_that_is_missing_or_wrong_has_its_reason)
{
    const char *shown, *wrong, *missing;

    write_beliefs("multi");
    shown = answered("q1", "2");
    cr_assert(contains(shown, "Not so. 3 is missing. Inside."), "%s", shown);
    cr_assert_not(contains(shown, "A plum is blue."), "%s", shown);
    shown = answered("q1", "1 2 3");
    cr_assert(contains(shown, "Not so. 1 is not right. A plum is blue."), "%s", shown);
    shown = answered("q1", "1 3");
    wrong = strstr(shown, "Not so. 1 is not right. A plum is blue.");
    missing = strstr(shown, "2 is missing. A pear is green.");
    cr_assert(wrong && missing && wrong < missing, "%s", shown);
    cr_assert(contains(shown, "2 and 3 are right."), "%s", shown);
    shown = answered("q1", "2 3");
    cr_assert(contains(shown, "A pear is green.") && contains(shown, "Inside."), "%s", shown);
}

/* The order of fruit by name, whatever the order in which it is shown. */
static void type_order(const char *shown, const char *const *names, char *ret_answer)
{
    for (size_t i = 0; names[i]; i++) {
        const char *at = strstr(shown, names[i]);

        cr_assert_not_null(at, "%s", shown);
        while (at[-1] == ' ')
            at--;
        ret_answer[2 * i] = at[-1];
        ret_answer[2 * i + 1] = names[i + 1] ? ' ' : '\0';
    }
}

LessonTest(of_a_wrong_order_it_is_told_where_it_departs)
{
    static const char *const began[] = {"two", "one", "three", NULL},
                             *const after[] = {"one", "three", "two", NULL},
                             *const right[] = {"one", "two", "three", NULL};
    char asked[4000], answer[16];
    const char *shown;

    snprintf(asked, sizeof asked, "%s", answered("q3", "s"));
    type_order(asked, began, answer);
    shown = answered("q3", answer);
    cr_assert(contains(shown, "You began with \"two\", but \"one\" comes before it."), "%s", shown);
    type_order(asked, after, answer);
    shown = answered("q3", answer);
    cr_assert(contains(shown, "After \"one\" you put \"three\", but"), "%s", shown);
    cr_assert(contains(shown, "\"two\" comes before it."), "%s", shown);
    type_order(asked, right, answer);
    shown = answered("q3", answer);
    cr_assert(contains(shown, "Right. So one counts."), "%s", shown);
}

LessonTest(of_a_wrong_number_the_distance_is_told_and_of_a_word_what_was_typed)
{
    const char *shown = answered("q2", "420 ms");

    cr_assert(contains(shown, "Not so. 420 is too low, by 80 ms."), "%s", shown);
    shown = answered("q2", "1000");
    cr_assert(contains(shown, "Not so. 1000 is too high, by 500 ms."), "%s", shown);
    school_write(&school, "quiz.json",
                 "{\"items\": [{\"id\": \"q1\", \"type\": \"text\", \"ask\": \"Which?\", \n"
                 "\"answers\": [\"plum\"], \"why\": \"Blue.\"}]}");
    shown = answered("q1", "a pear");
    cr_assert(contains(shown, "Not so. You typed \"a pear\"."), "%s", shown);
    cr_assert(contains(shown, "It is \"plum\". Blue."), "%s", shown);
}

static void assert_no_digit(const char *hint)
{
    for (const char *at = hint; strncmp(at, "Enter.", 6) != 0; at++)
        cr_assert_not(*at >= '0' && *at <= '9', "%s", hint);
}

LessonTest(what_to_type_is_said_at_once_and_gives_no_answer_away)
{
    const char *shown = answered("q3", "s"), *hint = strstr(shown, "Type all 3 numbers");

    cr_assert(hint, "%s", shown);
    cr_assert(contains(hint, "b to go back, ? for more; then press Enter."), "%s", shown);
    assert_no_digit(hint + strlen("Type all 3"));
    write_beliefs("multi");
    shown = answered("q1", "?\rs");
    hint = strstr(shown, "Several may be right.");
    cr_assert(hint, "%s", shown);
    assert_no_digit(hint);
    cr_assert(contains(shown, "Each of these, then Enter:"), "%s", shown);
}

LessonTest(a_block_taller_than_the_screen_is_shown_a_screen_at_a_time)
{
    struct str text = {0};
    const char *shown, *first;

    str_puts(&text, "# The chapter\n\n```\n");
    for (int i = 1; i <= 50; i++)
        str_printf(&text, "line %d.\n", i);
    str_puts(&text, "```\n");
    school_write(&school, "lesson.md", str_text(&text));
    str_free(&text);
    cr_assert_eq(school_walk(&school, "q", &shown), FLOW_LEAVE);
    cr_assert(contains(shown, "line 15.") && contains(shown, "Enter more"), "%s", shown);
    cr_assert_not(contains(shown, "line 23."), "24 rows: %s", shown);
    school_walk(&school, "\r\rq", &shown);
    first = strstr(shown, "Enter more");
    cr_assert(first && strstr(first + 1, "Enter more"), "%s", shown);
    cr_assert(contains(shown, "line 50."), "%s", shown);
}

/* 24 lines do not fit with the title above them: they are not 19 and a rest of 5. */
LessonTest(a_listing_that_does_not_fit_breaks_evenly_and_without_a_blank_line)
{
    struct str text = {0};
    const char *shown, *more;

    str_puts(&text, "# The chapter\n\n```\n");
    for (int i = 1; i <= 24; i++)
        str_printf(&text, "line %d.\n", i);
    str_puts(&text, "```\n");
    school_write(&school, "lesson.md", str_text(&text));
    str_free(&text);
    school_walk(&school, "\rq", &shown);
    more = strstr(shown, "Enter more");
    cr_assert(more, "%s", shown);
    cr_assert_eq(strncmp(more - strlen(".\n "), ".\n ", 3), 0, "%s", shown);
    cr_assert(contains(more, "line 16.") && !contains(more, "line 11."), "%s", shown);
}

LessonTest(t_changes_the_level_of_the_trace)
{
    const char *shown;

    school_walk(&school, "ttq", &shown);
    cr_assert(contains(shown, "trace: tasks"));
    cr_assert(contains(shown, "trace: loop"));
    cr_assert(contains(shown, "trace: all"));
    cr_assert_eq(settings_level(&school.app.settings), LEVEL_ALL);
}

LessonTest(the_quiz_follows_and_its_result_is_kept)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "\r\r2\r\r\r\r500\r\r9 9\rq\r", &shown), FLOW_LEAVE);
    cr_assert(contains(shown, "Question 1 of 2"));
    cr_assert(contains(shown, "Question 2 of 2"));
    cr_assert(state()->done);
    cr_assert_eq(state()->quiz_of, 0, "the quiz is not over");
    school_again(&school, &look);
    school_walk(&school, "s\r", &shown);
    cr_assert_not(contains(shown, "Question 1"), "%s", shown);
    cr_assert(contains(shown, "Question 2 of 2"), "%s", shown);
    cr_assert(contains(shown, "Quiz: 1 of 2."), "%s", shown);
    cr_assert_eq(state()->quiz_right, 1);
    cr_assert_eq(state()->quiz_of, 2);
}

LessonTest(the_quiz_goes_on_behind_a_question_that_was_answered)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "\r\r2\r\r\r\r500\rq", &shown), FLOW_LEAVE);
    school_again(&school, &look);
    school_walk(&school, "s\r", &shown);
    cr_assert_not(contains(shown, "Question 1"), "%s", shown);
    cr_assert(contains(shown, "Quiz: 1 of 2."), "%s", shown);
}

LessonTest(a_finished_chapter_begins_at_its_beginning)
{
    const char *shown;

    school_walk(&school, "\r\rs\r\r\rs\rs\r", &shown);
    cr_assert(contains(shown, "Quiz: 0 of 2."), "%s", shown);
    school_walk(&school, "q", &shown);
    cr_assert(contains(shown, "Opening words."));
}

LessonTest(review_asks_what_is_due_and_nothing_else)
{
    const char *shown;

    school_walk(&school, "\r\r1\rq", &shown);
    learner_answer(school.app.learner, "answer", "q1")->card.due = 1;
    term_mock_feed(school.app.term, "2\r\r");
    cr_assert_eq(quiz_review(&school.app), FLOW_NEXT);
    shown = term_mock_output(school.app.term);
    cr_assert(contains(shown, "Which is green?"), "%s", shown);
    cr_assert_not(contains(shown, "How many?"));
    cr_assert(contains(shown, "That is all for now."));
    cr_assert_eq(learner_answer(school.app.learner, "answer", "q1")->tries, 2);
    cr_assert_eq(quiz_review(&school.app), FLOW_NEXT);
    cr_assert(contains(term_mock_output(school.app.term), "Nothing is due."));
}

LessonTest(interrupt_and_end_of_input_leave_with_the_place_saved)
{
    const char *shown;

    cr_assert_eq(school_walk(&school, "\r\003", &shown), FLOW_INTERRUPT);
    school_again(&school, &look);
    cr_assert_eq(school_walk(&school, "\r", &shown), FLOW_END_OF_INPUT);
    cr_assert(contains(shown, "apples"));
}

LessonTest(a_new_size_is_used_from_then_on)
{
    const char *shown;

    cr_assert_eq(app_chapter(&school.app, "42", &school.chapter), STATUS_OK);
    term_mock_resize(school.app.term, 40, 24);
    school_walk(&school, "\rq", &shown);
    cr_assert_leq(widest(shown), 41, "%s", shown);
}

Test(lesson_in_a_pipe, runs_through_and_takes_answers_a_line_each, .fini = close_school)
{
    const char *shown;

    look = look_of_pipe();
    school_open(&school, &look);
    cr_assert_eq(school_walk(&school, "2\n480 ms\n1 2 3\n", &shown), FLOW_NEXT);
    cr_assert(contains(shown, "Opening words."));
    cr_assert(contains(shown, "plums"));
    cr_assert_not(contains(shown, "Enter next"), "no key is waited for");
    cr_assert_not(contains(shown, "\033"));
    cr_assert(contains(shown, "Quiz: "));
    cr_assert_eq(state()->quiz_of, 2);
}

Test(lesson_in_a_pipe, end_of_input_leaves_and_keeps_what_was_done, .fini = close_school)
{
    const char *shown;

    look = look_of_pipe();
    school_open(&school, &look);
    cr_assert_eq(school_walk(&school, "2\n", &shown), FLOW_END_OF_INPUT);
    cr_assert(learner_answer(school.app.learner, "answer", "q1")->last_right);
    school_again(&school, &look);
    cr_assert_eq(school_walk(&school, "500\n1 2 3\n", &shown), FLOW_NEXT);
    cr_assert_not(contains(shown, "Opening"));
    cr_assert_eq(state()->quiz_of, 2);
}

Test(lesson_to_a_screen_reader, is_words_only, .fini = close_school)
{
    const char *shown;

    look = look_of_reader();
    school_open(&school, &look);
    school_walk(&school, "\r\r1\rq", &shown);
    for (const char *at = shown; *at; at++)
        cr_assert((unsigned char)*at < 0x80 && *at != '\r', "at %s", at);
    cr_assert(contains(shown, "Enter next"));
}
