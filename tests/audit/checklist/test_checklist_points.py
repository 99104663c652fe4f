"""Grid points as the checklist sees them."""

from pathlib import Path

import numpy as np
import pytest

from regcli.audit.checklist.points import Along, Points
from regcli.config import config_from_data

ESTIMATORS = ["tree", {"kind": "forest", "axis": "max_depth"}, {"kind": "factorization"}]
CONFIG = config_from_data(
    {"dataset": {"kind": "csv", "path": "a.csv", "target": "y", "user": "u", "item": "i"}, "estimators": ESTIMATORS},
    "test",
    Path(),
)


@pytest.mark.parametrize(("axis", "entry", "last"), [("ccp_alpha", 0, 0.0), ("max_depth", 1, 1e9), ("l2", 2, 1e-12)])
def test_a_path_knows_its_axis_and_where_it_ends(axis, entry, last):
    assert Along.of(CONFIG, axis, entry) == (axis, entry, last)
    assert not Along.of(CONFIG, axis, entry).is_linear


def test_lambda_has_no_end_and_an_earlier_regcli_knew_nothing_else():
    for axis in ("lambda", None):
        assert Along.of(CONFIG, axis, 0).is_linear
        assert np.isnan(Along.of(CONFIG, axis, 0).last)


def test_points_are_found_by_their_means_and_their_places():
    columns = {
        "validation_mean": np.array([3.0, 2.0, 2.5, 1.0]), "lambda": np.array([2.0, 1, 1, 2]),
        "converged": np.array([True, True, True, False]),
        **{name: np.ones(4) for name in ("validation_se", "n_nonzero", "df", "kkt")},
    }  # fmt: skip
    paths = Along("λ", 0, np.nan), Along("rounds", 0, 1e9)
    points = Points.of(columns, np.array([0, 0, 1, 1]), 0, 1.0, paths)
    assert (points.best, points.weakest) == (1, 1)
    assert points.walked(2).axis == "rounds"
