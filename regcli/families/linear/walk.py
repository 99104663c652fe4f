"""One linear path on training sets: the walk, its certificates, and the scores of both sides of every fold."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli import linear
from regcli.families.linear.second import Before, judged
from regcli.metrics import METRICS
from regcli.scored import Scored
from regcli.scoring import from_squares, score
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.families.linear.paths import PathSpec
    from regcli.families.linear.second import Judged
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.plan import Plan
    from regcli.prepare import Group, Prepared
    from regcli.preprocess import Preprocessor

# Predictions of so many points are held at a time as take this part of the design.
SHARE = 8
Sides = tuple[dict[str, "FloatArray"], dict[str, "FloatArray"]]


@dataclass(frozen=True, slots=True)
class Walk:
    """One path on one training set, in the scaled columns of that set.

    Attributes
    ----------
    fit : PathFit
        In the columns of the group it was walked in: those of the shared design, or the set's own, which may lack a level that
        the set has not seen.
    kkt : ndarray (L,)
    train, validation : dict of str to ndarray (L,)
        Metrics of both sides; empty for the full set.
    alone : ndarray (L, 1) or (L, 1, classes), or None
        Predictions of a validation row that is the fold's only one, where some metric is no mean over rows.
    made : Preprocessor or None
        What makes the columns that `fit` speaks of; None where it is to be fitted again.
    before : Before or None
        What a second stage started from.
    """

    fit: linear.PathFit
    kkt: FloatArray
    train: dict[str, FloatArray]
    validation: dict[str, FloatArray]
    alone: FloatArray | None
    made: Preprocessor | None
    before: Before | None = None

    def piece(self) -> dict[str, FloatArray]:
        """As arrays by name, to be kept."""
        out = {f"fit.{field.name}": np.asarray(getattr(self.fit, field.name)) for field in fields(self.fit)}
        if self.before is not None:
            first = self.before.fit
            out |= {f"before.{field.name}": np.asarray(getattr(first, field.name)) for field in fields(first)}
            out["weights"] = self.before.weights
        out["kkt"] = self.kkt
        out |= {f"train.{name}": values for name, values in self.train.items()}
        out |= {f"validation.{name}": values for name, values in self.validation.items()}
        return out if self.alone is None else out | {"alone": self.alone}

    @classmethod
    def of(cls, piece: dict[str, FloatArray]) -> Walk:
        """What `piece` made."""

        def under(head: str) -> dict[str, FloatArray]:
            return {name.removeprefix(head): values for name, values in piece.items() if name.startswith(head)}

        def path(head: str) -> linear.PathFit:
            fit: dict[str, Any] = {name: values if values.ndim else values.item() for name, values in under(head).items()}
            return linear.PathFit(**fit)

        before = Before(path("before."), piece["weights"]) if "weights" in piece else None
        return cls(path("fit."), piece["kkt"], under("train."), under("validation."), piece.get("alone"), None, before)


def predicted(loss: str, eta: FloatArray) -> FloatArray:
    """Linear predictors (…, n, K) as metrics take them: values (…, n), or probabilities of all classes (…, n, classes)."""
    if loss == "squared":
        return eta[..., 0]
    k = eta.shape[-1]
    mean = linear.LOSSES[loss].mean(eta.reshape(-1, k)).reshape(eta.shape)
    if k > 1:
        return mean
    both = np.empty((*eta.shape[:-1], 2))
    np.subtract(1.0, mean[..., 0], out=both[..., 0])
    both[..., 1] = mean[..., 0]
    return both


def walk(
    prepared: Prepared, group: Group, specs: Sequence[PathSpec], tasks: Sequence[linear.Task], folds: Sequence[int]
) -> list[list[Walk]]:
    """Paths that share their first stage on the sets of a group, certified and scored; path by path.

    Parameters
    ----------
    prepared : Prepared
    group : Group
    specs : sequence of PathSpec
    tasks : sequence of Task
        One for each.
    folds : sequence of int
        Which folds the first of its sets are; those after them are not scored.
    """
    found = judged(group.sets, specs, tasks, prepared.executor)
    return [_scored(prepared, group, spec, of_path, folds) for spec, of_path in zip(specs, found, strict=True)]


def _scored(prepared: Prepared, group: Group, spec: PathSpec, found: Sequence[Judged], folds: Sequence[int]) -> list[Walk]:
    """One path on the sets of a group, scored on both sides of every fold."""
    plan, solver = prepared.plan, spec.solver
    fits = [fit for fit, *_ in found]
    work = list(zip(range(len(folds)), folds, fits, strict=False))
    scores = prepared.executor.map(lambda at: _scores(plan, solver, group, *at), work)
    out = []
    for f, ((fit, kkt, before), made) in enumerate(zip(found, group.preprocessors, strict=True)):
        train, validation = scores[f] if f < len(folds) else ({}, {})
        alone = _alone(plan, group, f, folds[f], fit) if f < len(folds) else None
        out.append(Walk(fit, kkt, train, validation, alone, made, before))
    return out


def _alone(plan: Plan, group: Group, f: int, fold: int, fit: linear.PathFit) -> FloatArray | None:
    """Predictions of a fold's only validation row, where metrics are to be taken from all of them together."""
    if not plan.splits.leave_one_out or all(METRICS[name].is_row_mean for name in plan.metrics):
        return None
    return predicted(plan.loss, group.predictors(f, fit, plan.splits.folds[fold].validation))


def _scores(plan: Plan, solver: linear.Solver, group: Group, f: int, fold: int, fit: linear.PathFit) -> Sides:
    """Metrics of a fold's path on its training and its validation rows: by sums of squares where they tell, else row by row."""
    quadratic = all(METRICS[name].from_moments is not None for name in plan.metrics)
    squares = solver.squared_errors(group.sets, f, fit) if quadratic else None
    if squares is None:
        return _scores_by_row(plan, group, f, fold, fit)
    lost = np.isnan(squares).any(axis=(0, 1))
    train, validation = (
        from_squares(plan.metrics, squared, mean, _actual(plan, rows))
        for (squared, mean), rows in zip(squares, _sides(plan, fold), strict=True)
    )
    if lost.any():
        exact = _scores_by_row(plan, group, f, fold, fit.at(np.flatnonzero(lost)))
        for side, values in zip((train, validation), exact, strict=True):
            for name in plan.metrics:
                side[name][lost] = values[name]
    return train, validation


def _sides(plan: Plan, fold: int) -> tuple[IntArray, IntArray]:
    """Positions in the dataset of a fold's training and validation rows."""
    return plan.splits.folds[fold].train, plan.splits.folds[fold].validation


def _actual(plan: Plan, rows: IntArray) -> Scored:
    """Rows without predictions."""
    return Scored(plan.dataset.y[rows], np.zeros(len(rows)), sample_weights(plan.dataset, rows), plan.task)


def _scores_by_row(plan: Plan, group: Group, f: int, fold: int, fit: linear.PathFit) -> Sides:
    """Metrics from predictions: those that are means over rows piece by piece for both sides at once, the others side by side."""
    rest = [name for name in plan.metrics if METRICS[name].per_row is None]
    train, validation = _means_over_rows(plan, group, f, fold, fit)
    if rest:
        for found, more in zip((train, validation), _of_whole_sides(plan, group, f, fold, fit, rest), strict=True):
            found.update(more)
    return train, validation


def _means_over_rows(plan: Plan, group: Group, f: int, fold: int, fit: linear.PathFit) -> Sides:
    """Metrics made of means over rows on both sides of a fold."""
    per_row = {name: of for name in plan.metrics if (of := METRICS[name].per_row) is not None}
    sides = _sides(plan, fold)
    weights = np.zeros((len(plan.dataset), 2))
    for side, rows in enumerate(sides):
        weights[rows, side] = sample_weights(plan.dataset, rows)
    weights /= weights.sum(axis=0)
    # what is not finite has no score, whatever a comparison with NaN would make of it
    failed = np.where(np.isfinite(fit.coef).all(axis=(1, 2)) & np.isfinite(fit.intercept).all(axis=1), 0.0, np.nan)
    averaged = {of: np.zeros((len(fit.lambdas), 2)) + failed[:, None] for of in per_row.values()}
    for rows, part, eta in group.pieces(f, fit, sides[1]) if per_row else ():
        scored = Scored(plan.dataset.y[rows], predicted(plan.loss, eta), weights[rows, 0], plan.task)
        for of, sums in averaged.items():
            sums[part] += of(scored) @ weights[rows]
    train, validation = ({name: METRICS[name].of_mean(averaged[of][:, side]) for name, of in per_row.items()} for side in (0, 1))
    return train, validation


def _of_whole_sides(plan: Plan, group: Group, f: int, fold: int, fit: linear.PathFit, names: list[str]) -> Sides:
    """Any metrics on both sides of a fold, so many grid points at a time as keep predictions small beside the design."""
    X = group.sets.design
    step = max(1, int((X.nnz if isinstance(X, sparse.csc_array) else X.size) / (SHARE * X.shape[0] * (group.sets.shape[2] + 1))))
    parts: tuple[list[dict[str, FloatArray]], ...] = ([], [])
    for start in range(0, len(fit.lambdas), step):
        some = fit.at(slice(start, start + step))
        for side, rows in zip(parts, _sides(plan, fold), strict=True):
            mean = predicted(plan.loss, group.predictors(f, some, rows))
            side.append(score(replace(_actual(plan, rows), mean=mean), names))
    train, validation = ({name: np.concatenate([part[name] for part in side]) for name in names} for side in parts)
    return train, validation
