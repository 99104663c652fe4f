"""`pytest --update-golden tests/golden` writes what the commands print now as what they should print."""

from __future__ import annotations

import pytest


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="take today's output for the golden one")


@pytest.fixture
def update_golden(request):
    return request.config.getoption("--update-golden")
