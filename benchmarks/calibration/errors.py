"""How often the interval of a cross-validated score's standard error holds the true error of the procedure.

Rows were drawn again and again (200 rows of 8 standard normal columns, four of which count; a target under noise of the
same size, and two classes), and each time one model at a fixed λ was cross-validated by every scheme. What the interval is to
hold is the expected validation error of this procedure: of models fitted to as many rows as the folds train on, over all
data sets that might have been drawn, and not the error of the one model at hand. Its value is the mean over all repetitions,
which is unbiased for it. The interval is mean ± t · SE, t the 97.5 % point of Student's distribution with J - 1 degrees of
freedom, J the number of folds in all. The column `s/√J` shows an error that takes repeats and overlapping splits for new rows.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.averages import Averages
from regcli.data.types import Fold, Splits
from regcli.scored import Scored
from regcli.scoring import mean_and_error, score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.numerics.arrays import FloatArray

TITLE = "Standard errors of cross-validated scores"
SHORT, LONG = 100, 1500
PROSE = """\
The folds' scores are positively correlated through the rows they train on, which no error from one data set can know (Bengio &
Grandvalet 2004): the intervals hold a little less often than the 95 % they promise, those of 5 folds with 1.96 in place of t
less often still. Repeats make the mean steadier, and the spread of the folds better known; they draw no new rows, so the error
stays that of as many folds as there can be without overlap. A few random splits validate some rows more than once and others
never: five of a fifth look at two thirds of the rows, are counted as if they looked at all, and their error is too small.
Take K folds, or so many splits that every row is validated."""

ROWS, COLUMNS, PENALTY = 200, 8, 0.05
LOW, HIGH = 0.85, 0.97


def schemes(seed: int) -> Iterator[tuple[str, Any]]:
    """The splitters, by what they are called here."""
    from sklearn.model_selection import RepeatedKFold, ShuffleSplit

    for k, repeats in ((5, 1), (10, 1), (5, 5), (10, 10)):
        yield f"{k} folds × {repeats}", RepeatedKFold(n_splits=k, n_repeats=repeats, random_state=seed)
    for j, share in ((5, 0.2), (20, 0.2), (50, 0.1)):
        yield f"{j} random splits of {100 * share:.0f} %", ShuffleSplit(n_splits=j, test_size=share, random_state=seed)


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """Share of intervals that hold the true error, for both tasks and every scheme."""
    from scipy.special import stdtrit

    rng = np.random.default_rng(seed)
    n_folds: dict[str, int] = {}
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for repetition in range(repetitions):
        X = rng.standard_normal((ROWS, COLUMNS))
        eta = X[:, :4].sum(axis=1) / 2
        targets = {
            "mse": eta + rng.standard_normal(ROWS),
            "log_loss": (rng.random(ROWS) < 1 / (1 + np.exp(-eta))).astype(np.float64),
        }
        for name, splitter in schemes(repetition):
            splits = list(splitter.split(X))
            n_folds[name] = len(splits)
            for metric, y in targets.items():
                found.setdefault((name, metric), []).append(_figures(X, y, splits, metric))
    rows: list[dict[str, object]] = []
    for (name, metric), figures in found.items():
        mean, error, plain = np.array(figures).T
        off, t = np.abs(mean - mean.mean()), float(stdtrit(n_folds[name] - 1, 0.975))
        covered = float(np.mean(off <= t * error))
        rows.append(
            {
                "scheme": name,
                "metric": metric,
                "true error": float(mean.mean()),
                "mean SE / SD of the mean": float(np.sqrt(np.mean(error**2)) / mean.std(ddof=1)),
                "held with s/√J": float(np.mean(off <= t * plain)),
                "held with 1.96 SE": float(np.mean(off <= 1.96 * error)),
                "wanted": f"{LOW:.2f} to {HIGH:.2f}",
                "measured": covered,
                "holds": LOW <= covered <= HIGH,
            }
        )
    return rows


def _figures(
    X: FloatArray, y: FloatArray, splits: list[tuple[FloatArray, FloatArray]], metric: str
) -> tuple[float, float, float]:
    """Mean over folds, its standard error, and the error that takes every fold for new rows."""
    train = np.zeros((len(splits), ROWS))
    for k, (rows, _) in enumerate(splits):
        train[k, rows] = 1.0
    means = _fitted(X, y, train, logistic=metric == "log_loss")
    task: Any = "regression" if metric == "mse" else "classification"
    each = (Scored(y[v], mean[v], np.ones(len(v)), task) for (_, v), mean in zip(splits, means, strict=True))
    scores = np.array([float(score(d, [metric])[metric]) for d in each])
    folds = tuple(Fold(0, str(k), rows, validation) for k, (rows, validation) in enumerate(splits))
    dataset: Any = SimpleNamespace(weight=None, y=y, task=task)
    every = Splits(np.arange(ROWS), np.arange(0), folds, "", "", ())
    mean, error = Averages.of(dataset, every).over_folds(scores)
    return float(mean), float(error), float(mean_and_error(scores, np.ones(len(scores)))[1])


def _fitted(X: FloatArray, y: FloatArray, train: FloatArray, *, logistic: bool) -> FloatArray:
    """Predictions for all rows of ridge models on J sets of rows, `train` (J, n) being 1 where a row is of the set; by Newton."""
    A = np.column_stack([np.ones(len(X)), X])
    products = (A[:, :, None] * A[:, None, :]).reshape(len(A), -1)
    shrink = np.diag([0.0] + [PENALTY] * X.shape[1])
    size = train.sum(axis=1)[:, None]
    B = np.zeros((len(train), A.shape[1]))
    for _ in range(8 if logistic else 1):
        eta = B @ A.T
        mean = 1 / (1 + np.exp(-eta)) if logistic else eta
        weight = train * (mean * (1 - mean) if logistic else 1.0) / size
        H = (weight @ products).reshape(len(train), A.shape[1], A.shape[1]) + shrink
        gradient = (train * (y - mean) / size) @ A - B @ shrink
        B += np.linalg.solve(H, gradient[:, :, None])[:, :, 0]
    eta = B @ A.T
    if not logistic:
        return np.asarray(eta)
    mean = 1 / (1 + np.exp(-eta))
    return np.stack([1 - mean, mean], axis=-1)
