/* The walk from break to break that homotopy.py describes, on its own arrays: the columns of the support stand first, the inverse
 * of their Gram matrix is kept up to date by changes of rank one.
 *
 * On the support the slope q - Qb is known, the edge itself; it is kept for the columns outside alone, and set right for a column
 * that leaves.
 */
#include "vectors.h"

/* As in homotopy.py. */
enum { TARGET, COEF, SIGN, WEIGHT, SLACK, SQUARE, LEAST, PULL, SPEED, SHIFT, MOVE, ROWS };
enum { ARRIVED, STRAYED, NO_ROOM };

typedef struct {
    int64_t m, a;              /* columns, and those in the support */
    double *gram, *inverse;    /* (m, m) and (a, a), in larger ones */
    int64_t stride, room;      /* what their rows, and those of `of`, are long */
    double *of[ROWS];          /* (m,) each */
    int64_t *order;            /* (m,) */
    int positive;
    double turn;               /* by how much τ moves in all */
    double dependent;          /* the share of its square that a column must have for itself */
    double *along, *change;    /* scratch, (m,) */
} Walk;

INLINE void exchange_numbers(double *x, double *y)
{
    const double kept = *x;
    *x = *y;
    *y = kept;
}

/* Exchange two columns everywhere. */
INLINE void swap(Walk *w, int64_t i, int64_t j)
{
    if (i == j)
        return;
    for (int row = 0; row < ROWS; row++)
        exchange_numbers(w->of[row] + i, w->of[row] + j);
    const int64_t column = w->order[i];
    w->order[i] = w->order[j];
    w->order[j] = column;
    for (int64_t k = 0; k < w->m; k++)
        exchange_numbers(w->gram + i * w->stride + k, w->gram + j * w->stride + k);
    for (int64_t k = 0; k < w->m; k++)
        exchange_numbers(w->gram + k * w->stride + i, w->gram + k * w->stride + j);
    if (i >= w->a || j >= w->a)
        return;
    for (int64_t k = 0; k < w->a; k++)
        exchange_numbers(w->inverse + i * w->room + k, w->inverse + j * w->room + k);
    for (int64_t k = 0; k < w->a; k++)
        exchange_numbers(w->inverse + k * w->room + i, w->inverse + k * w->room + j);
}

/* Take column i out of the support at τ = edge. */
INLINE void drop(Walk *w, int64_t i, double edge)
{
    const int64_t a = w->a, last = a - 1;
    swap(w, i, last);
    double *move = w->of[MOVE], *sign = w->of[SIGN], *column = w->inverse + last * w->room;
    const double pivot = column[last], share = move[last] / pivot, charge = w->of[WEIGHT][last] * sign[last];
    for (int64_t k = 0; k < a; k++) {
        w->change[k] = column[k] * share;
        move[k] -= w->change[k];
    }
    w->of[PULL][last] = edge * charge;
    w->of[SPEED][last] = w->turn * charge;
    for (int64_t k = last; k < w->m; k++)
        w->of[SPEED][k] += dot(a, w->gram + k * w->stride, w->change);
    for (int64_t k = 0; k < last; k++) {
        double *row = w->inverse + k * w->room;
        add(last, -column[k] / pivot, column, row);
        row[last] = 0.0;
    }
    memset(column, 0, (size_t)a * sizeof(double));
    w->of[COEF][last] = sign[last] = move[last] = 0.0;
    w->a = last;
}

/* Which coefficient of the support is the first to reach zero along `step`, and when. */
INLINE int64_t first_out(const Walk *w, const double *step, double along, double *when)
{
    const double *b = w->of[COEF], *sign = w->of[SIGN];
    int64_t first = 0;
    *when = INFINITY;
    for (int64_t k = 0; k < w->a; k++) {
        const double by = along * step[k];
        if (by * sign[k] < 0.0 && -b[k] / by < *when) {
            *when = -b[k] / by;
            first = k;
        }
    }
    *when = fmax(*when, 0.0);
    return first;
}

/* Which column outside the support is the first to reach its edge, when, and on which side. */
INLINE int64_t first_in(const Walk *w, double edge, double *when, double *side)
{
    const double *weight = w->of[WEIGHT], *pull = w->of[PULL], *speed = w->of[SPEED], *least = w->of[LEAST];
    double above = INFINITY, below = INFINITY;
    int64_t up = w->a, down = w->a;
    for (int64_t k = w->a; k < w->m; k++) {
        const double rise = speed[k] - w->turn * weight[k], fall = -speed[k] - w->turn * weight[k];
        if (rise > least[k] && (edge * weight[k] - pull[k]) / rise < above) {
            above = (edge * weight[k] - pull[k]) / rise;
            up = k;
        }
        if (!w->positive && fall > least[k] && (edge * weight[k] + pull[k]) / fall < below) {
            below = (edge * weight[k] + pull[k]) / fall;
            down = k;
        }
    }
    *side = below < above ? -1.0 : 1.0;
    *when = fmax(below < above ? below : above, 0.0);
    return below < above ? down : up;
}

/* Take column j into the support; one that depends on the support takes the place of another, for which at its edge the penalty
 * charges as much. */
INLINE void enter(Walk *w, int64_t j, double side, double edge)
{
    double coef = 0.0;
    for (int attempt = 0; ; attempt++) {
        swap(w, j, w->a);
        const int64_t a = w->a;
        double *along = w->along, *cross = w->gram + a * w->stride;
        for (int64_t k = 0; k < a; k++)
            along[k] = dot(a, w->inverse + k * w->room, cross);
        const double rest = cross[a] - dot(a, cross, along);
        if (rest > w->dependent * cross[a]) {
            w->of[SIGN][a] = side;
            along[a] = -1.0;
            double pushed = 0.0;
            for (int64_t k = 0; k <= a; k++)
                pushed += along[k] * (w->of[SHIFT][k] - w->turn * w->of[WEIGHT][k] * w->of[SIGN][k]);
            for (int64_t k = 0; k <= a; k++) {
                w->change[k] = along[k] * (pushed / rest);
                w->of[MOVE][k] += w->change[k];
            }
            for (int64_t k = a + 1; k < w->m; k++)
                w->of[SPEED][k] -= dot(a + 1, w->gram + k * w->stride, w->change);
            for (int64_t k = 0; k <= a; k++)
                add(a + 1, along[k] / rest, along, w->inverse + k * w->room);
            if (attempt)
                w->of[COEF][a] = coef;
            w->a = a + 1;
            return;
        }
        double amount;
        const int64_t leaving = first_out(w, along, -side, &amount);
        /* what will be left of the column when that one has gone must not depend on the rest */
        if (attempt || !isfinite(amount)
            || along[leaving] * along[leaving] <= w->dependent * cross[a] * w->inverse[leaving * w->room + leaving]) {
            w->of[LEAST][a] = INFINITY;
            return;
        }
        for (int64_t k = 0; k < a; k++)
            w->of[COEF][k] -= amount * side * along[k];
        coef = amount * side;
        drop(w, leaving, edge);
        j = a;
    }
}

/* See `homotopy_walk` in compiled.py. */
WIDE EXPORT int64_t regcli_homotopy_walk(
    int64_t m, double *gram, int64_t stride, double *inverse, int64_t room, double *rows, int64_t *order, int positive,
    double turn, double end, double dependent, int64_t most, int64_t many, int64_t few, int64_t most_idle, int64_t *state, double *left)
{
    double *scratch = malloc(2 * (size_t)(m + 1) * sizeof(double));
    if (!scratch)
        return -1;
    Walk walk = {m, state[0], gram, inverse, stride, room, {0}, order, positive, turn, dependent, scratch, scratch + m + 1};
    for (int row = 0; row < ROWS; row++)
        walk.of[row] = rows + row * stride;
    double *b = walk.of[COEF], *move = walk.of[MOVE];
    int64_t breaks = state[1], idle = state[2], found = STRAYED;
    for (;; breaks++) {
        double until_out, until_in, side;
        const int64_t a = walk.a;
        const int64_t leaving = first_out(&walk, move, 1.0, &until_out);
        const int64_t entering = first_in(&walk, end - *left * turn, &until_in, &side);
        const double step = fmin(until_out, until_in);
        if (step >= *left) {
            for (int64_t k = 0; k < a; k++)
                b[k] += *left * move[k];
            found = ARRIVED;
            break;
        }
        const int64_t still = step <= 1e-14 ? idle + 1 : 0;
        if (breaks == most || still > most_idle || (breaks >= many && a > few))
            break;
        if (a == room && until_in < until_out) {
            found = NO_ROOM;
            break;
        }
        idle = still;
        for (int64_t k = 0; k < a; k++)
            b[k] += step * move[k];
        for (int64_t k = a; k < m; k++)
            walk.of[PULL][k] += step * walk.of[SPEED][k];
        *left -= step;
        if (until_out <= until_in)
            drop(&walk, leaving, end - *left * turn);
        else
            enter(&walk, entering, side, end - *left * turn);
    }
    state[0] = walk.a, state[1] = breaks, state[2] = idle;
    free(scratch);
    return found;
}
