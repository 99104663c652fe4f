"""The chosen point judged: its predictions on every fold and on the holdout, every metric, and what to beware of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.averages import Averages
from regcli.evaluate import evaluate, null_prediction
from regcli.families import FAMILIES
from regcli.families.described import library_of
from regcli.metrics import METRICS, metrics_of
from regcli.outcome import Outcome, PredictionTable
from regcli.scored import Scored
from regcli.scoring import gap, score
from regcli.weights import fit_weights, sample_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.numerics.arrays import FloatArray, IntArray, TextArray
    from regcli.outcome import Choice, Fitted, Portrait, Summary
    from regcli.plan import Plan
    from regcli.prepare import Prepared

    Model = Callable[[IntArray], FloatArray]


def describe(
    prepared: Prepared, paths: tuple[Fitted, ...], summaries: tuple[Summary, ...], choice: Choice, *, save_model: bool
) -> Outcome:
    """Look at the chosen point from every side; the holdout is opened here, once, and only where `save_model`."""
    plan, fitted = prepared.plan, paths[choice.path]
    family = FAMILIES[fitted.path.family]
    *folds, final = family.models(prepared, fitted, choice.index)
    portrait = family.portrait(prepared, fitted, choice.index, save_model=save_model)
    predictions, by_fold = _predictions(plan, final, folds, with_holdout=save_model)
    others = [family.models(prepared, fitted, choice.index, seed)[:-1] for seed in range(1, fitted.path.seeds)]
    seeds = [by_fold, *(_by_fold(plan, models) for models in others)]
    metrics = _metrics(prepared, fitted, summaries[choice.path], choice, portrait, final, seeds, with_holdout=save_model)
    warnings = list(portrait.warnings)
    if any(METRICS[name].takes_probabilities for name in plan.metrics):
        warnings += _shifted(plan, np.concatenate([mean for _, mean in by_fold]))
    return Outcome(prepared, paths, summaries, choice, portrait, predictions, metrics, tuple(warnings), {})


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


def _predictions(
    plan: Plan, final: Model, folds: list[Model], *, with_holdout: bool
) -> tuple[PredictionTable, list[tuple[FloatArray, FloatArray]]]:
    """The table of out-of-fold and holdout predictions; and each fold's predictions of its train and validation rows."""
    dataset, splits = plan.dataset, plan.splits
    by_fold = _by_fold(plan, folds)
    rows = [fold.validation for fold in splits.folds]
    means = [validation for _, validation in by_fold]
    role = ["train"] * sum(map(len, rows))
    repeat = [fold.repeat for fold in splits.folds for _ in fold.validation]
    label = [fold.label for fold in splits.folds for _ in fold.validation]
    if with_holdout and len(splits.holdout):
        rows.append(splits.holdout)
        means.append(final(splits.holdout))
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


def _by_fold(plan: Plan, models: list[Model]) -> list[tuple[FloatArray, FloatArray]]:
    """Each fold's predictions of its train and validation rows."""
    return [(model(fold.train), model(fold.validation)) for model, fold in zip(models, plan.splits.folds, strict=True)]


def _metrics(
    prepared: Prepared,
    fitted: Fitted,
    summary: Summary,
    choice: Choice,
    portrait: Portrait,
    final: Model,
    seeds: list[list[tuple[FloatArray, FloatArray]]],
    *,
    with_holdout: bool,
) -> dict[str, Any]:
    """The content of metrics.json; scores of the folds are means over seeds, `seeds` having each one's predictions."""
    plan = prepared.plan
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

    def on_train(by_fold: list[tuple[FloatArray, FloatArray]]) -> dict[str, FloatArray]:
        return by_metric([score(rows(fold.train, m), names) for fold, (m, _) in zip(splits.folds, by_fold, strict=True)])

    train_by_fold = _mean_of([on_train(by_fold) for by_fold in seeds])
    train = {name: float(averages.over_folds(values)[0]) for name, values in train_by_fold.items()}
    found = [on_validation([mean for _, mean in by_fold]) for by_fold in seeds]
    validation_by_fold, figures = _mean_of([by_name for by_name, _ in found]), found[0][1]
    if len(seeds) > 1:
        figures = averages.validation(validation_by_fold, None, names)
    validation = {name: float(mean) for name, (mean, _) in figures.items()}
    nulls = [_null_prediction(plan, fold.train) for fold in splits.folds]
    _, null = on_validation([_repeated(said, len(fold.validation)) for fold, said in zip(splits.folds, nulls, strict=True)])
    known_nothing = _null_prediction(plan, splits.train)
    # pooled, the folds' null models would differ by the one row each leaves out alone, and rank every row against its own class
    _, tied = on_validation([_repeated(known_nothing, len(fold.validation)) for fold in splits.folds])
    null |= {name: tied[name] for name in tied if METRICS[name].is_ranking and averages.from_rows(name)}
    held_out = None
    if with_holdout and len(splits.holdout):
        held_out = evaluate(rows(splits.holdout, final(splits.holdout)), known_nothing)
    return {
        "selected": {
            "entry": fitted.path.entry,
            "penalty": fitted.path.penalty,
            "l1_ratio": fitted.path.l1_ratio,
            "stage": fitted.path.stage,
            "gamma": fitted.path.gamma,
            "lambda_index": i,
            "lambda": float(fitted.lambdas[i]),
            "family": fitted.path.family,
            "axis": fitted.path.axis,
            "setting": fitted.path.setting,
            "complexity_of": fitted.path.complexity_of,
            "seeds": fitted.path.seeds,
            "seed_se": float(summary.seed_se[i]),
            "sklearn_parameter": summary.sklearn_parameter,
            "sklearn_value": float(summary.sklearn_value[i]),
            "sklearn": portrait.equivalent and {**portrait.equivalent, "library": library_of(portrait.equivalent["code"])},
            "metric": choice.metric,
            "rule": choice.rule,
            "validation_mean": float(summary.validation_mean[i]),
            "validation_se": float(summary.validation_se[i]),
        },
        "train": train,
        "validation": validation,
        "validation_error": {name: float(error) for name, (_, error) in figures.items()},
        "gap": {name: float(gap(np.asarray(train[name]), np.asarray(validation[name]), name)) for name in names},
        "refit": {n: float(v) for n, v in score(rows(splits.train, final(splits.train)), names).items()},
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
        "n_features": len(prepared.outputs),
        "n_inputs": portrait.n_inputs,
        "n_nonzero": int(fitted.n_nonzero[i]),
        "complexity": float(fitted.complexity[i]),
    }


def _mean_of(seeds: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    """Scores averaged over seeds."""
    return {name: np.mean([scores[name] for scores in seeds], axis=0) for name in seeds[0]} if len(seeds) > 1 else seeds[0]


def _null_prediction(plan: Plan, train: IntArray) -> FloatArray:
    """What the model without columns, fitted on some rows, predicts for any row; () or (classes,)."""
    dataset = plan.dataset
    weight = sample_weights(dataset, train)
    intercept = plan.config.model.fit_intercept
    return null_prediction(dataset.y[train], weight, plan.task, len(dataset.classes), intercept=intercept)


def _repeated(prediction: FloatArray, n: int) -> FloatArray:
    """One prediction for each of n rows, (n,) or (n, classes)."""
    return np.broadcast_to(prediction, (n, *prediction.shape))
