"""Some training rows, as the looks want them: few enough to be looked at quickly, and never one that is held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.advice.association import autocorrelation, is_sorted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.data.types import Dataset, Splits
    from regcli.numerics.arrays import FloatArray, IntArray, TextArray

# Rows that are looked at; columns of numbers that are held at a time.
MOST_ROWS, CELLS = 3000, 2_000_000
# Neighbouring rows may be alike where their targets' correlation is beyond so many standard errors, and so large.
ERRORS, ALIKE = 2.5, 0.2


@dataclass(frozen=True, slots=True)
class View:
    """Some training rows.

    Attributes
    ----------
    dataset : Dataset
    rows : int ndarray (m,)
        Positions in the dataset, ascending: a draw of the training rows, or a stretch of them where neighbours are alike.
    n : int
        Number of all training rows.
    series : bool
        Neighbouring rows have like targets: what looks like an association may be a common trend.
    """

    dataset: Dataset
    rows: IntArray
    n: int
    series: bool

    @classmethod
    def of(cls, dataset: Dataset, splits: Splits, most: int = MOST_ROWS) -> View:
        """The rows to look at: all training rows where they are few.

        Neighbours are those of the file, or of the time. A file that is sorted by its target is no series.
        """
        train = splits.train
        ordered = train if dataset.ordered else train[np.argsort(dataset.row[train], kind="stable")]
        y = dataset.y[ordered]
        alike = autocorrelation(y) if dataset.task == "regression" else 0.0
        series = not is_sorted(y) and alike > max(ALIKE, ERRORS / np.sqrt(len(y)))
        if len(train) <= most:
            return cls(dataset, ordered, len(train), series)
        if series or dataset.ordered:
            return cls(dataset, ordered[-most:], len(train), series)
        drawn = np.random.default_rng(0).choice(len(ordered), most, replace=False)
        return cls(dataset, ordered[np.sort(drawn)], len(train), series)

    @property
    def y(self) -> FloatArray:
        """The target, or class numbers, shape (m,)."""
        return np.asarray(self.dataset.y[self.rows])

    @property
    def is_regression(self) -> bool:
        """Whether the target is a number."""
        return self.dataset.task == "regression"

    @property
    def is_sparse(self) -> bool:
        """Whether most numbers are zeros that nobody has written down."""
        return bool(sparse.issparse(self.dataset.features.numeric))

    @property
    def outcomes(self) -> FloatArray:
        """The target as columns (m, k): y itself, or a column of zeros and ones for each class (for two: one)."""
        if self.is_regression:
            return self.y[:, None]
        k = len(self.dataset.classes)
        return np.asarray(self.y[:, None] == np.arange(1 if k == 2 else 0, k)[None, :], dtype=np.float64)

    def numbers(self, at_most: int | None = None) -> Iterator[tuple[tuple[str, ...], FloatArray]]:
        """Columns of numbers, some at a time: names and an array (m, q); NaN where missing.

        Parameters
        ----------
        at_most : int, optional
            Stop after so many columns.
        """
        features = self.dataset.features
        names, step = features.numeric_names, max(1, CELLS // max(1, len(self.rows)))
        stop = len(names) if at_most is None else min(at_most, len(names))
        chosen: Any = sparse.csc_array(features.numeric[self.rows]) if self.is_sparse else features.numeric
        for start in range(0, stop, step):
            part = slice(start, min(start + step, stop))
            block = chosen[:, part]
            dense = block.toarray() if sparse.issparse(block) else np.asarray(block)[self.rows]
            yield names[part], np.asarray(dense, dtype=np.float64)

    def column(self, name: str) -> FloatArray:
        """One column of numbers, shape (m,)."""
        j = self.dataset.features.numeric_names.index(name)
        numeric: Any = self.dataset.features.numeric
        if sparse.issparse(numeric):
            return np.asarray(numeric[self.rows][:, [j]].toarray()[:, 0])
        return np.asarray(numeric[self.rows, j])

    def texts(self, *kinds: str) -> Iterator[tuple[str, TextArray]]:
        """Columns of text of some kinds: name and cells (m,), None where missing."""
        features = self.dataset.features
        kind = dict(zip(features.names, features.kinds, strict=True))
        for name, cells in zip(features.text_names, features.texts, strict=True):
            if kind[name] in kinds:
                yield name, cells[self.rows]
