"""Unpenalised columns that are all but dependent: every solver reaches their optimum, told in the columns' own coefficients."""

import numpy as np
import pytest
from one_set import certificates, predictors
from scipy import sparse

from regcli import linear
from regcli.linear.sets.coordinates import Coordinates, stretches

N = 90
RNG = np.random.default_rng(5)
BASE = RNG.normal(size=(N, 4))
DIFFERENCE = RNG.normal(size=N)
# 1 and 4 differ in the seventh digit
X = np.column_stack([BASE, BASE[:, 1] + 1e-7 * DIFFERENCE])
EASY = np.column_stack([BASE, DIFFERENCE])
SCORE = BASE[:, 0] + 1.5 * DIFFERENCE
Y = {
    "squared": SCORE + RNG.normal(size=N),
    "logistic": (SCORE + 2 * RNG.logistic(size=N) > 0).astype(float),
    "multinomial": np.digitize(SCORE + 2 * RNG.normal(size=N), [-1, 1]).astype(float),
}
FREE = np.array([1.5, 0.0, 1.0, 0.5, 0.0])


def problem(loss, X, form=np.asfortranarray, weights=None):
    return linear.Problem.build(form(np.array(X, order="F")), Y[loss], weights, loss, intercept=True)


def solved(loss, X, penalty, lambdas, form=np.asfortranarray, weights=None):
    data = problem(loss, X, form, weights)
    fit = linear.solve_path(data, penalty, np.array(lambdas), tol=1e-8, max_iter=500)
    assert certificates(data, penalty, fit).max() <= 1e-8
    values = [data.objective(eta) + penalty.value(fit.dense(i), lambdas[i]) for i, eta in enumerate(predictors(data, fit))]
    return fit, np.array(values)


@pytest.mark.parametrize("form", [np.asfortranarray, sparse.csc_array])
@pytest.mark.parametrize("loss", Y)
@pytest.mark.parametrize(("rho", "lambdas"), [(0.0, [0.0]), (0.0, [0.1, 0.01]), (1.0, [0.1, 0.01]), (0.5, [0.1, 0.0])])
def test_near_twins_reach_what_their_difference_as_a_column_reaches(loss, rho, lambdas, form):
    penalty = linear.Penalty(rho, FREE)
    weights = RNG.uniform(0.2, 3, N)
    fit, values = solved(loss, X, penalty, lambdas, form, weights)
    easy, wanted = solved(loss, EASY, penalty, lambdas, weights=weights)
    np.testing.assert_allclose(values, wanted, rtol=1e-8)
    # b1 x1 + b4 (x1 + 1e-7 z) = (b1 + b4) x1 + 1e-7 b4 z
    for i in range(len(lambdas)):
        # where nothing is penalised all classes' coefficients may be raised together
        b, c = (found.dense(i) - found.dense(i).mean(axis=1, keepdims=True) * (lambdas[i] == 0) for found in (fit, easy))
        np.testing.assert_allclose(1e-7 * b[4], c[4], atol=1e-4)
        np.testing.assert_allclose(b[[0, 2, 3]], c[[0, 2, 3]], atol=1e-4)


@pytest.mark.parametrize("loss", Y)
def test_well_conditioned_columns_are_left_alone(loss):
    penalty = linear.Penalty(1.0, FREE)
    data = problem(loss, EASY)
    assert stretches(data, penalty, np.array([0.1, 0.0])) == [(pytest.approx([0.1, 0.0]), None)]
    # columns that are dependent beyond doubt but otherwise well conditioned hide nothing
    twins = problem(loss, np.column_stack([BASE, BASE[:, 1]]))
    assert Coordinates.of(twins, penalty, 0.1) is None
    assert Coordinates.of(problem(loss, X), linear.Penalty(1.0, FREE, positive=True), 0.1) is None


@pytest.mark.parametrize("loss", Y)
def test_of_dependent_columns_the_smallest_coefficients_are_told(loss):
    """With a copy beside the near twins the coefficient is shared."""
    Z = np.column_stack([X, BASE[:, 0]])
    fit, _ = solved(loss, Z, linear.Penalty(0.0, np.ones(6)), [0.0])
    b = fit.dense(0)
    # coefficients of 1e7 leave no more digits
    np.testing.assert_allclose(b[0], b[5], atol=0.05)


def test_new_columns_are_what_they_are_said_to_be():
    for form in (np.asfortranarray, sparse.csc_array):
        data = problem("squared", X + 2.0, form)
        some = Coordinates.of(data, linear.Penalty(1.0, FREE), 0.1)
        held = data.X.toarray() if sparse.issparse(data.X) else data.X
        np.testing.assert_allclose((held[:, [1, 4]] - some.center) @ some.turn, some.Z, atol=1e-6)
        np.testing.assert_allclose(some.Z.T @ (some.Z * data.s[:, None]), np.eye(2), atol=1e-6)
        turned = some.problem(data)
        design = turned.X.toarray() if sparse.issparse(turned.X) else turned.X
        np.testing.assert_array_equal(design[:, [1, 4]], some.Z)
        np.testing.assert_array_equal(design[:, [0, 2, 3]], held[:, [0, 2, 3]])
