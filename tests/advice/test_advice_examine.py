"""The looks in their order, on files: roles are found, what is found is done, and what is held out stays unseen."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.advice import advise
from regcli.advice.examine import examine, together
from regcli.config import config_from_data

RANDOM = np.random.default_rng(17)
N = 600


def nobody(_done, _total, _what):
    pass


def written(folder, **columns):
    lines = [",".join(columns), *(",".join(map(str, cells)) for cells in zip(*columns.values(), strict=True))]
    (folder / "d.csv").write_text("\n".join(lines), encoding="utf-8")


def config(folder, **keys):
    dataset = {"kind": "csv", "path": "d.csv", "target": "y"}
    return config_from_data({"dataset": dataset, "penalty": "ridge", **keys}, "test", folder)


def examined(folder, **keys):
    found = examine(config(folder, **keys), None, nobody)
    return found, {choice.key: choice.value for choice in found.choices}


def test_rows_in_time_are_found_by_their_date_and_the_last_ones_held_out(tmp_path):
    days = np.datetime64("2022-01-01") + np.arange(N)
    x = RANDOM.normal(size=N)
    walk = np.cumsum(RANDOM.normal(size=N))
    order = RANDOM.permutation(N)
    written(tmp_path, day=days[order], x=x[order], y=(x + walk)[order])
    found, keys = examined(tmp_path)
    assert keys["dataset.time"] == "day"
    assert keys["cv"] == {"kind": "time_series"}
    assert keys["holdout"] == {"last": 0.2}
    assert "preprocess.dates.cyclic" not in keys
    before = set(found.settled.dataset.row[found.settled.splits.train])
    after = found.better.dataset.row[found.better.splits.train]
    assert set(after) <= before, "what was held out at first has not been seen later"
    assert all(
        set(found.better.dataset.row[part]) <= before
        for fold in found.better.splits.folds
        for part in (fold.train, fold.validation)
    )
    _, ready = together(config(tmp_path), found)
    assert ready.dataset.time == "day"


def test_columns_that_say_how_rows_are_used_are_given_their_roles(tmp_path):
    x = RANDOM.normal(size=N)
    written(
        tmp_path,
        x=x,
        z=RANDOM.normal(size=N),
        fold=np.arange(N) % 6,
        train=["F" if i % 5 else "T" for i in range(N)],
        y=x + RANDOM.normal(size=N),
    )
    found, keys = examined(tmp_path)
    assert keys["cv"] == {"kind": "predefined", "column": "fold"}
    assert keys["holdout"] == {"column": "train", "test_value": "F"}
    assert found.settled.dataset.features.names == ("x", "z")
    assert len(found.settled.splits.holdout) == 480


@pytest.mark.parametrize("cv", [{"kind": "kfold", "shuffle": False, "n_splits": 4}, {"repeats": 3}])
def test_keys_of_another_scheme_go_where_the_scheme_changes(tmp_path, cv):
    who = RANDOM.integers(0, 50, N)
    written(tmp_path, patient_id=who, x=RANDOM.normal(size=N), y=RANDOM.normal(size=50)[who] + RANDOM.normal(size=N))
    found, keys = examined(tmp_path, cv=cv)
    assert keys["dataset.group"] == "patient_id"
    _, ready = together(config(tmp_path, cv=cv), found)
    assert ready.cv.kind == "group"


def test_a_suggestion_that_cannot_be_taken_is_left_out(tmp_path):
    y = RANDOM.normal(size=N)
    written(tmp_path, copy=2 * y, y=y)
    found, keys = examined(tmp_path)
    assert [finding.code for finding in found.first] == ["copy_of_target"]
    assert "dataset.columns.exclude" not in keys, "without it no column is left"


def test_all_of_it_says_the_same_twice(tmp_path):
    x = RANDOM.normal(size=(N, 3))
    written(tmp_path, a=x[:, 0], b=x[:, 1], c=x[:, 2], y=np.exp(x[:, 0]) + RANDOM.normal(size=N))
    first, second = (advise(config(tmp_path)) for _ in range(2))
    assert first == second
    assert first.looked_at["rows"] == 480
    assert "penalty" in {choice.key for choice in first.choices}
