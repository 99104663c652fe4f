"""A folder of its own for every test, with a quick configuration in it."""

from __future__ import annotations

import pytest

CONFIG = """\
version: 1
name: quick
dataset: {kind: make_regression, n_samples: 50, n_features: 4, n_informative: 2, noise: 5.0}
penalty: [ridge, lasso]
lambdas: {count: 6, stop: never}
cv: {kind: kfold, n_splits: 3}
holdout: {fraction: 0.2}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGCLI_RUNS", raising=False)
    (tmp_path / "quick.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path
