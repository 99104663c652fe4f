"""The tables of a run directory: the columns of each, in their order, and what their cells are made from.

A column is one line here; new ones come last, and are `optional`, since runs that are already written do not have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.arrow import as_arrow
from regcli.run import audits, layout
from regcli.run.columns import Column, make_table
from regcli.run.encode import coded
from regcli.scoring import gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.outcome import CoefficientTable, Fitted, Outcome, PredictionTable
    from regcli.plan import Plan
    from regcli.prepare import Prepared
    from regcli.run.layout import Kind

ROLES = ("train", "holdout")


@dataclass(frozen=True, slots=True)
class _Points:
    """Rows that belong to grid points.

    Attributes
    ----------
    paths : sequence of Fitted
    path, index : int ndarray (rows,)
        Positions of a row's path, and of its λ in that path.
    """

    paths: Sequence[Fitted]
    path: IntArray
    index: IntArray

    def of_path(self, value: Callable[[Fitted], Any]) -> Any:  # noqa: ANN401
        """What is the same all along a path; numbers, or text."""
        values = [value(path) for path in self.paths]
        return coded(values, self.path) if any(isinstance(v, str) for v in values) else np.array(values)[self.path]

    def at(self, along: Sequence[FloatArray]) -> FloatArray:
        """What there is for each λ of each path, (L,) a path."""
        starts = np.cumsum([0, *map(len, along)])
        return np.asarray(np.concatenate(along)[starts[self.path] + self.index])


def _every_point(paths: Sequence[Fitted]) -> tuple[IntArray, IntArray]:
    """All grid points as (path, λ index), path by path, λ descending."""
    path = np.repeat(np.arange(len(paths)), [len(p.lambdas) for p in paths])
    return path, np.concatenate([np.arange(len(p.lambdas)) for p in paths])


POINT_COLUMNS: tuple[Column[_Points], ...] = (
    Column("entry", "int", lambda t: t.of_path(lambda p: p.path.entry)),
    Column("penalty", "text", lambda t: t.of_path(lambda p: p.path.penalty)),
    Column("l1_ratio", "float", lambda t: t.of_path(lambda p: np.nan if p.path.l1_ratio is None else p.path.l1_ratio)),
    Column("lambda_index", "int", lambda t: t.index),
    Column("lambda", "float", lambda t: t.at([p.lambdas for p in t.paths])),
)


# Of the second stage; the last columns of every table that names points.
STAGE_COLUMNS: tuple[Column[_Points], ...] = (
    Column("stage", "text", lambda t: coded([p.path.stage for p in t.paths], t.path), optional=True),
    Column("gamma", "float", lambda t: t.of_path(lambda p: np.nan if p.path.gamma is None else p.path.gamma), optional=True),
)

# Of families: what tells their paths apart.
_AXIS_COLUMNS: tuple[Column[_Points], ...] = (
    Column("axis", "text", lambda t: t.of_path(lambda p: p.path.axis), optional=True),
    Column("setting", "text", lambda t: coded([p.path.setting or None for p in t.paths], t.path), optional=True),
)


@dataclass(frozen=True, slots=True)
class _Sweep(_Points):
    outcome: Outcome

    @property
    def selected(self) -> Any:  # noqa: ANN401
        return (self.path == self.outcome.choice.path) & (self.index == self.outcome.choice.index)


def _of_summary(name: str, kind: Kind) -> Column[_Sweep]:
    """A column that is a field of `Summary`."""
    return Column(name, kind, lambda t: t.at([getattr(summary, name) for summary in t.outcome.summaries]))


def _of_full_fit(name: str, kind: Kind) -> Column[_Sweep]:
    """A column that is a field of `Fitted`, about the fit on all training rows."""
    return Column(name, kind, lambda t: t.at([getattr(path, name) for path in t.paths]))


SWEEP_COLUMNS: tuple[Column[_Sweep], ...] = (
    *POINT_COLUMNS,
    Column("sklearn_parameter", "text", lambda t: coded([s.sklearn_parameter for s in t.outcome.summaries], t.path)),
    _of_summary("sklearn_value", "float"),
    _of_summary("train_mean", "float"),
    _of_summary("train_se", "float"),
    _of_summary("validation_mean", "float"),
    _of_summary("validation_se", "float"),
    _of_summary("gap", "float"),
    _of_summary("gap_relative", "float"),
    _of_full_fit("n_nonzero", "int"),
    _of_summary("n_nonzero_folds_mean", "float"),
    _of_full_fit("df", "float"),
    _of_summary("n_iter", "int"),
    _of_summary("kkt", "float"),
    _of_summary("converged", "bool"),
    _of_summary("within_1se", "bool"),
    Column("selected", "bool", lambda t: t.selected),
    *STAGE_COLUMNS,
    Column("family", "text", lambda t: t.of_path(lambda p: p.path.family), optional=True),
    *_AXIS_COLUMNS,
    Column("complexity", "float", lambda t: t.at([path.complexity for path in t.paths]), optional=True),
    Column("seed_se", "float", lambda t: t.at([summary.seed_se for summary in t.outcome.summaries]), optional=True),
)


def sweep_table(outcome: Outcome) -> pa.Table:
    """One row per grid point."""
    return make_table(SWEEP_COLUMNS, _Sweep(outcome.paths, *_every_point(outcome.paths), outcome))


@dataclass(frozen=True, slots=True)
class _Folds(_Points):
    """For each row also the position of its fold, and of its metric."""

    plan: Plan
    fold: IntArray
    metric: IntArray

    @classmethod
    def of(cls, plan: Plan, paths: Sequence[Fitted]) -> _Folds:
        """Grid points, folds and metrics, the last fastest."""
        path, index = _every_point(paths)
        # a path that was interrupted has some of the folds
        count = np.array([len(p.folds) for p in paths])[path]
        point = np.repeat(np.arange(len(path)), count)
        fold = np.concatenate([paths[number].folds for number in path.tolist()]).astype(np.int64)
        n = len(plan.metrics)
        point, fold, metric = np.repeat(point, n), np.repeat(fold, n), np.tile(np.arange(n), len(fold))
        return cls(paths, path[point], index[point], plan, fold, metric)

    def scores(self, side: str) -> FloatArray:
        """Scores of the folds, ``train`` or ``validation``."""
        # (metric, fold, λ) of each path, turned into rows λ by λ, fold by fold, metric by metric
        blocks = [np.array([getattr(p, side)[m] for m in self.plan.metrics]).transpose(2, 1, 0) for p in self.paths]
        return np.concatenate([block.ravel() for block in blocks])

    def gaps(self) -> FloatArray:
        """How much worse validation is than train."""
        train, validation, n = self.scores("train"), self.scores("validation"), len(self.plan.metrics)
        gaps = np.empty_like(train)
        for m, name in enumerate(self.plan.metrics):
            gaps[m::n] = gap(train[m::n], validation[m::n], name)
        return gaps

    def of_fit(self, name: str) -> Any:  # noqa: ANN401
        """What is known of each fold's fit at each λ; the full fit's row, if any, comes last and is left out."""
        blocks = [getattr(p, name)[: len(p.folds)].T for p in self.paths]
        return np.repeat(np.concatenate([block.ravel() for block in blocks]), len(self.plan.metrics))

    def size(self, side: str) -> IntArray:
        """Number of rows of each fold, ``train`` or ``validation``."""
        return np.array([len(getattr(fold, side)) for fold in self.plan.splits.folds])[self.fold]


FOLDS_COLUMNS: tuple[Column[_Folds], ...] = (
    *POINT_COLUMNS,
    Column("repeat", "int", lambda t: np.array([f.repeat for f in t.plan.splits.folds])[t.fold], filled=False),
    Column("fold", "text", lambda t: coded([f.label for f in t.plan.splits.folds], t.fold)),
    Column("metric", "text", lambda t: coded(t.plan.metrics, t.metric)),
    Column("train", "float", lambda t: t.scores("train")),
    Column("validation", "float", lambda t: t.scores("validation")),
    Column("gap", "float", lambda t: t.gaps()),
    Column("n_train", "int", lambda t: t.size("train")),
    Column("n_validation", "int", lambda t: t.size("validation")),
    Column("n_nonzero", "int", lambda t: t.of_fit("n_nonzero_folds")),
    Column("kkt", "float", lambda t: t.of_fit("kkt")),
    Column("n_iter", "int", lambda t: t.of_fit("n_iter")),
    Column("converged", "bool", lambda t: t.of_fit("converged")),
    *STAGE_COLUMNS,
    *_AXIS_COLUMNS,
)


def folds_table(plan: Plan, paths: Sequence[Fitted]) -> pa.Table:
    """One row per grid point, fold and metric; a row's kkt, n_iter and converged are those of that fold's fit."""
    return make_table(FOLDS_COLUMNS, _Folds.of(plan, paths))


@dataclass(frozen=True, slots=True)
class _Assignments:
    """For each line the position of its row in the dataset, of its fold (one too many: none), and of its role."""

    plan: Plan
    position: IntArray
    fold: IntArray
    role: IntArray

    @classmethod
    def of(cls, plan: Plan) -> _Assignments:
        """In file order, fold by fold."""
        splits, row = plan.splits, plan.dataset.row
        validated = [fold.validation for fold in splits.folds]
        never = np.setdiff1d(splits.train, np.concatenate(validated))
        position = np.concatenate([*validated, never, splits.holdout])
        fold = np.repeat(np.arange(len(validated) + 1), [*map(len, validated), len(never) + len(splits.holdout)])
        role = (np.arange(len(position)) >= len(position) - len(splits.holdout)).astype(np.int64)
        order = np.lexsort((fold, row[position]))
        return cls(plan, position[order], fold[order], role[order])

    def repeats(self) -> pa.Array:
        repeat = np.array([*(float(f.repeat) for f in self.plan.splits.folds), np.nan])
        return _whole(repeat[self.fold])


ASSIGNMENTS_COLUMNS: tuple[Column[_Assignments], ...] = (
    Column("row", "int", lambda t: t.plan.dataset.row[t.position]),
    Column("role", "text", lambda t: coded(ROLES, t.role)),
    Column("repeat", "int", lambda t: t.repeats(), filled=False),
    Column("fold", "text", lambda t: coded([*(f.label for f in t.plan.splits.folds), None], t.fold)),
)


def assignments_table(plan: Plan) -> pa.Table:
    """One row per row of the file and appearance, in file order.

    A training row has one line for every fold in which it is validated; one that never is has a line with neither repeat nor
    fold, and so have the rows of the holdout.
    """
    return make_table(ASSIGNMENTS_COLUMNS, _Assignments.of(plan))


def coefficients_columns(classes: Sequence[str]) -> tuple[Column[CoefficientTable], ...]:
    """Columns of coefficients.csv; `class` comes first where there are more than two."""
    label: Column[CoefficientTable] = Column(
        "class", "text", lambda c: np.array(c.class_label, dtype=object), filled=True, words=tuple(classes)
    )
    return (
        *([label] if len(classes) > 2 else []),
        Column("feature", "text", lambda c: np.array(c.feature, dtype=object), filled=True),
        Column("source", "text", lambda c: np.array([source or None for source in c.source], dtype=object)),
        Column("coefficient", "float", lambda c: c.coefficient),
        Column("coefficient_standardized", "float", lambda c: c.standardized),
        Column("selection_frequency", "float", lambda c: c.selection_frequency),
        Column("sign_agreement", "float", lambda c: c.sign_agreement),
        Column("fold_mean", "float", lambda c: c.fold_mean),
        Column("fold_sd", "float", lambda c: c.fold_sd),
    )


def coefficients_table(outcome: Outcome) -> pa.Table | None:
    """One row per (class and) output feature of the chosen model, intercept first; None of a model without coefficients."""
    coefficients = outcome.portrait.coefficients
    return None if coefficients is None else make_table(coefficients_columns(outcome.plan.dataset.classes), coefficients)


@dataclass(frozen=True, slots=True)
class _NonZeros(_Points):
    """For each row the label of its class, or none, and the name and size of its feature's coefficient."""

    klass: pa.Array
    feature: pa.Array
    coefficient: FloatArray
    standardized: FloatArray

    @classmethod
    def of(cls, prepared: Prepared, paths: Sequence[Fitted]) -> _NonZeros:
        """Point by point, class by class, features in file order, the intercept first."""
        from regcli.preprocess import natural_order

        plan, scaling, outputs = prepared.plan, prepared.preprocessor.scaling, prepared.outputs
        order = np.array([0, *(1 + j for j in natural_order(outputs, plan.dataset.features.names))])
        sd = np.array([1.0, *scaling.sd])
        found = []
        for number, result in enumerate(paths):
            b = result.details.coefficients
            i, k, j = np.nonzero(b[:, :, order])
            j = order[j]
            # the standardised intercept is the prediction at the columns' means
            at_means = b[:, :, 0] + b[:, :, 1:] @ scaling.mean
            standardized = np.where(j == 0, at_means[i, k], b[i, k, j] * sd[j])
            found.append((np.full(len(i), number), i, k, j, b[i, k, j], standardized))
        path, index, klass, feature, values, standardized = map(np.concatenate, zip(*found, strict=True))
        classes = plan.dataset.classes if len(plan.dataset.classes) > 2 else [None]
        names = ["(intercept)", *(output.name for output in outputs)]
        return cls(paths, path, index, coded(classes, klass), coded(names, feature), values, standardized)


PATH_COLUMNS: tuple[Column[_NonZeros], ...] = (
    *POINT_COLUMNS,
    Column("class", "text", lambda t: t.klass),
    Column("feature", "text", lambda t: t.feature),
    Column("coefficient", "float", lambda t: t.coefficient),
    Column("coefficient_standardized", "float", lambda t: t.standardized),
    *STAGE_COLUMNS,
)


def path_table(prepared: Prepared, paths: Sequence[Fitted]) -> pa.Table | None:
    """Every non-zero coefficient of every grid point, on all training rows; the class is null unless there are several.

    None where no path has coefficients.
    """
    with_some = [path for path in paths if hasattr(path.details, "coefficients")]
    if not with_some:
        return None
    return make_table(PATH_COLUMNS, _NonZeros.of(prepared, with_some))


def predictions_columns(classes: Sequence[str]) -> tuple[Column[PredictionTable], ...]:
    """Columns of predictions.csv; values are text for a classification, which has a probability for each class."""
    value: Kind = "text" if classes else "float"

    def probability(k: int, label: str) -> Column[PredictionTable]:
        return Column(f"p_{label}", "float", lambda p: None if p.probability is None else p.probability[:, k], filled=True)

    return (
        Column("row", "int", lambda p: p.row),
        Column("role", "text", lambda p: np.array(p.role, dtype=object), words=ROLES),
        Column("repeat", "int", lambda p: _whole(np.where(p.repeat < 0, np.nan, p.repeat)), filled=False),
        Column("fold", "text", lambda p: np.array([label or None for label in p.fold], dtype=object)),
        Column("y", value, lambda p: p.y, filled=True, words=tuple(classes)),
        Column("prediction", value, lambda p: p.prediction, filled=True, words=tuple(classes)),
        *(probability(k, label) for k, label in enumerate(classes)),
        Column("weight", "float", lambda p: p.weight, optional=True, filled=True),
    )


def predictions_table(outcome: Outcome) -> pa.Table:
    """Out-of-fold and holdout predictions of the chosen model; repeat and fold are empty for the holdout."""
    return make_table(predictions_columns(outcome.plan.dataset.classes), outcome.predictions)


def _whole(values: Any) -> pa.Array:  # noqa: ANN401
    """Whole numbers with null for NaN."""
    missing = np.isnan(values)
    return as_arrow(np.where(missing, 0, values).astype(np.int64), missing)


# By file, from what an audit hands over (`Audited.tables`) to the table.
AUDIT_TABLES: dict[str, Callable[[Any], pa.Table]] = {
    layout.STABILITY: audits.stability_table,
    layout.IMPORTANCE: audits.importance_table,
    layout.LEARNING: audits.learning_table,
    layout.VARIANTS: audits.variants_table,
    layout.CURVES: audits.curves_table,
}
