"""Random penalised problems, nasty ones among them, and the optimality conditions written down naively."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from one_set import certificates
from scipy import sparse

from regcli import linear

TOL = 1e-9
STEPS = [1.0, 0.5, 0.1, 0.01]


@dataclass
class Case:
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None
    loss: str
    penalty: linear.Penalty
    intercept: bool
    is_sparse: bool

    def problem(self, *, is_sparse=None):
        is_sparse = self.is_sparse if is_sparse is None else is_sparse
        X = sparse.csc_array(self.X) if is_sparse else np.array(self.X, order="F")
        return linear.Problem.build(X, self.y, self.weights, self.loss, intercept=self.intercept)

    def null_gradient(self, problem):
        return linear.null_fit(problem, self.penalty, tol=TOL, max_iter=10_000).gradient

    def lambda_max(self, problem):
        ratio, factors, positive = self.penalty.l1_ratio, self.penalty.factors, self.penalty.positive
        return linear.lambda_max(self.null_gradient(problem), ratio, factors, positive=positive)

    def grid(self, problem):
        return (self.lambda_max(problem) or 1.0) * np.array(STEPS)

    def solve(self, problem, lambdas, **how):
        return linear.solve_path(problem, self.penalty, lambdas, tol=TOL, max_iter=10_000, **how)

    def certificates(self, problem, fit):
        return certificates(problem, self.penalty, fit)


TROUBLES = {
    "constant": lambda X, _: np.full(len(X), 3.0),
    "zero": lambda X, _: np.zeros(len(X)),
    "twin": lambda X, _: X[:, 0],
    "sum": lambda X, _: X[:, 0] - 2 * X[:, X.shape[1] // 2],
    "offset": lambda X, j: X[:, j] + (1000.0 if X.all() else 2.0),
    "large": lambda X, j: X[:, j] * 1e8,
    "small": lambda X, j: X[:, j] * 1e-8,
}


@st.composite
def cases(draw, losses=("squared", "logistic", "multinomial"), l1_ratios=(0.0, 0.3, 1.0)):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    loss = draw(st.sampled_from(losses))
    n = draw(st.integers(4 if loss == "squared" else 24, 40))
    p = draw(st.integers(1, 60 if draw(st.booleans()) else 6))
    is_sparse = draw(st.booleans())
    X = rng.normal(size=(n, p))
    if is_sparse:
        X *= rng.random((n, p)) < 0.4
    for trouble in sorted(draw(st.sets(st.sampled_from(list(TROUBLES)), max_size=3))):
        j = int(rng.integers(p))
        X[:, j] = TROUBLES[trouble](X, j)
    weights = {
        "none": None,
        "any": rng.uniform(0.1, 3.0, n),
        "zeros": rng.integers(1, 3, n) * (np.arange(n) % 5 > 0).astype(float),
        "wide": 10.0 ** rng.uniform(-4, 4, n),
    }[draw(st.sampled_from(["none", "any", "zeros", "wide"]))]
    eta = np.tanh(X[:, 0]) + 0.5 * rng.normal(size=n)
    if loss == "squared":
        y = 10.0 + eta
    else:
        k = 2 if loss == "logistic" else 3
        # every class among the heavy rows, so that the null model is finite
        y = np.argsort(np.argsort(eta + rng.normal(size=n))) * k // n
        rng.shuffle(y[: n // 3])
        y = y.astype(float)
        if weights is not None:
            weights[[int(np.flatnonzero((y == c) & (np.arange(n) % 5 > 0))[0]) for c in range(k)]] = 1.0
    factors = np.ones(p)
    if draw(st.booleans()):
        factors = rng.uniform(0.3, 3.0, p)
        factors[: draw(st.integers(0, min(2, p - 1)))] = 0.0
        factors *= (factors > 0).sum() / factors.sum()
    penalty = linear.Penalty(draw(st.sampled_from(l1_ratios)), factors, draw(st.booleans()))
    return Case(X, y, weights, loss, penalty, draw(st.booleans()), is_sparse)


def naive_certificate(case, lam, intercept, coef):
    """The definition, column by column and class by class, from the rows as they came."""
    n, p = case.X.shape
    s = np.full(n, 1 / n) if case.weights is None else case.weights / case.weights.sum()
    loss = linear.LOSSES[case.loss]
    Y = loss.outputs(case.y)
    null = np.average(Y, axis=0, weights=s) if case.intercept else loss.mean(np.zeros((1, Y.shape[1])))[0]
    residual = Y - loss.mean(intercept + case.X @ coef)
    rho, v = case.penalty.l1_ratio, case.penalty.factors
    worst = 0.0
    for k in range(Y.shape[1]):
        unit = np.sqrt(s @ (Y[:, k] - null[k]) ** 2)
        if case.intercept:
            worst = max(worst, abs(s @ residual[:, k]) / unit)
        for j in range(p):
            x = case.X[:, j]
            if (case.intercept and np.ptp(x[s > 0]) == 0) or not x[s > 0].any():
                continue
            centred = x - (s @ x if case.intercept else 0.0)
            pull = s @ (centred * residual[:, k]) - lam * v[j] * (1 - rho) * coef[j, k]
            edge = lam * v[j] * rho
            if coef[j, k] > 0:
                off = abs(pull - edge)
            elif coef[j, k] < 0:
                off = np.inf if case.penalty.positive else abs(pull + edge)
            else:
                off = max(pull - edge, 0.0) if case.penalty.positive else max(abs(pull) - edge, 0.0)
            worst = max(worst, off / (np.sqrt(s @ centred**2) * unit))
    return max(worst, naive_gain(case, lam, s, residual, loss.mean(intercept + case.X @ coef), coef, null))


def naive_gain(case, lam, s, residual, mean, coef, null):
    """What Newton steps promise in the unpenalised columns, as a share of the null deviance: their fit to residuals in the metric
    of the curvature."""
    k, free = coef.shape[1], lam * case.penalty.factors == 0
    if not free.any():
        return 0.0
    Z = np.column_stack([np.ones(len(s))] * case.intercept + [case.X[:, free] - (s @ case.X[:, free]) * case.intercept])
    used = np.vstack([np.ones((int(case.intercept), k)), coef[free] > 0]) if case.penalty.positive else np.ones((Z.shape[1], k))
    Z = Z / np.maximum(np.sqrt(s @ Z**2), 1e-150)
    loss = linear.LOSSES[case.loss]
    H = np.block([[Z.T @ (Z * (s * loss.curvature(mean, i, j))[:, None]) for j in range(k)] for i in range(k)])
    on = np.flatnonzero(used.T.ravel())
    g = (Z.T @ (s[:, None] * residual)).T.ravel()[on]
    deviance = 2 * s @ loss.value(loss.outputs(case.y), np.tile(loss.link(null), (len(s), 1)))
    return g @ np.linalg.pinv(H[np.ix_(on, on)], rcond=1e-13, hermitian=True) @ g / deviance
