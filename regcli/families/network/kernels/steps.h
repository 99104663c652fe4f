/* Steps of Adam for one network, for the processor that `network.c` includes this for.
 *
 * It says what: NAME(x) names a function for it, WIDTH is how many floats it takes at once, TILE how many of those side by side
 * stay in registers. Neither says what is added to what, nor does whether anything else is computed before or after.
 *
 * Widths of layers are padded to LANES: what lies there is zero and stays so. A layer's weights are (a, B), row by row, B being b
 * padded, then its biases (B,). The last layer is narrow, often one unit: its weights lie the other way, (b, A), then its biases.
 */
typedef float NAME(Floats) __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
#define VECTOR NAME(Floats)

/* R rows of C (·, n) from `from` on, V vectors of them from column `at` on: A B, plus what `with` adds to every row where it is not
 * NULL. A is read at A[r * down + k * on]. */
INLINE void NAME(tile)(
    const int R, const int V, int64_t k, const float *restrict A, int64_t down, int64_t on, const float *restrict B, int64_t n,
    const float *restrict with, float *restrict C, int64_t wide)
{
    VECTOR sum[4][4];
    for (int r = 0; r < R; r++)
        for (int v = 0; v < V; v++)
            sum[r][v] = with ? *(const VECTOR *)(with + v * WIDTH) : (VECTOR){0};
    for (int64_t i = 0; i < k; i++)
        for (int r = 0; r < R; r++)
            for (int v = 0; v < V; v++)
                sum[r][v] += A[r * down + i * on] * *(const VECTOR *)(B + i * n + v * WIDTH);
    for (int r = 0; r < R; r++)
        for (int v = 0; v < V; v++)
            *(VECTOR *)(C + r * wide + v * WIDTH) = sum[r][v];
}

/* V vectors of columns of C (m, n), for all rows: what is read of B stays near meanwhile. */
INLINE void NAME(columns)(
    const int V, int64_t m, int64_t k, const float *A, int64_t down, int64_t on, const float *B, int64_t n, const float *with,
    float *C)
{
    int64_t r = 0;
    for (; r + 4 <= m; r += 4)
        NAME(tile)(4, V, k, A + r * down, down, on, B, n, with, C + r * n, n);
    for (; r < m; r++)
        NAME(tile)(1, V, k, A + r * down, down, on, B, n, with, C + r * n, n);
}

/* Whatever is to be done for all n columns, V vectors of them at a time from column `at` on. */
#if TILE > 2
#define BY_COLUMNS(n, DO) \
    int64_t at = 0; \
    for (; at + TILE * WIDTH <= (n); at += TILE * WIDTH) \
        DO(TILE); \
    for (; at + 2 * WIDTH <= (n); at += 2 * WIDTH) \
        DO(2); \
    for (; at < (n); at += WIDTH) \
        DO(1);
#else
#define BY_COLUMNS(n, DO) \
    int64_t at = 0; \
    for (; at + TILE * WIDTH <= (n); at += TILE * WIDTH) \
        DO(TILE); \
    for (; at < (n); at += WIDTH) \
        DO(1);
#endif

/* C (m, n) = A B + with, A (m, k) read as above, B (k, n). */
static void NAME(product)(
    int64_t m, int64_t k, const float *A, int64_t down, int64_t on, const float *B, int64_t n, const float *with, float *C)
{
#define SOME(V) NAME(columns)(V, m, k, A, down, on, B + at, n, with ? with + at : NULL, C + at)
    BY_COLUMNS(n, SOME)
#undef SOME
}

/* One step of Adam on n numbers. `shrink` and `threshold` are 1 and 0 for those that are not penalised. */
INLINE void NAME(adam)(
    int64_t n, const float *restrict gradient, const Pull *at, float shrink, float threshold, float *restrict w,
    float *restrict mean, float *restrict square)
{
    const float keep = FIRST, keep_square = SECOND, scale = at->scale, rate = at->rate;
    for (int64_t i = 0; i < n; i++) {
        const float g = gradient[i];
        const float m = keep * mean[i] + (1.0f - keep) * g, v = keep_square * square[i] + (1.0f - keep_square) * (g * g);
        mean[i] = m;
        square[i] = v;
        const float moved = w[i] * shrink - m / (sqrtf(v) * scale + TINY) * rate;
        const float size = fabsf(moved) - threshold;
        w[i] = copysignf(size < 0.0f ? 0.0f : size, moved);
    }
}

/* R rows and V vectors of columns of a layer's weights: their gradient, and the step they take on it. */
INLINE void NAME(take_tile)(
    const int R, const int V, int64_t b, int64_t m, const float *inputs, int64_t down, const float *delta, const Pull *at, float *w,
    float *mean, float *square, float *gradient)
{
    NAME(tile)(R, V, m, inputs, 1, down, delta, b, NULL, gradient, V * WIDTH);
    for (int r = 0; r < R; r++)
        NAME(adam)(V * WIDTH, gradient + r * V * WIDTH, at, at->shrink, at->threshold, w + r * b, mean + r * b, square + r * b);
}

INLINE void NAME(take_columns)(
    const int V, int64_t a, int64_t b, int64_t m, const float *inputs, int64_t down, const float *delta, const Pull *at, float *w,
    float *mean, float *square, float *gradient)
{
    int64_t j = 0;
    for (; j + 4 <= a; j += 4)
        NAME(take_tile)(4, V, b, m, inputs + j, down, delta, at, w + j * b, mean + j * b, square + j * b, gradient);
    for (; j < a; j++)
        NAME(take_tile)(1, V, b, m, inputs + j, down, delta, at, w + j * b, mean + j * b, square + j * b, gradient);
}

/* The step of a layer's weights (a, b): inputs (m, ·) with rows `down` apart, deltas (m, b). */
static void NAME(take)(
    int64_t a, int64_t b, int64_t m, const float *inputs, int64_t down, const float *delta, const Pull *pull, float *w, float *mean,
    float *square, float *gradient)
{
#define SOME(V) NAME(take_columns)(V, a, b, m, inputs, down, delta + at, pull, w + at, mean + at, square + at, gradient)
    BY_COLUMNS(b, SOME)
#undef SOME
}

/* The same for biases, (b,): sums over the rows of deltas, `apart` from each other. */
static void NAME(take_biases)(
    int64_t b, int64_t m, const float *delta, int64_t apart, const Pull *at, float *w, float *mean, float *square, float *gradient)
{
    for (int64_t k = 0; k < b; k++)
        gradient[k] = 0.0f;
    for (int64_t r = 0; r < m; r++)
        for (int64_t k = 0; k < b; k++)
            gradient[k] += delta[r * apart + k];
    NAME(adam)(b, gradient, at, 1.0f, 0.0f, w, mean, square);
}

/* Rectified units of a layer, and what is left out of them: values (m, b padded), what is drawn (m, ·) with rows `apart`. */
static void NAME(rectify)(int64_t m, int64_t b, int64_t wide, const float *drawn, int64_t apart, float kept, float *values)
{
    for (int64_t i = 0; i < m * wide; i++)
        values[i] = values[i] < 0.0f ? 0.0f : values[i];
    if (!drawn)
        return;
    const float by = 1.0f / kept;
    for (int64_t r = 0; r < m; r++)
        for (int64_t k = 0; k < b; k++)
            values[r * wide + k] *= drawn[r * apart + k] < kept ? by : 0.0f;
}

/* What is passed on to units: nothing where they rest or are left out, else as much as they were multiplied by. */
static void NAME(pass)(int64_t n, float by, const float *restrict values, float *restrict delta)
{
    for (int64_t i = 0; i < n; i++)
        delta[i] = values[i] > 0.0f ? delta[i] * by : 0.0f;
}

/* Weights (a, b) the other way, (b, wide), with zeros beyond a; b and `wide` are padded. Four by four. */
static void NAME(transpose)(int64_t a, int64_t b, const float *restrict w, float *restrict out, int64_t wide)
{
    for (int64_t j = 0; j < wide; j += 4)
        for (int64_t k = 0; k < b; k += 4) {
            Four row[4];
            for (int i = 0; i < 4; i++)
                row[i] = j + i < a ? *(const Four *)(w + (j + i) * b + k) : (Four){0};
            const Four low0 = SHUFFLE(row[0], row[1], 0, 4, 1, 5), high0 = SHUFFLE(row[0], row[1], 2, 6, 3, 7);
            const Four low1 = SHUFFLE(row[2], row[3], 0, 4, 1, 5), high1 = SHUFFLE(row[2], row[3], 2, 6, 3, 7);
            *(Four *)(out + k * wide + j) = SHUFFLE(low0, low1, 0, 1, 4, 5);
            *(Four *)(out + (k + 1) * wide + j) = SHUFFLE(low0, low1, 2, 3, 6, 7);
            *(Four *)(out + (k + 2) * wide + j) = SHUFFLE(high0, high1, 0, 1, 4, 5);
            *(Four *)(out + (k + 3) * wide + j) = SHUFFLE(high0, high1, 2, 3, 6, 7);
        }
}

/* e^x of x that are not above 0, to the last bit or two: 2^n of what is left of a whole number n of ln 2, by a polynomial. */
static void NAME(exponentials)(int64_t n, float *x)
{
    for (int64_t i = 0; i < n; i++) {
        const float at = x[i] < -87.0f ? -87.0f : x[i];
        const float whole = (at * 1.44269504f + 12582912.0f) - 12582912.0f;
        const float r = (at - whole * 0.693359375f) + whole * 2.12194440e-4f;
        float p = 1.9875691500e-4f;
        p = p * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        const Bits power = {.whole = (uint32_t)((int32_t)whole + 127) << 23};
        x[i] = (p * (r * r) + r + 1.0f) * power.number;
    }
}

/* Probabilities of c classes, row by row of (m, wide), in place. */
static void NAME(softmax)(int64_t m, int64_t c, int64_t wide, float *eta)
{
    for (int64_t r = 0; r < m; r++) {
        float *row = eta + r * wide, top = row[0];
        for (int64_t k = 1; k < c; k++)
            top = row[k] > top ? row[k] : top;
        for (int64_t k = 0; k < wide; k++)
            row[k] = k < c ? row[k] - top : 0.0f;
    }
    NAME(exponentials)(m * wide, eta);
    for (int64_t r = 0; r < m; r++) {
        float *row = eta + r * wide, sum = 0.0f;
        for (int64_t k = 0; k < c; k++)
            sum += row[k];
        for (int64_t k = 0; k < c; k++)
            row[k] /= sum;
    }
}

/* The outputs of the last layer for its inputs (m, a), and from there its delta, (m, c padded): their mean less the target, by the
 * weight. */
static void NAME(outputs)(
    const Network *net, int64_t m, int64_t a, const float *inputs, const float *w, const float *target, const float *weight,
    const Scratch *s)
{
    const int64_t c = net->widths[net->layers], wide = s->width[net->layers];
    float *delta = s->deltas[net->layers];
    NAME(transpose)(c, a, w, s->turned, wide);
    NAME(product)(m, a, inputs, a, 1, s->turned, wide, w + c * a, delta);
    if (net->softmax)
        NAME(softmax)(m, c, wide, delta);
    for (int64_t r = 0; r < m; r++)
        for (int64_t k = 0; k < c; k++)
            delta[r * wide + k] = (delta[r * wide + k] - target[r * c + k]) * (weight[r] / (float)m);
}

/* One step on m rows; `s` is the scratch. */
static void NAME(step)(
    const Network *net, int64_t m, const float *x, const float *target, const float *weight, const float *drawn, const Pull *at,
    const Scratch *s)
{
    const int64_t last = net->layers - 1, *start = s->start, *width = s->width, c = net->widths[net->layers];
    float *w = net->weights, *mean = net->mean, *square = net->square;
    /* forwards; the inputs of layer i are values[i], but for x, which is as it comes where another layer follows */
    const float *inputs = x;
    int64_t down = net->widths[0];
    for (int64_t i = 0, unit = 0; i < last; unit += net->widths[++i]) {
        NAME(product)(m, net->widths[i], inputs, down, 1, w + start[i], width[i + 1], w + start[i] + net->widths[i] * width[i + 1],
                      s->values[i + 1]);
        NAME(rectify)(m, net->widths[i + 1], width[i + 1], drawn ? drawn + unit : NULL, net->units, net->kept, s->values[i + 1]);
        inputs = s->values[i + 1];
        down = width[i + 1];
    }
    const int64_t a = width[last];
    if (!last) {
        /* no hidden layer: x with its padding */
        for (int64_t r = 0; r < m; r++)
            memcpy(s->values[0] + r * a, x + r * net->widths[0], (size_t)net->widths[0] * sizeof(float));
        inputs = s->values[0];
    }
    NAME(outputs)(net, m, a, inputs, w + start[last], target, weight, s);
    const float *out = s->deltas[net->layers];
    const int64_t wide = width[net->layers];
    /* backwards: what is passed on by weights as they were, then their step */
    const float by = drawn ? 1.0f / net->kept : 1.0f;
    if (last) {
        NAME(product)(m, c, out, wide, 1, w + start[last], a, NULL, s->deltas[last]);
        NAME(pass)(m * a, by, inputs, s->deltas[last]);
    }
    {
        const int64_t here = start[last], biases = here + c * a;
        NAME(take)(c, a, m, out, wide, inputs, at, w + here, mean + here, square + here, s->gradient);
        NAME(take_biases)(c, m, out, wide, at, w + biases, mean + biases, square + biases, s->gradient);
    }
    for (int64_t i = last - 1; i >= 0; i--) {
        const int64_t rows = net->widths[i], b = width[i + 1], here = start[i], biases = here + rows * b;
        const float *delta = s->deltas[i + 1];
        if (i) {
            NAME(transpose)(rows, b, w + here, s->turned, width[i]);
            NAME(product)(m, b, delta, b, 1, s->turned, width[i], NULL, s->deltas[i]);
            NAME(pass)(m * width[i], by, s->values[i], s->deltas[i]);
        }
        NAME(take)(rows, b, m, i ? s->values[i] : x, i ? width[i] : rows, delta, at, w + here, mean + here, square + here,
                   s->gradient);
        NAME(take_biases)(b, m, delta, b, at, w + biases, mean + biases, square + biases, s->gradient);
    }
}

#undef VECTOR
#undef BY_COLUMNS
