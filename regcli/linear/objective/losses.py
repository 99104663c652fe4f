"""The losses: value, mean and curvature as functions of the linear predictor.

Arrays carry the output dimension last: K is 1 for squared and logistic loss and the number of classes for the multinomial one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray


class Loss(Protocol):
    """A convex loss ℓ(y, η) with gradient μ(η) - y, y and η of shape (n, K)."""

    name: str

    def outputs(self, y: FloatArray) -> FloatArray:
        """The targets as (n, K): values, 0/1, or one column a class, from values or class indices (n,)."""
        ...

    def value(self, y: FloatArray, eta: FloatArray) -> FloatArray:
        """ℓ for every row, shape (n,); nats for the likelihoods, ½(y-η)² for squared loss."""
        ...

    def mean(self, eta: FloatArray) -> FloatArray:
        """μ(η), shape (n, K)."""
        ...

    def link(self, mean: FloatArray) -> FloatArray:
        """η with μ(η) = mean, shape (K,): the intercept of the null model."""
        ...

    def curvature(self, mean: FloatArray, k: int, m: int) -> FloatArray:
        """∂²ℓ/∂η_k∂η_m for every row, shape (n,)."""
        ...


class Squared:
    """½(y - η)²."""

    name = "squared"

    def outputs(self, y: FloatArray) -> FloatArray:
        return y[:, None]

    def value(self, y: FloatArray, eta: FloatArray) -> FloatArray:
        return np.asarray(0.5 * (y[:, 0] - eta[:, 0]) ** 2)

    def mean(self, eta: FloatArray) -> FloatArray:
        return eta

    def link(self, mean: FloatArray) -> FloatArray:
        return mean

    def curvature(self, mean: FloatArray, k: int, m: int) -> FloatArray:  # noqa: ARG002
        return np.ones(len(mean))


class Logistic:
    """Negative log-likelihood of a binary outcome, y in {0, 1}."""

    name = "logistic"

    def outputs(self, y: FloatArray) -> FloatArray:
        return y[:, None]

    def value(self, y: FloatArray, eta: FloatArray) -> FloatArray:
        # log(1 + e^η) - yη, written so that neither tail overflows nor cancels
        margin = np.where(y[:, 0] > 0.5, -eta[:, 0], eta[:, 0])
        return np.asarray(np.maximum(margin, 0.0) + np.log1p(np.exp(-np.abs(margin))))

    def mean(self, eta: FloatArray) -> FloatArray:
        from scipy.special import expit  # squared loss does without scipy.special, and so without its import

        return np.asarray(expit(eta))

    def link(self, mean: FloatArray) -> FloatArray:
        return np.asarray(np.log(mean / (1.0 - mean)))

    def curvature(self, mean: FloatArray, k: int, m: int) -> FloatArray:  # noqa: ARG002
        return np.asarray(mean[:, 0] * (1.0 - mean[:, 0]))


class Multinomial:
    """Negative log-likelihood of K classes under the symmetric softmax, y one-hot."""

    name = "multinomial"

    def outputs(self, y: FloatArray) -> FloatArray:
        return np.asarray(y[:, None] == np.arange(int(y.max()) + 1), dtype=np.float64)

    def value(self, y: FloatArray, eta: FloatArray) -> FloatArray:
        from scipy.special import log_softmax

        return np.asarray(-(y * log_softmax(eta, axis=1)).sum(axis=1))

    def mean(self, eta: FloatArray) -> FloatArray:
        from scipy.special import softmax

        return np.asarray(softmax(eta, axis=1))

    def link(self, mean: FloatArray) -> FloatArray:
        eta = np.log(mean)
        return np.asarray(eta - eta.mean())

    def curvature(self, mean: FloatArray, k: int, m: int) -> FloatArray:
        return np.asarray(mean[:, k] * ((1.0 if k == m else 0.0) - mean[:, m]))


LOSSES: dict[str, Loss] = {"squared": Squared(), "logistic": Logistic(), "multinomial": Multinomial()}
