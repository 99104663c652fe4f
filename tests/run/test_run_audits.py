import numpy as np
from in_memory import dataset, fitted

from regcli.audit.supports import OverFolds
from regcli.run.audits import stability_table


def test_stability_has_a_row_for_every_feature_and_no_number_where_nothing_agrees():
    found = OverFolds.of(fitted(dataset(), lambdas={"values": [0.35]}).portrait.coefficients, dense=False)
    table = stability_table(found)
    assert table.column_names == ["feature", "source", "chosen", "frequency", "sign_agreement"]
    assert table["feature"].to_pylist() == ["x0", "x1", "x2", "x3"]
    assert table["chosen"].to_pylist() == found.chosen.tolist()
    none = [value is None for value in table["sign_agreement"].to_pylist()]
    assert none == np.isnan(found.agreement).tolist()
    assert any(none)
