"""Networks trained side by side against one network at a time in plain loops of float64."""

import numpy as np
import pytest
from plain_network import trained
from pulled import levers

from regcli.families.network import compiled
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.levers import Rows, Schedule
from regcli.families.network.training import train

RNG = np.random.default_rng(3)
N, P, HIDDEN, SEED = 23, 4, (5, 3), 7
X = RNG.normal(size=(N, P))
WEIGHT = RNG.uniform(0.5, 1.5, N)
Y = (X @ RNG.normal(size=P))[:, None]
CLASS = np.eye(3)[RNG.integers(0, 3, N)]
SCHEDULE = Schedule(0.05, 10, (2, 4))


@pytest.fixture(autouse=True, params=["compiled", "numpy"])
def _both_ways(request, monkeypatch):
    if request.param == "compiled" and not compiled.available:
        pytest.skip("the kernels are not built, or switched off")
    monkeypatch.setattr(compiled, "available", request.param == "compiled")


def rows(target):
    return Rows(X.astype(np.float32), target.astype(np.float32), (WEIGHT / WEIGHT.mean()).astype(np.float32))


def architecture(target):
    return Architecture(P, HIDDEN, target.shape[1], "squared" if target.shape[1] == 1 else "softmax")


def unit_by_unit(target, **given):
    """Every number of the plain network at the epochs of the schedule."""
    found = trained(
        X, target, WEIGHT, HIDDEN,
        rate=SCHEDULE.learning_rate, batch=SCHEDULE.batch_size, epochs=SCHEDULE.epochs[-1], seed=SEED, **given,
    )  # fmt: skip
    return np.array([np.concatenate([part.ravel() for pair in found[e - 1] for part in pair]) for e in SCHEDULE.epochs])


@pytest.mark.parametrize("target", [Y, CLASS], ids=["regression", "classes"])
def test_networks_are_those_of_a_plain_loop(target):
    decays, l1 = [0.0, 0.3, 2.0], [0.0, 0.05, 0.01]
    found = np.array(list(train(rows(target), architecture(target), levers(3, weight_decay=decays, l1=l1), SCHEDULE, SEED)))
    assert found.shape[:2] == (2, 3)
    for s, (decay, soft) in enumerate(zip(decays, l1, strict=True)):
        np.testing.assert_allclose(found[:, s], unit_by_unit(target, weight_decay=decay, l1=soft), atol=1e-5)


def test_smoothed_labels_are_those_of_a_plain_loop():
    (_, found) = train(rows(CLASS), architecture(CLASS), levers(2, label_smoothing=[0.0, 0.2]), SCHEDULE, SEED)
    for s, epsilon in enumerate([0.0, 0.2]):
        np.testing.assert_allclose(found[s], unit_by_unit(CLASS, label_smoothing=epsilon)[-1], atol=1e-5)


def test_what_l1_shrinks_is_zero_and_biases_are_exempt():
    shape = architecture(Y)
    (*_, found) = train(rows(Y), shape, levers(l1=50.0), SCHEDULE, SEED)
    penalised = Layers.of(shape).penalised
    assert (found[0, penalised] == 0).all()
    assert found[0, ~penalised].any()


@pytest.mark.parametrize("lever", ["dropout", "noise", "mixup"])
def test_what_is_drawn_is_drawn_again_from_the_same_seed_and_differs_between_strengths_by_the_strength_alone(lever):
    asked = levers(3, **{lever: [0.0, 0.3, 0.3]})
    (*_, once) = train(rows(CLASS), architecture(CLASS), asked, SCHEDULE, SEED)
    (*_, again) = train(rows(CLASS), architecture(CLASS), asked, SCHEDULE, SEED)
    np.testing.assert_array_equal(once, again)
    assert np.abs(once[0] - once[1]).max() > 1e-3
    if lever != "mixup":
        np.testing.assert_array_equal(once[1], once[2])


def test_an_earlier_epoch_is_the_same_whether_or_not_the_training_goes_on():
    short = Schedule(SCHEDULE.learning_rate, SCHEDULE.batch_size, (2,))
    (one,) = train(rows(Y), architecture(Y), levers(), short, SEED)
    first, _ = train(rows(Y), architecture(Y), levers(), SCHEDULE, SEED)
    np.testing.assert_array_equal(one, first)
