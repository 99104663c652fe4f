"""What the columns are like: how many there are, how alike, how skewed, how rare their levels; and the classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.advice.association import standardised
from regcli.advice.finding import Finding
from regcli.data.kinds import RARE_ROWS
from regcli.data.wording import listing
from regcli.numerals import count, number, percent

if TYPE_CHECKING:
    from regcli.advice.view import View
    from regcli.config import Config
    from regcli.data.types import Splits
    from regcli.numerics.arrays import FloatArray

# Features for a row; correlations; variance inflation; condition index of columns of unit length (Belsley 1980).
FEATURES_A_ROW, RELATED, INFLATED, INDEX = 0.1, 0.7, 10.0, 30.0
# Columns that are compared with each other, and rows for which a column's inflation can be told.
MOST = 1500
# Skewness and its noise, ratio of spreads, share of the rarest class.
SKEWED, ERRORS, SPREADS, RARE_CLASS = 2.0, 5.0, 10.0, 0.1


@dataclass(frozen=True, slots=True)
class Alike:
    """How collinear the columns of numbers are.

    Attributes
    ----------
    share : float
        Of the columns with a correlation beyond `RELATED` to another one.
    largest : float
        Absolute correlation of a pair.
    """

    share: float
    largest: float


def collinearity(view: View) -> tuple[list[Finding], Alike]:
    """Pairs of columns that say nearly the same, and columns that others add up to."""
    if view.is_sparse:
        return [], Alike(0.0, 0.0)
    names: list[str] = []
    blocks: list[FloatArray] = []
    for some, X in view.numbers(MOST):
        names += some
        blocks.append(X)
    p = len(names)
    if p < 2:
        return [], Alike(0.0, 0.0)
    X = np.hstack(blocks)
    Z = standardised(X)
    R = Z.T @ Z
    np.fill_diagonal(R, 0.0)
    size = np.abs(R)
    best = size.max(axis=1)
    alike = Alike(float((best > RELATED).mean()), float(best.max()))
    found = []
    if alike.largest > RELATED:
        a, b = divmod(int(np.triu(size).argmax()), p)
        pairs = int((np.triu(size) > RELATED).sum())
        found.append(
            Finding(
                "related_pairs",
                "columns",
                (names[a], names[b]),
                "largest |r|",
                alike.largest,
                f"at most {number(RELATED)}",
                f"{count(pairs, 'pair')} of columns {'is' if pairs == 1 else 'are'} strongly related, most of all "
                f"{names[a]!r} and "
                f"{names[b]!r} (r = {number(float(R[a, b]))}); {percent(alike.share)} of the columns are in such a pair. "
                "Coefficients of such columns are told apart badly, and a lasso takes one of them nearly at random.",
                "Ridge or an elastic net shares the weight among them.",
            )
        )
    return [*found, *_inflation(names, X, Z)], alike


def _inflation(names: list[str], X: FloatArray, Z: FloatArray) -> list[Finding]:
    """Variance inflation and condition index, where rows outnumber columns far enough."""
    n, p = Z.shape
    live = np.flatnonzero(np.abs(Z).max(axis=0) > 0)
    if p > 300 or n < 2 * p or len(live) < 2:
        return []
    found = []
    values, vectors = np.linalg.eigh(Z[:, live].T @ Z[:, live])
    kept = np.maximum(values, len(live) * 1e-14)
    vif = (np.square(vectors) / kept).sum(axis=1)
    inflated = np.flatnonzero(vif > INFLATED)
    if len(inflated):
        worst = sorted(inflated, key=lambda j: -vif[j])
        of = listing([f"{names[live[j]]!r} ({number(float(vif[j]))})" for j in worst], 4)
        found.append(
            Finding(
                "variance_inflation",
                "columns",
                tuple(names[live[j]] for j in worst),
                "largest VIF",
                float(vif.max()),
                f"at most {number(INFLATED)}",
                f"{count(len(inflated), 'column')} of {count(len(live))} {'is' if len(inflated) == 1 else 'are'} nearly a sum of "
                f"others (variance inflation): {of}.",
                "A penalty keeps their coefficients in bounds; without one they cannot be interpreted.",
            )
        )
    known = np.where(np.isnan(X), 0.0, X)
    unit = np.column_stack([np.ones(n), known[:, live]])
    length = np.sqrt(np.square(unit / np.abs(unit).max(axis=0)).sum(axis=0)) * np.abs(unit).max(axis=0)
    spectrum = np.linalg.svd(unit / length, compute_uv=False)
    index = float(spectrum[0] / max(spectrum[-1], spectrum[0] * 1e-16))
    if index > INDEX:
        found.append(
            Finding(
                "condition_index",
                "columns",
                (),
                "condition index",
                index,
                f"at most {number(INDEX)}",
                f"The condition index of the columns in unit length is {number(index)}: small changes of the data "
                "make large ones "
                "of unpenalised coefficients.",
                "A ridge part in the penalty (ridge, elasticnet) steadies them.",
            )
        )
    return found


def size(n: int, p: int) -> list[Finding]:
    """Features for each training row."""
    if p <= FEATURES_A_ROW * n:
        return []
    more = "more features than rows" if p >= n else f"{count(p, 'feature')} for {count(n, 'training row')}"
    return [
        Finding(
            "few_rows",
            "rows",
            (),
            "features / rows",
            p / n,
            f"at most {number(FEATURES_A_ROW)}",
            f"There are {more} ({number(p / n)} a row): without a penalty the model fits noise.",
            "A lasso or an elastic net leaves out what it can.",
        )
    ]


def spread(view: View, config: Config) -> list[Finding]:
    """Columns with a long tail, and columns in very different units that nobody scales."""
    if view.is_sparse:  # most cells are zeros: every column has a long tail, and means to
        return []
    skewed: list[tuple[float, str]] = []
    sds: list[tuple[float, str]] = []
    for names, X in view.numbers():
        there = ~np.isnan(X)
        known = there.sum(axis=0)
        with np.errstate(all="ignore"):
            z = np.where(there, X - np.where(there, X, 0.0).sum(axis=0) / known, 0.0)
            sd = np.sqrt(np.square(z).sum(axis=0) / known)
            skew = ((z / sd) ** 3).sum(axis=0) / known
        several = np.array([len(np.unique(x[:50])) > 3 for x in X.T], dtype=bool)
        tail = several & (np.abs(skew) > SKEWED) & (np.abs(skew) > ERRORS * np.sqrt(6.0 / np.maximum(known, 1)))
        skewed += [(float(abs(skew[j])), names[j]) for j in np.flatnonzero(tail)]
        sds += [(float(sd[j]), names[j]) for j in np.flatnonzero(sd > 0)]
    found = []
    if skewed:
        skewed.sort(reverse=True)
        of = listing([f"{name!r} ({number(value)})" for value, name in skewed], 4)
        found.append(
            Finding(
                "skewed_columns",
                "columns",
                tuple(name for _, name in skewed),
                "largest |skewness|",
                skewed[0][0],
                f"at most {number(SKEWED)}",
                f"{count(len(skewed), 'column')} with a long tail (skewness): {of}. A few rows weigh most in them.",
                "Take their logarithm before, or scale by quartiles: preprocess.scale: robust.",
            )
        )
    if config.preprocess.scale == "none" and sds and max(sds)[0] > SPREADS * min(sds)[0]:
        (large, wide), (small, narrow) = max(sds), min(sds)
        found.append(
            Finding(
                "unscaled",
                "columns",
                (wide, narrow),
                "largest SD / smallest",
                large / small,
                f"at most {number(SPREADS)}",
                f"Columns are not scaled, and the SD of {wide!r} is {number(large / small)} times that of {narrow!r}: a penalty "
                "holds down whatever is in small units.",
                "Scale them: preprocess.scale: standard.",
                {"preprocess.scale": "standard"},
            )
        )
    return found


def target(view: View, config: Config) -> list[Finding]:
    """A numeric target with a long tail; classes of which one is rare."""
    name = view.dataset.target
    if not view.is_regression:
        share = np.bincount(view.y.astype(np.int64), minlength=len(view.dataset.classes)) / len(view.rows)
        if share.min() >= RARE_CLASS or config.model.class_weight is not None:
            return []
        rare = view.dataset.classes[int(share.argmin())]
        return [
            Finding(
                "imbalance",
                "target",
                (),
                "share of the rarest class",
                float(share.min()),
                f"at least {percent(RARE_CLASS)}",
                f"Class {rare!r} of {name} has {percent(float(share.min()))} of the rows: a model that never says it is right in "
                f"{percent(1 - float(share.min()))} of them.",
                "Judge by roc_auc or average_precision (select.metrics). Where finding the class matters more than honest "
                "probabilities, weigh it: model.class_weight: balanced.",
                {"select.metrics": ["roc_auc", "average_precision", "brier"]},
            )
        ]
    y = view.y
    z = (y - y.mean()) / (y.std() or 1.0)
    skew = float((z**3).mean())
    if skew <= max(SKEWED / 2, ERRORS * np.sqrt(6.0 / len(y))) or y.min() <= 0 or config.preprocess.target in {"log", "log1p"}:
        return []
    logs = np.log(y)
    after = float((((logs - logs.mean()) / logs.std()) ** 3).mean())
    if abs(after) > skew / 2:
        return []
    return [
        Finding(
            "skewed_target",
            "target",
            (),
            "skewness",
            skew,
            f"at most {number(SKEWED / 2)}",
            f"{name} has a long tail (skewness {number(skew)}, of its logarithm {number(after)}): squared errors are "
            "mostly those of "
            "a few rows.",
            "If relative errors matter, preprocess.target: log fits and scores the logarithm.",
        )
    ]


def rare_levels(view: View, splits: Splits, config: Config) -> list[Finding]:
    """Categories with few rows, each of which becomes a column."""
    features, rare = view.dataset.features, list[tuple[int, str, int]]()
    if config.preprocess.categorical.min_frequency is not None:
        return []
    for name, cells in zip(features.text_names, features.texts, strict=True):
        if features.kinds[features.names.index(name)] != "categorical":
            continue
        times = np.unique(np.array([str(c) for c in cells[splits.train].tolist()]), return_counts=True)[1]
        few = int((times < RARE_ROWS).sum())
        if few > 1:
            rare.append((few, name, len(times)))
    if not rare:
        return []
    rare.sort(key=lambda entry: -entry[0])
    of = listing([f"{name!r} ({few} of {all_})" for few, name, all_ in rare], 4)
    total = sum(few for few, _, _ in rare)
    return [
        Finding(
            "rare_levels",
            "columns",
            tuple(name for _, name, _ in rare),
            "levels",
            float(total),
            f"in fewer than {RARE_ROWS} rows: none",
            f"{count(total, 'level')} {'has' if total == 1 else 'have'} fewer than {RARE_ROWS} rows each: {of}. Their "
            "coefficients "
            "rest on next to nothing, and folds lack some of them.",
            f"Combine them: preprocess.categorical.min_frequency: {RARE_ROWS}.",
            {"preprocess.categorical.min_frequency": RARE_ROWS},
        )
    ]
