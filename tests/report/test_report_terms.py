"""Entries of the glossary: terms, and what the table of metrics says of each."""

from __future__ import annotations

import pytest

from regcli.metrics import METRICS
from regcli.report.terms import METRIC_ENTRIES, TERMS


def test_every_metric_says_what_it_is_and_which_way_is_better():
    told = {entry.name: entry.text for entry in METRIC_ENTRIES}
    assert list(told) == list(METRICS)
    assert told["mse"] == "Mean squared error: Σ w (y - ŷ)² / Σ w. Lower is better."
    assert told["r2"].endswith("Higher is better; below 0 is worse than their mean.")
    assert told["roc_auc"].endswith("Higher is better, 0.5 is chance.")


@pytest.mark.parametrize("entry", [*TERMS, *METRIC_ENTRIES], ids=lambda entry: entry.name)
def test_entries_are_sentences_without_loose_ends(entry):
    assert entry.text[0].isupper() or entry.text[0] in "ρλΣ-|12"
    assert entry.text.endswith(".")
    assert not entry.text.endswith("..")
    assert "  " not in entry.text


def test_no_word_leads_to_two_terms():
    names = [name.lower() for entry in TERMS for name in {entry.name, *entry.also}]
    assert len(names) == len(set(names))
