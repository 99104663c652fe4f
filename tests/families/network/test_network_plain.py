"""Training by numpy, held against Adam's own formulas; whole trainings stand in test_network_training.py."""

import numpy as np
import pytest
from pulled import levers

from regcli import pace
from regcli.families.network import plain
from regcli.families.network.draws import Stretch
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.plain import Plain

LAYERS = Layers.of(Architecture(2, (), 1, "squared"))
START = np.array([0.5, -0.25, 0.1], dtype=np.float32)
X, Y = np.array([[1.0, 2.0], [-1.0, 0.5]], dtype=np.float32), np.array([[1.0], [0.0]], dtype=np.float32)


def taken(asked, batch=1):
    networks = Plain(LAYERS, asked, 0.1, batch, START)
    networks.take(Stretch(X, Y, np.ones(2, dtype=np.float32), None, None, None, None))
    return networks.weights()


def test_the_first_step_is_as_long_as_the_rate_wherever_there_is_a_gradient():
    out = X @ START[:2] + START[2] - Y[:, 0]
    gradient = np.append(X.T @ out, out.sum()) / 2
    np.testing.assert_allclose(taken(levers(), batch=2)[0], START - 0.1 * np.sign(gradient), atol=1e-6)


def test_decay_and_thresholds_come_with_every_step():
    free, decayed, soft = taken(levers(3, weight_decay=[0.0, 2.0, 0.0], l1=[0.0, 0.0, 100.0]), batch=2)
    np.testing.assert_allclose(decayed[:2], free[:2] - 0.1 * 2.0 * START[:2], atol=1e-6)
    assert (soft[:2] == 0).all()
    assert free[2] == decayed[2] == soft[2]


def test_what_is_handed_out_does_not_move_with_the_training():
    networks = Plain(LAYERS, levers(), 0.1, 1, START)
    before = networks.weights()
    networks.take(Stretch(X, Y, np.ones(2, dtype=np.float32), None, None, None, None))
    np.testing.assert_array_equal(before[0], START)


def test_whoever_is_interrupted_ends_at_the_next_step(monkeypatch):
    def stop(_):
        raise pace.Stopped

    monkeypatch.setattr(plain, "fitted", stop)
    with pytest.raises(pace.Stopped):
        taken(levers())
