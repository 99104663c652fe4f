/* Coordinate descent on a Gram matrix:
 *
 *     minimise  ½ b'Qb - q'b + Σ_j l1_j |b_j| + ½ Σ_j l2_j b_j²        (b_j >= 0 where `positive`)
 *
 * Sweeps go over the coordinates that are not zero or want to leave it, until these are within their slack; then all are looked
 * at. The slope of the smooth part is kept up to date for what is swept over, that of the others is made good afterwards by one
 * product for each coordinate that has moved.
 */
#ifndef REGCLI_GRAM_H
#define REGCLI_GRAM_H

#include "vectors.h"

typedef struct {
    int64_t m;
    const double *Q, *q;    /* (m, m) and (m,) */
    const double *l1, *l2;  /* (m,) */
    const double *slack;    /* (m,) violation of the optimality condition that is accepted */
    int positive;
} Problem;

typedef struct {
    int64_t *use;                /* (m,) the coordinates swept over */
    double *pull;                /* (m,) -slope of the smooth part, q - Qb - l2 b */
    double *b, *slope, *l1, *l2; /* (m,) of the coordinates swept over: b, -slope, weights, */
    double *limit;               /* half their slack, so that rounding when the others are made good does no harm, */
    double *Q;                   /* and their block of Q, where that is smaller than Q */
    int64_t room;
} Scratch;

INLINE int reserve(Scratch *my, int64_t m)
{
    const size_t size = m > 0 ? (size_t)m : 1;
    double *vectors = malloc(6 * size * sizeof(double));
    my->use = malloc(size * sizeof(int64_t));
    my->pull = vectors;
    my->Q = NULL;
    my->room = 0;
    if (!vectors || !my->use)
        return 0;
    my->b = vectors + size, my->slope = vectors + 2 * size, my->l1 = vectors + 3 * size;
    my->l2 = vectors + 4 * size, my->limit = vectors + 5 * size;
    return 1;
}

INLINE void release(Scratch *my)
{
    free(my->pull);
    free(my->use);
    free(my->Q);
}

/* Sweeps until no step has changed a slope by more than its limit. */
INLINE int64_t sweep(const Scratch *my, int64_t count, const double *Q, int64_t stride, int positive, int64_t most)
{
    double *b = my->b, *pull = my->slope;
    int64_t sweeps = 0;
    for (int open = 1; open && sweeps < most; sweeps++) {
        open = 0;
        for (int64_t k = 0; k < count; k++) {
            const double *row = Q + k * stride;
            const double curve = row[k] + my->l2[k];
            /* a column of rounding carries nothing */
            const double next = curve > 0.0 ? shrunk(pull[k] + curve * b[k], my->l1[k], curve, positive) : 0.0;
            const double step = next - b[k];
            if (step == 0.0)
                continue;
            open |= fabs(step) * curve > my->limit[k];
            add(count, -step, row, pull);
            pull[k] -= my->l2[k] * step;
            b[k] = next;
        }
    }
    return sweeps;
}

/* Move b by `step` at j and make all slopes good. */
INLINE void move(const Problem *at, const Scratch *my, int64_t j, double step)
{
    add(at->m, -step, at->Q + j * at->m, my->pull);
    my->pull[j] -= at->l2[j] * step;
}

/* Descend from b, (m,), in place. Sweeps taken; one more than `most` where they were not enough; negative without memory. */
INLINE int64_t descend(const Problem *at, Scratch *my, double *b, int64_t most)
{
    const int64_t m = at->m;
    memcpy(my->pull, at->q, (size_t)m * sizeof(double));
    for (int64_t j = 0; j < m; j++)
        if (b[j] != 0.0)
            move(at, my, j, b[j]);
    for (int64_t sweeps = 0;;) {
        int64_t count = 0, open = 0;
        for (int64_t j = 0; j < m; j++) {
            const int off = violation(my->pull[j], at->l1[j], b[j], at->positive) > at->slack[j];
            open += off;
            if (off || b[j] != 0.0)
                my->use[count++] = j;
        }
        if (!open)
            return sweeps;
        if (sweeps >= most)
            return most + 1;
        const int whole = 2 * count > m;
        if (whole)
            for (count = 0; count < m; count++)
                my->use[count] = count;
        else if (count * count > my->room) {
            free(my->Q);
            my->room = 2 * count * count;
            my->Q = malloc((size_t)my->room * sizeof(double));
            if (!my->Q)
                return -1;
        }
        for (int64_t k = 0; k < count; k++) {
            const int64_t j = my->use[k];
            my->b[k] = b[j], my->slope[k] = my->pull[j];
            my->l1[k] = at->l1[j], my->l2[k] = at->l2[j], my->limit[k] = 0.5 * at->slack[j];
            if (!whole)
                for (int64_t i = 0; i < count; i++)
                    my->Q[k * count + i] = at->Q[j * m + my->use[i]];
        }
        sweeps += sweep(my, count, whole ? at->Q : my->Q, count, at->positive, most - sweeps);
        for (int64_t k = 0; k < count; k++) {
            const int64_t j = my->use[k];
            if (!whole && my->b[k] != b[j])
                move(at, my, j, my->b[k] - b[j]);
            b[j] = my->b[k];
        }
        if (whole)
            memcpy(my->pull, my->slope, (size_t)m * sizeof(double));
    }
}

#endif
