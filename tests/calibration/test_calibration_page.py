"""The page that `make calibrate` writes, and what every study has to be like."""

from __future__ import annotations

import importlib

import pytest
from calibration import page, run


def test_a_table_has_a_line_for_each_row():
    rows = [{"case": "a|b", "n": 3, "wanted": "≤ 5 %", "measured": 0.031234, "holds": True},
            {"case": "c", "n": 4, "wanted": "≤ 5 %", "measured": 0.2, "holds": False}]  # fmt: skip
    assert page.table(rows).splitlines() == [
        "| case | n | wanted | measured | holds |", "|---|--:|---|--:|---|",
        "| a\\|b | 3 | ≤ 5 % | 0.0312 | yes |", "| c | 4 | ≤ 5 % | 0.2 | **no** |",
    ]  # fmt: skip


@pytest.mark.parametrize("name", run.studies())
def test_a_study_says_what_it_is(name):
    study = importlib.import_module(f"calibration.{name}")
    assert 0 < study.SHORT < study.LONG
    assert study.TITLE
    assert study.__doc__.partition("\n\n")[2].strip(), "below its title the docstring says what was simulated"
