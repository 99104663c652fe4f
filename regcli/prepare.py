"""From a plan to arrays: the design of the training rows, which all training sets share wherever preprocessing lets them.

Preprocessing differs between folds by an affine map of every column alone more often than not. Then one design serves all of
them, a fold being a column of weights and a map; else each fold is prepared by itself when its turn comes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli import linear
from regcli.data.wording import listing
from regcli.errors import DataError
from regcli.linear.sets.statistics import as_slice, collect, worth_taking
from regcli.linear.sets.tall import Tall
from regcli.linear.solvers.base import Verdict
from regcli.numerics.constancy import is_constant
from regcli.numerics.executor import Executor
from regcli.numerics.matrix import Affine, Dense
from regcli.numerics.reproducible import steady
from regcli.preprocess import Preprocessor, Recipe, fit_design, transformed
from regcli.preprocess.columns import describe
from regcli.sharing import shared
from regcli.weights import fit_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.config import Config
    from regcli.data.types import Dataset, Splits
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix
    from regcli.plan import Plan
    from regcli.preprocess import Output

# A matrix of weights, one column a set, may have as many entries.
WEIGHTS = 5e7
# Below this many multiply-adds threads cost more than they save.
WORTH_THREADS = 2e8
# The least root mean square of a numeric target; sums of weights beyond the others have lost digits.
SMALLEST, TINY, HUGE = 1e-70, 1e-250, 1e250


@dataclass(frozen=True, slots=True)
class Group:
    """Training sets on one design, and where the rows of the dataset stand in it.

    Attributes
    ----------
    sets : TrainingSets
    rows : int ndarray (n,)
        Positions in the dataset of the design's rows.
    place : int ndarray
        Where a row of the dataset stands in the design; -1 where it does not.
    preprocessors : tuple of Preprocessor
        Of every set.
    outside : ndarray or csc_array (m, p), or None
        The validation rows of a fold that is prepared by itself, which are not in its design: in its own scaled columns.
    """

    sets: linear.TrainingSets
    rows: IntArray
    place: IntArray
    preprocessors: tuple[Preprocessor, ...]
    outside: Matrix | None = None

    def predictors(self, f: int, fit: linear.PathFit, rows: IntArray) -> FloatArray:
        """Linear predictors of set f's path for rows of the dataset, (L, m, K); of those outside for all of these."""
        if self.outside is not None and len(rows) and self.place[rows[0]] < 0:
            return fit.eta(self.outside)
        where = as_slice(self.place[rows])
        if isinstance(where, slice):
            return self.sets.predictors(f, fit, where)
        return self.sets.predictors(f, fit)[:, where]

    def pieces(self, f: int, fit: linear.PathFit, outside: IntArray) -> Iterator[tuple[IntArray, slice, FloatArray]]:
        """The same for all rows piece by piece: positions in the dataset, grid points, and predictors (points, rows, K).

        Parameters
        ----------
        f : int
        fit : PathFit
        outside : int ndarray (m,)
            Positions of the rows outside the design, where there are any.
        """
        for rows, points, eta in self.sets.pieces(f, fit):
            yield self.rows[rows], points, eta
        if self.outside is not None:
            yield outside, slice(0, len(fit.lambdas)), fit.eta(self.outside)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan and its arrays.

    Attributes
    ----------
    plan : Plan
    recipe : Recipe
        How input columns become design columns, in every set.
    full : Group
        All training rows by themselves.
    together : Group or None
        The folds and, last, all training rows on the design of `full`, where they can share it.
    reason : str
        Why they cannot; empty where they can.
    executor : Executor
    paths : tuple
        What is fitted, family by family; see `families`.
    warnings : tuple of str
    """

    plan: Plan
    recipe: Recipe
    full: Group
    together: Group | None
    reason: str
    executor: Executor
    paths: tuple[Any, ...]
    warnings: tuple[str, ...]

    @property
    def problem(self) -> linear.Problem:
        """The full training data as solvers see them; its `weight_sum` is S, the sum of sample weight × class weight."""
        return self.full.sets.problem

    @property
    def preprocessor(self) -> Preprocessor:
        """The recipe fitted to the full training data."""
        return self.full.preprocessors[0]

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Columns of the full training design."""
        return self.preprocessor.outputs

    @property
    def n_fits(self) -> int:
        """Number of models to fit: grid points (for every seed) × (folds + the full fit)."""
        return int(sum(len(path.lambdas) * path.seeds for path in self.paths)) * (len(self.plan.splits.folds) + 1)

    def alone(self, f: int) -> Group:
        """Fold f by itself: preprocessing fitted to its own training rows, its validation rows outside."""
        plan, fold = self.plan, self.plan.splits.folds[f]
        made, problem = _prepared(plan, self.recipe, fold.train)
        outside = made.apply(self.recipe.rows(fold.validation))
        return _of_one(problem, fold.train, len(plan.dataset), made, outside)


def prepare(plan: Plan) -> Prepared:
    """Preprocess the full training data, and look whether the folds can share its design.

    Raises
    ------
    DataError
        Where the columns cannot be preprocessed, or leave nothing to explain.
    """
    with steady():
        config, dataset, splits = plan.config, plan.dataset, plan.splits
        recipe = Recipe.of(dataset.features, config, splits.train)
        shares = _can_share(plan, recipe)
        jobs = (os.cpu_count() or 1) if config.execution.jobs == "auto" else int(config.execution.jobs)
        tall = _read(plan, recipe, Executor(jobs)) if shares.serves else None
        if tall is not None:
            rows, (made, problem, tall) = splits.train, _seen(plan, recipe, tall)
        else:
            rows = _design_rows(splits) if shares.serves else splits.train
            made, problem = _prepared(plan, recipe, rows, jobs)
            if shares.serves:
                shares = _are_alike(plan, recipe, made, problem, rows)
                if not shares.serves:
                    rows = splits.train
                    made, problem = _prepared(plan, recipe, rows, jobs)
        _check_spread(dataset, rows, problem)
        executor = Executor(_jobs(config, problem, len(splits.folds)))
        full = _of_one(problem, rows, len(dataset), made)
        together = _share(plan, recipe, full, tall, executor) if shares.serves else None
        warnings = tuple(dict.fromkeys((*plan.warnings, *_remarks(plan, made, problem))))
    return Prepared(plan, recipe, full, together, shares.reason, executor, (), warnings)


def _read(plan: Plan, recipe: Recipe, executor: Executor) -> Tall | None:
    """Sums over the dataset's rows as they are; None where these tell nothing, and the rows are to be scaled."""
    dataset, splits = plan.dataset, plan.splits
    known = recipe.transformer is None and recipe.scale in {"standard", "none"}
    if plan.loss != "squared" or not known or sparse.issparse(recipe.prepared):
        return None
    folds = [(fold.train, fold.validation) for fold in splits.folds]
    return Tall.read(Dense(recipe.prepared), dataset.y, dataset.weight, splits.train, folds, executor, intercept=recipe.center)


def _seen(plan: Plan, recipe: Recipe, tall: Tall) -> tuple[Preprocessor, linear.Problem, Tall]:
    """The design as a view of the dataset's rows, the problem it poses, and the sums in its columns."""
    dataset, rows = plan.dataset, plan.splits.train
    mean, sd = tall.full.center + tall.mean[-1], tall.sd[-1]
    sd = np.where(is_constant(sd, mean), 0.0, sd)
    scaling = recipe.scaling(rows, None, mean, sd)
    shift = mean if recipe.center else np.zeros(len(mean))
    dead = (sd == 0) & recipe.center
    design = Affine(recipe.prepared, as_slice(rows), shift, np.where(dead, np.inf, scaling.scale))
    tall = tall.seen(shift, scaling.scale)
    rms = np.where(dead, 0.0, tall.sd[-1]) if recipe.center else np.hypot(tall.sd[-1], tall.mean[-1])
    center = (shift - scaling.center) / scaling.scale
    weights = None if dataset.weight is None else dataset.weight[rows]
    problem = linear.Problem.measured(design, (center, rms), dataset.y[rows], weights, plan.loss, intercept=recipe.center)
    return Preprocessor(None, scaling, describe(recipe.features, None)), problem, tall


def _prepared(plan: Plan, recipe: Recipe, rows: IntArray, jobs: int = 1) -> tuple[Preprocessor, linear.Problem]:
    """What makes the design of some training rows, and the problem it poses."""
    dataset, model = plan.dataset, plan.config.model
    design = fit_design(recipe, rows, None if dataset.weight is None else dataset.weight[rows], jobs)
    weights = fit_weights(dataset, rows, model.class_weight)
    return design.preprocessor, linear.Problem.build(design.X, dataset.y[rows], weights, plan.loss, intercept=model.fit_intercept)


def _of_one(problem: linear.Problem, rows: IntArray, n: int, made: Preprocessor, outside: Matrix | None = None) -> Group:
    return Group(linear.TrainingSets.of_one(problem), rows, _places(rows, n), (made,), outside)


def _places(rows: IntArray, n: int) -> IntArray:
    """Where each of the n rows of the dataset stands among some; -1 where it does not."""
    place = np.full(n, -1)
    place[rows] = np.arange(len(rows))
    return place


def _remarks(plan: Plan, made: Preprocessor, problem: linear.Problem) -> list[str]:
    """What the user should know of the design."""
    out = []
    n, p, _ = problem.shape
    if any(entry.kind == "none" for entry in plan.config.penalty) and p >= n:
        out.append(
            f"penalty none with {p} columns and {n} rows: the solution is not unique; the one of smallest norm is taken"
            if plan.loss == "squared"
            else f"penalty none with {p} columns and {n} rows: separable classes have no finite optimum; add a penalty"
        )
    constant = [o.name for o, sd in zip(made.outputs, made.scaling.sd, strict=True) if sd == 0]
    if constant and not problem.is_sparse and plan.config.model.fit_intercept:
        out.append(f"constant in the training rows, so without effect: {listing(constant, 5)}")
    return out


def _design_rows(splits: Splits) -> IntArray:
    """Training rows, those that are validated together next to each other: then a fold is a slice of the design."""
    return splits.train[np.argsort(_first_fold(splits, splits.train), kind="stable")]


def _first_fold(splits: Splits, rows: IntArray) -> IntArray:
    """The first fold that validates on each of the rows; the number of folds where none does."""
    first = np.full(int(rows.max(initial=-1)) + 1, len(splits.folds))
    for k, fold in reversed(list(enumerate(splits.folds))):
        first[fold.validation] = k
    return np.asarray(first[rows])


def _can_share(plan: Plan, recipe: Recipe) -> Verdict:
    """Whether folds can share the design, as far as is known without looking; and why not."""
    splits = plan.splits
    if not plan.config.penalty or plan.config.execution.engine == "reference":
        return Verdict(False, "execution.engine: reference" if plan.config.penalty else "nothing linear is fitted")
    if recipe.transformer is not None and recipe.scale not in {"standard", "none"}:
        return Verdict(False, f"preprocessing and scale {recipe.scale} are fitted anew in every fold")
    if len(splits.train) * (len(splits.folds) + 1) > WEIGHTS:
        return Verdict(False, f"{len(splits.folds):,} folds of {len(splits.train):,} rows are too many to hold together")
    return Verdict(True, "")


def _are_alike(plan: Plan, recipe: Recipe, made: Preprocessor, problem: linear.Problem, rows: IntArray) -> Verdict:
    """Whether preprocessing fitted to a fold's own training rows makes the same columns as on all of them; and why not.

    A fold may lack a column that is zero throughout its training rows (a level it has not seen): there it has no effect.
    Nothing is assumed of the transformers: each is fitted to each fold, and what it makes of all rows is compared.
    """
    if recipe.transformer is None:
        return Verdict(True, "")
    ours = [output.name for output in made.outputs]
    place = {name: j for j, name in enumerate(ours)}
    weighed = any(wanted.factors for wanted in plan.config.penalty)
    standing = _places(rows, int(rows.max()) + 1)
    for fold in plan.splits.folds:
        raw, outputs = transformed(recipe, fold.train, rows)
        names = [output.name for output in outputs]
        if raw is None or not set(names) <= set(ours) or (weighed and names != ours):
            return Verdict(False, "preprocessing gives folds other columns")
        mine = np.array([place[name] for name in names])
        lacking = np.setdiff1d(np.arange(len(ours)), mine)
        if not _same(made.scaling.of(mine).apply(raw), problem, mine):
            return Verdict(False, "preprocessing gives folds other values")
        inside = problem.X[:, lacking][standing[fold.train]]
        if len(lacking) and (abs(inside).max(axis=0) if sparse.issparse(inside) else np.ptp(inside, axis=0)).max() > 0:
            return Verdict(False, "preprocessing leaves columns out in some folds")
    return Verdict(True, "")


def _same(X: Matrix, problem: linear.Problem, columns: IntArray) -> bool:
    """Whether a scaled design equals some columns of the problem's."""
    ours = problem.X[:, columns]
    if sparse.issparse(ours) or sparse.issparse(X):
        return bool(sparse.issparse(ours) and sparse.issparse(X) and (sparse.csc_array(X) != ours).nnz == 0)
    if problem.center.any():
        X -= problem.center[columns]
    return bool(np.array_equal(X, ours))


def _share(plan: Plan, recipe: Recipe, full: Group, tall: Tall | None, executor: Executor) -> Group:
    """Measure every training set on the one design, which is that of the full training data."""
    splits, problem, place, whole = plan.splits, full.sets.problem, full.place, full.preprocessors[0].scaling
    rows = [*(fold.train for fold in splits.folds), full.rows]
    measured, blocks = ((tall.mean, tall.sd), ()) if tall else (None, _blocks(splits, full.rows))
    made = shared(plan, recipe, problem, whole, place, rows, executor, measured=measured, blocks=blocks)
    sets, weights = made.sets, made.plain[:, -1]
    validation = [place[fold.validation] for fold in splits.folds]
    if tall:
        sets = replace(sets, statistics=tall.statistics(sets, weights, validation))
    elif worth_taking(sets):
        sets = replace(sets, statistics=collect(sets, [as_slice(part) for part in validation], weights, executor))
    return Group(sets, full.rows, place, tuple(replace(full.preprocessors[0], scaling=scaling) for scaling in made.scalings))


def _blocks(splits: Splits, rows: IntArray) -> tuple[slice, ...]:
    """Consecutive rows of the design with the same first validation fold."""
    label = _first_fold(splits, rows)
    ends = [0, *(np.flatnonzero(np.diff(label)) + 1).tolist(), len(rows)]
    return tuple(slice(a, b) for a, b in pairwise(ends))


def _jobs(config: Config, problem: linear.Problem, folds: int) -> int:
    """Threads: as configured, or all cores where the work is worth it."""
    if config.execution.jobs != "auto":
        return int(config.execution.jobs)
    n, p, k = problem.shape
    grids = [config.lambdas if entry.lambdas is None else entry.lambdas for entry in config.penalty]
    points = sum(
        (len(entry.l1_ratio) if entry.kind == "elasticnet" else 1) * (grid.count if grid.values is None else len(grid.values))
        for entry, grid in zip(config.penalty, grids, strict=True)
    )
    return (os.cpu_count() or 1) if config.estimators or float(n) * p * k * points * (folds + 1) > WORTH_THREADS else 1


def _check_spread(dataset: Dataset, rows: IntArray, problem: linear.Problem) -> None:
    """Refuse a numeric target that leaves nothing to explain in the training rows, or nothing that can be squared."""
    if not TINY < problem.weight_sum < HUGE:
        raise DataError(
            f"the weights of the training rows sum to {problem.weight_sum:.3g}: beyond {TINY:g} and {HUGE:g} numbers lose digits",
            "multiply dataset.weight's column by a constant; only its proportions count",
        )
    if problem.loss.name != "squared":
        return
    weighed = dataset.y[rows][problem.s > 0]
    if np.ptp(weighed) == 0:
        raise DataError(
            f"target {dataset.target!r} is {weighed[0]:g} in all training rows of weight above zero: nothing is to be explained",
            "change the holdout or the weights, or name another dataset.target",
        )
    size = float(problem.null_rms[0])  # its square's square must be a number
    if not SMALLEST < size < 1 / SMALLEST:
        raise DataError(
            f"the values of target {dataset.target!r} are too {'small' if size < 1 else 'large'} to be squared: their root mean "
            f"square deviation is {size:.3g}, between {SMALLEST:g} and {1 / SMALLEST:g} is wanted",
            "give it in another unit",
        )
