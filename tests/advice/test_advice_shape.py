"""What columns are like, against plain computations."""

from __future__ import annotations

import numpy as np
import pytest
from advice_rows import codes, config, linear, rows, settled, two_classes, view

from regcli.advice import shape

RANDOM = np.random.default_rng(12)


def test_inflation_and_condition_index_are_those_of_the_books():
    X = RANDOM.normal(size=(200, 4))
    X[:, 3] = X[:, 0] + X[:, 1] + 0.1 * RANDOM.normal(size=200)
    found, alike = shape.collinearity(view(rows(X[:, 0], **{f"x{j}": X[:, j] for j in range(4)})))
    by_code = {finding.code: finding for finding in found}
    assert by_code["variance_inflation"].found == pytest.approx(np.linalg.inv(np.corrcoef(X.T)).diagonal().max())
    assert by_code["variance_inflation"].columns[0] == "x3"
    unit = np.column_stack([np.ones(200), X])
    assert by_code.get("condition_index") is None
    assert np.linalg.cond(unit / np.linalg.norm(unit, axis=0)) < 30
    assert alike.largest == pytest.approx(np.abs(np.corrcoef(X.T) - np.eye(4)).max())


def test_the_condition_index_counts_the_intercept():
    x = 1000 + RANDOM.normal(size=100)
    X = np.column_stack([x, RANDOM.normal(size=100)])
    found, _ = shape.collinearity(view(rows(X[:, 1], a=X[:, 0], b=X[:, 1])))
    unit = np.column_stack([np.ones(100), X])
    assert codes(found) == ["condition_index"]
    assert found[0].found == pytest.approx(np.linalg.cond(unit / np.linalg.norm(unit, axis=0)), rel=1e-6)


def test_pairs_are_counted():
    x = RANDOM.normal(size=100)
    found, alike = shape.collinearity(view(rows(x, a=x, b=-x, c=RANDOM.normal(size=100))))
    assert found[0].code == "related_pairs"
    assert "1 pair of columns is strongly related, most of all 'a' and 'b' (r = -1" in found[0].text
    assert alike.share == pytest.approx(2 / 3)
    assert shape.collinearity(view(rows(x, a=x))) == ([], shape.Alike(0.0, 0.0))


def test_features_a_row():
    assert shape.size(1000, 100) == []
    assert shape.size(100, 30)[0].found == 0.3
    assert "more features than rows" in shape.size(30, 100)[0].text


def test_long_tails_and_units():
    y, columns = linear()
    columns["tail"] = np.exp(2 * RANDOM.normal(size=200))
    assert codes(shape.spread(view(rows(y, **columns)), config())) == ["skewed_columns"]
    columns = linear()[1] | {"metres": 1000 * RANDOM.normal(size=200)}
    assert shape.spread(view(rows(y, **columns)), config()) == []
    (found,) = shape.spread(view(rows(y, **columns)), config(preprocess={"scale": "none"}))
    assert found.columns[0] == "metres"
    assert found.remedy == {"preprocess.scale": "standard"}


def test_targets():
    y, columns = linear()
    assert shape.target(view(rows(y, **columns)), config()) == []
    (found,) = shape.target(view(rows(np.exp(2 * y), **columns)), config())
    assert found.code == "skewed_target"
    assert shape.target(view(rows(np.exp(2 * y), **columns)), config(preprocess={"target": "log"})) == []
    y, columns = two_classes()
    assert shape.target(view(rows(y, classes=("a", "b"), **columns)), config("classification")) == []
    rare = (np.arange(200) % 25 == 0) * 1.0
    (found,) = shape.target(view(rows(rare, classes=("a", "b"), **columns)), config("classification"))
    assert found.found == 0.04
    assert "Class 'b' of y has 4% of the rows" in found.text


def test_rare_levels():
    y, columns = linear()
    city = ["a"] * 90 + ["b"] * 90 + ["c"] * 10 + ["d"] * 6 + ["e"] * 4
    dataset = rows(y, {"city": ("categorical", city)}, **columns)
    (found,) = shape.rare_levels(view(dataset), settled(dataset).splits, config())
    assert found.found == 2
    assert "'city' (2 of 5)" in found.text
    combined = config(preprocess={"categorical": {"min_frequency": 5}})
    assert shape.rare_levels(view(dataset), settled(dataset).splits, combined) == []
