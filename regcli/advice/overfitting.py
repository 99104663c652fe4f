"""An unpenalised fit with many columns over-fits by a known amount; where it does not, rows know one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.advice.association import level_means, standardised
from regcli.advice.finding import Finding
from regcli.numerals import number

if TYPE_CHECKING:
    from regcli.advice.view import View
    from regcli.data.types import Splits
    from regcli.numerics.arrays import FloatArray, IntArray

# Columns a row from and up to which the amount can be told.
SOME, MANY = 0.1, 0.7
FEWEST, LARGEST = 40, 1000
# Standard errors, and share of the over-fitting that is expected.
ERRORS, SHARE = 3.0, 0.25


def unpenalised(view: View, splits: Splits) -> list[Finding]:
    """Least squares on every fold's training rows: the errors on both sides beside what noise alone would make of them.

    With r columns and n rows the training error is σ²(1 - r/n) and the error on new rows about σ²(1 + r/(n - r - 1)).
    """
    n, p = len(view.rows), len(view.dataset.features.names)
    if n < max(view.n, FEWEST) or not SOME * n <= p <= MANY * n or p > LARGEST or view.series:
        return []
    parts = [X for _, X in view.numbers()] + [level_means(cells, view.outcomes) for _, cells in view.texts("categorical")]
    Z = standardised(np.hstack(parts))
    place = np.full(len(view.dataset), -1)
    place[view.rows] = np.arange(n)
    logs, expected = [], []
    for fold in splits.folds:
        train, outside = place[fold.train], place[fold.validation]
        measured = _errors(Z, view.outcomes, train, outside)
        if measured is None or len(outside) < 2:
            return []
        inner, outer, rank = measured
        rows = len(train) - 1
        if rank < SOME * rows or rank > MANY * rows:
            return []
        logs.append(np.log(outer / inner))
        expected.append(np.log((1.0 + rank / (rows - rank - 1)) / (1.0 - rank / rows)))
    ratio, error = np.array(logs), float(np.std(logs, ddof=1) / np.sqrt(len(logs))) if len(logs) > 1 else np.inf
    mean, awaited = float(ratio.mean()), float(np.mean(expected))
    if mean > SHARE * awaited or mean + ERRORS * error > awaited:
        return []
    found, rule = float(np.exp(mean)), f"about {number(float(np.exp(awaited)))} by chance"
    return [
        Finding(
            "no_overfitting", "leakage", (), "validation error / training error", found, rule,
            f"Without a penalty and with {p:,} columns for {n:,} rows the error on validation rows should be about "
            f"{number(float(np.exp(awaited)))} times that on training rows, and it is {number(found)} times: validation rows seem "
            "to be known from training rows.",
            "Look for rows that repeat others, or belong together (dataset.group).",
        )
    ]  # fmt: skip


def _errors(Z: FloatArray, Y: FloatArray, train: IntArray, outside: IntArray) -> tuple[float, float, int] | None:
    """Mean squared errors of least squares inside and outside, and its rank; None where nothing is left inside."""
    A, B = Z[train], Y[train]
    a, b = A.mean(axis=0), B.mean(axis=0)
    weights, _, rank, _ = np.linalg.lstsq(A - a, B - b, rcond=1e-8)
    inner = float(np.square(B - b - (A - a) @ weights).mean())
    outer = float(np.square(Y[outside] - b - (Z[outside] - a) @ weights).mean())
    if inner <= 1e-12 * float(np.square(B - b).mean()):
        return None
    return inner, outer, int(rank)
