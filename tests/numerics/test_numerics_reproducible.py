"""The conditions under which numbers are made, and that they end."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from regcli.numerics import reproducible
from regcli.numerics.reproducible import one_thread, steady


def blas_threads():
    np.ones((4, 4)) @ np.ones((4, 4))
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_blas_has_one_thread_inside_and_as_many_as_before_outside():
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        with steady():
            assert blas_threads() == {1}
        assert blas_threads() == before


@pytest.mark.parametrize("text", ["Objective did not converge. You might want more", "Found unknown categories in columns [0]"])
def test_remarks_that_the_certificate_answers_are_silenced_inside_alone(text):
    with steady(), warnings.catch_warnings(record=True) as heard:
        warnings.warn(text, UserWarning, stacklevel=1)
    assert heard == []
    with pytest.warns(UserWarning, match=text.split(" ", 1)[0]):
        warnings.warn(text, UserWarning, stacklevel=1)


def test_remarks_are_silenced_while_a_thread_has_taken_the_filters_away():
    heard = []
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_, **__: heard.append(str(message))
        with steady(), warnings.catch_warnings():
            warnings.resetwarnings()
            for text in (reproducible.REMARKS[2], "something else"):
                warnings.warn(text, UserWarning, stacklevel=1)
    assert heard == ["something else"]


def test_other_warnings_are_heard():
    with steady(), pytest.warns(UserWarning, match="something else"):
        warnings.warn("something else", UserWarning, stacklevel=1)


def test_libraries_are_looked_for_again_where_modules_have_come(monkeypatch):
    with one_thread():
        assert blas_threads() == {1}
    first = reproducible._libraries(len(sys.modules))
    assert reproducible._libraries(len(sys.modules)) is first
    monkeypatch.setitem(sys.modules, "a_module_that_is_new", None)
    assert reproducible._libraries(len(sys.modules)) is not first
