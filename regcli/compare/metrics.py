"""Rows of scores: every metric in validation, in the refit and on the holdout, and the gaps.

Four families are judged, each by itself: the metric of the selection in validation, on which the verdict rests; the other scores
that the runs were asked for, corrected together; the gaps; and what nobody asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.compare.judging import Change, judge
from regcli.compare.rows import Mark, number
from regcli.metrics import METRICS, metrics_of
from regcli.noise import Test, over_rows, paired, unpaired
from regcli.scoring import gap, score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.compare.rows import Row
    from regcli.compare.sides import Pair, Side
    from regcli.numerics.arrays import FloatArray
    from regcli.scored import Scored

SECTION = "Scores"
AT_SELECTED = "for the two models as they were selected"


def metric_rows(pair: Pair) -> Iterator[Row]:
    """All scores; those the runs were asked for stand first, the others are minor."""
    main, asked = pair.a.metric, pair.asked
    changes: list[tuple[str, Change]] = []
    for name in dict.fromkeys([*asked, *metrics_of(pair.a.manifest["task"])]):
        family = "asked for" if name in asked else "the rest"
        test = over_folds(pair, name)
        validation = _score_change(pair, "validation", name, test, minor=name not in asked)
        if name == main:
            best = _at_best(pair, name)
            # what the rule chose is tested, not what the recipe can do: that stands in the next row, where it is another point
            changes.append(("the verdict", validation if best.minor else replace(validation, remark=AT_SELECTED)))
            changes.append(("best", best))
        else:
            changes.append((family, validation))
        changes.append((family, _score_change(pair, "holdout", name, _on_holdout(pair, name), minor=name not in asked)))
        # how well a model fits its own rows says little; it is judged by the noise of validation
        changes.append(("the rest", _score_change(pair, "refit", name, test, minor=True)))
        changes.append(("gaps" if name == main else "the rest", _gap(pair, name, minor=name != main)))
        if name == main:
            changes.append(("gaps", _relative_gap(pair, name)))
    judged = {
        row.name: row
        for family in dict.fromkeys(family for family, _ in changes)
        for row in judge([change for of, change in changes if of == family], pair.limits)
    }
    yield from (judged[change.name] for _, change in changes)


def score_change(
    name: str, label: str, metric: str, values: tuple[float | None, float | None], test: Test, *, minor: bool = False
) -> Change:
    """The change of a metric, with its direction and its size.

    Parameters
    ----------
    name, label : str
        As of a row.
    metric : str
    values : tuple
        A's and B's.
    test : Test
        Noise of their difference.
    minor : bool
        Shown only when all rows are asked for.
    """
    up, down = (Mark.BETTER, Mark.WORSE) if METRICS[metric].higher_is_better else (Mark.WORSE, Mark.BETTER)
    a, b = values
    return Change(name, SECTION, label, a, b, test, up, down, _size(metric, values), _magnitude(a), minor=minor)


def _size(metric: str, values: tuple[float | None, float | None]) -> float:
    own = max((abs(x) for x in map(number, values) if x is not None), default=0.0)
    return max(1.0, own) if METRICS[metric].is_share else own


def _magnitude(value: float | None) -> float | None:
    x = number(value)
    return abs(x) if x else None


def _score_change(pair: Pair, part: str, metric: str, test: Test, *, minor: bool) -> Change:
    values = _score(pair.a, part, metric), _score(pair.b, part, metric)
    return score_change(f"{part}.{metric}", f"{part} {metric}", metric, values, test, minor=minor)


def _score(side: Side, part: str, metric: str) -> float | None:
    block = side.metrics[part]
    return None if block is None else block.get(metric)


def _at_best(pair: Pair, metric: str) -> Change:
    """Both runs at the best point of their grids: what the recipes can do, whatever the rule made of it."""
    points = [side.best(metric) for side in (pair.a, pair.b)]
    test = _test(pair, *(point.by_fold for point in points))
    label = f"validation {metric} at the best {pair.strength}"
    known = all(point.is_selected for point in points)
    return score_change(f"best.{metric}", label, metric, (points[0].mean, points[1].mean), test, minor=known)


def over_folds(pair: Pair, metric: str) -> Test:
    """Noise of a mean over folds; folds of one row each have no score of their own, there it is that of all rows together."""
    a, b = (side.by_fold("validation", metric) for side in (pair.a, pair.b))
    if not (np.isnan(a).all() and np.isnan(b).all()):
        return _test(pair, a, b)
    pooled = [side.scored(np.flatnonzero(side.predictions["role"] == "train")) for side in (pair.a, pair.b)]
    (one, n), (other, m) = ((score_of(d, metric), len(d.y)) for d in pooled)
    how = f"{n} rows left out one at a time"
    return replace(over_rows(one, n, other, m, same_rows=pair.same_folds), how=how)


def score_of(d: Scored, metric: str) -> Callable[[Any], float]:
    """The score of some of the rows, undefined where the metric is."""

    def on(keep: Any) -> float:  # noqa: ANN401 - positions kept, as a mask or as indices
        return float(score(d.at(keep), [metric])[metric])

    return on


def _test(pair: Pair, a: FloatArray, b: FloatArray) -> Test:
    if pair.same_folds and len(a) == len(b):
        return paired(a, b, pair.a.fold_weight, pair.a.fold_ratio)
    return unpaired(a, pair.a.fold_weight, pair.a.fold_ratio, b, pair.b.fold_weight, pair.b.fold_ratio)


def _on_holdout(pair: Pair, metric: str) -> Test:
    if any(side.metrics["holdout"] is None for side in (pair.a, pair.b)):
        return Test(float("nan"), 0, "one holdout")
    a, b = pair.a.holdout, pair.b.holdout
    return over_rows(score_of(a, metric), len(a.y), score_of(b, metric), len(b.y), same_rows=pair.same_holdout)


def _gaps(side: Side, metric: str) -> FloatArray:
    """Gap fold by fold, > 0 is over-fitted."""
    return gap(side.by_fold("train", metric), side.by_fold("validation", metric), metric)


def _gap(pair: Pair, metric: str, *, minor: bool) -> Change:
    """A gap is no score: a model that is worse everywhere may have the smaller one."""
    a, b = (side.metrics["gap"].get(metric) for side in (pair.a, pair.b))
    test = _test(pair, _gaps(pair.a, metric), _gaps(pair.b, metric))
    validation = _score(pair.a, "validation", metric), _score(pair.b, "validation", metric)
    size, base = _size(metric, validation), _magnitude(validation[0])
    return Change(f"gap.{metric}", SECTION, f"gap {metric}", a, b, test, Mark.LARGER, Mark.SMALLER, size, base, minor=minor)


def _relative_gap(pair: Pair, metric: str) -> Change:
    """The gap of the selection's metric, divided by |train|."""
    values: list[float | None] = []
    relative = []
    for side in (pair.a, pair.b):
        own, train = number(side.metrics["gap"].get(metric)), number(side.metrics["train"].get(metric))
        values.append(None if own is None or not train else own / abs(train))
        with np.errstate(divide="ignore", invalid="ignore"):
            relative.append(_gaps(side, metric) / np.abs(side.by_fold("train", metric)))
    a, b = values
    size = 1.0 + max((abs(v) for v in values if v is not None), default=0.0)
    label = f"gap {metric} / |train|"
    return Change("gap.relative", SECTION, label, a, b, _test(pair, *relative), Mark.LARGER, Mark.SMALLER, size, 1.0)
