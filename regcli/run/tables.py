"""An outcome as the tables of a run directory, each an Arrow table with the columns of `layout` in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.preprocess import natural_order
from regcli.run.encode import arrow_table, coded
from regcli.scoring import gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from regcli.numerics.arrays import IntArray
    from regcli.outcome import Outcome, PathResult
    from regcli.plan import Plan


def _point_columns(paths: Sequence[PathResult], path: IntArray, index: IntArray) -> dict[str, Any]:
    """The columns that say which grid point a row belongs to, for rows given as (path, λ index)."""
    starts = np.cumsum([0, *(len(p.lambdas) for p in paths)])
    ratio = np.array([np.nan if p.spec.l1_ratio is None else p.spec.l1_ratio for p in paths])
    return {
        "entry": np.array([p.spec.entry for p in paths])[path],
        "penalty": coded([p.spec.penalty for p in paths], path),
        "l1_ratio": ratio[path],
        "lambda_index": index,
        "lambda": np.concatenate([p.lambdas for p in paths])[starts[path] + index],
    }


def _every_point(paths: Sequence[PathResult]) -> tuple[IntArray, IntArray]:
    """All grid points as (path, λ index), path by path, λ descending."""
    path = np.repeat(np.arange(len(paths)), [len(p.lambdas) for p in paths])
    return path, np.concatenate([np.arange(len(p.lambdas)) for p in paths])


def sweep_table(outcome: Outcome) -> pa.Table:
    """One row per grid point."""
    paths, summaries, choice = outcome.paths, outcome.summaries, outcome.choice
    path, index = _every_point(paths)

    def joined(name: str) -> Any:  # noqa: ANN401
        return np.concatenate([getattr(summary, name) for summary in summaries])

    return arrow_table(
        _point_columns(paths, path, index)
        | {"sklearn_parameter": coded([s.sklearn_parameter for s in summaries], path)}
        | {
            name: joined(name)
            for name in (
                "sklearn_value",
                "train_mean",
                "train_se",
                "validation_mean",
                "validation_se",
                "gap",
                "gap_relative",
            )
        }
        | {
            "n_nonzero": np.concatenate([p.n_nonzero for p in paths]),
            "n_nonzero_folds_mean": joined("n_nonzero_folds_mean"),
            "df": np.concatenate([p.df for p in paths]),
        }
        | {name: joined(name) for name in ("n_iter", "kkt", "converged", "within_1se")}
        | {"selected": (path == choice.path) & (index == choice.index)}
    )


def folds_table(plan: Plan, paths: Sequence[PathResult]) -> pa.Table:
    """One row per grid point, fold and metric; a row's kkt, n_iter and converged are those of that fold's fit."""
    folds, metrics = plan.splits.folds, plan.metrics
    path, index = (np.repeat(a, len(folds) * len(metrics)) for a in _every_point(paths))
    n_points = len(path) // (len(folds) * len(metrics))
    fold = np.tile(np.repeat(np.arange(len(folds)), len(metrics)), n_points)
    metric = np.tile(np.arange(len(metrics)), n_points * len(folds))

    def by_metric(side: str) -> Any:  # noqa: ANN401
        # (metric, fold, λ) of each path, turned into rows λ by λ, fold by fold, metric by metric
        blocks = [np.array([getattr(p, side)[m] for m in metrics]).transpose(2, 1, 0) for p in paths]
        return np.concatenate([block.ravel() for block in blocks])

    def by_fold(name: str) -> Any:  # noqa: ANN401
        blocks = [getattr(p, name)[: len(folds)].T for p in paths]  # the full fit's row, if any, comes last
        return np.repeat(np.concatenate([block.ravel() for block in blocks]), len(metrics))

    train, validation = by_metric("train"), by_metric("validation")
    gaps = np.empty_like(train)
    for m, name in enumerate(metrics):
        gaps[m :: len(metrics)] = gap(train[m :: len(metrics)], validation[m :: len(metrics)], name)
    return arrow_table(
        _point_columns(paths, path, index)
        | {
            "repeat": np.array([f.repeat for f in folds])[fold],
            "fold": coded([f.label for f in folds], fold),
            "metric": coded(metrics, metric),
            "train": train,
            "validation": validation,
            "gap": gaps,
            "n_train": np.array([len(f.train) for f in folds])[fold],
            "n_validation": np.array([len(f.validation) for f in folds])[fold],
            "n_nonzero": by_fold("n_nonzero_folds"),
            "kkt": by_fold("kkt"),
            "n_iter": by_fold("n_iter"),
            "converged": by_fold("converged"),
        }
    )


def assignments_table(plan: Plan) -> pa.Table:
    """One row per row of the file and appearance, in file order.

    A training row has one line for every fold in which it is validated; one that never is has a line with neither repeat nor
    fold, and so have the rows of the holdout.
    """
    splits, row = plan.splits, plan.dataset.row
    validated = [fold.validation for fold in splits.folds]
    never = np.setdiff1d(splits.train, np.concatenate(validated))
    position = np.concatenate([*validated, never, splits.holdout])
    fold = np.repeat(np.arange(len(validated) + 1), [*map(len, validated), len(never) + len(splits.holdout)])
    role = (np.arange(len(position)) >= len(position) - len(splits.holdout)).astype(np.int64)
    repeat = np.array([*(float(f.repeat) for f in splits.folds), np.nan])
    order = np.lexsort((fold, row[position]))
    position, fold, role = position[order], fold[order], role[order]
    return arrow_table(
        {
            "row": row[position],
            "role": coded(["train", "holdout"], role),
            "repeat": _whole(repeat[fold]),
            "fold": coded([*(f.label for f in splits.folds), None], fold),
        }
    )


def coefficients_table(outcome: Outcome) -> pa.Table:
    """One row per (class and) output feature of the chosen model, intercept first."""
    c = outcome.coefficients
    label = {} if c.class_label is None else {"class": np.array(c.class_label, dtype=object)}
    return arrow_table(
        label
        | {
            "feature": np.array(c.feature, dtype=object),
            "source": np.array([source or None for source in c.source], dtype=object),
            "coefficient": c.coefficient,
            "coefficient_standardized": c.standardized,
            "selection_frequency": c.selection_frequency,
            "sign_agreement": c.sign_agreement,
            "fold_mean": c.fold_mean,
            "fold_sd": c.fold_sd,
        }
    )


def path_table(plan: Plan, paths: Sequence[PathResult]) -> pa.Table:
    """Every non-zero coefficient of every grid point, on all training rows; the class is null unless there are several."""
    scaling, outputs = plan.preprocessor.scaling, plan.outputs
    order = np.array([0, *(1 + j for j in natural_order(outputs, plan.dataset.features.names))])
    names = ["(intercept)", *(output.name for output in outputs)]
    sd = np.array([1.0, *scaling.sd])
    path, index, klass, feature, values, standardized = [], [], [], [], [], []
    for number, result in enumerate(paths):
        b = result.coefficients
        i, k, j = np.nonzero(b[:, :, order])
        j = order[j]
        # the standardised intercept is the prediction at the columns' means
        at_means = b[:, :, 0] + b[:, :, 1:] @ scaling.mean
        path.append(np.full(len(i), number))
        index.append(i)
        klass.append(k)
        feature.append(j)
        values.append(b[i, k, j])
        standardized.append(np.where(j == 0, at_means[i, k], b[i, k, j] * sd[j]))
    several = len(plan.dataset.classes) > 2
    klasses = np.concatenate(klass)
    return arrow_table(
        _point_columns(paths, np.concatenate(path), np.concatenate(index))
        | {
            "class": coded(plan.dataset.classes if several else [None], klasses),
            "feature": coded(names, np.concatenate(feature)),
            "coefficient": np.concatenate(values),
            "coefficient_standardized": np.concatenate(standardized),
        }
    )


def predictions_table(outcome: Outcome) -> pa.Table:
    """Out-of-fold and holdout predictions of the chosen model; repeat and fold are empty for the holdout."""
    p = outcome.predictions
    columns: dict[str, Any] = {
        "row": p.row,
        "role": np.array(p.role, dtype=object),
        "repeat": _whole(np.where(p.repeat < 0, np.nan, p.repeat)),
        "fold": np.array([label or None for label in p.fold], dtype=object),
        "y": p.y,
        "prediction": p.prediction,
    }
    if p.probability is not None:
        columns |= {f"p_{label}": p.probability[:, k] for k, label in enumerate(outcome.plan.dataset.classes)}
    if p.weight is not None:
        columns["weight"] = p.weight
    return arrow_table(columns)


def _whole(values: Any) -> pa.Array:  # noqa: ANN401
    """Whole numbers with null for NaN."""
    import pyarrow as pa

    return pa.array(values, type=pa.int64(), from_pandas=True, mask=np.isnan(values)) if len(values) else pa.array([], pa.int64())
