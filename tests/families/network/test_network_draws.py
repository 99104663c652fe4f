"""What is drawn: the same for all strengths, and nothing of it moved by what another strength asks for."""

from __future__ import annotations

import numpy as np
import pytest
from pulled import levers

from regcli.families.network import draws
from regcli.families.network.augment import Augment
from regcli.families.network.draws import Draws
from regcli.families.network.layers import Architecture
from regcli.families.network.levers import Rows, Schedule

N, BATCH = 23, 5
X = np.arange(2.0 * N, dtype=np.float32).reshape(N, 2)
CLASS = np.eye(2, dtype=np.float32)[np.arange(N) % 2]
EVERY = {"noise": 0.5, "mixup": 0.4, "dropout": 0.3, "label_smoothing": 0.2}


def epoch(asked, augment=None):
    """All rows of the second epoch, stretch by stretch."""
    made = Draws(Rows(X, CLASS, np.arange(N, dtype=np.float32)), Architecture(2, (3, 4), 2, "softmax"), asked,
                 Schedule(0.1, BATCH, (2,)), 7, augment)  # fmt: skip
    list(made.epoch())
    return list(made.epoch())


def joined(stretches, part):
    return np.concatenate([getattr(stretch, part) for stretch in stretches])


def test_every_row_comes_once_with_what_belongs_to_it():
    (found,) = epoch(levers())
    assert sorted(found.weight.tolist()) == list(range(N))
    np.testing.assert_array_equal(found.x, X[found.weight.astype(int)])
    np.testing.assert_array_equal(found.target, CLASS[found.weight.astype(int)])
    assert (found.partners, found.share, found.noise, found.drawn) == (None, None, None, None)


@pytest.mark.parametrize("lever", EVERY)
def test_what_one_lever_draws_moves_nothing_else(lever):
    every, (alone,) = epoch(levers(2, **EVERY)), epoch(levers(**{lever: EVERY[lever]}))
    np.testing.assert_array_equal(joined(every, "weight"), alone.weight)
    for part in ("noise", "drawn"):
        if getattr(alone, part) is not None:
            np.testing.assert_array_equal(joined(every, part), getattr(alone, part))
    if lever == "mixup":
        np.testing.assert_array_equal(every[0].partners[0], alone.partners[0])
        np.testing.assert_array_equal(every[0].share[1], alone.share[0])


def test_rows_are_mixed_within_their_step():
    (found,) = epoch(levers(mixup=1.0))
    for step in found.steps(BATCH):
        assert {tuple(row) for row in step.partners[0]} == {tuple(row) for row in step.x}


def test_steps_are_the_stretch_cut_up():
    (found,) = epoch(levers(2, **EVERY))
    steps = list(found.steps(BATCH))
    assert [len(step) for step in steps] == [5, 5, 5, 5, 3]
    for s in (0, slice(None)):
        whole, parts = found.seen(levers(2, **EVERY), s), [step.seen(levers(2, **EVERY), s) for step in steps]
        for i in (0, 1):
            np.testing.assert_array_equal(np.concatenate([part[i] for part in parts], axis=-2), whole[i])


def test_strengths_that_ask_for_nothing_see_the_rows_themselves():
    (found,) = epoch(levers(2, noise=[0.0, 1.0], mixup=[0.0, 1.0], label_smoothing=[0.0, 0.5]))
    asked = levers(2, noise=[0.0, 1.0], mixup=[0.0, 1.0], label_smoothing=[0.0, 0.5])
    (x, target), (moved, spread) = found.seen(asked, 0), found.seen(asked, 1)
    np.testing.assert_array_equal(x, found.x)
    np.testing.assert_array_equal(target, found.target)
    assert (moved != found.x).any()
    assert spread.min() > 0


@pytest.mark.parametrize("room", [1, 150])
def test_a_long_epoch_is_drawn_in_parts_of_whole_steps(monkeypatch, room):
    (whole,) = epoch(levers(2, **EVERY))
    monkeypatch.setattr(draws, "ROOM", room)
    parts = epoch(levers(2, **EVERY))
    assert [len(part) for part in parts] == ([5, 5, 5, 5, 3] if room == 1 else [10, 10, 3])
    for name in ("x", "target", "weight", "noise", "drawn"):
        np.testing.assert_array_equal(joined(parts, name), getattr(whole, name))


def test_images_are_changed_the_same_way_whatever_else_is_drawn():
    nothing, one = np.zeros(2, dtype=np.float32), np.ones(2, dtype=np.float32)
    augment = Augment((1, 2), 1, "horizontal", 0.0, nothing, one)
    np.testing.assert_array_equal(joined(epoch(levers(), augment), "x"), joined(epoch(levers(3, **EVERY), augment), "x"))
