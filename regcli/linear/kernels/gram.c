/* Composite quadratic problems, one at a time or a path of them: what gram.h does, to be called from outside. */
#include "gram.h"

EXPORT int regcli_interface(void)
{
    return INTERFACE;
}

/* One problem. */
WIDE EXPORT int64_t regcli_gram_descend(
    int64_t m, const double *Q, const double *q, const double *l1, const double *l2, const double *slack, int positive,
    int64_t most, double *b)
{
    const Problem at = {m, Q, q, l1, l2, slack, positive};
    Scratch my = {0};
    const int64_t sweeps = reserve(&my, m) ? descend(&at, &my, b, most) : -1;
    release(&my);
    return sweeps;
}

/* A path, l1 = λρ·weight and l2 = λ(1-ρ)·weight. Writes points `from` to `to` to `points` (L, m) and `sweeps` (L,); the points
 * before them are there. Returns the number of the first point that is not settled by `most` sweeps, or `to`; negative without
 * memory. */
WIDE EXPORT int64_t regcli_gram_path(
    int64_t m, const double *Q, const double *q, const double *weight, const double *slack, int positive, double rho,
    const double *lambdas, int64_t from, int64_t to, int64_t most, double *points, int64_t *sweeps)
{
    Scratch my = {0};
    double *weights = malloc(2 * (size_t)(m > 0 ? m : 1) * sizeof(double));
    int64_t i = reserve(&my, m) && weights ? from : -1;
    for (; i >= 0 && i < to; i++) {
        double *b = points + i * m;
        const double *last = i > 0 ? b - m : NULL, *before = i > 1 ? b - 2 * m : NULL;
        const double lam = lambdas[i];
        const double gap = before ? lambdas[i - 2] - lambdas[i - 1] : 0.0;
        /* far beyond the two points the line through them, on which the path is nearly, is no guide */
        const double line = gap > 0.0 ? (lambdas[i - 1] - lam) / gap : 0.0, ahead = line < 1.0 ? line : 1.0;
        for (int64_t j = 0; j < m; j++) {
            const double start = last ? last[j] + (before ? ahead * (last[j] - before[j]) : 0.0) : 0.0;
            /* what changes its sign on the way, or has not entered yet, starts from zero */
            b[j] = last && start * last[j] > 0.0 ? start : 0.0;
            weights[j] = lam * rho * weight[j];
            weights[m + j] = lam * (1.0 - rho) * weight[j];
        }
        const Problem at = {m, Q, q, weights, weights + m, slack, positive};
        const int64_t taken = descend(&at, &my, b, most);
        if (taken < 0) {
            i = -1;
            break;
        }
        sweeps[i] = taken < most ? taken : most;
        if (taken > most)
            break;
    }
    free(weights);
    release(&my);
    return i;
}
