"""The rows kept for the one final test."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.splitters import drawn, drawn_stratified
from regcli.data.wording import count, listing
from regcli.errors import DataError, UsageError
from regcli.wording import same_text

if TYPE_CHECKING:
    from regcli.config.evaluation import Holdout
    from regcli.data.types import Dataset
    from regcli.numerics.arrays import IntArray


def holdout_positions(dataset: Dataset, holdout: Holdout | None) -> IntArray:
    """Positions of the rows held out, ascending; none where the configuration asks for none.

    Raises
    ------
    DataError
        Where that would be no row or every row, or a class is too rare to be split.
    """
    if holdout is None:
        return np.empty(0, dtype=np.int64)
    n = len(dataset)
    if holdout.column is not None:
        rows = _marked(dataset, str(holdout.column), str(holdout.test_value))
    elif holdout.last is not None:
        rows = _last(n, math.ceil(_exact(holdout.last, n)) if isinstance(holdout.last, float) else holdout.last)
    elif holdout.fraction is None:
        raise UsageError("holdout says neither fraction, column nor last.", "Give one of them, or holdout: null.")
    elif dataset.ordered:
        rows = _last(n, math.ceil(_exact(holdout.fraction, n)))
    else:
        rows = _drawn(dataset, holdout.fraction, holdout.seed or 0)
    if not 0 < len(rows) < n:
        raise DataError(
            f"{dataset.source}: the holdout would take {count(len(rows), 'row')} of {n:,}.",
            "Change holdout so that both parts have rows.",
        )
    return np.sort(rows).astype(np.int64)


def _marked(dataset: Dataset, column: str, wanted: str) -> IntArray:
    if dataset.holdout is None:
        raise DataError(
            f"{dataset.source}: holdout.column needs data with named columns.", "Use holdout.fraction or holdout.last."
        )
    values = sorted(set(dataset.holdout.tolist()))
    meant = [value for value in values if same_text(value, wanted)]
    if not meant:
        raise DataError(
            f"{dataset.source}: no row has {wanted!r} in holdout.column {column!r}.",
            f"Its values are {listing([repr(value) for value in values])}.",
        )
    return np.flatnonzero(np.isin(dataset.holdout, meant))


def _last(n: int, wanted: int) -> IntArray:
    return np.arange(max(n - wanted, 0), n)


def _exact(share: float, n: int) -> float:
    """A share of n rows without the dust of binary fractions: 0.07 · 100 is 7, not 7.000000000000001."""
    return round(share * n, 9)


def _drawn(dataset: Dataset, fraction: float, seed: int) -> IntArray:
    """Rows drawn at random: whole groups where there are groups, else stratified for classification."""
    n = len(dataset)
    if dataset.group is None and math.ceil(_exact(fraction, n)) >= n:
        return np.arange(n)  # refused in the words of every other holdout
    try:
        if dataset.group is not None:
            from sklearn.model_selection import GroupShuffleSplit

            splitter = GroupShuffleSplit(1, test_size=fraction, random_state=seed)
            rows: IntArray = next(splitter.split(dataset.y, groups=dataset.group.astype(str)))[1]
            return rows
        if dataset.task == "classification":
            return drawn_stratified(dataset.y.astype(np.int64), fraction, seed)
        return drawn(n, fraction, seed)
    except ValueError as error:
        raise DataError(
            f"{dataset.source}: a holdout of {fraction:g} cannot be drawn: {_first_sentence(error)}.",
            "Change holdout.fraction, take classes with a single row out, or hold out by column.",
        ) from error


def _first_sentence(error: Exception) -> str:
    return str(error).split(". ")[0].rstrip(".")
