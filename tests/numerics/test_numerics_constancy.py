"""One rule for what is constant, whatever holds the numbers and whoever asks."""

import numpy as np
import pytest
from scipy import sparse

from regcli import linear
from regcli.numerics.constancy import CONSTANT, is_constant, spreads
from regcli.numerics.executor import Executor
from regcli.preprocess import fit_scaling

RNG = np.random.default_rng(2)
N = 400
Z = RNG.normal(size=N)
Z = (Z - Z.mean()) / Z.std()
S = RNG.uniform(0.5, 1.5, N) / N
S /= S.sum()


@pytest.mark.parametrize("form", [np.asarray, sparse.csc_array])
@pytest.mark.parametrize("size", [1.0, -3e-4, 1e8])
@pytest.mark.parametrize("share", [0.0, 1e-16, 2e-13, 0.5e-12, 2e-12, 1e-11, 1e-9, 1e-7, 1e-3, 1.0])
def test_every_part_says_the_same_of_a_column(form, size, share):
    x = (size * (1 + share * Z))[:, None]
    X, y = form(x), Z + RNG.normal(size=N)
    sd = spreads(X, S, np.asarray(X.T @ S))[0]
    alive = share > CONSTANT
    assert (sd > 0) == alive
    if alive:
        # a column of twelve equal digits has four more to measure by
        assert sd == pytest.approx(np.sqrt(S @ (x[:, 0] - S @ x[:, 0]) ** 2), rel=1e-6)
    assert (fit_scaling("standard", X, S, center=not sparse.issparse(X)).sd[0] > 0) == alive
    assert (linear.Problem.build(form(x.copy()), y, S, "squared", intercept=True).rms[0] > 0) == alive
    assert (linear.column_moments(X, S[:, None], Executor(1))[1][0, 0] > 0) == alive
    # the certificate asks nothing of what is constant: here the gradient of the other column violates its condition
    free, none = linear.Penalty(0.0, np.zeros(1)), np.zeros((1, 1, 1))
    judged = linear.certify(X, y, S, "squared", free, np.zeros(1), np.array([[S @ y]]), np.arange(1), none)
    assert (judged[0] > 1e-3) == alive


def test_zero_and_one_number_are_constant():
    assert is_constant(np.zeros(2), np.array([0.0, 5.0])).all()
    assert not is_constant(np.array([1e-300]), np.zeros(1)).any()


def test_what_overflows_is_not_taken_for_constant():
    assert not is_constant(np.array([np.inf, np.nan]), np.array([1e200, 1e200])).any()
