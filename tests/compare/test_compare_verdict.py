"""The verdict: the worst first, in one sentence."""

from __future__ import annotations

from golden_runs import RUNS, pair

from regcli.compare import compare
from regcli.compare.verdict import remarks
from regcli.run import open_run


def told(a, b, **how):
    return compare(*(open_run(str(RUNS / name), RUNS) for name in (a, b)), **how)


def test_the_worse_way_round_is_the_better_one():
    there, back = told("reference", "worse").verdict, told("worse", "reference").verdict
    assert there.startswith("B is worse: validation mse ")
    assert back.startswith("B is better: validation mse ")
    assert there.count(".") >= 1
    assert there.endswith(".")


def test_a_margin_that_is_wide_enough_makes_the_change_small():
    assert told("reference", "worse", margin=0.999).verdict.startswith("B is as good as A within the margin of 99.9%")


def test_digits_are_as_many_as_wanted():
    whole, short = (told("reference", "worse", digits=digits).verdict for digits in (6, 2))
    assert len(short) < len(whole)


def test_models_of_other_metrics_are_judged_by_the_first_and_that_is_said(monkeypatch):
    both = pair()
    assert remarks(both) == ()
    monkeypatch.setitem(both.b.manifest, "metric", "mae")
    assert remarks(both) == ("A was selected by mse, B by mae: they are judged by mse.",)
