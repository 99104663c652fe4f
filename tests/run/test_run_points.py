import numpy as np
import pytest

from regcli.run.points import same_path, same_point

SWEEP = {
    "entry": np.array([0, 0, 1, 1, 1, 1]),
    "penalty": np.array(["none", "none", *["lasso"] * 4], dtype=object),
    "l1_ratio": np.array([np.nan, np.nan, 1, 1, 1, 1]),
    "lambda_index": np.array([0, 1] * 3),
    "gamma": np.array([np.nan, np.nan, 1, 1, 0, 0]),
}


@pytest.mark.parametrize(("row", "path"), [(1, [0, 1]), (2, [2, 3]), (5, [4, 5])])
def test_a_path_is_told_by_all_that_sets_it_apart(row, path):
    assert np.flatnonzero(same_path(SWEEP, SWEEP, row)).tolist() == path
    assert np.flatnonzero(same_point(SWEEP, SWEEP, row)).tolist() == [row]


def test_a_table_of_an_earlier_regcli_has_no_gamma():
    old = {name: values[:4] for name, values in SWEEP.items() if name != "gamma"}
    assert np.flatnonzero(same_path(old, SWEEP, 0)).tolist() == [0, 1]
    assert np.flatnonzero(same_point(old, old, 3)).tolist() == [3]
