from dataclasses import replace

import numpy as np
import pytest
from in_memory import X, Y, dataset, planned

from regcli import linear
from regcli.audit import halves as module
from regcli.audit.halves import Halves, part_sums, training_sets
from regcli.errors import DataError
from regcli.preprocess import fit_design

PAIRS = {"stability": "complementary_pairs"}


def test_halves_share_the_rows_among_them_and_are_the_same_again():
    prepared = planned(dataset(), **PAIRS)
    drawn = Halves.draw(prepared, 6)
    assert (drawn.first.sum(axis=1) == len(Y) // 2).all()
    assert (drawn.first == Halves.draw(prepared, 6).first).all()
    assert len({half.tobytes() for half in drawn.first}) == 6
    other = planned(dataset(), cv={"kind": "predefined", "column": "fold", "seed": 1}, **PAIRS)
    assert (drawn.first != Halves.draw(other, 6).first).any()


def test_each_class_is_halved_and_one_row_of_a_class_cannot_be():
    prepared = planned(dataset("three"), **PAIRS)
    y = prepared.plan.dataset.y[prepared.full.rows].astype(int)
    for first in Halves.draw(prepared, 5).first:
        assert np.abs(np.bincount(y[first]) - np.bincount(y[~first])).max() <= 1
        assert abs(2 * first.sum() - len(y)) <= 1
    with pytest.raises(DataError, match="class 'c' has 1 training row"):
        module._refuse_single_rows(("a", "b", "c"), np.array([0, 1, 0, 1, 2]))


def test_groups_stay_together_and_one_group_has_no_halves():
    group = np.array([f"g{i % 7}" for i in range(len(Y))], dtype=object)
    prepared = planned(replace(dataset(), group=group), **PAIRS)
    mine = group[prepared.full.rows]
    for first in Halves.draw(prepared, 5).first:
        assert not set(mine[first]) & set(mine[~first])
        assert len(set(mine[first])) == 3
    with pytest.raises(DataError, match="one group"):
        Halves.draw(planned(replace(dataset(), group=np.array(["g"] * len(Y), dtype=object)), **PAIRS), 2)


@pytest.mark.parametrize("way", ["rows", "sums", "parts"])
@pytest.mark.parametrize("weighted", [False, True])
def test_halves_are_training_sets_as_if_prepared_by_themselves(way, weighted, monkeypatch):
    weight = np.random.default_rng(1).uniform(0.5, 2, len(Y)) if weighted else None
    monkeypatch.setattr(module, "FEW", {"rows": -1.0, "sums": 2e9, "parts": -1.0}[way])
    monkeypatch.setattr(module, "TOO_FEW", {"rows": 10**6, "sums": 10**6, "parts": 2}[way])
    prepared = planned(dataset(weight=weight), **PAIRS)
    drawn = Halves.draw(prepared, 3)
    parts = part_sums(prepared, drawn)
    assert (parts is not None) == (way == "parts")
    sets = training_sets(prepared, drawn, parts)
    assert (sets.statistics is not None) == (way != "rows")
    assert sets.shape == (len(Y), 4, 1, 7)
    for f, side in enumerate(side for first in drawn.first for side in (first, ~first)):
        rows = np.sort(prepared.full.rows[side])
        own = fit_design(prepared.recipe, rows, None if weight is None else weight[rows])
        assert sets.unit[f] * prepared.preprocessor.scaling.scale == pytest.approx(own.preprocessor.scaling.scale)
        problem = linear.Problem.build(own.X, Y[rows], None if weight is None else weight[rows], "squared", intercept=True)
        assert sets.null_intercept[f] == pytest.approx(problem.null_intercept)
        if sets.statistics is not None:
            normal = sets.statistics.normal(f)
            assert pytest.approx((own.X * problem.s[:, None]).T @ own.X, abs=1e-10) == normal.C
            assert normal.c == pytest.approx(problem.tdot(problem.Y - problem.null_intercept)[:, 0], abs=1e-10)


def test_parts_that_belong_together_stay_so(monkeypatch):
    monkeypatch.setattr(module, "FEW", -1.0)
    monkeypatch.setattr(module, "TOO_FEW", 2)
    drawn = Halves.draw(planned(dataset(X=X), **PAIRS), 4)
    assert len(drawn.parts) == 14
    assert np.sort(np.concatenate(drawn.parts)).tolist() == list(range(len(Y)))
    for first, chosen in zip(drawn.first, drawn.chosen, strict=True):
        assert [bool(first[part].all()) for part in drawn.parts] == chosen.tolist()
        assert [bool(first[part].any()) for part in drawn.parts] == chosen.tolist()
