"""What the checklist judges by: plain numbers, the same from an outcome in memory and from a run's files."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regcli.audit.checklist.points import Along, Points
from regcli.metrics import METRICS
from regcli.support import TOP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.audit.checklist.signs import Sign
    from regcli.checks import Verdict
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, TextArray
    from regcli.outcome import CoefficientTable, Outcome, Surroundings
    from regcli.scored import Scored


@dataclass(frozen=True, slots=True)
class Found:
    """What a row of the checklist found.

    Attributes
    ----------
    verdict : Verdict
    said : str
        One sentence without a full stop.
    numbers : mapping of str to float
        By the keys of the row; NaN stands for undefined.
    remedy : str
        What helps here, where that is more than the row's own remedy.
    details : mapping of str to list
        Names behind a number, for metrics.json.
    """

    verdict: Verdict
    said: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    remedy: str = ""
    details: Mapping[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """Out-of-fold predictions, one line an appearance; A lines.

    Attributes
    ----------
    row : int ndarray (A,)
        Which row, from 0.
    fold : int ndarray (A,)
        Which fold, in their order.
    scored : Scored
    """

    row: IntArray
    fold: IntArray
    scored: Scored

    def by_row(self, values: FloatArray) -> FloatArray:
        """Mean over a row's appearances, (rows,) or (rows, K), of values (A,) or (A, K)."""
        columns = values.reshape(len(values), -1).T
        found = np.array([np.bincount(self.row, column) for column in columns]) / np.bincount(self.row)
        return np.asarray(found.T.reshape(-1, *values.shape[1:]))


class Drivers(NamedTuple):
    """Who carries the model.

    Attributes
    ----------
    columns : tuple of str
        Input columns, the strongest first; ten at least, where there are as many.
    n : int
        How many are in use.
    first, top10 : float
        Share of the strongest one, and of the ten strongest.
    """

    columns: tuple[str, ...]
    n: int
    first: float
    top10: float


@dataclass(frozen=True)
class Evidence:
    """What is known of a run when it is judged.

    Attributes
    ----------
    metric : str
        What λ was chosen by.
    asked : tuple of str
        All metrics that were asked for.
    rule : str
    classes : tuple of str
        Empty for a regression.
    penalty : str
        Kind of the chosen path.
    scale : str
        `preprocess.scale`.
    class_weight : bool
        Classes are weighted.
    tol : float
    cv : str
        The scheme in force.
    shuffled : bool
        Rows were dealt out to folds at random.
    dates : tuple of str
        Input columns that hold dates.
    n_train, repeats : int
    is_fit : bool
        The model was refitted, and evaluated on the holdout if there is one.
    n_holdout : int
    metrics : mapping
        The content of metrics.json, with what the audits before have found.
    points : Points
    best_by_fold, weakest_by_fold : ndarray (J,)
        Validation scores at `points.best` and `points.weakest`.
    feature, source : object ndarray (p,)
        Features of the chosen model and their input columns; empty where it has no coefficients.
    coefficient, standardized, frequency, agreement : ndarray (classes, p)
    rows : Rows
    around : Surroundings
        Looks at the holdout and baselines.
    allow_looks : int
    signs : tuple of Sign, or None
        Signs of leakage in the training rows; None where nobody has looked for them.
    """

    metric: str
    asked: tuple[str, ...]
    rule: str
    classes: tuple[str, ...]
    penalty: str
    scale: str
    class_weight: bool
    tol: float
    cv: str
    shuffled: bool
    dates: tuple[str, ...]
    n_train: int
    repeats: int
    is_fit: bool
    n_holdout: int
    metrics: Mapping[str, Any]
    points: Points
    best_by_fold: FloatArray
    weakest_by_fold: FloatArray
    feature: TextArray
    source: TextArray
    coefficient: FloatArray
    standardized: FloatArray
    frequency: FloatArray
    agreement: FloatArray
    rows: Rows
    around: Surroundings
    allow_looks: int
    signs: tuple[Sign, ...] | None

    @property
    def along(self) -> Along:
        """What the chosen path is walked along."""
        return self.points.walked(self.points.selected)

    @property
    def sign(self) -> float:
        """What makes a loss of the metric."""
        return METRICS[self.metric].sign

    def score(self, part: str, metric: str | None = None) -> float:
        """A metric of a part of metrics.json; NaN where undefined."""
        found = (self.metrics.get(part) or {}).get(metric or self.metric)
        return float("nan") if found is None else float(found)

    @property
    def perfect(self) -> float:
        """The metric's best value."""
        return 1.0 if METRICS[self.metric].higher_is_better else 0.0

    @property
    def room(self) -> float:
        """What the null model has to lose, > 0; NaN where the metric has no such thing."""
        room = self.sign * (self.score("null_model") - self.perfect)
        return room if room > 0 and not METRICS[self.metric].null_is_perfect else float("nan")

    @property
    def left(self) -> float:
        """Share of the null model's error that validation leaves."""
        return self.sign * (self.score("validation") - self.perfect) / self.room

    def by_fold(self, part: str) -> FloatArray:
        """Scores of the chosen point fold by fold, ``train`` or ``validation``, (J,); NaN where undefined."""
        return np.array(self.metrics["folds"][part][self.metric], dtype=np.float64)

    @cached_property
    def fold_weight(self) -> FloatArray:
        """Validation weight of every fold, (J,)."""
        return np.array(self.metrics["folds"]["weight"], dtype=np.float64)

    @property
    def fold_ratio(self) -> float:
        """Validation rows over training rows of a fold."""
        folds = self.metrics["folds"]
        return float(np.mean(folds["n_validation"]) / np.mean(folds["n_train"]))

    @property
    def n_used(self) -> int:
        """Columns in use, of any kind of model."""
        return int(self.in_use.sum() if len(self.feature) else self.points.n_nonzero[self.points.selected])

    @property
    def in_use(self) -> BoolArray:
        """Features with a coefficient, (p,)."""
        return np.asarray((self.coefficient != 0).any(axis=0))

    @cached_property
    def drivers(self) -> Drivers | None:
        """By permutation importance where the run has it, else by standardised sizes; None where nothing is in use, or known."""
        told = self.metrics.get("importance") or {}
        if told.get("columns"):
            first, top = (float(told.get(key) or np.nan) for key in ("largest_share", "top10_share"))
            return Drivers(tuple(map(str, told["columns"])), int(self.metrics["n_inputs"]), first, top)
        sizes = self._sizes
        if not sizes:
            return None
        return Drivers(tuple(name for name, _ in sizes), len(sizes), sizes[0][1], sum(share for _, share in sizes[:TOP]))

    @property
    def _sizes(self) -> list[tuple[str, float]]:
        """Input columns in use and the share of each in the sum of standardised sizes, the largest first."""
        size: dict[str, float] = {}
        for source, value in zip(self.source, np.abs(self.standardized).sum(axis=0), strict=True):
            size[str(source)] = size.get(str(source), 0.0) + float(value)
        total = sum(size.values())
        return sorted(((s, v / total) for s, v in size.items() if v > 0), key=lambda pair: -pair[1])


def of_outcome(outcome: Outcome) -> Evidence:
    """What an outcome in memory tells, before it is written."""
    plan, choice = outcome.plan, outcome.choice
    paths, summaries, config = outcome.paths, outcome.summaries, plan.config
    columns = {
        name: np.concatenate([getattr(s, name) for s in summaries]) for name in ("validation_mean", "validation_se", "kkt")
    }
    columns |= {name: np.concatenate([getattr(p, name) for p in paths]) for name in ("n_nonzero", "df")}
    columns |= {"lambda": np.concatenate([p.lambdas for p in paths]), "converged": np.concatenate([p.usable for p in paths])}
    lengths = [len(p.lambdas) for p in paths]
    path, start = np.repeat(np.arange(len(paths)), lengths), np.cumsum([0, *lengths])
    sign = METRICS[plan.metric].sign
    along = tuple(Along.of(config, fitted.path.axis, fitted.path.entry) for fitted in paths)
    points = Points.of(columns, path, int(start[choice.path]) + choice.index, sign, along)

    def by_fold(point: int) -> FloatArray:
        p = int(path[point])
        return np.asarray(paths[p].validation[plan.metric][:, point - int(start[p])])

    blocks = {name: audited.numbers for name, audited in outcome.audits.items()}
    return Evidence(
        metric=plan.metric,
        asked=plan.metrics,
        rule=choice.rule,
        classes=plan.dataset.classes,
        penalty=paths[choice.path].path.penalty,
        scale=config.preprocess.scale,
        class_weight=config.model.class_weight is not None,
        tol=config.model.tol,
        cv=plan.splits.kind,
        shuffled=is_shuffled(plan.splits.kind, config.cv.shuffle),
        dates=tuple(
            n for n, kind in zip(plan.dataset.features.names, plan.dataset.features.kinds, strict=True) if kind == "date"
        ),
        n_train=len(plan.splits.train),
        repeats=1 + max(fold.repeat for fold in plan.splits.folds),
        is_fit=outcome.metrics["holdout"] is not None or outcome.portrait.pipeline is not None,
        n_holdout=len(plan.splits.holdout),
        metrics={**outcome.metrics, **blocks},
        points=points,
        best_by_fold=by_fold(points.best),
        weakest_by_fold=by_fold(points.weakest),
        **_coefficients(outcome.portrait.coefficients),
        rows=_rows(outcome),
        around=outcome.around,
        allow_looks=config.check.allow_looks,
        signs=None,
    )


def _coefficients(table: CoefficientTable | None) -> dict[str, Any]:
    """Coefficients without the intercept, one row a class; a model may have none."""
    if table is None:
        return without_coefficients()
    k = len(set(table.class_label)) if table.class_label else 1
    one = slice(1, len(table.feature) // k)  # the intercept comes first, class after class
    columns = {
        "coefficient": table.coefficient,
        "standardized": table.standardized,
        "frequency": table.selection_frequency,
        "agreement": table.sign_agreement,
    }
    names = {"feature": table.feature[one], "source": table.source[one]}
    return {
        **{name: np.array(values, dtype=object) for name, values in names.items()},
        **{name: np.asarray(values).reshape(k, -1)[:, 1:] for name, values in columns.items()},
    }


def without_coefficients() -> dict[str, Any]:
    """What a model tells that has none."""
    nothing = np.zeros((1, 0))
    names = dict.fromkeys(("feature", "source"), np.array([], dtype=object))
    return {**names, **dict.fromkeys(("coefficient", "standardized", "frequency", "agreement"), nothing)}


def is_shuffled(kind: str, shuffle: bool) -> bool:
    """Whether a scheme deals rows out to folds at random."""
    return kind == "shuffle_split" or (kind in {"kfold", "stratified"} and shuffle)


def _rows(outcome: Outcome) -> Rows:
    from regcli.scored import Scored

    folds, table, task = outcome.plan.splits.folds, outcome.predictions, outcome.plan.task
    lengths = [len(fold.validation) for fold in folds]
    n = sum(lengths)
    _, row = np.unique(table.row[:n], return_inverse=True)
    y = outcome.plan.dataset.y[np.concatenate([fold.validation for fold in folds])]
    mean = np.asarray(table.prediction[:n], dtype=np.float64) if table.probability is None else table.probability[:n]
    weight = np.ones(n) if table.weight is None else table.weight[:n]
    return Rows(row, np.repeat(np.arange(len(folds)), lengths), Scored(y, mean, weight, task))
