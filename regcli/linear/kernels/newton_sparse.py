"""Newton directions on sparse columns themselves, whose Gram matrix would be large: coordinate descent by scikit-learn's kernel.

The kernel knows one ℓ1 weight and, at this speed, no centred columns. So every column is multiplied by a unit that makes its
weight the common one, and the intercept takes part as a column of its own in a unit so large that its penalty is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.numerics.arrays import FloatArray, IntArray

    Int32Array = NDArray[np.int32]

T = TypeVar("T", np.float64, np.int32)
# Stands for the share of the ℓ1 weight of a coordinate that has none.
UNPENALISED = 1e-8
# Curvatures below this share of the largest are raised to it, so that a working response exists; the gradient stays exact.
FLAT = 1e-12
# The kernel's own stopping test is switched off by this.
NEVER = 1e-300
_UNUSED_RNG = np.random.RandomState(0)


@dataclass(frozen=True, slots=True)
class Columns:
    """Compressed sparse columns as the kernel takes them, multiplied by their units; the intercept's come first.

    Attributes
    ----------
    data : ndarray (nnz,)
    indices : int32 ndarray (nnz,)
    indptr : int32 ndarray (lead + m + 1,)
    unit : ndarray (lead + m,)
        A coefficient is the kernel's times this.
    lead : int
        Columns of the intercept: none, one, or, where coefficients must be positive, one for either sign.
    """

    data: FloatArray
    indices: Int32Array
    indptr: Int32Array
    unit: FloatArray
    lead: int

    @classmethod
    def of(cls, X: sparse.csc_array, unit: FloatArray, ones: IntArray, signs: tuple[float, ...]) -> Columns:
        """From columns (n, m), their units (m,), the rows of the set, and the signs of the intercept's columns."""
        lead = np.array(signs) / UNPENALISED
        start = len(lead) * len(ones)
        return cls(
            np.concatenate([np.repeat(lead, len(ones)), X.data * np.repeat(unit, np.diff(X.indptr))]),
            np.concatenate([np.tile(ones, len(lead)), X.indices]).astype(np.int32),
            np.concatenate([len(ones) * np.arange(len(lead)), start + X.indptr]).astype(np.int32),
            np.concatenate([lead, unit]),
            len(lead),
        )

    def with_rows(self, n: int, diagonal: FloatArray) -> tuple[FloatArray, Int32Array, Int32Array]:
        """Data, indices and indptr with a diagonal (lead + m,) below the n rows."""
        Z = sparse.csc_array((self.data, self.indices, self.indptr), shape=(n, len(diagonal)), copy=False)
        tall = sparse.vstack([Z, sparse.diags_array(diagonal)], format="csc")
        return tall.data, tall.indices.astype(np.int32), tall.indptr.astype(np.int32)


def intercept_signs(problem: Problem, penalty: Penalty) -> tuple[float, ...]:
    """The intercept's columns: the kernel knows no other constraint than that of all."""
    if not problem.intercept:
        return ()
    return (1.0, -1.0) if penalty.positive else (1.0,)


class Growing:
    """Columns of one training set that others join at the end, in buffers that are copied only when they are full.

    Parameters
    ----------
    n : int
        Rows of the design.
    rows : int ndarray
        The rows of the set: entries of others are left out of the columns.
    signs : tuple of float
        Of the intercept's columns.
    uniform : bool
        All units are one, so that the kernel's columns are those of the problem.
    """

    def __init__(self, n: int, rows: IntArray, signs: tuple[float, ...], *, uniform: bool) -> None:
        self._n, self._inside = n, None if len(rows) == n else np.isin(np.arange(n), rows)
        lead = Columns.of(sparse.csc_array((n, 0)), np.zeros(0), rows, signs)
        self._lead, self._data, self._indices = lead.lead, lead.data, lead.indices
        self._scaled = None if uniform else lead.data
        self._ends, self._unit = lead.indptr, lead.unit

    def append(self, X: sparse.csc_array, new: IntArray, scale: FloatArray, unit: FloatArray) -> sparse.csc_array:
        """Add columns of a design, each multiplied by its scale; returns them alone, (n, len(new))."""
        starts, lengths = X.indptr[new].astype(np.int64), np.diff(X.indptr)[new].astype(np.int64)
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)
        data, indices = X.data[places] * np.repeat(scale, lengths), X.indices[places].astype(np.int32)
        if self._inside is not None:
            kept = self._inside[indices]
            data, indices = data[kept], indices[kept]
            ends = np.concatenate([[0], np.cumsum(kept)])[ends]
        used = int(self._ends[-1])
        self._data = _joined(self._data, used, data)
        self._indices = _joined(self._indices, used, indices)
        if self._scaled is not None:
            self._scaled = _joined(self._scaled, used, data * np.repeat(unit, np.diff(ends)))
        self._ends = np.concatenate([self._ends, (used + ends[1:]).astype(np.int32)])
        self._unit = np.concatenate([self._unit, unit])
        return sparse.csc_array((data, indices, ends.astype(np.int32)), shape=(self._n, len(new)), copy=False)

    def matrix(self) -> sparse.csc_array:
        """The columns without the intercept, not multiplied by units; a view."""
        first, used = int(self._ends[self._lead]), int(self._ends[-1])
        return sparse.csc_array(
            (self._data[first:used], self._indices[first:used], self._ends[self._lead :] - self._ends[self._lead]),
            shape=(self._n, len(self._ends) - 1 - self._lead),
            copy=False,
        )

    def columns(self) -> Columns:
        """The columns as the kernel takes them; a view."""
        used = int(self._ends[-1])
        data = self._data if self._scaled is None else self._scaled
        return Columns(data[:used], self._indices[:used], self._ends, self._unit, self._lead)


def _joined(buffer: NDArray[T], used: int, more: NDArray[T]) -> NDArray[T]:
    """The buffer with more after what is used of it: itself where there is room, else one and a half times as large."""
    size = used + len(more)
    if size > len(buffer):
        old, buffer = buffer, np.empty(size + size // 2, dtype=buffer.dtype)
        buffer[:used] = old[:used]
    buffer[used:size] = more
    return buffer


def l1_units(penalty: Penalty) -> FloatArray:
    """What columns are multiplied by, so that the ℓ1 weights of all are the largest of them; (p,)."""
    weight = penalty.l1(1.0)[:, 0]
    top = weight.max(initial=0.0)
    return top / np.maximum(weight, UNPENALISED * top) if top > 0 else np.ones(len(weight))


def direction(
    problem: Problem,
    penalty: Penalty,
    lam: float,
    columns: Columns,
    *,
    now: tuple[float, FloatArray],
    output: int,
    eta: FloatArray,
    mean: FloatArray,
    center: FloatArray,
    sweeps: int,
) -> tuple[float, FloatArray]:
    """Towards the minimiser of the second-order expansion plus penalty in one output's coefficients of some columns.

    Parameters
    ----------
    problem : Problem
    penalty : Penalty
        Its part for these columns.
    lam : float
    columns : Columns
    now : (float, ndarray (m,))
        Intercept at the columns' means, and coefficients; all others are zero.
    output : int
    eta, mean : ndarray (n, K)
    center : ndarray (m,)
        The columns' means.
    sweeps : int

    Returns
    -------
    d_intercept : float
    d_coef : ndarray (m,)
    """
    from sklearn.linear_model import _cd_fast

    intercept, coef = now
    lead, unit = columns.lead, columns.unit
    h = problem.s * problem.loss.curvature(mean, output, output)
    h = np.maximum(h, FLAT * h.max())
    target = eta[:, output] + problem.s * (problem.Y[:, output] - mean[:, output]) / h
    # rows that the set leaves out have no entries here
    weight = np.where(problem.s > 0, h, 0.0)
    level = intercept - float(center @ coef)
    levels = np.array([level, 0.0] if level >= 0 else [0.0, level])[:lead] if lead != 1 else np.array([level])
    start = np.concatenate([levels, coef]) / unit
    ridge = np.concatenate([np.zeros(lead), penalty.l2(lam)[:, 0] * unit[lead:] ** 2])
    # the same for all that have any
    alpha = float((penalty.l1(lam)[:, 0] * unit[lead:]).max(initial=0.0))
    penalised = ridge[lead:][penalty.factors > 0]
    data, indices, indptr, beta = columns.data, columns.indices, columns.indptr, 0.0
    if len(penalised) and (penalised == penalised[0]).all():
        # where all have one ridge weight, those without a penalty get it too: in their units it is nothing
        beta = float(penalised[0])
    elif len(penalised):
        data, indices, indptr = columns.with_rows(len(target), np.sqrt(ridge))
        target, weight = np.append(target, np.zeros(len(unit))), np.append(weight, np.ones(len(unit)))
    moved, *_ = _cd_fast.sparse_enet_coordinate_descent(
        w=start, alpha=alpha, beta=beta, X_data=data, X_indices=indices, X_indptr=indptr,
        y=target, sample_weight=weight, X_mean=np.zeros(len(unit)), max_iter=sweeps, tol=NEVER, rng=_UNUSED_RNG,
        random=False, positive=penalty.positive, do_screening=False,
    )  # fmt: skip
    moved = moved * unit
    d_coef = moved[lead:] - coef
    return float(moved[:lead].sum()) - level + float(center @ d_coef) if lead else 0.0, d_coef
