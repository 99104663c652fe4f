"""The compiled steps against numpy's: the same numbers step by step, under every lever and whatever the widths."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from pulled import levers

from regcli import pace
from regcli.families.network import compiled, training
from regcli.families.network.compiled import Compiled
from regcli.families.network.draws import Draws
from regcli.families.network.layers import Architecture, Layers
from regcli.families.network.levers import Rows, Schedule
from regcli.families.network.plain import Plain
from regcli.numerics.library import SWITCH

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "regcli" / "families" / "network" / "kernels" / "network.c"
N, P = 53, 7
RNG = np.random.default_rng(11)
X = RNG.normal(size=(N, P)).astype(np.float32)
WEIGHT = RNG.uniform(0.5, 2.0, N).astype(np.float32)
ALL = {"weight_decay": [0.0, 0.4], "l1": 0.01, "dropout": [0.3, 0.0], "label_smoothing": 0.1, "noise": [0.0, 0.2], "mixup": 0.3}
built = pytest.mark.skipif(not compiled.available, reason="the kernels are not built, or switched off")


def made(trainer, hidden, outputs, asked, *, batch=10, epochs=3, rate=0.002, rows=X):
    """Weights of all networks after every epoch, (epochs, S, P). Where a gradient is nearly zero rounding decides its sign."""
    target = rows[:, :1] * rows[:, 1:2] if outputs == 1 else np.eye(outputs)[np.arange(N) % outputs]
    architecture = Architecture(P, hidden, outputs, "squared" if outputs == 1 else "softmax")
    layers, schedule = Layers.of(architecture), Schedule(rate, batch, (epochs,))
    draws = Draws(Rows(rows, target.astype(np.float32), WEIGHT), architecture, asked, schedule, 5, None)
    networks = trainer(layers, asked, rate, draws.batch, layers.start(np.random.default_rng(2)))
    out = []
    for _ in range(epochs):
        for stretch in draws.epoch():
            networks.take(stretch)
        out.append(networks.weights())
    return np.array(out)


@pytest.mark.skipif(shutil.which("cc") is None and shutil.which("gcc") is None, reason="no compiler")
@pytest.mark.skipif(os.environ.get(SWITCH) == "0", reason="switched off")
def test_where_there_is_a_compiler_they_are_built():
    assert compiled.available, "out of date: pip install --no-deps --editable ."


@pytest.mark.parametrize(
    ("name", "known"), [("INTERFACE", compiled.INTERFACE), ("LANES", compiled.LANES), ("WIDE", compiled.WIDE)]
)
def test_what_both_sides_count_on_has_one_number(name, known):
    assert re.search(rf"#define {name} (\d+)", SOURCE.read_text(encoding="utf-8")).group(1) == str(known)


@built
@pytest.mark.parametrize(
    ("hidden", "outputs"), [((5, 3), 1), ((), 1), ((), 3), ((17,), 3), ((64, 32), 1), ((9, 300, 256), 4), ((20, 33, 7, 48), 10)]
)
@pytest.mark.parametrize(
    "asked", [{}, {"weight_decay": [0.0, 0.4]}, {"l1": [0.01, 0.2]}, ALL], ids=["none", "decay", "l1", "all"]
)
def test_steps_are_those_of_numpy(hidden, outputs, asked):
    both = [made(trainer, hidden, outputs, levers(2, **asked)) for trainer in (Plain, Compiled)]
    np.testing.assert_allclose(both[1], both[0], atol=1e-5)


@built
@pytest.mark.parametrize("lever", ["dropout", "label_smoothing", "noise", "mixup"])
def test_every_lever_does_what_it_does_to_numpys(lever):
    both = [made(trainer, (12, 6), 3, levers(2, **{lever: [0.0, 0.3]})) for trainer in (Plain, Compiled)]
    np.testing.assert_allclose(both[1], both[0], atol=1e-5)
    assert np.abs(both[1][:, 0] - both[1][:, 1]).max() > 1e-3


@built
@pytest.mark.parametrize("batch", [1, 3, 53, 500])
def test_steps_of_any_length_are_those_of_numpy(batch):
    both = [made(trainer, (6,), 1, levers(), batch=batch, epochs=1) for trainer in (Plain, Compiled)]
    np.testing.assert_allclose(both[1], both[0], atol=1e-5)


@built
def test_a_network_is_the_same_to_the_last_bit_whatever_stands_beside_it():
    together = made(Compiled, (33, 7), 3, levers(2, **ALL))
    for s in (0, 1):
        own = {name: np.broadcast_to(values, 2)[s] for name, values in ALL.items()}
        np.testing.assert_array_equal(made(Compiled, (33, 7), 3, levers(**own))[:, 0], together[:, s])


@built
def test_what_diverges_is_seen_to():
    (*_, last) = made(Compiled, (6,), 1, levers(2, weight_decay=[0.0, 1e12]), epochs=2)
    assert np.isfinite(last[0]).all()
    assert not np.isfinite(last[1]).all()
    broken = X.copy()
    broken[3, 2] = np.nan
    assert not np.isfinite(made(Compiled, (6,), 1, levers(), rows=broken)).all()


@built
def test_whoever_is_interrupted_ends_within_a_stretch(monkeypatch):
    taken = []

    def stop(_):
        taken.append(1)
        if len(taken) > 2:
            raise pace.Stopped

    monkeypatch.setattr(compiled, "fitted", stop)
    with pytest.raises(pace.Stopped):
        made(Compiled, (6,), 1, levers(5))
    assert len(taken) == 3


def test_without_them_numpy_trains(monkeypatch):
    rows = Rows(X, X[:, :1], WEIGHT)
    asked = (rows, Architecture(P, (4,), 1, "squared"), levers(), Schedule(0.01, 10, (2,)), 0)
    (here,) = training.train(*asked)
    monkeypatch.setattr(compiled, "available", False)
    (there,) = training.train(*asked)
    np.testing.assert_allclose(there, here, atol=1e-5)
