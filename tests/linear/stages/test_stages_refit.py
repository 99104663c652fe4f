from dataclasses import replace

import numpy as np
import pytest
from folded_rows import TEAM, TOL, dense, grid, make

from regcli.linear import Penalty, Task, choose
from regcli.linear.stages.refit import refitted


def lassos(folded, sets, **more):
    penalty = Penalty(1.0, np.ones(sets.shape[1]), **more)
    task = Task(penalty, grid(folded, penalty), TOL, 10_000)
    solver, _ = choose(sets, task, TEAM)
    return task, solver.solve(sets, task, TEAM)


@pytest.mark.parametrize("how", [{}, {"weighted": True}, {"intercept": False}, {"kind": "dummy"}, {"n": 40, "p": 60}], ids=str)
@pytest.mark.parametrize("sums", [True, False])
def test_least_squares_on_what_each_set_uses(how, sums):
    folded = make(**how)
    wide = how.get("p", 6) > 40
    sets = replace(folded.joint, statistics=folded.collect()) if sums and not wide else folded.joint
    task, firsts = lassos(folded, sets)
    for f, (fit, kkt) in enumerate(refitted(sets, firsts, task, TEAM)):
        rows = folded.train[f]
        A, root = folded.own(f, rows), np.sqrt(folded.w[rows])
        for i, used in enumerate(dense(firsts[f]) != 0):
            Z = np.column_stack([A[:, used], *([np.ones(len(rows))] if folded.intercept else [])]) * root[:, None]
            b, _, rank, _ = np.linalg.lstsq(Z, folded.y[rows] * root)
            if rank == Z.shape[1]:
                np.testing.assert_allclose(fit.dense(i)[used, 0], b[: used.sum()], rtol=1e-6, atol=1e-7)
                np.testing.assert_allclose(fit.intercept[i], b[used.sum() :] if folded.intercept else 0, rtol=1e-6, atol=1e-6)
            assert not fit.dense(i)[~used].any()
            assert kkt[i] <= TOL


def test_a_point_that_failed_has_no_refit():
    folded = make()
    task, firsts = lassos(folded, folded.joint)
    firsts[1].coef[2] = np.nan
    fit, kkt = refitted(folded.joint, firsts, task, TEAM)[1]
    assert np.isinf(kkt[2])
    assert np.isfinite(np.delete(kkt, 2)).all()
    assert np.isnan(fit.coef[2]).all()


def test_the_sign_constraint_holds_for_the_refit():
    folded = make(seed=3)
    task, firsts = lassos(folded, folded.joint, positive=True)
    for fit, kkt in refitted(folded.joint, firsts, task, TEAM):
        assert (fit.coef >= 0).all()
        assert (kkt <= TOL).all()


def test_columns_that_are_all_but_equal_are_fitted_from_the_rows():
    folded = make()
    X = folded.X.copy()
    X[:, 1] = X[:, 0] * (1 + 1e-7 * np.random.default_rng(0).normal(size=len(X)))
    close = type(folded)(X, folded.y, folded.w, folded.train[:-1], folded.validation, True)
    task, firsts = lassos(close, close.joint)
    # both of the pair in use
    firsts = [replace(fit, columns=np.arange(6), coef=np.ones((len(fit.lambdas), 6, 1))) for fit in firsts]
    fit, kkt = refitted(close.joint, firsts, task, TEAM)[0]
    assert (kkt <= 1e-6).all()
    A = close.own(0, close.train[0])
    best = np.linalg.lstsq(np.column_stack([A, np.ones(len(A))]), close.y[close.train[0]])[1]
    found = ((close.y[close.train[0]] - A @ fit.dense(0)[:, 0] - fit.intercept[0, 0]) ** 2).sum()
    assert found == pytest.approx(best[0], rel=1e-9)
