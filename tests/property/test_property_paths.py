"""What holds of every path, whatever the loss, the penalty and the data."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from one_set import predictors
from problems import TOL, cases, naive_certificate

from regcli import linear


def same_predictions(problem, one, two):
    """Where the optimum is not unique the means of the rows that weigh anything still are."""
    for a, b in zip(one, two, strict=True):
        means = problem.loss.mean(a)[problem.s > 0]
        np.testing.assert_allclose(means, problem.loss.mean(b)[problem.s > 0], rtol=0, atol=2e-5 * max(1.0, np.abs(means).max()))


@given(cases())
@settings(max_examples=150)
def test_every_point_is_certified(case):
    problem = case.problem()
    fit = case.solve(problem, case.grid(problem))
    assert not fit.failure
    # columns in units 1e8 apart leave the short ones eight digits fewer
    size = np.abs(case.X).max(axis=0)
    apart = size.max() > 1e6 * size[size > 0].min(initial=np.inf)
    assert case.certificates(problem, fit).max() <= (1e-8 if apart else TOL)


@given(cases(), st.integers(0, 3))
def test_the_certificate_is_its_definition(case, i):
    problem = case.problem()
    lambdas = case.grid(problem)
    fit = case.solve(problem, lambdas)
    rng = np.random.default_rng(i)
    bent = linear.PathFit(
        fit.lambdas, fit.intercept + 0.01 * rng.normal() * case.intercept, fit.columns,
        fit.coef * rng.uniform(0.9, 1.1, fit.coef.shape), fit.n_columns, fit.n_iter, saturated=False,
    )  # fmt: skip
    for path in (fit, bent):
        found = case.certificates(problem, path)[i]
        naive = naive_certificate(case, lambdas[i], path.intercept[i], path.dense(i))
        assert found == pytest.approx(naive, rel=1e-6, abs=1e-10)


@given(cases(l1_ratios=(0.3, 1.0)))
def test_a_moved_coefficient_is_noticed(case):
    problem = case.problem()
    fit = case.solve(problem, case.grid(problem)[-1:])
    assume(fit.n_nonzero[0] > 0)
    largest = np.unravel_index(np.argmax(np.abs(fit.coef)), fit.coef.shape)
    fit.coef[largest] *= 1.01
    assert case.certificates(problem, fit)[0] > 10 * TOL


@given(cases(l1_ratios=(0.3, 1.0)))
def test_lambda_max_is_where_the_first_column_enters(case):
    problem = case.problem()
    top, penalised = case.lambda_max(problem), case.penalty.factors > 0
    pull = case.null_gradient(problem) / problem.scale
    # all that is correlated at all must be well above the solver's own target
    assume(top > 0 and np.abs(pull[penalised])[pull[penalised] != 0].min() > 1e-4)
    fit = case.solve(problem, top * np.array([2.0, 1.0 + 1e-9, 0.999]))
    for i, some in enumerate([False, False, True]):
        assert fit.dense(i)[penalised].any() == some


@given(cases())
def test_dense_and_sparse_agree(case):
    dense, compressed = case.problem(is_sparse=False), case.problem(is_sparse=True)
    lambdas = case.grid(dense)
    one, two = case.solve(dense, lambdas), case.solve(compressed, lambdas)
    same_predictions(dense, one.eta(case.X)[:3], two.eta(case.X)[:3])


@given(cases(losses=("squared",), l1_ratios=(0.0, 1.0)))
def test_the_ends_of_the_elastic_net(case):
    """Just inside l1_ratio 0 and 1 the objective is that of ridge and lasso, by other code."""
    problem = case.problem()
    lambdas = case.grid(problem)
    end = case.penalty.l1_ratio
    near = linear.Penalty(abs(end - 1e-12), case.penalty.factors, case.penalty.positive)
    with np.errstate(all="raise", under="ignore"):
        one = case.solve(problem, lambdas)
        two = linear.solve_path(problem, near, lambdas, tol=TOL, max_iter=10_000)
    for i, lam in enumerate(lambdas):
        values = [problem.objective(predictors(problem, fit)[i]) + case.penalty.value(fit.dense(i), lam) for fit in (one, two)]
        assert values[0] == pytest.approx(values[1], rel=1e-8)


@given(cases())
def test_order_of_columns_does_not_matter(case):
    problem = case.problem()
    lambdas = case.grid(problem)[:3]
    order = np.random.default_rng(0).permutation(case.X.shape[1])
    turned = type(case)(
        case.X[:, order], case.y, case.weights, case.loss,
        linear.Penalty(case.penalty.l1_ratio, case.penalty.factors[order], case.penalty.positive), case.intercept, case.is_sparse,
    )  # fmt: skip
    one, two = case.solve(problem, lambdas), turned.solve(turned.problem(), lambdas)
    same_predictions(problem, one.eta(case.X), two.eta(turned.X))


@given(cases())
def test_a_weight_of_two_is_the_row_twice(case):
    rng = np.random.default_rng(0)
    times = rng.integers(1, 4, len(case.y))
    weighted = type(case)(case.X, case.y, times.astype(float), case.loss, case.penalty, case.intercept, case.is_sparse)
    repeated = type(case)(
        np.repeat(case.X, times, axis=0), np.repeat(case.y, times), None, case.loss, case.penalty, case.intercept, case.is_sparse
    )
    one, two = weighted.problem(), repeated.problem()
    lambdas = weighted.grid(one)
    np.testing.assert_allclose(lambdas, repeated.grid(two), rtol=1e-6)
    same_predictions(one, weighted.solve(one, lambdas[:3]).eta(case.X), repeated.solve(two, lambdas[:3]).eta(case.X))
