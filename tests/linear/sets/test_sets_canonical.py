"""One choice among equal lasso solutions, whatever the solver, the fold and the point it started from."""

import numpy as np
import pytest
from one_set import settled
from scipy import sparse
from scipy.optimize import linprog

from regcli import linear
from regcli.linear.objective.conditions import Tight
from regcli.linear.sets.canonical import Columns, first, settle

RNG = np.random.default_rng(5)
N = 60
BASE = RNG.normal(size=(N, 5))
NOISY = BASE[:, 0] - BASE[:, 2] + 0.3 * RNG.normal(size=N)
TARGETS = {"squared": NOISY, "logistic": (NOISY > 0).astype(float), "multinomial": np.digitize(NOISY, [-1, 0, 1]).astype(float)}
LAMBDAS = np.array([0.1, 0.01, 0.003])
NONE = Tight(*(np.zeros(0, dtype=int) for _ in range(3)), np.zeros(0))


def problem(X, *, intercept=True, loss="squared"):
    X = sparse.csc_array(X) if sparse.issparse(X) else np.array(X, order="F")
    return linear.Problem.build(X, TARGETS[loss], None, loss, intercept=intercept)


def chosen(X, *, loss="squared", penalty=None, intercept=True, lambdas=LAMBDAS):
    """A path before and after, and the certificates after."""
    made = problem(X, intercept=intercept, loss=loss)
    shape = penalty or linear.Penalty(1.0, np.ones(X.shape[1]))
    fit = linear.solve_path(made, shape, lambdas, tol=1e-9, max_iter=2000)
    return fit, *settled(made, shape, fit)


@pytest.mark.parametrize("seed", range(30))
def test_the_corner_is_that_of_one_linear_program_after_the_other(seed):
    """Held against scipy's simplex: least last entry, then least last but one with that held, and so on."""
    rng = np.random.default_rng(seed)
    m, r = int(rng.integers(2, 8)), int(rng.integers(1, 4))
    M = np.vstack([rng.integers(-1, 2, size=(r, m)), np.ones(m)]).astype(float)
    u = rng.uniform(size=m) * (rng.random(m) < 0.7)
    u[0] += 0.1
    wanted, A, b = np.zeros(m), M, M @ u
    for j in reversed(range(m)):
        wanted[j] = linprog(np.eye(m)[j], A_eq=A, b_eq=b, bounds=(0, None)).fun
        A, b = np.vstack([A, np.eye(m)[j]]), np.append(b, wanted[j])
    found = first(M, u.copy())
    np.testing.assert_allclose(found, wanted, atol=1e-7)
    np.testing.assert_allclose(M @ found, M @ u, atol=1e-12)


@pytest.mark.parametrize("loss", ["squared", "logistic"])
@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [5, 1, 6, 3, 4, 0, 2]])
@pytest.mark.parametrize("form", [np.asarray, sparse.csc_array])
def test_of_columns_that_are_the_same_the_first_speaks_for_all(loss, order, form):
    X = np.column_stack([BASE, BASE[:, 0] + 3, -2 * BASE[:, 2]])[:, order]
    X /= X.std(axis=0)
    fit, told, kkt = chosen(form(X), loss=loss)
    np.testing.assert_allclose(told.eta(X), fit.eta(X), atol=1e-9)
    assert (kkt <= 1e-8).all()
    for twins in ([0, 5], [2, 6]):
        a, b = sorted(order.index(j) for j in twins)
        assert (told.dense(1)[a] != 0).all()
        assert (told.dense(1)[b] == 0).all()


BALANCED = np.eye(4)[np.arange(N) % 4]
LEVELS = BALANCED @ [1.0, 1.0, -1.0, -1.0]


@pytest.mark.parametrize("positive", [False, True])
def test_dependent_sets_have_one_solution_whatever_the_order_of_descent(positive):
    """x0 + x1 = x2 + x3: weight can be traded between the pairs; the solver sees the columns in any order."""
    X = np.column_stack([BASE[:, :3], BASE[:, 0] + BASE[:, 1] - BASE[:, 2]])
    y = X @ [1.0, 1.2, 0.9, 1.1] + 0.1 * RNG.normal(size=N)
    penalty, lam = linear.Penalty(1.0, np.ones(4), positive), np.array([0.05])
    found = []
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        made = linear.Problem.build(np.array(X[:, order], order="F"), y, None, "squared", intercept=True)
        fit = linear.solve_path(made, penalty, lam, tol=1e-10, max_iter=2000)
        coef = np.zeros((1, 4, 1))
        coef[:, np.array(order)[fit.columns]] = fit.coef
        whole = linear.Problem.build(np.array(X, order="F"), y, None, "squared", intercept=True)
        start = linear.PathFit(lam, fit.intercept, np.arange(4), coef, 4, fit.n_iter, saturated=False)
        told, kkt = settled(whole, penalty, start)
        assert kkt[0] <= 1e-8
        np.testing.assert_allclose(np.abs(told.dense(0)).sum(), np.abs(start.dense(0)).sum(), rtol=1e-9)
        found.append(told.dense(0)[:, 0])
    np.testing.assert_allclose(found[1:], found[:1] * 2, atol=1e-8)
    assert np.count_nonzero(found[0]) == 3
    # as the weight of x3 goes to x0 and x1, so does that of x2, until it has none
    assert found[0][2] == 0


def test_a_full_set_of_balanced_indicators_with_opposite_signs():
    y = LEVELS + 0.01 * NOISY
    made = linear.Problem.build(np.array(BALANCED, order="F"), y, None, "squared", intercept=True)
    penalty, lam = linear.Penalty(1.0, np.ones(4)), np.array([0.02])
    fit = linear.solve_path(made, penalty, lam, tol=1e-10, max_iter=2000)
    told, kkt = settled(made, penalty, fit)
    b = told.dense(0)[:, 0]
    assert kkt[0] <= 1e-9
    assert np.count_nonzero(b) == 3
    assert b[3] == 0 or b[2] == 0
    shift = fit.dense(0)[:, 0]
    for by in (-0.05, 0.07, 0.2):
        # the same to every indicator, and the intercept makes up for it
        moved = shift + by
        if (np.sign(moved) == [1, 1, -1, -1]).all():
            other = linear.PathFit(lam, fit.intercept - by, np.arange(4), moved[None, :, None], 4, fit.n_iter, saturated=False)
            again, _ = settled(made, penalty, other)
            np.testing.assert_allclose(again.dense(0)[:, 0], b, atol=1e-9)
            np.testing.assert_allclose(again.intercept, told.intercept, atol=1e-9)


def test_four_classes_can_be_shifted_together_and_are_not():
    X, penalty = BASE / BASE.std(axis=0), linear.Penalty(1.0, np.ones(5))
    made = problem(X, loss="multinomial")
    fit, told, kkt = chosen(X, loss="multinomial", lambdas=np.array([0.01, 0.001]))
    mean = [linear.LOSSES["multinomial"].mean(path.eta(X)[1]) for path in (fit, told)]
    np.testing.assert_allclose(*mean, atol=1e-9)
    assert (kkt <= 1e-8).all()
    b = told.dense(1)
    two = ((b > 0).sum(axis=1) == 2) & ((b < 0).sum(axis=1) == 2)
    assert not two.any()
    # wherever one starts between the middle two of a column's classes, one comes to the same
    moved = b.copy()
    middle = np.sort(b, axis=1)[:, 1:3]
    moved -= middle.mean(axis=1, keepdims=True)
    assert np.abs(moved).sum() == pytest.approx(np.abs(b).sum(), rel=1e-6)
    other = linear.PathFit(np.array([0.001]), told.intercept[1:], np.arange(5), moved[None], 5, fit.n_iter[1:], saturated=False)
    again, _ = settled(made, penalty, other)
    np.testing.assert_allclose(again.dense(0), b, atol=1e-7)


def test_under_a_sign_constraint_without_a_penalty_there_are_corners_too():
    X = np.column_stack([BASE[:, :2], BASE[:, 0] + BASE[:, 1]])
    y = X @ [0.5, 0.7, 0.4]
    made = linear.Problem.build(np.array(X, order="F"), y, None, "squared", intercept=True)
    start = np.array([0.5, 0.7, 0.4])[None, :, None]
    fit = linear.PathFit(np.zeros(1), np.zeros((1, 1)), np.arange(3), start, 3, np.ones(1, int), saturated=False)
    told, kkt = settled(made, linear.Penalty(0.0, np.ones(3), positive=True), fit)
    np.testing.assert_allclose(told.dense(0)[:, 0], [0.9, 1.1, 0.0], atol=1e-10)
    assert kkt[0] < 1e-12


def test_what_is_not_penalised_makes_up_for_what_is_moved():
    """Two penalised columns that differ by an unpenalised one are equal to the penalty."""
    X = np.column_stack([BASE[:, 0], BASE[:, 1], BASE[:, 1] + 0.5 * BASE[:, 0]])
    penalty, lam = linear.Penalty(1.0, np.array([0.0, 1.0, 1.0])), np.array([0.05])
    y = X @ [1.0, 0.0, 2.0] + 0.1 * NOISY
    made = linear.Problem.build(np.array(X, order="F"), y, None, "squared", intercept=True)
    fit = linear.solve_path(made, penalty, lam, tol=1e-10, max_iter=2000)
    told, kkt = settled(made, penalty, fit)
    np.testing.assert_allclose(told.eta(X), fit.eta(X), atol=1e-9)
    assert kkt[0] < 1e-9
    assert told.dense(0)[2] == 0
    assert told.dense(0)[1] > 1


@pytest.mark.parametrize("factors", [np.ones(5), np.array([1.0, 2.0, 1.0, 1.0, 1.0])])
def test_unique_solutions_are_left_as_they_are(factors):
    """Independent columns, a column that is the sum of others, and one whose factor is its own."""
    X = np.column_stack([BASE[:, :3], BASE[:, 0] + 0.7 * BASE[:, 1] + BASE[:, 2], BASE[:, 3]])
    penalty = linear.Penalty(1.0, factors)
    made = problem(X)
    fit = linear.solve_path(made, penalty, LAMBDAS, tol=1e-10, max_iter=2000)
    told, moved = settle(Columns.of_set(linear.TrainingSets.of_one(made), 0), penalty, fit, NONE)
    assert not len(moved)
    assert told is fit


def test_a_ridge_part_makes_it_unique():
    X = np.column_stack([BASE, BASE[:, 0]])
    fit, told, _ = chosen(X, penalty=linear.Penalty(0.5, np.ones(6)))
    assert told is fit
    assert told.dense(1)[0] == pytest.approx(told.dense(1)[5])
