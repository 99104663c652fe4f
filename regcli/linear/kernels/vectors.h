/* What every kernel is made of: products and sums of vectors.
 *
 * The numbers do not depend on the processor. Reductions run in eight sums of their own, added in a fixed order, so that the
 * compiler may use vector instructions of any width without changing what is added to what; nothing is fused.
 */
#ifndef REGCLI_VECTORS_H
#define REGCLI_VECTORS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* Raised, together with its namesake in compiled.py, when a signature changes. */
#define INTERFACE 4

/* Kernels are compiled once for all x86-64 processors and once for those with AVX2; the loader picks (glibc alone can). */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static __forceinline
#endif

/* Σ x_i y_i */
INLINE double dot(int64_t n, const double *restrict x, const double *restrict y)
{
    double sum[8] = {0.0};
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++)
            sum[k] += x[i + k] * y[i + k];
    for (int k = 0; i < n; i++, k++)
        sum[k] += x[i] * y[i];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/* y += a x */
INLINE void add(int64_t n, double a, const double *restrict x, double *restrict y)
{
    for (int64_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

/* Where ½qb² - pull·b + l1|b| (b >= 0 where `positive`) has its minimum. */
INLINE double shrunk(double pull, double l1, double q, int positive)
{
    if (pull > l1)
        return (pull - l1) / q;
    if (pull < -l1 && !positive)
        return (pull + l1) / q;
    return 0.0;
}

/* Distance from the optimality condition of a coordinate b whose smooth part falls at the rate `pull`; negative within. */
INLINE double violation(double pull, double l1, double b, int positive)
{
    if (b == 0.0)
        return (positive ? pull : fabs(pull)) - l1;
    return fabs(pull - (b > 0.0 ? l1 : -l1));
}

#endif
