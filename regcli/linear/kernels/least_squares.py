"""Least squares to machine precision, orthonormal bases, independence and conjugate gradients, whatever the columns' units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.numerics.arrays import BoolArray, FloatArray


def orthonormal(U: FloatArray) -> FloatArray:
    """An orthonormal basis of the columns of U, (n, rank); their lengths have no say in the rank."""
    if not U.shape[1]:
        return np.zeros((len(U), 0))
    return truncated_svd(U / lengths(U))[0]


def lengths(A: FloatArray) -> FloatArray:
    """Lengths of the columns, 1 for a column of zeros; (p,)."""
    # the largest entry is taken out first: the square of 1e-170 is zero
    largest = np.abs(A).max(axis=0, initial=0.0)
    largest[largest == 0] = 1.0
    length = np.sqrt(((A / largest) ** 2).sum(axis=0))
    return np.asarray(np.where(length > 0, largest * length, 1.0))


def least_squares(A: FloatArray, y: FloatArray) -> FloatArray:
    """Argmin ‖y - Ab‖, one step of refinement; the minimum-norm solution where columns are dependent.

    Columns are brought to unit length first, so that their units do not spoil the conditioning (Longley's data in raw units
    have a condition number of 5e9, in unit columns of 4e4). Only where they are dependent is the norm to be the one of the
    columns as given, and the scaling is left out, unless their units differ so much that some would be lost.
    """
    unit = lengths(A)
    u, d, vt = truncated_svd(A / unit)
    if len(d) < A.shape[1]:
        plain = truncated_svd(A)
        if len(plain[1]) >= len(d):
            unit, (u, d, vt) = np.ones(A.shape[1]), plain
    b = vt.T @ ((u.T @ y) / d) / unit
    return np.asarray(b + vt.T @ ((u.T @ (y - A @ b)) / d) / unit)


def truncated_svd(A: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Singular value decomposition without the singular values that are zero but for rounding."""
    u, d, vt = linalg.svd(A, full_matrices=False, check_finite=False)
    keep = d > d.max(initial=0.0) * max(A.shape) * np.finfo(float).eps
    return u[:, keep], d[keep], vt[keep]


def independent(gram: FloatArray, least: float) -> bool:
    """Whether columns of unit size are independent: the squared distance of each from those before it is above `least`."""
    factor, failed = linalg.lapack.dpotrf(gram.T, lower=1, clean=0)
    return bool(not failed and (np.diag(factor) ** 2 > least).all())


def not_independent(gram: FloatArray, used: BoolArray, least: float, rank: int) -> list[int]:
    """Which of several lists of columns are not independent beyond doubt.

    Neighbours on a path have most columns in common. As columns that are independent remain so when some are left out, several
    lists are judged at once by all their columns, and by halves where that is not enough.

    Parameters
    ----------
    gram : ndarray (a, a)
        Of columns of unit size.
    used : bool ndarray (L, a)
        The lists; the longest are expected last.
    least : float
        As for `independent`.
    rank : int
        More columns than this are never independent.

    Returns
    -------
    list of int
        Their positions, ascending.
    """
    found, todo = [], [(0, len(used))]
    known: BoolArray = np.zeros(len(gram), dtype=bool)
    while todo:
        first, last = todo.pop()
        every: BoolArray = np.asarray(used[first:last].any(axis=0))
        if not (every & ~known).any():
            continue
        if np.count_nonzero(every) <= rank and independent(gram[np.ix_(every, every)], least):
            known = every
        elif last - first == 1:
            found.append(first)
        else:
            middle = (first + last) // 2
            todo += [(first, middle), (middle, last)]
    return sorted(found)


def conjugate_gradients(
    operator: Callable[[FloatArray], FloatArray],
    right: FloatArray,
    start: FloatArray,
    precondition: Callable[[FloatArray], FloatArray],
    *,
    most: int,
    relative: float = 1e-14,
) -> FloatArray:
    """Solve operator(x) = right for a symmetric positive semi-definite operator (Hestenes & Stiefel 1952)."""
    x = start.copy()
    r = right - operator(x)
    z = precondition(r)
    direction, rz = z, float(np.vdot(r, z))
    goal = relative**2 * float(np.vdot(right, precondition(right)))
    for _ in range(most):
        if rz <= goal:
            break
        product = operator(direction)
        step = rz / float(np.vdot(direction, product))
        x = x + step * direction
        r = r - step * product
        z = precondition(r)
        rz, before = float(np.vdot(r, z)), rz
        direction = z + (rz / before) * direction
    return x
