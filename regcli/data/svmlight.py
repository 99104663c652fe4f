"""svmlight files: sparse from end to end."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from regcli.data.columns import numeric_kinds
from regcli.data.profile import MAX_LEVELS, Summary, number_profile, summary
from regcli.data.source import hashing, read_bytes, unpacked
from regcli.data.target import encoded, number_target, task_of
from regcli.data.types import ColumnProfile, Dataset, Features
from regcli.data.wording import count, listing, shown
from regcli.errors import DataError
from regcli.numerics.memory import refuse_beyond_memory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from scipy.sparse import csr_array

    from regcli.config import Config
    from regcli.config.dataset import SvmlightDataset
    from regcli.data.target import Target
    from regcli.numerics.arrays import FloatArray

TARGET = "label"
# Digits of 2³¹, the most that scikit-learn counts to.
LONGEST_INDEX = 10
PAIR = re.compile(r"(\d+):(\S+)")
FORMAT = "Every line is a number, then index:value pairs with rising indices, such as: -1 3:0.5 7:2."


class SparseSource(Protocol):
    """Rows of a sparse matrix."""

    @property
    def name(self) -> str:
        """What they are called in messages."""

    @property
    def X(self) -> csr_array:  # noqa: N802 - a matrix
        """The matrix (n, p)."""

    @property
    def base(self) -> int:
        """What the first column counts as, 0 or 1."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""

    @property
    def sha256(self) -> str:
        """Of what they were read from."""

    def place(self, row: int) -> str:
        """Where a row (counted from 0) stands, in words; may be slow."""


@dataclass(frozen=True, slots=True)
class SvmlightFile:
    """The content of an svmlight file.

    Attributes
    ----------
    name : str
        What it is called in messages.
    X : csr_array (n, p)
    y : ndarray (n,)
    base : int
        The index of the first feature, 0 or 1.
    body : bytes
        The whole text.
    digest : Future of str
        SHA-256 of the file.
    """

    name: str
    X: csr_array
    y: FloatArray
    base: int
    body: bytes
    digest: Future[str]

    @property
    def names(self) -> tuple[str, ...]:
        """``f1``, ``f2``, …, as the file counts."""
        return tuple(f"f{j}" for j in range(self.base, self.base + self.X.shape[1]))

    @property
    def sha256(self) -> str:
        """Of the file."""
        return self.digest.result()

    def goal(self) -> Target:
        """The target of every row: the number that begins its line."""
        return number_target(self.y, TARGET, self.name, self.place)

    def place(self, row: int) -> str:
        """``line 17``: where the row stands in the file."""
        lines = (number for number, text in _rows(self.body) if text)
        return f"line {next(line for i, line in enumerate(lines) if i == row)}"


def read_svmlight(path: Path, n_features: int | None, base: int | None) -> SvmlightFile:
    """Read a file; comments and query ids are passed over.

    Parameters
    ----------
    path : Path
    n_features : int or None
        p, where the file alone does not say it.
    base : {0, 1} or None
        The first index; None takes 0 where the file uses it, else 1, as scikit-learn does.

    Raises
    ------
    DataError
        For malformed lines, with their numbers, for infinite values, and where an index lies outside `n_features`.
    """
    from scipy.sparse import csr_array
    from sklearn.datasets import load_svmlight_file

    raw = read_bytes(path)
    digest = hashing(raw)
    body, name = unpacked(raw, path), shown(path)
    try:
        # Read as counted from 0, so that the base can be told from the indices.
        X, y = load_svmlight_file(io.BytesIO(body), dtype=np.float64, zero_based=True)
    except (ValueError, OverflowError, MemoryError) as error:
        raise _explained(body, name, error) from error
    if not len(y):
        raise DataError(f"{name}: the file has no rows.", FORMAT)
    lowest = int(X.indices.min()) if X.nnz else 1
    if base is None:
        base = min(lowest, 1)
    if lowest < base:
        raise DataError(f"{name}: an index is 0, although indices count from 1.", "Set dataset.zero_based: true.")
    width = X.shape[1] - base
    if n_features is not None and width > n_features:
        raise DataError(
            f"{name}: the highest index is {X.shape[1] - 1}, which is beyond n_features: {n_features}.",
            f"Set dataset.n_features to at least {width}, or leave it out.",
        )
    said = f"n_features: {n_features}" if n_features else f"the highest index is {X.shape[1] - 1}"
    smaller = "Look for a mistyped index (or dataset.n_features), or hash the features into fewer."
    refuse_beyond_memory(f"{name}: {said}", 0, n_features or width, smaller)
    X = narrow(csr_array((X.data, X.indices - base, X.indptr), shape=(len(y), n_features or width)))
    file = SvmlightFile(name, X, y, base, body, digest)
    infinite = np.flatnonzero(np.isinf(X.data))
    if len(infinite):
        row = int(np.searchsorted(X.indptr, infinite[0], side="right")) - 1
        raise DataError(f"{name}: {file.place(row)} has an infinite value.", "Correct it, or take the line out.")
    return file


def narrow(X: csr_array) -> csr_array:
    """The matrix with indices of 32 bits where they suffice: scikit-learn reads wider ones, and its trees take no others."""
    from scipy.sparse import csr_array

    if max(X.nnz, *X.shape) > np.iinfo(np.int32).max:
        return X
    return csr_array((X.data, X.indices.astype(np.int32), X.indptr.astype(np.int32)), shape=X.shape)


def load_svmlight(config: Config) -> Dataset:
    """An svmlight file as a dataset; y is the label, a class or a number."""
    options = cast("SvmlightDataset", config.dataset)
    base = None if options.zero_based == "auto" else 1 - options.zero_based
    file = read_svmlight(options.path, options.n_features, base)
    if file.X.shape[1] == 0:
        raise DataError(f"{file.name}: the file has no features.", FORMAT)
    return sparse_dataset(file, file.goal(), config)


def sparse_dataset(file: SparseSource, target: Target, config: Config) -> Dataset:
    """Rows of a sparse matrix, and their target, as a dataset."""
    task = task_of(target, config.task)
    rows, warnings = complete_rows(file, config.preprocess.missing.strategy)
    keep = np.flatnonzero(rows & ~target.missing)
    if target.missing.any():
        if config.preprocess.missing.strategy == "error":
            raise DataError(
                f"{file.name}: {file.place(int(np.argmax(target.missing)))} has no {target.name}.",
                "Set preprocess.missing to drop, which leaves such rows out.",
                {"preprocess.missing": "drop"},
            )
        warnings.append(f"{count(int(target.missing.sum()), 'row')} without a {target.name} left out.")
    if len(keep) < 2:
        raise DataError(f"{file.name}: {count(len(keep), 'row')} of {len(target.missing):,} can be used.", " ".join(warnings))
    y, classes = encoded(target, task, keep)
    names = file.names
    features = Features(names, numeric_kinds(len(names)), file.X if len(keep) == len(target.missing) else file.X[keep], ())
    if task == "regression":
        own = number_profile(target.name, "target", "numeric", summary(np.asarray(target.numbers)), len(target.missing))
    else:
        counts = np.bincount(y.astype(np.int64), minlength=len(classes))
        levels = {label: int(n) for label, n in sorted(zip(classes, counts, strict=True), key=lambda pair: -pair[1])[:MAX_LEVELS]}
        own = ColumnProfile(target.name, "target", "categorical", None, None, float(target.missing.mean()), levels)
    return Dataset(
        features=features,
        y=y,
        task=task,
        classes=classes,
        weight=None,
        group=None,
        fold=None,
        holdout=None,
        ordered=False,
        row=keep.astype(np.int64),
        target=target.name,
        source=file.name,
        sha256=file.sha256,
        n_source_rows=len(target.missing),
        n_source_columns=len(names) + 1,
        profile=(*profile(file.X, names), own),
        warnings=tuple(warnings),
    )


def complete_rows(file: SparseSource, strategy: str) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], list[str]]:
    """Rows that may be used, shape (n,), under a strategy for missing values (written as nan), and what to say of the others."""
    keep = np.ones(file.X.shape[0], dtype=bool)
    missing = np.flatnonzero(np.isnan(file.X.data))
    if not len(missing) or strategy not in {"error", "drop"}:
        return keep, []
    rows = np.unique(np.searchsorted(file.X.indptr, missing, side="right") - 1)
    if strategy == "error":
        raise DataError(
            f"{file.name}: {count(len(missing), 'value is', 'values are')} missing, the first in {file.place(int(rows[0]))}.",
            "Set preprocess.missing to drop (leaves such rows out), mean, median or most_frequent (fill the gaps in).",
        )
    keep[rows] = False
    return keep, [f"{count(len(rows), 'row')} with missing values left out."]


def profile(X: csr_array, names: Sequence[str]) -> tuple[ColumnProfile, ...]:
    """Moments, range and missing share of every column; what is not stored is 0."""
    n, p = X.shape
    gone = np.isnan(X.data)
    data, columns = np.where(gone, 0.0, X.data), X.indices
    n_gone = np.bincount(columns[gone], minlength=p)
    n_stored = np.bincount(columns, minlength=p) - n_gone
    n_there, n_zero = np.maximum(n - n_gone, 1), n - n_gone - n_stored
    mean = np.bincount(columns, weights=data, minlength=p) / n_there

    def moment(stored: FloatArray, zero: FloatArray, power: int) -> FloatArray:
        return np.asarray((np.bincount(columns, weights=stored**power, minlength=p) + n_zero * zero**power) / n_there)

    sd = np.sqrt(moment(np.where(gone, 0.0, data - mean[columns]), -mean, 2))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        # in units of the SD, so that no power overflows
        stored, zero = np.where(gone, 0.0, (data - mean[columns]) / sd[columns]), -mean / sd
        skewness, kurtosis = moment(stored, zero, 3), moment(stored, zero, 4)
    low, high = np.where(n_zero > 0, 0.0, np.nan), np.where(n_zero > 0, 0.0, np.nan)
    np.fmin.at(low, columns, X.data)
    np.fmax.at(high, columns, X.data)
    measured = zip(*(moments.tolist() for moments in (mean, sd, n_gone, low, high, skewness, kurtosis)), strict=True)
    return tuple(
        number_profile(name, "feature", "numeric", Summary(*each), n) for name, each in zip(names, measured, strict=True)
    )


def _rows(body: bytes) -> list[tuple[int, str]]:
    """Every line's number and its text without the comment."""
    lines = body.decode("utf-8", errors="replace").split("\n")
    return [(number, text.split("#")[0].strip()) for number, text in enumerate(lines, start=1)]


def _explained(body: bytes, name: str, error: Exception) -> DataError:
    """Find the line that scikit-learn could not read."""
    for number, text in _rows(body):
        if not text:
            continue
        wrong = _mistake(text.split())
        if wrong:
            return DataError(f"{name}: line {number}: {wrong}.", FORMAT)
    return DataError(f"{name}: the file cannot be read as svmlight ({error}).", FORMAT)


def _mistake(cells: list[str]) -> str:
    """What is wrong with a line, if anything."""
    if not _is_float(cells[0]):
        return f"the label {cells[0][:40]!r} is not a number"
    previous = -1
    for cell in cells[1:]:
        if cell.startswith("qid:"):
            continue
        pair = PAIR.fullmatch(cell)
        if not pair or not _is_float(pair[2]):
            return f"{cell[:40]!r} is not index:value"
        if len(pair[1]) > LONGEST_INDEX:
            return f"the index {pair[1][:20]}… has {len(pair[1]):,} digits, more than any column has"
        if int(pair[1]) <= previous:
            return f"index {pair[1]} follows {previous}, but indices must rise"
        previous = int(pair[1])
    return ""


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def fitted_base(names: Sequence[str]) -> int:
    """The first index of the features a model was fitted on."""
    return int(names[0][1:])


def same_width(file: SparseSource, names: Sequence[str]) -> tuple[csr_array, list[str]]:
    """The file's columns made to fit a model's: further ones are ignored, absent ones are zero."""
    from scipy.sparse import csr_array

    X, p = file.X, len(names)
    if X.shape[1] <= p:
        return csr_array((X.data, X.indices, X.indptr), shape=(X.shape[0], p)), []
    extra = file.names[p:]
    return X[:, :p], [f"{count(len(extra), 'feature')} unknown to the model ignored: {listing(extra, 6)}."]
