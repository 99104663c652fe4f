"""Which grid point is taken: the best mean, or the simplest within a margin of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Candidates:
    """One path as selection sees it; L grid points, from strong to weak.

    Attributes
    ----------
    strengths, mean, error : ndarray (L,)
        The larger the stronger; validation mean over folds and its standard error.
    complexity : ndarray (L,)
        Of the full fit: the fewer the simpler; of linear paths the number of non-zeros.
    usable : bool ndarray (L,)
        Every fold and the full fit have converged.
    gamma : float
        Of a second stage: of points that are as good as each other the one of the larger γ is the simpler.
    rank : int
        Place of the path's family among families, the simplest first.
    """

    strengths: FloatArray
    mean: FloatArray
    error: FloatArray
    complexity: FloatArray | IntArray
    usable: BoolArray
    gamma: float = 1.0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Positions as (path, index).

    Attributes
    ----------
    best, chosen : tuple of int
        The best mean, and the point the rule takes.
    n_left_out : int
        Grid points that were not considered.
    """

    best: tuple[int, int]
    chosen: tuple[int, int]
    n_left_out: int


def select(paths: Sequence[Candidates], metric: str, rule: str, tolerance: float, bar: float | None = None) -> Selection | None:
    """Apply a rule to all paths together.

    min takes the best mean, ties to the simpler family, then to the largest λ, then to the largest γ. 1se and pct_loss represent
    each path by its strongest point (the largest λ) within the margin of the overall best (one standard error of the best point;
    `tolerance` times its size) and take, among those, one of the simplest family, of these the least complex, then the better
    mean, then the larger λ, then the larger γ.

    Parameters
    ----------
    paths : sequence of Candidates
    metric, rule : str
    tolerance : float
        Of pct_loss.
    bar : float, optional
        The largest loss within the margin, where these are some of the paths alone (`bar_of` the best of all); the best of them
        is taken where none of them reaches it.

    Returns
    -------
    Selection or None
        None where no grid point can be used.
    """
    sign = METRICS[metric].sign
    usable = [path.usable & np.isfinite(path.mean) for path in paths]
    left_out = sum(int((~ok).sum()) for ok in usable)
    points = [
        (sign * path.mean[i], path.rank, -path.strengths[i], -path.gamma, p, int(i))
        for p, path in enumerate(paths)
        for i in np.flatnonzero(usable[p])
    ]
    if not points:
        return None
    *_, p, i = min(points)
    best = (p, i)
    if rule == "min":
        return Selection(best, best, left_out)
    if bar is None:
        bar = bar_of(paths[p], i, metric, rule, tolerance)
    finalists = []
    for q, path in enumerate(paths):
        within = np.flatnonzero(usable[q] & (sign * path.mean <= bar))
        if len(within):
            j = int(within[np.argmax(path.strengths[within])])
            finalists.append((path.rank, path.complexity[j], sign * path.mean[j], -path.strengths[j], -path.gamma, q, j))
    if not finalists:
        return Selection(best, best, left_out)
    *_, q, j = min(finalists)
    return Selection(best, (q, j), left_out)


def bar_of(path: Candidates, index: int, metric: str, rule: str, tolerance: float) -> float:
    """The largest loss that the rule takes for as good as a best point's."""
    loss = METRICS[metric].sign * float(path.mean[index])
    if rule == "min":
        return loss
    return loss + (float(np.nan_to_num(path.error[index])) if rule == "1se" else tolerance * abs(loss))


def within_one_error(paths: Sequence[Candidates], metric: str, best: tuple[int, int]) -> list[BoolArray]:
    """For each path, the usable points whose mean lies within one standard error of the overall best; bool (L,)."""
    sign, bar = METRICS[metric].sign, bar_of(paths[best[0]], best[1], metric, "1se", 0.0)
    return [path.usable & (sign * path.mean <= bar) for path in paths]
