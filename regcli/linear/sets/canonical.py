"""One solution among equal ones: where columns depend on each other exactly, the optimum of a lasso need not be unique.

All optima make the same predictions, and at all of them the same coordinates E may be other than zero, each with its own sign
(Tibshirani 2013, "The lasso problem and uniqueness"). They are the polytope {b: X_E b_E = fit, sign_E b_E >= 0}. Which of its
points a solver reaches depends on where it started, so two folds, two engines or two retrainings would tell one model in
different words. Here it is the one that has least of the last column in file order, of these the one that has least of the
last but one, and so on: of columns that are the same but for unit, sign and offset the first speaks for all. It is found by the
simplex method with a lexicographic objective. The same holds of coefficients that nothing but their sign constrains, and of the
classes of a multinomial model, where an even number of them can be shifted together. Where there is a ridge part the optimum is
unique.

Columns without penalty and sign are of any size: what they make up for changes nothing. Among themselves they have the
solution of least norm, see `coordinates.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

from regcli.linear.kernels.least_squares import independent, not_independent

if TYPE_CHECKING:
    from regcli.linear.objective.conditions import Tight
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix

# Columns of unit size depend on each other where a combination of unit length is no longer than this …
SAME = 1e-10
# … which none is where the squared distance of every column from those before it is above this.
SURE = 1e-10
# A part in such a combination, or in a change of basis, below this is rounding.
PART = 1e-8
# Coefficients below this share of the largest are zero.
ZERO = 1e-12
# Rows that columns are first looked at on: so many for each, and some.
ROWS_A_COLUMN, ROWS = 4, 100
# Among more columns than this only those are looked at that repeat one another; products with a random vector that differ by more
# than the other belong to different columns.
MOST, NEAR = 1200, 1e-8
# Pivots of the simplex method: a few are the rule.
PIVOTS = 500


@dataclass(frozen=True, slots=True)
class Columns:
    """The scaled columns of one training set: (X - mean) / unit.

    Attributes
    ----------
    X : ndarray or csc_array (n, p)
    s : ndarray (n,)
        Row weights that sum to one.
    mean, unit : ndarray (p,)
        Means are zero where nothing is centred.
    size, middle : ndarray (p,)
        Root mean squares about the mean, and means, of the set's own columns as they came.
    intercept : bool
    """

    X: Matrix
    s: FloatArray
    mean: FloatArray
    unit: FloatArray
    size: FloatArray
    middle: FloatArray
    intercept: bool

    @classmethod
    def of_set(cls, sets: TrainingSets, f: int) -> Columns:
        """Of set f on a shared design."""
        unit, mean = sets.unit[f], sets.mean[f] if sets.intercept else np.zeros(sets.shape[1])
        return cls(
            sets.X, sets.S[:, f], mean, unit, sets.rms[f] / unit, (mean - sets.offset[f]) / unit, sets.intercept
        )  # fmt: skip

    def alike(self, columns: IntArray) -> IntArray:
        """Those of some columns that are the same as another but for unit, sign and offset, as far as one product can tell."""
        probe = self.s * np.random.default_rng(0).standard_normal(len(self.s))
        told = np.asarray(self.X[:, columns].T @ probe) - self.mean[columns] * probe.sum()
        told = np.abs(told / (self.size[columns] * self.unit[columns]))
        order = np.argsort(told, kind="stable")
        close = np.diff(told[order]) <= NEAR * np.sqrt(self.s @ self.s)
        return np.sort(columns[order[np.append(close, False) | np.append(False, close)]])

    def few(self, columns: IntArray) -> IntArray:
        """All of some columns, or of too many of them those that repeat one another."""
        return columns if len(columns) <= MOST else self.alike(columns)

    def rows(self, columns: IntArray, most: int | None = None) -> FloatArray:
        """Some columns, weighted, centred and of unit size, on the rows of positive weight or on some of them."""
        live = np.flatnonzero(self.s)
        if most is not None and most < len(live):
            live = live[np.linspace(0, len(live) - 1, most).astype(int)]
        x = self.X[:, columns][live] if sparse.issparse(self.X) else self.X[np.ix_(live, columns)]
        x = np.asarray(x.toarray() if sparse.issparse(x) else x, dtype=np.float64)
        s = self.s[live]
        mean = self.mean[columns] if most is None or not self.intercept else (s @ x) / s.sum()
        return (x - mean) / (self.size[columns] * self.unit[columns]) * np.sqrt(s)[:, None]


@dataclass(frozen=True, slots=True)
class _Face:
    """Coordinates that depend on each other at one point, among which weight can be moved.

    Attributes
    ----------
    column, output : int ndarray (m,)
        In file order, class by class within a column.
    sign : ndarray (m,)
    M : ndarray (r, m)
        M u is what coordinates u = |coefficient| × size, all >= 0, amount to: in predictions, and in penalty.
    """

    column: IntArray
    output: IntArray
    sign: FloatArray
    M: FloatArray


def settle(columns: Columns, penalty: Penalty, fit: PathFit, tight: Tight) -> tuple[PathFit, IntArray]:
    """A path with one choice taken where its points are not unique, and which points have changed.

    Parameters
    ----------
    columns : Columns
    penalty : Penalty
    fit : PathFit
        In the set's own columns as they came.
    tight : Tight
        Coordinates of zero whose conditions hold with equality: they may be other than zero at another optimum.
    """
    none, k = np.zeros(0, dtype=int), fit.coef.shape[2]
    every = np.union1d(fit.columns, tight.column)
    every = columns.few(every[columns.size[every] > 0])
    if not len(every) or not np.isfinite(fit.coef).all():
        return fit, none
    active = np.zeros((len(fit.lambdas), len(every), k), dtype=bool)
    looked_at = np.zeros(fit.n_columns, dtype=bool)
    looked_at[every] = True
    mine = looked_at[fit.columns]
    active[:, np.searchsorted(every, fit.columns[mine])] = fit.coef[:, mine] != 0
    seen = looked_at[tight.column]
    active[tight.point[seen], np.searchsorted(every, tight.column[seen]), tight.output[seen]] = True
    doubtful = _doubtful(columns, penalty, fit.lambdas, every, active)
    if not len(doubtful):
        return fit, none
    coef, intercept = np.zeros((len(fit.lambdas), fit.n_columns, k)), fit.intercept.copy()
    coef[:, fit.columns] = fit.coef
    moved = []
    for i in doubtful:
        lam = float(fit.lambdas[i])
        signs = _signs(penalty, lam, coef[i], tight, i) * looked_at[:, None]
        free = _free(penalty, lam) & (columns.size > 0)
        face = _face(columns, penalty, lam, signs, free)
        if face is not None and _move(columns, face, coef[i], intercept[i], np.flatnonzero(free)):
            moved.append(i)
    if not moved:
        return fit, none
    use = np.flatnonzero(coef.any(axis=(0, 2)))
    return replace(fit, intercept=intercept, columns=use, coef=coef[:, use]), np.array(moved)


def _doubtful(columns: Columns, penalty: Penalty, lambdas: FloatArray, every: IntArray, active: BoolArray) -> list[int]:
    """Points at which the columns that may be other than zero are not independent beyond doubt, ascending.

    Parameters
    ----------
    columns, penalty, lambdas
    every : int ndarray (a,)
        Columns that may be other than zero anywhere.
    active : bool ndarray (L, a, K)
        Where.
    """
    alike = active.all(axis=2) & (active.shape[2] > 1)
    found = np.flatnonzero(alike.any(axis=1)).tolist()
    unit = columns.rows(every, ROWS_A_COLUMN * len(every) + ROWS)
    gram = unit.T @ unit
    if len(every) <= len(unit) and independent(gram, SURE):
        return [int(i) for i in found]
    if len(unit) < np.count_nonzero(columns.s):
        unit = columns.rows(every)
        gram = unit.T @ unit
    own = replace(penalty, factors=penalty.factors[every])
    # strict convexity makes unique what has a ridge part
    used: BoolArray = np.logical_and(active.any(axis=2), np.array([own.l2(float(lam))[:, 0] == 0 for lam in lambdas]))
    used[found] = False
    return sorted([*(int(i) for i in found), *not_independent(gram, used, SURE, len(unit))])


def interchangeable(columns: Columns, penalty: Penalty, lam: float, coef: FloatArray, tight: Tight) -> IntArray:
    """The columns among which coefficients (p, K) can be traded at the only point that `tight` tells of."""
    signs = _signs(penalty, lam, coef, tight, 0) * (columns.size > 0)[:, None]
    free = _free(penalty, lam) & (columns.size > 0)
    every = np.flatnonzero((signs != 0).any(axis=1) | free)
    if len(every) > MOST:
        every = columns.alike(every)
        looked_at = np.isin(np.arange(len(signs)), every)
        signs, free = signs * looked_at[:, None], free & looked_at
    every_class = coef.shape[1] > 1 and bool((signs != 0).all(axis=1).any())
    unit = columns.rows(every, ROWS_A_COLUMN * len(every) + ROWS)
    if not len(every) or (not every_class and independent(unit.T @ unit, SURE)):
        return np.zeros(0, dtype=int)
    face = _face(columns, penalty, lam, signs, free)
    among = np.flatnonzero(free)
    unit = columns.rows(among)
    _, d, vt = linalg.svd(unit, full_matrices=True, check_finite=False) if len(among) else (None, np.zeros(0), np.zeros((0, 0)))
    null = vt[np.count_nonzero(d > SAME) :] if len(among) <= len(unit) else np.zeros((0, len(among)))
    found = among[(np.abs(null) > PART).any(axis=0)]
    return np.asarray(np.union1d(found, face.column) if face is not None else found)


def _free(penalty: Penalty, lam: float) -> BoolArray:
    """Columns without penalty and constraint, (p,)."""
    return np.asarray((lam * penalty.factors == 0) & (not penalty.positive))


def _signs(penalty: Penalty, lam: float, coef: FloatArray, tight: Tight, point: int) -> FloatArray:
    """Signs of the coordinates that may be other than zero and have no ridge part, (p, K); zero elsewhere."""
    signs = np.sign(coef)
    at = tight.point == point
    signs[tight.column[at], tight.output[at]] = tight.sign[at]
    bound = (penalty.l1(lam) > 0) | penalty.positive
    return np.asarray(np.where(bound & (penalty.l2(lam) == 0), signs, 0.0))


def _face(columns: Columns, penalty: Penalty, lam: float, signs: FloatArray, free: BoolArray) -> _Face | None:
    """The coordinates that can be traded; None where there are none."""
    column, output = np.nonzero(signs)
    if not len(column):
        return None
    use, place = np.unique(column, return_inverse=True)
    Z = columns.rows(use)
    if free.any():
        u, d, _ = linalg.svd(columns.rows(np.flatnonzero(free)), full_matrices=False, check_finite=False)
        u = u[:, d > SAME]
        Z = Z - u @ (u.T @ Z)
    k = signs.shape[1]
    R = linalg.qr(Z, mode="r", check_finite=False)[0][: Z.shape[1]]
    sign = signs[column, output]
    # what is the same for all classes changes no prediction
    contrast = np.eye(k)[output] - 1.0 / k if k > 1 else np.ones((len(column), 1))
    M = np.einsum("rm,mk->krm", R[:, place] * sign, contrast).reshape(-1, len(column))
    paid = penalty.l1(lam)[column, 0] / columns.size[column]
    paid = paid / paid.max() if paid.any() else paid
    M = np.vstack([M, paid])
    _, d, vt = linalg.svd(M, full_matrices=True, check_finite=False)
    null = vt[np.count_nonzero(d > SAME) :]
    some = np.flatnonzero((np.abs(null) > PART).any(axis=0))
    return _Face(column[some], output[some], sign[some], M[:, some]) if len(some) else None


def _move(columns: Columns, face: _Face, coef: FloatArray, intercept: FloatArray, free: IntArray) -> bool:
    """Move coefficients (p, K) and intercept (K,) of one point to the one choice, in place; whether they have changed."""
    at, size = (face.column, face.output), columns.size[face.column]
    before = coef[at] * face.sign * size
    after = first(face.M, np.maximum(before, 0.0))
    if after is None or (
        np.array_equal(after > 0, before > 0) and np.abs(after - before).max(initial=0.0) <= ZERO * before.max(initial=0.0)
    ):
        return False
    old = coef.copy()
    coef[at] = np.where(after > 0, face.sign * after / size, 0.0)
    if len(free):
        use = np.unique(face.column)
        change = columns.rows(use) @ ((coef - old)[use] * columns.size[use, None])
        unit = columns.rows(free)
        coef[free] -= linalg.lstsq(unit, change, cond=SAME, check_finite=False)[0] / columns.size[free, None]
    if columns.intercept:
        intercept -= columns.middle @ (coef - old)
    return True


def first(M: FloatArray, u: FloatArray) -> FloatArray | None:
    """Of all u >= 0 with the same M u the one with the least last entry, of these that with the least last but one, and so on.

    Parameters
    ----------
    M : ndarray (r, m)
    u : ndarray (m,)
        One of them.

    Returns
    -------
    ndarray (m,), or None where rounding keeps the search from coming to an end.
    """
    wanted, u = M @ u, np.where(u > ZERO * u.max(), u, 0.0)
    _corner(M, u)
    basis = _basis(M, np.flatnonzero(u))
    for _ in range(PIVOTS):
        rest = np.setdiff1d(np.arange(len(u)), basis)
        if not len(rest):
            return u
        T = linalg.lstsq(M[:, basis], M[:, rest], cond=SAME, check_finite=False)[0]
        T[np.abs(T) <= PART] = 0.0
        # the last coordinate that changes as one of the others grows must fall: then that one is to enter, the first such one
        entering = next((c for c, j in enumerate(rest) if _falls(basis, T[:, c], int(j))), None)
        if entering is None:
            u[basis] = linalg.lstsq(M[:, basis], wanted, cond=SAME, check_finite=False)[0]
            u[rest] = 0.0
            return np.where(u > ZERO * u.max(), u, 0.0)
        t = T[:, entering]
        step = np.full(len(t), np.inf)
        step[t > 0] = u[basis][t > 0] / t[t > 0]
        leaving = int(np.flatnonzero(step <= step.min() + ZERO * u.max())[0])
        theta = step[leaving]
        u[basis] = np.maximum(u[basis] - theta * t, 0.0)
        u[rest[entering]] += theta
        u[basis[leaving]] = 0.0
        basis = np.sort(np.append(np.delete(basis, leaving), rest[entering]))
    return None


def _falls(basis: IntArray, t: FloatArray, j: int) -> bool:
    """Whether the last of the coordinates that change as coordinate j grows falls: those of the basis change by -t."""
    changing = np.flatnonzero(t)
    return bool(len(changing) and basis[changing[-1]] > j and t[changing[-1]] > 0)


def _corner(M: FloatArray, u: FloatArray) -> None:
    """Move along combinations that amount to nothing until the columns in use are independent, in place."""
    while True:
        use = np.flatnonzero(u)
        if not len(use):
            return
        _, d, vt = linalg.svd(M[:, use], full_matrices=True, check_finite=False)
        if np.count_nonzero(d > SAME) == len(use):
            return
        direction = np.where(np.abs(vt[-1]) > PART, vt[-1], 0.0)
        direction = direction if direction.min() < 0 else -direction
        step = np.full(len(use), np.inf)
        falling = direction < 0
        step[falling] = -u[use][falling] / direction[falling]
        stops = int(step.argmin())
        u[use] = np.maximum(u[use] + step[stops] * direction, 0.0)
        u[use[stops]] = 0.0


def _basis(M: FloatArray, use: IntArray) -> IntArray:
    """Independent columns with the span of all, those in use among them."""
    rest = np.setdiff1d(np.arange(M.shape[1]), use)
    left = M[:, rest]
    if len(use):
        q = linalg.qr(M[:, use], mode="economic", check_finite=False)[0]
        left = left - q @ (q.T @ left)
    R, pivots = linalg.qr(left, mode="r", pivoting=True, check_finite=False)
    more = int(np.count_nonzero(np.abs(np.diag(R)) > SAME))
    return np.sort(np.append(use, rest[pivots[:more]]))
