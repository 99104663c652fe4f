"""The scale of the target: there and back, and values that have no logarithm."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.config import config_from_data
from regcli.data import load
from regcli.errors import DataError
from regcli.preprocess.target import SCALES, fitted_scale, on_scale, to_scale


@pytest.fixture
def dataset(tmp_path):
    def make(*y):
        (tmp_path / "d.csv").write_text("a,y\n" + "".join(f"{i * i},{v}\n" for i, v in enumerate(y)), encoding="utf-8")
        data = {"dataset": {"kind": "csv", "path": "d.csv", "target": "y"}, "penalty": "lasso", "task": "regression"}
        return load(config_from_data(data, "test", tmp_path))

    return make


@pytest.mark.parametrize("kind", SCALES)
def test_the_inverse_leads_back(kind):
    y = np.array([0.5, 1.0, 30.0])
    np.testing.assert_allclose(SCALES[kind][1](to_scale(kind, y)), y)
    assert fitted_scale(kind) == kind


@pytest.mark.parametrize("kind", ["none", "standard"])
def test_other_scales_are_the_targets_own(kind, dataset):
    rows = dataset(1, 2.5, 4)
    assert on_scale(rows, kind) is rows
    assert fitted_scale(kind) is None


def test_a_dataset_on_another_scale_is_a_new_one(dataset):
    rows = dataset(1, 2.5, 4)
    np.testing.assert_allclose(on_scale(rows, "log").y, np.log([1, 2.5, 4]))
    np.testing.assert_array_equal(rows.y, [1, 2.5, 4])


@pytest.mark.parametrize(
    ("kind", "y", "said", "remedy"),
    [
        ("log", (1, 0, 2.5), "above 0, but target 'y' is 0 in row 1", "log1p"),
        ("log", (-3, 0, 2.5), "is -3 in row 0.*and 1 more", "none"),
        ("log1p", (1, 2.5, -1), "above -1, but target 'y' is -1 in row 2", "none"),
    ],
)
def test_a_value_without_a_logarithm_is_named_with_a_way_out(dataset, kind, y, said, remedy):
    with pytest.raises(DataError, match=said) as caught:
        on_scale(dataset(*y), kind)
    assert caught.value.remedies == ({"preprocess.target": remedy},)
