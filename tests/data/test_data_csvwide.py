"""Files of very many columns: numbers in the order of the file, the few columns with a role cut out of the lines."""

import numpy as np
import pytest
from text_content import Text

from regcli.data import csvwide
from regcli.data.csvblocks import Wanted
from regcli.data.csvwide import read_wide
from regcli.data.notation import Notation


def read(text, header="g,a,t,b", numbers="ab", monkeypatch=None):
    names = tuple(header.split(","))
    return read_wide(Text(text), 0, Wanted(names, ",", names, frozenset("g"), frozenset(numbers), Notation()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_numbers_and_what_stands_between_them(end, monkeypatch):
    monkeypatch.setattr(csvwide, "STRETCH", 16)
    found = read(end.join(["01,1.5,x,2", "02,,y,3", "01,4.25,,-1e-3"]) + end)
    np.testing.assert_array_equal(found.numeric, [[1.5, 2], [np.nan, 3], [4.25, -1e-3]])
    assert found.table["g"].to_pylist() == ["01", "02", "01"]
    assert found.table["t"].to_pylist()[:2] == ["x", "y"]


@pytest.mark.parametrize("text", ["1,2,x,3\n1,2,x\n", "1,no,x,3\n", '1,2,"x",3\n'])
def test_what_is_no_such_file_is_left_to_the_other_reader(text):
    assert read(text) is None


def test_where_no_column_is_a_number_or_too_many_are_none_it_does_not_try(monkeypatch):
    assert read("1,2,x,3\n", numbers="") is None
    monkeypatch.setattr(csvwide, "MOST_CUTS", 1)
    assert read("1,2,x,3\n") is None
