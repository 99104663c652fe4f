"""Two runs on the same folds, compared."""

from __future__ import annotations

import pytest

import regcli
from regcli.compare import compare, record
from regcli.compare.sides import Pair, Side
from regcli.page.compared.compared import Compared


@pytest.fixture(scope="session")
def other(regression, runs):
    return regcli.fit(regression.path / "config.resolved.yaml", penalty="lasso", settings=["select.rule=min"], runs=runs).reader


@pytest.fixture(scope="session")
def compared(regression, other):
    return Compared(Pair(Side(regression), Side(other), None), record(compare(regression, other)))
