"""The inner loops in C, loaded where they were built (`regcli/numerics/library.py`): typed calls on arrays.

Where they were not, `available` is false and the callers take their other way, by scikit-learn's kernels. `INTERFACE` here and in
`vectors.h` are raised together when a signature changes.
"""

from __future__ import annotations

from ctypes import c_double, c_int, c_int64, c_void_p
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerics.library import address, load

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

INTERFACE = 4

_SIGNATURES: dict[str, list[type]] = {
    "regcli_gram_descend": [c_int64, *[c_void_p] * 5, c_int, c_int64, c_void_p],
    "regcli_gram_path": [
        c_int64, *[c_void_p] * 4, c_int, c_double, c_void_p, c_int64, c_int64, c_int64, c_void_p, c_void_p,
    ],
    "regcli_homotopy_walk": [
        c_int64, c_void_p, c_int64, c_void_p, c_int64, *[c_void_p] * 2, c_int, *[c_double] * 3, *[c_int64] * 4, *[c_void_p] * 2,
    ],
    "regcli_screen_suspects": [c_int64, *[c_void_p] * 6, c_int, *[c_void_p] * 2],
    "regcli_combined": [c_int64, *[c_void_p] * 3, c_int64, c_void_p],
    "regcli_newton_place": [c_void_p],
    "regcli_newton_converge": [c_void_p, c_double, c_double, c_int64, c_void_p],
}  # fmt: skip


library: Any = load(__file__, INTERFACE, _SIGNATURES)
available = library is not None


def kernels_in_use() -> str:
    """Whose kernels serve in this process: "compiled" or "scikit-learn"."""
    return "compiled" if available else "scikit-learn"


def checked(found: int) -> int:
    """What a kernel returned, if not that it found no memory for its scratch."""
    if found < 0:
        raise MemoryError("no memory for the scratch space of a kernel")
    return found


def gram_descend(
    Q: FloatArray,
    q: FloatArray,
    l1: FloatArray,
    l2: FloatArray,
    *,
    slack: FloatArray,
    positive: bool,
    start: FloatArray,
    most: int,
) -> tuple[FloatArray, int, bool]:
    """Minimise ½b'Qb - q'b + Σ l1_j|b_j| + ½Σ l2_j b_j² by coordinate descent.

    Parameters
    ----------
    Q : ndarray (m, m)
        Symmetric, in C order.
    q, l1, l2 : ndarray (m,)
    slack : ndarray (m,)
        Violation of the optimality condition that is accepted, in the units of q.
    positive : bool
        All coordinates must be >= 0.
    start : ndarray (m,)
    most : int
        The most sweeps.

    Returns
    -------
    b : ndarray (m,)
    sweeps : int
    settled : bool
        Whether every coordinate came within its slack.
    """
    b = np.array(start, dtype=np.float64)
    sweeps = checked(
        library.regcli_gram_descend(
            len(q), address(Q), address(q), address(l1), address(l2), address(slack), positive, most, address(b)
        )
    )
    return b, min(sweeps, most), sweeps <= most


def gram_path(
    Q: FloatArray,
    q: FloatArray,
    weight: FloatArray,
    *,
    slack: FloatArray,
    positive: bool,
    l1_ratio: float,
    lambdas: FloatArray,
    part: slice,
    most: int,
    points: FloatArray,
    sweeps: IntArray,
) -> int:
    """Points of a path, with λρ·weight for the ℓ1 and λ(1-ρ)·weight for the ridge term; each starts from the two before it.

    Parameters
    ----------
    Q, q, weight, slack, positive, l1_ratio
        As for `gram_descend`.
    lambdas : ndarray (L,)
        Descending.
    part : slice
        The points to walk.
    most : int
        The most sweeps at one.
    points : ndarray (L, m)
        Those before `part` are there; these are written.
    sweeps : int ndarray (L,)
        Written.

    Returns
    -------
    int
        The first point of the part that has not settled, with what it came to, or the part's end.
    """
    return checked(
        library.regcli_gram_path(
            len(q), address(Q), address(q), address(weight), address(slack), positive, l1_ratio, address(lambdas),
            part.start, part.stop, most, address(points), address(sweeps, np.int64),
        )
    )  # fmt: skip


def homotopy_walk(
    m: int,
    *,
    gram: FloatArray,
    inverse: FloatArray,
    rows: FloatArray,
    order: IntArray,
    positive: bool,
    turn: float,
    end: float,
    dependent: float,
    bounds: tuple[int, int, int, int],
    state: IntArray,
    left: FloatArray,
) -> int:
    """Walk from break to break, on the arrays of an `ActiveSet`, all of which are changed.

    Parameters
    ----------
    m : int
        Columns.
    gram, rows, order : ndarray (room, room), (11, room), (room,)
    inverse : ndarray (a, a) at least
        Symmetric.
    positive : bool
    turn, end : float
        By how much τ moves in all, and where to.
    dependent : float
        A column that the support explains but for this share of its square depends on it.
    bounds : tuple of int
        The most breaks; those a support larger than the third may take; the most without any way between them.
    state : int ndarray (3,)
        The support, breaks taken, and how many of the last had no way between them; renewed.
    left : ndarray (1,)
        The share of the way that is left; renewed.

    Returns
    -------
    int
        0 where the end is reached, 1 where the walk was given up, 2 where `inverse` is too small to go on.
    """
    return checked(
        library.regcli_homotopy_walk(
            m, address(gram), len(gram), address(inverse), len(inverse), address(rows), address(order, np.int64), positive,
            turn, end, dependent, *bounds, address(state, np.int64), address(left),
        )
    )  # fmt: skip


def screen_suspects(
    stamp: IntArray,
    alpha: FloatArray,
    distance: FloatArray,
    known: FloatArray,
    rms: FloatArray,
    limit: FloatArray,
    *,
    positive: bool,
    gradient: FloatArray,
    suspect: BoolArray,
) -> None:
    """Mark columns whose gradient may be beyond a limit: those for which |α g| + δ rms is, α and δ going by the stamp.

    Parameters
    ----------
    stamp : int ndarray (p,)
    alpha, distance : ndarray (m,)
    known, rms, limit : ndarray (p,)
    positive : bool
        Without the bars.
    gradient : ndarray (p,)
        Becomes α g.
    suspect : bool ndarray (p,)
        Marks are added.
    """
    library.regcli_screen_suspects(
        len(stamp), address(stamp, np.int64), address(alpha), address(distance), address(known), address(rms), address(limit),
        positive, address(gradient), address(suspect, np.bool_),
    )  # fmt: skip


def combined(columns: FloatArray, place: IntArray, coef: FloatArray) -> FloatArray:
    """Σ b x of some columns, (n,); `columns` (p, n) one by one, `place` and `coef` (k,)."""
    out = np.empty(columns.shape[1])
    library.regcli_combined(len(out), address(columns), address(place, np.int64), address(coef), len(place), address(out))
    return out
