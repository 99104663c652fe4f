"""Nested estimates are no better than the models that are searched for; few repetitions show that nothing is far off."""

from calibration import nested


def test_nested_estimates_are_worse_than_plain_ones_and_near_the_truth():
    rows = nested.measure(nested.SHORT)
    assert [row["estimate"] for row in rows] == ["plain", "nested"] * 2
    for plain, fair in zip(rows[::2], rows[1::2], strict=True):
        assert fair["too good by"] < plain["too good by"]
        assert abs(fair["measured"]) < 4
