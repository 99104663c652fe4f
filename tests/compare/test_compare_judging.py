"""From a change to its mark: numerical noise, noise, margin, and families that are corrected together."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.compare.judging import Change, Limits, judge
from regcli.compare.rows import Mark
from regcli.noise import Test as Noise

LIMITS = Limits(1e-5)


def change(a, b, error=1.0, df=4, level=0.05, name="m", size=None, base=None):
    noise = Noise(error, df, "some folds", level)
    size = max(abs(a or 0), abs(b or 0)) if size is None else size
    return Change(name, "Scores", name, a, b, noise, Mark.WORSE, Mark.BETTER, size, abs(a or 0) if base is None else base)


def mark(*args, margin=None, **kwargs):
    (row,) = judge([change(*args, **kwargs)], Limits(1e-5, margin))
    return row.mark


def test_what_solvers_may_differ_by_is_no_change_however_sure():
    assert mark(100.0, 100.0009, error=1e-6) is Mark.SAME
    assert mark(100.0, 100.0011, error=1e-6) is Mark.WORSE
    # a gap is a small difference of large numbers
    assert mark(0.01, 0.0105, error=1e-6, size=100.0) is Mark.SAME
    assert mark(0.01, 0.0105, error=1e-6) is Mark.WORSE


def test_noise_decides_which_way_it_went():
    assert mark(100.0, 103.0) is Mark.WORSE
    assert mark(103.0, 100.0) is Mark.BETTER
    assert mark(100.0, 101.0) is Mark.WITHIN_NOISE


def test_below_the_margin_is_what_is_real_but_small_or_surely_small():
    assert mark(100.0, 103.0, margin=0.05) is Mark.WITHIN_MARGIN
    assert mark(100.0, 103.0, margin=0.02) is Mark.WORSE
    # noise alone does not make a change small: it may be as large as 1 + 2.1 SE
    assert mark(100.0, 101.0, margin=0.02) is Mark.WITHIN_NOISE
    assert mark(100.0, 101.0, margin=0.04) is Mark.WITHIN_MARGIN
    assert mark(100.0, 50.0, margin=0.5, error=0.0) is Mark.WITHIN_MARGIN


def test_without_an_estimate_of_noise_nothing_is_better_or_worse():
    assert mark(100.0, 200.0, error=np.nan, df=0) is Mark.CHANGED
    assert mark(100.0, 200.0, error=0.0) is Mark.WORSE
    assert mark(None, 200.0) is Mark.NEW
    assert mark(200.0, None) is Mark.GONE


def test_scores_judged_together_are_corrected_together():
    # p = 0.02 alone is beyond 0.05; of four such it is not; beside one that is beyond doubt three are left
    alone = change(100.0, 103.0)
    assert 0.0125 < alone.test.p_value(3.0) < 0.05 / 2
    four = judge([change(100.0, 103.0, name=f"m{i}") for i in range(4)], LIMITS)
    assert {row.mark for row in four} == {Mark.WITHIN_NOISE}
    assert all("4 tested together" in row.note for row in four)
    two = judge([change(100.0, 200.0, name="sure"), change(100.0, 103.0, name="second")], LIMITS)
    assert [row.mark for row in two] == [Mark.WORSE, Mark.WORSE]


def test_what_is_the_same_does_not_count_as_tested():
    rows = judge([change(100.0, 103.0, name="m"), *(change(5.0, 5.0, name=f"s{i}") for i in range(9))], LIMITS)
    assert [row.mark for row in rows] == [Mark.WORSE, *[Mark.SAME] * 9]


def test_limits_that_differ_are_not_mixed_up():
    # the p of 0.08 is within its own limit of 0.10, and 0.045 beyond 0.04: in units of limits the first is the smaller
    rows = judge([change(100.0, 101.8, level=0.10, name="k"), change(100.0, 102.2, level=0.04, name="h")], LIMITS)
    by_name = {row.name: row.mark for row in rows}
    assert by_name == {"k": Mark.WITHIN_NOISE, "h": Mark.WITHIN_NOISE}
    (row,) = judge([change(100.0, 101.8, level=0.10)], LIMITS)
    assert row.mark is Mark.WORSE


@pytest.mark.parametrize(("df", "level"), [(4, 0.1), (9, 0.05), (19, 0.04)])
def test_a_detectable_change_is_found_four_times_in_five(df, level):
    rng = np.random.default_rng(0)
    n = 20_000
    error = np.sqrt(rng.chisquare(df, n) / df)  # of a true standard error of one
    true = Noise(1.0, df, "", level).detectable()
    found = rng.standard_normal(n) + true
    from scipy.stats import t

    assert np.mean(found / error > t.ppf(1 - level, df)) == pytest.approx(0.8, abs=0.01)
    assert Noise(3.0, df, "", level).detectable() == pytest.approx(3 * true)


def test_where_noise_is_unknown_so_is_what_could_be_detected():
    assert np.isnan(Noise(np.nan, 0, "").detectable())
    assert Noise(0.0, 4, "").detectable() == 0.0
    (row,) = judge([change(100.0, 200.0, error=np.nan, df=0)], LIMITS)
    assert row.detectable is None
