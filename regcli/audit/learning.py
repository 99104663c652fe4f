"""Whether more rows would help: the selected path on growing parts of each fold's training rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.averages import Averages
from regcli.engine import search
from regcli.errors import DataError, RegcliError
from regcli.families import expand
from regcli.metrics import METRICS
from regcli.numerals import count, percent
from regcli.outcome import Audited, Interrupted
from regcli.prepare import prepare
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from regcli.data.types import Dataset, Fold
    from regcli.families.base import Store
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.outcome import Fitted, Outcome, Summary
    from regcli.pace import Progress

FILE = "learning_curve.csv"


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one share of the rows.

    Attributes
    ----------
    share : float
        Of each fold's training rows.
    n_train : float
        Mean number of rows that a fold is trained on.
    lam : float
        The strength that the rule takes along the path with so many rows.
    train_mean, train_se, validation_mean, validation_se, gap : float
        Of the selection's metric, over folds.
    n_nonzero : float
        Mean over folds.
    by_fold : ndarray (F,)
        Validation scores.
    """

    share: float
    n_train: float
    lam: float
    train_mean: float
    train_se: float
    validation_mean: float
    validation_se: float
    gap: float
    n_nonzero: float
    by_fold: FloatArray

    def piece(self) -> dict[str, FloatArray]:
        """As arrays by name, to be kept."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, piece: dict[str, Any]) -> Step:
        """What `piece` made."""
        numbers = {name: float(value) for name, value in piece.items() if name != "by_fold"}
        return cls(by_fold=piece["by_fold"], **numbers)


class LearningCurve(Audit):
    """On request: `learning_curve`.

    With every share the whole selected path is fitted, on the same grid, and λ is chosen afresh by the rule of the run: what is
    best depends on how many rows there are, and the curve is to show what this recipe would have made of fewer rows. Validation
    rows stay those of the folds; smaller parts are contained in larger ones.
    """

    name = "learning_curve"
    what = "learning curve"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:
        wanted = outcome.plan.config.learning_curve
        if wanted is None:
            return None
        *parts, whole = wanted.shares
        orders = [_order(outcome.plan.dataset, fold, outcome.plan.splits.kind, (wanted.seed, f)) for f, fold in _folds(outcome)]
        steps, warnings = [], []
        for k, share in enumerate(parts):
            tell(k, len(parts), f"{self.what}: {percent(share)} of the rows")
            try:
                step = store.get(f"learning-{share:g}", Step.of)
                if step is None:
                    parts_of_folds = [order.first(share) for order in orders]
                    _refuse_too_few(outcome, parts_of_folds)
                    step = _step(outcome, share, parts_of_folds)
                    store.put(f"learning-{share:g}", step)
                steps.append(step)
            except Interrupted:
                raise KeyboardInterrupt from None  # its paths are not the run's
            except RegcliError as error:
                warnings.append(f"learning curve: nothing is learnt from {percent(share)} of the rows: {error.message}")
        tell(1, 1, self.what)
        fitted, summary = outcome.paths[outcome.choice.path], outcome.summaries[outcome.choice.path]
        steps.append(_of_point(outcome, whole, _mean_size([fold.train for _, fold in _folds(outcome)]), fitted, summary))
        return Audited(_numbers(outcome, steps), {FILE: tuple(steps)}, tuple(warnings))


@dataclass(frozen=True, slots=True)
class _Order:
    """The order in which rows are added, and after how many of them a part may end."""

    rows: IntArray
    ends: IntArray

    def first(self, share: float) -> IntArray:
        """The first part of about so large a share, ascending."""
        wanted = share * len(self.rows)
        n = int(self.ends[int(np.argmin(np.abs(self.ends - wanted)))])
        return np.sort(self.rows[:n])


def _folds(outcome: Outcome) -> list[tuple[int, Fold]]:
    return list(enumerate(outcome.plan.splits.folds))


def _order(dataset: Dataset, fold: Fold, kind: str, seed: tuple[int, int]) -> _Order:
    """As the folds are made: the latest rows first where they follow time, whole groups, the classes in their proportions."""
    rows, random = fold.train, np.random.default_rng(seed)
    every = np.arange(1, len(rows) + 1)
    if kind == "time_series":
        return _Order(rows[::-1], every)
    if dataset.group is not None and "group" in kind:
        _, code = np.unique(dataset.group[rows].astype(str), return_inverse=True)
        rank = random.permutation(int(code.max()) + 1)[code]
        by_group = np.argsort(rank, kind="stable")
        return _Order(rows[by_group], np.flatnonzero(np.append(np.diff(rank[by_group]) != 0, True)) + 1)
    shuffled = random.permutation(rows)
    if dataset.task == "regression":
        return _Order(shuffled, every)
    # the k-th of a class's n rows stands at (k + ½)/n: any first part holds the classes in proportion
    label = dataset.y[shuffled].astype(int)
    place = np.empty(len(rows))
    for value in np.unique(label):
        mine = label == value
        place[mine] = (np.arange(mine.sum()) + 0.5) / mine.sum()
    return _Order(shuffled[np.argsort(place, kind="stable")], every)


def _refuse_too_few(outcome: Outcome, parts: list[IntArray]) -> None:
    """Refuse parts in which nothing is to be learnt.

    Raises
    ------
    DataError
        Where a class of the fold's training rows is missing, or the target is the same in all rows.
    """
    data = outcome.plan.dataset
    for (_, fold), part in zip(_folds(outcome), parts, strict=True):
        seen, wanted = (np.unique(data.y[rows[sample_weights(data, rows) > 0]]) for rows in (part, fold.train))
        if data.task == "classification" and len(seen) < len(wanted):
            raise DataError(f"a class does not occur among the {count(len(part), 'row')} of a fold.")
        if len(seen) < 2:
            raise DataError(f"the target does not vary in the {count(len(part), 'row')} of a fold.")


def _step(outcome: Outcome, share: float, parts: list[IntArray]) -> Step:
    """The selected path on a part of each fold's training rows."""
    plan = outcome.plan
    folds = tuple(replace(fold, train=part) for (_, fold), part in zip(_folds(outcome), parts, strict=True))
    prepared = expand(prepare(replace(plan, splits=replace(plan.splits, folds=folds))))
    found = search(replace(prepared, paths=(prepared.paths[outcome.choice.path],)))
    less = replace(outcome, prepared=prepared, choice=found.choice)
    return _of_point(less, share, _mean_size(parts), found.paths[0], found.summaries[0])


def _of_point(outcome: Outcome, share: float, n_train: float, fitted: Fitted, summary: Summary) -> Step:
    i, metric = outcome.choice.index, outcome.choice.metric
    return Step(
        share=share,
        n_train=n_train,
        lam=float(fitted.lambdas[i]),
        train_mean=float(summary.train_mean[i]),
        train_se=float(summary.train_se[i]),
        validation_mean=float(summary.validation_mean[i]),
        validation_se=float(summary.validation_se[i]),
        gap=float(summary.gap[i]),
        n_nonzero=float(fitted.n_nonzero_folds[:, i].mean()),
        by_fold=fitted.validation[metric][:, i],
    )


def _mean_size(parts: list[IntArray]) -> float:
    return float(np.mean([len(part) for part in parts]))


def _numbers(outcome: Outcome, steps: list[Step]) -> dict[str, Any]:
    """What the last doubling of the rows has brought."""
    last, metric = steps[-1], outcome.choice.metric
    half = [step for step in steps[:-1] if step.n_train <= 0.75 * last.n_train]
    found: dict[str, Any] = {"metric": metric, "n_sizes": len(steps), "n_train": last.n_train}
    if not half:
        return found | dict.fromkeys(("n_train_before", "gain", "gain_se", "gain_relative"), math.nan)
    before = min(half, key=lambda step: abs(math.log(last.n_train / step.n_train / 2.0)))
    doublings = math.log2(last.n_train / before.n_train)
    sign = METRICS[metric].sign
    _, error = Averages.of(outcome.plan.dataset, outcome.plan.splits).over_folds(sign * (before.by_fold - last.by_fold))
    gain = sign * (before.validation_mean - last.validation_mean) / doublings
    size = abs(before.validation_mean)
    return found | {
        "n_train_before": before.n_train,
        "gain": gain,
        "gain_se": float(error) / doublings,
        "gain_relative": gain / size if size else math.nan,
    }
