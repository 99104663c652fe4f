"""Which solver walks a path on all training sets together, why, and the walk itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.certificate import certify_point, judge
from regcli.linear.objective.freedom import degrees_of_freedom
from regcli.linear.objective.path import PathFit, joined
from regcli.linear.sets import quadratic_forms, statistics
from regcli.linear.sets.canonical import Columns, settle
from regcli.linear.sets.coordinates import stretches
from regcli.linear.sets.training_sets import column_moments
from regcli.linear.solvers import sufficient_statistics
from regcli.linear.solvers.lagged_newton import lagged_paths
from regcli.linear.solvers.lockstep import wide_paths
from regcli.linear.solvers.lockstep_newton import screened_paths
from regcli.numerics.executor import PIECE, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.linear.objective.conditions import Tight
    from regcli.linear.objective.grid import Ending
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.coordinates import Coordinates
    from regcli.linear.sets.statistics import Rows, Statistics
    from regcli.linear.sets.training_sets import Joint
    from regcli.numerics.arrays import FloatArray
    from regcli.numerics.executor import Executor

# Sums of squares and products are used up to this condition number of the correlations: they leave twelve digits then.
SAFE = 1e4
# The largest Gram matrix that is worth forming as a whole, and the most coordinates that share lagged curvature.
LARGEST_GRAM, MOST_COORDINATES = 2500, 1200
# All curvatures together may take as many numbers as this.
CURVATURES = 6e7


@dataclass(frozen=True, slots=True)
class Together:
    """The training sets of a cross-validation, ready to be walked together.

    Attributes
    ----------
    joint : Joint
        The full set comes last.
    problem : Problem
        The full set.
    blocks : tuple of slice
        Consecutive rows that are validated together; all rows.
    statistics : Statistics or None
        Sums of squares and products, where some path may use them.
    executor : Executor
    """

    joint: Joint
    problem: Problem
    blocks: tuple[slice, ...]
    statistics: Statistics | None
    executor: Executor

    @classmethod
    def build(
        cls,
        joint: Joint,
        problem: Problem,
        validation: tuple[Rows, ...],
        blocks: tuple[slice, ...],
        weights: FloatArray,
        executor: Executor,
    ) -> Together:
        """Collect what the solvers share; `validation` are the folds' validation rows, `weights` the sample weights (n,)."""
        p = joint.shape[1]
        fewest = int(np.count_nonzero(joint.S, axis=0).min())
        tall = problem.loss.name == "squared" and not sparse.issparse(joint.X) and fewest > p and p <= LARGEST_GRAM
        return cls(joint, problem, blocks, statistics.collect(joint, validation, weights, executor) if tall else None, executor)

    def choose(self, penalty: Penalty, lambdas: FloatArray) -> tuple[str | None, str]:
        """The solver for a path, or None where none of these serves; and why."""
        if self.problem.loss.name == "squared":
            return self._choose_squared(penalty, lambdas)
        n, p, k, sets = self.joint.shape
        coordinates = k + k * p
        dense = not sparse.issparse(self.joint.X)
        if dense and n >= 2 * coordinates / k and coordinates <= MOST_COORDINATES and sets * coordinates**2 <= CURVATURES:
            return "lagged-newton", f"{n:,} rows × {p:,} columns: all folds in one pass over the rows, with shared curvature"
        if penalty.l1_ratio > 0 or penalty.positive:
            kind = "wide" if dense else "sparse"
            return "lockstep-newton", f"{kind} design: one product with it screens the columns for all folds"
        return None, f"a ridge-type penalty on {p:,} columns keeps them all in use"

    def _choose_squared(self, penalty: Penalty, lambdas: FloatArray) -> tuple[str | None, str]:
        n, p = self.joint.shape[:2]
        direct = penalty.l1_ratio == 0 and not penalty.positive
        doubt = ""
        if self.statistics is not None:
            condition = quadratic_forms.condition(self.statistics, penalty, lambdas, self.executor)
            if condition <= SAFE:
                what = f"{n:,} rows × {p:,} columns, condition number {condition:.2g}"
                return "sufficient-statistics", f"{what}: sums of squares and products serve all folds"
            doubt = f"condition number {condition:.2g} > {SAFE:.0e}, sums of squares would lose digits: "
        if direct:
            return None, doubt + "closed form by singular values of the rows"
        if sparse.issparse(self.joint.X) and p > LARGEST_GRAM:
            return "lockstep-newton", f"sparse design of {p:,} columns: descent on the columns themselves, screened for all folds"
        return "lockstep", doubt + "all folds walk down together, one product with the design per check"

    def walk(
        self, solver: str, penalty: Penalty, lambdas: FloatArray, *, tol: float, max_iter: int, ending: Ending | None
    ) -> list[PathFit]:
        """The paths of all sets, the full one last, each in the set's own scaled columns as they came.

        What failed numerically is there as NaN: a failed fit is data, not an exception.
        """
        try:
            if solver == "sufficient-statistics":
                return _SOLVERS[solver](self, penalty, lambdas, tol, max_iter, ending)
            parts = [
                self._walk_in(some, solver, penalty, part, tol, max_iter, ending)
                for part, some in stretches(self.problem, penalty, lambdas)
            ]
            return [joined(list(of_set)) for of_set in zip(*parts, strict=True)]
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            _, p, k, sets = self.joint.shape
            length, every = len(lambdas), np.arange(p)
            intercept, coef = np.full((length, k), np.nan), np.full((length, p, k), np.nan)
            nothing = np.zeros(length, dtype=np.int64)
            failure = f"{type(error).__name__}: {error}"
            return [PathFit(lambdas, intercept, every, coef, p, nothing, False, failure)] * sets

    def _walk_in(
        self,
        some: Coordinates | None,
        solver: str,
        penalty: Penalty,
        lambdas: FloatArray,
        tol: float,
        max_iter: int,
        ending: Ending | None,
    ) -> list[PathFit]:
        """A stretch of the paths of all sets, in coordinates of the unpenalised columns where these need them."""
        if some is None:
            return _SOLVERS[solver](self, penalty, lambdas, tol, max_iter, ending)
        joint = some.joint(self.joint, column_moments(some.Z, self.joint.S, self.executor))
        turned = replace(self, joint=joint, problem=some.problem(self.problem))
        fits = _SOLVERS[solver](turned, penalty, lambdas, tol, max_iter, ending)
        unit, offset = self.joint.unit[:, some.columns], self.joint.offset[:, some.columns]
        return [some.back(fit, *of_set) for fit, *of_set in zip(fits, unit, offset, strict=True)]

    def certificates(self, solver: str, penalty: Penalty, y: FloatArray, fits: list[PathFit]) -> list[FloatArray]:
        """The certificate of every point of every set's path, (L,) each: from the sums where they were used, or the rows."""
        if solver == "sufficient-statistics" and self.statistics is not None:
            return quadratic_forms.certificates(self.statistics, penalty, fits, self.executor)
        return self.executor.map(lambda f: self.certify(f, penalty, y, fits[f]), range(self.joint.shape[3]))

    def settled(
        self, solver: str, penalty: Penalty, y: FloatArray, fits: list[PathFit]
    ) -> tuple[list[PathFit], list[FloatArray]]:
        """The paths of all sets with one choice taken among equal solutions, and the certificates of their points, (L,) each."""
        if solver == "sufficient-statistics" and self.statistics is not None:
            # which serve well-conditioned columns alone: their solutions are unique
            return fits, self.certificates(solver, penalty, y, fits)
        both = self.executor.map(lambda f: self._settled(f, penalty, y, fits[f]), range(self.joint.shape[3]))
        return [fit for fit, _ in both], [kkt for _, kkt in both]

    def _settled(self, f: int, penalty: Penalty, y: FloatArray, fit: PathFit) -> tuple[PathFit, FloatArray]:
        kkt, tight = self._judge(f, penalty, y, fit)
        fit, moved = settle(Columns.of_set(self.joint, f), penalty, fit, tight)
        if len(moved):
            kkt[moved] = self.certify(f, penalty, y, fit.at(moved))
        return fit, kkt

    def certify(self, f: int, penalty: Penalty, y: FloatArray, fit: PathFit) -> FloatArray:
        """The certificate of a path of set f from the rows, (L,)."""
        return self._judge(f, penalty, y, fit)[0]

    def _judge(self, f: int, penalty: Penalty, y: FloatArray, fit: PathFit) -> tuple[FloatArray, Tight]:
        joint = self.joint
        base = self.intercepts(f, fit) if joint.intercept else None
        return judge(
            joint.X, y, joint.S[:, f], joint.loss.name, penalty, fit.lambdas, base, fit.columns, fit.coef, unit=joint.unit[f]
        )

    def certify_at(self, penalty: Penalty, y: FloatArray, fits: list[PathFit], index: int) -> FloatArray:
        """The certificate of every set's path at one grid point, from the rows of a dense design, (F,)."""
        joint = self.joint
        base = np.array([self.intercepts(f, fit)[index] for f, fit in enumerate(fits)]) if joint.intercept else None
        coefficients = np.array([fit.dense(index) for fit in fits])
        lam = float(fits[-1].lambdas[index])
        return certify_point(
            joint.X, y, joint.S, joint.loss.name, penalty, lam, base, coefficients, joint.unit, self.executor.map
        )

    def intercepts(self, f: int, fit: PathFit) -> FloatArray:
        """Linear predictors of a path of set f where the shared columns are zero, (L, K)."""
        joint = self.joint
        return fit.intercept - np.tensordot(fit.coef, (joint.offset[f] / joint.unit[f])[fit.columns], axes=(1, 0))

    def predictors(self, f: int, fit: PathFit, rows: slice | None = None) -> FloatArray:
        """Linear predictors of a path of set f on all rows, or on some, (L, n, K)."""
        joint = self.joint
        X = joint.X if rows is None else joint.X[rows]
        if len(fit.columns) < joint.shape[1]:
            X = X[:, fit.columns]
        points, a, k = fit.coef.shape
        shared = fit.coef / joint.unit[f, fit.columns][:, None]
        product = np.asarray(X @ shared.transpose(1, 0, 2).reshape(a, points * k))
        product += self.intercepts(f, fit).reshape(-1)
        return product.reshape(-1, points, k).transpose(1, 0, 2)

    def pieces(self, f: int, fit: PathFit) -> Iterator[tuple[slice, slice, FloatArray]]:
        """The same piece by piece: rows, grid points, and their linear predictors (points, rows, K).

        Dense designs are cut by rows, sparse ones, whose rows are dear to select, by grid points.
        """
        joint, points, k = self.joint, len(fit.lambdas), fit.coef.shape[2]
        n = joint.shape[0]
        if sparse.issparse(joint.X):
            for part in slices(points, max(1, joint.X.nnz // (8 * n * k))):
                yield slice(0, n), part, self.predictors(f, fit.at(part))
            return
        every = slice(0, points)
        for rows in slices(n, PIECE // (points * k)):
            yield rows, every, self.predictors(f, fit, rows)

    def predictors_at(self, fits: list[PathFit], index: int) -> FloatArray:
        """Linear predictors of every set's path at one grid point, on all rows, (F, n, K)."""
        joint = self.joint
        p, k, sets = joint.shape[1:]
        B, base = np.zeros((p, sets, k)), np.zeros((sets, k))
        for f, fit in enumerate(fits):
            B[fit.columns, f] = fit.coef[index] / joint.unit[f, fit.columns][:, None]
            base[f] = self.intercepts(f, fit)[index]
        if sparse.issparse(joint.X) or joint.shape[0] > p:
            product = np.asarray(joint.X @ B.reshape(p, sets * k))
        else:
            live = np.flatnonzero(B.any(axis=(1, 2)))
            product = np.asarray(joint.X[:, live] @ B[live].reshape(len(live), sets * k))
        product += base.reshape(-1)
        return product.reshape(-1, sets, k).transpose(1, 0, 2)

    def squared_errors(self, f: int, fit: PathFit) -> FloatArray:
        """Mean squared error and mean error of a path of fold f on its training and its validation rows, (2, 2, L)."""
        statistics = self.statistics
        assert statistics is not None  # noqa: S101 - asked for only by the solver that uses them
        sides = (statistics.train(f), statistics.validation(f))
        return np.array([quadratic_forms.squared_errors(statistics, side, f, fit) for side in sides])

    def degrees_of_freedom(self, solver: str, penalty: Penalty, fit: PathFit) -> FloatArray:
        """Of the full set's path, (L,)."""
        if solver == "sufficient-statistics" and self.statistics is not None:
            return quadratic_forms.degrees_of_freedom(self.statistics, penalty, fit, self.executor)
        return degrees_of_freedom(self.problem, penalty, fit)


def _moments(
    t: Together, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None
) -> list[PathFit]:
    assert t.statistics is not None  # noqa: S101 - `choose` names this solver only then
    return sufficient_statistics.paths(
        t.statistics, penalty, lambdas, tol=tol, max_iter=max_iter, ending=ending, executor=t.executor
    )


def _wide(t: Together, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None) -> list[PathFit]:
    return wide_paths(t.joint, penalty, lambdas, tol=tol, max_iter=max_iter, ending=ending, executor=t.executor)


def _lagged(
    t: Together, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None
) -> list[PathFit]:
    return lagged_paths(
        t.joint,
        t.problem,
        penalty,
        lambdas,
        blocks=list(t.blocks),
        tol=tol,
        max_iter=max_iter,
        ending=ending,
        executor=t.executor,
    )


def _screened(
    t: Together, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None
) -> list[PathFit]:
    return screened_paths(t.joint, t.problem, penalty, lambdas, tol=tol, max_iter=max_iter, ending=ending, executor=t.executor)


_SOLVERS: dict[str, Callable[[Together, Penalty, FloatArray, float, int, Ending | None], list[PathFit]]] = {
    "sufficient-statistics": _moments,
    "lockstep": _wide,
    "lagged-newton": _lagged,
    "lockstep-newton": _screened,
}
TOGETHER = tuple(_SOLVERS)
