"""Training sets on one design: measured, predicted for and certified as each would be on its own rows."""

import numpy as np
import pytest
from one_set import certificates, predictors
from scipy import sparse

from regcli.linear import Penalty, Problem, TrainingSets, column_moments, solve_path
from regcli.linear.sets import training_sets
from regcli.numerics.executor import Executor

ALONE = Executor(1)
N, P = 36, 5
FOLD = np.arange(N) % 3
LAMBDAS = np.array([0.3, 0.1, 0.02])


def data(loss):
    rng = np.random.default_rng(6)
    X = rng.normal(size=(N, P)) * (rng.random((N, P)) < 0.8) * [1, 10, 0.5, 1, 1] + [0, 4, 0, 0, 1]
    score = X[:, 0] - 0.1 * X[:, 1] + rng.normal(size=N)
    cuts = {"squared": None, "logistic": [0.0], "multinomial": [-0.7, 0.5]}[loss]
    y = score if cuts is None else np.digitize(score - score.mean(), cuts) * 1.0
    weights = np.column_stack([rng.uniform(0.5, 2.0, N)] * 4)
    for f in range(3):
        weights[f == FOLD, f] = 0.0
    return X, y, weights


def scaling(X, s, form):
    mean = s @ X
    return (mean if form is np.array else np.zeros(P)), np.sqrt(s @ (X - mean) ** 2)


def together(loss, form, *, intercept=True):
    """The sets on one design, and for each its own columns, as they came, and its problem."""
    X, y, weights = data(loss)
    made = [scaling(X, w / w.sum(), form) for w in weights.T]
    center, scale = (np.array(part) for part in zip(*made, strict=True))
    if not intercept:
        center[:] = 0.0
    own = [(X - c) / s for c, s in zip(center, scale, strict=True)]
    as_design = np.asfortranarray if form is np.array else form
    full = Problem.build(as_design(own[-1].copy()), y, weights[:, -1], loss, intercept=intercept)
    moved = full.center if form is np.array else np.zeros(P)
    unit, offset = scale / scale[-1], (center - center[-1]) / scale[-1] - moved
    sets = TrainingSets.build(full, weights, unit, offset, ALONE)
    alone = []
    for f, columns in enumerate(own):
        rows = weights[:, f] > 0
        alone.append(Problem.build(as_design(columns[rows].copy()), y[rows], weights[rows, f], loss, intercept=intercept))
    return sets, own, alone


CASES = [(loss, form) for loss in ("squared", "logistic", "multinomial") for form in (np.array, sparse.csc_array)]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(("loss", "form"), CASES)
def test_a_set_among_others_is_what_it_is_by_itself(loss, form, intercept):
    sets, own, alone = together(loss, form, intercept=intercept)
    penalty = Penalty(0.7, np.array([1.0, 0.5, 2.0, 1.0, 0.5]))
    fits = [solve_path(problem, penalty, LAMBDAS, tol=1e-9, max_iter=10_000) for problem in alone]
    for f, (problem, fit) in enumerate(zip(alone, fits, strict=True)):
        inside = sets.S[:, f] > 0
        np.testing.assert_allclose(sets.null_intercept[f], problem.null_intercept, atol=1e-12)
        np.testing.assert_allclose(sets.null_rms[f], problem.null_rms, rtol=1e-12)
        np.testing.assert_allclose(sets.rms[f] / sets.unit[f], problem.rms, rtol=1e-9)
        assert sets.weight_sums[f] == pytest.approx(problem.weight_sum)
        eta = sets.predictors(f, fit)
        np.testing.assert_allclose(eta, fit.eta(own[f]), atol=1e-10)
        np.testing.assert_allclose(eta[:, inside], predictors(problem, fit), atol=1e-10)
        np.testing.assert_allclose(sets.certify(f, penalty, fit), certificates(problem, penalty, fit), atol=1e-11)
        np.testing.assert_allclose(sets.predictors_at(fits, 1)[f], eta[1], atol=1e-12)
        back = sets.fit(f, LAMBDAS, sets.intercepts(f, fit), fit.columns, fit.coef, fit.n_iter)
        np.testing.assert_allclose(back.intercept, fit.intercept, atol=1e-12)
    if form is np.array:
        exact = [certificates(problem, penalty, fit)[2] for problem, fit in zip(alone, fits, strict=True)]
        np.testing.assert_allclose(sets.certify_at(penalty, fits, 2, ALONE), exact, atol=1e-11)


@pytest.mark.parametrize(("loss", "form"), CASES)
def test_pieces_are_the_whole(loss, form, monkeypatch):
    sets, _, alone = together(loss, form)
    fit = solve_path(alone[0], Penalty(1.0, np.ones(P)), LAMBDAS, tol=1e-9, max_iter=10_000)
    monkeypatch.setattr(training_sets, "PIECE", 40)
    whole, seen, pieces = sets.predictors(0, fit), np.zeros((3, N)), 0
    for rows, points, eta in sets.pieces(0, fit):
        np.testing.assert_allclose(eta, whole[points, rows], atol=1e-12)
        seen[points, rows] += 1
        pieces += 1
    assert (seen == 1).all()
    assert pieces > 1


@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_nothing_of_a_row_that_a_set_leaves_out_enters_its_numbers(form):
    sets, _, alone = together("squared", form)
    penalty = Penalty(1.0, np.ones(P))
    fit = solve_path(alone[0], penalty, LAMBDAS, tol=1e-9, max_iter=10_000)
    before = sets.certify(0, penalty, fit)
    sets.problem.y[FOLD == 0] += 100.0
    np.testing.assert_array_equal(sets.certify(0, penalty, fit), before)


@pytest.mark.parametrize("shape", [(40, 3), (6, 30)])
@pytest.mark.parametrize("form", [np.array, sparse.csc_array])
def test_moments_are_weighted_and_see_what_is_constant(shape, form, monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.normal(size=shape) + 5
    X[:, 1] = 1e6 + 0.1
    X[1:, 2] = X[0, 2] = 0.3
    X[0, 2] = 7.0
    weights = rng.uniform(0.5, 2, (shape[0], 2))
    weights[0, 1] = 0.0  # without its first row the third column is constant
    S = weights / weights.sum(axis=0)
    monkeypatch.setattr(training_sets, "PIECE", 30)
    mean, sd = column_moments(np.asfortranarray(X) if form is np.array else form(X), S, ALONE)
    for f in range(2):
        m = S[:, f] @ X
        np.testing.assert_allclose(mean[f], m, rtol=1e-12)
        wanted = np.sqrt(S[:, f] @ (X - m) ** 2)
        wanted[[1] if f == 0 else [1, 2]] = 0.0
        np.testing.assert_allclose(sd[f], wanted, rtol=1e-9)
