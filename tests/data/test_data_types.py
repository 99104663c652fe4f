"""Columns that are declared: numbers, categories and dates, what does not suit, and what patterns name."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regcli.data import load, load_rows
from regcli.data.rows import Wanted
from regcli.errors import ConfigError, DataError

CODES = "hr,zip,x,y\n0,01234,1,1.5\n1.0,1234,2,2.5\n0,01234,x,3.5\n1,1234,4,4.5\n"


def types(**declared):
    return {"types": declared}


def test_codes_become_categories_that_keep_their_zeros_and_lose_a_bare_point(csv):
    dataset = csv(CODES, dataset={**types(hr="category", zip="category"), "columns": {"exclude": ["x"]}})
    assert dataset.features.kinds == ("categorical", "categorical")
    assert dataset.features.texts[0].tolist() == ["0", "1", "0", "1"]
    assert dataset.features.texts[1].tolist() == ["01234", "1234", "01234", "1234"]


def test_an_exact_name_wins_over_globs_and_the_first_glob_over_later_ones(csv):
    text = "a1,a2,b1,y\n1,1,1,1.5\n2,2,2,2.5\n1,1,1,3.5\n"
    dataset = csv(text, dataset=types(**{"*1": "category", "a*": "number", "b1": "number"}))
    assert dataset.features.kinds == ("categorical", "numeric", "numeric")


def test_a_declared_category_may_have_as_many_levels_as_rows(csv):
    text = "c,y\n" + "".join(f"n{i},{i}.5\n" for i in range(40))
    assert csv(text, dataset=types(c="category")).features.kinds == ("categorical",)


def test_truths_may_be_numbers(csv):
    dataset = csv("b,y\ntrue,1.5\nfalse,2.5\n", dataset=types(b="number"))
    assert dataset.features.kinds == ("numeric",)
    assert dataset.features.numeric[:, 0].tolist() == [1, 0]


def test_wrong_cells_of_all_columns_come_at_once_with_line_value_and_number(csv):
    rows = "".join(f"{i},2024-01-0{1 + i % 9},{i}.5\n" for i in range(30))
    text = "a,when,y\n" + rows + "five,soon,1.5\nsix,2024-02-30,2.5\nseven,2024-02-03,3.5\neight,,4.5\n"
    with pytest.raises(DataError) as caught:
        csv(text, dataset=types(a="number", when="date"), preprocess={"missing": "drop", "dates": {}})
    first, second = caught.value.message.split("\n")
    assert "column 'a' must hold numbers, and 4 cells do not: line 32 says 'five', line 33 says 'six', line 34 says 'sev" in first
    assert "and 1 more. Correct the cells; or name those that stand for a missing value: dataset.read.na: ['five'," in first
    assert "column 'when' must hold dates, and 2 cells do not: line 32 says 'soon', line 33 says '2024-02-30'." in second
    assert caught.value.remedies == ({"dataset.columns.exclude": ["a", "when"]},)


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({"yy": "number"}, "dataset.types 'yy' is not a column of the file"),
        ({"Zip": "category"}, "did you mean 'zip'?"),
        ({"q*": "date"}, "dataset.types 'q*'"),
    ],
)
def test_patterns_that_name_nothing(refusal, declared, says):
    assert says in refusal(CODES, dataset=types(**declared)).message


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"types": {"hr": "factor"}}, "dataset.types.hr: must be number, category or date, not 'factor'"),
        ({"types": {"y": "number"}}, "dataset.types.y: is the target, whose type follows from task"),
        ({"read": {"delimiter": ";;"}}, "dataset.read.delimiter: must be a single sign"),
        ({"read": {"delimiter": "a"}}, "dataset.read.delimiter: must be a single sign"),
        ({"read": {"decimal": ";"}}, "dataset.read.decimal: must be '.' or ','"),
        ({"read": {"thousands": "."}}, "dataset.read.thousands: is the decimal sign as well; set decimal to ','"),
        ({"read": {"thousands": ",", "decimal": ","}}, "dataset.read.thousands: is the decimal sign as well; set decimal to '.'"),
        ({"read": {"encoding": "latin-x"}}, "dataset.read.encoding: 'latin-x' is no encoding of text; utf-8"),
        ({"read": {"encoding": "rot13"}}, "dataset.read.encoding: 'rot13' is no encoding of text"),
        ({"read": {"na": [1]}}, "dataset.read.na.0: must be text, not 1; put it in quotes"),
        ({"read": {"day_first": "yes"}}, "dataset.read.day_first: must be true or false"),
        ({"read": {"sep": ";"}}, "dataset.read.sep: unknown key; allowed: delimiter, decimal"),
    ],
)
def test_what_can_be_told_from_the_configuration_alone(config, keys, says):
    with pytest.raises(ConfigError) as caught:
        config({"kind": "csv", "path": "d.csv", "target": "y", **keys})
    assert says in str(caught.value)


def test_running_text_has_no_type(config):
    dataset = {"kind": "csv", "path": "d.csv", "target": "y", "types": {"sms": "category"}}
    with pytest.raises(ConfigError, match=r"preprocess.text.column: 'sms' is something else in dataset.types"):
        config(dataset, preprocess={"text": {"column": "sms"}})


def test_parquet_columns_take_declared_types_too(tmp_path, config):
    columns = {
        "code": pa.array([1, 2, 1]),
        "half": pa.array([1.0, 2.0, None]),
        "amount": pa.array(["1.5", " 2", "3"]),
        "day": pa.array([20240531, 20240601, 20240602]),
        "when": pa.array([date(2024, 5, 31), date(2024, 6, 1), None]),
        "at": pa.array(["2024-05-31T18:00", "2024-06-01T00:00", "2024-06-02T01:00"]).cast(pa.timestamp("us")),
        "y": pa.array([1.5, 2.5, 3.5]),
    }
    parquet.write_table(pa.table(columns), tmp_path / "d.parquet")
    declared = {"code": "category", "half": "category", "amount": "number", "day": "date", "when": "date"}
    dataset = load(
        config(
            {"kind": "parquet", "path": "d.parquet", "target": "y", "types": declared},
            preprocess={"missing": "median", "dates": {}},
        )
    )
    assert dataset.features.kinds == ("categorical", "categorical", "numeric", "date", "date", "date")
    assert dataset.features.numeric[:, 0].tolist() == [1.5, 2, 3]
    code, half, day, when, at = (cells.tolist() for cells in dataset.features.texts)
    assert (code, half) == (["1", "2", "1"], ["1", "2", None])
    assert day == ["2024-05-31", "2024-06-01", "2024-06-02"]
    assert when == ["2024-05-31", "2024-06-01", None]
    assert at == ["2024-05-31T18:00:00", "2024-06-01T00:00:00", "2024-06-02T01:00:00"]


def test_dates_are_no_numbers(tmp_path, config):
    parquet.write_table(pa.table({"a": pa.array([date(2024, 5, 31)] * 2), "y": pa.array([1.5, 2.5])}), tmp_path / "d.parquet")
    with pytest.raises(DataError, match=r"column 'a' holds no numbers, as dataset.types says, but values of type string"):
        load(config({"kind": "parquet", "path": "d.parquet", "target": "y", "types": {"a": "number"}}))


def test_new_rows_have_the_declared_types(tmp_path, config):
    (tmp_path / "d.csv").write_text("hr,when,y\n" + "".join(f"{i % 3},{1 + i % 28}.5.2024,{i}.5\n" for i in range(30)))
    (tmp_path / "new.csv").write_text("hr,when\n1.0,3.6.2024\n2,4.6.2024 10:30\n")
    settings = config(
        {"kind": "csv", "path": "d.csv", "target": "y", "types": {"hr": "category", "when": "date"}}, preprocess={"dates": {}}
    )
    features = load(settings).features
    rows = load_rows(settings, tmp_path / "new.csv", Wanted(features.names, features.kinds))
    assert rows.features.texts[0].tolist() == ["1", "2"]
    assert rows.features.texts[1].tolist() == ["2024-06-03T00:00:00", "2024-06-04T10:30:00"]


@pytest.mark.parametrize(
    ("first", "second", "day_first", "month"),
    [
        ("31/12/2024", "3/4/2024", None, "2024-04-03"),
        ("12/31/2024", "3/4/2024", None, "2024-03-04"),
        ("3.4.24", "3.4.69", None, "1969-04-03"),
        ("1/2/2024", "3/4/2024", True, "2024-04-03"),
        ("1/2/2024", "3/4/2024", False, "2024-03-04"),
        ("2024/12/31", "2024.4.3", None, "2024-04-03"),
        ("20241231", "20240403", None, "2024-04-03"),
    ],
)
def test_the_order_of_day_and_month_is_found_out_from_the_whole_column(csv, first, second, day_first, month):
    read = {} if day_first is None else {"read": {"day_first": day_first}}
    text = f"when,y\n{first},1.5\n{second},2.5\n{second},3.5\n"
    dataset = csv(text, dataset={**types(when="date"), **read}, preprocess={"dates": {}})
    assert dataset.features.texts[0][1] == month


def test_an_order_that_nothing_tells_is_asked_for(refusal):
    text = "when,y\n1/2/2024,1.5\n3/4/2024,2.5\n"
    error = refusal(text, dataset=types(when="date"), preprocess={"dates": {}})
    assert "column 'when' does not tell whether dates such as '1/2/2024' begin with the day" in error.message
    assert "dataset.read.day_first: true" in error.hint
    assert error.remedies[0] == {"dataset.read.day_first": True}


def test_the_order_of_one_column_is_that_of_the_file(csv):
    text = "from,to,y\n1/2/2024,1/2/2024,1.5\n3/4/2024,30/4/2024,2.5\n"
    dataset = csv(text, dataset=types(**{"from": "date", "to": "date"}), preprocess={"dates": {}})
    assert dataset.features.texts[0].tolist() == ["2024-02-01", "2024-04-03"]
    assert dataset.notation == {"day_first": True}


def test_half_past_three_in_the_afternoon(csv):
    text = "at,y\n2024-05-31 3:30 PM,1.5\n2024-06-01T12:05:30.25Z,2.5\n2024-06-02 12:15 am,3.5\n"
    dataset = csv(text, dataset=types(at="date"), preprocess={"dates": {}})
    assert dataset.features.texts[0].tolist() == ["2024-05-31T15:30:00", "2024-06-01T12:05:30", "2024-06-02T00:15:00"]


def test_many_dates_in_text_are_dates_and_few_are_levels(csv, refusal):
    def table(n):
        return "when,y\n" + "".join(f"{1 + i % n}.{1 + i // 28}.2024,{i}.5\n" for i in range(56))

    assert csv(table(6)).features.kinds == ("categorical",)
    error = refusal(table(28))
    assert "column 'when' holds dates, which are not features by themselves" in error.message
    assert "preprocess.dates: {cyclic: true}" in error.hint
    assert error.remedies[0] == {"preprocess.dates.cyclic": True}
    assert csv(table(28), preprocess={"dates": {"cyclic": True}}).features.kinds == ("date",)


def test_a_time_column_may_have_the_day_first(csv):
    text = "t,a,y\n" + "".join(f"{d}/1/2024,{d % 7},{d}.5\n" for d in (20, 3, 11, 5))
    assert csv(text, dataset={"time": "t"}).y.tolist() == [3.5, 5.5, 11.5, 20.5]


def test_numbers_are_the_same_to_the_bit_whether_declared_or_not(csv):
    rng = np.random.default_rng(0)
    values = (rng.normal(size=200) * 10.0 ** rng.integers(-300, 300, 200)).tolist()
    text = "a,y\n" + "".join(f"{v!r},{i}.5\n" for i, v in enumerate(values))
    for content in (text, text.replace(repr(values[3]), "?")):
        dataset = csv(content, dataset=types(a="number"), preprocess={"missing": "mean"})
        kept = [j for j in range(200) if j != 3]
        assert dataset.features.numeric[kept, 0].tolist() == [values[j] for j in kept]


def test_a_type_that_suits_no_cell_is_what_is_wrong(refusal):
    error = refusal("c,y\nu,1.5\nv,2.5\nu,3.5\n", dataset=types(c="number"))
    assert error.hint.startswith("Correct dataset.types; or leave the column out")
