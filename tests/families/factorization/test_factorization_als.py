import numpy as np
import pytest
from scipy.optimize import minimize

from regcli.families.factorization import als
from regcli.families.factorization.als import Factors, Ratings, path

RNG = np.random.default_rng(5)
USERS, ITEMS, RANK, N = 40, 25, 2, 700
U, I = RNG.integers(0, USERS, N), RNG.integers(0, ITEMS, N)
TRUE = Factors(
    3.0, 0.5 * RNG.normal(size=USERS), 0.5 * RNG.normal(size=ITEMS),
    RNG.normal(size=(USERS, RANK)), RNG.normal(size=(ITEMS, RANK)),
)  # fmt: skip
NOISE = 0.1
VALUE = TRUE.predict(U, I) + NOISE * RNG.normal(size=N)
WEIGHT = RNG.uniform(0.5, 1.5, N)
ALL = Ratings(U, I, VALUE, WEIGHT, USERS, ITEMS)


def objective(ratings, fitted, strength):
    return ratings.weight @ (ratings.value - fitted.predict(ratings.user, ratings.item)) ** 2 + strength * fitted.penalty()


def test_planted_factors_are_recovered_within_noise():
    unseen_u, unseen_i = (grid.ravel() for grid in np.meshgrid(np.arange(USERS), np.arange(ITEMS), indexing="ij"))
    *_, fitted = path(ALL, np.geomspace(50, 0.02, 8), rank=RANK, biases=True, max_iter=300)
    error = fitted.predict(unseen_u, unseen_i) - TRUE.predict(unseen_u, unseen_i)
    assert fitted.converged
    assert np.sqrt(np.mean(error**2)) < NOISE


@pytest.mark.parametrize("biases", [True, False])
def test_each_point_is_stationary_for_every_number_of_the_model(monkeypatch, biases):
    monkeypatch.setattr(als, "TOLERANCE", 1e-12)
    for strength, fitted in zip([5.0, 0.5], path(ALL, [5.0, 0.5], rank=2, biases=biases, max_iter=2000), strict=True):
        residual = VALUE - fitted.predict(U, I)
        pull = WEIGHT * residual
        scale = WEIGHT @ np.abs(residual)
        assert abs(pull.sum()) < 1e-8 * scale
        by_item = np.zeros((ITEMS, 2))
        np.add.at(by_item, I, pull[:, None] * fitted.user[U])
        np.testing.assert_allclose(by_item, strength * fitted.item, atol=1e-3 * scale / ITEMS)
        by_user = np.zeros((USERS, 2))
        np.add.at(by_user, U, pull[:, None] * fitted.item[I])
        np.testing.assert_allclose(by_user, strength * fitted.user, atol=1e-3 * scale / USERS)
        assert fitted.user_bias.any() == biases


def test_the_objective_is_as_low_as_a_general_minimiser_gets_it():
    few = Ratings(U[:60] % 6, I[:60] % 5, VALUE[:60], WEIGHT[:60], 6, 5)

    def unpacked(flat):
        return Factors(flat[0], flat[1:7], flat[7:12], flat[12:18, None], flat[18:23, None])

    best = min(
        minimize(lambda flat: objective(few, unpacked(flat), 2.0), np.random.default_rng(s).normal(size=23)).fun for s in range(5)
    )
    *_, fitted = path(few, [20.0, 2.0], rank=1, biases=True, max_iter=1000)
    assert objective(few, fitted, 2.0) == pytest.approx(best, rel=1e-3)


def test_who_is_not_known_has_nothing_to_add():
    fitted = Factors(3.0, np.array([0.5]), np.array([-1.0]), np.array([[2.0]]), np.array([[3.0]]))
    np.testing.assert_allclose(fitted.predict(np.array([0, -1, 0, -1]), np.array([0, 0, -1, -1])), [8.5, 2.0, 3.5, 3.0])


def test_who_is_not_in_the_training_set_has_no_vector_and_strong_penalties_leave_the_mean():
    some = U < USERS - 3
    ratings = Ratings(U[some], I[some], VALUE[some], WEIGHT[some], USERS, ITEMS)
    strong, weak = path(ratings, [1e9, 1.0], rank=2, biases=True, max_iter=50)
    np.testing.assert_allclose(strong.predict(U, I), np.average(ratings.value, weights=ratings.weight), atol=1e-3)
    assert not weak.user[-3:].any()
    assert not weak.user_bias[-3:].any()


def test_ratings_of_nobody_are_no_ratings():
    *_, with_zero = path(ALL, [1.0], rank=2, biases=True, max_iter=30)
    more = Ratings(np.append(U, 0), np.append(I, 0), np.append(VALUE, 99.0), np.append(WEIGHT, 0.0), USERS, ITEMS)
    *_, beside = path(more, [1.0], rank=2, biases=True, max_iter=30)
    np.testing.assert_allclose(beside.user, with_zero.user, atol=1e-9)
