"""What the manifest says of each column: mean, standard deviation, range, missing share, levels."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.types import ColumnProfile

if TYPE_CHECKING:
    from regcli.data.types import FloatArray, TextArray

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
    """

    mean: float
    sd: float
    n_missing: int
    min: float
    max: float


def summary(values: FloatArray) -> Summary:
    """Summarise a contiguous column, shape (n,); made for the usual case in which nothing is missing."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(values.sum())
        n_missing = 0
        if not np.isfinite(total):
            missing = np.isnan(values)
            n_missing = int(missing.sum())
            values = values[~missing]
            total = float(values.sum())
        if not len(values):
            return Summary(np.nan, np.nan, n_missing, np.nan, np.nan)
        mean = total / len(values)
        apart = values - mean
        # numpy's own sum, not BLAS: the same bits whatever the number of threads
        sd = float(np.sqrt(np.square(apart, out=apart).sum() / len(values)))
        return Summary(mean, sd, n_missing, float(values.min()), float(values.max()))


def summaries(numeric: FloatArray) -> list[Summary]:
    """Summarise the columns of a Fortran-ordered matrix (n, q), the same bits as one by one; blocks keep the scratch small."""
    n, q = numeric.shape
    step = max(1, SCRATCH // max(n, 1))
    found: list[Summary] = []
    for j in range(0, q, step):
        rows = numeric[:, j : j + step].T
        with np.errstate(over="ignore", invalid="ignore"):
            mean = rows.sum(axis=1) / n
            apart = rows - mean[:, None]
            sd = np.sqrt(np.square(apart, out=apart).sum(axis=1) / n)
        measured = zip(mean.tolist(), sd.tolist(), rows.min(axis=1).tolist(), rows.max(axis=1).tolist(), rows, strict=True)
        found += [Summary(m, s, 0, low, high) if math.isfinite(m) else summary(row) for m, s, low, high, row in measured]
    return found


def number_profile(name: str, role: str, kind: str, found: Summary, n: int) -> ColumnProfile:
    """Profile of a numeric or boolean column of n rows."""
    mean, sd, low, high = (v if math.isfinite(v) else None for v in (found.mean, found.sd, found.min, found.max))
    return ColumnProfile(name, role, kind, mean, sd, found.n_missing / n, None, low, high)


def text_profile(name: str, role: str, kind: str, cells: TextArray) -> ColumnProfile:
    """Profile of a categorical or text column; running text has no levels worth counting."""
    counts = Counter(cells.tolist())
    missing = counts.pop(None, 0) / len(cells)
    if kind == "text":
        return ColumnProfile(name, role, kind, None, None, missing, None)
    frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ColumnProfile(name, role, kind, None, None, missing, dict(frequent[:MAX_LEVELS]))
