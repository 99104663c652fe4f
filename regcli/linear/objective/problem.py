"""One training set as the solvers see it: a design, a target, weights that sum to one, and a loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.objective.losses import LOSSES, Loss
from regcli.numerics.constancy import CELLS, CONSTANT, is_constant, spreads
from regcli.numerics.matrix import Affine, Design, as_design

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

# A column whose mean is below this share of its size is centred but for rounding.
CENTRED = 1e-14


@dataclass(frozen=True, slots=True)
class Problem:
    """Data of one fit. With an intercept the columns are centred: dense ones in place, sparse ones by algebra.

    Centring moves nothing but the intercept, which is not penalised; it keeps Gram matrices accurate where columns have
    large offsets. `uncentre` gives the intercept for the columns as they came.

    Attributes
    ----------
    design : ndarray (n, p), csc_array (n, p), or Affine (n, p)
        Dense: Fortran order, centred where `intercept`. Sparse: as it came. A view of the dataset's rows: centred likewise.
    y : ndarray (n,)
        Target as it came: values, or class indices.
    Y : ndarray (n, K)
        Target in the loss's own shape.
    s : ndarray (n,)
        Row weights, sample × class, summing to one.
    weight_sum : float
        S, the sum of the weights before they were divided by it.
    loss : Loss
    intercept : bool
    center : ndarray (p,)
        Weighted column means of the columns as they came; zeros without an intercept.
    rms : ndarray (p,)
        Weighted root mean squares of the (centred) columns; 0 marks a column that carries nothing.
    null_intercept : ndarray (K,)
        Linear predictor of the model without columns.
    null_rms : ndarray (K,)
        Root mean square of the null residuals y - μ0; where they are rounding alone (a constant target), that of the target.
    """

    design: Matrix | Affine
    y: FloatArray
    Y: FloatArray
    s: FloatArray
    weight_sum: float
    loss: Loss
    intercept: bool
    center: FloatArray
    rms: FloatArray
    null_intercept: FloatArray
    null_rms: FloatArray

    @classmethod
    def build(cls, X: Matrix, y: FloatArray, weights: FloatArray | None, loss: str, *, intercept: bool) -> Problem:
        """Centre, weigh and measure a training set.

        Parameters
        ----------
        X : ndarray (n, p), overwritten by its centred self where `intercept`; or csc_array
        y : ndarray (n,)
            Values, or class indices 0 … K-1.
        weights : ndarray (n,) or None
            Sample × class weights.
        loss : {"squared", "logistic", "multinomial"}
        intercept : bool
        """
        s = np.ones(X.shape[0]) if weights is None else weights
        s = s / s.sum()
        if sparse.issparse(X):
            center = np.asarray(X.T @ s) if intercept else np.zeros(X.shape[1])
            rms = spreads(X, s, center) if intercept else np.sqrt(np.asarray(X.multiply(X).T @ s))
        else:
            center, rms = _centred(X, s, intercept=intercept)
        return cls.measured(X, (center, rms), y, weights, loss, intercept=intercept)

    @classmethod
    def measured(
        cls,
        design: Matrix | Affine,
        columns: tuple[FloatArray, FloatArray],
        y: FloatArray,
        weights: FloatArray | None,
        loss: str,
        *,
        intercept: bool,
    ) -> Problem:
        """The same of a design whose columns' centres and root mean squares, both (p,), are known."""
        weights = np.ones(len(y)) if weights is None else weights
        total = float(weights.sum())
        s, the_loss = weights / total, LOSSES[loss]
        Y = the_loss.outputs(y)
        null_intercept, null_rms = null_model(the_loss, Y, s, intercept=intercept)
        return cls(design, y, Y, s, total, the_loss, intercept, *columns, null_intercept, null_rms)

    def narrow(self, columns: IntArray) -> Problem:
        """The same problem with some of the columns."""
        return replace(self, design=self.design[:, columns], center=self.center[columns], rms=self.rms[columns])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows n, columns p, outputs K."""
        return self.design.shape[0], self.design.shape[1], self.Y.shape[1]

    @property
    def X(self) -> Matrix:  # noqa: N802
        """The design as an array; of a view one is made, and kept, when somebody first wants it whole."""
        return self.design.array if isinstance(self.design, Affine) else self.design

    @property
    def matrix(self) -> Design:
        """The design behind the interface that all have."""
        return as_design(self.design)

    @property
    def is_sparse(self) -> bool:
        """Whether the columns are sparse, and so centred by algebra."""
        return self.matrix.is_sparse

    @property
    def scale(self) -> FloatArray:
        """Unit of the gradient per column and output, (p, K): column rms × null residuals' rms; inf where it is zero."""
        unit = self.rms[:, None] * self.null_rms
        return np.where(unit > 0, unit, np.inf)

    def dot(self, coef: FloatArray, columns: IntArray | None = None) -> FloatArray:
        """X b for coefficients (p, K), or (len(columns), K) of some columns; shape (n, K)."""
        X, center = (self.design, self.center) if columns is None else (self.design[:, columns], self.center[columns])
        product = as_design(X).dot(coef)
        return product - center @ coef if self.is_sparse else product

    def tdot(self, rows: FloatArray) -> FloatArray:
        """Σ_i s_i x_i r_i for rows r (n, K); shape (p, K)."""
        weighted = self.s[:, None] * rows
        product = self.matrix.tdot(weighted)
        if self.is_sparse:
            product -= np.outer(self.center, weighted.sum(axis=0))
        return product

    def gram(self, left: IntArray, right: IntArray, h: FloatArray) -> FloatArray:
        """Σ_i h_i x_il x_ir for two lists of columns; shape (len(left), len(right)), dense."""
        product = self.matrix.gram(left, right, h)
        if self.is_sparse:
            product -= np.outer(self.center[left], self.X[:, right].T @ h)
            product -= np.outer(self.column_sums(left, h), self.center[right])
        return product

    def column_sums(self, columns: IntArray, h: FloatArray) -> FloatArray:
        """Σ_i h_i x_ij for some columns; shape (len(columns),)."""
        sums = as_design(self.design[:, columns]).tdot(h)
        return sums - self.center[columns] * h.sum() if self.is_sparse else sums

    def objective(self, eta: FloatArray) -> float:
        """Σ s_i ℓ(y_i, η_i)."""
        return float(self.s @ self.loss.value(self.Y, eta))

    def residual(self, eta: FloatArray) -> FloatArray:
        """Y - μ(η), shape (n, K)."""
        return self.Y - self.loss.mean(eta)

    def uncentre(self, intercept: FloatArray, coef: FloatArray) -> FloatArray:
        """The intercept (K,) that belongs to the columns as they came, for coefficients (p, K)."""
        return intercept - self.center @ coef


def null_model(loss: Loss, Y: FloatArray, s: FloatArray, *, intercept: bool) -> tuple[FloatArray, FloatArray]:
    """Linear predictor of the model without columns, and the root mean square of its residuals, both (K,).

    Where these residuals are rounding alone (a constant target), the root mean square of the target takes their place.
    """
    null = loss.link(s @ Y) if intercept else np.zeros(Y.shape[1])
    residual = Y - loss.mean(np.broadcast_to(null, Y.shape))
    with np.errstate(over="ignore"):
        rms, target = np.sqrt(s @ residual**2), np.sqrt(s @ Y**2)
    return null, np.where(rms > CONSTANT * target, rms, target)


def _centred(X: FloatArray, s: FloatArray, *, intercept: bool) -> tuple[FloatArray, FloatArray]:
    """Centre the columns of a dense design in place and measure them, a few at a time; their centres and root mean squares.

    Columns that scaling has centred already are left alone: their centre is zero.
    """
    center, rms = np.zeros(X.shape[1]), np.empty(X.shape[1])
    step = max(1, CELLS // max(len(s), 1))
    for start in range(0, X.shape[1], step):
        part = slice(start, start + step)
        x = X[:, part]
        size = np.sqrt(s @ (x * x))
        rms[part] = size
        if intercept:
            mean = s @ x
            off = np.abs(mean) > CENTRED * size
            if off.any():
                mean[~off] = 0.0
                x -= mean
                center[part] = mean
                rms[part] = np.sqrt(s @ (x * x))
        dead = is_constant(rms[part], size)
        if dead.any():
            x[:, dead] = 0.0
            rms[part][dead] = 0.0
    return center, rms
