"""What is left to gain, against plain algebra where that has the digits, and where it has not."""

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import LOSSES, Penalty, certify
from regcli.linear.objective.decrement import decrement, triangle

RNG = np.random.default_rng(3)
N = 50
X = RNG.normal(size=(N, 3)) * [1, 10, 0.1] + [5, 0, 1]
S = RNG.uniform(0, 1, N) * (np.arange(N) % 7 > 0)
S /= S.sum()


@pytest.mark.parametrize("cells", [30, 2_000_000])
@pytest.mark.parametrize("form", [np.asarray, sparse.csc_array])
def test_the_triangle_is_a_root_of_the_curvature(monkeypatch, form, cells):
    monkeypatch.setattr("regcli.linear.objective.decrement.CELLS", cells)
    at, center, size = np.array([0, 2]), np.array([4.0, 1.5]), np.array([2.0, 0.3])
    R = triangle(form(X), at, center, size, S, intercept=True)
    Z = np.column_stack([np.ones(N), (X[:, at] - center) / size])
    np.testing.assert_allclose(R.T @ R, Z.T @ (Z * S[:, None]), atol=1e-13)


def test_the_decrement_by_its_formula():
    A = RNG.normal(size=(9, 4))
    g = RNG.normal(size=(2, 4))
    R = np.linalg.qr(A, mode="r")
    wanted = np.sqrt([v @ np.linalg.solve(A.T @ A, v) for v in g])
    np.testing.assert_allclose(decrement(R, g, 0.0), wanted)


def test_rounding_promises_nothing():
    """A direction without curvature has a gradient of rounding alone; with more than that the fall has no end."""
    R = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert decrement(R, np.array([[1e-16, -1e-16]]), 1e-14)[0] == 0
    assert decrement(R, np.array([[1e-3, -1e-3]]), 1e-14)[0] > 1e6


def of(X, y, coef, loss="squared", factors=None, lam=0.1, positive=False):
    penalty = Penalty(1.0, np.zeros(X.shape[1]) if factors is None else np.array(factors), positive)
    loss_of = LOSSES[loss]
    base = loss_of.link(np.mean(loss_of.outputs(y), axis=0))[None] - X.mean(axis=0) @ coef
    return certify(X, y, None, loss, penalty, np.array([lam]), base, np.arange(X.shape[1]), coef[None])[0]


@pytest.mark.parametrize("loss", ["squared", "logistic", "multinomial"])
def test_twins_that_hide_a_direction_are_found_out(loss):
    """All gradients vanish but for 1e-7, and yet what the twins differ in explains most."""
    z = RNG.normal(size=400)
    x = RNG.normal(size=400)
    x -= z * (x @ z) / (z @ z)
    Z = np.column_stack([x, x + 1e-7 * z])
    y = {"squared": z, "logistic": z > 0, "multinomial": np.digitize(z, [-0.5, 0.5])}[loss].astype(float)
    nothing = np.zeros((2, 3 if loss == "multinomial" else 1))
    assert of(Z, y, nothing, loss) > 0.3
    # one of the two alone hides nothing, nor does a penalty
    x = x - x.mean()
    assert of(Z[:, :1], y, nothing[:1], loss) < 0.05
    assert of(Z, y, nothing, loss, factors=[0.0, 2.0], lam=10.0) < 0.05


def test_under_a_sign_constraint_only_what_may_move_counts():
    y = -X[:, 0]
    assert of(X[:, :1], y, np.zeros((1, 1)), positive=True) < 1e-14
    assert of(X[:, :1], y, np.full((1, 1), 0.5), positive=True) > 1
