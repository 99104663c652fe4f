"""The blocks `cv`, `select` and `holdout`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from regcli.config import json_schema
from regcli.config.base import complaints_of
from regcli.config.evaluation import KEYS_OF_CV, Cv, Holdout, Select, misplaced
from regcli.metrics import METRICS


def told(block, **keys):
    with pytest.raises(ValidationError) as caught:
        block.model_validate(keys)
    return {".".join(map(str, complaint.path)): complaint.text for complaint in complaints_of(caught.value)}


def test_every_metric_of_the_table_may_be_asked_for_and_the_schema_lists_them():
    assert Select(metrics=tuple(METRICS)).metrics == tuple(METRICS)
    assert Select(metrics=("r2", "mse", "r2")).metrics == ("r2", "mse")
    text = str(json_schema()["$defs"]["Select"]["properties"])
    assert text.count(str(list(METRICS))) == 2


@pytest.mark.parametrize(
    ("name", "shown"), [("acuracy", "did you mean 'accuracy'"), (3, "3 is not known"), (["mse"], "a list is not known")]
)
def test_a_metric_that_is_none_is_told_with_those_there_are(name, shown):
    found = told(Select, metric=name)["metric"]
    assert shown in found
    assert ", ".join(METRICS) in found


def test_numbers_are_not_imported_before_a_metric_is_named():
    code = (
        "import sys; from regcli.config.evaluation import Select; Select(rule='min'); print('numpy' in sys.modules);"
        "Select(metric='r2'); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_tolerance_belongs_to_one_rule():
    assert "no meaning for min" in told(Select, rule="min", tolerance=0.1)["tolerance"]
    assert "no meaning for 1se" in told(Select, tolerance=0.1)["tolerance"]
    assert Select(rule="pct_loss", tolerance=0.1).unused() == frozenset()
    assert Select(rule="min").unused() == {"tolerance"}


@pytest.mark.parametrize("scheme", KEYS_OF_CV)
def test_keys_of_other_schemes_are_misplaced_and_its_own_are_not(scheme):
    every = {key for keys in KEYS_OF_CV.values() for key in keys}
    wrong = {complaint.path[0] for complaint in misplaced(scheme, every | {"seed"})}
    assert wrong == every - set(KEYS_OF_CV[scheme])


def test_repeats_need_other_folds_and_a_predefined_scheme_its_column():
    assert "every repeat would have the same folds" in told(Cv, repeats=2, shuffle=False)["repeats"]
    assert "needs the column" in told(Cv, kind="predefined")["column"]
    assert "whole number of rows for time_series" in told(Cv, kind="time_series", test_size=0.2)["test_size"]
    assert Cv(kind="shuffle_split", test_size=0.2).test_size == 0.2


@pytest.mark.parametrize(
    ("keys", "where"),
    [({}, ""), ({"fraction": 0.2, "last": 3}, "last"), ({"last": 3, "seed": 1}, "seed"), ({"column": "c"}, "test_value"),
     ({"fraction": 0.2, "test_value": "x"}, "test_value")],
)  # fmt: skip
def test_a_holdout_has_one_form_and_its_key(keys, where):
    assert list(told(Holdout, **keys)) == [where]


def test_the_seed_of_a_holdout_is_zero_where_rows_are_drawn():
    assert Holdout(fraction=0.2).seed == 0
    assert Holdout(last=3).seed is None
    assert Holdout(last=3).unused() == {"fraction", "seed", "column", "test_value"}
