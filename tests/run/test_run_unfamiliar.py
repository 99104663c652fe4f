"""What a model has never seen: counted and told, or refused."""

from __future__ import annotations

import numpy as np
import pytest
from small_runs import fitted, write

from regcli.errors import DataError
from regcli.run import predict_rows

TOWNS = ["Oslo", "Rome", "Rome", "Lima", "Oslo", "Rome", "Bern"]
DATA = "size,town,smoker,flat,code,price\n" + "".join(
    f"{i % 7}.5,{TOWNS[i % 7]},{'yes' if i % 3 else 'no'},{'true' if i % 2 else 'false'},{i % 2},{i % 7 * 2 + (i % 3)}.25\n"
    for i in range(60)
)
KNOWN = {"size": "1.5", "town": "Rome", "smoker": "yes", "flat": "true", "code": "1"}


@pytest.fixture
def predict(tmp_path):
    """Fit with some preprocessing, and predict for rows that differ from a known one in a cell."""
    (tmp_path / "houses.csv").write_text(DATA, encoding="utf-8")

    def call(*rows, min_frequency=None, drop=None, missing="error", change=lambda _: None, fit=True, **blocks):
        config = {
            "name": "houses", "dataset": {"kind": "csv", "path": str(tmp_path / "houses.csv"), "target": "price"},
            "preprocess": {"categorical": {"min_frequency": min_frequency, "drop": drop}, "missing": missing},
            "penalty": "ridge", "lambdas": {"count": 3}, "cv": {"kind": "kfold", "n_splits": 3},
        } | blocks  # fmt: skip
        run = write(tmp_path / "runs", fitted(config)) if fit else None
        change(run)
        lines = [",".join((KNOWN | row).values()) for row in rows]
        (tmp_path / "new.csv").write_text("\n".join([",".join(KNOWN), *lines, ""]), encoding="utf-8")
        return predict_rows(run, tmp_path / "new.csv")

    return call


def values(predictions):
    return np.array(predictions.table["prediction"])


def test_rows_as_in_training_need_no_remark(predict):
    assert predict({}, {"town": "Bern", "flat": "0", "size": "3"}).warnings == ()


def test_unseen_levels_are_counted_and_the_reference_level_is_named(predict):
    found = predict({}, {"town": "Kyiv"}, {"town": "Kyiv"}, {"town": "rome "}, {"smoker": "never"}, drop="first")
    assert found.warnings == (
        (
            "Column 'town': 3 rows have levels never seen in training, 'Kyiv' (2), 'rome ' (1); they count as 'Bern', "
            "the reference level. Spell them as in training: 'rome ' as 'Rome'."
        ),
        "Column 'smoker': 1 row has a level never seen in training, 'never' (1); it counts as 'no', the reference level.",
    )
    same = predict({"town": "Bern"}, {"smoker": "no"}, drop="first")
    assert values(found)[[1, 4]] == pytest.approx(values(same), rel=1e-12)


def test_unseen_levels_without_a_reference_count_as_none(predict):
    found = predict({}, {"town": "Kyiv"})
    assert "it counts as no level at all" in found.warnings[0]


def test_unseen_levels_join_the_rare_ones(predict):
    found = predict({}, {"town": "Kyiv"}, {"town": "Lima"}, min_frequency=10)
    assert "it counts as rare, like 'Bern', 'Lima'" in found.warnings[0]
    assert values(found)[1] == values(found)[2]


@pytest.mark.parametrize(
    ("column", "cells", "says"),
    [
        ("smoker", ("YES", "no "), "'YES' as 'yes', 'no ' as 'no'"),
        ("smoker", ("True", "False"), "'False' as 'no', 'True' as 'yes'"),
        ("smoker", ("1", "0"), "'0' as 'no', '1' as 'yes'"),
        ("town", ("Kyiv", "Riga"), "Check that the column means the same"),
        ("flat", ("yes", "no"), "was true or false in training, but holds 'yes'"),
        ("size", ("true", "false"), "fitted on numbers from 0.5 to 6.5"),
    ],
)
def test_a_column_without_a_known_level_is_refused(predict, column, cells, says):
    with pytest.raises(DataError) as caught:
        predict(*({column: cell} for cell in cells))
    assert repr(column) in caught.value.message
    assert says in f"{caught.value.message} {caught.value.hint}"


def test_all_such_columns_are_refused_at_once(predict):
    with pytest.raises(DataError) as caught:
        predict({"town": "ROME", "smoker": "No"})
    assert len(caught.value.message.splitlines()) == 2


def test_truths_stand_for_the_numbers_0_and_1_and_the_other_way_round(predict):
    as_numbers, as_truths = predict({"code": "1", "flat": "1"}), predict({"code": "true", "flat": "true"})
    assert (values(as_numbers) == values(as_truths)).all()
    assert as_truths.warnings == ()


def test_numbers_far_out_of_range_are_remarked_upon(predict):
    found = predict({}, {"size": "30"}, {"size": "-1000"})
    (warning,) = found.warnings
    assert "'size': 2 rows lie more than 10 SDs outside the training range of 0.5 to 6.5 (the furthest is -1000)" in warning
    assert predict({"size": "26"}).warnings == ()  # 6.5 + 10 SDs is 26.6


def test_gaps_where_training_had_none_are_told(predict):
    found = predict({}, {"size": ""}, {"size": "", "town": ""}, missing="mean")
    assert found.warnings == ("Cells are missing and were filled in where training had no gap: 'size' (2), 'town' (1).",)


def test_gaps_where_training_had_some_are_counted_too(predict, tmp_path):
    (tmp_path / "houses.csv").write_text(DATA.replace("1.5,Rome", ",Rome", 2), encoding="utf-8")
    found = predict({"size": ""}, {"size": "", "town": ""}, {}, missing="median")
    assert found.warnings == (
        "Cells are missing and were filled in where training had no gap: 'town' (1).",
        "Cells are missing and were filled in as in training: 'size' (2).",
    )


@pytest.mark.parametrize("kind", ["tree", "boosting"])
def test_gaps_that_are_not_filled_are_not_said_to_be(predict, tmp_path, kind):
    (tmp_path / "houses.csv").write_text(DATA.replace("1.5,Rome", ",Rome", 2), encoding="utf-8")
    found = predict({"size": ""}, {"size": "", "code": ""}, missing="median", penalty=[], estimators=kind)
    assert found.warnings == (
        "Cells are missing and go into the model as they are, where training had no gap: 'code' (1).",
        "Cells are missing and go into the model as they are, as in training: 'size' (2).",
    )


def test_an_old_run_that_keeps_no_range_says_nothing_of_it(predict):
    def forget(run):
        for entry in run.manifest["dataset"]["columns"]:
            del entry["min"], entry["max"]

    assert predict({"size": "1e9"}, change=forget).warnings == ()
