"""Small outcomes, fitted once for all tests of the run directory."""

from __future__ import annotations

import pytest
from small_runs import IRIS, REGRESSION, fitted, write


@pytest.fixture(scope="session")
def outcome():
    return fitted(REGRESSION)


@pytest.fixture(scope="session")
def iris():
    return fitted(IRIS)


@pytest.fixture
def run(tmp_path, outcome):
    return write(tmp_path / "runs", outcome)


@pytest.fixture
def iris_run(tmp_path, iris):
    return write(tmp_path / "runs", iris)
