"""Rows of scores: the differences are the metrics' own, the noise that of the folds, and the families are judged apart."""

from __future__ import annotations

import numpy as np
import pytest
from golden_runs import pair

from regcli.compare.metrics import metric_rows, score_change
from regcli.compare.rows import Mark
from regcli.noise import Test as Noise
from regcli.noise import paired


def test_changes_are_those_of_the_two_files():
    both = pair()
    rows = {row.name: row for row in metric_rows(both)}
    for metric in ("mse", "r2"):
        a, b = (side.metrics["validation"][metric] for side in (both.a, both.b))
        assert rows[f"validation.{metric}"].change == pytest.approx(b - a)
    gap, train = both.b.metrics["gap"]["mse"], both.b.metrics["train"]["mse"]
    assert rows["gap.relative"].b == pytest.approx(gap / abs(train))


def test_the_noise_of_the_verdict_is_that_of_the_paired_folds():
    both = pair()
    assert both.same_folds
    row = next(row for row in metric_rows(both) if row.name == "validation.mse")
    a, b = (side.by_fold("validation", "mse") for side in (both.a, both.b))
    test = paired(a, b, both.a.fold_weight, both.a.fold_ratio)
    assert row.detectable == pytest.approx(test.detectable())
    assert (row.mark is Mark.WORSE) == (test.p_value(row.change) < test.level)


def test_what_is_better_depends_on_the_metric():
    noise = Noise(0.1, 9, "made")
    up, down = score_change("m", "m", "r2", (0.5, 0.9), noise), score_change("m", "m", "mse", (0.5, 0.9), noise)
    assert (up.rise, up.fall) == (Mark.BETTER, Mark.WORSE)
    assert (down.rise, down.fall) == (Mark.WORSE, Mark.BETTER)
    assert np.isfinite(up.size)
