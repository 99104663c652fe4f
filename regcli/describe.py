"""The chosen point in full: its coefficients over folds, its predictions, every metric, the model for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli import linear
from regcli.averages import Averages
from regcli.data.wording import listing
from regcli.equivalent import written
from regcli.evaluate import evaluate, null_prediction
from regcli.metrics import METRICS, metrics_of
from regcli.model import affine_form, build_pipeline
from regcli.outcome import CoefficientTable, Outcome, PredictionTable
from regcli.preprocess import natural_order
from regcli.scored import Scored
from regcli.scoring import gap, score
from regcli.walk import predicted
from regcli.weights import fit_weights, sample_weights

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray, TextArray
    from regcli.outcome import Choice, PathResult, PathSummary
    from regcli.plan import Plan
    from regcli.walk import FoldWalk, PathWalk

INTERCEPT = "(intercept)"
# Fitted probabilities below the one, or standardised coefficients above the other, of columns without a penalty.
CERTAIN, LARGE = 1e-6, 5.0


@dataclass(frozen=True, slots=True)
class _Point:
    """The chosen model on one training set: the walk it belongs to, its place there, and its predictors on the shared design."""

    walk: PathWalk
    index: int
    eta: FloatArray | None

    @property
    def fit(self) -> linear.PathFit:
        return self.walk.fit

    def standardized(self) -> FloatArray:
        """Coefficients × training SD of their column, behind the prediction at the columns' means; (K, p + 1)."""
        scaling = self.walk.preprocessor.scaling
        b = self.fit.dense(self.index) / scaling.scale[:, None]
        at_means = self.fit.intercept[self.index] + (scaling.mean - scaling.center) @ b
        return np.column_stack([at_means, (b * scaling.sd[:, None]).T])

    def means(self, plan: Plan, rows: IntArray) -> FloatArray:
        """Predictions for rows of the dataset: values (n,), or probabilities (n, classes)."""
        if self.eta is not None and plan.shared is not None and (plan.shared.place[rows] >= 0).all():
            return predicted(plan.loss, self.eta[plan.shared.place[rows]])
        X = self.walk.preprocessor.apply(plan.recipe.rows(rows))
        return np.asarray(predicted(plan.loss, self.fit.at(slice(self.index, self.index + 1)).eta(X))[0])


def describe(
    plan: Plan,
    paths: tuple[PathResult, ...],
    summaries: tuple[PathSummary, ...],
    choice: Choice,
    full: FoldWalk,
    folds: list[FoldWalk],
    *,
    save_model: bool,
) -> Outcome:
    """Look at the chosen point from every side; the holdout is opened here, once, and only where `save_model`."""
    walks, path = [walk.paths[choice.path] for walk in (*folds, full)], paths[choice.path]
    etas: list[FloatArray | None] = [None] * len(walks)
    if plan.shared is not None and path.spec.solver in linear.TOGETHER:
        etas = list(plan.shared.together.predictors_at([walk.fit for walk in walks], choice.index))
    *points, final = (_Point(walk, choice.index, eta) for walk, eta in zip(walks, etas, strict=True))
    predictions, by_fold = _predictions(plan, final, points, with_holdout=save_model)
    metrics = _metrics(plan, path, summaries[choice.path], choice, final, by_fold, with_holdout=save_model)
    coefficients = path.coefficients[choice.index]
    pipeline = affine = None
    if save_model:
        fit, scaled = final.fit, final.fit.dense(choice.index)
        pipeline = build_pipeline(plan, path.spec, float(path.lambdas[choice.index]), fit.intercept[choice.index], scaled)
        affine = affine_form(plan, coefficients)
    return Outcome(
        plan=plan,
        paths=paths,
        summaries=summaries,
        choice=choice,
        coefficients=_coefficients(plan, coefficients, final, points),
        predictions=predictions,
        metrics=metrics,
        pipeline=pipeline,
        affine=affine,
        warnings=_warn(plan, metrics, path, choice, final, by_fold),
        seconds={},
    )


def _warn(
    plan: Plan,
    metrics: dict[str, Any],
    path: PathResult,
    choice: Choice,
    final: _Point,
    by_fold: list[tuple[FloatArray, FloatArray]],
) -> tuple[str, ...]:
    """Remarks on the chosen model."""
    out = []
    if plan.loss != "squared" and metrics["refit"]["log_loss"] < 1e-6:
        out.append(
            f"the training rows are separated perfectly at λ = {path.lambdas[choice.index]:.4g}: "
            "coefficients may grow without bound; penalise more"
        )
    else:
        out += _without_end(plan, path, choice, final)
    out += _interchangeable(plan, path, choice, final)
    if any(METRICS[name].takes_probabilities for name in plan.metrics):
        out += _shifted(plan, np.concatenate([mean for _, mean in by_fold]))
    return tuple(out)


def _without_end(plan: Plan, path: PathResult, choice: Choice, final: _Point) -> list[str]:
    """Unpenalised columns whose coefficients in a classification look as if they had no finite optimum."""
    free = np.flatnonzero(path.lambdas[choice.index] * path.spec.penalty_on(plan.outputs).factors == 0)
    if plan.loss == "squared" or not len(free):
        return []
    size = np.abs(final.standardized()[:, 1:]).max(axis=0)[free]
    sure = int((final.means(plan, plan.splits.train).min(axis=1) < CERTAIN).sum())
    large = free[size > LARGE] if (size > LARGE).any() else free[[int(np.argmax(size))]]
    if not sure and size.max() <= LARGE:
        return []
    what = f"standardised coefficients up to {size.max():.3g}" + (
        f", and {sure:,} training rows have a class of fitted probability below {CERTAIN:g}" if sure else ""
    )
    text = (
        f"not penalised, {_shown(plan, large)} may have no finite optimum ({what}): a column that separates classes grows "
        "without end. Penalise (penalty: ridge, or a factor above 0 in penalty.factors), or combine rare levels "
        "(preprocess.categorical.min_frequency)"
    )
    return [text]


def _interchangeable(plan: Plan, path: PathResult, choice: Choice, final: _Point) -> list[str]:
    """Columns among which coefficients can be traded at the chosen point: there the solution is not unique."""
    y, weights = plan.dataset.y[plan.rows], fit_weights(plan.dataset, plan.rows, plan.config.model.class_weight)
    fit = final.fit.at(slice(choice.index, choice.index + 1))
    columns = linear.interchangeable_columns(plan.problem, y, weights, path.spec.penalty_on(plan.outputs), fit)
    if not len(columns):
        return []
    text = (
        f"the solution is not unique: {_shown(plan, columns)} depend on each other exactly, so that coefficients can be traded "
        "between them without any change of a prediction. Of equal solutions the one is taken that has least of the columns that "
        "come last, or, where nothing is penalised, the one of least norm. Leave out what is told twice "
        "(dataset.columns.exclude, preprocess.categorical.drop: first), or take ridge or elasticnet"
    )
    return [text]


def _shown(plan: Plan, columns: IntArray) -> str:
    return listing([plan.outputs[j].name for j in columns.tolist()], 5)


def _shifted(plan: Plan, mean: FloatArray) -> list[str]:
    """By how much class weights move probabilities away from the classes' shares; `mean` out of fold, fold after fold."""
    dataset = plan.dataset
    weights = fit_weights(dataset, plan.splits.train, plan.config.model.class_weight)
    if plan.config.model.class_weight is None or weights is None:
        return []
    y, sample = dataset.y[plan.splits.train].astype(int), sample_weights(dataset, plan.splits.train)
    totals = (np.bincount(y, w, len(dataset.classes)) for w in (weights, sample))
    with np.errstate(invalid="ignore"):
        by_class = np.divide(*totals)
    if np.nanmax(by_class) <= 1.05 * np.nanmin(by_class):
        return []
    rows = np.concatenate([fold.validation for fold in plan.splits.folds])
    d = Scored(dataset.y[rows], mean, sample_weights(dataset, rows), plan.task)
    said, truth = (d.average(values.T) for values in (d.mean, d.indicator))
    k = 1 if d.binary else int(np.argmax(np.abs(said - truth)))
    spoilt = ", ".join(name for name in plan.metrics if METRICS[name].takes_probabilities)
    rankings = ", ".join(name for name, metric in METRICS.items() if metric.is_ranking)
    text = (
        f"model.class_weight shifts the probabilities: on the validation rows {dataset.classes[k]!r} has a mean predicted "
        f"probability of {said[k]:.3g}, but a share of {truth[k]:.3g}. {spoilt} and every predicted probability suffer from it, "
        f"rankings ({rankings}) do not: where probabilities count, leave class_weight out and move the threshold"
    )
    return [text]


def _coefficients(plan: Plan, original: FloatArray, final: _Point, points: list[_Point]) -> CoefficientTable:
    """Rows in file order, intercept first; fold by fold the standardised coefficients, features matched by name."""
    outputs = plan.outputs
    order = np.array([0, *(1 + j for j in natural_order(outputs, plan.dataset.features.names))])
    place = {output.name: 1 + j for j, output in enumerate(outputs)}
    k = len(original)
    over_folds = np.zeros((len(points), k, len(outputs) + 1))
    for f, point in enumerate(points):
        # a level or term that a fold has not seen has no coefficient there; one that only the fold knows is not reported
        known = [(1 + j, place[o.name]) for j, o in enumerate(point.walk.preprocessor.outputs) if o.name in place]
        mine, ours = np.array([(0, 0), *known]).T
        over_folds[f][:, ours] = point.standardized()[:, mine]
    nonzero = over_folds != 0
    # the intercept takes part whenever there is one, whatever its value
    nonzero[:, :, 0] = plan.config.model.fit_intercept
    standardized = final.standardized()
    agree = (nonzero & (np.sign(over_folds) == np.sign(standardized))).sum(axis=0)
    times = nonzero.sum(axis=0)
    with np.errstate(invalid="ignore"):
        agreement = np.where((times > 0) & (standardized != 0), agree / times, np.nan)
    spread = over_folds.std(axis=0, ddof=1) if len(points) > 1 else np.full_like(standardized, np.nan)
    names = [INTERCEPT, *(o.name for o in outputs)]
    sources = ["", *(o.source for o in outputs)]

    def rows(values: FloatArray) -> FloatArray:
        return np.asarray(values[:, order].ravel())

    return CoefficientTable(
        class_label=tuple(label for label in plan.dataset.classes for _ in order) if k > 1 else None,
        feature=tuple(names[j] for j in order) * k,
        source=tuple(sources[j] for j in order) * k,
        coefficient=rows(original),
        standardized=rows(standardized),
        selection_frequency=rows(times / len(points)),
        sign_agreement=rows(agreement),
        fold_mean=rows(over_folds.mean(axis=0)),
        fold_sd=rows(spread),
    )


def _predictions(
    plan: Plan, final: _Point, points: list[_Point], *, with_holdout: bool
) -> tuple[PredictionTable, list[tuple[FloatArray, FloatArray]]]:
    """The table of out-of-fold and holdout predictions; and each fold's predictions of its train and validation rows."""
    dataset, splits = plan.dataset, plan.splits
    by_fold = [
        (point.means(plan, fold.train), point.means(plan, fold.validation))
        for point, fold in zip(points, splits.folds, strict=True)
    ]
    rows = [fold.validation for fold in splits.folds]
    means = [validation for _, validation in by_fold]
    role = ["train"] * sum(map(len, rows))
    repeat = [fold.repeat for fold in splits.folds for _ in fold.validation]
    label = [fold.label for fold in splits.folds for _ in fold.validation]
    if with_holdout and len(splits.holdout):
        rows.append(splits.holdout)
        means.append(final.means(plan, splits.holdout))
        role += ["holdout"] * len(splits.holdout)
        repeat += [-1] * len(splits.holdout)
        label += [""] * len(splits.holdout)
    where, mean = np.concatenate(rows), np.concatenate(means)
    y = dataset.y[where]
    shown: FloatArray | TextArray = mean
    truth: FloatArray | TextArray = y
    if plan.task == "classification":
        names = np.array(dataset.classes, dtype=object)
        truth, shown = names[y.astype(int)], names[np.argmax(mean, axis=1)]
    table = PredictionTable(
        row=dataset.row[where],
        role=tuple(role),
        repeat=np.array(repeat),
        fold=tuple(label),
        y=truth,
        prediction=shown,
        probability=mean if plan.task == "classification" else None,
        weight=None if dataset.weight is None else dataset.weight[where],
    )
    return table, by_fold


def _metrics(
    plan: Plan,
    path: PathResult,
    summary: PathSummary,
    choice: Choice,
    final: _Point,
    by_fold: list[tuple[FloatArray, FloatArray]],
    *,
    with_holdout: bool,
) -> dict[str, Any]:
    """The content of metrics.json."""
    dataset, splits, i = plan.dataset, plan.splits, choice.index
    names, averages = tuple(metrics_of(plan.task)), Averages.of(dataset, splits)

    def rows(position: IntArray, mean: FloatArray) -> Scored:
        return Scored(dataset.y[position], mean, sample_weights(dataset, position), plan.task)

    def by_metric(found: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
        return {name: np.array([scores[name] for scores in found]) for name in names}

    def on_validation(means: list[FloatArray]) -> tuple[dict[str, FloatArray], dict[str, tuple[FloatArray, FloatArray]]]:
        found = by_metric([score(rows(fold.validation, mean), names) for fold, mean in zip(splits.folds, means, strict=True)])
        found = {name: averages.by_fold(name, values) for name, values in found.items()}
        return found, averages.validation(found, np.concatenate(means), names)

    train_by_fold = by_metric([score(rows(fold.train, m), names) for fold, (m, _) in zip(splits.folds, by_fold, strict=True)])
    train = {name: float(averages.over_folds(values)[0]) for name, values in train_by_fold.items()}
    validation_by_fold, figures = on_validation([mean for _, mean in by_fold])
    validation = {name: float(mean) for name, (mean, _) in figures.items()}
    nulls = [_null_prediction(plan, fold.train) for fold in splits.folds]
    _, null = on_validation([_repeated(said, len(fold.validation)) for fold, said in zip(splits.folds, nulls, strict=True)])
    known_nothing = _null_prediction(plan, splits.train)
    # pooled, the folds' null models would differ by the one row each leaves out alone, and rank every row against its own class
    _, tied = on_validation([_repeated(known_nothing, len(fold.validation)) for fold in splits.folds])
    null |= {name: tied[name] for name in tied if METRICS[name].is_ranking and averages.from_rows(name)}
    held_out = None
    if with_holdout and len(splits.holdout):
        held_out = evaluate(rows(splits.holdout, final.means(plan, splits.holdout)), known_nothing)
    equivalent = written(plan, path.spec, float(path.lambdas[i]))
    live = np.flatnonzero(path.coefficients[i][:, 1:].any(axis=0))
    return {
        "selected": {
            "entry": path.spec.entry,
            "penalty": path.spec.penalty,
            "l1_ratio": path.spec.l1_ratio,
            "lambda_index": i,
            "lambda": float(path.lambdas[i]),
            "sklearn_parameter": summary.sklearn_parameter,
            "sklearn_value": float(summary.sklearn_value[i]),
            "sklearn": {"code": equivalent.code, "remarks": list(equivalent.remarks)},
            "metric": choice.metric,
            "rule": choice.rule,
            "validation_mean": float(summary.validation_mean[i]),
            "validation_se": float(summary.validation_se[i]),
        },
        "train": train,
        "validation": validation,
        "validation_error": {name: float(error) for name, (_, error) in figures.items()},
        "gap": {name: float(gap(np.asarray(train[name]), np.asarray(validation[name]), name)) for name in names},
        "refit": {n: float(v) for n, v in score(rows(splits.train, final.means(plan, splits.train)), names).items()},
        "holdout": held_out and {name: found.value for name, found in held_out.items()},
        "holdout_error": held_out and {name: found.error for name, found in held_out.items()},
        "holdout_null": held_out and {name: found.null for name, found in held_out.items()},
        "null_model": {name: float(mean) for name, (mean, _) in null.items()},
        # of the refit's rows: what a model that knows nothing says of new ones
        "null_prediction": known_nothing.tolist(),
        # what a comparison of two runs needs to tell a change from noise
        "folds": {
            "repeat": [fold.repeat for fold in splits.folds],
            "fold": [fold.label for fold in splits.folds],
            "n_train": [len(fold.train) for fold in splits.folds],
            "n_validation": [len(fold.validation) for fold in splits.folds],
            "weight": averages.weight.tolist(),
            "train": {name: values.tolist() for name, values in train_by_fold.items()},
            "validation": {name: values.tolist() for name, values in validation_by_fold.items()},
        },
        "n_features": len(plan.outputs),
        "n_inputs": len({column for j in live for column in plan.outputs[j].inputs}),
        "n_nonzero": int(path.n_nonzero[i]),
    }


def _null_prediction(plan: Plan, train: IntArray) -> FloatArray:
    """What the model without columns, fitted on some rows, predicts for any row; () or (classes,)."""
    dataset = plan.dataset
    weight = sample_weights(dataset, train)
    intercept = plan.config.model.fit_intercept
    return null_prediction(dataset.y[train], weight, plan.task, len(dataset.classes), intercept=intercept)


def _repeated(prediction: FloatArray, n: int) -> FloatArray:
    """One prediction for each of n rows, (n,) or (n, classes)."""
    return np.broadcast_to(prediction, (n, *prediction.shape))
