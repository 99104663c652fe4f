"""Equally good models are seldom called worse, worse ones are found."""

from calibration import verdicts


def test_verdicts_keep_their_rates():
    rows = verdicts.measure(verdicts.SHORT)
    assert all(row["holds"] for row in rows), [row for row in rows if not row["holds"]]
