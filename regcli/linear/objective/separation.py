"""Whether a classification has a finite optimum in its unpenalised coefficients (Albert & Anderson 1984).

Where a combination of unpenalised columns and the intercept separates classes, wholly or up to rows that it does not tell apart,
the likelihood rises for ever along it. A solver stops somewhere on the way, where the gradient has become small: what it returns
is no optimum but a matter of patience, and other patience gives other predictions. What tells the two apart has no unit and does
not become small: the change of the linear predictors that a Newton step asks for. At an optimum it vanishes; on the way to
infinity, where loss, gradient and curvature fall alike by e at every step, it stays about one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from regcli.linear.objective.decrement import ROUNDING, blocks, stacked

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix

# A point from which a Newton step moves a linear predictor by more than the one, a tenth in the odds, is near no optimum; where
# its gradients are below the other, there is none for it to be on the way to.
FAR, FLAT = 0.1, 1e-3
# Rows farther out than this (odds of e^30) are taken to be here: they ask for the same, and are not lost beside the others.
OUT = 30.0


def newton_step(
    X: Matrix,
    columns: IntArray,
    center: FloatArray,
    size: FloatArray,
    s: FloatArray,
    target: FloatArray,
    eta: FloatArray,
    used: BoolArray,
    *,
    loss: str,
    intercept: bool,
) -> tuple[FloatArray, float]:
    """The curvature in some columns and the intercepts, and by how much a Newton step changes a linear predictor at most.

    The step is a least squares solution, ‖Ad - c‖² least with A'A the curvature and A'c the gradient, and is found as such:
    neither is formed, as squares would lose the rows that are far on the way beside those that are not.

    Parameters
    ----------
    X : ndarray or sparse array (n, p)
    columns : int ndarray (u,)
    center, size : ndarray (u,)
        The columns are taken about the one and divided by the other.
    s : ndarray (n,)
        Row weights.
    target, eta : ndarray (n, K)
        Indicators of the classes and linear predictors of the fit.
    used : bool ndarray (u + intercept, K)
        Coefficients that may move, those of intercepts first.
    loss : {"logistic", "multinomial"}
    intercept : bool

    Returns
    -------
    R : ndarray (r, K (u + intercept))
        R'R is the curvature, class by class.
    change : float
    """
    k = eta.shape[1]
    mean, rest = _probabilities(eta, loss)
    c = np.where(target > 0, rest, -mean) / np.sqrt(mean * rest if loss == "logistic" else mean)
    scaled = X, columns, center, size, s, k
    R = np.zeros((0, used.size + 1))
    for rows, z in blocks(*scaled, intercept=intercept):
        root = np.sqrt(s[rows])[:, None]
        A = _rooted(z * root, mean[rows], rest[rows], loss)
        R = stacked(R, np.column_stack([A, (c[rows] * root).T.ravel()]))
    R, c = R[:, :-1], R[:, -1]
    wanted = used.T.ravel()
    u, d, vt = linalg.svd(R[:, wanted], full_matrices=False, check_finite=False)
    # directions without curvature change no predictor
    keep = d > ROUNDING * d.max(initial=0.0)
    along = u[:, keep].T @ c
    beyond = np.maximum(np.abs(along) - ROUNDING * float(np.linalg.norm(c)), 0.0)
    step = np.zeros(used.size)
    step[wanted] = vt[keep].T @ (np.sign(along) * beyond / d[keep])
    move = step.reshape(k, -1).T
    if k > 1:
        # the same for all classes changes nothing
        move -= move.mean(axis=1, keepdims=True)
    return R, max((float(np.abs(z @ move).max()) for _, z in blocks(*scaled, intercept=intercept)), default=0.0)


def _probabilities(eta: FloatArray, loss: str) -> tuple[FloatArray, FloatArray]:
    """μ and 1 - μ, both to all their digits, of rows that are brought back from beyond `OUT`."""
    if loss == "logistic":
        eta = np.clip(eta, -OUT, OUT)
        from scipy.special import expit

        return np.asarray(expit(eta)), np.asarray(expit(-eta))
    from scipy.special import softmax

    mean = np.asarray(softmax(np.maximum(eta, eta.max(axis=1, keepdims=True) - OUT), axis=1))
    first = np.arange(len(mean)), mean.argmax(axis=1)
    rest, others = 1.0 - mean, mean.copy()
    others[first] = 0.0
    rest[first] = others.sum(axis=1)
    return mean, rest


def _rooted(x: FloatArray, mean: FloatArray, rest: FloatArray, loss: str) -> FloatArray:
    """Rows A with A'A the curvature: for softmax diag(√μ)(I - 1μ') beside every row, since diag(μ) - μμ' is its square."""
    if loss == "logistic":
        return np.asarray(x * np.sqrt(mean * rest))
    k = mean.shape[1]
    return np.vstack(
        [
            np.hstack([(np.sqrt(mean[:, i]) * (rest[:, j] if i == j else -mean[:, j]))[:, None] * x for j in range(k)])
            for i in range(k)
        ]
    )
