"""Walks the paths of a plan: a fold on its own rows, or all folds together on the shared design; and scores both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli import linear
from regcli.metrics import METRICS
from regcli.preprocess import fit_design
from regcli.scored import Scored
from regcli.scoring import from_squares, score
from regcli.weights import fit_weights, sample_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.data.types import Fold
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.paths import PathSpec
    from regcli.plan import Plan
    from regcli.preprocess import Preprocessor

# Predictions of so many points are held at a time as take this part of the design.
SHARE = 8


@dataclass(frozen=True, slots=True)
class PathWalk:
    """One path on one training set, in the scaled columns of that set.

    Attributes
    ----------
    preprocessor : Preprocessor
        What makes the columns that `fit` speaks of: those of the shared design where the path was walked on it, else the set's
        own, which may lack a level that the set has not seen.
    fit : PathFit
    kkt : ndarray (L,)
    train, validation : dict of str to ndarray (L,)
        Metrics of both sides; empty for the full fit.
    alone : ndarray (L, 1) or (L, 1, classes), or None
        Predictions of a validation row that is the fold's only one, where some metric is no mean over rows.
    """

    preprocessor: Preprocessor
    fit: linear.PathFit
    kkt: FloatArray
    train: dict[str, FloatArray]
    validation: dict[str, FloatArray]
    alone: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class FoldWalk:
    """Every path of a plan on one training set.

    Attributes
    ----------
    paths : tuple of PathWalk
        In the order of the plan.
    """

    paths: tuple[PathWalk, ...]


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


def walk_full(plan: Plan, spec: PathSpec) -> PathWalk:
    """A path on all training rows."""
    y, weights = plan.dataset.y[plan.rows], fit_weights(plan.dataset, plan.rows, plan.config.model.class_weight)
    penalty = spec.penalty_on(plan.outputs)
    fit = _solve(plan, spec, plan.problem, penalty, spec.undivided[0], spec.ending)
    return PathWalk(plan.preprocessor, *linear.settled(plan.problem, y, weights, penalty, fit), {}, {})


def walk_fold(plan: Plan, fold: Fold, paths: Sequence[tuple[PathSpec, FloatArray]]) -> list[PathWalk]:
    """Preprocess one fold's training rows, walk some paths with their grids on them, score both sides."""
    dataset, model = plan.dataset, plan.config.model
    weights = fit_weights(dataset, fold.train, model.class_weight)
    design = fit_design(plan.recipe, fold.train, None if dataset.weight is None else dataset.weight[fold.train])
    y, y_validation = dataset.y[fold.train], dataset.y[fold.validation]
    problem = linear.Problem.build(design.X, y, weights, plan.loss, intercept=model.fit_intercept)
    X_validation = design.preprocessor.apply(plan.recipe.rows(fold.validation))
    w, w_validation = sample_weights(dataset, fold.train), sample_weights(dataset, fold.validation)
    walked = []
    for spec, lambdas in paths:
        penalty = spec.penalty_on(design.preprocessor.outputs)
        fit = _solve(plan, spec, problem, penalty, lambdas, None)
        fit, kkt = linear.settled(problem, y, weights, penalty, fit)
        train = Scored(y, predicted(plan.loss, linear.predictors(problem, fit)), w, plan.task)
        validation = Scored(y_validation, predicted(plan.loss, fit.eta(X_validation)), w_validation, plan.task)
        alone = validation.mean if _is_alone(plan) else None
        scores = score(train, plan.metrics), score(validation, plan.metrics)
        walked.append(PathWalk(design.preprocessor, fit, kkt, *scores, alone))
    return walked


def _solve(
    plan: Plan,
    spec: PathSpec,
    problem: linear.Problem,
    penalty: linear.Penalty,
    lambdas: FloatArray,
    ending: linear.Ending | None,
) -> linear.PathFit:
    tol, max_iter = plan.config.model.tol, plan.config.model.max_iter
    return linear.solve_path(problem, penalty, lambdas, solver=spec.solver, tol=tol, max_iter=max_iter, ending=ending)


def walk_together(plan: Plan, spec: PathSpec) -> list[PathWalk]:
    """A path on all folds and, last, on all training rows."""
    assert plan.shared is not None  # noqa: S101 - the plan chooses such a solver only where the design is shared
    together, model = plan.shared.together, plan.config.model
    penalty = spec.penalty_on(plan.outputs)
    lambdas, _ = spec.undivided
    fits = together.walk(spec.solver, penalty, lambdas, tol=model.tol, max_iter=model.max_iter, ending=spec.ending)
    fits, kkt = together.settled(spec.solver, penalty, plan.dataset.y[plan.rows], fits)
    scores = together.executor.map(lambda f: _scores(plan, spec, f, fits[f]), range(len(fits) - 1))
    alone = [_alone(plan, f, fit) for f, fit in enumerate(fits[:-1])]
    folds = zip(plan.shared.preprocessors, fits, kkt, scores, alone, strict=False)
    walked = [PathWalk(made, fit, k, *both, single) for made, fit, k, both, single in folds]
    return [*walked, PathWalk(plan.preprocessor, fits[-1], kkt[-1], {}, {})]


def _is_alone(plan: Plan) -> bool:
    """Every fold validates one row, and some metric is to be taken from all of them together: predictions are needed."""
    return plan.splits.leave_one_out and not all(METRICS[name].is_row_mean for name in plan.metrics)


def _alone(plan: Plan, f: int, fit: linear.PathFit) -> FloatArray | None:
    """Predictions of fold f's only validation row, where they are needed."""
    if not _is_alone(plan):
        return None
    assert plan.shared is not None  # noqa: S101 - as above
    place = int(plan.shared.place[plan.splits.folds[f].validation[0]])
    return predicted(plan.loss, plan.shared.together.predictors(f, fit, slice(place, place + 1)))


def _scores(plan: Plan, spec: PathSpec, f: int, fit: linear.PathFit) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Metrics of fold f's path on its training and its validation rows: by sums of squares where they tell, else row by row."""
    assert plan.shared is not None  # noqa: S101 - as above
    if spec.solver == "sufficient-statistics" and all(METRICS[name].from_moments is not None for name in plan.metrics):
        squares = plan.shared.together.squared_errors(f, fit)
        lost = np.isnan(squares).any(axis=(0, 1))
        sides = [
            from_squares(plan.metrics, squared, mean, _actual(plan, rows))
            for (squared, mean), rows in zip(squares, _sides(plan, f), strict=True)
        ]
        if not lost.any():
            return sides[0], sides[1]
        exact = _scores_by_row(plan, f, fit.at(np.flatnonzero(lost)))
        for side, values in zip(sides, exact, strict=True):
            for name in plan.metrics:
                side[name][lost] = values[name]
        return sides[0], sides[1]
    return _scores_by_row(plan, f, fit)


def _sides(plan: Plan, f: int) -> tuple[IntArray, IntArray]:
    """Positions in the dataset of a fold's training and validation rows."""
    fold = plan.splits.folds[f]
    return fold.train, fold.validation


def _actual(plan: Plan, rows: IntArray) -> Scored:
    """Rows without predictions."""
    return Scored(plan.dataset.y[rows], np.zeros(len(rows)), sample_weights(plan.dataset, rows), plan.task)


def _scores_by_row(plan: Plan, f: int, fit: linear.PathFit) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Metrics from predictions: those that are means over rows piece by piece for both sides at once, the others side by side."""
    rest = [name for name in plan.metrics if METRICS[name].per_row is None]
    train, validation = _means_over_rows(plan, f, fit, [name for name in plan.metrics if name not in rest])
    if rest:
        for found, more in zip((train, validation), _of_whole_sides(plan, f, fit, rest), strict=True):
            found.update(more)
    return train, validation


def _means_over_rows(
    plan: Plan, f: int, fit: linear.PathFit, names: list[str]
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Metrics made of means over rows on both sides of fold f."""
    assert plan.shared is not None  # noqa: S101 - as above
    weights = np.zeros((len(plan.rows), 2))
    for side, rows in enumerate(_sides(plan, f)):
        weights[plan.shared.place[rows], side] = sample_weights(plan.dataset, rows)
    weights /= weights.sum(axis=0)
    y = plan.dataset.y[plan.rows]
    # what is not finite has no score, whatever a comparison with NaN would make of it
    failed = np.where(np.isfinite(fit.coef).all(axis=(1, 2)) & np.isfinite(fit.intercept).all(axis=1), 0.0, np.nan)
    per_row = {name: of for name in names if (of := METRICS[name].per_row) is not None}
    averaged = {of: np.zeros((len(fit.lambdas), 2)) + failed[:, None] for of in per_row.values()}
    for piece, part, eta in plan.shared.together.pieces(f, fit) if names else ():
        scored = Scored(y[piece], predicted(plan.loss, eta), weights[piece, 0], plan.task)
        for of, sums in averaged.items():
            sums[part] += of(scored) @ weights[piece]
    train, validation = ({name: METRICS[name].of_mean(averaged[of][:, side]) for name, of in per_row.items()} for side in (0, 1))
    return train, validation


def _of_whole_sides(
    plan: Plan, f: int, fit: linear.PathFit, names: list[str]
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Any metrics on both sides of fold f, so many grid points at a time as keep predictions small beside the design."""
    assert plan.shared is not None  # noqa: S101 - as above
    X = plan.problem.X
    step = max(1, int((X.nnz if sparse.issparse(X) else X.size) / (SHARE * len(plan.rows) * (plan.problem.shape[2] + 1))))
    parts: tuple[list[dict[str, FloatArray]], ...] = ([], [])
    for start in range(0, len(fit.lambdas), step):
        eta = plan.shared.together.predictors(f, fit.at(slice(start, start + step)))
        for side, rows in zip(parts, _sides(plan, f), strict=True):
            mean = predicted(plan.loss, eta[:, plan.shared.place[rows]])
            side.append(score(replace(_actual(plan, rows), mean=mean), names))
    train, validation = ({name: np.concatenate([part[name] for part in side]) for name in names} for side in parts)
    return train, validation
