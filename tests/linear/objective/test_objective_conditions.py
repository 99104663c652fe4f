"""The conditions of a wide design, looked at a few columns at a time: what a look at all of them at once finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from regcli.linear.objective import conditions
from regcli.linear.objective.certificate import judge
from regcli.linear.objective.conditions import Tight
from regcli.linear.objective.penalty import Penalty


def point(seed, loss, n=25, p=90, points=7):
    """A design with a constant and a twin column, row weights, and coefficients of some columns."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) + rng.normal(size=p)
    X[:, 3], X[:, 8] = 1.5, X[:, 70]
    weights = rng.uniform(0.5, 2.0, size=n)
    weights[:4] = 0.0
    k = 3 if loss == "multinomial" else 1
    y = rng.normal(size=n) if loss == "squared" else rng.integers(0, max(k, 2), size=n).astype(float)
    columns = np.sort(rng.choice(p, 12, replace=False))
    coef = rng.normal(size=(points, 12, k)) * (rng.random((points, 12, k)) < 0.6)
    return X, y, weights, np.geomspace(2.0, 0.05, points), columns, coef, rng


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.4, 0.0])
@pytest.mark.parametrize("loss", ["squared", "logistic", "multinomial"])
def test_a_few_columns_at_a_time_tell_the_same(monkeypatch, loss, l1_ratio, positive, intercept):
    X, y, weights, lambdas, columns, coef, rng = point(3, loss)
    monkeypatch.setattr(conditions, "CELLS", 7 * len(X))
    coef = np.abs(coef) if positive else coef
    factors = rng.uniform(0.5, 2.0, size=X.shape[1])
    factors[[5, columns[0]]] = 0.0
    base = rng.normal(size=(len(lambdas), coef.shape[2])) if intercept else None
    penalty, unit = Penalty(l1_ratio, factors, positive=positive), rng.uniform(0.5, 2.0, size=X.shape[1])
    coef[2, 1] = np.nan
    # sparse designs are looked at as a whole
    made = [
        judge(design, y, weights, loss, penalty, lambdas, base, columns, coef, unit=unit)
        for design in (np.asfortranarray(X), sparse.csc_array(X))
    ]
    np.testing.assert_allclose(made[0][0], made[1][0], rtol=1e-9)
    assert np.isinf(made[0][0][2])
    assert np.isfinite(np.delete(made[0][0], 2)).all()


@pytest.mark.parametrize("positive", [False, True])
def test_conditions_that_hold_with_equality_are_told_point_by_point(monkeypatch, positive):
    X, y, weights, *_ = point(5, "squared")
    monkeypatch.setattr(conditions, "CELLS", 11 * len(X))
    s = weights / weights.sum()
    centred = X - s @ X
    pull = centred.T @ (s * (y - s @ y))
    # at the edge of zero: the column that pulls most, and at half of it all those that pull more violate their conditions
    top = pull.max() if positive else np.abs(pull).max()
    lambdas = np.array([2 * top, top, top / 2])
    penalty = Penalty(1.0, np.ones(X.shape[1]), positive=positive)
    none = np.zeros(0, dtype=int)
    found, tight = judge(
        np.asfortranarray(X), y, weights, "squared", penalty, lambdas, np.full((3, 1), s @ y), none, np.zeros((3, 0, 1))
    )
    assert found[0] <= 1e-15
    assert found[1] <= 1e-15
    assert found[2] > 0.01
    first = np.flatnonzero((pull if positive else np.abs(pull)) >= 0.999 * top)
    assert tight.point.tolist() == [1] * len(first)
    assert tight.column.tolist() == first.tolist()
    assert (tight.sign == np.sign(pull[first])).all()
    assert tight.at(0).column.size == 0
    assert tight.at(1).point.tolist() == [0] * len(first)


def test_parts_are_joined_in_their_order():
    one = Tight.of(np.array([[[True], [False]]]), np.array([[[-2.0], [1.0]]]), 4)
    two = Tight.of(np.array([[[False], [True]]]), np.array([[[-2.0], [1.0]]]), 1)
    both = Tight.joined([one, two])
    assert (both.point.tolist(), both.column.tolist(), both.output.tolist()) == ([4, 1], [0, 1], [0, 0])
    assert both.sign.tolist() == [-1.0, 1.0]


def test_where_no_point_is_finite_none_is_let_through():
    X, y, weights, lambdas, columns, coef, _ = point(4, "squared")
    found, tight = judge(
        np.asfortranarray(X), y, weights, "squared", Penalty(1.0, np.ones(X.shape[1])), lambdas, None, columns, np.nan * coef
    )
    assert np.isposinf(found).all()
    assert tight.point.size == tight.sign.size == 0
