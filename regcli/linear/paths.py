"""Which solver walks which path, and the one function that walks it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.linear.certificate import certify
from regcli.linear.coordinates import stretches
from regcli.linear.newton import newton_path
from regcli.linear.penalty import Penalty
from regcli.linear.squared import direct_path, working_set_path
from regcli.pace import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.data.types import FloatArray, IntArray, Matrix
    from regcli.linear.grid import Ending
    from regcli.linear.problem import Problem


# A column whose correlation with the null residuals is below this is not correlated at all.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PathFit:
    """One path on one training set, in the columns as they came (not centred).

    Attributes
    ----------
    lambdas : ndarray (L,)
        As far as the path was walked, descending.
    intercept : ndarray (L, K)
    columns : int ndarray (a,)
        The columns that take part anywhere on the path, ascending.
    coef : ndarray (L, a, K)
        Their coefficients.
    n_columns : int
        p, the number of columns of the design.
    n_iter : int ndarray (L,)
        Sweeps of coordinate descent, or Newton steps.
    saturated : bool
        The path ended before the grid did.
    failure : str
        Why the path could not be walked to its end; empty where it was.
    """

    lambdas: FloatArray
    intercept: FloatArray
    columns: IntArray
    coef: FloatArray
    n_columns: int
    n_iter: IntArray
    saturated: bool
    failure: str = ""

    def at(self, points: slice | IntArray) -> PathFit:
        """The path cut down to some of its grid points."""
        return replace(
            self,
            lambdas=self.lambdas[points],
            intercept=self.intercept[points],
            coef=self.coef[points],
            n_iter=self.n_iter[points],
        )

    def followed_by(self, other: PathFit) -> PathFit:
        """The path with another of the same training set after it."""
        columns = np.union1d(self.columns, other.columns)
        coef = np.zeros((len(self.lambdas) + len(other.lambdas), len(columns), self.coef.shape[2]))
        for part, place in ((self, slice(len(self.lambdas))), (other, slice(len(self.lambdas), None))):
            coef[place, np.searchsorted(columns, part.columns)] = part.coef
        return replace(
            self,
            lambdas=np.concatenate([self.lambdas, other.lambdas]),
            intercept=np.concatenate([self.intercept, other.intercept]),
            columns=columns,
            coef=coef,
            n_iter=np.concatenate([self.n_iter, other.n_iter]),
            saturated=self.saturated or other.saturated,
            failure=self.failure or other.failure,
        )

    def dense(self, index: int) -> FloatArray:
        """Coefficients at one grid point, (p, K)."""
        full = np.zeros((self.n_columns, self.coef.shape[2]))
        full[self.columns] = self.coef[index]
        return full

    @property
    def n_nonzero(self) -> IntArray:
        """Columns with any non-zero coefficient at every grid point, (L,)."""
        return np.asarray((self.coef != 0).any(axis=2).sum(axis=1))

    def eta(self, X: Matrix) -> FloatArray:
        """Linear predictors for rows of the columns as they came, (L, n, K)."""
        return self._products(X[:, self.columns]) + self.intercept[:, None, :]

    def _products(self, X: Matrix) -> FloatArray:
        points, a, k = self.coef.shape
        product = np.asarray(X @ self.coef.transpose(1, 0, 2).reshape(a, points * k))
        return product.reshape(X.shape[0], points, k).transpose(1, 0, 2)


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


def joined(parts: list[PathFit]) -> PathFit:
    """The stretches of one path on one training set, in order."""
    first, *rest = parts
    for other in rest:
        first = first.followed_by(other)
    return first


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
    intercept = fit.intercept if sparse.issparse(problem.X) else _centred_intercepts(problem, fit)
    base = intercept if problem.intercept else None
    return certify(problem.X, y, weights, problem.loss.name, penalty, fit.lambdas, base, fit.columns, fit.coef)


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
