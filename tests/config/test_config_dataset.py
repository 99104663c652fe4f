"""Datasets: what generators and bundled data take is what scikit-learn takes."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest

from regcli.config.dataset import BuiltinDataset, MakeClassificationDataset, MakeRegressionDataset


@pytest.mark.parametrize(
    ("model", "function", "differing"),
    [
        (MakeRegressionDataset, "make_regression", {"n_targets", "coef"}),
        (MakeClassificationDataset, "make_classification", {"return_X_y"}),
    ],
)
def test_generators_take_what_scikit_learn_takes(model, function, differing):
    import sklearn.datasets

    theirs = inspect.signature(getattr(sklearn.datasets, function)).parameters
    assert set(model.model_fields) - {"kind"} == set(theirs) - differing
    for name, field in model.model_fields.items():
        if name not in {"kind", "random_state"}:
            assert field.default == theirs[name].default, name


def test_bundled_data_are_scikit_learn_s():
    import sklearn.datasets

    for name in get_args(BuiltinDataset.model_fields["name"].annotation):
        assert hasattr(sklearn.datasets, f"load_{name}")


def test_svmlight(load):
    dataset = load("version: 1\ndataset: {kind: svmlight, path: a.svm, n_features: 9, zero_based: true}\npenalty: l1\n").dataset
    assert (dataset.n_features, dataset.zero_based) == (9, True)
