"""Points on the way to infinity are told from optima, however far they have come; and optima, however steep, are let through."""

import numpy as np
import pytest
from one_set import certificates
from scipy import sparse
from scipy.optimize import linprog, minimize

from regcli import linear
from regcli.linear import LOSSES, Penalty, certify
from regcli.linear.objective.separation import FAR, newton_step

RNG = np.random.default_rng(3)
N = 60
X = RNG.normal(size=(N, 3)) * [1, 10, 0.1] + [5, 0, 1]
S = RNG.uniform(0.2, 1, N) * (np.arange(N) % 7 > 0)
S /= S.sum()
OUTPUTS = {"logistic": 1, "multinomial": 3}


@pytest.mark.parametrize("cells", [30, 2_000_000])
@pytest.mark.parametrize("form", [np.asarray, sparse.csc_array])
@pytest.mark.parametrize("loss", OUTPUTS)
def test_curvature_and_step_are_those_of_plain_algebra(monkeypatch, loss, form, cells):
    monkeypatch.setattr("regcli.linear.objective.decrement.CELLS", cells)
    k, the_loss = OUTPUTS[loss], LOSSES[loss]
    eta = RNG.normal(size=(N, k))
    target = the_loss.outputs(np.arange(N) % max(k, 2))
    mean = the_loss.mean(eta)
    at, center, size = np.array([0, 2]), np.array([4.0, 1.5]), np.array([2.0, 0.3])
    used = np.ones((3, k), dtype=bool)
    R, change = newton_step(form(X), at, center, size, S, target, eta, used, loss=loss, intercept=True)
    Z = np.column_stack([np.ones(N), (X[:, at] - center) / size])
    H = np.block([[Z.T @ (Z * (S * the_loss.curvature(mean, i, j))[:, None]) for j in range(k)] for i in range(k)])
    np.testing.assert_allclose(R.T @ R, H, atol=1e-13)
    step = np.linalg.pinv(H, rcond=1e-10) @ (Z.T @ (S[:, None] * (target - mean))).T.ravel()
    assert change == pytest.approx(np.abs(Z @ step.reshape(k, -1).T)[S > 0].max(), rel=1e-9)


def separable(X, y):
    """Whether some combination of columns and an intercept weakly separates two classes: by linear programming (Konis 2007)."""
    A = np.column_stack([np.ones(len(y)), X]) * np.where(y > 0, 1.0, -1.0)[:, None]
    return -linprog(-A.sum(axis=0), A_ub=-A, b_ub=np.zeros(len(y)), bounds=(-1, 1)).fun > 1e-7


@pytest.mark.parametrize("factors", [[0.0, 0.0], [0.0, 1.0]])
def test_points_are_let_through_where_linear_programming_finds_an_optimum(factors):
    rng = np.random.default_rng(0)
    verdicts = []
    for _ in range(40):
        n = int(rng.integers(8, 30))
        Z = np.column_stack([rng.normal(size=n), np.arange(n) < rng.integers(1, 4)])
        Z = Z if rng.random() < 0.5 else Z[:, ::-1]
        y = (Z @ rng.normal(size=2) + rng.choice([0.1, 1.0]) * rng.normal(size=n) > 0).astype(float)
        if 0 < y.sum() < n:
            penalty, lam = Penalty(0.0, np.array(factors)), np.array([0.05])
            made = linear.Problem.build(np.array(Z, order="F"), y, None, "logistic", intercept=True)
            fit = linear.solve_path(made, penalty, lam, tol=1e-8, max_iter=500)
            (kkt,) = certificates(made, penalty, fit)
            apart = separable(Z[:, np.array(factors) == 0], y)
            assert (kkt > 1e-8) == apart
            assert np.isinf(kkt) == apart
            verdicts.append(apart)
    assert 5 < sum(verdicts) < len(verdicts) - 5


@pytest.mark.parametrize("size", [10.0, 20.0, 50.0, 300.0, 2000.0])
@pytest.mark.parametrize("loss", OUTPUTS)
def test_no_point_on_the_way_is_an_optimum_however_far(loss, size):
    """An indicator of rows of one class alone, its coefficient any size; all else is at its optimum given that."""
    x, rare = RNG.normal(size=N), (np.arange(N) % 10 == 0).astype(float)
    k = OUTPUTS[loss]
    y = np.where(rare > 0, 1, (x + RNG.logistic(size=N) > 0) if k == 1 else np.digitize(x + RNG.logistic(size=N), [-1, 1]))
    the_loss, Z = LOSSES[loss], np.column_stack([np.ones(N), x])
    Y = the_loss.outputs(y.astype(float))
    out = size * rare[:, None] * (np.ones(1) if k == 1 else np.array([0, 1, 0]))

    def objective(b):
        return the_loss.value(Y, Z @ b.reshape(2, k) + out).mean()

    b = minimize(objective, np.zeros(2 * k), method="BFGS", options={"gtol": 1e-9}).x.reshape(2, k)
    coef = np.vstack([b[1], out[0]])[None]
    data = np.column_stack([x, rare]), y.astype(float), None, loss
    free, rest = Penalty(0.0, np.zeros(2)), (np.zeros(1), b[:1], np.arange(2), coef)
    assert np.isinf(certify(*data, free, *rest)).all()
    # far out the gradient would have let it through, as it does where the column is penalised ever so little
    held = Penalty(0.0, np.array([0.0, 1e-12]))
    if size > 10:
        assert (certify(*data, held, np.ones(1), *rest[1:]) < 1e-5).all()


def test_an_outlier_that_is_certain_is_no_separation():
    x = RNG.normal(size=N)
    y = (x + RNG.logistic(size=N) > 0).astype(float)
    x[5], y[5] = 3000.0, 1.0
    made = linear.Problem.build(np.asfortranarray(x[:, None].copy()), y, None, "logistic", intercept=True)
    penalty = Penalty(0.0, np.zeros(1))
    fit = linear.solve_path(made, penalty, np.zeros(1), tol=1e-8, max_iter=500)
    assert np.abs(fit.eta(x[:, None])).max() > 100
    assert certificates(made, penalty, fit)[0] <= 1e-8
    assert FAR < 1
