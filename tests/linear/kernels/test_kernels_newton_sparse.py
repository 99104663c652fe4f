"""Newton directions on sparse columns: the columns as the kernel takes them, and where the directions lead."""

import numpy as np
import pytest
from scipy import sparse

from regcli.linear import Penalty, Problem
from regcli.linear.kernels.newton_sparse import Columns, Growing, direction, intercept_signs, l1_units

ROWS, WIDTH = 40, 21


def test_growing_columns_are_those_of_the_design_in_the_rows_of_the_set():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(ROWS, WIDTH)) * (rng.random((ROWS, WIDTH)) < 0.3)
    inside = np.flatnonzero(rng.random(ROWS) < 0.7)
    unit, scale = rng.uniform(0.5, 2.0, WIDTH), rng.uniform(0.5, 2.0, WIDTH)
    growing = Growing(ROWS, inside, (1.0, -1.0), uniform=False)
    order = rng.permutation(WIDTH)
    wanted = np.zeros_like(X)
    wanted[inside] = X[inside]
    wanted *= scale
    for new in np.array_split(order, 7):
        fresh = growing.append(sparse.csc_array(X), new, scale[new], unit[new])
        assert fresh.toarray() == pytest.approx(wanted[:, new])
    assert growing.matrix().toarray() == pytest.approx(wanted[:, order])
    columns = growing.columns()
    Z = sparse.csc_array((columns.data, columns.indices, columns.indptr), shape=(ROWS, WIDTH + 2)).toarray()
    assert Z[:, 2:] == pytest.approx(wanted[:, order] * unit[order])
    assert (Z[:, :2] != 0).sum(axis=0).tolist() == [len(inside)] * 2
    assert columns.unit[:2].tolist() == (Z[inside[0], :2]).tolist()
    alone = Columns.of(growing.matrix(), unit[order], inside, (1.0, -1.0))
    for left, right in zip(
        (alone.data, alone.indices, alone.indptr), (columns.data, columns.indices, columns.indptr), strict=True
    ):
        assert (left == right).all()


def test_units_make_the_weights_equal():
    penalty = Penalty(0.3, np.array([1.0, 4.0, 0.5]), unit=np.array([2.0, 1.0, 1.0]))
    assert l1_units(penalty) * penalty.l1(0.7)[:, 0] == pytest.approx(np.full(3, penalty.l1(0.7).max()))
    assert l1_units(Penalty(1.0, np.ones(4))).tolist() == [1.0] * 4
    assert l1_units(Penalty(0.0, np.ones(2), positive=True)).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("factors", [np.ones(4), np.array([0.0, 1.0, 2.0, 0.5])])
def test_a_direction_leads_to_the_optimum_of_the_second_order_expansion(factors, positive):
    """Checked by the optimality conditions of the expansion, written out with a dense Hessian."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4)) * (rng.random((60, 4)) < 0.6)
    y = (X[:, 0] - X[:, 1] + rng.logistic(size=60) > 0) * 1.0
    problem = Problem.build(sparse.csc_array(X), y, rng.uniform(0.5, 2, 60), "logistic", intercept=True)
    penalty, lam = Penalty(0.7, factors, positive), 0.02
    columns = Columns.of(problem.X, l1_units(penalty), np.arange(60), intercept_signs(problem, penalty))
    b0, b = 0.3, np.array([0.5, 0.0, 0.2, 0.1])
    eta = b0 + problem.dot(b[:, None])
    mean = problem.loss.mean(eta)
    d0, d = direction(
        problem, penalty, lam, columns, now=(b0, b), output=0, eta=eta, mean=mean, center=problem.center, sweeps=5000
    )
    Z = np.column_stack([np.ones(60), X - problem.center])
    h = problem.s * mean[:, 0] * (1 - mean[:, 0])
    left = Z.T @ (problem.s * (y - mean[:, 0]) - h * (Z @ [d0, *d]))
    assert abs(left[0]) < 1e-7
    assert penalty.violation(left[1:, None], (b + d)[:, None], lam).max() < 1e-7
    if positive:
        assert (b + d >= 0).all()
