"""What is said of paths from sufficient statistics: certificates, errors, degrees of freedom, and whether to trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import lapack, solve_triangular

from regcli.linear.objective.freedom import LARGEST
from regcli.linear.sets.normal import Reduced, scaled_gram

if TYPE_CHECKING:
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.normal import Normal
    from regcli.linear.sets.statistics import Moments, Statistics
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor

# A squared error below this share of the terms whose difference it is has lost too many digits.
LOST = 1e-10


def certificates(stats: Statistics, penalty: Penalty, fits: list[PathFit], executor: Executor) -> list[FloatArray]:
    """The certificate of every point of every set's path, as `certify` defines it; F arrays (L,).

    Written apart from the solvers, of which it takes nothing but the sums over the rows.
    """
    return executor.map(lambda f: _certificate(stats, penalty, f, fits[f]), range(stats.count))


def _certificate(stats: Statistics, penalty: Penalty, f: int, fit: PathFit) -> FloatArray:
    sets, normal = stats.sets, stats.normal(f)
    b, lam = fit.coef[:, :, 0], fit.lambdas[:, None]
    if not np.isfinite(b).all():
        # points that failed would spoil the product of all
        finite = np.flatnonzero(np.isfinite(b).all(axis=1))
        worst = np.full(len(b), np.inf)
        if len(finite):
            worst[finite] = np.concatenate([_certificate(stats, penalty, f, fit.at(slice(int(i), int(i) + 1))) for i in finite])
        return worst
    whole = np.zeros((len(b), sets.shape[1]))
    whole[:, fit.columns] = b
    force = normal.c - b @ _rows(normal.C, fit.columns)
    shrink = lam * penalty.factors
    force -= shrink * (1.0 - penalty.l1_ratio) * whole
    edge = shrink * penalty.l1_ratio
    inside = np.maximum((force if penalty.positive else np.abs(force)) - edge, 0.0)
    distance = np.where(whole > 0, np.abs(force - edge), np.where(whole < 0, np.abs(force + edge), inside))
    if penalty.positive:
        distance[whole < 0] = np.inf
    found = (distance / normal.scale).max(axis=1, initial=0.0)
    if sets.intercept and sets.null_rms[f, 0] > 0:
        middle = ((sets.mean[f] - sets.offset[f]) / sets.unit[f])[fit.columns]
        total = sets.null_intercept[f, 0] - fit.intercept[:, 0] - b @ middle
        found = np.maximum(found, np.abs(total) / sets.null_rms[f, 0])
    for i, shrunk in enumerate(fit.lambdas[:, None] * penalty.factors):
        free = normal.live & (shrunk == 0) & ((whole[i] > 0) | (not penalty.positive))
        if free.any():
            found[i] = max(found[i], decrement(normal, np.flatnonzero(free), force[i]) ** 2 / sets.null_rms[f, 0] ** 2)
    return np.asarray(np.where(np.isfinite(fit.intercept[:, 0]), found, np.inf))


def decrement(normal: Normal, free: IntArray, force: FloatArray) -> float:
    """The Newton decrement over columns whose correlations are well conditioned; the intercept is at right angles to them."""
    size = np.sqrt(np.diag(normal.C)[free])
    factor = np.linalg.cholesky(normal.C[np.ix_(free, free)] / np.outer(size, size))
    return float(np.linalg.norm(solve_triangular(factor, force[free] / size, lower=True, check_finite=False)))


def _rows(matrix: FloatArray, columns: IntArray) -> FloatArray:
    """Some rows of a matrix, without a copy where they are all."""
    return matrix if len(columns) == len(matrix) else matrix[columns]


def _block(matrix: FloatArray, columns: IntArray) -> FloatArray:
    """The same of a square matrix's rows and columns."""
    return matrix if len(columns) == len(matrix) else matrix[np.ix_(columns, columns)]


def squared_errors(stats: Statistics, moments: Moments, f: int, fit: PathFit) -> tuple[FloatArray, FloatArray]:
    """Weighted mean squared error and mean error (y minus prediction) of the fit of set f on the rows of some moments.

    Parameters
    ----------
    stats : Statistics
    moments : Moments
    f : int
        The set whose scaled columns the fit is in.
    fit : PathFit

    Returns
    -------
    squared, mean : ndarray (L,)
        NaN where the squared error is a difference of terms so much larger that too few of its digits are left: it is to be
        taken from the rows.
    """
    sets, columns = stats.sets, fit.columns
    b = fit.coef[:, :, 0] / sets.unit[f, columns]
    # the prediction at the centre of the moments, measured from the centre of the target
    base = fit.intercept[:, 0] + b @ (moments.center - sets.offset[f])[columns] - moments.target_center
    x, xx = moments.x[columns], _block(moments.xx, columns)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        weight = np.float64(moments.weight)
        along, across = b @ x / weight, np.einsum("lp,lp->l", b @ xx, b) / weight
        target, square = moments.y / weight, moments.yy / weight
        mean = target - base - along
        predicted = across + 2.0 * base * along + base**2
        squared = square - 2.0 * (b @ moments.xy[columns] / weight + base * target) + predicted
        lost = ~(squared > LOST * (square + across + base**2))
    return np.where(lost, np.nan, squared), np.where(lost, np.nan, mean)


def degrees_of_freedom(stats: Statistics, penalty: Penalty, fit: PathFit, executor: Executor) -> FloatArray:
    """As `freedom.degrees_of_freedom` for the full set, (L,), where its Gram matrix is well conditioned."""
    sets, normal = stats.sets, stats.normal(stats.count - 1)
    lead, rho = float(sets.intercept), penalty.l1_ratio
    if rho == 0 and not penalty.positive:
        if min(sets.shape[:2]) > LARGEST:
            return np.full(len(fit.lambdas), np.nan)
        reduced = Reduced.build(normal, penalty.factors == 0)
        squares = np.maximum(np.linalg.eigvalsh(scaled_gram(reduced, penalty)[0]), 0.0)
        shares = squares / np.where(squares > 0, squares + fit.lambdas[:, None], 1.0)
        return np.asarray(lead + len(reduced.free) + shares.sum(axis=1))

    def at(i: int) -> float:
        b = fit.coef[i, :, 0]
        if not np.isfinite(b).all():
            return float("nan")
        active = fit.columns[b != 0]
        shrink = fit.lambdas[i] * (1.0 - rho) * penalty.factors[active]
        if len(active) > LARGEST:
            return float("nan")
        if not shrink.any():
            return lead + len(active)
        return lead + _trace(normal.C[np.ix_(active, active)], shrink)

    return np.array(executor.map(at, range(len(fit.lambdas))))


def _trace(H: FloatArray, shrink: FloatArray) -> float:
    """tr[H (H + D)⁻¹] = a - tr[(H + D)⁻¹ D] for D = diag(shrink), H (a, a) being overwritten by H + D."""
    np.fill_diagonal(H, np.diag(H) + shrink)
    try:
        factor = np.linalg.cholesky(H)
    except np.linalg.LinAlgError:
        return float("nan")
    inverse, _ = lapack.dtrtri(factor.T, lower=0)
    return len(H) - float((inverse**2).sum(axis=1) @ shrink)


def condition(stats: Statistics, penalty: Penalty, lambdas: FloatArray, executor: Executor) -> float:
    """The worst 1-norm condition number over the sets: of the correlations of live columns with the smallest ridge term added.

    inf where a set has no more rows than columns, or where its columns are dependent.
    """
    smallest = float(lambdas.min(initial=np.inf)) * (1.0 - penalty.l1_ratio) if len(lambdas) else 0.0
    return max(executor.map(lambda f: _condition(stats, penalty, smallest, f), range(stats.count)))


def _condition(stats: Statistics, penalty: Penalty, shrink: float, f: int) -> float:
    normal = stats.normal(f)
    live = np.flatnonzero(normal.live)
    if not len(live):
        return 1.0
    if np.count_nonzero(stats.sets.S[:, f]) <= len(live):
        return float("inf")
    C = _block(normal.C, live)
    square = np.diag(C)
    if not (square > 0).all():
        return float("inf")
    return condition_of(C, shrink * float((penalty.factors[live] / square).min()))


def condition_of(C: FloatArray, ridge: float = 0.0) -> float:
    """1-norm condition number of the correlations that belong to a Gram matrix, with a ridge term; inf where it is singular."""
    square = np.diag(C)
    if not (square > 0).all():
        return float("inf")
    root = 1.0 / np.sqrt(square)
    R = C * np.outer(root, root)
    R.flat[:: len(C) + 1] = 1.0 + ridge
    try:
        factor = np.linalg.cholesky(R)
    except np.linalg.LinAlgError:
        return float("inf")
    reciprocal, _ = lapack.dpocon(factor.T, np.abs(R).sum(axis=0).max(), uplo="U")
    return float(1.0 / reciprocal) if reciprocal > 0 else float("inf")
