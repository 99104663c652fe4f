"""From columns to a design: names, order, levels, gaps; learnt from training rows alone."""

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from regcli.config import config_from_data
from regcli.data.types import Features
from regcli.errors import DataError
from regcli.preprocess import Recipe, fit_design, natural_order

ROWS = np.arange(6)
NUMERIC = np.array([[1.0, 4, 9, 16, 25, 36], [3.0, 1, 4, 1, 5, 9]]).T
TOWN = np.array(["Rome", "Oslo", "Rome", "Lima", "Oslo", "Rome"], dtype=object)
NOTE = np.array(["free win now", "see you", "win a prize", "see you soon", "free free", "hello"], dtype=object)


def features(*, numeric=NUMERIC, town=TOWN, note=None):
    names = ["age", "town", "bmi"] if town is not None else ["age", "bmi"]
    texts = []
    if town is not None:
        texts.append(town)
    if note is not None:
        names.append("sms")
        texts.append(note)
    kinds = ["categorical" if n == "town" else "text" if n == "sms" else "numeric" for n in names]
    return Features(tuple(names), tuple(kinds), numeric, tuple(texts))


def design(columns, rows=ROWS, weights=None, **preprocess):
    config = config_from_data(
        {
            "dataset": {"kind": "csv", "path": "none.csv", "target": "y"},
            "penalty": "ridge",
            "preprocess": {"scale": "none", **preprocess},
        },
        "test",
        Path(),
    )
    recipe = Recipe.of(columns, config, rows)
    return recipe, fit_design(recipe, rows, weights)


def names(made):
    return [output.name for output in made.preprocessor.outputs]


def dense(X):
    return X.toarray() if sparse.issparse(X) else X


def test_numbers_alone_are_the_design():
    _, made = design(features(town=None))
    assert names(made) == ["age", "bmi"]
    assert (made.X == NUMERIC).all()


def test_levels_are_columns_named_after_themselves():
    _, made = design(features())
    assert names(made) == ["age", "bmi", "town=Lima", "town=Oslo", "town=Rome"]
    assert [output.source for output in made.preprocessor.outputs[2:]] == ["town"] * 3
    assert made.X[:, 4].tolist() == [1, 0, 1, 0, 0, 1]


@pytest.mark.parametrize(("drop", "left"), [("first", ["Oslo", "Rome"]), ("if_binary", ["Lima", "Oslo", "Rome"])])
def test_dropped_levels(drop, left):
    _, made = design(features(), categorical={"drop": drop})
    assert [output.level for output in made.preprocessor.outputs[2:]] == left


def test_a_pair_of_levels_with_if_binary_is_one_column():
    town = np.where(TOWN == "Lima", "Oslo", TOWN)
    _, made = design(features(town=town))
    assert names(made) == ["age", "bmi", "town=Rome"]
    _, made = design(features(town=town), categorical={"drop": None})
    assert names(made) == ["age", "bmi", "town=Oslo", "town=Rome"]


def test_a_level_that_a_fold_lacks_changes_no_coding():
    """Two levels are left of three: both have their column still, as in every other fold."""
    recipe, _ = design(features())
    assert names(fit_design(recipe, np.array([0, 1, 2, 4, 5]), None)) == ["age", "bmi", "town=Oslo", "town=Rome"]


def test_two_levels_beside_rare_ones_are_three_columns_and_one_beside_them_is_a_pair():
    _, made = design(features(), categorical={"min_frequency": 3})
    assert names(made) == ["age", "bmi", "town=(rare)"]
    _, made = design(features(), categorical={"min_frequency": 2})
    assert names(made) == ["age", "bmi", "town=Oslo", "town=Rome", "town=(rare)"]


def test_rare_levels_are_combined_and_unseen_ones_join_them():
    recipe, made = design(features(), rows=ROWS[:5], categorical={"min_frequency": 2})
    assert names(made) == ["age", "bmi", "town=Oslo", "town=Rome", "town=(rare)"]
    town = TOWN.copy()
    town[5] = "Bonn"
    other = Recipe.of(features(town=town), config_of(categorical={"min_frequency": 2}), ROWS)
    assert made.preprocessor.apply(other.rows(np.array([5])))[0, 2:].tolist() == [0, 0, 1]
    assert recipe.features.names == ("age", "town", "bmi")


def config_of(**preprocess):
    return config_from_data(
        {"dataset": {"kind": "csv", "path": "n.csv", "target": "y"}, "penalty": "ridge", "preprocess": preprocess}, "test", Path()
    )


@pytest.mark.filterwarnings("ignore:Found unknown categories")
def test_a_level_that_training_rows_lack_is_no_level():
    recipe, made = design(features(), rows=np.array([0, 1, 2, 4, 5]), categorical={"drop": None})
    assert names(made) == ["age", "bmi", "town=Oslo", "town=Rome"]
    assert made.preprocessor.apply(recipe.rows(np.array([3])))[0].tolist() == [16, 1, 0, 0]


def test_powers_and_products():
    _, made = design(features(town=None), polynomial={"degree": 2})
    assert names(made) == ["age", "bmi", "age^2", "age*bmi", "bmi^2"]
    assert (made.X[:, 3] == NUMERIC[:, 0] * NUMERIC[:, 1]).all()
    assert [output.inputs for output in made.preprocessor.outputs[2:]] == [("age",), ("age", "bmi"), ("bmi",)]
    _, made = design(features(town=None), polynomial={"degree": 2, "interaction_only": True})
    assert names(made) == ["age", "bmi", "age*bmi"]


def test_gaps_are_filled_from_training_rows_alone():
    holey = NUMERIC.copy()
    holey[[1, 5], 0] = np.nan
    recipe, made = design(features(numeric=holey, town=None), rows=ROWS[:5], missing={"strategy": "mean", "indicator": True})
    assert names(made) == ["age", "bmi", "age=missing"]
    mean = np.mean([1, 9, 16, 25])
    assert made.X[1].tolist() == [mean, 1, 1]
    assert made.preprocessor.apply(recipe.rows(np.array([5])))[0].tolist() == [mean, 9, 1]


def test_a_missing_level_is_the_most_frequent_one():
    town = TOWN.copy()
    town[3] = None
    _, made = design(features(town=town), missing="median")
    assert names(made) == ["age", "bmi", "town=Rome"]
    assert made.X[3, 2] == 1


def test_words_are_columns_and_stay_sparse():
    recipe, made = design(features(town=None, note=NOTE), rows=ROWS[:5], text={"column": "sms", "kind": "count"})
    assert sparse.issparse(made.X)
    assert names(made)[:2] == ["age", "bmi"]
    assert names(made)[2:] == [f"sms:{w}" for w in ("free", "now", "prize", "see", "soon", "win", "you")]
    assert dense(made.X)[4].tolist() == [25, 5, 2, 0, 0, 0, 0, 0, 0]
    # a word that the training rows do not know is no column
    assert dense(made.preprocessor.apply(recipe.rows(np.array([5]))))[0, 2:].tolist() == [0] * 7


def test_words_too_rare_leave_nothing():
    with pytest.raises(DataError, match="no word of two letters or more"):
        design(features(town=None, note=NOTE), text={"column": "sms", "min_count": 6})


def test_scaling_comes_last_and_acts_on_every_output():
    _, made = design(features(), scale="standard", polynomial={"degree": 2})
    np.testing.assert_allclose(made.X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(made.X.std(axis=0), 1)


def test_validation_rows_teach_nothing():
    changed = NUMERIC.copy()
    changed[4:] *= 1000
    town = TOWN.copy()
    town[4:] = "Bonn"
    one = design(features(), rows=ROWS[:4], scale="robust", polynomial={"degree": 2})[1]
    two = design(features(numeric=changed, town=town), rows=ROWS[:4], scale="robust", polynomial={"degree": 2})[1]
    assert names(one) == names(two)
    assert (one.X == two.X).all()


def test_sparse_numbers_take_powers_too():
    numbers = sparse.csr_array(NUMERIC)
    _, made = design(Features(("a", "b"), ("numeric", "numeric"), numbers, ()), polynomial={"degree": 2})
    assert names(made) == ["a", "b", "a^2", "a*b", "b^2"]
    assert sparse.issparse(made.X)


def test_values_that_cannot_be_squared_are_refused():
    huge = NUMERIC.copy()
    huge[0, 1] = 1e200
    with pytest.raises(DataError, match="too large to be squared in: bmi"):
        design(features(numeric=huge, town=None), scale="standard")


def test_natural_order_follows_the_file():
    holey = NUMERIC.copy()
    holey[1, 0] = np.nan
    columns = features(numeric=holey)
    _, made = design(columns, missing={"strategy": "mean", "indicator": True}, polynomial={"degree": 2})
    order = natural_order(made.preprocessor.outputs, columns.names)
    assert [names(made)[j] for j in order] == [
        "age", "age=missing", "town=Lima", "town=Oslo", "town=Rome", "bmi", "age^2", "age*bmi", "bmi^2",
    ]  # fmt: skip
