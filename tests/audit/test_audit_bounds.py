import numpy as np
import pytest

from regcli.audit.bounds import expected_false, expected_false_unimodal


@pytest.mark.parametrize(("threshold", "worst", "unimodal"), [(0.6, 12.5, 6.57895), (0.75, 5.0, 2.55102), (0.9, 3.125, 1.07843)])
def test_bounds_are_those_of_their_papers(threshold, worst, unimodal):
    assert expected_false(50, 1000, threshold) == pytest.approx(worst)
    assert expected_false_unimodal(50, 1000, threshold, 50) == pytest.approx(unimodal, abs=5e-6)


def test_bounds_are_undefined_where_they_say_nothing():
    assert np.isnan(expected_false(50, 1000, 0.5))
    assert np.isnan(expected_false(50, 0, 0.6))
    assert np.isnan(expected_false_unimodal(50, 1000, 0.6, 1))
