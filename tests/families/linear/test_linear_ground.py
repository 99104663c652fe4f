import numpy as np
import pytest
from in_memory import dataset, planned

from regcli.families.linear.ground import Ground, spread
from regcli.linear import Penalty


def test_weights_move_the_top_of_the_grid():
    prepared = planned(dataset())
    penalty = Penalty(0.0, np.ones(4))
    plain = Ground(prepared, penalty, 1.0)
    pull = np.abs(prepared.problem.tdot(prepared.problem.residual(np.broadcast_to(prepared.problem.null_intercept, (60, 1)))))
    assert plain.top(1.0) == pytest.approx(pull.max())
    weights = np.array([0.5, 2.0, 0.0, 1.0])
    assert Ground(prepared, penalty, 1.0, weights).top(1.0) == pytest.approx((pull[:, 0] * weights).max())
    assert Ground(prepared, penalty, 4.0).top(1.0) == pytest.approx(plain.top(1.0) / 4)


def test_excluded_columns_have_no_part_in_ridges_grid():
    prepared = planned(dataset())
    penalty = Penalty(0.0, np.ones(4))
    few, all_ = Ground(prepared, penalty, 1.0, np.array([1.0, 0, 0, 0])), Ground(prepared, penalty, 1.0)
    # one column with a variance of one: df(λ) = 1 / (1 + λ)
    assert few.top(0.0) == pytest.approx(1 / 0.05 - 1)
    assert few.top(0.0) < all_.top(0.0)


def test_the_spread_of_the_target():
    prepared = planned(dataset())
    assert spread(prepared.problem) == pytest.approx(prepared.plan.dataset.y.std())
