"""Designs: fitted to the training rows alone, applied to new ones, and what is said where nothing comes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from regcli.config import config_from_data
from regcli.data import load
from regcli.errors import DataError
from regcli.preprocess.design import Recipe, fit_design, transformed

TABLE = "a,b,kind,y\n1,4,x,1\n2,8,y,2\n3,,x,3\n5,0,x,4\n7,1,x,5\n9,2,y,6\n"
TRAIN, NEW = np.array([0, 1, 2, 4]), np.array([3, 5])


@pytest.fixture
def recipe(tmp_path):
    def make(content=TABLE, rows=TRAIN, **blocks):
        (tmp_path / "d.csv").write_text(content, encoding="utf-8")
        data = {"dataset": {"kind": "csv", "path": "d.csv", "target": "y"}, "penalty": "lasso", **blocks}
        config = config_from_data(data, "test", Path(tmp_path))
        return Recipe.of(load(config).features, config, rows)

    return make


def test_a_design_is_standardised_over_its_training_rows(recipe):
    made = recipe(preprocess={"missing": "mean"})
    design = fit_design(made, TRAIN, None)
    X = np.asarray(design.X.todense() if sparse.issparse(design.X) else design.X)
    assert [output.name for output in design.preprocessor.outputs][:2] == ["a", "b"]
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1)


def test_new_rows_are_filled_and_scaled_as_the_training_rows_were(recipe):
    made = recipe(preprocess={"missing": "mean"})
    design = fit_design(made, TRAIN, None)
    a, b = np.array([1.0, 2, 3, 7]), np.array([4.0, 8, 13 / 3, 1])
    X = np.asarray(design.preprocessor.apply(made.rows(NEW)))
    np.testing.assert_allclose(X[:, 0], (np.array([5, 9]) - a.mean()) / a.std())
    np.testing.assert_allclose(X[:, 1], (np.array([0, 2]) - b.mean()) / b.std())


def test_weights_count_in_the_scaler(recipe):
    made = recipe("a,y\n1,1\n2,2\n4,3\n", np.arange(3))
    scaling = fit_design(made, np.arange(3), np.array([1.0, 1.0, 2.0])).preprocessor.scaling
    assert scaling.mean[0] == pytest.approx(11 / 4)


@pytest.mark.parametrize("jobs", [1, 3])
def test_rows_are_copied_in_their_order_whatever_the_threads(recipe, jobs):
    made = recipe("a,b,y\n" + "".join(f"{i},{-i},{i % 2}\n" for i in range(9)), np.arange(9))
    took = made.rows(np.array([8, 0, 3]), jobs)
    np.testing.assert_array_equal(took, [[8, -8], [0, 0], [3, -3]])
    assert took.flags["F_CONTIGUOUS"]
    took[:] = np.nan
    np.testing.assert_array_equal(made.rows(np.array([3])), [[3, -3]])


def test_what_a_fold_has_not_seen_stands_where_its_own_columns_are(recipe):
    made = recipe("kind,y\nx,1\ny,2\nx,3\nz,4\n", np.arange(4), preprocess={"categorical": {"drop": None}})
    X, outputs = transformed(made, np.array([0, 1, 2]), np.array([3]))
    assert [output.name for output in outputs] == ["kind=x", "kind=y"]
    assert not np.asarray(X.todense() if sparse.issparse(X) else X).any()


def test_too_large_to_be_squared_is_named(recipe):
    made = recipe("a,b,y\n1,1e200,1\n2,3e200,2\n3,5e200,3\n", np.arange(3))
    with pytest.raises(DataError, match="too large to be squared in: b"):
        fit_design(made, np.arange(3), None)


def test_texts_without_a_word_are_told_as_such(recipe):
    made = recipe("t,y\n. ,1\n; ,2\n! ,3\n", np.arange(3), preprocess={"text": {"column": "t"}})
    with pytest.raises(DataError, match="no word of two letters or more"):
        fit_design(made, np.arange(3), None)


@pytest.mark.parametrize("form", ["frame", "dense", "sparse"])
def test_rows_can_have_the_cells_of_other_rows_in_one_column(recipe, form, tmp_path):
    rows, donors = np.array([0, 1, 4]), np.array([5, 4, 3])
    if form == "frame":
        made = recipe(preprocess={"missing": "mean"})
    elif form == "dense":
        made = recipe("a,b,y\n1,4,1\n2,8,2\n3,1,3\n5,0,4\n7,1,5\n9,2,6\n")
    else:
        lines = "".join(f"{i} 1:{i + 1} 2:{(i + 1) * 10}\n" for i in range(6))
        (tmp_path / "d.svmlight").write_text(lines, encoding="utf-8")
        data = {"task": "regression", "dataset": {"kind": "svmlight", "path": "d.svmlight"}, "penalty": "lasso"}
        config = config_from_data(data, "test", Path(tmp_path))
        made = Recipe.of(load(config).features, config, np.arange(6))
    name = made.features.numeric_names[0]
    after, theirs, before = made.exchanged(rows, name, donors), made.rows(donors), made.rows(rows)
    if form == "frame":
        assert after["a"].tolist() == theirs["a"].tolist()
        assert after[["b", "kind"]].equals(before[["b", "kind"]])
    else:
        one, other, own = (x.toarray() if sparse.issparse(x) else x for x in (after, theirs, before))
        assert one[:, 0].tolist() == other[:, 0].tolist()
        assert one[:, 1].tolist() == own[:, 1].tolist()
