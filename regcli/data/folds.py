"""Cross-validation schemes: one line each in a table, every one of them drawing the rows that scikit-learn's splitter draws."""

from __future__ import annotations

import warnings
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data import splitters
from regcli.data.types import Fold
from regcli.data.wording import count
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from regcli.config.evaluation import Cv
    from regcli.data.splitters import Pair
    from regcli.data.types import Dataset
    from regcli.numerics.arrays import FloatArray, IntArray, TextArray

    # Class numbers, or the numeric target.
    Labels = FloatArray | IntArray

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


def make_folds(dataset: Dataset, train: IntArray, kind: str, cv: Cv, key: str = "cv") -> tuple[tuple[Fold, ...], list[str]]:
    """Fold the training rows.

    Parameters
    ----------
    dataset : Dataset
    train : int64 ndarray
        Positions of the training rows.
    kind : str
        Scheme, as `scheme_of` says.
    cv : Cv
    key : str
        Where it stands in the configuration, for messages.

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
    _check_numbers(dataset, train, kind, cv, key, group)
    notes: list[str] = []
    if group is not None and kind not in GROUPED and kind != "predefined":
        notes.append(f"{key}.kind {kind} pays no heed to dataset.group: rows of a group may be on both sides of a fold.")
    labels: list[str] | None = None
    y = dataset.y[train].astype(np.int64) if dataset.classes else dataset.y[train]
    try:
        with warnings.catch_warnings():
            # scikit-learn warns of classes with few members; `split` says so in its own words.
            warnings.simplefilter("ignore", UserWarning)
            if kind == "predefined":
                fold, labels = _predefined(dataset, train, str(cv.column))
                pairs = list(splitters.by_fold(fold))
            else:
                pairs = list(SCHEMES[kind](cv, y, group))
    except ValueError as error:
        reason = str(error).split(". ")[0].rstrip(".")
        raise DataError(
            f"{dataset.source}: {count(len(train), 'training row')} cannot be split by {key}.kind {kind}: {reason}.",
            f"Lower {key}.n_splits, {key}.gap or {key}.test_size, or choose another {key}.kind.",
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


def _kfold(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:  # noqa: ARG001
    return _repeated(cv, lambda random: splitters.kfold(len(y), cv.n_splits, random))


def _stratified(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:  # noqa: ARG001
    return _repeated(cv, lambda random: splitters.stratified(y, cv.n_splits, random))


def _repeated(cv: Cv, draw: Callable[[splitters.Random | None], IntArray]) -> Iterable[Pair]:
    """Repeats go on with the same random numbers and are shuffled always, as in `RepeatedKFold`."""
    random = np.random.RandomState(cv.seed) if cv.shuffle or cv.repeats > 1 else None
    return chain.from_iterable(splitters.by_fold(draw(random)) for _ in range(cv.repeats))


def _group(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:
    from sklearn.model_selection import GroupKFold

    # scikit-learn balances the folds' sizes unless told to shuffle, and so do we: the default of cv.shuffle is for the others.
    shuffle = cv.shuffle and "shuffle" in cv.model_fields_set
    splitter = GroupKFold(cv.n_splits, shuffle=shuffle, random_state=cv.seed if shuffle else None)
    found: Iterable[Pair] = splitter.split(y, y, _texts(group))
    return found


def _stratified_group(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(cv.n_splits, shuffle=cv.shuffle, random_state=cv.seed if cv.shuffle else None)
    found: Iterable[Pair] = splitter.split(y, y, _texts(group))
    return found


def _time_series(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:  # noqa: ARG001
    size = None if cv.test_size is None else int(cv.test_size)
    return splitters.forward(len(y), cv.n_splits, cv.gap, size, cv.max_train_size)


def _shuffle_split(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:  # noqa: ARG001
    return splitters.shuffled(len(y), cv.n_splits, cv.test_size, np.random.RandomState(cv.seed))


def _leave_one_out(cv: Cv, y: Labels, group: TextArray | None) -> Iterable[Pair]:  # noqa: ARG001
    return splitters.by_fold(np.arange(len(y)))


# kind -> (settings, target or class numbers of the training rows, their groups) -> positions among them, fold by fold
SCHEMES: dict[str, Callable[[Cv, Labels, TextArray | None], Iterable[Pair]]] = {
    "kfold": _kfold,
    "stratified": _stratified,
    "group": _group,
    "stratified_group": _stratified_group,
    "time_series": _time_series,
    "shuffle_split": _shuffle_split,
    "leave_one_out": _leave_one_out,
}


def _predefined(dataset: Dataset, train: IntArray, column: str) -> tuple[IntArray, list[str]]:
    """Folds by the cells' texts, by number where all are numbers; rows of fold -1 are never validated, as in scikit-learn."""
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
    return np.array([code[cell] for cell in cells]), labels


def _check_numbers(dataset: Dataset, train: IntArray, kind: str, cv: Cv, key: str, group: TextArray | None) -> None:
    """Refuse more folds than there are rows, groups or members of the largest class."""
    n, k = len(train), cv.n_splits
    needed = {"time_series": k + 1, "shuffle_split": 2, "leave_one_out": 2, "predefined": 2}.get(kind, k)
    if n < needed:
        raise DataError(
            f"{dataset.source}: {count(n, 'training row')} for {count(k, 'fold')} of {key}.kind {kind}, which needs {needed:,}.",
            f"Lower {key}.n_splits, or use more rows.",
        )
    _check_sizes(dataset, n, kind, cv, key)
    if kind in GROUPED:
        if group is None:
            raise DataError(f"{dataset.source}: {key}.kind {kind} needs dataset.group.", "Name the column that holds the groups.")
        n_groups = len(set(group.tolist()))
        if n_groups < k:
            raise DataError(
                f"{dataset.source}: {count(n_groups, 'group')} for {count(k, 'fold')} in the training rows; no group is split.",
                f"Lower {key}.n_splits to the number of groups at most.",
            )
    if kind.startswith("stratified"):
        if dataset.task == "regression":
            raise DataError(
                f"{dataset.source}: {key}.kind {kind} needs classes, but the task is regression.",
                "Use kfold, group or shuffle_split.",
            )
        largest = int(np.bincount(dataset.y[train].astype(np.int64)).max())
        if largest < k:
            raise DataError(
                f"{dataset.source}: no class has as many as {k} training rows, the number of folds.",
                f"Lower {key}.n_splits, or use kfold.",
            )


def _check_sizes(dataset: Dataset, n: int, kind: str, cv: Cv, key: str) -> None:
    """Refuse parts that are larger than the whole of n training rows."""
    rows = count(n, "training row")
    if kind == "shuffle_split" and cv.test_size is not None and cv.test_size >= n:
        raise DataError(
            f"{dataset.source}: {key}.test_size is {cv.test_size:,} rows, and there are {rows}.",
            f"Lower {key}.test_size, or give a share such as 0.2.",
        )
    if kind == "time_series":
        size = int(cv.test_size or n // (cv.n_splits + 1))
        if n - cv.gap - cv.n_splits * size < 1:
            behind = f" behind a gap of {count(cv.gap, 'row')}" if cv.gap else ""
            raise DataError(
                f"{dataset.source}: {rows} cannot give {count(cv.n_splits, 'fold')} of {count(size, 'validation row')}{behind} "
                "and rows to learn from before them.",
                f"Lower {key}.n_splits, {key}.gap or {key}.test_size, or use more rows.",
            )


def _texts(group: TextArray | None) -> Any:  # noqa: ANN401
    return None if group is None else group.astype(str)


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
