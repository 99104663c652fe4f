"""What the manifest says of each column: moments, range, missing share, levels."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.types import ColumnProfile

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, TextArray

MAX_LEVELS = 1000
# Numbers that are worked on at a time: what fits into the processor's cache.
SCRATCH = 1 << 17


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one column of numbers.

    Attributes
    ----------
    mean, sd : float
        Of the values that are there, SD with 1/n; NaN where there is none, not finite where a value is infinite.
    n_missing : int
    min, max : float
        NaN where there is no value.
    skewness, kurtosis : float
        Third and fourth standardised moment; not finite where the SD is 0 or not finite.
    """

    mean: float
    sd: float
    n_missing: int
    min: float
    max: float
    skewness: float
    kurtosis: float


def summary(values: FloatArray) -> Summary:
    """Summarise a contiguous column, shape (n,); made for the usual case in which nothing is missing."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(values.sum())
    n_missing = 0
    if not np.isfinite(total):
        missing = np.isnan(values)
        n_missing = int(missing.sum())
        values = values[~missing]
    if not len(values):
        return Summary(np.nan, np.nan, n_missing, *[np.nan] * 4)
    mean, sd, skewness, kurtosis = (float(moment[0]) for moment in _moments(values[None, :]))
    return Summary(mean, sd, n_missing, float(values.min()), float(values.max()), skewness, kurtosis)


def _moments(rows: FloatArray) -> tuple[FloatArray, ...]:
    """Mean, SD, skewness and kurtosis of each of q contiguous rows of n values; (q,) each.

    numpy's own sums, not BLAS: the same bits whatever the number of threads.
    """
    n = rows.shape[1]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        mean = rows.sum(axis=1) / n
        apart = rows - mean[:, None]
        squares = np.square(apart)
        sd = np.sqrt(squares.sum(axis=1) / n)
        # in units of the SD, so that no power overflows
        apart /= sd[:, None]
        np.square(apart, out=squares)
        skewness = np.multiply(apart, squares, out=apart).sum(axis=1) / n
        kurtosis = np.square(squares, out=squares).sum(axis=1) / n
    return mean, sd, skewness, kurtosis


def summaries(numeric: FloatArray) -> list[Summary]:
    """Summarise the columns of a Fortran-ordered matrix (n, q), the same bits as one by one; blocks keep the scratch small."""
    n, q = numeric.shape
    step = max(1, SCRATCH // max(n, 1))
    found: list[Summary] = []
    for j in range(0, q, step):
        rows = numeric[:, j : j + step].T
        mean, sd, skewness, kurtosis = _moments(rows)
        columns = mean, sd, rows.min(axis=1), rows.max(axis=1), skewness, kurtosis
        for row, (m, s, *rest) in zip(rows, np.column_stack(columns).tolist(), strict=True):
            found.append(Summary(m, s, 0, *rest) if math.isfinite(m) else summary(row))
    return found


def number_profile(name: str, role: str, kind: str, found: Summary, n: int) -> ColumnProfile:
    """Profile of a numeric or boolean column of n rows."""
    mean, sd, low, high, skewness, kurtosis = (
        value if math.isfinite(value) else None
        for value in (found.mean, found.sd, found.min, found.max, found.skewness, found.kurtosis)
    )
    return ColumnProfile(name, role, kind, mean, sd, found.n_missing / n, None, low, high, skewness, kurtosis)


def text_profile(name: str, role: str, kind: str, cells: TextArray) -> ColumnProfile:
    """Profile of a categorical or text column; running text has no levels worth counting."""
    counts = Counter(cells.tolist())
    missing = counts.pop(None, 0) / len(cells)
    if kind in {"text", "date"}:
        return ColumnProfile(name, role, kind, None, None, missing, None)
    frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ColumnProfile(name, role, kind, None, None, missing, dict(frequent[:MAX_LEVELS]))
