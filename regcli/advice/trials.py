"""Quick cross-validations on few rows: how much an unpenalised fit over-fits, which penalty is ahead, what would bend better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.advice.association import r_squared
from regcli.advice.boosted import boosted
from regcli.advice.finding import Finding
from regcli.beyond import FLAG, buys, is_sure
from regcli.config import changed
from regcli.data.columns import numeric_kinds
from regcli.data.splitters import forward
from regcli.data.types import Features, Fold
from regcli.engine import search
from regcli.errors import RegcliError
from regcli.families import expand
from regcli.noise import paired
from regcli.numerals import count, number, percent
from regcli.plan import make_plan
from regcli.prepare import prepare
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.advice.settle import Settled
    from regcli.advice.view import View
    from regcli.data.types import Dataset, Splits
    from regcli.numerics.arrays import FloatArray, IntArray

# Rows and folds of a trial, λ of a path, columns for degree 2 and for trees, columns for anything.
ROWS, FOLDS, POINTS, SQUARED, TREES, COLUMNS = 1000, 5, 15, 12, 40, 300
# An improvement counts from so many standard errors of the paired difference and this share on.
ERRORS, WORTH = 2.0, 0.05
# A level's average counts as if so many rows of the mean were among its own.
DRAWN = 10.0
# Classes up to which trees are tried.
CLASSES = 3
# What is tried, and what to do where it is better.
BOOSTING = "boosting of small trees"
HINT = (
    f"A sweep with `--penalty all {FLAG}` measures it, with a tree, a forest and boosting beside the penalties; of linear models "
    "preprocess.polynomial: {degree: 2} and logarithms of skewed columns can bend."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a quick cross-validation gave.

    Attributes
    ----------
    metric : str
    n, p : int
        Training rows, and columns of the design.
    validation, train : dict of str to ndarray (folds,)
        At the best point of each penalty; lower is better.
    share_used : dict of str to float
        Of the columns, by the simplest model within one standard error.
    """

    metric: str
    n: int
    p: int
    validation: dict[str, FloatArray]
    train: dict[str, FloatArray]
    share_used: dict[str, float]

    def gap(self, penalty: str) -> float:
        """How much worse validation is than train, relative to train."""
        inside, outside = (float(side[penalty].mean()) for side in (self.train, self.validation))
        return (outside - inside) / inside if inside > 0 else float("inf")

    def ahead(self, a: str, b: str) -> float:
        """By what share penalty a has less error than b; 0 where that may be chance."""
        return better(self.validation[a], self.validation[b])


def better(a: FloatArray, b: FloatArray) -> float:
    """By what share errors a are below errors b, fold by fold; 0 within noise (corrected t of Nadeau & Bengio 2003)."""
    d = b - a
    j = len(d)
    if j < 2 or not np.isfinite(d).all():
        return 0.0
    error = np.sqrt((1.0 / j + 1.0 / max(j - 1, 1)) * d.var(ddof=1))
    return float(d.mean() / b.mean()) if d.mean() > ERRORS * error and b.mean() > 0 else 0.0


def trial(settled: Settled, view: View) -> Trial | None:
    """None, ridge and lasso on some of the training rows; without scores where the columns are too many to be quick."""
    if len(settled.dataset.features.names) > COLUMNS:
        return None
    some = _rows(settled.dataset, settled.splits, view)
    return _searched(settled, some, {"penalty": [{"kind": kind} for kind in ("none", "ridge", "lasso")]})


def _searched(settled: Settled, some: tuple[Dataset, Splits], settings: dict[str, Any]) -> Trial | None:
    dataset, splits = some
    metric = "mse" if settled.dataset.task == "regression" else "log_loss"
    quick: dict[str, Any] = {
        "model.tol": 1e-4,
        "model.max_iter": 1000,
        "lambdas": {"count": POINTS},
        "select": {"metric": metric, "rule": "1se", "metrics": _also(dataset)},
        "holdout": None,
    }
    try:
        prepared = expand(prepare(make_plan(changed(settled.config, quick | settings), dataset, splits)))
        if len(prepared.outputs) > 2 * COLUMNS:
            return Trial(metric, len(splits.train), len(prepared.outputs), {}, {}, {})
        found = search(prepared)
    except RegcliError:
        return None
    names = [path.path.penalty for path in found.paths]
    best = [
        int(np.where(path.usable, summary.validation_mean, np.inf).argmin())
        for path, summary in zip(found.paths, found.summaries, strict=True)
    ]
    usable = [i for i, path in enumerate(found.paths) if path.usable.any()]
    compared = _also(dataset)[0] if _also(dataset) else metric
    p = len(prepared.outputs)
    near = {
        names[i]: float(found.paths[i].n_nonzero[_simplest(found.summaries[i])]) / max(p, 1)
        for i in usable
        if names[i] == "lasso"
    }
    return Trial(
        compared,
        len(splits.train),
        p,
        {names[i]: found.paths[i].validation[compared][:, best[i]] for i in usable},
        {names[i]: found.paths[i].train[compared][:, best[i]] for i in usable},
        near,
    )


def _simplest(summary: Any) -> int:  # noqa: ANN401
    """The strongest point of a path within one standard error of its own best."""
    best = int(summary.validation_mean.argmin())
    return int(np.flatnonzero(summary.validation_mean <= summary.validation_mean[best] + summary.validation_se[best])[0])


def _also(dataset: Dataset) -> list[str]:
    """What trials are compared by, where it is not what λ is chosen by: shares have squared errors whoever says them."""
    return [] if dataset.task == "regression" else ["brier"]


def _rows(dataset: Dataset, splits: Splits, view: View, columns: Sequence[str] | None = None) -> tuple[Dataset, Splits]:
    """A dataset of some training rows, and the first folds among them."""
    rows = np.sort(view.rows if len(view.rows) <= ROWS else view.rows[np.linspace(0, len(view.rows) - 1, ROWS).astype(np.int64)])
    if (view.series or dataset.ordered) and len(view.rows) > ROWS:
        rows = np.sort(view.rows[-ROWS:])
    place = np.full(len(dataset), -1)
    place[rows] = np.arange(len(rows))
    folds = []
    for fold in splits.folds[: FOLDS if len(splits.folds) <= 2 * FOLDS else len(splits.folds)]:
        inside, outside = (part[part >= 0] for part in (place[fold.train], place[fold.validation]))
        if _learnable(dataset.y[rows], inside) and len(outside):
            folds.append(Fold(fold.repeat, fold.label, inside, outside))
    if dataset.ordered:
        folds = [Fold(0, str(k), a, b) for k, (a, b) in enumerate(forward(len(rows), FOLDS, 0, None, None))]
    elif len(folds) < 2 or len(folds) > 2 * FOLDS:
        parts = np.random.default_rng(3).permutation(len(rows)) % FOLDS
        folds = [Fold(0, str(k), np.flatnonzero(parts != k), np.flatnonzero(parts == k)) for k in range(FOLDS)]
    features = dataset.features.take(rows)
    part = replace(
        dataset,
        features=features if columns is None else features.only(columns),
        y=dataset.y[rows],
        row=dataset.row[rows],
        **{
            key: value[rows]
            for key in ("weight", "group", "fold", "holdout", "time")
            if (value := getattr(dataset, key)) is not None
        },
        ids=None if dataset.ids is None else dataset.ids.take(rows),
        warnings=(),
    )
    every = np.arange(len(rows))
    return part, replace(splits, train=every, holdout=every[:0], folds=tuple(folds), warnings=())


def _learnable(y: FloatArray, rows: IntArray) -> bool:
    """Whether rows have all values that classes need, or any spread."""
    return len(rows) > 2 and len(np.unique(y[rows])) > 1


def bends(settled: Settled, view: View, linear: Trial | None) -> list[Finding]:
    """Whether squares and products tell more than straight lines do, and what trees buy."""
    if linear is None or not linear.validation or len(view.rows) < 50:
        return []
    names, X = _columns(view)
    found = []
    reference = min(linear.validation, key=lambda name: float(linear.validation[name].mean()))
    if len(names) >= 2 and not view.is_sparse and not settled.config.preprocess.polynomial:
        found += _degree_two(settled, view, [names[j] for j in range(min(SQUARED, len(names)))])
    if (settled.dataset.task == "regression" or len(settled.dataset.classes) <= CLASSES) and X.shape[1]:
        found += _trees(settled, view, linear, reference)
    return found


def _columns(view: View) -> tuple[list[str], FloatArray]:
    """The columns of numbers that tell most of the target by themselves."""
    names: list[str] = []
    blocks: list[FloatArray] = []
    for some, X in view.numbers(COLUMNS):
        names += some
        blocks.append(X)
    if not names:
        return [], np.zeros((len(view.rows), 0))
    X = np.hstack(blocks)
    best = np.argsort(-r_squared(X, view.outcomes), kind="stable")[:TREES]
    return [names[j] for j in best], X[:, best]


def _degree_two(settled: Settled, view: View, names: list[str]) -> list[Finding]:
    """The same columns with and without squares and products, under ridge."""
    dataset, splits = _rows(settled.dataset, settled.splits, view, names)
    alone = {"penalty": [{"kind": "ridge"}], "preprocess.text": None, "preprocess.dates": None}
    plain, squared = (_searched(settled, (some, splits), alone) for some in (dataset, _with_products(dataset)))
    if plain is None or squared is None or not {"ridge"} <= plain.validation.keys() & squared.validation.keys():
        return []
    gain = better(squared.validation["ridge"], plain.validation["ridge"])
    if gain < WORTH:
        return []
    return [
        Finding(
            "degree_two",
            "model",
            tuple(names),
            f"less {plain.metric}",
            gain,
            f"at most {percent(WORTH)}, and by chance",
            f"Squares and products of {count(len(names), 'column')} take {percent(gain)} of the {_word(plain.metric)} away "
            f"({number(float(squared.validation['ridge'].mean()))} instead of {number(float(plain.validation['ridge'].mean()))}, "
            f"ridge on {count(plain.n, 'row')}).",
            "Let the model bend: preprocess.polynomial: {degree: 2}.",
            {"preprocess.polynomial": {"degree": 2}},
        )
    ]


def _with_products(dataset: Dataset) -> Dataset:
    """Columns of numbers with their squares and products behind them, as `preprocess.polynomial` makes them."""
    X = np.asarray(dataset.features.numeric)
    pairs = list(combinations_with_replacement(range(X.shape[1]), 2))
    names = (*dataset.features.names, *(f"{i} {j}" for i, j in pairs))
    numeric = np.asfortranarray(np.hstack([X, *(X[:, [i]] * X[:, [j]] for i, j in pairs)]))
    return replace(dataset, features=Features(names, numeric_kinds(len(names)), numeric, ()))


def _word(metric: str) -> str:
    return "squared error" if metric in {"mse", "brier"} else metric


def _trees(settled: Settled, view: View, linear: Trial, reference: str) -> list[Finding]:
    dataset, splits = _rows(settled.dataset, settled.splits, view)
    part = replace(view, dataset=dataset, rows=np.arange(len(dataset)))
    names, X = _columns(part)
    outcomes = part.outcomes
    errors = []
    weights = sample_weights(dataset, part.rows)
    for fold in splits.folds:
        levels = [_by_training(cells, outcomes, fold) for _, cells in part.texts("categorical")]
        guess = boosted(np.hstack([X, *levels]), outcomes, fold.train, fold.validation)
        gone = np.square(outcomes[fold.validation] - guess).sum(axis=1)
        errors.append(float(np.average(gone, weights=weights[fold.validation])))
    scores = np.array(errors)
    if len(scores) != len(linear.validation[reference]):
        return []
    found = _bought(scores, linear, reference, splits)
    sure = is_sure(found)
    share = found["gain_relative"]
    return [
        Finding(
            "beyond_linear",
            "model",
            tuple(names),
            f"less {linear.metric}",
            float("nan") if share is None else share,
            "by more than noise",
            f"{buys(found)} {'There are bends, steps or interactions that lines do not follow. ' if sure else ''}"
            f"That is a quick look at {count(linear.n, 'row')}.",
            HINT if sure else "",
        )
    ]


def _bought(scores: FloatArray, linear: Trial, reference: str, splits: Splits) -> dict[str, Any]:
    """Trees beside the best linear model, as the audit `beyond` tells it; lower scores are better."""
    straight = linear.validation[reference]
    sizes = [(len(fold.validation), len(fold.train)) for fold in splits.folds]
    held, kept = np.array(sizes, dtype=np.float64).T
    gain, before = float(straight.mean() - scores.mean()), float(straight.mean())
    test = paired(straight, scores, np.ones(len(scores)), float(held.mean() / kept.mean()))
    p = test.p_value(gain)
    return {
        "gain": gain,
        "gain_relative": gain / before if before else None,
        "p": None if np.isnan(p) else p if gain > 0 else 1.0 - p,
        "level": test.level,
        "metric": linear.metric,
        "linear": reference,
        "linear_mean": before,
        "other": BOOSTING,
        "other_mean": float(scores.mean()),
    }


def _by_training(cells: Any, outcomes: FloatArray, fold: Fold) -> FloatArray:  # noqa: ANN401
    """Levels as what the training rows of the level have on average, drawn towards the mean of all, (n, k).

    The same for the rows that are learnt from: an average without the row's own outcome would tell it, turned round.
    """
    mean = outcomes[fold.train].mean(axis=0)
    sums: dict[Any, FloatArray] = {}
    times: dict[Any, float] = {}
    for cell, y in zip(cells[fold.train].tolist(), outcomes[fold.train], strict=True):
        sums[cell] = sums.get(cell, DRAWN * mean) + y
        times[cell] = times.get(cell, DRAWN) + 1
    return np.array([sums[cell] / times[cell] if cell in sums else mean for cell in cells.tolist()])
