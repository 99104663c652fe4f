from dataclasses import replace

import numpy as np
from in_memory import dataset, fitted

from regcli.audit.importance import Importance
from regcli.audit.stability import Stable
from regcli.audit.supports import OverFolds
from regcli.run.audits import importance_table, stability_table


def test_stability_has_a_row_for_every_feature_and_no_number_where_nothing_agrees():
    found = OverFolds.of(fitted(dataset(), lambdas={"values": [0.35]}).portrait.coefficients, dense=False)
    table = stability_table(Stable(found, None))
    assert table.column_names == ["feature", "source", "chosen", "frequency", "sign_agreement"]
    assert table["feature"].to_pylist() == ["x0", "x1", "x2", "x3"]
    assert table["chosen"].to_pylist() == found.chosen.tolist()
    none = [value is None for value in table["sign_agreement"].to_pylist()]
    assert none == np.isnan(found.agreement).tolist()
    assert any(none)


def test_importance_has_a_row_for_every_column_and_no_size_where_there_is_none():
    found = Importance("mse", ("a", "b"), np.array([1.0, 0.0]), np.array([0.5, 0.0]), None, None, None)
    table = importance_table(found)
    assert table.column_names == ["source", "rank", "permutation", "permutation_se"]
    assert table["rank"].to_pylist() == [1.0, None]
    sized = replace(found, size=found.permutation, fold_mean=found.permutation, fold_sd=found.error)
    assert importance_table(sized).column_names == [
        "source",
        "rank",
        "permutation",
        "permutation_se",
        "size",
        "fold_mean",
        "fold_sd",
    ]
