"""A/A: a run against itself, its rows halved at random. Nothing differs but the rows, so that whatever is found is noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.compare.judging import Limits, judge
from regcli.compare.metrics import score_change
from regcli.compare.rows import Mark
from regcli.metrics import METRICS
from regcli.noise import fold_error, unpaired

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.sides import Side
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.scored import Scored

HALVINGS = 200
SEED = 0


@dataclass(frozen=True, slots=True)
class HalvesOf:
    """What comes of comparing random halves, metric by metric.

    Attributes
    ----------
    metric : str
    halvings : int
        Those in which the metric was defined in both halves.
    usual, rare : float
        Median, and 95th percentile, of |difference| as a share of the first half's score.
    beyond_se : int
        How often the difference was larger than one standard error of the first half: what the eye takes for a difference.
    worse, better : int
        How often the comparison said so.
    """

    metric: str
    halvings: int
    usual: float
    rare: float
    beyond_se: int
    worse: int
    better: int


def compare_halves(side: Side, halvings: int = HALVINGS, seed: int = SEED) -> list[HalvesOf]:
    """Halve the run's training rows at random, score both halves fold by fold, compare, and count.

    Parameters
    ----------
    side : Side
    halvings : int
    seed : int
        The same halves for every run with the same rows.
    """
    columns = side.predictions
    here = np.flatnonzero(columns["role"] == "train")
    rows, row = np.unique(columns["row"][here], return_inverse=True)
    labels = np.char.add(np.char.add(columns["repeat"][here].astype(str), " "), columns["fold"][here].astype(str))
    fold = np.unique(labels, return_inverse=True)[1]
    scored = side.scored(here)
    rng = np.random.default_rng(seed)
    asked = list(dict.fromkeys([side.metric, *side.manifest["metrics"]]))
    found: dict[str, list[tuple[float, float, Mark]]] = {name: [] for name in asked}
    for _ in range(halvings):
        in_a = np.zeros(len(rows), dtype=bool)
        in_a[rng.permutation(len(rows))[: len(rows) // 2]] = True
        halves = [list(_folds(scored, fold, in_a[row] == which)) for which in (True, False)]
        for name in asked:
            found[name] += _compared(name, halves, side)
    return [_counted(name, found[name]) for name in asked]


def _folds(scored: Scored, fold: IntArray, keep: BoolArray) -> Iterator[Scored]:
    """The kept rows, fold by fold; folds without any are left out."""
    for k in range(int(fold.max()) + 1):
        rows = keep & (fold == k)
        if rows.any():
            yield scored.at(rows)


def _compared(name: str, halves: list[list[Scored]], side: Side) -> Iterator[tuple[float, float, Mark]]:
    """Relative difference, difference in standard errors of the first half, and what a comparison says; none where undefined."""
    scores: list[FloatArray] = [np.array([float(METRICS[name](part)) for part in half]) for half in halves]
    weights = [np.array([part.weight.sum() for part in half]) for half in halves]
    if not all(np.isfinite(values).all() and len(values) > 1 for values in scores):
        return
    a, b = (float(np.average(values, weights=weight)) for values, weight in zip(scores, weights, strict=True))
    ratio = side.fold_ratio
    test = unpaired(scores[0], weights[0], ratio, scores[1], weights[1], ratio)
    (row,) = judge([score_change(name, name, name, (a, b), test)], Limits(0.0))
    error, _ = fold_error(scores[0], weights[0], ratio)
    yield abs(b - a) / abs(a) if a else np.nan, abs(b - a) / error if error else np.nan, row.mark


def _counted(name: str, found: list[tuple[float, float, Mark]]) -> HalvesOf:
    shares = np.array([share for share, _, _ in found if np.isfinite(share)])
    usual, rare = np.quantile(shares, [0.5, 0.95]).tolist() if len(shares) else (np.nan, np.nan)
    marks = [mark for _, _, mark in found]
    beyond = sum(errors > 1 for _, errors, _ in found)
    return HalvesOf(name, len(found), usual, rare, beyond, marks.count(Mark.WORSE), marks.count(Mark.BETTER))
