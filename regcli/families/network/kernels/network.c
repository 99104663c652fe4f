/* Stretches of steps of Adam for one dense network, everything that belongs to it staying in the processor's own memory.
 *
 * The steps (steps.h) are compiled for what x86-64 processors have, and which is taken is asked when they are called. Products are
 * fused: single precision of networks depends on the processor anyway, as BLAS does. They do not depend on anything else: the same
 * network gets the same numbers beside any others.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif
#define INLINE static inline __attribute__((always_inline))

typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
typedef union {
    uint32_t whole;
    float number;
} Bits;
typedef int32_t Places __attribute__((vector_size(16)));
#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (Places){__VA_ARGS__})
#endif

/* Raised, together with its namesake in compiled.py, when a signature or a layout changes. */
#define INTERFACE 2
/* Widths are padded to this many floats. */
#define LANES 16
#define WIDE 256
#define MOST_LAYERS 64

/* As in training.py. */
#define FIRST 0.9f
#define SECOND 0.999f
#define TINY 1e-8f

/* See `_Network` in compiled.py, which has the same fields in this order. */
typedef struct {
    int64_t layers, softmax, batch, units, taken;
    const int64_t *widths;
    float *weights, *mean, *square, *scratch;
    double learning_rate;
    float shrink, threshold, kept;
} Network;

/* What a step of Adam does beside the gradient. */
typedef struct {
    float scale, rate, shrink, threshold;
} Pull;

typedef struct {
    int64_t start[MOST_LAYERS], width[MOST_LAYERS + 1];
    float *values[MOST_LAYERS], *deltas[MOST_LAYERS + 1];
    float *turned, *gradient;
} Scratch;

/* Columns of wide layers would share few places of the cache if their rows lay a round number apart. */
static int64_t padded(int64_t n)
{
    const int64_t full = (n + LANES - 1) / LANES * LANES;
    return full >= WIDE && full % 64 == 0 ? full + LANES : full;
}

/* Where everything lies in the scratch; returns how many floats that are. `start[i]` is where layer i begins in the weights. */
static int64_t laid_out(const Network *net, Scratch *s, int64_t *size)
{
    const int64_t last = net->layers - 1, c = net->widths[net->layers];
    int64_t at = 0, used = 0, most = padded(c), turned = 0;
    float *room = net->scratch;
    for (int64_t i = 0; i <= net->layers; i++)
        s->width[i] = padded(net->widths[i]);
    for (int64_t i = 0; i < net->layers; i++) {
        s->start[i] = at;
        at += i < last ? (net->widths[i] + 1) * s->width[i + 1] : c * s->width[i] + s->width[i + 1];
        s->values[i] = room + used;
        used += net->batch * s->width[i];
        s->deltas[i] = room + used;
        used += net->batch * s->width[i];
        most = s->width[i] > most ? s->width[i] : most;
        if ((i || !last) && s->width[i] * s->width[i + 1] > turned)
            turned = s->width[i] * s->width[i + 1];
    }
    s->deltas[net->layers] = room + used;
    used += net->batch * s->width[net->layers];
    s->turned = room + used;
    used += turned;
    s->gradient = room + used;
    used += 4 * most;
    *size = at;
    return used;
}

#define JOINED(a, b) a##b
#define GLUED(a, b) JOINED(a, b)
#define NAME(x) GLUED(x, PROCESSOR)

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define BY_PROCESSOR

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4,prefer-vector-width=512")
#define PROCESSOR _v4
#define WIDTH 16
#define TILE 4
#include "steps.h"
#undef PROCESSOR
#undef WIDTH
#undef TILE
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
#define PROCESSOR _v3
#define WIDTH 8
#define TILE 2
#include "steps.h"
#undef PROCESSOR
#undef WIDTH
#undef TILE
#pragma GCC pop_options
#endif

#define PROCESSOR _any
#define WIDTH 4
#define TILE 2
#include "steps.h"

typedef void (*Step)(
    const Network *, int64_t, const float *, const float *, const float *, const float *, const Pull *, const Scratch *);

/* The steps for this processor. */
static Step step_here(void)
{
#ifdef BY_PROCESSOR
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return step_v4;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
        return step_v3;
#endif
    return step_any;
}

EXPORT int64_t regcli_interface(void)
{
    return INTERFACE;
}

/* How many floats a network's padded numbers and the scratch take: `sizes` (2,). */
EXPORT int64_t regcli_network_sizes(const Network *net, int64_t *sizes)
{
    Scratch s;
    if (net->layers > MOST_LAYERS)
        return -1;
    sizes[1] = laid_out(net, &s, sizes);
    return 0;
}

/* A stretch of `rows` in steps of net->batch, the last one of what is left; `drawn` (rows, units) is NULL where nothing is left
 * out. Returns the steps taken so far. */
EXPORT int64_t regcli_network_steps(
    Network *net, int64_t rows, const float *x, const float *target, const float *weight, const float *drawn)
{
    Scratch s;
    int64_t size;
    laid_out(net, &s, &size);
    const Step step = step_here();
#ifdef __SSE__
    /* averages of what no longer changes fall below the smallest normal number, and products of such take a hundred times as long */
    const unsigned int before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before | 0x8040);
#endif
    for (int64_t from = 0; from < rows; from += net->batch) {
        const int64_t m = rows - from < net->batch ? rows - from : net->batch;
        net->taken++;
        const Pull at = {
            (float)(1.0 / sqrt(1.0 - pow((double)SECOND, (double)net->taken))),
            (float)(net->learning_rate / (1.0 - pow((double)FIRST, (double)net->taken))), net->shrink, net->threshold,
        };
        step(net, m, x + from * net->widths[0], target + from * net->widths[net->layers], weight + from,
             drawn ? drawn + from * net->units : NULL, &at, &s);
    }
#ifdef __SSE__
    __builtin_ia32_ldmxcsr(before);
#endif
    return net->taken;
}
