"""Small runs, made once for all tests of pages, and one browser to look at their pages with."""

from __future__ import annotations

import pytest
from chromium import PROGRAM, Chromium

import regcli
from regcli.page.shown import Shown

REGRESSION = {
    "version": 1,
    "name": "small",
    "dataset": {"kind": "make_regression", "n_samples": 90, "n_features": 8, "n_informative": 3, "noise": 20.0},
    "preprocess": {"target": "standard"},
    "penalty": {"kind": "elasticnet", "l1_ratio": [0.5, 0.9]},
    "lambdas": {"count": 12},
    "holdout": {"fraction": 0.2},
}
TWO = REGRESSION | {
    "name": "two",
    "preprocess": {},
    "dataset": {"kind": "make_classification", "n_samples": 150, "n_features": 6, "n_informative": 3},
    "penalty": ["ridge", "lasso", "none"],
    "lambdas": {"count": 8},
}
THREE = {
    "version": 1,
    "name": "three",
    "dataset": {"kind": "builtin", "name": "iris"},
    "penalty": "lasso",
    "lambdas": {"count": 8},
    "cv": {"n_splits": 3},
}

TREE = REGRESSION | {"name": "tree", "preprocess": {}, "estimators": ["tree"], "lambdas": {}}
del TREE["penalty"]


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def regression(runs):
    return regcli.fit(REGRESSION, runs=runs).reader


@pytest.fixture(scope="session")
def two(runs):
    return regcli.fit(TWO, runs=runs).reader


@pytest.fixture(scope="session")
def three(runs):
    return regcli.sweep(THREE, runs=runs).reader


@pytest.fixture(scope="session")
def tree(runs):
    return Shown(regcli.fit(TREE, runs=runs).reader)


@pytest.fixture(scope="session")
def shown(regression):
    return Shown(regression)


@pytest.fixture(scope="session")
def chromium():
    if PROGRAM is None:
        pytest.skip("there is no Chromium here")
    browser = Chromium()
    yield browser
    browser.close()
