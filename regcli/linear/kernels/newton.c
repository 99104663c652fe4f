/* Proximal Newton for binary logistic loss on the working columns of one training set:
 *
 *     minimise  Σ_i s_i (log(1 + exp η_i) - y_i η_i) + Σ_j l1_j |b_j| + ½ Σ_j l2_j b_j²,     η = level + Σ_j b_j inverse_j x_j
 *
 * (b_j >= 0 where `positive`). The columns are those of the shared design, taken where they are; rows that the set leaves out have
 * no weight. Every step minimises the second-order expansion on the coordinates that are not zero or violate their condition, by
 * descent on their weighted Gram matrix and direct solves on the support, and is guarded by a line search.
 */
#include "gram.h"

/* Numbers of weighted rows multiplied at once, few enough to stay in the processor's cache. */
#define BLOCK 200000
#define FIRST_SWEEPS 8
#define MOST_SWEEPS 512
#define POLISH_ROUNDS 25
#define NEARLY_SINGULAR 1e-12
#define BACKTRACKING 40
#define SUFFICIENT 1e-4
#define ROUNDING 2.220446049250313e-16

enum { SETTLED = 0, STUCK = 1, NO_MEMORY = -1 };

/* BLAS and LAPACK, Fortran's calling convention, lent by scipy. */
typedef void (*Syrk)(const char *, const char *, const int *, const int *, const double *, const double *, const int *,
                     const double *, double *, const int *);
typedef void (*Potrf)(const char *, const int *, double *, const int *, int *);
typedef void (*Potrs)(const char *, const int *, const int *, const double *, const int *, double *, const int *, int *);

typedef struct {
    int64_t n, m;                          /* rows of the design, working columns */
    const double *values;                  /* (n, p), column by column */
    const int64_t *columns;                /* (m,) */
    const double *inverse;                 /* (m,) own column = shared column × inverse */
    const double *l1, *l2, *scale;         /* (m,) weights of the penalty, unit of the gradient */
    const double *y, *s;                   /* (n,) */
    double *b, *eta, *mean;                /* (m,), (n,), (n,) the point: coefficients, linear predictor, mean */
    double level, value, scale0;           /* intercept where the shared columns are zero; the loss; unit of its gradient */
    int64_t intercept, positive;           /* flags */
    Syrk syrk;
    Potrf potrf;
    Potrs potrs;
} Set;

typedef struct {
    double *r, *h, *d_eta;     /* (n,) s(y - mean), curvature, change of the linear predictor; before that, roots of h */
    double *pull, *d;          /* (m,) Σ x r, step */
    double *middle;            /* (m,) their means, weighted by the curvature */
    int64_t *use;              /* (m,) the columns taken */
    double slope0, d_level;
} Work;

INLINE double largest(double a, double b)
{
    return a > b ? a : b;
}

/* Σ_i x_i r_i for a working column in the set's own scale. */
INLINE double product(const Set *at, int64_t k, const double *r)
{
    const int64_t j = at->columns[k];
    return at->inverse[k] * dot(at->n, at->values + j * at->n, r);
}

/* out += a × a working column in the set's own scale. */
INLINE void add_column(const Set *at, int64_t k, double a, double *out)
{
    add(at->n, a * at->inverse[k], at->values + at->columns[k] * at->n, out);
}

/* Loss and means at a linear predictor; on rows that the set leaves out too, for nobody. */
INLINE double evaluate(const Set *at, const double *eta, double *mean)
{
    double sum = 0.0;
    for (int64_t i = 0; i < at->n; i++) {
        if (at->s[i] <= 0.0) {
            mean[i] = at->y[i];
            continue;
        }
        /* written so that neither tail overflows nor cancels */
        const double small = exp(-fabs(eta[i])), margin = at->y[i] > 0.5 ? -eta[i] : eta[i];
        mean[i] = eta[i] >= 0.0 ? 1.0 / (1.0 + small) : small / (1.0 + small);
        sum += at->s[i] * ((margin > 0.0 ? margin : 0.0) + log1p(small));
    }
    return sum;
}

INLINE double paid(const Set *at, const double *b)
{
    double sum = 0.0;
    for (int64_t k = 0; k < at->m; k++)
        sum += at->l1[k] * fabs(b[k]) + 0.5 * at->l2[k] * b[k] * b[k];
    return sum;
}

/* Residuals, curvature and slopes at the point; the worst relative violation. */
INLINE double look(const Set *at, Work *my)
{
    my->slope0 = 0.0;
    for (int64_t i = 0; i < at->n; i++) {
        my->r[i] = at->s[i] * (at->y[i] - at->mean[i]);
        my->h[i] = at->s[i] * at->mean[i] * (1.0 - at->mean[i]);
        my->slope0 += my->r[i];
    }
    double worst = at->intercept ? fabs(my->slope0) / at->scale0 : 0.0;
    for (int64_t k = 0; k < at->m; k++) {
        my->pull[k] = product(at, k, my->r);
        const double own = my->pull[k] - at->l2[k] * at->b[k];
        const double off = violation(own, at->l1[k], at->b[k], (int)at->positive) / at->scale[k];
        worst = largest(worst, off);
    }
    return worst;
}

/* The coordinates that are not zero or violate their condition; their number. */
INLINE int64_t take(const Set *at, const Work *my, double goal)
{
    int64_t count = 0;
    for (int64_t k = 0; k < at->m; k++) {
        const double own = my->pull[k] - at->l2[k] * at->b[k];
        if (at->b[k] != 0.0 || violation(own, at->l1[k], at->b[k], (int)at->positive) > goal * at->scale[k])
            my->use[count++] = k;
    }
    return count;
}

/* Solve on the support with the signs held; step to the first sign change and drop that coordinate where there is one.
 * K: (m, m), x, left: (m,). Gives up where the support is dependent. */
INLINE void polish(const Set *at, const Problem *model, double *b, double *K, double *x, double *left, int64_t *support)
{
    for (int rounds = 0; rounds < POLISH_ROUNDS; rounds++) {
        int size = 0, bad = 0;
        const int one = 1;
        for (int64_t k = 0; k < model->m; k++)
            if (b[k] != 0.0)
                support[size++] = k;
        if (!size)
            return;
        for (int a = 0; a < size; a++) {
            const int64_t k = support[a];
            for (int c = 0; c < size; c++)
                K[(int64_t)a * size + c] = model->Q[k * model->m + support[c]];
            K[(int64_t)a * size + a] += model->l2[k];
            x[a] = left[a] = model->q[k] - (b[k] > 0.0 ? model->l1[k] : -model->l1[k]);
        }
        at->potrf("L", &size, K, &size, &bad);
        if (bad)
            return;
        for (int a = 0; a < size; a++) {
            const int64_t k = support[a];
            const double pivot = K[(int64_t)a * size + a];
            if (pivot * pivot <= NEARLY_SINGULAR * (model->Q[k * model->m + k] + model->l2[k]))
                return;
        }
        at->potrs("L", &size, &one, K, &size, x, &size, &bad);
        /* refined once */
        for (int a = 0; a < size; a++) {
            const double *row = model->Q + support[a] * model->m;
            double sum = model->l2[support[a]] * x[a];
            for (int c = 0; c < size; c++)
                sum += row[support[c]] * x[c];
            left[a] -= sum;
        }
        at->potrs("L", &size, &one, K, &size, left, &size, &bad);
        double first = 1.0;
        int dropped = -1;
        for (int a = 0; a < size; a++) {
            const double now = b[support[a]], direction = x[a] + left[a] - now;
            if (direction * now < 0.0 && -now / direction <= first)
                first = -now / direction, dropped = a;
        }
        for (int a = 0; a < size; a++)
            b[support[a]] += first * (x[a] + left[a] - b[support[a]]);
        if (dropped < 0)
            return;
        b[support[dropped]] = 0.0;
    }
}

/* The weighted Gram matrix of the coordinates taken, intercept eliminated, and the minimiser on it. */
INLINE int by_gram(const Set *at, Work *my, int64_t count, double accuracy)
{
    const int64_t rows = BLOCK / (count > 0 ? count : 1) + 1, size = count > 0 ? count : 1;
    double *Q = calloc((size_t)(size * size), sizeof(double)), *K = malloc((size_t)(size * size) * sizeof(double));
    double *W = malloc((size_t)(rows * size) * sizeof(double)), *vectors = calloc((size_t)(7 * size), sizeof(double));
    int64_t *support = malloc((size_t)size * sizeof(int64_t));
    double *q = vectors, *l1 = q + size, *l2 = l1 + size, *slack = l2 + size, *b = slack + size, *x = b + size, *left = x + size;
    Scratch scratch = {0};
    int found = reserve(&scratch, size) && Q && K && W && vectors && support ? SETTLED : NO_MEMORY;
    double total = 0.0;
    const double one = 1.0;
    const int width = (int)count;
    for (int64_t i = 0; i < at->n; i++)
        total += my->h[i];
    for (int64_t c = 0; c < count && found == SETTLED; c++)
        my->middle[c] = at->intercept && total > 0.0 ? product(at, my->use[c], my->h) / total : 0.0;
    for (int64_t start = 0; start < at->n && found == SETTLED;) {
        /* rows of weight alone: (filled, count), one column behind the other */
        int64_t stop = start, filled = 0;
        for (; stop < at->n && filled < rows; stop++)
            filled += my->h[stop] > 0.0;
        for (int64_t c = 0; c < count; c++) {
            const int64_t k = my->use[c], j = at->columns[k];
            const double inverse = at->inverse[k], middle = my->middle[c];
            double *column = W + c * filled;
            const double *values = at->values + j * at->n;
            for (int64_t i = start, row = 0; i < stop; i++)
                if (my->h[i] > 0.0)
                    column[row++] = my->d_eta[i] * (inverse * values[i] - middle);
        }
        const int deep = (int)filled;
        if (filled)
            at->syrk("L", "T", &width, &deep, &one, W, &deep, &one, Q, &width);
        start = stop;
    }
    if (found == SETTLED) {
        /* Fortran's lower triangle is the upper one here */
        for (int64_t a = 0; a < count; a++)
            for (int64_t c = 0; c < a; c++)
                Q[a * count + c] = Q[c * count + a];
        for (int64_t c = 0; c < count; c++) {
            const int64_t k = my->use[c];
            b[c] = at->b[k], l1[c] = at->l1[k], l2[c] = at->l2[k], slack[c] = accuracy * at->scale[k];
        }
        for (int64_t c = 0; c < count; c++)
            q[c] = dot(count, Q + c * count, b) + my->pull[my->use[c]] - my->middle[c] * my->slope0;
        const Problem model = {count, Q, q, l1, l2, slack, (int)at->positive};
        for (int64_t chunk = FIRST_SWEEPS; chunk <= 2 * MOST_SWEEPS; chunk *= 2) {
            const int64_t sweeps = descend(&model, &scratch, b, chunk);
            if (sweeps < 0)
                found = NO_MEMORY;
            if (sweeps <= chunk)
                break;
            polish(at, &model, b, K, x, left, support);
        }
        my->d_level = total > 0.0 && at->intercept ? my->slope0 / total : 0.0;
        for (int64_t c = 0; c < count; c++) {
            my->d[my->use[c]] = b[c] - at->b[my->use[c]];
            my->d_level -= my->middle[c] * my->d[my->use[c]];
        }
    }
    free(Q), free(K), free(W), free(vectors), free(support);
    release(&scratch);
    return found;
}

/* Backtrack until the objective falls by a fraction of what the model promised (Tseng & Yun 2009); whether it did. `mean` and `eta`
 * (n,) and `b` (m,) are scratch. */
INLINE int line_search(Set *at, const Work *my, double *b, double *eta, double *mean)
{
    double falls = my->slope0 * my->d_level;
    for (int64_t k = 0; k < at->m; k++) {
        falls += my->pull[k] * my->d[k];
        b[k] = at->b[k] + my->d[k];
    }
    const double now = paid(at, at->b), before = at->value + now, promised = paid(at, b) - now - falls;
    double step = 1.0;
    for (int tries = 0; tries < BACKTRACKING; tries++, step *= 0.5) {
        for (int64_t i = 0; i < at->n; i++)
            eta[i] = at->eta[i] + step * my->d_eta[i];
        for (int64_t k = 0; k < at->m; k++)
            b[k] = at->b[k] + step * my->d[k];
        const double value = evaluate(at, eta, mean);
        /* within rounding of the objective a full step is taken on trust: the gradient decides whether it was right */
        if (value + paid(at, b) <= before + SUFFICIENT * step * (promised < 0.0 ? promised : 0.0) + 4.0 * ROUNDING * fabs(before)) {
            memcpy(at->b, b, (size_t)at->m * sizeof(double));
            memcpy(at->eta, eta, (size_t)at->n * sizeof(double));
            memcpy(at->mean, mean, (size_t)at->n * sizeof(double));
            at->level += step * my->d_level;
            at->value = value;
            return 1;
        }
    }
    return 0;
}

/* The point's linear predictor, means and loss, from its level and coefficients. */
WIDE EXPORT int64_t regcli_newton_place(Set *at)
{
    for (int64_t i = 0; i < at->n; i++)
        at->eta[i] = at->level;
    for (int64_t k = 0; k < at->m; k++)
        if (at->b[k] != 0.0)
            add_column(at, k, at->b[k], at->eta);
    at->value = evaluate(at, at->eta, at->mean);
    return 0;
}

/* Newton steps until every condition holds to the goal, or nothing improves any more below half of `tol`. Returns the steps,
 * with `*state` 1 where that was not reached; negative without memory. */
WIDE EXPORT int64_t regcli_newton_converge(Set *at, double goal, double tol, int64_t most, int64_t *state)
{
    const size_t n = (size_t)at->n, m = (size_t)(at->m > 0 ? at->m : 1);
    double *room = malloc((5 * n + 4 * m) * sizeof(double));
    int64_t *use = malloc(m * sizeof(int64_t));
    int64_t steps = 0, stale = 0, found = room && use ? STUCK : NO_MEMORY;
    double mark = HUGE_VAL;
    for (; found == STUCK && steps < most; steps++) {
        double *part = room + 5 * n, *eta = room + 3 * n, *mean = room + 4 * n;
        Work my = {room, room + n, room + 2 * n, part, part + m, part + 2 * m, use, 0.0, 0.0};
        const double worst = look(at, &my);
        stale = worst < 0.5 * mark ? 0 : stale + 1;
        if (!stale)
            mark = worst;
        if (worst <= goal || (worst <= 0.5 * tol && stale >= 2)) {
            found = SETTLED;
            break;
        }
        if (stale >= 10 || !isfinite(at->value))
            break;
        const int64_t count = take(at, &my, goal);
        memset(my.d, 0, m * sizeof(double));
        for (size_t i = 0; i < n; i++)
            my.d_eta[i] = sqrt(my.h[i]);
        /* the expansion errs by the square of the distance: solving it more exactly than that is wasted */
        const double accuracy = largest(0.01 * worst * worst, 1e-11);
        found = by_gram(at, &my, count, accuracy < 1e-2 ? accuracy : 1e-2);
        if (found == NO_MEMORY)
            break;
        found = STUCK;
        for (size_t i = 0; i < n; i++)
            my.d_eta[i] = my.d_level;
        for (int64_t c = 0; c < count; c++)
            if (my.d[use[c]] != 0.0)
                add_column(at, use[c], my.d[use[c]], my.d_eta);
        if (!line_search(at, &my, part + 3 * m, eta, mean))
            break;
    }
    free(room);
    free(use);
    *state = found;
    return found == NO_MEMORY ? NO_MEMORY : steps;
}
