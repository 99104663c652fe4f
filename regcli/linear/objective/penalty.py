"""The penalty λ Σ v_j [ρ|b_j| + (1-ρ)/2 b_j²]: its parts at one λ, its value, its distance to optimality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Penalty:
    """Shape of a penalty; λ is an argument of everything it does.

    Attributes
    ----------
    l1_ratio : float
        ρ: 1 is the lasso, 0 is ridge. Ridge with λ = 0 is no penalty.
    factors : ndarray (p,)
        v_j >= 0; columns with v_j = 0 are unpenalised.
    positive : bool
        Coefficients are constrained to be >= 0, the unpenalised ones too.
    unit : ndarray (p,) or 1
        What is penalised is b_j × unit_j: the coefficient of the column divided by its unit.
    """

    l1_ratio: float
    factors: FloatArray
    positive: bool = False
    unit: FloatArray | float = 1.0

    def l1(self, lam: float) -> FloatArray:
        """Weights of |b_j|, (p, 1)."""
        return np.asarray(lam * self.l1_ratio * self.factors * self.unit)[:, None]

    def l2(self, lam: float) -> FloatArray:
        """Weights of ½b_j², (p, 1)."""
        return np.asarray(lam * (1.0 - self.l1_ratio) * self.factors * self.unit**2)[:, None]

    def value(self, coef: FloatArray, lam: float) -> float:
        """The penalty of coefficients (p, K)."""
        return float((self.l1(lam) * np.abs(coef) + 0.5 * self.l2(lam) * coef**2).sum())

    def violation(self, gradient: FloatArray, coef: FloatArray, lam: float) -> FloatArray:
        """How far each coefficient is from its optimality condition, (p, K).

        Parameters
        ----------
        gradient : ndarray (p, K)
            Σ s_i x_ij (y_i - μ_i), the negative gradient of the loss.
        coef : ndarray (p, K)
        lam : float
        """
        pull = gradient - self.l2(lam) * coef
        l1 = self.l1(lam)
        at_zero = np.maximum(pull - l1, 0.0) if self.positive else np.maximum(np.abs(pull) - l1, 0.0)
        return np.where(coef == 0, at_zero, np.abs(pull - l1 * np.sign(coef)))


def target_violation(tol: float) -> float:
    """What solvers aim at: well below `tol`, so that the certificate holds with room and numbers agree to more digits."""
    return min(0.1 * tol, 1e-10)
