"""What the data stage hands on: a dataset, and how its rows are split."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_array

    from regcli.numerics.arrays import FloatArray, IntArray, TextArray

type_of_column = Literal["numeric", "boolean", "categorical", "text", "date"]

Task = Literal["regression", "classification"]


@dataclass(frozen=True, slots=True)
class Features:
    """The input columns of n rows, in file order; roles (target, weight, …) are not among them.

    Attributes
    ----------
    names : tuple of str
        Every input column, in file order (p_in names).
    kinds : tuple of str
        For each input column ``numeric``, ``boolean`` (held as 0/1 among the numeric ones), ``categorical``, ``text`` or
        ``date``.
    numeric : ndarray (n, p_num) or csr_array (n, p_num)
        The numeric and boolean columns in file order, float64; NaN is a missing value. A dense array is Fortran-contiguous
        and belongs to the dataset alone: where all rows are used it is the array the file was read into, and whoever wants
        the design may take views of it without a copy, but not write to it.
    texts : tuple of object ndarray (n,)
        The categorical, text and date columns in file order; each cell a str, or None where missing. Dates are ISO texts, with
        a time of day (``2024-05-31T18:00:00``) where any of the column's cells has one.
    """

    names: tuple[str, ...]
    kinds: tuple[type_of_column, ...]
    numeric: FloatArray | csr_array
    texts: tuple[TextArray, ...]

    @property
    def numeric_names(self) -> tuple[str, ...]:
        """Names of the columns of `numeric`, in order."""
        return tuple(n for n, k in zip(self.names, self.kinds, strict=True) if k in {"numeric", "boolean"})

    @property
    def text_names(self) -> tuple[str, ...]:
        """Names of the entries of `texts`, in order."""
        return tuple(n for n, k in zip(self.names, self.kinds, strict=True) if k in {"categorical", "text", "date"})

    def take(self, rows: IntArray) -> Features:
        """The same columns for some of the rows (positions, any order)."""
        numeric = self.numeric[rows] if not isinstance(self.numeric, np.ndarray) else _rows_of(self.numeric, rows)
        return Features(self.names, self.kinds, numeric, tuple(t[rows] for t in self.texts))

    def only(self, names: Sequence[str]) -> Features:
        """Some of the columns, in the order in which they stand."""
        wanted = set(names)
        if wanted >= set(self.names):
            return self
        numbers = [j for j, name in enumerate(self.numeric_names) if name in wanted]
        kept = [i for i, name in enumerate(self.names) if name in wanted]
        return Features(
            tuple(self.names[i] for i in kept),
            tuple(self.kinds[i] for i in kept),
            self.numeric[:, numbers],
            tuple(text for name, text in zip(self.text_names, self.texts, strict=True) if name in wanted),
        )

    def __len__(self) -> int:
        return int(self.numeric.shape[0])


def _rows_of(matrix: FloatArray, rows: IntArray) -> FloatArray:
    """Some rows of a Fortran-ordered matrix, Fortran-ordered again: column by column, so that no second copy is made."""
    out: FloatArray = np.empty((len(rows), matrix.shape[1]), order="F")
    for j in range(matrix.shape[1]):
        out[:, j] = matrix[rows, j]
    return out


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What the manifest says of one column of the source, role columns included.

    Attributes
    ----------
    name : str
    role : str
        ``feature``, ``target``, ``weight``, ``group``, ``time``, ``user``, ``item``, ``fold`` or ``holdout``.
    type : str
        ``numeric``, ``boolean``, ``categorical``, ``text`` or ``date``; ``time`` for the dates of a column in that role.
    mean, sd : float or None
        Of the non-missing values; SD with 1/n. None for text.
    missing : float
        Share of cells that are missing, 0 to 1.
    levels : dict of str to int, or None
        Level counts of a categorical column (the 1,000 most frequent ones); None for numbers.
    min, max : float or None
        Of the non-missing values; None for text.
    skewness, kurtosis : float or None
        Third and fourth standardised moment of the non-missing values (0 and 3 for normal ones); None where the SD is 0, or for
        text.
    """

    name: str
    role: str
    type: str
    mean: float | None
    sd: float | None
    missing: float
    levels: dict[str, int] | None
    min: float | None = None
    max: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows ready to be split: in file order, or in time order where the dataset has a time column.

    Attributes
    ----------
    features : Features
        Input columns, n rows. Lags and rolling means have been added here already.
    y : ndarray (n,)
        Regression: float64 values. Classification: float64 class indices 0 … K-1 into `classes`.
    task : {"regression", "classification"}
    classes : tuple of str
        Class labels in sorted order (numerically where all are numbers); empty for regression.
    weight : ndarray (n,) or None
        Sample weights, >= 0; None where every row counts one.
    group, fold, holdout : object ndarray (n,) of str, or None
        The cells' texts of dataset.group, of cv.column and of holdout.column.
    ordered : bool
        True where dataset.time is given: rows then stand in time order.
    row : int64 ndarray (n,)
        Row number of each row in the file, counted from 0 behind the header.
    target : str
        Name of the target column.
    source : str
        What the data are called in messages: the path as the user gave it, or the builtin's name.
    sha256 : str
        Of the file's bytes; for generated and bundled data of the arrays' bytes.
    n_source_rows, n_source_columns : int
        Shape of the source before rows and columns were left out.
    profile : tuple of ColumnProfile
        One entry per column of the source that is used in some role.
    warnings : tuple of str
        What the user should know (rows dropped, columns that look like identifiers, …).
    read : dict or None
        How the file was read, by the keys of ``dataset.read``; None where the source says that itself.
    notation : dict
        The part of it that is not as usual, by which new rows must be read too.
    asked : frozenset of str
        The keys of ``dataset.read`` that were configured; the others were found out.
    time : ndarray (n,) or None
        Of dataset.time: numbers, or dates as seconds since 1970; None where the rows have no time.
    ids : Features or None
        Of ratings: who has rated and what is rated, two columns of text (dataset.user, dataset.item), which are no input columns.
    """

    features: Features
    y: FloatArray
    task: Task
    classes: tuple[str, ...]
    weight: FloatArray | None
    group: TextArray | None
    fold: TextArray | None
    holdout: TextArray | None
    ordered: bool
    row: IntArray
    target: str
    source: str
    sha256: str
    n_source_rows: int
    n_source_columns: int
    profile: tuple[ColumnProfile, ...]
    warnings: tuple[str, ...]
    read: JsonDict | None = None
    notation: JsonDict = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    time: FloatArray | None = None
    ids: Features | None = None

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True, slots=True)
class Fold:
    """One appearance of cross-validation.

    Attributes
    ----------
    repeat : int
        From 0.
    label : str
        ``0``, ``1``, … or the text of the predefined column.
    train, validation : int64 ndarray
        Positions in the dataset's rows, ascending.
    """

    repeat: int
    label: str
    train: IntArray
    validation: IntArray


@dataclass(frozen=True, slots=True)
class Splits:
    """How the rows are used.

    Attributes
    ----------
    train : int64 ndarray
        Positions of the rows that may be learnt from, ascending.
    holdout : int64 ndarray
        Positions of the rows kept for the one final test, ascending; empty where there is none.
    folds : tuple of Fold
        Materialised once; every fold's indices are a part of `train`.
    sha256 : str
        Over the full train and validation indices of all folds, and the holdout.
    kind : str
        The cross-validation scheme in force (defaults resolved).
    warnings : tuple of str
    outer : tuple of Fold
        The outer folds of a nested cross-validation; empty where none is asked for.
    outer_kind : str or None
        Their scheme.
    """

    train: IntArray
    holdout: IntArray
    folds: tuple[Fold, ...]
    sha256: str
    kind: str
    warnings: tuple[str, ...]
    outer: tuple[Fold, ...] = ()
    outer_kind: str | None = None

    @property
    def leave_one_out(self) -> bool:
        """Every row is validated once, on its own."""
        return self.kind == "leave_one_out"


JsonDict = dict[str, Any]
