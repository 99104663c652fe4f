"""Configuration and dataset in, what will be fitted out. Nothing is fitted here but null models."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

import numpy as np

from regcli import linear
from regcli.config import decide
from regcli.errors import DataError, UsageError
from regcli.preprocess import Recipe, fit_design
from regcli.shared import Shared, design_rows, share, unlike, why_not
from regcli.steady import steady
from regcli.weights import check_class_weight, fit_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.config import Config
    from regcli.data.types import Dataset, FloatArray, IntArray, Splits, Task
    from regcli.preprocess import Design, Output, Preprocessor

Loss = Literal["squared", "logistic", "multinomial"]
# Below this many multiply-adds threads cost more than they save.
WORTH_THREADS = 2e8
L1_RATIOS = {"none": None, "ridge": 0.0, "lasso": 1.0}


@dataclass(frozen=True, slots=True)
class PathSpec:
    """One λ path to walk on the full training data and on every fold.

    Attributes
    ----------
    entry : int
        Position in the configuration's list of penalties.
    penalty : {"none", "ridge", "lasso", "elasticnet"}
    l1_ratio : float or None
        1 for the lasso, 0 for ridge, None for none.
    rules : dict of str to float
        Penalty factors as configured, by input column or glob.
    positive : bool
        Coefficients must be >= 0.
    lambdas : ndarray (L,)
        The grid, descending; `[0.0]` for none.
    stops : bool
        The path may end early as saturated.
    solver : str
        Name of the solver that will walk it, as in the manifest.
    reason : str
        Why that one.
    """

    entry: int
    penalty: str
    l1_ratio: float | None
    rules: dict[str, float]
    positive: bool
    lambdas: FloatArray
    stops: bool
    solver: str
    reason: str

    def penalty_on(self, outputs: Sequence[Output]) -> linear.Penalty:
        """The penalty for the columns of one design."""
        return linear.Penalty(self.l1_ratio or 0.0, factors_for(outputs, self.rules), self.positive)

    def lambda_for(self, weight_sum: float, lam: FloatArray | float, *, classification: bool) -> tuple[str, FloatArray | float]:
        """Name and value of scikit-learn's parameter for λ on a fit with that S.

        C Σ s ℓ + pen = S·C (1/S Σ s ℓ + pen/(S C)), so C = 1/(λS); ½Σ s r² + ½α b² gives Ridge α = λS; Lasso and
        ElasticNet divide by S themselves.
        """
        lam = np.asarray(lam, dtype=np.float64)
        if classification:
            with np.errstate(divide="ignore"):
                return "C", 1.0 / (lam * weight_sum)
        return "alpha", lam * weight_sum if self.penalty == "ridge" else lam


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the engine needs to know.

    Attributes
    ----------
    config : Config
        With task, cross-validation scheme and metric as the data decided them.
    dataset : Dataset
    splits : Splits
    task : {"regression", "classification"}
    loss : {"squared", "logistic", "multinomial"}
    metric : str
        The metric λ is chosen by.
    metrics : tuple of str
        Metrics recorded per fold: `metric` first, then select.metrics.
    paths : tuple of PathSpec
        In the order of the penalty list, l1_ratios as given.
    recipe : Recipe
        How input columns become design columns, in every fold.
    preprocessor : Preprocessor
        The recipe fitted to the full training data.
    rows : int ndarray (n,)
        Positions in the dataset of the rows of `problem`: the training rows, in an order of the engine's own.
    problem : Problem
        The full training data as the solvers see them; its `weight_sum` is S, the sum of sample weight × class weight.
    shared : Shared or None
        The folds on the full training data's design, where they can share it.
    jobs : int
        Number of threads.
    warnings : tuple of str
    """

    config: Config
    dataset: Dataset
    splits: Splits
    task: Task
    loss: Loss
    metric: str
    metrics: tuple[str, ...]
    paths: tuple[PathSpec, ...]
    recipe: Recipe
    preprocessor: Preprocessor
    rows: IntArray
    problem: linear.Problem
    shared: Shared | None
    jobs: int
    warnings: tuple[str, ...]

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Columns of the full training design."""
        return self.preprocessor.outputs

    @property
    def n_fits(self) -> int:
        """Number of models to fit: grid points × (folds + the full fit)."""
        return sum(len(path.lambdas) for path in self.paths) * (len(self.splits.folds) + 1)


def make_plan(config: Config, dataset: Dataset, splits: Splits) -> Plan:
    """Preprocess the full training data and lay out the grids.

    Raises
    ------
    UsageError
        Where the configuration names classes, columns or metrics that these data do not have.
    DataError
        Where the columns cannot be preprocessed.
    """
    with steady():
        return _make_plan(config, dataset, splits)


def _make_plan(config: Config, dataset: Dataset, splits: Splits) -> Plan:
    metric = config.select.metric or ("mse" if dataset.task == "regression" else "log_loss")
    config = decide(config, task=dataset.task, cv_kind=splits.kind, metric=metric)
    check_class_weight(dataset, config.model.class_weight)
    metrics = tuple(dict.fromkeys((metric, *config.select.metrics)))
    loss: Loss = "squared" if dataset.task == "regression" else "logistic" if len(dataset.classes) == 2 else "multinomial"
    recipe = Recipe.of(dataset.features, config)
    rows, reason = splits.train, why_not(config, splits, recipe)
    if not reason:
        rows = design_rows(splits)
        design, problem = _full(config, dataset, recipe, rows, loss)
        reason = unlike(config, splits, recipe, design, problem, rows)
    if reason:
        rows = splits.train
        design, problem = _full(config, dataset, recipe, rows, loss)
    outputs = design.preprocessor.outputs
    _check_spread(dataset, rows, problem)
    jobs = _jobs(config, problem, len(splits.folds))
    reason = reason or unlike(config, splits, recipe, design, problem, rows)
    shared = None if reason else share(config, dataset, splits, recipe, design, problem, rows, linear.Team(jobs))
    paths, warnings = _paths(config, problem, outputs, dataset.features.names, shared or reason)
    n, p = design.X.shape
    if any(path.penalty == "none" for path in paths) and p >= n:
        warnings.append(
            f"penalty none with {p} columns and {n} rows: the solution is not unique; the one of smallest norm is taken"
            if loss == "squared"
            else f"penalty none with {p} columns and {n} rows: separable classes have no finite optimum; add a penalty"
        )
    constant = [o.name for o, sd in zip(outputs, design.preprocessor.scaling.sd, strict=True) if sd == 0]
    if constant and isinstance(design.X, np.ndarray) and config.model.fit_intercept:
        shown = ", ".join(constant[:5]) + (f" and {len(constant) - 5} more" if len(constant) > 5 else "")
        warnings.append(f"constant in the training rows, so without effect: {shown}")
    every = dict.fromkeys((*dataset.warnings, *splits.warnings, *warnings))
    return Plan(
        config, dataset, splits, dataset.task, loss, metric, metrics, paths, recipe, design.preprocessor, rows, problem, shared,
        jobs, tuple(every),
    )  # fmt: skip


def _full(config: Config, dataset: Dataset, recipe: Recipe, rows: IntArray, loss: Loss) -> tuple[Design, linear.Problem]:
    """The design of the full training data, and the problem it poses."""
    jobs = (os.cpu_count() or 1) if config.execution.jobs == "auto" else int(config.execution.jobs)
    design = fit_design(recipe, rows, None if dataset.weight is None else dataset.weight[rows], jobs)
    weights = fit_weights(dataset, rows, config.model.class_weight)
    problem = linear.Problem.build(design.X, dataset.y[rows], weights, loss, intercept=config.model.fit_intercept)
    return design, problem


def _jobs(config: Config, problem: linear.Problem, folds: int) -> int:
    """Threads: as configured, or all cores where the work is worth it."""
    wanted = config.execution.jobs
    if wanted != "auto":
        return int(wanted)
    n, p, k = problem.shape
    grid = config.lambdas.count if config.lambdas.values is None else len(config.lambdas.values)
    paths = sum(len(entry.l1_ratio) if entry.kind == "elasticnet" else 1 for entry in config.penalty)
    return (os.cpu_count() or 1) if float(n) * p * k * paths * grid * (folds + 1) > WORTH_THREADS else 1


def _check_spread(dataset: Dataset, rows: IntArray, problem: linear.Problem) -> None:
    """Refuse a numeric target that leaves nothing to explain in the training rows, or nothing that can be squared."""
    if problem.loss.name != "squared":
        return
    weighed = dataset.y[rows][problem.s > 0]
    if np.ptp(weighed) == 0:
        raise DataError(
            f"target {dataset.target!r} is {weighed[0]:g} in all training rows of weight above zero: nothing is to be explained",
            "change the holdout or the weights, or name another dataset.target",
        )
    if not (np.isfinite(problem.null_rms) & (problem.null_rms > 0)).all():
        raise DataError(
            f"the values of target {dataset.target!r} are too {'small' if problem.null_rms[0] == 0 else 'large'} to be squared",
            "give it in another unit",
        )


def _paths(
    config: Config, problem: linear.Problem, outputs: Sequence[Output], names: tuple[str, ...], shared: Shared | str
) -> tuple[tuple[PathSpec, ...], list[str]]:
    """One path for each penalty entry and l1_ratio, with its grid; `shared` is the shared design, or why there is none."""
    paths: list[PathSpec] = []
    warnings: list[str] = []
    gradients: dict[bytes, FloatArray] = {}
    for entry, wanted in enumerate(config.penalty):
        rules = dict(wanted.factors)
        _check_rules(rules, names, entry if len(config.penalty) > 1 else None)
        ratios = wanted.l1_ratio if wanted.kind == "elasticnet" else (L1_RATIOS[wanted.kind],)
        for l1_ratio in ratios:
            penalty = linear.Penalty(l1_ratio or 0.0, factors_for(outputs, rules), wanted.positive)
            if wanted.kind == "none":
                lambdas, stops = np.zeros(1), False
            else:
                key = (penalty.factors == 0).tobytes() + bytes([penalty.positive])
                if key not in gradients:
                    gradients[key] = linear.null_gradient(problem, penalty, tol=config.model.tol, max_iter=config.model.max_iter)
                top = linear.lambda_max(gradients[key], penalty.l1_ratio, penalty.factors, positive=penalty.positive)
                lambdas, stops = _grid(config, problem, top)
                if top <= 0 and config.lambdas.values is None:
                    warnings.append(f"penalty {wanted.kind}: no penalised column can enter, the grid is λ = {lambdas[0]:g} alone")
            solver, reason = _solver(problem, penalty, lambdas, shared)
            paths.append(PathSpec(entry, wanted.kind, l1_ratio, rules, wanted.positive, lambdas, stops, solver, reason))
    return tuple(paths), list(dict.fromkeys(warnings))


def _solver(problem: linear.Problem, penalty: linear.Penalty, lambdas: FloatArray, shared: Shared | str) -> tuple[str, str]:
    """The solver of one path, and why it is the one."""
    plain, why = linear.choose_solver(problem.loss.name, penalty.l1_ratio, positive=penalty.positive)
    if isinstance(shared, str):
        return plain, f"{shared}: {why}"
    together, reason = shared.together.choose(penalty, lambdas)
    return (plain, f"{reason}: {why}") if together is None else (together, reason)


def _grid(config: Config, problem: linear.Problem, top: float) -> tuple[FloatArray, bool]:
    """The grid of one path, descending, and whether it may end early."""
    wanted = config.lambdas
    if wanted.values is not None:
        return np.array(sorted(set(wanted.values), reverse=True), dtype=np.float64), False
    n, p, _ = problem.shape
    ratio = (1e-4 if n > p else 1e-2) if wanted.min_ratio == "auto" else float(wanted.min_ratio)
    top = top if wanted.max is None else wanted.max
    bottom = top * ratio if wanted.min is None else wanted.min
    if top <= 0:
        return np.array([bottom if wanted.min is not None else 0.0]), False
    if bottom > top:
        raise UsageError(
            f"lambdas.min: {bottom:g} is larger than the grid's top, λ_max = {top:g}",
            "give a smaller min, or lambdas.max as well",
        )
    return linear.geometric_grid(top, bottom, wanted.count), wanted.stop == "saturated"


def factors_for(outputs: Sequence[Output], rules: Mapping[str, float]) -> FloatArray:
    """v_j of every output column, rescaled so that the positive ones sum to their number; (p,).

    A rule names an input column or is a glob over them; an exact name wins over globs, the first matching glob over later
    ones. A level inherits its column's factor, a product of columns the largest of theirs.
    """

    def factor(column: str) -> float:
        if column in rules:
            return rules[column]
        return next((value for pattern, value in rules.items() if fnmatchcase(column, pattern)), 1.0)

    known: dict[str, float] = {}
    for output in outputs:
        for column in output.inputs:
            if column not in known:
                known[column] = factor(column)
    raw = np.array([max(known[column] for column in output.inputs) for output in outputs])
    positive = raw > 0
    return raw * (positive.sum() / raw[positive].sum()) if positive.any() else raw


def _check_rules(rules: Mapping[str, float], names: tuple[str, ...], entry: int | None) -> None:
    for pattern in rules:
        if pattern not in names and not any(fnmatchcase(name, pattern) for name in names):
            import difflib

            near = difflib.get_close_matches(pattern, names, n=1)
            key = "penalty.factors" if entry is None else f"penalty.{entry}.factors"
            raise UsageError(
                f"{key}: {pattern!r} matches no input column",
                f"did you mean {near[0]!r}?"
                if near
                else f"input columns: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}",
            )
