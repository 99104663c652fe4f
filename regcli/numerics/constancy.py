"""When a column of numbers is constant: the one rule, for scaling, for solvers, and for the certificate.

Numbers that are meant to be equal differ in their last digits, 1e-16 of their size; a column that varies by less than `CONSTANT`
of its size has too few digits left to be told from one of these. It carries nothing: an SD of zero says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray, Matrix

# A column is constant where its SD is no more than this share of its root mean square.
CONSTANT = 1e-12
# A variance below this share of the mean square has lost its digits to cancellation and is taken again from the rows.
CANCELLED = 1e-8
# Numbers worked on at a time, few enough to stay in the processor's cache.
CELLS = 200_000


def is_constant(sd: FloatArray, mean: FloatArray) -> BoolArray:
    """Whether columns with these SDs and means are constant but for rounding; what overflows is not."""
    return np.asarray((sd <= CONSTANT * np.hypot(mean, sd)) & np.isfinite(sd))


def spreads(X: Matrix, s: FloatArray, mean: FloatArray) -> FloatArray:
    """SDs (1/n) of the columns about their means, (p,); 0 marks a constant.

    Parameters
    ----------
    X : ndarray or sparse array (n, p)
    s : ndarray (n,)
        Row weights that sum to one.
    mean : ndarray (p,)
        Means with these weights.
    """
    variance = np.empty(X.shape[1])
    if sparse.issparse(X):
        square = np.asarray(X.multiply(X).T @ s)
        variance = np.maximum(square - mean**2, 0.0)
        for j in np.flatnonzero(variance <= CANCELLED * square):
            variance[j] = s @ (X[:, [j]].toarray()[:, 0] - mean[j]) ** 2
    else:
        step = max(1, CELLS // max(len(s), 1))
        for start in range(0, X.shape[1], step):
            part = X[:, start : start + step] - mean[start : start + step]
            variance[start : start + step] = s @ (part * part)
    sd = np.sqrt(variance)
    return np.where(is_constant(sd, mean), 0.0, sd)
