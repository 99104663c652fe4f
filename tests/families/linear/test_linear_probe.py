"""What columns add, of levels that belong together and of columns that are alone."""

import numpy as np
import pytest
from in_memory import dataset, fitted

from regcli.families.linear.probe import sizes


def test_a_column_alone_has_the_size_of_its_standardised_coefficient():
    outcome = fitted(dataset(), lambdas={"values": [0.02]})
    table = outcome.portrait.coefficients
    found = sizes(outcome.prepared, table)
    assert found[-1] == pytest.approx(np.abs(table.standardized[1:]))
    assert found[:-1] == pytest.approx(np.abs(table.over_folds[:, 1:]))


def test_several_classes_have_the_root_mean_square_of_theirs():
    outcome = fitted(dataset("three"), lambdas={"values": [0.02]})
    table = outcome.portrait.coefficients
    by_class = table.standardized.reshape(3, 5)[:, 1:]
    assert sizes(outcome.prepared, table)[-1] == pytest.approx(np.sqrt((by_class**2).mean(axis=0)))


def test_what_is_made_of_one_column_counts_together():
    outcome = fitted(dataset(), lambdas={"values": [1e-3]}, preprocess={"polynomial": {"degree": 2}})
    prepared, found = outcome.prepared, sizes(outcome.prepared, outcome.portrait.coefficients)
    b = outcome.paths[0].details.coefficients[0, 0, 1:]
    mine = [j for j, output in enumerate(prepared.outputs) if "x0" in output.inputs]
    raw = prepared.problem.X * prepared.preprocessor.scaling.scale
    assert len(mine) == 5
    assert found[-1, 0] == pytest.approx((raw[:, mine] @ b[mine]).std(), rel=1e-6)
