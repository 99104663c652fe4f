"""The λ grid: where it starts, how it descends, where it may stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.data.types import FloatArray

# Ridge has no finite λ_max; like glmnet we take the one of a barely mixed penalty.
SMALLEST_L1_RATIO = 1e-3
# glmnet's rules for ending a path (its parameters mnlam, devmax and fdev).
SATURATION_POINTS = 5
SATURATION_EXPLAINED = 0.999
SATURATION_GAIN = 1e-5


def lambda_max(gradient: FloatArray, l1_ratio: float, factors: FloatArray, *, positive: bool = False) -> float:
    """The smallest λ at which every penalised coefficient is zero.

    Parameters
    ----------
    gradient : ndarray (p, K)
        Σ s_i x_ij r_ik of the null model's residuals, weights summing to one.
    l1_ratio : float
        ρ, taken as at least 0.001.
    factors : ndarray (p,)
    positive : bool
        Only columns that pull upwards can enter.

    Returns
    -------
    float
        Zero where no penalised column is correlated with the residuals at all.
    """
    penalised = factors > 0
    if not penalised.any():
        return 0.0
    pull = np.maximum(gradient, 0.0) if positive else np.abs(gradient)
    return float((pull[penalised] / factors[penalised, None]).max() / max(l1_ratio, SMALLEST_L1_RATIO))


def geometric_grid(top: float, bottom: float, count: int) -> FloatArray:
    """`count` values from `top` down to `bottom`, in equal steps of log λ, both ends exact; shape (count,)."""
    if count == 1:
        return np.array([top])
    grid = np.asarray(top * (bottom / top) ** (np.arange(count) / (count - 1)))
    grid[0], grid[-1] = top, bottom
    return grid


def saturated(explained: list[float]) -> bool:
    """Whether a path may end at its last point, as glmnet ends it.

    Parameters
    ----------
    explained : list of float
        Share of the null deviance explained at every point so far, in path order.
    """
    if len(explained) < SATURATION_POINTS:
        return False
    before, now = explained[-2:]
    return now > SATURATION_EXPLAINED or now - before < SATURATION_GAIN * now
