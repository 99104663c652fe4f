"""The metrics: one table, and what its entries are computed by. Metrics use sample weights, never class weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np

from regcli import ranking

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.data.types import Task
    from regcli.numerics.arrays import FloatArray
    from regcli.scored import Scored

TINY = float(np.finfo(np.float64).tiny)
ECE_BINS = 15
# Raise it when a metric comes to mean something else: runs scored by different definitions are not compared.
METRIC_DEFINITIONS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric, and all that the program has to know of it.

    It is computed by the first of these that it has: `per_row`, `from_moments`, `of_predictions`. All take every point of a path
    at once, and give (…,), or (…, n) where they speak of rows.

    Attributes
    ----------
    name : str
        As configurations and files of a run have it.
    task : {"regression", "classification"}
    formula : str
        What it is, as `--explain` says it.
    remark : str
        What else there is to know of its size; stands behind `Lower is better`.
    higher_is_better : bool
    per_row : callable or None
        Of a metric that is made of a mean over rows: what is averaged.
    factor : float
        What the mean of `per_row` is multiplied with.
    root : bool
        The metric is the root of that mean, so that it is itself no mean.
    from_moments : callable or None
        Of what the errors' variance and mean tell, y's own variance known: from these three.
    of_predictions : callable or None
        Of anything else: from the predictions.
    is_share : bool
        It tells how much is left of 1: what a solver may be off by is relative to that, not to the metric's own size.
    is_ranking : bool
        It looks at nothing but the order in which probabilities put the rows.
    takes_probabilities : bool
        It takes probabilities at their word, so that class weights spoil it.
    null_is_perfect : bool
        The model without columns has the best value but for noise: no share of its error can be taken away.
    is_rough : bool
        Leaving out few rows hardly ever moves it: the jackknife leaves out blocks of √n rows at least (Efron 1982, section 3.4).
    """

    name: str
    task: Task
    formula: str
    remark: str = ""
    higher_is_better: bool = False
    per_row: Callable[[Scored], FloatArray] | None = None
    factor: float = 1.0
    root: bool = False
    from_moments: Callable[[FloatArray, FloatArray, FloatArray], FloatArray] | None = None
    of_predictions: Callable[[Scored], FloatArray] | None = None
    is_share: bool = False
    is_ranking: bool = False
    takes_probabilities: bool = False
    null_is_perfect: bool = False
    is_rough: bool = False

    def __call__(self, d: Scored) -> FloatArray:
        """The metric of one model, or of every point of a path."""
        if self.per_row is not None:
            return self.of_mean(d.average(self.per_row(d)))
        if self.from_moments is not None:
            error = d.y - d.mean
            mean = d.average(error)
            variance = d.average((error - mean[..., None]) ** 2)
            return np.asarray(self.from_moments(variance, mean, np.asarray(d.spread())))
        assert self.of_predictions is not None, self.name  # noqa: S101 - every entry has one of the three
        return self.of_predictions(d)

    def of_mean(self, mean: FloatArray) -> FloatArray:
        """The metric from the mean over rows of `per_row`."""
        return np.sqrt(mean) if self.root else self.factor * mean

    @property
    def is_row_mean(self) -> bool:
        """It is a mean over rows, but for a factor: the mean over folds of one row is the metric of all their rows."""
        return self.per_row is not None and not self.root

    @property
    def sign(self) -> float:
        """What makes a loss of it: -1 where higher is better."""
        return -1.0 if self.higher_is_better else 1.0

    @property
    def better(self) -> str:
        """Which way is better: higher, or lower."""
        return "higher" if self.higher_is_better else "lower"


def _each(metric: Callable[[Scored], float]) -> Callable[[Scored], FloatArray]:
    """A metric of one model, applied to every point of a path in turn."""

    @wraps(metric)
    def along(d: Scored) -> FloatArray:
        lead, one = d.mean.shape[: -d.inner], d.mean.shape[-d.inner :]
        return np.array([metric(replace(d, mean=mean)) for mean in d.mean.reshape(-1, *one)]).reshape(lead)

    return along


def squared_errors(d: Scored) -> FloatArray:
    """(y - prediction)² of every row."""
    return np.asarray((d.y - d.mean) ** 2)


def absolute_errors(d: Scored) -> FloatArray:
    """|y - prediction| of every row."""
    return np.abs(d.y - d.mean)


def log_losses(d: Scored) -> FloatArray:
    """Negative log-likelihood of every row, in nats; finite however wrong a certain prediction is."""
    every = d.mean
    chosen = np.where(d.y == 1, every[..., 1], every[..., 0]) if d.binary else every[..., np.arange(len(d.y)), d.y.astype(int)]
    np.maximum(chosen, TINY, out=chosen)
    np.log(chosen, out=chosen)
    return np.negative(chosen, out=chosen)


def brier_scores(d: Scored) -> FloatArray:
    """Squared error of the probability of the second class for every row; of several, summed over classes."""
    error = (d.indicator - d.mean) ** 2
    return np.asarray(error[..., 1] if d.binary else error.sum(axis=-1))


def hits(d: Scored) -> FloatArray:
    """1 for every row whose most probable class is its own."""
    return np.asarray(d.label == d.y, dtype=np.float64)


@_each
def median_ae(d: Scored) -> float:
    """Median absolute error."""
    return ranking.median(np.abs(d.y - d.mean), d.weight)


@_each
def roc_auc(d: Scored) -> float:
    """Area under the ROC curve; several classes: mean over classes, each against the rest."""
    return _one_by_one(d, ranking.roc_auc)


@_each
def average_precision(d: Scored) -> float:
    """Average precision of the second class; several classes: mean over classes, each against the rest."""
    return _one_by_one(d, ranking.average_precision)


@_each
def balanced_accuracy(d: Scored) -> float:
    """Mean over the classes present of the share recognised."""
    hit = d.label == d.y
    recalls = [d.weight[of] @ hit[of] / d.weight[of].sum() for of in (d.y == c for c in np.unique(d.y)) if d.weight[of].sum() > 0]
    return float(np.mean(recalls)) if recalls else float("nan")


@_each
def f1(d: Scored) -> float:
    """Harmonic mean of precision and recall of the second class; several classes: mean over classes. 0 where there is no hit."""
    scores = []
    for c in [1] if d.binary else range(d.mean.shape[1]):
        truth, said = d.y == c, d.label == c
        if not d.binary and not truth.any() and not said.any():
            continue  # a class that neither occurs nor is predicted says nothing
        both, total = d.weight @ (truth & said), d.weight @ truth + d.weight @ said
        scores.append(2.0 * both / total if total > 0 else 0.0)
    return float(np.mean(scores))


@_each
def ece(d: Scored) -> float:
    """Expected calibration error of the second class (of several: of the predicted class) in 15 bins of equal width."""
    if d.binary:
        said, truth = d.mean[:, 1], (d.y == 1).astype(np.float64)
    else:
        said, truth = d.mean.max(axis=1), (d.label == d.y).astype(np.float64)
    bins = np.minimum((said * ECE_BINS).astype(int), ECE_BINS - 1)
    difference = np.bincount(bins, d.weight * (truth - said), ECE_BINS)
    return float(np.abs(difference).sum() / d.weight.sum())


def _one_by_one(d: Scored, score: Callable[[FloatArray, FloatArray, FloatArray], float]) -> float:
    """A ranking metric for the second class, or averaged over classes; NaN where a class is absent or alone."""
    truth = d.indicator
    present = d.weight @ truth
    if (present <= 0).any() or (d.weight @ (1 - truth) <= 0).any():
        return float("nan")
    classes = [1] if d.binary else range(truth.shape[1])
    return float(np.mean([score(truth[:, c], d.mean[:, c], d.weight) for c in classes]))


# The first of a task is the one that λ is chosen by where nothing is said.
_EVERY = (
    Metric(
        name="mse",
        task="regression",
        formula="Mean squared error: Σ w (y - ŷ)² / Σ w.",
        per_row=squared_errors,
        from_moments=lambda variance, mean, spread: variance + mean**2,  # noqa: ARG005
    ),
    Metric(
        name="rmse",
        task="regression",
        formula="Its root, in the unit of y.",
        per_row=squared_errors,
        root=True,
        from_moments=lambda variance, mean, spread: np.sqrt(variance + mean**2),  # noqa: ARG005
    ),
    Metric(
        name="mae",
        task="regression",
        formula="Mean absolute error: Σ w |y - ŷ| / Σ w.",
        per_row=absolute_errors,
    ),
    Metric(
        name="r2",
        task="regression",
        formula="1 - Σ w (y - ŷ)² / Σ w (y - ȳ)², ȳ the mean of the rows scored.",
        remark="; below 0 is worse than their mean",
        higher_is_better=True,
        from_moments=lambda variance, mean, spread: 1.0 - (variance + mean**2) / spread,
        is_share=True,
    ),
    Metric(
        name="median_ae",
        task="regression",
        formula="Median of |y - ŷ|, by weights.",
        remark="; blind to the worst half of the rows",
        of_predictions=median_ae,
        is_rough=True,
    ),
    Metric(
        name="explained_variance",
        task="regression",
        formula="1 - Var(y - ŷ) / Var(y): r2 that forgives a constant error.",
        higher_is_better=True,
        from_moments=lambda variance, mean, spread: 1.0 - variance / spread,  # noqa: ARG005
        is_share=True,
    ),
    Metric(
        name="log_loss",
        task="classification",
        formula="-Σ w log p(the true class) / Σ w, in nats.",
        per_row=log_losses,
        takes_probabilities=True,
    ),
    Metric(
        name="deviance",
        task="classification",
        formula="Twice the log loss.",
        per_row=log_losses,
        factor=2.0,
        takes_probabilities=True,
    ),
    Metric(
        name="brier",
        task="classification",
        formula="Σ w (p - [y is the class])² / Σ w; two classes: of the second one, several: summed over them.",
        per_row=brier_scores,
        takes_probabilities=True,
    ),
    Metric(
        name="roc_auc",
        task="classification",
        formula=(
            "Chance that a row of the class gets the higher probability than a row of another one, ties for half; several "
            "classes: each against the rest, averaged."
        ),
        remark=", 0.5 is chance",
        higher_is_better=True,
        of_predictions=roc_auc,
        is_share=True,
        is_ranking=True,
    ),
    Metric(
        name="average_precision",
        task="classification",
        formula="Σ (recall_k - recall_{k-1}) · precision_k down the ranking.",
        remark=", the class's share is chance",
        higher_is_better=True,
        of_predictions=average_precision,
        is_share=True,
        is_ranking=True,
    ),
    Metric(
        name="accuracy",
        task="classification",
        formula="Share of rows whose most probable class is the true one.",
        higher_is_better=True,
        per_row=hits,
        is_share=True,
    ),
    Metric(
        name="balanced_accuracy",
        task="classification",
        formula="Mean over classes of the share of their rows that are found.",
        higher_is_better=True,
        of_predictions=balanced_accuracy,
        is_share=True,
    ),
    Metric(
        name="f1",
        task="classification",
        formula="2 TP / (2 TP + FP + FN) of the second class; several classes: averaged.",
        higher_is_better=True,
        of_predictions=f1,
        is_share=True,
    ),
    Metric(
        name="ece",
        task="classification",
        formula="Expected calibration error: Σ_bins |Σ w (hit - p)| / Σ w over 15 bins of equal width.",
        remark="; the null model's is 0",
        of_predictions=ece,
        is_share=True,
        takes_probabilities=True,
        null_is_perfect=True,
    ),
)
METRICS = {metric.name: metric for metric in _EVERY}


def metrics_of(task: str) -> dict[str, Metric]:
    """All metrics of a task, by name."""
    return {name: metric for name, metric in METRICS.items() if metric.task == task}


def default_metric(task: str) -> str:
    """What λ is chosen by where nothing is said: mse, or log_loss."""
    return next(iter(metrics_of(task)))
