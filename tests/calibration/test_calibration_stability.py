"""Supports of columns that stand in for one another are called unstable, others are not; false recommendations are bounded."""

from calibration import stability


def test_stability_says_what_is_so():
    rows = stability.measure(stability.SHORT)
    assert all(row["holds"] for row in rows), [row for row in rows if not row["holds"]]
