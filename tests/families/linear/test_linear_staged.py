import numpy as np
import pytest
from in_memory import dataset, planned

from regcli.errors import UsageError


def paths(stage, **config):
    return planned(
        dataset(**config.pop("rows", {})), penalty={"kind": "lasso", "stage": stage}, lambdas={"count": 10}, **config
    ).paths


def test_a_path_for_each_gamma_the_largest_first():
    found = paths({"kind": "relaxed", "gamma": [0, 1, 0.5]})
    assert [path.gamma for path in found] == [1.0, 0.5, 0.0]
    assert {path.stage for path in found} == {"relaxed"}
    assert [path.label for path in found][:2] == ["lasso, relaxed (γ = 1)", "lasso, relaxed (γ = 0.5)"]
    for path in found[1:]:
        np.testing.assert_array_equal(path.lambdas, found[0].lambdas)


def test_an_adaptive_grid_starts_where_the_first_weighted_column_enters():
    prepared = planned(dataset(), penalty={"kind": "lasso", "stage": "adaptive"}, lambdas={"count": 10})
    (path,) = prepared.paths
    from regcli.engine import search

    (found,) = search(prepared).paths
    assert found.n_nonzero[0] == 0
    assert found.n_nonzero[1] > 0
    assert path.second.lambdas[0] > path.second.lambdas[-1] > 0


def test_a_screen_lies_at_shares_of_its_own_top():
    plain = planned(dataset(), lambdas={"count": 10}).paths[0]
    found = paths({"refit": "elasticnet", "gamma": [0.1, 0.5], "l1_ratio": [0.2, 0.8]})
    assert [(path.l1_ratio, path.gamma) for path in found] == [(0.2, 0.5), (0.2, 0.1), (0.8, 0.5), (0.8, 0.1)]
    np.testing.assert_allclose(found[0].second.lambdas, plain.lambdas[0] * np.array([0.5, 0.1]))
    assert [path.second.place for path in found] == [0, 1, 0, 1]
    assert found[0].label == "lasso, refit elasticnet 0.2 (γ = 0.5)"


def test_least_squares_asks_for_more_rows_than_columns():
    X = np.random.default_rng(0).normal(size=(60, 45))
    with pytest.raises(UsageError, match="ols needs more rows than columns in every fold"):
        paths({"kind": "adaptive", "first": "ols"}, rows={"X": np.asfortranarray(X)})
