"""Between numpy and Arrow: what Arrow itself would make, without pandas."""

import subprocess
import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regcli.data.arrow import as_arrow, as_numpy, first_true, text_array

COLUMNS = {
    "whole numbers with a gap": pa.chunked_array([[1, 2, None], [4]]),
    "whole numbers": pa.chunked_array([[1, 2], [3]]),
    "floats with a gap": pa.chunked_array([[1.5, None], [float("inf")]]),
    "text with a gap": pa.chunked_array([["a", None], ["", "b", "a"]]),
    "truths": pa.chunked_array([[True, False], [True]]),
    "truths with a gap": pa.chunked_array([[True, None]]),
    "a part of floats": pa.chunked_array([pa.array([1.0, 2.0, None, 4.0]).slice(1)]),
    "a part of text": pa.chunked_array([pa.array(["a", "b", None, "c"]).slice(1)]),
    "a part of truths": pa.chunked_array([pa.array([True, False, False, True]).slice(1)]),
    "days": pa.chunked_array([[date(2026, 11, 21)]]),
    **{f"no {kind}": pa.chunked_array([], kind) for kind in (pa.string(), pa.int64(), pa.float64(), pa.bool_())},
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_columns_are_what_arrow_makes_of_them(column):
    found, expected = as_numpy(column), column.to_numpy()
    assert found.dtype == expected.dtype
    assert repr(found.tolist()) == repr(expected.tolist())


ARRAYS = {
    "floats": np.array([1.5, np.nan, -0.0, np.inf]),
    "strided": np.arange(12.0).reshape(4, 3)[:, 1],
    "no missing": np.array([1.0, 2.0]),
    "integers": np.arange(9),
    "small integers": np.arange(9, dtype=np.int8),
    "truths": np.array([True, False, True] * 5),
    "texts": np.array(["a", None, "", "größer", "a"], dtype=object),
    "fixed texts": np.array(["a", "bc"]),
    "objects": np.array([1, None, 2], dtype=object),
    "none": np.zeros(0),
    "no texts": np.array([], dtype=object),
}


@pytest.mark.parametrize("values", ARRAYS.values(), ids=ARRAYS)
def test_arrays_are_what_arrow_makes_of_them(values):
    expected = pa.array(values, from_pandas=True)
    found = as_arrow(values)
    found.validate(full=True)
    assert found.to_pylist() == expected.to_pylist()
    assert found.type == (expected.type if len(values) or values.dtype != object else pa.string())


def test_missing_numbers():
    found = as_arrow(np.arange(11), np.arange(11) % 3 == 0)
    found.validate(full=True)
    assert found.to_pylist() == [None if i % 3 == 0 else i for i in range(11)]


def test_texts_with_halves_of_letters_are_refused():
    with pytest.raises(UnicodeEncodeError):
        text_array(["\udc80"])


def test_the_first_truth():
    assert first_true(pa.chunked_array([[None, False], [True, True]])) == 2
    assert first_true(pa.array([False])) == -1


def test_pandas_is_not_imported():
    code = """if True:
        import sys
        import numpy as np, pyarrow as pa
        from regcli.data.arrow import as_arrow, as_numpy, first_true, text_array
        arrays = [as_arrow(np.array([1.0, np.nan])), as_arrow(np.array([True])), as_arrow(np.arange(3)), text_array(["a", None])]
        print([as_numpy(array).tolist() for array in arrays], first_true(arrays[1]), "pandas" in sys.modules)
    """
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "[[1.0, nan], [True], [0, 1, 2], ['a', None]] 0 False\n"
