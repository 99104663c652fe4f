"""What a run's tables hold has one type in Arrow."""

from __future__ import annotations

import pyarrow as pa

from regcli.run.arrow import arrow_types


def test_numbers_keep_their_digits_and_texts_their_letters():
    cells = {"text": ["é", None], "float": [0.1, None], "int": [2**53 + 1, None], "bool": [True, None]}
    types = arrow_types()
    assert types.keys() == cells.keys()
    for kind, values in cells.items():
        assert pa.array(values, types[kind]).to_pylist() == values
