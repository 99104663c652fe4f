"""What fits of a training set are judged by: units of their conditions, the one formula over them, what a step would gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.linear.objective.conditions import distance
from regcli.linear.objective.decrement import MOST, ROUNDING, decrement, triangle
from regcli.linear.objective.separation import FAR, FLAT, newton_step
from regcli.numerics.constancy import CONSTANT

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.linear.objective.losses import Loss
    from regcli.linear.objective.penalty import Penalty
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix


@dataclass(frozen=True, slots=True)
class Measured:
    """One training set as its fits are judged: what the conditions of columns and intercept are measured in.

    Attributes
    ----------
    X, target, s, mean, rms : Matrix (n, p), ndarray (n, K), (n,), (p,), (p,)
        Design, target, row weights, the columns' means (zero without an intercept) and root mean squares about them.
    null_rms : ndarray (K,)
    loss : Loss
    penalty : Penalty
    deviance : float
        Of the null model, per unit of weight; and whether there is an intercept.
    own : ndarray (p,)
        The set's own columns are those of X divided by these.
    triangles : dict
        Those of squared loss, whose curvature is the same at every point, by columns.
    """

    X: Matrix
    target: FloatArray
    s: FloatArray
    mean: FloatArray
    rms: FloatArray
    null_rms: FloatArray
    loss: Loss
    penalty: Penalty
    deviance: tuple[float, bool]
    own: FloatArray
    triangles: dict[bytes, FloatArray]

    @classmethod
    def of(
        cls, X: Matrix, target: FloatArray, s: FloatArray, moments: tuple[FloatArray, FloatArray], loss: Loss, penalty: Penalty,
        own: FloatArray, *, intercept: bool,
    ) -> Measured:  # fmt: skip
        """With means and root mean squares (p,) about them of the columns of X; the means count where there is an intercept."""
        null_rms = _null_rms(loss, target, s, intercept=intercept)
        deviance = _null_deviance(loss, target, s, null_rms, intercept=intercept)
        return cls(X, target, s, *moments, null_rms, loss, penalty, deviance, own, {})

    @property
    def unit(self) -> FloatArray:
        """What gradients of the own columns are measured in, (p, K)."""
        return np.outer(self.rms / self.own, self.null_rms)

    def violated(
        self, lambdas: FloatArray, slope: FloatArray, total: FloatArray, b: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The one formula of the certificate, as far as gradients tell.

        Parameters
        ----------
        lambdas : ndarray (L,)
        slope : ndarray (L, p, K)
            Products of the columns of X with the residuals, as they came.
        total : ndarray (L, K)
            Sums of the residuals.
        b : ndarray (L, p, K)
            Coefficients of the own columns.

        Returns
        -------
        found : ndarray (L,)
            The largest relative violation of any column's condition, or the intercept's.
        slope, gradient : ndarray (L, p, K)
            Of the centred columns of X, and of the own ones.
        """
        intercept = self.deviance[1]
        slope = slope - self.mean[:, None] * total[:, None] if intercept else slope
        gradient = slope / self.own[:, None]
        away = distance(gradient, b, lambdas[:, None, None] * self.penalty.factors[:, None], self.penalty)
        unit = self.unit
        found = np.divide(away, unit, out=np.zeros_like(away), where=unit > 0).max(axis=(1, 2), initial=0.0)
        return np.maximum(found, self.of_intercepts(total)) if intercept else found, slope, gradient

    def of_intercepts(self, total: FloatArray) -> FloatArray:
        """The largest relative violation of any intercept's condition, (…), from residuals that are summed up, (…, K)."""
        return np.asarray(np.divide(np.abs(total), self.null_rms, out=np.zeros_like(total), where=self.null_rms > 0).max(axis=-1))

    def with_gain(
        self, lam: float, slope: FloatArray, total: FloatArray, b: FloatArray, eta: Callable[[], FloatArray], found: float
    ) -> float:
        """The same at one point, or what a Newton step over the unpenalised columns promises, if more; `eta` gives (n, K)."""
        columns = self.free(lam, b)
        return max(found, self.to_gain(columns, slope, total, b, eta(), found)) if len(columns) else found

    def free(self, lam: float, b: FloatArray) -> IntArray:
        """Those without a penalty at λ, (u,); none where they are too many."""
        free = (lam * self.penalty.factors == 0) & (self.rms > 0)
        if self.penalty.positive:
            free &= (b > 0).any(axis=1)
        found = np.flatnonzero(free)
        few: IntArray = found if min(len(found), len(self.s)) * b.shape[1] <= MOST else found[:0]
        return few

    def to_gain(
        self, columns: IntArray, slope: FloatArray, total: FloatArray, b: FloatArray, eta: FloatArray, found: float
    ) -> float:
        """δ²/D at one point; inf where its gradients have become small on the way to infinity.

        Parameters
        ----------
        columns : int ndarray (u,)
        slope, total : ndarray (p, K), (K,)
            Gradients of columns and intercepts.
        b, eta : ndarray (p, K), (n, K)
            Coefficients and linear predictors.
        found : float
            What the gradients violate.
        """
        null, intercept = self.deviance
        used = b[columns] > 0 if self.penalty.positive else np.ones((len(columns), b.shape[1]), dtype=bool)
        if intercept:
            used = np.vstack([np.ones(len(total), dtype=bool), used])
        scaled = self.X, columns, self.mean[columns], self.rms[columns], self.s
        if self.loss.name == "squared":
            key = columns.tobytes()
            if key not in self.triangles:
                self.triangles[key] = triangle(*scaled, intercept=intercept)
            R = self.triangles[key]
        else:
            R, change = newton_step(*scaled, self.target, eta, used, loss=self.loss.name, intercept=intercept)
            if change > FAR and found <= FLAT:
                return np.inf
        g = slope[columns] / self.rms[columns, None]
        g, wanted = np.vstack([total, g]) if intercept else g, used.T.ravel()
        noise = ROUNDING * float(np.sqrt((self.null_rms**2).sum()))
        return float(decrement(R[:, wanted], g.T.ravel()[None, wanted], noise)[0] ** 2 / null)


def _null_deviance(loss: Loss, target: FloatArray, s: FloatArray, null_rms: FloatArray, *, intercept: bool) -> tuple[float, bool]:
    """The null model's deviance per unit of weight, or where it has none the square of what residuals are measured in."""
    square = float((null_rms**2).sum())
    if loss.name == "squared":
        return square, intercept
    share = s @ target if intercept else np.full(target.shape[1], 1.0 / max(target.shape[1], 2))
    share = np.append(share, 1.0 - share) if len(share) == 1 else share
    from scipy.special import xlogy  # squared loss needs nothing of it

    found = -2.0 * float(xlogy(share, share).sum())
    return found if found > 0 else square, intercept


def _null_rms(loss: Loss, target: FloatArray, s: FloatArray, *, intercept: bool) -> FloatArray:
    """Weighted root mean square of the null model's residuals, (K,)."""
    null = loss.mean(np.broadcast_to(loss.link(s @ target) if intercept else np.zeros(target.shape[1]), target.shape))
    rms, target_rms = np.sqrt(s @ (target - null) ** 2), np.sqrt(s @ target**2)
    # a constant target leaves rounding alone, which is no unit to measure in
    return np.where(rms > CONSTANT * target_rms, rms, target_rms)
