"""An unpenalised fit with many columns over-fits; where it does not, the validation rows are known to it in some other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.advice.association import explained, level_means, predicted, r_squared, random_folds, standardised
from regcli.advice.finding import Finding
from regcli.data.wording import listing
from regcli.numerals import number, percent

if TYPE_CHECKING:
    from regcli.advice.view import View
    from regcli.data.types import Splits
    from regcli.numerics.arrays import FloatArray, IntArray

# Features a row from which an unpenalised fit should do badly; rows, and cells, that are looked at.
MANY, FEWEST, CELLS = 0.1, 40, 400_000
# Share of the target's variance on validation rows that no such fit has by itself.
TOO_GOOD = 0.97
# Validation rows are near a training row at this share of the usual distance; so many of them must be.
NEAR, RATHER = 0.1, 0.2
# The columns that tell most, and how much the others tell of them if all are made of the target.
PARTS, KIN = 5, 0.5
# Folds that are fitted.
FOLDS = 5


def unpenalised(view: View, splits: Splits) -> list[Finding]:
    """Least squares on every fold's training rows that is as good on validation rows as if there were no noise to fit.

    An honest target without much noise is told as well. So a reason is looked for: validation rows that lie next to training
    rows, or columns that share the target among them, each of which the others tell in turn.
    """
    n, p = len(view.rows), len(view.dataset.features.names)
    if n < max(view.n, FEWEST) or p < MANY * n or n * p > CELLS or view.series:
        return []
    parts = [X for _, X in view.numbers()] + [level_means(cells, view.outcomes) for _, cells in view.texts("categorical")]
    Z = standardised(np.hstack(parts))
    place = np.full(len(view.dataset), -1)
    place[view.rows] = np.arange(n)
    pairs = [(place[fold.train], place[fold.validation]) for fold in splits.folds[:FOLDS]]
    share = float(np.mean([_share(Z, view.outcomes, *pair) for pair in pairs]))
    if share < TOO_GOOD:
        return []
    near = float(np.mean([_near(Z, *pair) for pair in pairs]))
    if near >= RATHER:
        why = f"{percent(near)} of the validation rows lie next to a training row, as repetitions do that were changed a little."
        return [_finding(view, share, p, why, "Take repetitions out; or name what such rows share as dataset.group.")]
    names = [name for some, _ in view.numbers() for name in some]
    made = _made_of_the_target(view, Z[:, : len(names)])
    if made:
        of = listing([repr(names[j]) for j in made])
        why = f"The columns that tell most ({of}) are told by the others in turn: each seems to hold a part of the target."
        return [_finding(view, share, p, why, "See where these columns come from; leave out what is not known beforehand.")]
    return []


def _share(Z: FloatArray, Y: FloatArray, train: IntArray, outside: IntArray) -> float:
    """Share of the variance that least squares explains outside; of smallest norm where columns outnumber rows."""
    a, b = Z[train].mean(axis=0), Y[train].mean(axis=0)
    weights = np.linalg.lstsq(Z[train] - a, Y[train] - b, rcond=1e-8)[0]
    return explained(Y[outside], b + (Z[outside] - a) @ weights)


def _near(Z: FloatArray, train: IntArray, outside: IntArray) -> float:
    """Share of the rows outside whose next training row is much nearer than rows usually are."""
    A, B = Z[outside], Z[train]
    square = np.square(A).sum(axis=1)[:, None] + np.square(B).sum(axis=1)[None, :] - 2.0 * A @ B.T
    distance = np.sqrt(np.maximum(square, 0.0))
    return float((distance.min(axis=1) < NEAR * np.median(distance)).mean())


def _made_of_the_target(view: View, X: FloatArray) -> list[int]:
    """The columns that tell most of the target, if all of them are told by the other columns as well."""
    best = np.argsort(-r_squared(X, view.outcomes), kind="stable")[:PARTS]
    folds = random_folds(len(X))
    for j in best:
        others = np.delete(X, j, axis=1)
        if not others.shape[1] or explained(X[:, [j]], predicted(others, X[:, [j]], folds)) < KIN:
            return []
    return sorted(best.tolist())


def _finding(view: View, share: float, p: int, why: str, hint: str) -> Finding:
    return Finding(
        "no_overfitting",
        "leakage",
        (),
        "validation R² without penalty",
        share,
        f"below {number(TOO_GOOD)} with more than {number(MANY)} features a row",
        f"With {p:,} columns for {len(view.rows):,} rows a fit without any penalty should over-fit, and it explains "
        f"{percent(share)} of the variance on validation rows. {why}",
        hint,
    )
