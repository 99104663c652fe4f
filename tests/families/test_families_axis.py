"""Paths of other families: what they are called, and where their grids lie."""

import numpy as np
import pytest
from in_memory import dataset, planned

from regcli.config import config_from_data
from regcli.families.axis import between, varied, written


def wanted(tmp_path, **entry):
    config = {"dataset": {"kind": "make_regression"}, "estimators": [{"kind": "tree", **entry}]}
    return config_from_data(config, "test", tmp_path).estimators[0]


def test_levers_are_written_as_they_are_configured():
    assert [written(v) for v in (None, True, 3, 0.1, "sqrt", (64, 32))] == ["none", "true", "3", "0.1", "sqrt", "64-32"]


def test_paths_are_called_by_what_differs():
    entry = {"kind": "tree", "min_samples_leaf": [1, 7], "max_features": 0.5, "values": [1, 0]}
    prepared = planned(dataset(), penalty=[], estimators=[entry])
    assert [path.label for path in prepared.paths] == ["tree min_samples_leaf=1", "tree min_samples_leaf=7"]
    assert prepared.paths[1].setting == "min_samples_leaf=7;max_features=0.5"
    assert prepared.paths[1].levers_at(0) == {
        "max_depth": None, "min_samples_leaf": 7, "max_features": 0.5, "criterion": None, "ccp_alpha": 1.0,
    }  # fmt: skip
    assert varied([{"a": 1, "b": 2}, {"a": 1, "b": 3}]) == ("b",)


@pytest.mark.parametrize(
    ("entry", "ends", "values"),
    [
        ({"axis": "min_samples_leaf", "count": 4}, (27, 1), [27, 9, 3, 1]),
        ({"axis": "min_samples_leaf", "count": 50}, (3, 1), [3, 2, 1]),
        ({"axis": "max_depth", "count": 3}, (1, 4), [1, 2, 4]),
        ({"axis": "max_depth", "count": 3, "max": 16}, (1, 4), [1, 4, 16]),
        ({"axis": "max_depth", "values": [9, 2]}, (1, 4), [2, 9]),
        ({"axis": "min_samples_leaf", "max": 8, "min": 2, "count": 3}, (27, 1), [8, 4, 2]),
    ],
)
def test_grids_are_geometric_and_go_from_strong_to_weak(tmp_path, entry, ends, values):
    np.testing.assert_array_equal(between(wanted(tmp_path, **entry), *ends), values)


def test_whole_numbers_are_given_to_the_backend_as_such():
    prepared = planned(dataset(), penalty=[], estimators=[{"kind": "tree", "axis": "max_depth", "values": [2, 1]}])
    (path,) = prepared.paths
    assert path.at(1) == 2
    assert isinstance(path.at(1), int)
