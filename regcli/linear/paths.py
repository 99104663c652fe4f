"""Which solver walks which path, and the one function that walks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.certificate import certify
from regcli.linear.grid import saturated
from regcli.linear.newton import newton_path
from regcli.linear.penalty import Penalty
from regcli.linear.squared import direct_path, working_set_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.data.types import FloatArray, IntArray
    from regcli.linear.problem import Problem


@dataclass(frozen=True, slots=True)
class PathFit:
    """One path on one training set, in the columns as they came (not centred).

    Attributes
    ----------
    lambdas : ndarray (L,)
        As far as the path was walked, descending.
    intercept : ndarray (L, K)
    coef : list of L csc_array (p, K)
    n_iter : int ndarray (L,)
        Sweeps of coordinate descent, or Newton steps.
    saturated : bool
        The path ended before the grid did.
    failure : str
        Why the path could not be walked to its end; empty where it was.
    """

    lambdas: FloatArray
    intercept: FloatArray
    coef: list[sparse.csc_array]
    n_iter: IntArray
    saturated: bool
    failure: str = ""

    def only(self, index: int) -> PathFit:
        """The path cut down to one grid point."""
        one = slice(index, index + 1)
        return PathFit(self.lambdas[one], self.intercept[one], self.coef[one], self.n_iter[one], self.saturated, self.failure)

    def dense(self, index: int) -> FloatArray:
        """Coefficients at one grid point, (p, K)."""
        return np.asarray(self.coef[index].toarray())


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
    problem: Problem, penalty: Penalty, lambdas: FloatArray, *, solver: str, tol: float, max_iter: int, stops: bool = False
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
    stops : bool
        End the path as saturated where glmnet would.

    Returns
    -------
    PathFit
        What failed numerically is there as NaN: a failed fit is data, not an exception.
    """
    p, k = problem.shape[1:]
    intercepts, coefs, iterations, explained = [], [], [], []
    failure, ended = "", False
    null = problem.null_objective()
    try:
        for b0, b, n_iter in SOLVERS[solver](problem, penalty, lambdas, tol, max_iter):
            intercepts.append(problem.uncentre(b0, b) if problem.intercept else b0)
            coefs.append(sparse.csc_array(b))
            iterations.append(n_iter)
            if stops:
                live = np.flatnonzero(b.any(axis=1))
                explained.append(1.0 - problem.objective(b0 + problem.dot(b[live], live)) / null if null > 0 else 1.0)
                if saturated(explained):
                    ended = len(coefs) < len(lambdas)
                    break
    except (np.linalg.LinAlgError, FloatingPointError) as error:
        failure = f"{type(error).__name__}: {error}"
        missing = len(lambdas) - len(coefs)
        intercepts += [np.full(k, np.nan)] * missing
        coefs += [sparse.csc_array(np.full((p, k), np.nan))] * missing
        iterations += [0] * missing
    return PathFit(lambdas[: len(coefs)], np.array(intercepts), coefs, np.array(iterations), ended, failure)


def predictors(problem: Problem, fit: PathFit) -> FloatArray:
    """Linear predictors of a path on its own training rows, (L, n, K)."""
    n, _, k = problem.shape
    stacked = sparse.hstack(fit.coef, format="csc").toarray() if len(fit.coef) else np.zeros((problem.shape[1], 0))
    eta = problem.dot(stacked).reshape(n, len(fit.coef), k).transpose(1, 0, 2)
    return eta + _centred_intercepts(problem, fit)[:, None, :]


def certificates(problem: Problem, y: FloatArray, weights: FloatArray | None, penalty: Penalty, fit: PathFit) -> FloatArray:
    """The certificate of every point of a path, from the rows; (L,)."""
    dense = [fit.dense(i) for i in range(len(fit.coef))]
    X, intercept = problem.X, fit.intercept
    if not sparse.issparse(X):
        intercept = _centred_intercepts(problem, fit)
    return certify(X, y, weights, problem.loss.name, penalty, fit.lambdas, intercept if problem.intercept else None, dense)


def _centred_intercepts(problem: Problem, fit: PathFit) -> FloatArray:
    """Intercepts (L, K) that belong to the centred columns."""
    return np.array([b0 + c.T @ problem.center for b0, c in zip(fit.intercept, fit.coef, strict=True)]).reshape(
        fit.intercept.shape
    )


def null_residuals(problem: Problem, penalty: Penalty, *, tol: float, max_iter: int) -> FloatArray:
    """Residuals of the null model, refitted on the unpenalised columns where there are any; (n, K)."""
    free = np.flatnonzero(penalty.factors == 0)
    eta = np.broadcast_to(problem.null_intercept, problem.Y.shape)
    if len(free):
        small = problem.narrow(free)
        alone = Penalty(0.0, np.zeros(len(free)), penalty.positive)
        solver, _ = choose_solver(problem.loss.name, 0.0, positive=penalty.positive)
        eta = predictors(small, solve_path(small, alone, np.zeros(1), solver=solver, tol=tol, max_iter=max_iter))[0]
    return problem.residual(eta)
