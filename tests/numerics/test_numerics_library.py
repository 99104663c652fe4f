"""How libraries in C are found, and what is refused of them and for them."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.linear.kernels import compiled
from regcli.numerics.library import EXTENSION_SUFFIXES, SWITCH, address, load


@pytest.fixture(autouse=True)
def _switched_on(monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)


@pytest.mark.skipif(not compiled.available, reason="no kernels are built, or they are switched off")
def test_a_library_is_used_if_its_interface_and_its_functions_are_those_asked_for(monkeypatch):
    assert load(compiled.__file__, compiled.INTERFACE, {"regcli_combined": []}) is not None
    assert load(compiled.__file__, -1, {}) is None
    assert load(compiled.__file__, compiled.INTERFACE, {"regcli_of_tomorrow": []}) is None
    monkeypatch.setenv(SWITCH, "0")
    assert load(compiled.__file__, compiled.INTERFACE, {}) is None


def test_a_file_that_is_no_library_is_left_alone(tmp_path):
    assert load(str(tmp_path / "caller.py"), 1, {}) is None
    for suffix in EXTENSION_SUFFIXES:
        (tmp_path / f"_compiled{suffix}").write_text("not a library")
    assert load(str(tmp_path / "caller.py"), 1, {}) is None


@pytest.mark.parametrize(
    "array", [np.zeros(4, dtype=np.float32), np.zeros((4, 4)).T[1:, 1:], np.zeros(8)[::2], np.zeros(4, dtype=int)]
)
def test_arrays_that_would_be_misread_are_refused(array):
    with pytest.raises(TypeError, match="contiguous arrays of float64"):
        address(array)
