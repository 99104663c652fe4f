"""What the grids of one pattern of penalty factors start from and end at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from regcli import linear
from regcli.linear.stages.weighted import Weighted

if TYPE_CHECKING:
    from regcli.config.fit import Lambdas
    from regcli.linear.sets.statistics import Statistics
    from regcli.numerics.arrays import FloatArray
    from regcli.prepare import Prepared

# How far down from λ_max, for a target in SDs, an elastic net follows its ridge part where rows do not outnumber columns.
WIDE = 1e-4


class Ground:
    """What the grids of one pattern of penalty factors start from, found out when a path first asks.

    Parameters
    ----------
    prepared : Prepared
    penalty : Penalty
        Its factors and its sign constraint count.
    unit : float
        What λ measures y in.
    weights : ndarray (p,), optional
        What the columns are multiplied by in a second stage: those of weight zero take no part.
    """

    def __init__(self, prepared: Prepared, penalty: linear.Penalty, unit: float, weights: FloatArray | None = None) -> None:
        self._prepared, self.unit, self.weights = prepared, unit, weights
        self.penalty, self._problem = penalty, prepared.problem
        if weights is not None:
            weighted = Weighted.of(prepared.full.sets, weights[None, :])
            self.penalty, self._problem = weighted.penalty(penalty), weighted.sets.problem

    @property
    def screened(self) -> bool:
        """Some of the columns have been selected, and the others take no part."""
        return self.weights is not None and bool(np.isin(self.weights, (0.0, 1.0)).all())

    @cached_property
    def _null(self) -> linear.NullFit:
        model = self._prepared.plan.config.model
        return linear.null_fit(self._problem, self.penalty, tol=model.tol, max_iter=model.max_iter, statistics=self._statistics)

    @property
    def _statistics(self) -> Statistics | None:
        """Sums over the rows, where they have been taken of these columns."""
        together = self._prepared.together
        return None if together is None or self.weights is not None else together.sets.statistics

    @cached_property
    def ridge(self) -> tuple[float, float]:
        """Ends of ridge's grid."""
        return linear.ridge_ends(self._problem, self.penalty, self._null.eta, self._prepared.executor, self._statistics)

    def top(self, l1_ratio: float) -> float:
        """Where a grid starts: at ridge's few degrees of freedom, or at λ_max."""
        if l1_ratio == 0:
            return self.ridge[0]
        gradient = self._null.gradient / self.unit
        return linear.lambda_max(gradient, l1_ratio, self.penalty.factors, positive=self.penalty.positive)

    def bottom(self, grid: Lambdas, l1_ratio: float, top: float) -> float:
        """Where a grid with this top ends: as asked for, or far enough down for the lasso and the ridge part of the penalty."""
        if grid.min is not None:
            return grid.min
        if grid.min_ratio != "auto":
            return top * float(grid.min_ratio)
        problem = self._problem
        n, p, _ = problem.shape
        lasso = top * (1e-4 if n > p else 1e-2)
        if l1_ratio == 1:
            return lasso
        ridge = self.ridge[1] / (1.0 - l1_ratio)
        if l1_ratio == 0:
            return ridge if ridge < top else lasso
        # with no more rows than columns 99.9 % of the rank follow every row: over nearly dependent columns descent would take
        # hours to get there, and to no use; enough is a ten-thousandth of λ_max for a target in units of its SD
        enough = WIDE * top / max(1.0, spread(problem) / self.unit) if n <= p else 0.0
        return min(max(ridge, enough), lasso) if ridge > 0 else lasso

    def ending(self) -> linear.Ending:
        """Where these paths may end as saturated."""
        problem = self._problem
        n, p, _ = problem.shape
        return linear.Ending(self._null.objective, nearly_all=problem.loss.name != "squared" or n <= p)


def spread(problem: linear.Problem) -> float:
    """The target's weighted standard deviation (1/n)."""
    y = problem.Y[:, 0]
    return float(np.sqrt(problem.s @ (y - problem.s @ y) ** 2))
