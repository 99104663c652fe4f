"""The optimality conditions of coefficients: how far gradients are from the subdifferential, and which hold with equality.

For a wide design most gradients are of columns that take no part and stay well below the edge, which one comparison tells. The
columns are looked at a few at a time, so that what is worked on stays in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from regcli.linear.objective.penalty import Penalty
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

# A condition holds with equality where what is left to the edge is below this share of it and what the point violates elsewhere …
TIGHT = 1e-3
# … which is asked of points that violate nothing by more than this.
NEARLY = 1e-3
# Numbers of a design looked at a time.
CELLS = 100_000


@dataclass(frozen=True, slots=True)
class Tight:
    """Coefficients of zero whose conditions hold with equality, one entry each: at another optimum they may be other than zero.

    Attributes
    ----------
    point, column, output : int ndarray (m,)
    sign : ndarray (m,)
        The sign it would have.
    """

    point: IntArray
    column: IntArray
    output: IntArray
    sign: FloatArray

    def at(self, point: int) -> Tight:
        """Those of one point, by itself."""
        mine = self.point == point
        return Tight(np.zeros(int(mine.sum()), dtype=int), self.column[mine], self.output[mine], self.sign[mine])

    @classmethod
    def of(cls, equal: BoolArray, gradient: FloatArray, start: int) -> Tight:
        """Those that are marked, (L, p, K), of points of which the first is `start`."""
        point, column, output = np.nonzero(equal)
        return cls(start + point, column, output, np.sign(gradient[point, column, output]))

    @classmethod
    def joined(cls, parts: list[Tight]) -> Tight:
        """All of these, in their order."""
        none = np.zeros(0, dtype=int)
        parts = [cls(none, none, none, np.zeros(0)), *parts]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


def distance(gradient: FloatArray, b: FloatArray, shrink: FloatArray, penalty: Penalty) -> FloatArray:
    """Distance of every gradient from the subdifferential of the penalty; arrays of one shape, `shrink` is λ v_j."""
    force = gradient - shrink * (1.0 - penalty.l1_ratio) * b
    edge = np.broadcast_to(shrink * penalty.l1_ratio, b.shape)
    off = np.where(b > 0, np.abs(force - edge), np.abs(force + edge))
    if penalty.positive:
        return np.where(b < 0, np.inf, np.where(b == 0, np.maximum(force - edge, 0.0), off))
    return np.where(b == 0, np.maximum(np.abs(force) - edge, 0.0), off)


def at_edge(gradient: FloatArray, b: FloatArray, shrink: FloatArray, slack: FloatArray, penalty: Penalty) -> BoolArray:
    """Which coefficients of zero have conditions that hold with equality; `slack` is left to the edge, or less."""
    edge = shrink * penalty.l1_ratio
    pull = gradient if penalty.positive else np.abs(gradient)
    with np.errstate(invalid="ignore"):
        equal: BoolArray = (b == 0) & (pull >= (1.0 - TIGHT) * edge - slack)
    return equal if penalty.positive else equal & (edge > 0)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one training set on a dense design.

    Attributes
    ----------
    X : ndarray (n, p)
    own : ndarray (p,)
        The set's own columns are those of X divided by these.
    unit : ndarray (p, K)
        What violations are measured in.
    """

    X: FloatArray
    own: FloatArray
    unit: FloatArray

    def look(
        self, residual: FloatArray, lambdas: FloatArray, columns: IntArray, coefficients: FloatArray, penalty: Penalty
    ) -> tuple[FloatArray, Tight]:
        """The largest relative violation of any column's condition at some grid points, (L,), and which hold with equality.

        Parameters
        ----------
        residual : ndarray (n, L, K)
            Weighted, and where there is an intercept centred: then the columns need not be.
        lambdas : ndarray (L,)
        columns : int ndarray (a,)
        coefficients : ndarray (L, a, K)
            Of the set's own columns.
        penalty : Penalty
        """
        found, cells = np.zeros(len(lambdas)), []
        step = max(1, CELLS // len(self.X))
        for first in range(0, self.X.shape[1], step):
            cells.append(self._block(slice(first, first + step), residual, lambdas, columns, coefficients, penalty))
            point, column, output, violated = cells[-1][:4]
            np.maximum.at(found, point, violated)
        point, column, output, _, gradient, b, shrink = (np.concatenate(each) for each in zip(*cells, strict=True))
        equal = at_edge(gradient, b, shrink, found[point] * self.unit[column, output], penalty) & (found[point] <= NEARLY)
        use = np.flatnonzero(equal)
        use = use[np.lexsort((output[use], column[use], point[use]))]
        return found, Tight(point[use], column[use], output[use], np.sign(gradient[use]))

    def _block(
        self,
        part: slice,
        residual: FloatArray,
        lambdas: FloatArray,
        columns: IntArray,
        coefficients: FloatArray,
        penalty: Penalty,
    ) -> tuple[Any, ...]:
        """What is near the edge or beyond, or not zero: point, column, output, violation, gradient, b, λ v_j; (m,) each."""
        n, points, k = residual.shape
        slope = (self.X[:, part].T @ residual.reshape(n, points * k)).reshape(-1, points, k)
        unit, own, weight = self.unit[part], self.own[part], penalty.factors[part]
        below = np.multiply.outer((1.0 - TIGHT) * penalty.l1_ratio * weight * own, lambdas)[:, :, None]
        below = below - (NEARLY * own[:, None] * unit)[:, None]
        # what is not a number is not below anything
        near = ~((slope if penalty.positive else np.abs(slope)) < below)
        inside = np.flatnonzero((columns >= part.start) & (columns < part.start + len(unit)))
        rows = columns[inside] - part.start
        near[rows] |= (coefficients[:, inside] != 0).transpose(1, 0, 2)
        row, point, output = np.unravel_index(np.flatnonzero(near), near.shape)
        b = np.zeros(len(row))
        where = np.full(len(unit), -1)
        where[rows] = inside
        held = where[row] >= 0
        b[held] = coefficients[point[held], where[row[held]], output[held]]
        gradient, shrink = slope[row, point, output] / own[row], lambdas[point] * weight[row]
        off, size = distance(gradient, b, shrink, penalty), unit[row, output]
        violated = np.divide(off, size, out=np.zeros_like(off), where=size > 0)
        return point, row + part.start, output, violated, gradient, b, shrink
