/* What is asked of all columns of a design, or of a combination of some, at every λ. */
#include "vectors.h"

/* See `screen_suspects` in compiled.py. */
WIDE EXPORT int64_t regcli_screen_suspects(
    int64_t p, const int64_t *stamp, const double *alpha, const double *distance, const double *known, const double *rms,
    const double *limit, int positive, double *gradient, uint8_t *suspect)
{
    for (int64_t j = 0; j < p; j++) {
        const double g = alpha[stamp[j]] * known[j];
        gradient[j] = g;
        suspect[j] |= (positive ? g : fabs(g)) + distance[stamp[j]] * rms[j] > limit[j];
    }
    return 0;
}

/* See `combined` in compiled.py. */
WIDE EXPORT int64_t regcli_combined(
    int64_t n, const double *columns, const int64_t *place, const double *coef, int64_t count, double *out)
{
    memset(out, 0, (size_t)n * sizeof(double));
    for (int64_t k = 0; k < count; k++)
        add(n, coef[k], columns + place[k] * n, out);
    return 0;
}
