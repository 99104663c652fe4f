"""The table of the ship checklist: codes that stay, sentences without loose ends."""

from __future__ import annotations

import pytest

from regcli.audit.checklist import JUDGES
from regcli.checks import BY_CODE, BY_NAME, CHECKS, Verdict
from regcli.figures import FIGURES


def test_codes_are_numbered_without_a_gap_and_rows_have_names_of_their_own():
    assert [check.code for check in CHECKS] == [f"RC{i + 1:03d}" for i in range(len(CHECKS))]
    assert len(BY_CODE) == len(BY_NAME) == len(CHECKS)


def test_codes_that_configurations_mute_never_come_to_mean_something_else():
    meant = "scaled grid looks gap underfit holdout drivers stability convergence leakage null stronger calibration baseline"
    assert [check.name for check in CHECKS][:18] == [*meant.split(), "folds", "resolution", "unique", "order"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_row_says_what_holds_when_it_does_not_why_and_what_helps(check):
    assert check.title[0].islower()
    for text in (check.rule, check.why, check.remedy, *(number.text for number in check.numbers)):
        assert text[0].isupper() or text[0] in "`1"
        assert text.endswith(".")
        assert "  " not in text


def test_every_row_is_judged_and_every_number_can_be_gated():
    assert list(JUDGES) == [check.name for check in CHECKS]
    names = {figure.name for figure in FIGURES}
    assert {f"check.{check.name}.{each.key}" for check in CHECKS for each in check.numbers} <= names
    assert {f"check.{check.name}.level" for check in CHECKS} | {"check.n_fail", "check.n_look"} <= names


def test_levels_are_what_gates_compare():
    assert [verdict.level for verdict in Verdict] == [0, 1, 2, 0, None, 0]
