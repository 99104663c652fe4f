"""The scale on which a numeric target is fitted and scored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.errors import DataError

if TYPE_CHECKING:
    from regcli.data.types import Dataset
    from regcli.numerics.arrays import FloatArray

# preprocess.target -> function and inverse (numpy's, which a saved model may name), what it needs, and what that is called
SCALES = {
    "log": (np.log, np.exp, 0.0, "above 0"),
    "log1p": (np.log1p, np.expm1, -1.0, "above -1"),
}


def fitted_scale(kind: str) -> str | None:
    """The name of the scale, or None where the target is fitted as it is."""
    return kind if kind in SCALES else None


def to_scale(kind: str, y: FloatArray) -> FloatArray:
    """Values as they are fitted and scored; (n,). What has no logarithm becomes NaN or -inf."""
    if kind not in SCALES:
        return y
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(SCALES[kind][0](y))


def on_scale(dataset: Dataset, kind: str) -> Dataset:
    """The dataset with its target as it is fitted and scored.

    Raises
    ------
    DataError
        Where a value has no logarithm.
    """
    if kind not in SCALES:
        return dataset
    _, _, least, words = SCALES[kind]
    bad = np.flatnonzero(~(dataset.y > least))
    if len(bad):
        first = int(bad[0])
        more = f", and {len(bad) - 1} more like it" if len(bad) > 1 else ""
        other = "log1p" if kind == "log" and (dataset.y > SCALES["log1p"][2]).all() else "none"
        raise DataError(
            f"{dataset.source}: preprocess.target: {kind} needs values {words}, but target {dataset.target!r} is "
            f"{dataset.y[first]:g} in row {dataset.row[first]} (counted from 0){more}.",
            f"Correct the cell, or set preprocess.target: {other}.",
            {"preprocess.target": other},
        )
    return replace(dataset, y=to_scale(kind, dataset.y))
