"""Sufficient statistics of squared loss: what a tall design has to say about every fold, from one pass over its rows.

Weighted sums of products over the validation rows of a fold are taken once; what is left of the full set's sums without
them are the training rows' sums. A set's own centring and scaling are algebra on its sums, so that no row outside a set
enters its fit, and errors on either side are quadratic forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.sets.normal import Normal
from regcli.numerics.executor import PIECE, Executor, slices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

    Rows = slice | IntArray

# Sums that are held between uses take at most this share of the design's memory; others are taken anew at every use.
HELD = 0.4
# A difference of sums is used where the training rows carry at least this share of the weight …
LEAST_SHARE = 0.25
# … and where its variances agree with those measured on the rows to this share.
DIGITS = 1e-9
# The largest Gram matrix that is worth forming as a whole.
LARGEST_GRAM = 2500
# Rows in one piece of work, in multiples of the columns: the pieces' own sums stay small beside the rows.
ROWS_A_COLUMN = 16


@dataclass(frozen=True, slots=True)
class Moments:
    """Weighted sums over a set of rows; additive where they are about the same centre.

    Attributes
    ----------
    weight : float
        Σ w.
    x, xx : ndarray (p,), (p, p)
        Σ w x and Σ w x x' of the shared columns minus `center`.
    y, yy : float
        Σ w y and Σ w y² of the target minus `target_center`.
    xy : ndarray (p,)
    center : ndarray (p,)
    target_center : float
    """

    weight: float
    x: FloatArray
    y: float
    xx: FloatArray
    xy: FloatArray
    yy: float
    center: FloatArray
    target_center: float

    def __add__(self, other: Moments) -> Moments:
        return self._combined(other, 1.0)

    def __sub__(self, other: Moments) -> Moments:
        return self._combined(other, -1.0)

    def _combined(self, other: Moments, sign: float) -> Moments:
        return Moments(
            self.weight + sign * other.weight,
            self.x + sign * other.x,
            self.y + sign * other.y,
            self.xx + other.xx if sign > 0 else self.xx - other.xx,
            self.xy + sign * other.xy,
            self.yy + sign * other.yy,
            self.center,
            self.target_center,
        )

    def variances(self, *, intercept: bool) -> tuple[FloatArray, float]:
        """Mean squares of columns and target, about their means where there is an intercept; (p,) and a number."""
        square, target = np.diag(self.xx) / self.weight, self.yy / self.weight
        if not intercept:
            return square, target
        return square - (self.x / self.weight) ** 2, target - (self.y / self.weight) ** 2


@dataclass(frozen=True, slots=True)
class Statistics:
    """The moments of every set of a `TrainingSets` and of the folds' validation rows, held or taken from the rows when asked for.

    Attributes
    ----------
    sets : TrainingSets
    weights : ndarray (n,)
        Sample weights.
    rows : tuple of slice or int ndarray
        Validation rows of the F - 1 folds.
    full : Moments
    blocks : tuple of Moments
        Of the validation rows; empty where they are not held.
    complement : bool ndarray (F - 1,)
        Whether a fold's training moments are those of the full set without its validation rows.
    own : dict of int to Moments
        Training moments that were taken from the fold's own rows and are held.
    """

    sets: TrainingSets
    weights: FloatArray
    rows: tuple[Rows, ...]
    full: Moments
    blocks: tuple[Moments, ...]
    complement: BoolArray
    own: dict[int, Moments]

    @property
    def count(self) -> int:
        """F, the full set included."""
        return len(self.rows) + 1

    def validation(self, f: int) -> Moments:
        """Moments of the validation rows of fold f, about the shared centre."""
        if self.blocks:
            return self.blocks[f]
        return _measure(self.sets, [_shared(self.sets, self.rows[f], self.weights)], Executor(1))[0]

    def train(self, f: int) -> Moments:
        """Moments of the rows of set f."""
        if f == len(self.rows):
            return self.full
        if self.complement[f]:
            return self.full - self.validation(f)
        return self.own[f] if f in self.own else _measure(self.sets, [_alone(self.sets, f)], Executor(1))[0]

    def normal(self, f: int) -> Normal:
        """Normal equations of set f."""
        sets, moments = self.sets, self.train(f)
        live, unit = sets.rms[f] > 0, 1.0 / sets.unit[f]
        C = moments.xx / moments.weight
        c, yy = moments.xy / moments.weight, moments.yy / moments.weight
        if sets.intercept:
            mean, target = moments.x / moments.weight, moments.y / moments.weight
            C -= np.outer(mean, mean)
            c, yy = c - mean * target, yy - target**2
        if not (unit == 1).all():
            C *= np.outer(unit, unit)
        C[~live] = C[:, ~live] = 0.0
        scale = sets.rms[f] * unit * sets.null_rms[f, 0]
        return Normal(C, np.where(live, c * unit, 0.0), max(yy, 0.0), live, np.where(scale > 0, scale, np.inf))


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows to be summed over, their weights (n,), and what their columns and target are taken about."""

    rows: Rows
    weights: FloatArray
    center: FloatArray | None
    target_center: float


def _shared(sets: TrainingSets, rows: Rows, weights: FloatArray) -> _Part:
    return _Part(rows, weights, None, float(sets.null_intercept[-1, 0]))


def _alone(sets: TrainingSets, f: int) -> _Part:
    """The rows of set f about their own means."""
    weights = np.ascontiguousarray(sets.S[:, f]) * sets.weight_sums[f]
    center = sets.mean[f] if sets.intercept else None
    return _Part(as_slice(np.flatnonzero(weights)), weights, center, float(sets.null_intercept[f, 0]))


def worth_taking(sets: TrainingSets) -> bool:
    """Whether some path may be served by sums: dense squared loss, in every set more rows than columns, not too many of these."""
    p = sets.shape[1]
    fewest = int(np.count_nonzero(sets.S, axis=0).min())
    return bool(sets.loss.name == "squared" and not sparse.issparse(sets.X) and fewest > p and p <= LARGEST_GRAM)


def collect(sets: TrainingSets, validation: Sequence[Rows], weights: FloatArray, executor: Executor) -> Statistics:
    """One pass over the rows.

    Parameters
    ----------
    sets : TrainingSets
        Dense, squared loss.
    validation : sequence of slice or int ndarray
        Validation rows of the F - 1 folds.
    weights : ndarray (n,)
        Sample weights of all rows; a fold trains with the same weights.
    executor : Executor
    """
    n, p, _, _ = sets.shape
    rows = tuple(part if isinstance(part, slice) else as_slice(part) for part in validation)
    room = HELD * n / max(p, 1)
    held = len(rows) + 1 <= room
    blocks: tuple[Moments, ...] = ()
    if held:
        first, rest = disjoint(rows, n)
        measured = _measure(sets, [_shared(sets, part, weights) for part in (*rows, *map(as_slice, rest))], executor)
        blocks = tuple(measured[: len(rows)])
        full = total([measured[f] for f in (*first, *range(len(rows), len(measured)))])
    else:
        full = _measure(sets, [_shared(sets, slice(0, n), weights)], executor)[0]
    plain = Statistics(sets, weights, rows, full, blocks, np.zeros(len(rows), dtype=bool), {})
    complement = np.array(executor.map(lambda f: _is_complement(plain, f), range(len(rows))), dtype=bool)
    alone = [int(f) for f in np.flatnonzero(~complement)][: max(int(room) - len(blocks) - 1, 0)]
    own = dict(zip(alone, _measure(sets, [_alone(sets, f) for f in alone], executor), strict=True))
    return Statistics(sets, weights, rows, full, blocks, complement, own)


def as_slice(rows: IntArray) -> Rows:
    """Ascending neighbours as a slice, which needs no copy of the rows."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def disjoint(rows: Sequence[Rows], n: int, every: Rows = slice(None)) -> tuple[list[int], list[IntArray]]:
    """Folds whose validation rows have no row in common, and those of all rows that are in none of them."""
    taken = np.ones(n, dtype=bool)
    taken[every] = False
    chosen = []
    for f, part in enumerate(rows):
        if not taken[part].any():
            taken[part] = True
            chosen.append(f)
    rest = np.flatnonzero(~taken)
    return chosen, [rest] if len(rest) else []


def _is_complement(stats: Statistics, f: int) -> bool:
    """Whether fold f trains on all rows but its validation rows, and their sums keep their digits in the difference."""
    sets, rest = stats.sets, stats.weights.copy()
    rest[stats.rows[f]] = 0.0
    total, largest = sets.weight_sums[f], stats.weights.max()
    if total < LEAST_SHARE * stats.full.weight or np.abs(sets.S[:, f] * total - rest).max() > DIGITS * largest:
        return False
    left = stats.full - stats.validation(f)
    variance, target = left.variances(intercept=sets.intercept)
    live = sets.rms[f] > 0
    exact, exact_target = sets.rms[f, live] ** 2, float(sets.null_rms[f, 0]) ** 2
    agree = np.abs(variance[live] - exact) <= DIGITS * exact
    return bool(agree.all() and abs(target - exact_target) <= DIGITS * exact_target)


def _measure(sets: TrainingSets, parts: Sequence[_Part], executor: Executor) -> list[Moments]:
    """Moments of several sets of rows, in pieces whose number does not depend on the threads."""
    size = max(ROWS_A_COLUMN * sets.shape[1], PIECE // max(sets.shape[1], 1))
    pieces = [(k, rows) for k, part in enumerate(parts) for rows in _pieces(part.rows, size)]
    sums = executor.map(lambda piece: _piece(sets, parts[piece[0]], piece[1]), pieces)
    return [total([found for (owner, _), found in zip(pieces, sums, strict=True) if owner == k]) for k in range(len(parts))]


def total(parts: list[Moments]) -> Moments:
    """The sum, in the order of the parts."""
    first, *rest = parts
    for part in rest:
        first = first + part
    return first


def _pieces(rows: Rows, size: int) -> list[Rows]:
    """At least one piece, be it empty."""
    if isinstance(rows, slice):
        start, stop = rows.start or 0, rows.stop
        return [slice(start + part.start, start + part.stop) for part in slices(stop - start, size)] or [rows]
    return [rows[part] for part in slices(len(rows), size)] or [rows]


def _piece(sets: TrainingSets, part: _Part, rows: Rows) -> Moments:
    """Moments of some rows of a part; where rows must be copied, few at a time."""
    w = part.weights[rows]
    if isinstance(rows, slice) and part.center is None and (w == w[:1]).all():
        return _of_rows(sets, sets.X[rows], part, rows)
    size = PIECE // max(sets.shape[1], 1)
    return total([_copied(sets, part, few) for few in _pieces(rows, max(size, 1))])


def _copied(sets: TrainingSets, part: _Part, rows: Rows) -> Moments:
    # columns are contiguous: whole columns of the transpose are gathered much faster than rows
    x = sets.X[rows] if isinstance(rows, slice) else sets.X.T.take(rows, axis=1).T
    return _of_rows(sets, x if part.center is None else x - part.center, part, rows)


def _of_rows(sets: TrainingSets, x: FloatArray, part: _Part, rows: Rows) -> Moments:
    center = np.zeros(x.shape[1]) if part.center is None else part.center
    return sums(x, sets.Y[rows, 0] - part.target_center, part.weights[rows], center, part.target_center)


def sums(x: FloatArray, y: FloatArray, w: FloatArray, center: FloatArray, target_center: float) -> Moments:
    """Moments of a block of rows: what the pass is made of, wherever the rows come from.

    Parameters
    ----------
    x, y : ndarray (m, p), (m,)
        About `center` (p,) and `target_center` already.
    w : ndarray (m,)
    """
    if (w == w[:1]).all():
        one = float(w[0]) if len(w) else 0.0
        xx = x.T @ x
        xx *= one
        # two products with a vector are faster than one with a matrix of two columns
        along, target = one * (x.T @ np.ones(len(y))), one * float(y.sum())
        return Moments(one * len(y), along, target, xx, one * (x.T @ y), one * float(y @ y), center, target_center)
    root = np.sqrt(w)
    rooted = x * root[:, None]
    return Moments(
        float(w.sum()),
        rooted.T @ root,
        float(w @ y),
        rooted.T @ rooted,
        rooted.T @ (root * y),
        float(w @ y**2),
        center,
        target_center,
    )
