"""Normal equations of one training set, with the columns that carry no penalty eliminated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.kernels import quadratic

if TYPE_CHECKING:
    from regcli.linear.objective.penalty import Penalty
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal equations of one set in its own scaled columns, intercept eliminated.

    Attributes
    ----------
    C : ndarray (p, p)
        Σ s x x' with weights s that sum to one; zero in the rows and columns of dead columns.
    c : ndarray (p,)
        Σ s x y.
    yy : float
        Σ s y².
    live : bool ndarray (p,)
        Columns that carry something in this set.
    scale : ndarray (p,)
        Unit of the gradient: column rms × null residuals' rms; inf where a column is dead.
    """

    C: FloatArray
    c: FloatArray
    yy: float
    live: BoolArray
    scale: FloatArray


@dataclass(frozen=True, slots=True)
class Reduced:
    """Normal equations on the penalised columns, the unpenalised ones eliminated by a Schur complement.

    Attributes
    ----------
    Q, q : ndarray (m, m), (m,)
    bound, free : int ndarray (m,), (k,)
    shift, projection : ndarray (k,), (k, m)
        Coefficients of the free columns are shift - projection b.
    """

    Q: FloatArray
    q: FloatArray
    bound: IntArray
    free: IntArray
    shift: FloatArray
    projection: FloatArray

    @classmethod
    def build(cls, normal: Normal, free: BoolArray) -> Reduced:
        """Eliminate the live columns that are free; dead columns are left out."""
        f, b = np.flatnonzero(free & normal.live), np.flatnonzero(~free & normal.live)
        if not len(f):
            Q = normal.C if len(b) == len(normal.c) else normal.C[np.ix_(b, b)]
            return cls(Q, normal.c[b], b, f, np.zeros(0), np.zeros((0, len(b))))
        cross = normal.C[np.ix_(f, b)]
        solved = quadratic.solve_smooth(normal.C[np.ix_(f, f)], np.column_stack([cross, normal.c[f]]))
        projection, shift = solved[:, :-1], solved[:, -1]
        Q = normal.C[np.ix_(b, b)] - cross.T @ projection
        q = normal.c[b] - cross.T @ shift
        # what the free columns explain already leaves rounding, perhaps of the wrong sign: it stays at zero
        gone = np.diag(Q) <= quadratic.NEARLY_SINGULAR**2 * np.diag(normal.C)[b]
        Q[gone] = Q[:, gone] = q[gone] = 0.0
        return cls(Q, q, b, f, shift, projection)

    def expand(self, b: FloatArray, p: int) -> FloatArray:
        """Coefficients (L, p) of all columns for those of the bound ones (L, m)."""
        coef = np.zeros((len(b), p))
        coef[:, self.bound] = b
        coef[:, self.free] = self.shift - b @ self.projection.T
        return coef


def scaled_gram(reduced: Reduced, penalty: Penalty) -> tuple[FloatArray, FloatArray]:
    """The Gram matrix of x_j/√v_j, (m, m), and √v, (m,)."""
    root = np.sqrt(penalty.factors[reduced.bound])
    return reduced.Q if (root == 1).all() else reduced.Q / np.outer(root, root), root
