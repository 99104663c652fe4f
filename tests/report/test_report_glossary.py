"""Everything that a table says is explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regcli.compare import Mark, compare, record
from regcli.errors import UsageError
from regcli.metrics import METRICS
from regcli.report.glossary import SECTIONS, explain, page
from regcli.run import open_run

RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"


def titles(name):
    return [entry.title for entry in explain(name)]


def test_every_number_of_a_comparison_is_explained():
    told = record(compare(*(open_run(str(RUNS / name), RUNS) for name in ("reference", "other-features"))))
    for row in told["rows"]:
        names = [row["name"]]
        if row["change"] is not None:
            names += [f"{row['name']}.change", f"{row['name']}.a"]
        if row["detectable"] is not None:
            names.append(f"{row['name']}.detectable")
        for name in names:
            assert explain(name), name


TERMS = (
    "gap", "1 SE", "null model", "certificate", "kkt", "sign agreement", "non-zeros", "df", "λ", "detectable", "margin", "rbo",
    "p",
)  # fmt: skip


@pytest.mark.parametrize("name", [*METRICS, *map(str, Mark), *TERMS, "validation", "holdout"])
def test_every_metric_mark_and_term_has_an_entry(name):
    assert len(explain(name)) == 1


def test_a_dotted_name_is_explained_part_by_part():
    assert titles("validation.mse.change") == ["validation", "mse", "change, %"]
    assert titles("on.mae") == ["on new rows", "mae"]
    assert titles("gap.relative") == ["gap / |train|"]
    assert titles("drift.a.b.c.mean") == ["mean, in SDs of A"]
    assert titles("coefficient.body mass") == ["standardised coefficient"]
    assert titles("RBO") == ["rank-biased overlap"]


def test_an_unknown_word_is_told_with_the_nearest_ones():
    with pytest.raises(UsageError, match="there is no 'jacard'") as error:
        explain("jacard")
    assert "glossary.md" in error.value.hint or "Did you mean" in error.value.hint
    for name in ("", ".", "validation.mze", "drift.age.what"):
        with pytest.raises(UsageError):
            explain(name)


def test_names_are_unambiguous_and_all_on_the_page():
    entries = [entry for section in SECTIONS.values() for entry in section]
    names = [entry.name for entry in entries]
    assert len(names) == len(set(names))
    assert all(entry.text.endswith(".") for entry in entries)
    text = page()
    assert all(f"(`{name}`)" in text for name in names)
    assert json.dumps(text)


def test_any_word_may_stand_where_a_figure_has_a_star():
    (entry,) = explain("ranking.ridge.best.p")
    assert entry.name == "ranking.*.best.p"
