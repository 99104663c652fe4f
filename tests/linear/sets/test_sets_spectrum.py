"""Both ends of ridge's grid against singular values of the rows."""

import numpy as np
import pytest
from scipy import linalg, sparse

from regcli.linear import Penalty, Problem, TrainingSets, null_fit, ridge_ends
from regcli.linear.sets.spectrum import lambda_for_df
from regcli.linear.sets.statistics import collect
from regcli.numerics.executor import Executor

RNG = np.random.default_rng(8)


def ends(X, y, penalty, *, loss="squared", weights=None, intercept=True, jobs=1):
    problem = Problem.build(X.copy(order="F") if isinstance(X, np.ndarray) else X, y, weights, loss, intercept=intercept)
    null = null_fit(problem, penalty, tol=1e-10, max_iter=1000)
    return ridge_ends(problem, penalty, null.eta, Executor(jobs)), problem, null


def squares(X, h, fixed):
    """Squared singular values of √h X beyond the columns of √h `fixed`."""
    A, F = np.sqrt(h)[:, None] * X, np.sqrt(h)[:, None] * fixed
    q = linalg.orth(F) if F.shape[1] else np.zeros((len(X), 0))
    found = linalg.svdvals(A - q @ (q.T @ A)) ** 2
    return found[found > 1e-12 * found[0]]


def shares(squares, found):
    return [(squares / (squares + lam)).sum() for lam in found]


@pytest.mark.parametrize(("n", "p"), [(90, 12), (20, 50)])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("pattern", ["plain", "factors", "unpenalised"])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_both_ends_by_degrees_of_freedom(n, p, intercept, pattern, loss):
    """df is 0.05 at the top and 99.9 % of the rank at the bottom, beside the intercept's and the unpenalised columns'."""
    X = RNG.normal(size=(n, p)) * np.logspace(-1, 1, p) + 3.0
    X[:, -1] = X[:, -2] - X[:, -3]  # one direction less
    v = np.ones(p) if pattern == "plain" else np.linspace(0.5, 2.0, p)
    if pattern == "unpenalised":
        v[:2] = 0.0
    y = X[:, 0] + RNG.normal(size=n) * 2
    y = y if loss == "squared" else (y > np.median(y) + 0.5).astype(float)
    w = RNG.uniform(0.5, 2.0, n)
    (top, bottom), problem, null = ends(X, y, Penalty(0.0, v), loss=loss, weights=w, intercept=intercept)
    h = w / w.sum()
    if loss == "logistic":
        mean = problem.loss.mean(null.eta)[:, 0]
        h = h * mean * (1 - mean)
    bound = v > 0
    fixed = np.column_stack([np.ones(n), X[:, ~bound]]) if intercept else X[:, ~bound]
    d2 = squares(X[:, bound] / np.sqrt(v[bound]), h, fixed)
    assert shares(d2, (top, bottom)) == pytest.approx([0.05, 0.999 * len(d2)], rel=1e-6)


def test_several_classes_by_the_whole_curvature():
    n, p, k = 80, 5, 3
    X, y = RNG.normal(size=(n, p)), RNG.choice(k, n, p=[0.6, 0.3, 0.1]).astype(float)
    y[:k] = np.arange(k)
    found, *_ = ends(X, y, Penalty(0.0, np.ones(p)), loss="multinomial")
    share = np.bincount(y.astype(int)) / n
    centred = X - X.mean(axis=0)
    whole = linalg.eigvalsh(np.kron(np.diag(share) - np.outer(share, share), centred.T @ centred / n))
    whole = whole[whole > 1e-10 * whole[-1]]
    assert len(whole) == (k - 1) * p
    assert shares(whole, found) == pytest.approx([0.05, 0.999 * len(whole)], rel=1e-8)


def test_sums_taken_before_give_the_same_ends():
    X, y = RNG.normal(size=(300, 8)) + 1.0, RNG.normal(size=300)
    problem = Problem.build(X.copy(order="F"), y, None, "squared", intercept=True)
    weights = np.ones((300, 3))
    weights[:100, 0] = weights[100:200, 1] = 0.0
    joint = TrainingSets.build(problem, weights, np.ones((3, 8)), np.zeros((3, 8)), Executor(1))
    sums = collect(joint, (slice(0, 100), slice(100, 200)), np.ones(300), Executor(1))
    penalty = Penalty(0.0, np.array([0.0, *np.ones(7)]))
    eta = null_fit(problem, penalty, tol=1e-10, max_iter=1000).eta
    alone = ridge_ends(problem, penalty, eta, Executor(1))
    assert ridge_ends(problem, penalty, eta, Executor(1), sums) == pytest.approx(alone, rel=1e-10)


@pytest.mark.parametrize("p", [40, 300])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_sparse_designs_by_their_largest_eigenvalue(p, loss):
    X = sparse.random_array((150, p), density=0.1, rng=RNG, format="csc")
    y = np.arange(150.0) if loss == "squared" else (np.arange(150) % 3 == 0).astype(float)
    found, *_ = ends(X, y, Penalty(0.0, np.ones(p)), loss=loss)
    A = X.toarray() - X.toarray().mean(axis=0)
    h = 1.0 if loss == "squared" else 1 / 3 * 2 / 3
    largest = h * linalg.svdvals(A)[0] ** 2 / 150
    assert found == pytest.approx((10 * largest, 1e-8 * largest), rel=1e-8)


def test_no_column_to_penalise_has_no_ends():
    X, y = RNG.normal(size=(30, 2)), RNG.normal(size=30)
    assert ends(X, y, Penalty(0.0, np.zeros(2)))[0] == (0.0, 0.0)
    X[:, 1] = 4.0
    assert ends(X, y, Penalty(0.0, np.array([0.0, 1.0])))[0] == (0.0, 0.0)
    assert ends(X.T.copy(), y[:2], Penalty(0.0, np.zeros(30)))[0] == (0.0, 0.0)


@pytest.mark.parametrize(("n", "p"), [(20_000, 30), (60, 30_000)])
def test_threads_change_no_bit(n, p):
    X, y = RNG.normal(size=(n, p)), RNG.normal(size=n)
    assert ends(X, y, Penalty(0.0, np.ones(p)), jobs=1)[0] == ends(X, y, Penalty(0.0, np.ones(p)), jobs=2)[0]


def test_equal_eigenvalues_have_a_closed_form():
    assert lambda_for_df(np.full(4, 2.0), 1.0) == pytest.approx(6.0, rel=1e-14)
    assert lambda_for_df(np.array([1e300]), 0.5) == pytest.approx(1e300)
