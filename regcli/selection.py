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
    """One path as selection sees it; L grid points, λ descending.

    Attributes
    ----------
    lambdas, mean, error : ndarray (L,)
        Validation mean over folds and its standard error.
    complexity : ndarray (L,)
        Of the full fit: the fewer the simpler; of linear paths the number of non-zeros.
    usable : bool ndarray (L,)
        Every fold and the full fit have converged.
    """

    lambdas: FloatArray
    mean: FloatArray
    error: FloatArray
    complexity: FloatArray | IntArray
    usable: BoolArray


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


def select(paths: Sequence[Candidates], metric: str, rule: str, tolerance: float) -> Selection | None:
    """Apply a rule to all paths together.

    min takes the best mean, ties to the largest λ. 1se and pct_loss represent each path by its largest λ within the margin of
    the overall best (one standard error of the best point; `tolerance` times its size) and take, among those, the least
    complex, then the better mean, then the larger λ.

    Returns
    -------
    Selection or None
        None where no grid point can be used.
    """
    sign = METRICS[metric].sign
    usable = [path.usable & np.isfinite(path.mean) for path in paths]
    left_out = sum(int((~ok).sum()) for ok in usable)
    points = [
        (sign * path.mean[i], -path.lambdas[i], p, int(i)) for p, path in enumerate(paths) for i in np.flatnonzero(usable[p])
    ]
    if not points:
        return None
    best_loss, _, p, i = min(points)
    best = (p, i)
    if rule == "min":
        return Selection(best, best, left_out)
    margin = float(np.nan_to_num(paths[p].error[i])) if rule == "1se" else tolerance * abs(best_loss)
    finalists = []
    for q, path in enumerate(paths):
        within = np.flatnonzero(usable[q] & (sign * path.mean <= best_loss + margin))
        if len(within):
            j = int(within[np.argmax(path.lambdas[within])])
            finalists.append((path.complexity[j], sign * path.mean[j], -path.lambdas[j], q, j))
    *_, q, j = min(finalists)
    return Selection(best, (q, j), left_out)


def within_one_error(paths: Sequence[Candidates], metric: str, best: tuple[int, int]) -> list[BoolArray]:
    """For each path, the usable points whose mean lies within one standard error of the overall best; bool (L,)."""
    sign = METRICS[metric].sign
    top = paths[best[0]]
    bar = sign * top.mean[best[1]] + np.nan_to_num(top.error[best[1]])
    return [path.usable & (sign * path.mean <= bar) for path in paths]
