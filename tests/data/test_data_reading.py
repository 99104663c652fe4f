"""A file is read again where it shows another notation than supposed; warnings say what was found out."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.data.arrays import array_table
from regcli.data.csvfile import open_csv
from regcli.data.layout import training_layout
from regcli.data.reading import read_cells


@pytest.fixture
def read(tmp_path, config):
    def make(content, encoding="utf-8", **keys):
        (tmp_path / "d.csv").write_bytes(content.encode(encoding))
        source, warnings = open_csv(tmp_path / "d.csv"), []
        made = config({"kind": "csv", "path": "d.csv", "target": "y", **keys})
        read_source, cells = read_cells(source, training_layout(source, made, "y"), warnings)
        return source, read_source, cells, warnings

    return make


def test_numbers_in_plain_notation_are_read_once(read):
    source, again, cells, warnings = read("a,y\n1.5,1\n2,2\n")
    assert again is source
    assert cells.numeric[:, 0].tolist() == [1.5, 2]
    assert warnings == []


def test_decimal_commas_are_seen_and_the_file_is_read_by_them(read):
    source, again, cells, _ = read("a;b;y\n1,5;x;1\n2,25;z;2\n-0,5;x;3\n")
    assert (source.notation.decimal, again.notation.decimal) != (",", ".")
    assert again.notation.decimal == ","
    assert cells.numeric[:, list(cells.kinds).index("a")].tolist() == [1.5, 2.25, -0.5]


@pytest.mark.parametrize(("dates", "day_first"), [(["31.1.2024", "1.2.2024"], True), (["1/31/2024", "2/1/2024"], False)])
def test_the_order_of_days_and_months_is_told_by_a_date_that_has_but_one(read, dates, day_first):
    _, source, _, _ = read("t,a,y\n" + "".join(f"{d},{i},{i}.5\n" for i, d in enumerate(dates)), time="t")
    assert source.notation.day_first is day_first


def test_an_encoding_that_was_guessed_is_told_and_one_that_was_found_is_not(read):
    content = "größe,y\n1.5,1\n2,2\n"
    assert any("not UTF-8 and was read as latin-1" in warning for warning in read(content, "latin-1")[3])
    assert read(content)[3] == []


def test_a_table_in_memory_knows_what_it_holds(config):
    source = array_table("things", np.array([[1.0], [2.0]]), ["a"], np.array([1.0, 2.0]), "y")
    layout = training_layout(source, config({"kind": "make_regression"}), "y")
    again, cells = read_cells(source, layout, [])
    assert again is source
    assert cells.table["y"].to_pylist() == [1.0, 2.0]
