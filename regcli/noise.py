"""Is a difference more than noise? Paired over folds where the folds are the same, by standard errors where they are not.

`worse` and `better` are each to be said of at most one in twenty pairs of equally good models. The levels below are those at
which simulated pairs of such models keep that promise: the corrected t-test is conservative for a single K-fold (Nadeau &
Bengio 2003), standard errors of folds and blocks are a little small. `benchmarks/calibration/verdicts.py` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.evaluate import jackknife
from regcli.scoring import mean_and_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regcli.numerics.arrays import BoolArray, FloatArray

# A p below this is more than noise.
LEVEL = 0.05

SINGLE_KFOLD, FOLDS, HELD_OUT_ROWS = 0.10, 0.05, 0.04
# Of a change that is called detectable.
POWER = 0.8


@dataclass(frozen=True, slots=True)
class Test:
    """A difference against its standard error.

    Attributes
    ----------
    error : float
        Standard error of B - A; NaN where it cannot be estimated.
    df : float
        Degrees of freedom of that estimate.
    how : str
        What the estimate rests on.
    level : float
        One-sided p below which a change is more than noise.
    """

    error: float
    df: float
    how: str
    level: float = FOLDS

    def p_value(self, worsening: float) -> float:
        """Chance of a change at least this large in its direction between equally good models; NaN where unknown."""
        from scipy.special import stdtr  # Student's t; scipy.stats takes most of a second to import

        if not self.error > 0 or not self.df >= 1:
            return float("nan")
        return float(stdtr(self.df, -abs(worsening) / self.error))

    def half_width(self, share: float = 0.95) -> float:
        """Half the width of the interval that holds the difference with this probability; NaN where unknown."""
        from scipy.special import stdtrit

        if not self.error >= 0 or not self.df >= 1:
            return float("nan")
        return float(self.error * stdtrit(self.df, 0.5 + share / 2))

    def detectable(self, power: float = POWER) -> float:
        """The smallest change that is more than noise with this probability, by the non-central t; NaN where unknown."""
        from scipy.special import nctdtrinc, stdtrit

        if self.error == 0:
            return 0.0
        if not self.error > 0 or not self.df >= 1:
            return float("nan")
        critical = stdtrit(self.df, 1.0 - self.level)
        return float(self.error * nctdtrinc(self.df, 1.0 - power, critical))


def paired(a: FloatArray, b: FloatArray, weight: FloatArray, ratio: float) -> Test:
    """Corrected resampled t-test over the same J folds (Nadeau & Bengio 2003): error √[(1/J + n_te/n_tr) s²], J - 1 df.

    Parameters
    ----------
    a, b : ndarray (J,)
        Scores of both runs, fold by fold.
    weight : ndarray (J,)
        Validation weight of the folds.
    ratio : float
        n_te / n_tr, validation rows over training rows.
    """
    d, j = b - a, len(a)
    how = f"{j} paired folds"
    if j < 2:
        return Test(float("nan"), 0, how)
    share = weight / weight.sum()
    variance = float(share @ (d - share @ d) ** 2) * j / (j - 1)
    if variance <= (1e-12 * float(np.abs(d).max(initial=0.0))) ** 2:
        return Test(0.0, j - 1, how)
    # a single K-fold validates every row once: K = 1 + n_tr / n_te
    level = SINGLE_KFOLD if j < 1.5 + 1.0 / ratio else FOLDS
    return Test(float(np.sqrt((1.0 / j + ratio) * variance)), j - 1, how, level)


def holm(p: Sequence[float], levels: Sequence[float] | None = None) -> list[float]:
    """p-values corrected together (Holm 1979): wrongly one of them is small no more often than a single one would be.

    Parameters
    ----------
    p : sequence of float
        NaN where there is nothing to test; it stays, and counts for nothing.
    levels : sequence of float, optional
        What each is held against, where that differs: each is taken in units of its own.
    """
    levels = [1.0] * len(p) if levels is None else levels
    out, highest = list(p), 0.0
    tested = sorted((i for i in range(len(p)) if np.isfinite(p[i])), key=lambda i: p[i] / levels[i])
    for k, i in enumerate(tested):
        highest = max(highest, (len(tested) - k) * p[i] / levels[i])
        out[i] = min(1.0, highest * levels[i])
    return out


def unpaired(a: FloatArray, weight_a: FloatArray, ratio_a: float, b: FloatArray, weight_b: FloatArray, ratio_b: float) -> Test:
    """Both runs' standard errors over their own folds; Welch's degrees of freedom.

    Folds that validate the same rows again, of repeats or random splits, add no rows: the error is that of as many folds as
    there can be without overlap, 1 + n_tr / n_te.

    Parameters
    ----------
    a, b : ndarray (J,)
        Scores fold by fold.
    weight_a, weight_b : ndarray (J,)
        Validation weights of the folds.
    ratio_a, ratio_b : float
        n_te / n_tr, validation rows over training rows.
    """
    if min(len(a), len(b)) < 2:
        return Test(float("nan"), 0, "a single fold")
    (ea, ja), (eb, jb) = fold_error(a, weight_a, ratio_a), fold_error(b, weight_b, ratio_b)
    return _welch(ea**2, ja - 1, eb**2, jb - 1, "standard errors over different folds")


def fold_error(values: FloatArray, weight: FloatArray, ratio: float) -> tuple[float, float]:
    """Standard error of a mean over J >= 2 folds, and how many disjoint ones they are worth: no more than 1 + n_tr / n_te."""
    disjoint = max(2.0, min(float(len(values)), 1.0 + 1.0 / ratio))
    return float(mean_and_error(values, weight, disjoint / len(values))[1]), disjoint


def _welch(va: float, dfa: float, vb: float, dfb: float, how: str) -> Test:
    total = va + vb
    df = total**2 / (va**2 / dfa + vb**2 / dfb) if total > 0 else dfa + dfb
    return Test(float(np.sqrt(total)), df, how)


def over_rows(
    score_a: Callable[[BoolArray], float], n_a: int, score_b: Callable[[BoolArray], float], n_b: int, *, same_rows: bool
) -> Test:
    """Noise of a difference on a holdout: of the paired difference where both runs were tested on the same rows."""
    if same_rows:
        variance, df = jackknife(lambda keep: score_b(keep) - score_a(keep), n_a)
        return Test(float(np.sqrt(variance)), df, "the same held-out rows", HELD_OUT_ROWS)
    (va, dfa), (vb, dfb) = jackknife(score_a, n_a), jackknife(score_b, n_b)
    if not (dfa and dfb):
        return Test(float("nan"), 0, "one held-out row")
    return replace(_welch(float(va), dfa, float(vb), dfb, "different held-out rows"), level=HELD_OUT_ROWS)
