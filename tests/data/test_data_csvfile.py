"""CSV files: what is read, and what is said of files that cannot be."""

import gzip
import hashlib
from operator import attrgetter

import numpy as np
import pytest

PLAIN = "a,b,y\n1,x,0.5\n2,z,1.5\n3,x,2.5\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_separator_byte_order_mark_and_line_ends_make_no_difference(csv, delimiter, bom, newline):
    raw = bom + PLAIN.replace(",", delimiter).encode().replace(b"\n", newline)
    dataset = csv(raw)
    assert dataset.features.names == ("a", "b")
    assert dataset.features.kinds == ("numeric", "categorical")
    assert dataset.features.numeric.tolist() == [[1], [2], [3]]
    assert dataset.features.texts[0].tolist() == ["x", "z", "x"]
    assert dataset.y.tolist() == [0.5, 1.5, 2.5]
    assert dataset.sha256 == hashlib.sha256(raw).hexdigest()
    assert (dataset.n_source_rows, dataset.n_source_columns) == (3, 3)


def test_floats_are_read_to_the_last_bit_into_columns_that_lie_together(csv):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3)) * 10.0 ** rng.integers(-300, 300, (50, 3))
    dataset = csv("a,b,y\n" + "".join(f"{a!r},{b!r},{y!r}\n" for a, b, y in X.tolist()))
    assert dataset.features.numeric.flags.f_contiguous
    assert (dataset.features.numeric == X[:, :2]).all()
    assert (dataset.y == X[:, 2]).all()


def test_gzip_is_told_by_the_name_and_hashed_as_it_lies_on_the_disk(csv):
    raw = gzip.compress(PLAIN.encode())
    dataset = csv(raw, name="d.csv.gz")
    assert dataset.y.tolist() == [0.5, 1.5, 2.5]
    assert dataset.sha256 == hashlib.sha256(raw).hexdigest()


def test_quoted_cells_may_hold_separators_and_line_ends(csv):
    dataset = csv('"a\nb",c,y\n"one\ntwo",1,1.5\n"x,y",2,2.5\n"one\ntwo",3,3.5\n')
    assert dataset.features.names == ("a\nb", "c")
    assert dataset.features.texts[0].tolist() == ["one\ntwo", "x,y", "one\ntwo"]


def test_wide_files_have_rows_beyond_a_block(csv, monkeypatch):
    monkeypatch.setattr("regcli.data.csvfile.BLOCK", 64)
    names = [f"c{j}" for j in range(100)]
    rows = "".join(",".join(str(i * j + j) for j in range(100)) + f",{i}.5\n" for i in range(5))
    dataset = csv(",".join(names) + ",y\n" + rows, model={"fit_intercept": False})
    assert dataset.features.numeric.shape == (5, 100)


def test_role_cells_keep_their_text(csv):
    text = "x,y,g,f,h\n1,1,01,1.0,T\n2,0,1,2.0,F\n3,1,01,1.0,T\n4,0,1,2.0,T\n"
    blocks = {"cv": {"kind": "predefined", "column": "f"}, "holdout": {"column": "h", "test_value": "F"}}
    dataset = csv(text, dataset={"group": "g"}, **blocks)
    assert dataset.group.tolist() == ["01", "1", "01", "1"]
    assert dataset.fold.tolist() == ["1.0", "2.0", "1.0", "2.0"]
    assert dataset.holdout.tolist() == ["T", "F", "T", "T"]
    assert dataset.features.names == ("x",)


def test_booleans_are_zero_and_one(csv):
    dataset = csv("b,y\ntrue,1.5\nfalse,2.5\nTrue,3.5\n")
    assert dataset.features.kinds == ("boolean",)
    assert dataset.features.numeric[:, 0].tolist() == [1, 0, 1]


MALFORMED = {
    "header only": ("a,y\n", "no rows"),
    "header and blank lines": ("a,y\n\n\n", "no rows"),
    "blank": ("\n\n", "blank lines"),
    "empty": ("", "is empty"),
    "short row": ("a,b,y\n1,2,3\n1,2\n", "line 3 has 2 cells, the header has 3"),
    "long row behind a quoted line end": ('a,b,y\n"1\n2",2,3\n\n1,2,3,4\n', "line 5 has 4 cells"),
    "duplicate": ("a,b,a,y\n1,2,3,4\n", "columns 1 and 3 are both called 'a'"),
    "no name": (",b,y\n1,2,3\n", "column 1 has no name"),
    "spoilt UTF-8": ("a,y\nb,1.5\nü,2\n".encode() + b"c\xe9,2.5\n", "line 4 is not UTF-8 text (byte 0xe9 at offset 16)"),
    "spoilt header": ("ü".encode() + b"\xe9,y\n1,2\n", "line 1 is not UTF-8 text"),
    "spoilt role": ("a,y,g\nü,1.5,".encode() + b"\xe9\n", "line 2 is not UTF-8 text"),
    "one column": ("a:y\n1:2\n", "only one column was found"),
    "no header": ("1,2,3\n4,5,6\n", "first line holds numbers"),
    "target": ("a,Y\n1,2\n", "dataset.target 'y' is not a column of the file (did you mean 'Y'?)"),
    "stray cell": ("a,y\n1,1.5\n2,2.5\n\nnone yet,3.5\n4,4.5\n", "is made of numbers, but line 5 says 'none yet' (1 such cell)"),
    "infinite": ("a,y\n1,1.5\ninf,2.5\n", "column 'a' has 1 infinite value, the first in line 3"),
    "infinite target": ("a,y\n1,1.5\n2,-inf\n", "target 'y' is infinite in line 3"),
    "date": ("a,y\n2024-01-01,1.5\n2024-01-02,2.5\n", "column 'a' holds dates"),
    "missing": ("a,b,y\n1,2,1.5\n2,,2.5\n,3,\n", "3 cells are missing, in 'a' (1), 'b' (1), 'y' (1); the first in line 3"),
}


@pytest.mark.parametrize(("content", "says"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_wrong_is_said_in_words(refusal, content, says):
    error = refusal(content)
    assert error.exit_code == 3
    assert says in error.message


@pytest.mark.parametrize(("path", "says"), [("x/d.csv", "no folder"), ("e.csv", "did you mean 'd.csv'?"), (".", "folder, not a")])
def test_files_that_are_not_there(refusal, path, says):
    assert says in refusal(PLAIN, dataset={"path": path}).message


def test_a_gz_file_that_is_none(refusal):
    assert "cannot be unpacked" in refusal(PLAIN, name="d.csv.gz").message


def test_columns_of_labels_may_look_like_numbers(csv):
    dataset = csv("a,y\n" + "".join(f"{c},{i}.5\n" for i, c in enumerate(["1", "2", "3+", "1", "2", "3+", "1"])))
    assert dataset.features.kinds == ("categorical",)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("7 7 7 7", "Column 'b' with the same value in all rows left out."),
        ("u u u u", "Column 'b' with the same value in all rows left out."),
        ("7 NA 7 7", "Column 'b' with the same value in all rows left out."),
        ("NA NA NA NA", "Column 'b' without any value left out."),
    ],
)
def test_columns_that_say_nothing_are_left_out_and_named(csv, cells, says):
    content = "a,b,c,y\n" + "".join(f"{i * i},{c},{i - i * i},{i}.5\n" for i, c in enumerate(cells.split()))
    dataset = csv(content, preprocess={"missing": "mean"})
    assert dataset.features.names == ("a", "c")
    assert dataset.features.numeric.tolist() == [[0, 0], [1, 0], [4, -2], [9, -6]]
    assert [column.name for column in dataset.profile] == ["a", "c", "y"]
    assert dataset.warnings == (says,)


def test_nothing_but_constants(refusal):
    error = refusal("a,b,y\n1,,1.5\n1,,2.5\n")
    assert error.exit_code == 3
    assert "no feature is left. Column 'b' without any value left out. Column 'a' with the same value" in error.message


def test_constant_columns_are_welcome_without_an_intercept(csv):
    dataset = csv("a,b,y\n1,7,1.5\n2,7,2.5\n", model={"fit_intercept": False})
    assert dataset.features.names == ("a", "b")


def cells(n):
    """Rows of numbers, truths, days and words, with gaps; every kind of line a streamed file may hold."""
    rng = np.random.default_rng(3)
    for i in range(n):
        a = "" if i % 11 == 5 else repr(float(rng.normal() * 10.0 ** rng.integers(-30, 30)))
        yield f"{a},{i - 7},{'true' if i % 3 else 'false'},{'NA' if i % 13 == 2 else 'uvw'[i % 3]},{i}.25,{i}.5"


STREAMED = {
    "plain": "\n".join,
    "line end at the end": lambda lines: "\n".join(lines) + "\n",
    "two characters": lambda lines: "\r\n".join(lines) + "\r\n",
    "blank lines": lambda lines: "\n".join([*lines[:40], "", *lines[40:], "", ""]),
    "old line ends": "\r".join,
    "quotes": lambda lines: "\n".join([*lines, '1,2,true,"u\nu",3,4.5']),
    "a float among whole numbers, late": lambda lines: "\n".join([*lines, "1.5,2.5,true,u,3,4.5"]),
    "no number, late": lambda lines: "\n".join([*lines, "1.5,2,other,u,3,4.5"]),
    "a gap in the truths": lambda lines: "\n".join([*lines, "1.5,2,,u,3,4.5"]),
    "a hexadecimal number": lambda lines: "\n".join([*lines, "1.5,0x1F,true,u,3,4.5"]),
}


def numbers(n):
    """Rows of numbers with gaps between cells of other kinds that play a role, or none."""
    rng = np.random.default_rng(4)
    for i in range(n):
        a = "" if i % 11 == 5 else repr(float(rng.normal() * 10.0 ** rng.integers(-30, 30)))
        yield f"g{i % 7},{a},{i}.25,{'NA' if i % 13 == 2 else 2 * i},word,{i * i},{i}.5,{'' if i % 5 else i}"


NUMBERS = {
    "plain": "\n".join,
    "line end at the end": lambda lines: "\n".join(lines) + "\n",
    "two characters": lambda lines: "\r\n".join(lines) + "\r\n",
    "blank lines": lambda lines: "\n".join([*lines[:40], "", *lines[40:], "", ""]),
    "blanks around a number": lambda lines: "\n".join([*lines, "g, 1.5 ,2, 3,word,4.5,5.5, 6"]),
}


def same(one, other):
    assert other.features.numeric.flags.f_contiguous
    assert other.features.numeric.tobytes("F") == one.features.numeric.tobytes("F")
    assert [t.tolist() for t in other.features.texts] == [t.tolist() for t in one.features.texts]
    assert (other.y == one.y).all()
    assert (other.weight == one.weight).all()
    for field in ("features.names", "features.kinds", "profile", "sha256", "n_source_rows", "warnings"):
        assert attrgetter(field)(other) == attrgetter(field)(one), field


@pytest.fixture
def small_parts(monkeypatch):
    """Every buffer so small that a few hundred rows need many of them."""
    for name, value in (("SAMPLE", 500), ("STRETCH", 300), ("SMALLEST_BLOCK", 400), ("ROWS_PER_BLOCK", 5)):
        monkeypatch.setattr(f"regcli.data.csvblocks.{name}", value)
    monkeypatch.setattr("regcli.data.csvwide.STRETCH", 100)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("way", ["LARGE", "WIDE"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", STREAMED.values(), ids=STREAMED)
def test_a_large_or_wide_file_is_read_like_a_small_one(csv, monkeypatch, form, packed, way):
    content = "a,b,c,d,w,y\n" + form(list(cells(300)))
    raw = gzip.compress(content.encode(), mtime=0) if packed else content.encode()

    def read():
        return csv(raw, name="d.csv.gz" if packed else "d.csv", dataset={"weight": "w"}, preprocess={"missing": "mean"})

    small = read()
    monkeypatch.setattr(f"regcli.data.csvfile.{way}", 0)
    same(small, read())


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("way", ["LARGE", "WIDE"])
@pytest.mark.parametrize("form", NUMBERS.values(), ids=NUMBERS)
def test_a_large_or_wide_file_of_numbers_is_never_read_as_a_whole(csv, monkeypatch, form, way):
    content = "g,a,w,b,x,c,y,d\n" + form(list(numbers(300)))

    def read():
        options = {"weight": "w", "group": "g", "columns": {"exclude": ["x"]}}
        return csv(content, dataset=options, preprocess={"missing": "mean"}, cv={"kind": "group"})

    def never(*_):
        raise AssertionError

    small = read()
    monkeypatch.setattr(f"regcli.data.csvfile.{way}", 0)
    monkeypatch.setattr("regcli.data.csvfile.CsvFile._table", never)
    if way == "WIDE":
        monkeypatch.setattr("regcli.data.csvfile.read_segments", never)
    large = read()
    same(small, large)
    assert (large.group == small.group).all()


@pytest.mark.parametrize(("content", "says"), MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("way", ["LARGE", "WIDE"])
def test_what_is_wrong_with_a_large_or_wide_file_is_said_in_the_same_words(refusal, monkeypatch, content, says, way):
    monkeypatch.setattr(f"regcli.data.csvfile.{way}", 0)
    assert says in refusal(content).message


def test_a_header_longer_than_what_is_read_at_first(csv, monkeypatch):
    monkeypatch.setattr("regcli.data.csvfile.HEAD", 4)
    assert csv("\n" + PLAIN).y.tolist() == [0.5, 1.5, 2.5]
