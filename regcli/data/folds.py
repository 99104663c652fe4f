"""Cross-validation schemes: one line each in a table, every one of them a splitter of scikit-learn."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.types import Fold
from regcli.data.wording import count
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.config.evaluation import Cv
    from regcli.data.types import Dataset
    from regcli.numerics.arrays import IntArray, TextArray

# Schemes that never separate the rows of a group.
GROUPED = {"group", "stratified_group"}


def scheme_of(dataset: Dataset, cv: Cv) -> str:
    """The scheme asked for, or the one that suits the data: in order of time, whole groups, all classes in every fold."""
    if cv.kind is not None:
        return cv.kind
    if dataset.ordered:
        return "time_series"
    if dataset.group is not None:
        return "stratified_group" if dataset.task == "classification" else "group"
    return "stratified" if dataset.task == "classification" else "kfold"


def make_folds(dataset: Dataset, train: IntArray, kind: str, cv: Cv) -> tuple[tuple[Fold, ...], list[str]]:
    """Fold the training rows.

    Parameters
    ----------
    dataset : Dataset
    train : int64 ndarray
        Positions of the training rows.
    kind : str
        Scheme, as `scheme_of` says.
    cv : Cv

    Returns
    -------
    folds : tuple of Fold
    warnings : list of str

    Raises
    ------
    DataError
        Where there are fewer rows, groups or class members than the scheme needs.
    """
    group = None if dataset.group is None else dataset.group[train]
    _check_numbers(dataset, train, kind, cv, group)
    notes: list[str] = []
    if group is not None and kind not in GROUPED and kind != "predefined":
        notes.append(f"cv.kind {kind} pays no heed to dataset.group: rows of a group may be on both sides of a fold.")
    labels: list[str] | None = None
    if kind == "predefined":
        splitter, labels = _predefined(dataset, train, str(cv.column))
    else:
        splitter = SPLITTERS[kind](cv)
    groups = None if group is None or kind not in GROUPED else group.astype(str)
    y = dataset.y[train]
    try:
        with warnings.catch_warnings():
            # scikit-learn warns of classes with few members; `split` says so in its own words.
            warnings.simplefilter("ignore", UserWarning)
            pairs = list(splitter.split(np.zeros(len(train)), y.astype(np.int64) if dataset.classes else y, groups))
    except ValueError as error:
        reason = str(error).split(". ")[0].rstrip(".")
        raise DataError(
            f"{dataset.source}: {count(len(train), 'training row')} cannot be split by cv.kind {kind}: {reason}.",
            "Lower cv.n_splits, cv.gap or cv.test_size, or choose another cv.kind.",
        ) from error
    per_repeat = len(pairs) // (cv.repeats if kind in {"kfold", "stratified"} else 1)
    folds = tuple(
        Fold(
            repeat=i // per_repeat,
            label=labels[i] if labels else str(i % per_repeat),
            train=np.sort(train[inside]),
            validation=np.sort(train[outside]),
        )
        for i, (inside, outside) in enumerate(pairs)
    )
    return folds, notes


def _kfold(cv: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import KFold, RepeatedKFold

    if cv.repeats > 1:
        return RepeatedKFold(n_splits=cv.n_splits, n_repeats=cv.repeats, random_state=cv.seed)
    return KFold(cv.n_splits, shuffle=cv.shuffle, random_state=_seed(cv))


def _stratified(cv: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold

    if cv.repeats > 1:
        return RepeatedStratifiedKFold(n_splits=cv.n_splits, n_repeats=cv.repeats, random_state=cv.seed)
    return StratifiedKFold(cv.n_splits, shuffle=cv.shuffle, random_state=_seed(cv))


def _group(cv: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import GroupKFold

    # scikit-learn balances the folds' sizes unless told to shuffle, and so do we: the default of cv.shuffle is for the others.
    if cv.shuffle and "shuffle" in cv.model_fields_set:
        return GroupKFold(cv.n_splits, shuffle=True, random_state=cv.seed)
    return GroupKFold(cv.n_splits)


def _stratified_group(cv: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import StratifiedGroupKFold

    return StratifiedGroupKFold(cv.n_splits, shuffle=cv.shuffle, random_state=_seed(cv))


def _time_series(cv: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import TimeSeriesSplit

    return TimeSeriesSplit(cv.n_splits, gap=cv.gap, test_size=cv.test_size, max_train_size=cv.max_train_size)


def _shuffle_split(cv: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import ShuffleSplit

    return ShuffleSplit(cv.n_splits, test_size=cv.test_size, random_state=cv.seed)


def _leave_one_out(_: Cv) -> Any:  # noqa: ANN401
    from sklearn.model_selection import LeaveOneOut

    return LeaveOneOut()


SPLITTERS: dict[str, Callable[[Cv], Any]] = {
    "kfold": _kfold,
    "stratified": _stratified,
    "group": _group,
    "stratified_group": _stratified_group,
    "time_series": _time_series,
    "shuffle_split": _shuffle_split,
    "leave_one_out": _leave_one_out,
}


def _predefined(dataset: Dataset, train: IntArray, column: str) -> tuple[Any, list[str]]:
    """Folds by the cells' texts, by number where all are numbers; rows of fold -1 are never validated, as in scikit-learn."""
    from sklearn.model_selection import PredefinedSplit

    if dataset.fold is None:
        raise DataError(f"{dataset.source}: cv.kind predefined needs a file with named columns.", "Choose another cv.kind.")
    cells = dataset.fold[train]
    values = _sorted_texts(set(cells.tolist()))
    labels = [value for value in values if _number(value) != -1]
    if len(values) < 2 or not labels:
        raise DataError(
            f"{dataset.source}: cv.column {column!r} holds {values[0]!r} alone in the training rows, which makes no folds.",
            "Name a column with at least two different values, or choose another cv.kind.",
        )
    code = dict.fromkeys(values, -1) | {value: i for i, value in enumerate(labels)}
    return PredefinedSplit([code[cell] for cell in cells]), labels


def _check_numbers(dataset: Dataset, train: IntArray, kind: str, cv: Cv, group: TextArray | None) -> None:
    """Refuse more folds than there are rows, groups or members of the largest class."""
    n, k = len(train), cv.n_splits
    needed = {"time_series": k + 1, "shuffle_split": 2, "leave_one_out": 2, "predefined": 2}.get(kind, k)
    if n < needed:
        raise DataError(
            f"{dataset.source}: {count(n, 'training row')} for {count(k, 'fold')} of cv.kind {kind}, which needs {needed:,}.",
            "Lower cv.n_splits, or use more rows.",
        )
    _check_sizes(dataset, n, kind, cv)
    if kind in GROUPED:
        if group is None:
            raise DataError(f"{dataset.source}: cv.kind {kind} needs dataset.group.", "Name the column that holds the groups.")
        n_groups = len(set(group.tolist()))
        if n_groups < k:
            raise DataError(
                f"{dataset.source}: {count(n_groups, 'group')} for {count(k, 'fold')} in the training rows; no group is split.",
                "Lower cv.n_splits to the number of groups at most.",
            )
    if kind.startswith("stratified"):
        if dataset.task == "regression":
            raise DataError(
                f"{dataset.source}: cv.kind {kind} needs classes, but the task is regression.",
                "Use kfold, group or shuffle_split.",
            )
        largest = int(np.bincount(dataset.y[train].astype(np.int64)).max())
        if largest < k:
            raise DataError(
                f"{dataset.source}: no class has as many as {k} training rows, the number of folds.",
                "Lower cv.n_splits, or use kfold.",
            )


def _check_sizes(dataset: Dataset, n: int, kind: str, cv: Cv) -> None:
    """Refuse parts that are larger than the whole of n training rows."""
    rows = count(n, "training row")
    if kind == "shuffle_split" and cv.test_size is not None and cv.test_size >= n:
        raise DataError(
            f"{dataset.source}: cv.test_size is {cv.test_size:,} rows, and there are {rows}.",
            "Lower cv.test_size, or give a share such as 0.2.",
        )
    if kind == "time_series":
        size = int(cv.test_size or n // (cv.n_splits + 1))
        if n - cv.gap - cv.n_splits * size < 1:
            behind = f" behind a gap of {count(cv.gap, 'row')}" if cv.gap else ""
            raise DataError(
                f"{dataset.source}: {rows} cannot give {count(cv.n_splits, 'fold')} of {count(size, 'validation row')}{behind} "
                "and rows to learn from before them.",
                "Lower cv.n_splits, cv.gap or cv.test_size, or use more rows.",
            )


def _seed(cv: Cv) -> int | None:
    """scikit-learn refuses a seed where nothing is shuffled."""
    return cv.seed if cv.shuffle else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _sorted_texts(values: set[str]) -> list[str]:
    numbers = {value: _number(value) for value in values}
    if any(number is None for number in numbers.values()):
        return sorted(values)
    return sorted(values, key=lambda value: (numbers[value] or 0.0, value))
