"""Rows of scores: every metric in validation, in the refit and on the holdout, and the gaps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.compare.noise import Test, over_rows, paired, unpaired
from regcli.compare.rows import Mark, Row, number, same
from regcli.scoring import HIGHER_IS_BETTER, METRICS, metrics_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.compare.sides import Pair, Side
    from regcli.data.types import FloatArray

SECTION = "Scores"


def metric_rows(pair: Pair) -> Iterator[Row]:
    """All scores; those the runs were asked for stand first, the others are minor."""
    asked = list(dict.fromkeys([*pair.a.manifest["metrics"], *pair.b.manifest["metrics"]]))
    names = list(dict.fromkeys([*asked, *metrics_of(pair.a.manifest["task"])]))
    for name in names:
        minor = name not in asked
        test = _over_folds(pair, name, "validation")
        yield _row(pair, "validation", name, test, minor=minor)
        yield _row(pair, "holdout", name, _on_holdout(pair, name), minor=minor)
        # how well a model fits its own rows says little; it is judged by the noise of validation
        yield _row(pair, "refit", name, test, minor=True)
        yield _gap_row(pair, name, minor=minor or name != pair.a.metric)
        if name == pair.a.metric:
            yield _relative_gap(pair, name)


def _row(pair: Pair, part: str, metric: str, test: Test | None, *, minor: bool) -> Row:
    values = [_score(side, part, metric) for side in (pair.a, pair.b)]
    return _marked(f"{part}.{metric}", f"{part} {metric}", values, test, higher_is_better=metric in HIGHER_IS_BETTER, minor=minor)


def _score(side: Side, part: str, metric: str) -> float | None:
    block = side.metrics[part]
    return None if block is None else block.get(metric)


def _marked(name: str, label: str, values: list[float | None], test: Test | None, *, higher_is_better: bool, minor: bool) -> Row:
    """A row whose change is held against noise."""
    a, b = values
    x, y = number(a), number(b)
    if same(a, b):
        return Row(name, SECTION, label, a, b, Mark.SAME, minor=minor or x is None)
    if x is None or y is None:
        mark = Mark.NEW if x is None else Mark.GONE
        return Row(name, SECTION, label, a, b, mark, note=f"undefined or absent in {'A' if x is None else 'B'}", minor=minor)
    worsening = x - y if higher_is_better else y - x
    mark, note = (Mark.NOT_COMPARABLE, "") if test is None else test.mark(worsening)
    return Row(name, SECTION, label, a, b, mark, note=note, minor=minor)


def _over_folds(pair: Pair, metric: str, part: str) -> Test:
    """Noise of a mean over folds."""
    return _test(pair, *(side.by_fold(part, metric) for side in (pair.a, pair.b)))


def _test(pair: Pair, a: FloatArray, b: FloatArray) -> Test:
    if pair.same_folds and len(a) == len(b):
        return paired(a, b, pair.a.fold_weight, _ratio(pair.a))
    return unpaired(a, pair.a.fold_weight, _ratio(pair.a), b, pair.b.fold_weight, _ratio(pair.b))


def _ratio(side: Side) -> float:
    """Validation rows over training rows of a fold, on average."""
    folds = side.metrics["folds"]
    return float(np.mean(folds["n_validation"]) / np.mean(folds["n_train"]))


def _on_holdout(pair: Pair, metric: str) -> Test | None:
    if any(side.metrics["holdout"] is None for side in (pair.a, pair.b)):
        return None
    a, b = pair.a.holdout, pair.b.holdout
    return over_rows(_scorer(pair.a, metric), len(a.y), _scorer(pair.b, metric), len(b.y), same_rows=pair.same_holdout)


def _scorer(side: Side, metric: str) -> Callable[[FloatArray], float]:
    d = side.holdout

    def on(keep: FloatArray) -> float:
        part = replace(d, y=d.y[keep], mean=d.mean[keep], weight=d.weight[keep])
        return float(METRICS[metric](part))

    return on


def _gaps(side: Side, metric: str) -> FloatArray:
    """Gap fold by fold, > 0 is over-fitted."""
    difference = side.by_fold("validation", metric) - side.by_fold("train", metric)
    return -difference if metric in HIGHER_IS_BETTER else difference


def _gap_row(pair: Pair, metric: str, *, minor: bool) -> Row:
    values = [side.metrics["gap"].get(metric) for side in (pair.a, pair.b)]
    test = _test(pair, _gaps(pair.a, metric), _gaps(pair.b, metric))
    return _marked(f"gap.{metric}", f"gap {metric}", values, test, higher_is_better=False, minor=minor)


def _relative_gap(pair: Pair, metric: str) -> Row:
    """The gap of the selection's metric, divided by |train|."""
    values: list[float | None] = []
    relative = []
    for side in (pair.a, pair.b):
        gap, train = number(side.metrics["gap"].get(metric)), number(side.metrics["train"].get(metric))
        values.append(None if gap is None or not train else gap / abs(train))
        with np.errstate(divide="ignore", invalid="ignore"):
            relative.append(_gaps(side, metric) / np.abs(side.by_fold("train", metric)))
    return _marked("gap.relative", f"gap {metric} / |train|", values, _test(pair, *relative), higher_is_better=False, minor=False)
