"""Configuration and dataset in, what will be fitted out. Nothing is fitted here but null models."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from regcli import linear
from regcli.config import decide
from regcli.data.wording import listing
from regcli.errors import DataError
from regcli.metrics import METRICS, default_metric
from regcli.numerics.executor import Executor
from regcli.numerics.reproducible import steady
from regcli.paths import Layout, spread
from regcli.preprocess import Recipe, fit_design, fitted_scale, on_scale
from regcli.shared import Shared, design_rows, share, unlike, why_not
from regcli.weights import check_class_weight, fit_weights, matched_labels

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.data.types import Dataset, Splits, Task
    from regcli.numerics.arrays import IntArray
    from regcli.paths import PathSpec
    from regcli.preprocess import Design, Output, Preprocessor

Loss = Literal["squared", "logistic", "multinomial"]
# Below this many multiply-adds threads cost more than they save.
WORTH_THREADS = 2e8
# The least root mean square of a numeric target; sums of weights beyond the others have lost digits.
SMALLEST, TINY, HUGE = 1e-70, 1e-250, 1e250


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the engine needs to know.

    Attributes
    ----------
    config : Config
        With task, cross-validation scheme and metric as the data decided them.
    dataset : Dataset
        Its target is on the scale on which it is fitted and scored.
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
    def target_scale(self) -> str | None:
        """``log`` or ``log1p`` where the target is fitted and scored so; None where it is as it came."""
        return fitted_scale(self.config.preprocess.target)

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
    metric = config.select.metric or default_metric(dataset.task)
    labels = matched_labels(dataset, config.model.class_weight)
    config = decide(config, task=dataset.task, cv_kind=splits.kind, metric=metric, notation=dataset.notation, class_weight=labels)
    check_class_weight(dataset, config.model.class_weight)
    dataset = on_scale(dataset, config.preprocess.target)
    metrics = tuple(dict.fromkeys((metric, *config.select.metrics)))
    loss: Loss = "squared" if dataset.task == "regression" else "logistic" if len(dataset.classes) == 2 else "multinomial"
    recipe = Recipe.of(dataset.features, config, splits.train)
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
    executor = Executor(jobs)
    shared = None if reason else share(config, dataset, splits, recipe, design, problem, rows, executor)
    unit = spread(problem) if config.preprocess.target == "standard" else 1.0
    paths, warnings = Layout(config, problem, outputs, shared or reason, executor, unit).paths(dataset.features.names)
    if METRICS[metric].null_is_perfect:
        warnings.append(
            f"select.metric {metric}: the null model is calibrated without knowing anything and may be chosen for it: "
            f"select by {default_metric(dataset.task)}, with {metric} among select.metrics"
        )
    n, p = design.X.shape
    if any(path.penalty == "none" for path in paths) and p >= n:
        warnings.append(
            f"penalty none with {p} columns and {n} rows: the solution is not unique; the one of smallest norm is taken"
            if loss == "squared"
            else f"penalty none with {p} columns and {n} rows: separable classes have no finite optimum; add a penalty"
        )
    constant = [o.name for o, sd in zip(outputs, design.preprocessor.scaling.sd, strict=True) if sd == 0]
    if constant and isinstance(design.X, np.ndarray) and config.model.fit_intercept:
        warnings.append(f"constant in the training rows, so without effect: {listing(constant, 5)}")
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
    grids = [config.lambdas if entry.lambdas is None else entry.lambdas for entry in config.penalty]
    points = sum(
        (len(entry.l1_ratio) if entry.kind == "elasticnet" else 1) * (grid.count if grid.values is None else len(grid.values))
        for entry, grid in zip(config.penalty, grids, strict=True)
    )
    return (os.cpu_count() or 1) if float(n) * p * k * points * (folds + 1) > WORTH_THREADS else 1


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
    # squared errors, and their squares in turn, must be numbers
    size = float(problem.null_rms[0])
    if not SMALLEST < size < 1 / SMALLEST:
        raise DataError(
            f"the values of target {dataset.target!r} are too {'small' if size < 1 else 'large'} to be squared: their root mean "
            f"square deviation is {size:.3g}, between {SMALLEST:g} and {1 / SMALLEST:g} is wanted",
            "give it in another unit",
        )
