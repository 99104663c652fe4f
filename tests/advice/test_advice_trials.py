"""Quick cross-validations."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from advice_rows import codes, in_time, linear, rows, settled, view
from scipy import sparse

from regcli.advice.trials import bends, better, trial


def tried(dataset):
    return trial(settled(dataset), view(dataset))


def said(dataset):
    return bends(settled(dataset), view(dataset), tried(dataset))


def bent(dataset):
    return codes(said(dataset))


def test_an_improvement_counts_beyond_noise():
    b = np.array([1.0, 1.1, 0.9, 1.05, 0.95])
    assert better(b - 0.2, b) > 0.19
    assert better(b - np.array([0.9, -0.5, 0.4, -0.6, 0.1]), b) == 0.0
    assert better(b, b - 0.2) == 0.0
    assert better(b[:1], b[:1]) == 0.0


def test_penalties_are_tried_on_the_given_rows():
    y, columns = linear(80, 20)
    found = tried(rows(y, **columns))
    assert set(found.validation) == {"none", "ridge", "lasso"}
    assert found.p == 20
    assert found.gap("none") > found.gap("lasso") > 0
    assert found.share_used["lasso"] <= 0.5


def test_of_many_rows_few_are_taken_and_series_look_ahead_nowhere():
    y, columns = linear(3000)
    assert tried(rows(y, **columns)).n == 1000
    found = tried(in_time(rows(y, **columns)))
    assert found.n == 1000
    assert len(found.validation["ridge"]) == 5


def test_columns_beyond_what_is_quick_are_not_tried():
    y = np.arange(50.0)
    assert tried(rows(y, **{f"x{j}": np.cos(y * j) for j in range(301)})) is None


def test_squares_and_products_are_found_where_there_are_some():
    random = np.random.default_rng(1)
    X = random.normal(size=(300, 4))
    columns = {f"x{j}": X[:, j] for j in range(4)}
    assert bent(rows(X[:, 0] * X[:, 1] + 0.3 * random.normal(size=300), **columns)) == ["degree_two", "beyond_linear"]
    y, columns = linear(400)
    assert bent(rows(y, **columns)) == ["beyond_linear"]


def test_sparse_columns_are_tried_as_they_are():
    random = np.random.default_rng(4)
    X = sparse.random_array((120, 30), density=0.2, rng=random, format="csr")
    dataset = rows(X[:, [0]].toarray()[:, 0] + 0.1 * random.normal(size=120), **{f"x{j}": np.zeros(120) for j in range(30)})
    thin = replace(dataset, features=replace(dataset.features, numeric=X))
    assert tried(thin).p == 30
    assert bent(thin) == ["beyond_linear"]


def test_levels_tell_trees_no_more_than_they_tell_lines():
    random = np.random.default_rng(5)
    level, x = random.integers(0, 3, 300), random.normal(size=300)
    y = 2.0 * level + x + 0.3 * random.normal(size=300)
    (found,) = said(rows(y, {"kind": ("categorical", np.array(["a", "b", "c"], dtype=object)[level])}, x=x))
    # the steps of boosting cost something, the levels do not
    assert -1.5 < found.found < 0.0


def test_steps_of_classes_are_found_by_trees():
    random = np.random.default_rng(2)
    X = random.normal(size=(300, 3))
    y = ((np.abs(X[:, 0]) > 0.7) != (random.random(300) < 0.1)) * 1.0
    *_, found = said(rows(y, classes=("a", "b"), **{f"x{j}": X[:, j] for j in range(3)}))
    assert re.match(r"Non-linearity buys \d+(\.\d+)?% of brier beyond noise: boosting of small trees against", found.text)
    assert "p < 0.001). There are bends, steps or interactions that lines do not follow." in found.text
    assert "--penalty all --beyond" in found.hint


def test_where_lines_do_it_trees_are_said_to_buy_nothing():
    y, columns = linear(400)
    (found,) = said(rows(y, **columns))
    assert found.text.startswith("Non-linearity buys nothing: boosting of small trees, the best of it, is ")
    assert (found.found < 0, found.hint) == (True, "")
