"""Which rows are kept for the one final test."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from regcli.data import load
from regcli.data.holdout import holdout_positions
from regcli.errors import DataError

NUMBERS = "a,g,part,y\n" + "".join(f"{i},{'uvwxz'[i % 5]},{'old' if i < 15 else 'new'},{i * 0.5}\n" for i in range(20))
LABELS = "a,y\n" + "".join(f"{i % 7},{'yes' if i % 4 else 'no'}\n" for i in range(40))


@pytest.fixture
def held(tmp_path, config):
    def make(holdout, content=NUMBERS, **keys):
        (tmp_path / "d.csv").write_text(content, encoding="utf-8")
        made = config({"kind": "csv", "path": "d.csv", "target": "y", **keys}, holdout=holdout)
        dataset = load(made)
        return holdout_positions(dataset, made.holdout), dataset

    return make


def test_no_holdout_is_no_row(held):
    assert held(None)[0].tolist() == []


@pytest.mark.parametrize(("fraction", "seed"), [(0.2, 0), (0.33, 7)])
def test_a_share_is_drawn_as_scikit_learn_draws_it(held, fraction, seed):
    expected = train_test_split(np.arange(20), test_size=fraction, random_state=seed)[1]
    assert held({"fraction": fraction, "seed": seed})[0].tolist() == sorted(expected)


def test_classes_keep_their_shares(held):
    rows, dataset = held({"fraction": 0.25}, LABELS)
    expected = train_test_split(np.arange(40), test_size=0.25, random_state=0, stratify=dataset.y)[1]
    assert rows.tolist() == sorted(expected)


def test_groups_are_held_out_whole(held):
    rows, dataset = held({"fraction": 0.4, "seed": 3}, group="g")
    expected = next(GroupShuffleSplit(1, test_size=0.4, random_state=3).split(dataset.y, groups=dataset.group))[1]
    assert rows.tolist() == sorted(expected)
    assert not set(dataset.group[rows]) & set(np.delete(dataset.group, rows))


@pytest.mark.parametrize(("last", "n"), [(3, 3), (0.25, 5), (0.07, 2), (1, 1)])
def test_the_last_rows(held, last, n):
    assert held({"last": last})[0].tolist() == list(range(20 - n, 20))


def test_with_a_time_a_share_is_of_the_last_rows(held):
    rows, dataset = held({"fraction": 0.25}, time="a")
    assert dataset.row[rows].tolist() == [15, 16, 17, 18, 19]


def test_rows_that_a_column_marks(held):
    assert held({"column": "part", "test_value": "new"})[0].tolist() == list(range(15, 20))
    with pytest.raises(DataError, match=r"no row has 'newer' in holdout\.column 'part'") as caught:
        held({"column": "part", "test_value": "newer"})
    assert "'new', 'old'" in caught.value.hint


@pytest.mark.parametrize("holdout", [{"last": 20}, {"last": 50}, {"fraction": 0.99}])
def test_a_holdout_of_every_row_is_refused(held, holdout):
    with pytest.raises(DataError, match="20"):
        held(holdout)


def test_a_class_with_a_single_row_cannot_be_split(held):
    with pytest.raises(DataError, match=r"a holdout of 0\.5 cannot be drawn") as caught:
        held({"fraction": 0.5}, LABELS + "3,never\n")
    assert "single row" in caught.value.hint
