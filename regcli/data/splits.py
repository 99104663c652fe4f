"""How the rows are used: the holdout first, then the folds of what is left. Drawn once, as scikit-learn draws them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.config.evaluation import NO_OUTER
from regcli.data.folds import GROUPED, make_folds, scheme_of
from regcli.data.holdout import holdout_positions
from regcli.data.types import Splits
from regcli.data.wording import count, listing
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regcli.config import Config
    from regcli.config.evaluation import Cv
    from regcli.data.types import Dataset, Fold
    from regcli.numerics.arrays import IntArray


def split(dataset: Dataset, config: Config) -> Splits:
    """Set the holdout aside and lay out the folds.

    Parameters
    ----------
    dataset : Dataset
    config : Config

    Returns
    -------
    Splits

    Raises
    ------
    DataError
        Where rows, groups or classes do not suffice.
    """
    holdout = holdout_positions(dataset, config.holdout)
    train = np.setdiff1d(np.arange(len(dataset), dtype=np.int64), holdout, assume_unique=True)
    _check_training_rows(dataset, train)
    kind = scheme_of(dataset, config.cv)
    splits = _folded(dataset, train, holdout, kind, config.cv)
    return splits if config.nested is None else _nested(dataset, splits, config.nested.outer, config.cv)


def inner_splits(dataset: Dataset, rows: IntArray, kind: str, cv: Cv) -> Splits:
    """Some of the training rows, those of an outer fold or of a resample, folded as all are; no other row is in any part of it.

    Raises
    ------
    DataError
        Where they do not suffice for that.
    """
    return _folded(dataset, rows, np.empty(0, dtype=np.int64), kind, cv)


def _folded(dataset: Dataset, train: IntArray, holdout: IntArray, kind: str, cv: Cv, key: str = "cv") -> Splits:
    folds, warnings = make_folds(dataset, train, kind, cv, key)
    for fold in folds:
        _check_fold(dataset, fold, kind, key)
    warnings += _thin_folds(dataset, train, kind, len({fold.label for fold in folds}))
    return Splits(train, holdout, folds, _fingerprint(folds, holdout), kind, tuple(warnings))


def _nested(dataset: Dataset, splits: Splits, outer: Cv, cv: Cv) -> Splits:
    """The same with outer folds, each of which has rows enough for folds of its own."""
    kind = outer.kind or (scheme_of(dataset, outer) if splits.kind in NO_OUTER else splits.kind)
    if kind == "predefined" and outer.column is None:
        outer = outer.model_copy(update={"column": cv.column})
    _refuse_leaks(dataset, kind)
    folds = _folded(dataset, splits.train, splits.holdout, kind, outer, "nested.outer").folds
    for fold in folds:
        try:
            inner_splits(dataset, fold.train, splits.kind, cv)
        except DataError as error:
            raise DataError(f"the training rows of outer fold {fold.label} alone: {error.message}", error.hint) from error
    return replace(splits, outer=folds, outer_kind=kind)


def _refuse_leaks(dataset: Dataset, kind: str) -> None:
    """Refuse outer folds whose validation rows the search has seen the like of: their estimate would be no more honest."""
    if dataset.ordered and kind not in {"time_series", "predefined"}:
        raise DataError(
            f"{dataset.source}: nested.outer.kind {kind} would learn from rows that are later than those it is judged on.",
            "Rows in order of time are judged in that order.",
            {"nested.outer.kind": "time_series"},
        )
    if dataset.group is not None and not dataset.ordered and kind not in GROUPED | {"predefined"}:
        raise DataError(
            f"{dataset.source}: nested.outer.kind {kind} would have rows of one group on both sides of an outer fold.",
            "Groups are judged by models that have seen none of their rows.",
            {"nested.outer.kind": "group"},
        )


def _check_training_rows(dataset: Dataset, train: IntArray) -> None:
    y = dataset.y[train]
    if len(train) < 2:
        raise DataError(f"{dataset.source}: the holdout leaves {count(len(train), 'row')} to learn from.", "Hold out fewer rows.")
    absent = _absent(dataset, train)
    if absent:
        raise DataError(
            f"{dataset.source}: {_classes(absent)} {'is' if len(absent) == 1 else 'are'} in the holdout alone.",
            "Hold out other rows, or take the class out of the data.",
        )
    if dataset.task == "regression" and (y == y[0]).all():
        raise DataError(
            f"{dataset.source}: target {dataset.target!r} is {y[0]:g} in all training rows.", "Hold out other rows or fewer."
        )


def _check_fold(dataset: Dataset, fold: Fold, kind: str, key: str) -> None:
    """Refuse folds that nothing can be learnt from or measured on."""
    name = f"{'' if key == 'cv' else 'outer '}fold {fold.label}" + (f" of repeat {fold.repeat}" if fold.repeat else "")
    for part, rows in (("training", fold.train), ("validation", fold.validation)):
        if not len(rows):
            hint = f"Lower {key}.n_splits, choose another {key}.kind, or hold out fewer rows."
            raise DataError(f"{dataset.source}: {name} has no {part} rows.", hint)
        if dataset.weight is not None and not dataset.weight[rows].any():
            raise DataError(f"{dataset.source}: all {part} rows of {name} have weight 0.", "Use other weights or other folds.")
    absent = _absent(dataset, fold.train)
    if absent:
        verb = "does" if len(absent) == 1 else "do"
        raise DataError(
            f"{dataset.source}: {_classes(absent)} {verb} not occur in the training rows of {name}.",
            "A class needs two rows or more, in different folds: "
            + ("take" if kind.startswith("stratified") else f"set {key}.kind: stratified, or take")
            + " rare classes out.",
        )


def _absent(dataset: Dataset, rows: IntArray) -> list[str]:
    """Classes that have no row (or none with a weight) among some rows."""
    if dataset.task == "regression":
        return []
    if dataset.weight is not None:
        rows = rows[dataset.weight[rows] > 0]
    counts = np.bincount(dataset.y[rows].astype(np.int64), minlength=len(dataset.classes))
    return [label for label, n in zip(dataset.classes, counts, strict=True) if not n]


def _classes(labels: list[str]) -> str:
    return f"{'class' if len(labels) == 1 else 'classes'} {listing([repr(label) for label in labels], 5)}"


def _thin_folds(dataset: Dataset, train: IntArray, kind: str, n_splits: int) -> list[str]:
    """Warn of classes with fewer rows than there are folds."""
    if not kind.startswith("stratified") or dataset.task == "regression":
        return []
    counts = np.bincount(dataset.y[train].astype(np.int64), minlength=len(dataset.classes))
    thin = [f"{label!r} ({n})" for label, n in zip(dataset.classes, counts, strict=True) if n < n_splits]
    if not thin:
        return []
    return [f"Classes with fewer rows than the {n_splits} folds: {listing(thin, 5)}; some folds are validated without them."]


def _fingerprint(folds: Iterable[Fold], holdout: IntArray) -> str:
    """SHA-256 over every index of every fold, and the holdout."""
    digest = hashlib.sha256()
    for fold in folds:
        digest.update(f"{fold.repeat}/{fold.label}/{len(fold.train)}/{len(fold.validation)}\n".encode())
        digest.update(fold.train.astype("<i8").data)
        digest.update(fold.validation.astype("<i8").data)
    digest.update(f"holdout/{len(holdout)}\n".encode())
    digest.update(holdout.astype("<i8").data)
    return digest.hexdigest()
