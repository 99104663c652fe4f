"""What Newton steps would still gain in the unpenalised columns: the part of the certificate that a small gradient cannot give.

Two nearly equal columns hide a direction in which every gradient is small and yet much is to be gained. There the Newton
decrement tells: δ² = g'H⁻¹g with the gradient g and the curvature H of the loss over the unpenalised columns and the intercept;
½δ² is what a Newton step promises (Boyd & Vandenberghe, 9.5). H is never formed, since squares would lose just that direction:
with H = A'A the rows of A are reduced to a triangle R, block by block, and δ = |R⁻ᵀg| is taken from R's singular values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

# Numbers in one block of rows.
CELLS = 2_000_000
# Beyond so many coordinates the gradient alone has to do.
MOST = 2000
# What rounding leaves of a gradient of unit columns, as a share of the null residuals: no proof of anything to gain.
ROUNDING = 64 * np.finfo(float).eps


def triangle(X: Matrix, columns: IntArray, center: FloatArray, size: FloatArray, s: FloatArray, *, intercept: bool) -> FloatArray:
    """R with R'R = H, the curvature of squared loss in the coefficients of some columns, that of an intercept first.

    Parameters
    ----------
    X : ndarray or sparse array (n, p)
    columns : int ndarray (u,)
    center, size : ndarray (u,)
        The columns are taken about the one and divided by the other.
    s : ndarray (n,)
        Row weights.
    intercept : bool

    Returns
    -------
    ndarray (r, u + intercept)
    """
    R = np.zeros((0, len(columns) + intercept))
    for rows, z in blocks(X, columns, center, size, s, 1, intercept=intercept):
        R = stacked(R, z * np.sqrt(s[rows])[:, None])
    return R


def blocks(
    X: Matrix, columns: IntArray, center: FloatArray, size: FloatArray, s: FloatArray, outputs: int, *, intercept: bool
) -> Iterator[tuple[IntArray, FloatArray]]:
    """Rows of positive weight, some at a time, and their (x - center) / size, behind a one where there is an intercept."""
    width = len(columns) + intercept
    live = np.flatnonzero(s)
    picked = sparse.csr_array(X[:, columns]) if sparse.issparse(X) else X
    step = max(CELLS // (outputs**2 * width), 2 * width)
    for start in range(0, len(live), step):
        rows = live[start : start + step]
        x = picked[rows].toarray() if sparse.issparse(picked) else picked[np.ix_(rows, columns)]
        x = (x - center) / size
        yield rows, np.column_stack([np.ones(len(x)), x]) if intercept else x


def stacked(R: FloatArray, A: FloatArray) -> FloatArray:
    """The triangle of R with more rows beneath it."""
    return np.asarray(linalg.qr(np.vstack([R, A]), mode="r", check_finite=False)[0][: R.shape[1]])


def decrement(R: FloatArray, gradient: FloatArray, noise: float) -> FloatArray:
    """Newton decrements δ for gradients (L, N) of N coordinates with curvature R'R; (L,).

    Along each singular vector of R counts what the gradient is beyond `noise`: a direction in which the curvature is zero but for
    rounding has a gradient of zero but for rounding.
    """
    _, d, vt = linalg.svd(R, full_matrices=False, check_finite=False)
    beyond = np.maximum(np.abs(gradient @ vt.T) - noise, 0.0)
    # what is left in a direction without any curvature falls for ever
    along = np.divide(beyond, d, out=np.where(beyond > 0, np.inf, 0.0), where=d > 0)
    return np.asarray(np.sqrt((along**2).sum(axis=1)))
