"""Networks as a family: what they are measured in, how many epochs they are given, and how their models are kept."""

import numpy as np
import pytest
from in_memory import dataset, fitted

from regcli.errors import DataError, FitError, UsageError
from regcli.families import FAMILIES

ENTRY = {"kind": "network", "values": [1.0, 0.1], "hidden": [4], "max_epochs": 3, "seeds": 1}


@pytest.mark.parametrize("target", ["y", "two", "three"])
def test_a_model_kept_as_arrays_predicts_what_it_predicted(target):
    rows = dataset(target)
    outcome = fitted(rows, save_model=True, penalty=[], estimators=[ENTRY], lambdas={})
    *_, model = FAMILIES["network"].models(outcome.prepared, outcome.paths[0], outcome.choice.index)
    kept = FAMILIES["network"].mean(outcome.portrait.arrays, rows.features.numeric)
    np.testing.assert_array_equal(kept, model(np.arange(len(rows))))


def test_units_of_columns_and_of_the_target_do_not_matter():
    rows = dataset("y")
    plain = fitted(rows, penalty=[], estimators=[ENTRY], lambdas={})
    other = fitted(dataset("y", X=rows.features.numeric * 1024 + 3, y=rows.y * 512), penalty=[], estimators=[ENTRY], lambdas={})
    np.testing.assert_allclose(other.paths[0].validation["mse"], 512**2 * plain.paths[0].validation["mse"], rtol=1e-3)


def test_labels_of_numbers_cannot_be_smoothed():
    with pytest.raises(UsageError, match="label_smoothing"):
        fitted(dataset("y"), penalty=[], estimators=[{**ENTRY, "axis": "label_smoothing", "values": [0.1]}], lambdas={})


def test_images_have_as_many_pixels_as_there_are_columns():
    with pytest.raises(DataError, match="16 pixels"):
        fitted(dataset("two"), penalty=[], estimators=[{**ENTRY, "augment": {"shape": [4, 4]}}], lambdas={})
    turned = fitted(dataset("two"), penalty=[], estimators=[{**ENTRY, "augment": {"shape": [2, 2], "shift": 1}}], lambdas={})
    still = fitted(dataset("two"), penalty=[], estimators=[ENTRY], lambdas={})
    assert (turned.paths[0].train["log_loss"] != still.paths[0].train["log_loss"]).all()


def test_what_helps_where_steps_were_too_long_is_a_lever_of_its_own():
    with pytest.raises(FitError, match="training ended badly") as error:
        fitted(dataset("y"), penalty=[], estimators=[{**ENTRY, "learning_rate": 1e6, "max_epochs": 10}], lambdas={})
    assert "learning_rate" in error.value.hint


def test_l1_leaves_columns_out():
    outcome = fitted(dataset("y"), penalty=[], estimators=[{**ENTRY, "axis": "l1", "values": [1000.0, 0.0]}], lambdas={})
    assert outcome.paths[0].n_nonzero.tolist() == [0, 4]
    assert outcome.paths[0].complexity.tolist() == [0, 20]
