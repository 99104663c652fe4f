"""Drift: long tails do not look like it, real shifts do."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from calibration.drift import rows_of, table

from regcli.compare.drift import UNTESTED, drift_rows
from regcli.compare.homogeneity import counts_p, discoveries, means_p, spreads_p, variation
from regcli.data.profile import number_profile, summary


class FakeSide:
    def __init__(self, profiles, n):
        columns = [{name: getattr(p, name) for name in p.__slots__} for p in profiles]
        self.manifest = {"dataset": {"columns": columns, "n_source_rows": n}}


class FakePair:
    def __init__(self, a, b):
        self.a, self.b = a, b


@pytest.mark.parametrize("share", [0.5, 0.15])
def test_random_parts_of_one_file_have_not_drifted(share):
    rng = np.random.default_rng(3)
    flagged = columns = verdicts = 0
    for _ in range(40):
        whole = table(rng, 1500)
        part = rng.permutation(1500) < 1500 * share
        found = rows_of({k: v[~part] for k, v in whole.items()}, {k: v[part] for k, v in whole.items()})
        flagged += found["drift.columns"].value
        verdicts += found["drift.columns"].value > 0
        columns += len(whole)
    assert flagged / columns <= 0.02
    assert verdicts <= 4


def test_real_shifts_are_found():
    rng = np.random.default_rng(4)
    a, b = table(rng, 1500), table(rng, 1500)
    b["normal 0"] += 0.3
    b["normal 1"] *= 2
    b["flag"] = (rng.random(1500) < 0.6).astype(float)
    b["two"] = rng.choice(np.array(["a", "b"], dtype=object), 1500, p=[0.94, 0.06])
    b["gaps"][rng.random(1500) < 0.1] = np.nan
    b["levels"][:100] = "new"
    found = rows_of(a, b)
    shifted = {"normal 0", "normal 1", "flag", "two", "gaps", "levels"}
    named = set(found["drift.columns"].items)
    assert shifted <= named
    assert len(named - shifted) <= 1  # one in twenty of those named may be noise
    changed = {name for name, row in found.items() if row.mark == "changed"}
    assert {"drift.normal 0.mean", "drift.normal 1.sd", "drift.two.levels", "drift.gaps.missing"} < changed
    assert "drift.levels.new_levels" in changed
    assert found["drift.levels.new_levels"].note.startswith("new, ")
    assert found["drift.max"].note == "normal 0" or found["drift.max"].value >= 0.3


def test_what_is_real_but_small_is_within_margin():
    rng = np.random.default_rng(5)
    x = rng.standard_normal(200_000)
    found = rows_of({"x": x[:100_000]}, {"x": x[100_000:] + 0.05})
    assert found["drift.x.mean"].mark == "within margin"
    assert found["drift.columns"].value == 0


def test_a_column_with_a_colon_in_its_name_keeps_it():
    rng = np.random.default_rng(6)
    found = rows_of({"a: b": rng.standard_normal(500)}, {"a: b": 1 + rng.standard_normal(500)})
    assert found["drift.columns"].items == ("a: b",)
    assert found["drift.max"].note == "a: b"


def test_constants_and_columns_without_values():
    n = 50
    constant = {"c": np.ones(n), "d": np.ones(n), "e": np.full(n, np.nan)}
    found = rows_of(constant, constant | {"d": np.full(n, 2.0)})
    assert found["drift.c.mean"].mark == "same"
    assert found["drift.d.mean"].mark == "changed"
    assert found["drift.d.mean"].value is None
    assert found["drift.columns"].items == ("d",)
    # a flag that is seldom set may well be set nowhere in a small sample; a number that no longer varies has changed
    rng = np.random.default_rng(9)
    a = {"flag": (np.arange(1000) < 5).astype(float), "x": rng.standard_normal(1000)}
    found = rows_of(a, {"flag": np.zeros(150), "x": np.zeros(150)})
    assert found["drift.flag.sd"].mark == "within noise"
    assert found["drift.x.sd"].mark == "changed"


def test_without_kurtosis_an_sd_is_not_tested():
    rng = np.random.default_rng(7)
    sides = [
        FakeSide([number_profile("x", "feature", "numeric", summary(scale * rng.standard_normal(500)), 500)], 500)
        for scale in (1, 3)
    ]
    for side in sides:
        for column in side.manifest["dataset"]["columns"]:
            del column["kurtosis"]
    found = {row.name: row for row in drift_rows(FakePair(*sides))}
    assert (found["drift.x.sd"].mark, found["drift.x.sd"].note) == ("not comparable", UNTESTED)
    assert found["drift.columns"].value == 0


def test_counts_against_scipy():
    counts = [40, 60, 80, 100], [60, 80, 60, 80]
    assert counts_p(*counts) == pytest.approx(2 * scipy.stats.chi2_contingency(counts, correction=False)[1])
    two = [150, 50], [120, 70]
    assert counts_p(*two) == pytest.approx(scipy.stats.chi2_contingency(two, correction=False)[1])
    # one level of twenty: seen by its own test, though not by the one over all
    one = [30] * 20, [80, *[29] * 19]
    alone = scipy.stats.chi2_contingency([[30, 570], [80, 29 * 19]], correction=False)[1]
    assert counts_p(*one) == pytest.approx(40 * alone)
    for rows in ([[1, 97], [6, 80]], [[0, 100], [4, 30]], [[1, 5], [4, 2]]):
        assert counts_p(*rows) == pytest.approx(scipy.stats.fisher_exact(rows)[1]), rows
    # rare levels together: 3 + 2 of one side against 2 + 4 of the other
    assert counts_p([95, 3, 2], [94, 2, 4]) == pytest.approx(counts_p([95, 5], [94, 6]))
    assert math.isnan(counts_p([5], [7]))
    assert math.isnan(counts_p([0, 0], [7, 3]))


def test_moments_and_discoveries():
    rng = np.random.default_rng(8)
    x, y = rng.standard_normal(40), 0.4 + rng.standard_normal(60)
    assert means_p(y.mean() - x.mean(), x.std(), 40, y.std(), 60) == pytest.approx(scipy.stats.ttest_ind(x, y).pvalue)
    # normal columns: Var(log sd) = 1/2n; beyond two of its errors, at many degrees of freedom
    assert spreads_p(2 * math.sqrt(1 / 20_000 + 1 / 20_000), 3, 10_000, 3, 10_000) == pytest.approx(0.0455, rel=0.05)
    assert spreads_p(0.3, 3, 500, 3, 500) < 1e-4
    assert spreads_p(0.3, 60, 500, 3, 500) > 0.2
    assert variation({"a": 1, "b": 1}, {"a": 1}) == 0.5
    p = rng.random(50) ** 3
    assert discoveries(p, 0.05) == (scipy.stats.false_discovery_control(p) <= 0.05).tolist()
    assert discoveries([], 0.05) == []
