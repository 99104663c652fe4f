"""The λ grid: where it starts, how it descends, where it may stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.numerics.arrays import FloatArray

# As ρ goes to zero λ_max grows without bound; like glmnet we go no further than a barely mixed penalty.
SMALLEST_L1_RATIO = 1e-3
# glmnet's rules for ending a path (its parameters mnlam, devmax and fdev).
SATURATION_POINTS = 5
SATURATION_EXPLAINED = 0.999
SATURATION_GAIN = 1e-5
# What explains no more than this share has not begun: gains are rounding there.
BEGUN = 1e-6


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


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a path may end as saturated: glmnet's rule, measured on what the unpenalised columns leave to be explained.

    Attributes
    ----------
    null : float
        Objective of the model refitted on the unpenalised columns alone.
    nearly_all : bool
        Explaining nearly all of it ends the path, too. Not wanted for squared loss with more rows than columns, where it is no
        sign of a model that follows every row.
    """

    null: float
    nearly_all: bool

    def reached(self, objectives: Sequence[float]) -> bool:
        """Whether the path may end at the last of these points.

        Parameters
        ----------
        objectives : sequence of float
            Σ s ℓ of the full fit at every point so far, in path order.
        """
        if len(objectives) < SATURATION_POINTS:
            return False
        before, now = self.null - objectives[-2], self.null - objectives[-1]
        if now <= BEGUN * self.null:
            return self.null <= 0
        return (self.nearly_all and now > SATURATION_EXPLAINED * self.null) or now - before < SATURATION_GAIN * now

    def point(self, objectives: Sequence[float]) -> int | None:
        """How many points are walked; None where the path does not end within these."""
        return next((i for i in range(1, len(objectives) + 1) if self.reached(objectives[:i])), None)
