"""Prediction files as other programs read them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from small_runs import fitted, write

from regcli.run import predict_rows

ODD = [
    ("007", 'say "no", twice', "Zürich", "TRUE", "9007199254740993", "0.1234567890123456789"),
    ("08", "two\nlines", "東京", "false", "-1", "1e-300"),
    ("", "", "NA", "", "", ""),
    ("1e5", "semi;colon\tand tab", "\N{RIGHT-TO-LEFT OVERRIDE}x", "True", "00", "+1"),
    ("-", " blanks ", "=1+1", "None", "1,5", "nan"),
]
COLUMNS = ["id", "note", "town", "flag", "big", "digits"]


@pytest.fixture(scope="module")
def predicted(tmp_path_factory):
    """Predictions with labels and columns that are awkward to write."""
    folder = tmp_path_factory.mktemp("files")
    labels = ['a "quoted", one', "plain", "ünï"]
    train = "".join(f'{i % 7},{i * 5 % 11},"{labels[i % 3].replace(chr(34), chr(34) * 2)}"\n' for i in range(60))
    (folder / "train.csv").write_text("x,z,kind\n" + train, encoding="utf-8")
    run = write(
        folder / "runs",
        fitted(
            {
                "name": "odd", "dataset": {"kind": "csv", "path": str(folder / "train.csv"), "target": "kind"},
                "penalty": "ridge", "lambdas": {"count": 3}, "cv": {"kind": "stratified", "n_splits": 3},
            }
        ),
    )  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, "x", "z"])
    for i, cells in enumerate(ODD):
        writer.writerow([*cells, i, i / 3])
    (folder / "new.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    return predict_rows(run, folder / "new.csv", keep=COLUMNS)


HEADER = ["row", "prediction", 'p_a "quoted", one', "p_plain", "p_ünï", *COLUMNS]


def check(rows, predicted, *, missing=""):
    """Rows as lists of whatever the reader made of the cells, texts for the columns kept."""
    table = predicted.table.to_pydict()
    assert len(rows) == len(ODD)
    for i, (row, cells) in enumerate(zip(rows, ODD, strict=True)):
        assert int(row[0]) == i
        assert row[1] == table["prediction"][i]
        # pandas before 3 is content with the last bit but one
        assert [float(value) for value in row[2:5]] == pytest.approx([table[name][i] for name in HEADER[2:5]], rel=3e-16)
        assert list(row[5:]) == [cell or missing for cell in cells]


def test_pythons_own_reader(predicted):
    text = predicted.encoded("csv").decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == HEADER
    check(rows, predicted)
    assert text.count("\r") == 0


def test_pandas(predicted):
    import pandas as pd

    texts = dict.fromkeys(COLUMNS, str)
    frame = pd.read_csv(io.BytesIO(predicted.encoded("csv")), dtype=texts, keep_default_na=False)
    assert list(frame.columns) == HEADER
    check(frame.values.tolist(), predicted)
    assert str(frame["row"].dtype) == "int64"
    assert all(str(frame[name].dtype) == "float64" for name in HEADER[2:5])
    again = pd.read_parquet(io.BytesIO(predicted.encoded("parquet")))
    check(again.astype(object).where(again.notna(), None).to_numpy().tolist(), predicted, missing=None)


def test_duckdb(predicted, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed; what it reads is checked where it is")
    (tmp_path / "p.csv").write_bytes(predicted.encoded("csv"))
    (tmp_path / "p.parquet").write_bytes(predicted.encoded("parquet"))
    texts = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    read = duckdb.sql(f"SELECT * FROM read_csv('{tmp_path}/p.csv', types={{{texts}}})")
    assert read.columns == HEADER
    check(read.fetchall(), predicted, missing=None)
    assert [str(kind) for kind in read.types[:2]] == ["BIGINT", "VARCHAR"]
    check(duckdb.sql(f"SELECT * FROM '{tmp_path}/p.parquet'").fetchall(), predicted, missing=None)


def test_a_spreadsheet_finds_commas_and_points(predicted):
    text = predicted.encoded("csv").decode()
    found = csv.Sniffer().sniff(text.splitlines()[1], delimiters=",;\t|")
    assert (found.delimiter, found.quotechar) == (",", '"')
    cells = next(iter(csv.reader([text.splitlines()[1]])))
    assert all(set(cell) <= set("0123456789.") for cell in cells[2:5]), "numbers with a point and without grouping or exponent"


def test_json(predicted):
    content = json.loads(predicted.encoded("json"))
    assert list(content[0]) == HEADER
    check([list(row.values()) for row in content], predicted, missing=None)
