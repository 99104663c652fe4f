"""Are two samples from one distribution? Tests of counts and moments, and the correction for many of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.numerics.arrays import FloatArray

# Below this expected count the chi-square approximation is not to be trusted (Cochran 1954).
LEAST_EXPECTED = 5.0
# Of two equally frequent values the kurtosis is 1, and the first-order noise of their SD nil: the next order counts.
LEAST_KURTOSIS = 1.2


def counts_p(a: Sequence[float], b: Sequence[float]) -> float:
    """Chance that two samples of one distribution over levels differ as much; NaN where there is nothing to compare.

    Chi-square over all levels, which sees a little everywhere, and over the level that moved most, which sees much in one place:
    twice the smaller p, the second times the number of levels. Levels too rare for chi-square are combined; where only two are
    left, one of them rare, Fisher's exact test takes over.

    Parameters
    ----------
    a, b : sequence of float (L,)
        Counts of every level in both samples.
    """
    from scipy.special import chdtrc  # scipy.stats takes most of a second to import

    table = np.array([a, b], dtype=np.float64)
    table = table[:, table.sum(axis=0) > 0]
    sizes = table.sum(axis=1)
    if table.shape[1] < 2 or not sizes.all():
        return math.nan
    expected = table.sum(axis=0) * sizes.min() / sizes.sum()
    rare = expected < LEAST_EXPECTED
    if rare.any():
        order = np.argsort(expected)
        # the rare ones together; if still rare, with the next one, as long as two are left
        together = max(1, int(rare.sum()))
        if expected[order[:together]].sum() < LEAST_EXPECTED and len(order) - together > 1:
            together += 1
        together = min(together, len(order) - 1)
        table = np.column_stack([table[:, order[:together]].sum(axis=1), table[:, order[together:]]])
        expected = table.sum(axis=0) * sizes.min() / sizes.sum()
    if table.shape[1] == 2 and expected.min() < LEAST_EXPECTED:
        return _fisher(table)
    fitted = np.outer(sizes, table.sum(axis=0)) / sizes.sum()
    overall = float(chdtrc(table.shape[1] - 1, ((table - fitted) ** 2 / fitted).sum()))
    if table.shape[1] == 2:
        return overall
    # each level against the rest: hypergeometric mean and variance of its count in the first sample
    share = table.sum(axis=0) / sizes.sum()
    alone = ((table[0] - fitted[0]) ** 2 / (sizes.prod() / sizes.sum() * share * (1 - share))).max()
    largest: float = 2 * table.shape[1] * float(chdtrc(1, alone))
    return min(1.0, 2 * overall, largest)


def _fisher(table: FloatArray) -> float:
    """Fisher's exact test of a 2×2 table, two-sided: all tables that are no more probable than this one."""
    from scipy.special import gammaln

    n, m = table.sum(axis=1)
    successes = min(table.sum(axis=0))
    found = table[0, int(np.argmin(table.sum(axis=0)))]
    k = np.arange(max(0.0, successes - m), min(n, successes) + 1)

    def log_choose(total: float, chosen: FloatArray) -> FloatArray:
        return np.asarray(gammaln(total + 1) - gammaln(chosen + 1) - gammaln(total - chosen + 1))

    log_p = log_choose(n, k) + log_choose(m, successes - k) - log_choose(n + m, np.array(successes))
    p = np.exp(log_p)
    here = p[round(float(found - k[0]))]
    return float(min(1.0, p[p <= here * (1 + 1e-7)].sum()))


def variation(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Total variation distance of two distributions given as counts: half the sum of |differences of shares|."""
    n, m = sum(a.values()) or 1, sum(b.values()) or 1
    return 0.5 * math.fsum(abs(a.get(level, 0) / n - b.get(level, 0) / m) for level in {**a, **b})


def means_p(difference: float, sd_a: float, n_a: float, sd_b: float, n_b: float) -> float:
    """Test of a difference of means; NaN where a sample is too small.

    Both samples' variances count by their rows, as they should be one: in a small sample of a column with a long tail that tail
    is likely to be missing, and Welch's standard error then far too small.
    """
    from scipy.special import stdtr

    if not (n_a > 1 and n_b > 1):
        return math.nan
    # SDs are those with 1/n
    df = n_a + n_b - 2
    variance = (n_a * sd_a**2 + n_b * sd_b**2) / df * (1 / n_a + 1 / n_b)
    return float(2 * stdtr(df, -abs(difference) / math.sqrt(variance))) if variance > 0 else float(difference == 0)


def spreads_p(log_ratio: float, kurtosis_a: float, n_a: float, kurtosis_b: float, n_b: float) -> float:
    """Test of a ratio of SDs: Var(log sd) ≈ (κ - 1)/(4n) for any distribution with kurtosis κ (Stuart & Ord, 10.15).

    A long tail shows in one sample and not in the other: the larger of the two kurtoses holds for both. The sum of squares
    then rests on few rows, (Σz²)²/Σz⁴ = n/κ of them: these are the degrees of freedom. Where one sample is
    constant (an infinite ratio), it has none of the n/κ such rows that are to be expected: exp(-n/κ).
    """
    from scipy.special import stdtr

    if not (n_a > 1 and n_b > 1):
        return math.nan
    kurtosis = max(kurtosis_a, kurtosis_b, LEAST_KURTOSIS)
    if math.isinf(log_ratio):
        return math.exp(-min(n_a, n_b) / kurtosis)
    error = math.sqrt((kurtosis - 1) / 4 * (1 / n_a + 1 / n_b))
    return float(2 * stdtr(max(1.0, min(n_a, n_b) / kurtosis), -abs(log_ratio) / error))


def discoveries(p: Sequence[float], rate: float) -> list[bool]:
    """Which tests are significant when at most this share of those named is to be false (Benjamini & Hochberg 1995)."""
    values = np.array(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    passed = np.flatnonzero(values[order] <= rate * np.arange(1, len(values) + 1) / max(len(values), 1))
    threshold = values[order[passed[-1]]] if len(passed) else -1.0
    return [bool(value <= threshold) for value in values]
