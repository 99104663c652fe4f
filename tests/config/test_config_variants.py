"""Configurations with other values of a key."""

from __future__ import annotations

import pytest

from regcli.config import variants
from regcli.errors import ConfigError

TEXT = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"


def test_each_value_makes_a_configuration_that_differs_in_that_key_alone(load):
    config = load(TEXT + "vary: {key: preprocess.polynomial.degree, values: [1, 4]}\n")
    found = variants(config)
    assert [one.preprocess.polynomial.degree for one in found] == [1, 4]
    assert all(one.vary is None for one in found)
    assert {one.model_copy(update={"preprocess": config.preprocess, "vary": config.vary}) == config for one in found} == {True}
    assert variants(load(TEXT)) == ()


def test_paths_of_data_are_kept(load):
    table = "version: 1\ndataset: {kind: csv, path: d.csv, target: y}\npenalty: lasso\n"
    config = load(table + "vary: {key: preprocess.scale, values: [none]}\n")
    assert variants(config)[0].dataset.path.resolve() == config.dataset.path.resolve()


@pytest.mark.parametrize(
    ("vary", "key"),
    [
        ("{key: cv.n_splits, values: [2]}", "vary.key"),
        ("{key: preprocess.scale, values: []}", "vary.values"),
        ("{key: preprocess.scale, values: [[a]]}", "vary.values.0"),
        ("{values: [1]}", "vary.key"),
    ],
)
def test_what_cannot_be_varied_is_refused(load, vary, key):
    with pytest.raises(ConfigError) as caught:
        load(TEXT + f"vary: {vary}\n")
    assert key in {problem.key for problem in caught.value.problems}
