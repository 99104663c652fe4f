"""Whether certified means optimal: nasty problems solved by both engines' solvers, held against Newton's method in long double.

Every problem has near twins, a rare indicator, offsets of up to 1e8 or weights over twelve decades, and a penalty that leaves
the troubled columns free: ridge with factors of zero, or none at all. The optimum is taken in long double, by Newton steps on
orthonormal columns; what a certified point misses of it is told as a share of the null model's objective. Points that are not
certified are counted: they are never selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli import linear
from regcli.numerics.executor import Executor
from regcli.numerics.reproducible import steady

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray

TITLE = "Certified points and the optimum"
SHORT, LONG = 24, 1000
PROSE = """\
What a Newton step promises over the unpenalised columns is part of the certificate, since gradients alone certify points far from
the optimum where columns are nearly equal. The share missed is that of the null model's objective, as tol is."""

TOL = 1e-6
TROUBLES = ("near twins", "rare indicator", "weights over 12 decades", "offsets of 1e8")


def problem(rng: np.random.Generator, trouble: str, loss: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Columns (n, 4), the last two of which carry the trouble; target and weights (n,)."""
    n = int(rng.integers(60, 200))
    X, z, weights = rng.normal(size=(n, 4)), rng.normal(size=n), np.ones(n)
    if trouble == "near twins":
        X[:, 3] = X[:, 2] + 10.0 ** rng.uniform(-8, -3) * z
    elif trouble == "rare indicator":
        X[:, 3] = np.arange(n) < rng.integers(4, 8)
    elif trouble == "weights over 12 decades":
        weights = 10.0 ** rng.uniform(-6, 6, n)
    else:
        X[:, 2:] += 1e8 * rng.uniform(0, 1)
    score = X[:, 0] + 0.8 * z + rng.normal(size=n)
    y = score if loss == "squared" else (score + 2 * rng.logistic(size=n) > 0).astype(float)
    return X, y, weights


def optimum(X: FloatArray, y: FloatArray, s: FloatArray, shrink: FloatArray, loss: str) -> float:
    """The least objective, by guarded Newton steps in long double; columns (n, p) with an intercept, ridge weights (p,)."""
    s = (s / s.sum()).astype(np.longdouble)
    Z = X.astype(np.longdouble)
    Z -= s @ Z
    basis, turn = np.zeros_like(Z), np.eye(Z.shape[1], dtype=np.longdouble)
    # Gram–Schmidt, twice; coefficients are turn @ those of the basis
    for j in range(Z.shape[1]):
        v = Z @ turn[:, j]
        for _ in range(2):
            for i in range(j):
                part = (s * basis[:, i]) @ v
                v, turn[:, j] = v - part * basis[:, i], turn[:, j] - part * turn[:, i]
        size = np.sqrt((s * v) @ v)
        basis[:, j], turn[:, j] = v / size, turn[:, j] / size
    A = np.column_stack([np.ones(len(y), dtype=np.longdouble), basis])
    P = np.zeros((A.shape[1],) * 2, dtype=np.longdouble)
    P[1:, 1:] = turn.T @ (shrink[:, None] * turn)
    t = y.astype(np.longdouble)

    def value(b: FloatArray) -> FloatArray:
        eta = A @ b
        fit = 0.5 * (t - eta) ** 2 if loss == "squared" else np.logaddexp(np.longdouble(0), eta) - t * eta
        return s @ fit + 0.5 * b @ P @ b

    b = np.zeros(A.shape[1], dtype=np.longdouble)
    for _ in range(60):
        mean = A @ b if loss == "squared" else 1 / (1 + np.exp(-(A @ b)))
        h = s if loss == "squared" else s * mean * (1 - mean)
        step = _solve(A.T @ (h[:, None] * A) + P, A.T @ (s * (t - mean)) - P @ b)
        length = np.longdouble(1)
        while value(b + length * step) > value(b) and length > 1e-12:
            length /= 2
        if value(b) - value(b + length * step) <= 1e-18:
            break
        b = b + length * step
    return float(value(b))


def _solve(H: FloatArray, g: FloatArray) -> FloatArray:
    """H⁻¹g by Cholesky factors in the precision of the numbers."""
    n, L = len(H), np.zeros_like(H)
    for j in range(n):
        L[j, j] = np.sqrt(max(H[j, j] - L[j, :j] @ L[j, :j], np.longdouble(1e-300)))
        L[j + 1 :, j] = (H[j + 1 :, j] - L[j + 1 :, :j] @ L[j, :j]) / L[j, j]
    x = g.copy()
    for j in range(n):
        x[j] = (x[j] - L[j, :j] @ x[:j]) / L[j, j]
    for j in reversed(range(n)):
        x[j] = (x[j] - L[j + 1 :, j] @ x[j + 1 :]) / L[j, j]
    return x


def missed(X: FloatArray, y: FloatArray, weights: FloatArray, loss: str, lam: float, *, together: bool) -> float | None:
    """By how much a point is above the optimum, as a share of the null objective; None where it is not certified."""
    data = linear.Problem.build(np.array(X, order="F"), y, weights, loss, intercept=True)
    penalty = linear.Penalty(0.0, np.array([1.0, 1.0, 0.0, 0.0]))
    task, executor = linear.Task(penalty, np.array([lam]), TOL, 1000), Executor(1)
    sets = linear.TrainingSets.of_one(data)
    if together:  # twice the same set, so that the solvers of many are asked
        shape = (2, X.shape[1])
        sets = linear.TrainingSets.build(data, np.column_stack([weights, weights]), np.ones(shape), np.zeros(shape), executor)
    solver, _ = linear.choose(sets, task, executor)
    if solver is None:  # then this engine takes the other's solver, too
        return missed(X, y, weights, loss, lam, together=False)
    judged = solver.settled(sets, penalty, solver.solve(sets, task, executor), executor)
    fit, kkt = judged[-1]
    eta = sets.predictors(len(judged) - 1, fit)[0]
    if kkt[0] > TOL:
        return None
    found = data.objective(eta) + penalty.value(fit.dense(0), lam)
    best = optimum(data.X, y, weights, lam * penalty.factors, loss)
    return (found - best) / data.objective(np.broadcast_to(data.null_intercept, data.Y.shape))


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """For every loss and trouble the largest share that a certified point misses, of both engines' solvers."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    each = max(repetitions // (2 * len(TROUBLES)), 1)
    with steady():
        for loss in ("squared", "logistic"):
            for trouble in TROUBLES:
                found: list[float | None] = []
                for _ in range(each):
                    X, y, weights = problem(rng, trouble, loss)
                    lam = float(rng.choice([0.0, 0.01, 1.0]))
                    found += [missed(X, y, weights, loss, lam, together=together) for together in (False, True)]
                sure = [share for share in found if share is not None]
                rows.append(
                    {
                        "loss": loss,
                        "trouble": trouble,
                        "problems": each,
                        "certified": f"{len(sure)} of {len(found)}",
                        "wanted": f"at most {TOL:g} of the null objective missed",
                        "measured": max(sure, default=float("nan")),
                        "holds": bool(sure) and max(sure) <= TOL,
                    }
                )
    return rows
