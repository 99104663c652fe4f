import numpy as np
import pytest

from regcli.audit.stability import phi


def test_phi_is_that_of_nogueira_and_others():
    supports = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 0, 1]], dtype=bool)
    assert phi(supports) == pytest.approx(0.2380952, abs=5e-8)


def test_phi_is_one_for_equal_supports_and_undefined_for_empty_and_full_ones():
    assert phi(np.array([[1, 0, 0]] * 3, dtype=bool)) == 1.0
    assert np.isnan(phi(np.zeros((3, 4), dtype=bool)))
    assert np.isnan(phi(np.ones((3, 4), dtype=bool)))
