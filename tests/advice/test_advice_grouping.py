"""Entities, time and neighbours, which folds should not tear apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from advice_rows import codes, in_time, linear, rows, settled, two_classes, view

from regcli.advice.grouping import entities, time_order

RANDOM = np.random.default_rng(11)


def entity(dataset, **keys):
    parts = settled(dataset, **keys).splits
    return entities(view(dataset, **keys), parts)


def order(dataset, **keys):
    return time_order(view(dataset, **keys), settled(dataset, **keys).splits)


def test_a_column_that_names_somebody_is_a_group():
    y, columns = linear(300)
    who = RANDOM.integers(0, 60, 300)
    (found,) = entity(rows(y + RANDOM.normal(size=60)[who], patient_id=who, **columns))
    assert found.remedy == {"dataset.group": "patient_id"}
    assert found.found > 0.9
    assert "60 entities in 300 rows" in found.text


def test_texts_that_come_back_and_tell_the_target_are_a_group_whatever_they_are_called():
    y, columns = linear(300)
    who = RANDOM.integers(0, 60, 300)
    words = [f"w{i}" for i in who]
    told = y + 3 * RANDOM.normal(size=60)[who]
    assert codes(entity(rows(told, {"w": ("categorical", words)}, **columns))) == ["entity_in_several_folds"]
    assert entity(rows(y, {"w": ("categorical", words)}, **columns)) == []


def test_categories_and_counts_are_no_groups():
    y, columns = linear(300)
    city = [f"c{i}" for i in RANDOM.integers(0, 8, 300)]
    assert entity(rows(y, {"city": ("categorical", city)}, age=RANDOM.integers(20, 80, 300), **columns)) == []


def test_where_groups_are_kept_together_nothing_is_said():
    y, columns = linear(300)
    who = RANDOM.integers(0, 60, 300)
    dataset = replace(rows(y, patient_id=who, **columns), group=np.array([str(i) for i in who], dtype=object))
    assert entity(dataset, cv={"kind": "group"}) == []


def test_time_that_is_shuffled():
    y, columns = linear()
    dataset = in_time(rows(y, **columns))
    (found,) = order(dataset, cv={"kind": "kfold"})
    assert found.remedy == {"cv.kind": "time_series"}
    assert order(dataset) == []


def test_dates_by_which_rows_are_alike():
    days = RANDOM.permutation(300)
    walk = np.cumsum(RANDOM.normal(size=300))[days]
    texts = np.datetime_as_string(np.datetime64("2024-01-01") + days, unit="D").tolist()
    (found,) = order(rows(walk, {"day": ("date", texts)}, x=RANDOM.normal(size=300)))
    assert found.remedy == {"dataset.time": "day"}
    born = np.datetime_as_string(np.datetime64("1980-01-01") + RANDOM.permutation(300), unit="D").tolist()
    assert order(rows(RANDOM.normal(size=300), {"born": ("date", born)}, x=RANDOM.normal(size=300))) == []


def test_neighbours_that_columns_do_not_explain():
    walk = np.cumsum(RANDOM.normal(size=300))
    (found,) = order(rows(walk, x=RANDOM.normal(size=300)))
    assert found.remedy == {"cv.shuffle": False}
    (found,) = order(rows(walk, x=RANDOM.normal(size=300), hours=np.arange(300) // 3))
    assert found.remedy == {"dataset.time": "hours"}
    assert order(rows(walk, x=walk + 0.01 * RANDOM.normal(size=300))) == []


def test_files_that_are_sorted_by_the_target_or_in_no_order():
    y, columns = linear()
    assert order(rows(np.sort(y), **columns)) == []
    assert order(rows(y, **columns)) == []
    y, columns = two_classes()
    assert order(rows(np.sort(y), classes=("a", "b"), **columns)) == []
