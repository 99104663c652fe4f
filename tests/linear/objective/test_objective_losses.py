"""The losses by their definitions: value, mean, curvature and link belong together, in the tails too."""

import numpy as np
import pytest

from regcli.linear import LOSSES

RNG = np.random.default_rng(3)
CASES = {
    "squared": (RNG.normal(size=9), 1),
    "logistic": (RNG.integers(0, 2, 9) * 1.0, 1),
    "multinomial": (np.arange(9) % 3 * 1.0, 3),
}


@pytest.mark.parametrize("name", LOSSES)
def test_mean_and_curvature_are_derivatives_of_the_value(name):
    loss, (y, k) = LOSSES[name], CASES[name]
    Y, eta, step = loss.outputs(y), RNG.normal(size=(9, k)), 1e-5
    for i in range(k):
        move = step * (np.arange(k) == i)
        slope = (loss.value(Y, eta + move) - loss.value(Y, eta - move)) / (2 * step)
        np.testing.assert_allclose(slope, (loss.mean(eta) - Y)[:, i], atol=1e-9)
        for j in range(k):
            bend = (loss.mean(eta + move)[:, j] - loss.mean(eta - move)[:, j]) / (2 * step)
            np.testing.assert_allclose(loss.curvature(loss.mean(eta), i, j), bend, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
def test_the_link_leads_back_to_the_mean(name):
    loss, (_, k) = LOSSES[name], CASES[name]
    mean = np.array([0.3]) if k == 1 else np.array([0.2, 0.5, 0.3])
    np.testing.assert_allclose(loss.mean(loss.link(mean)[None, :])[0], mean, rtol=1e-14)
    assert name != "multinomial" or abs(loss.link(mean).sum()) < 1e-15


def test_values_known_by_heart():
    two = np.array([[0.0], [1.0]])
    assert LOSSES["squared"].value(two, np.array([[3.0], [3.0]])) == pytest.approx([4.5, 2.0])
    assert LOSSES["logistic"].value(two, np.zeros((2, 1))) == pytest.approx([np.log(2)] * 2)
    assert LOSSES["multinomial"].value(np.eye(3), np.zeros((3, 3))) == pytest.approx([np.log(3)] * 3)


def test_the_tails_neither_overflow_nor_cancel():
    y = np.array([[1.0], [0.0], [1.0], [0.0]])
    eta = np.array([[40.0], [-40.0], [-800.0], [800.0]])
    assert LOSSES["logistic"].value(y, eta) == pytest.approx([np.exp(-40.0), np.exp(-40.0), 800.0, 800.0], rel=1e-12)
    both = np.hstack([np.zeros_like(eta), eta])
    assert LOSSES["multinomial"].value(np.hstack([1 - y, y]), both)[2:] == pytest.approx([800.0, 800.0])
