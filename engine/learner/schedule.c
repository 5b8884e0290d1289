/* FSRS-6, as small as it can be: two grades, no fuzz, no learning steps. The letters in the
 * formulas are those of the algorithm's own description: S stability, D difficulty, R recall, t
 * days since the last review, w the weights. Whole days are counted, so that the hour of the day at
 * which somebody learns does not matter. */
#include "engine/learner/schedule.h"

#include <math.h>

/* Grades. They are held in an int: an enum of these is unsigned, and g - 3 may be negative. */
enum { WRONG = 1, RIGHT = 3, EASY = 4 };

enum { DAY = 24 * 60 * 60, LONGEST = SCHEDULE_LONGEST };

static const double least_stability = 0.001;

static const double w[] = {0.212,  1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194,
                           0.001,  1.8722, 0.1666, 0.796,  1.4835, 0.0614, 0.2629,
                           1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542};

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

/* Whole days since the last review; 0 if the clock went backwards. */
static double days_since(const struct card *card, int64_t now)
{
    return now > card->reviewed ? floor(((double)now - (double)card->reviewed) / DAY) : 0;
}

/* A power law that is scaled to fall to 0.9 after S days, whatever its decay. */
static double recall_after(double S, double t)
{
    double decay = -w[20], F = pow(0.9, 1 / decay) - 1;

    return pow(1 + F * t / S, decay);
}

static double first_difficulty(int g)
{
    return w[4] - exp(w[5] * (g - 1)) + 1;
}

static double next_difficulty(double D, int g)
{
    double moved = D - w[6] * (g - 3) * (10 - D) / 9;

    return clamp(w[7] * first_difficulty(EASY) + (1 - w[7]) * moved, 1, 10);
}

static double stability_same_day(double S, int g)
{
    double k = exp(w[17] * (g - 3 + w[18])) * pow(S, -w[19]);

    return S * (g >= RIGHT ? fmax(k, 1) : k);
}

static double stability_passed(double S, double D, double R)
{
    return S * (1 + exp(w[8]) * (11 - D) * pow(S, -w[9]) * (exp(w[10] * (1 - R)) - 1));
}

static double stability_failed(double S, double D, double R)
{
    double forgot = w[11] * pow(D, -w[12]) * (pow(S + 1, w[13]) - 1) * exp(w[14] * (1 - R));

    return fmin(forgot, S / exp(w[17] * w[18]));
}

static double next_stability(const struct card *card, int g, int64_t now)
{
    double S = card->stability, D = card->difficulty, t = days_since(card, now);

    if (t < 1)
        return stability_same_day(S, g);
    double R = recall_after(S, t);
    return g == RIGHT ? stability_passed(S, D, R) : stability_failed(S, D, R);
}

void schedule_review(struct card *card, bool right, int64_t now)
{
    int g = right ? RIGHT : WRONG;

    if (card->stability <= 0) {
        card->stability = w[g - 1];
        card->difficulty = clamp(first_difficulty(g), 1, 10);
    } else {
        /* The new stability follows from the old difficulty. */
        card->stability = clamp(next_stability(card, g, now), least_stability, LONGEST);
        card->difficulty = next_difficulty(card->difficulty, g);
    }
    card->reviewed = now;
    card->due = now + (int64_t)schedule_interval(card->stability) * DAY;
}

double schedule_recall(const struct card *card, int64_t now)
{
    return card->stability <= 0 ? 1 : recall_after(card->stability, days_since(card, now));
}

/* Stability is by definition the time after which recall is 0.9, and that is the recall wanted. */
int schedule_interval(double stability)
{
    return (int)clamp(round(stability), 1, LONGEST);
}
