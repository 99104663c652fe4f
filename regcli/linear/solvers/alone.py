"""A path on one training set by itself: which solver walks it, and the walk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.linear.kernels.newton import newton_path
from regcli.linear.objective.certificate import judge
from regcli.linear.objective.path import PathFit, joined
from regcli.linear.objective.penalty import Penalty
from regcli.linear.sets.canonical import Columns, interchangeable, settle
from regcli.linear.sets.coordinates import stretches
from regcli.linear.solvers.direct import direct_path
from regcli.linear.solvers.working_set import working_set_path
from regcli.pace import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.linear.objective.conditions import Tight
    from regcli.linear.objective.grid import Ending
    from regcli.linear.objective.problem import Problem
    from regcli.numerics.arrays import FloatArray, IntArray

# A column whose correlation with the null residuals is below this is not correlated at all.
ROUNDING = 1e-9


def _direct(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int
) -> Iterator[tuple[FloatArray, FloatArray, int]]:
    for coef, n_iter in direct_path(problem, penalty, lambdas, tol, max_iter):
        yield problem.null_intercept, coef, n_iter


def _working_set(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int
) -> Iterator[tuple[FloatArray, FloatArray, int]]:
    for coef, n_iter in working_set_path(problem, penalty, lambdas, tol, max_iter):
        yield problem.null_intercept, coef, n_iter


# name -> generator over λ of (intercept, coef, iterations) on centred columns
SOLVERS: dict[str, Callable[[Problem, Penalty, FloatArray, float, int], Iterator[tuple[FloatArray, FloatArray, int]]]] = {
    "direct": _direct,
    "working-set": _working_set,
    "proximal-newton": newton_path,
}


def choose_solver(loss: str, l1_ratio: float, *, positive: bool) -> tuple[str, str]:
    """The solver for a path, and why it is the one."""
    if loss != "squared":
        return "proximal-newton", f"{loss} loss: second-order expansions on the columns in use"
    if l1_ratio == 0 and not positive:
        return "direct", "squared loss without an ℓ1 term has a closed form"
    return (
        "working-set",
        "squared loss with an ℓ1 term or a sign constraint: coordinate descent on the Gram matrix of the columns in use",
    )


def solve_path(
    problem: Problem,
    penalty: Penalty,
    lambdas: FloatArray,
    *,
    solver: str,
    tol: float,
    max_iter: int,
    ending: Ending | None = None,
) -> PathFit:
    """Fit every λ of a grid, descending, each warm started by the one before.

    Parameters
    ----------
    problem : Problem
    penalty : Penalty
    lambdas : ndarray (L,)
    solver : str
        A name in `SOLVERS`.
    tol : float
        Violation of the optimality conditions that the certificate will accept.
    max_iter : int
        The most iterations at one λ.
    ending : Ending or None
        Where the path is saturated; None: nowhere.

    Returns
    -------
    PathFit
        What failed numerically is there as NaN: a failed fit is data, not an exception.
    """
    how: dict[str, Any] = {"solver": solver, "tol": tol, "max_iter": max_iter, "ending": ending}
    is_sparse = sparse.issparse(problem.X)
    if solver == "direct" and not is_sparse:
        return _walk(problem, penalty, lambdas, **how)
    parts = []
    for part, some in stretches(problem, penalty, lambdas):
        if some is None:
            parts.append(_walk(problem, penalty, part, **how))
            continue
        fit = _walk(some.problem(problem), penalty, part, **how)
        held = np.zeros(len(some.columns)) if is_sparse else problem.center[some.columns]
        parts.append(some.back(fit, np.ones(len(some.columns)), -held))
    return joined(parts)


def _walk(
    problem: Problem, penalty: Penalty, lambdas: FloatArray, *, solver: str, tol: float, max_iter: int, ending: Ending | None
) -> PathFit:
    p, k = problem.shape[1:]
    intercepts, coefs, iterations = [], [], []
    objectives: list[float] = []
    failure, ended = "", False
    try:
        for b0, b, n_iter in SOLVERS[solver](problem, penalty, lambdas, tol, max_iter):
            intercepts.append(problem.uncentre(b0, b) if problem.intercept else b0)
            coefs.append(b)
            iterations.append(n_iter)
            fitted()
            if ending is not None:
                live = np.flatnonzero(b.any(axis=1))
                objectives.append(problem.objective(b0 + problem.dot(b[live], live)))
                if ending.reached(objectives):
                    ended = len(coefs) < len(lambdas)
                    break
    except (np.linalg.LinAlgError, FloatingPointError) as error:
        failure = f"{type(error).__name__}: {error}"
        missing = len(lambdas) - len(coefs)
        intercepts += [np.full(k, np.nan)] * missing
        coefs += [np.full((p, k), np.nan)] * missing
        iterations += [0] * missing
    path = np.array(coefs)
    columns = np.flatnonzero((path != 0).any(axis=(0, 2)))
    return PathFit(
        lambdas[: len(coefs)], np.array(intercepts), columns, path[:, columns], p, np.array(iterations), ended, failure
    )


def predictors(problem: Problem, fit: PathFit) -> FloatArray:
    """Linear predictors of a path on its own training rows, (L, n, K)."""
    if sparse.issparse(problem.X):
        return fit.eta(problem.X)
    return replace(fit, intercept=_centred_intercepts(problem, fit)).eta(problem.X)


def certificates(problem: Problem, y: FloatArray, weights: FloatArray | None, penalty: Penalty, fit: PathFit) -> FloatArray:
    """The certificate of every point of a path, from the rows; (L,)."""
    return _judge(problem, y, weights, penalty, fit)[0]


def settled(
    problem: Problem, y: FloatArray, weights: FloatArray | None, penalty: Penalty, fit: PathFit
) -> tuple[PathFit, FloatArray]:
    """A path with one choice taken among equal solutions, and the certificates (L,) of its points."""
    kkt, tight = _judge(problem, y, weights, penalty, fit)
    fit, moved = settle(Columns.of_problem(problem), penalty, fit, tight)
    if len(moved):
        kkt[moved] = certificates(problem, y, weights, penalty, fit.at(moved))
    return fit, kkt


def interchangeable_columns(
    problem: Problem, y: FloatArray, weights: FloatArray | None, penalty: Penalty, fit: PathFit
) -> IntArray:
    """Columns among which coefficients can be traded at the one point of a path: there the solution is not unique."""
    tight = _judge(problem, y, weights, penalty, fit)[1]
    return interchangeable(Columns.of_problem(problem), penalty, float(fit.lambdas[0]), fit.dense(0), tight)


def _judge(
    problem: Problem, y: FloatArray, weights: FloatArray | None, penalty: Penalty, fit: PathFit
) -> tuple[FloatArray, Tight]:
    intercept = fit.intercept if sparse.issparse(problem.X) else _centred_intercepts(problem, fit)
    base = intercept if problem.intercept else None
    return judge(problem.X, y, weights, problem.loss.name, penalty, fit.lambdas, base, fit.columns, fit.coef)


def _centred_intercepts(problem: Problem, fit: PathFit) -> FloatArray:
    """Intercepts (L, K) that belong to the centred columns."""
    return fit.intercept + np.tensordot(fit.coef, problem.center[fit.columns], axes=(1, 0))


@dataclass(frozen=True, slots=True)
class NullFit:
    """The null model, refitted on the unpenalised columns where there are any.

    Attributes
    ----------
    eta : ndarray (n, K)
        Its linear predictors.
    objective : float
        Σ s ℓ: what a penalty leaves to be explained.
    gradient : ndarray (p, K)
        Σ s_i x_ij r_ik of its residuals. What is rounding beside the columns' and the residuals' sizes is zero, so that no grid
        starts from it.
    """

    eta: FloatArray
    objective: float
    gradient: FloatArray


def null_fit(problem: Problem, penalty: Penalty, *, tol: float, max_iter: int) -> NullFit:
    """Fit the model in which every penalised coefficient is zero."""
    free = np.flatnonzero(penalty.factors == 0)
    eta = np.broadcast_to(problem.null_intercept, problem.Y.shape)
    if len(free):
        small = problem.narrow(free)
        alone = Penalty(0.0, np.zeros(len(free)), penalty.positive)
        solver, _ = choose_solver(problem.loss.name, 0.0, positive=penalty.positive)
        eta = predictors(small, solve_path(small, alone, np.zeros(1), solver=solver, tol=tol, max_iter=max_iter))[0]
    gradient = problem.tdot(problem.residual(eta))
    return NullFit(eta, problem.objective(eta), np.where(np.abs(gradient) > ROUNDING * problem.scale, gradient, 0.0))
