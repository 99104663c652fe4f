"""How a CSV file is written: found out from whole columns, asked where nothing tells, and read the same way later."""

import pytest

from regcli.data import load, load_rows
from regcli.data.rows import Wanted


def table(header, *rows, separator=";"):
    return "".join(separator.join(cells) + "\n" for cells in (header.split(), *(row.split("|") for row in rows)))


def column(*cells):
    """A table whose first column is of these cells, beside whole numbers."""
    return table("a b y", *(f"{cell}|{i % 3}|{i}" for i, cell in enumerate(cells)))


MANY = [f"{i}.{i:03}" for i in range(1, 30)]


@pytest.mark.parametrize(
    ("cells", "values", "notation"),
    [
        (["1,5", "2", "-0,25"], [1.5, 2, -0.25], {"decimal": ","}),
        (["0,234", "2,500"], [0.234, 2.5], {"decimal": ","}),
        (["1,234,567", "1,234"], [1234567, 1234], {"thousands": ","}),
        (["1,234.5", "1,234"], [1234.5, 1234], {"thousands": ","}),
        (["1.234,5", "1.234"], [1234.5, 1234], {"decimal": ",", "thousands": "."}),
        (["1 234,5", "12"], [1234.5, 12], {"decimal": ",", "thousands": " "}),
        (["1\u00a0234,5", "1\u202f234"], [1234.5, 1234], {"decimal": ",", "thousands": " "}),
        (["1'234'567"] * 2 + [f"{i}" for i in range(25)], [1234567] * 2 + list(range(25)), {"thousands": "'"}),
        (["1,5e3", "2"], [1500, 2], {"decimal": ","}),
    ],
)
def test_signs_are_found_out(csv, cells, values, notation):
    dataset = csv(column(*cells), task="regression")
    assert dataset.features.kinds == ("numeric", "numeric")
    assert dataset.features.numeric[:, 0].tolist() == values
    assert dataset.notation == notation
    assert {key: dataset.read[key] for key in notation} == notation
    assert dataset.read["delimiter"] == ";"


def test_a_comma_that_may_be_either_is_asked_about(refusal):
    error = refusal(column("1,234", "2,500"), task="regression")
    assert "the comma in '1,234' (column 'a') may be a decimal or a thousands sign" in error.message
    assert "dataset.read.decimal: ','" in error.hint
    assert error.remedies == ({"dataset.read.decimal": ","}, {"dataset.read.thousands": ","})


@pytest.mark.parametrize(("read", "values"), [({"decimal": ","}, [1.234, 2.5]), ({"thousands": ","}, [1234, 2500])])
def test_what_is_asked_for_wins(csv, read, values):
    dataset = csv(column("1,234", "2,500"), task="regression", dataset={"read": read})
    assert dataset.features.numeric[:, 0].tolist() == values


def test_another_column_tells(csv):
    rows = ["1,234|1,5|1.5", "2,500|2|2.5"]
    dataset = csv(table("a b y", *[row.replace(".", ",") for row in rows]))
    assert dataset.features.numeric[:, 0].tolist() == [1.234, 2.5]
    assert dataset.y.tolist() == [1.5, 2.5]
    dataset = csv(table("a b y", "1,234|1.5|1", "2,500|2.25|2"), task="regression")
    assert dataset.features.numeric.tolist() == [[1234, 1.5], [2500, 2.25]]


def test_points_beside_decimal_commas_are_thousands_and_said_to_be(csv):
    dataset = csv(table("a b y", "1,5|1.234|1", "2,25|2.500|2"), task="regression")
    assert dataset.features.numeric.tolist() == [[1.5, 1234], [2.25, 2500]]
    assert dataset.warnings == ("Points in 'b' were taken for thousands: other columns have decimal commas.",)


def test_a_file_has_one_decimal_sign(refusal):
    error = refusal(table("a b y", "1,5|1.25|1", "2,25|2.5|2"), task="regression")
    assert "column 'a' has decimal commas ('1,5'), column 'b' decimal points" in error.message
    assert error.remedies[0] == {"dataset.columns.exclude": ["a"]}
    error = refusal(table("a b y", "1,5|1,234.5|1", "2,25|2|2"), task="regression")
    assert "columns 'a' ('1,5') and 'b' ('1,234.5') write numbers differently" in error.message


def test_the_targets_numbers_too(csv):
    dataset = csv(table("a y", "1|1.234,5", "2|2,5", "3|0,125"))
    assert (dataset.task, dataset.y.tolist()) == ("regression", [1234.5, 2.5, 0.125])


def test_labels_are_no_numbers(csv):
    text = column(*["1 000", "2 000"] * 10)
    assert csv(text, task="regression").features.kinds == ("categorical", "numeric")


@pytest.mark.parametrize("marker", ["?", "-", "--", ".", "n.a.", "none", "Missing", " ", "#DIV/0!", "N.A", "\u2013", "<NA>"])
def test_markers_are_missing_in_columns_of_numbers(csv, marker):
    dataset = csv(column("1.5", marker, "2.5"), task="regression", preprocess={"missing": "drop"})
    assert dataset.features.kinds == ("numeric", "numeric")
    assert dataset.features.numeric[:, 0].tolist() == [1.5, 2.5]
    assert dataset.notation["na"][-1] == marker


def test_a_marker_holds_for_the_whole_file(csv):
    text = table("a b c y", *(f"{i if i != 4 else '?'}|{'u?v'[i % 3]}|{i % 3}|{i}.5" for i in range(9)))
    dataset = csv(text, preprocess={"missing": "median"})
    assert dataset.features.texts[0].tolist() == ["u", None, "v"] * 3


def test_markers_among_few_numbers_may_be_a_level(csv):
    text = column(*["1", "?", "2", "?"] * 3)
    dataset = csv(text, task="regression")
    assert dataset.features.kinds == ("categorical", "numeric")
    assert "Column 'a' holds '?' among numbers and was taken for a category" in dataset.warnings[0]
    missing = {"preprocess": {"missing": "median"}, "task": "regression"}
    assert csv(text, dataset={"read": {"na": ["?"]}}, **missing).features.kinds == ("numeric", "numeric")


def test_what_is_missing_can_be_said(csv):
    text = column("NA", "x", "null", "x")
    assert csv(text, task="regression", dataset={"read": {"na": []}}).features.texts[0].tolist() == ["NA", "x", "null", "x"]
    dataset = csv(text, task="regression", dataset={"read": {"na": ["x"]}}, preprocess={"missing": "most_frequent"})
    assert dataset.features.texts[0].tolist() == ["NA", None, "null", None]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("asked", [False, True])
def test_encodings(csv, encoding, asked):
    sign = "\u20ac" if encoding == "cp1252" else "\xe9"
    raw = column(*[f"caf{sign}", "th\xe9"] * 3).encode(encoding)
    dataset = csv(raw, task="regression", dataset={"read": {"encoding": encoding}} if asked else {})
    assert dataset.features.texts[0].tolist() == [f"caf{sign}", "th\xe9"] * 3
    assert dataset.read["encoding"] == encoding
    guessed = not asked and encoding in {"latin-1", "cp1252"}
    assert [f"read as {encoding}" in warning for warning in dataset.warnings] == [True] * guessed
    assert dataset.n_source_rows == 6


def test_text_that_is_not_in_the_encoding_asked_for(refusal):
    error = refusal(column("caf\xe9", "u").encode("latin-1"), dataset={"read": {"encoding": "ascii"}})
    assert "byte 0xe9 at offset 9 is no ascii text" in error.message


@pytest.mark.parametrize("delimiter", ["|", ":", " ", "\t", ";"])
def test_the_delimiter_can_be_said(csv, delimiter):
    text = table("a b y", "1|2|3.5", "2|1|4.5", separator=delimiter)
    assert csv(text, dataset={"read": {"delimiter": delimiter}}).features.numeric.tolist() == [[1, 2], [2, 1]]


@pytest.mark.parametrize("way", ["LARGE", "WIDE"])
def test_large_and_wide_files_are_written_in_the_same_ways(csv, monkeypatch, way):
    text = table("a b y", *(f"{i},25|{'?' if i == 7 else i}|{i},5" for i in range(40)))
    small = csv(text, preprocess={"missing": "mean"})
    monkeypatch.setattr(f"regcli.data.csvfile.{way}", 0)
    other = csv(text, preprocess={"missing": "mean"})
    assert other.features.numeric.tobytes() == small.features.numeric.tobytes()
    assert other.features.numeric[:2].tolist() == [[0.25, 0], [1.25, 1]]
    assert other.read == small.read


def test_new_rows_are_read_as_the_resolved_configuration_says(tmp_path, config):
    (tmp_path / "d.csv").write_text(table("a b y", "1.234,5|u|1", "2|?|2", "?|v|3"))
    (tmp_path / "new.csv").write_text(table("a b", "1.234|?", "2,5|u"))
    options = {"kind": "csv", "path": "d.csv", "target": "y"}
    settings = {"preprocess": {"missing": "median"}, "task": "regression"}
    trained = load(config(options, **settings))
    decided = config({**options, "read": trained.notation}, **settings)
    again = load(decided)
    assert (again.features.numeric[:2] == trained.features.numeric[:2]).all()
    rows = load_rows(decided, tmp_path / "new.csv", Wanted(trained.features.names, trained.features.kinds))
    assert rows.features.numeric[:, 0].tolist() == [1234, 2.5]
    assert rows.features.texts[0].tolist() == [None, "u"]


def test_a_plain_file_is_read_once_and_settles_nothing(csv, monkeypatch):
    from regcli.data.csvfile import CsvFile

    reads, read = [], CsvFile.read
    monkeypatch.setattr(CsvFile, "read", lambda self, *a: reads.append(a) or read(self, *a))
    dataset = csv("a,c,y\n1.5,u,2\n2,v,3.5\n")
    assert len(reads) == 1
    assert dataset.notation == {}


def test_strays_are_told_in_the_notation_of_the_file(refusal):
    error = refusal(table("a b y", "1,5|1,5|1", "2,5|x1|2", "3,5|2,5|3"), task="regression")
    assert "column 'b' is made of numbers, but line 3 says 'x1'" in error.message
