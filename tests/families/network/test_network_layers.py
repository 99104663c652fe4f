import numpy as np
import pytest

from regcli.families.network.layers import Architecture, Backwards, Layers

RNG = np.random.default_rng(0)


def loss(layers, flat, x, target, weight):
    out = layers.outputs(flat.astype(np.float64), x)
    if layers.architecture.loss == "squared":
        return (weight[:, None] * 0.5 * (out - target) ** 2).sum(axis=(1, 2)) / len(x)
    return -(weight[:, None] * target * np.log(out)).sum(axis=(1, 2)) / len(x)


@pytest.mark.parametrize(("outputs", "kind"), [(1, "squared"), (3, "softmax")])
def test_the_gradient_is_that_of_differences(outputs, kind):
    layers = Layers.of(Architecture(3, (4, 2), outputs, kind))
    flat = RNG.normal(size=(2, layers.starts[-1]))
    x, weight = RNG.normal(size=(6, 3)), RNG.uniform(0.5, 2, 6)
    target = RNG.normal(size=(6, 1)) if kind == "squared" else np.eye(3)[RNG.integers(0, 3, 6)]
    single = (a.astype(np.float32) for a in (flat, x, target, weight))
    found = Backwards(layers, 2, 6).gradient(*single, None)
    for j in range(layers.starts[-1]):
        moved = np.zeros_like(flat)
        moved[:, j] = 1e-5
        slope = (loss(layers, flat + moved, x, target, weight) - loss(layers, flat - moved, x, target, weight)) / 2e-5
        np.testing.assert_allclose(found[:, j], slope, atol=2e-5)


def test_weights_are_penalised_and_biases_are_not():
    layers = Layers.of(Architecture(3, (2,), 1, "squared"))
    assert layers.penalised.sum() == 3 * 2 + 2 * 1
    assert (layers.start(RNG)[~layers.penalised] == 0).all()


def test_probabilities_sum_to_one():
    layers = Layers.of(Architecture(3, (4,), 3, "softmax"))
    flat = (100 * RNG.normal(size=(2, layers.starts[-1]))).astype(np.float32)
    out = layers.outputs(flat, RNG.normal(size=(5, 3)).astype(np.float32))
    np.testing.assert_allclose(out.sum(axis=-1), 1, rtol=1e-6)
