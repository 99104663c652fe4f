"""Models that are kept as plain arrays."""

import numpy as np
import pytest

from regcli.families import FAMILIES
from regcli.families.base import Family
from regcli.families.saved import FromArrays


class Lines(Family):
    """Linear in one column, from an array."""

    name = "lines"
    expand = fit = finished = models = portrait = None

    def mean(self, arrays, X):
        eta = X[:, 0] * arrays["slope"]
        return np.column_stack([1 - eta, eta]) if arrays["classes"] else eta


@pytest.fixture(autouse=True)
def _lines(monkeypatch):
    monkeypatch.setitem(FAMILIES, "lines", type("Known", (Lines,), {"__abstractmethods__": frozenset()})())


def test_numbers_come_back_from_the_scale_they_were_fitted_on():
    model = FromArrays("lines", {"slope": np.array(2.0), "classes": np.array(0)}, None, (), "log")
    np.testing.assert_allclose(model.predict(np.array([[1.0], [0.5]])), np.exp([2.0, 1.0]))
    assert model[0] is None
    with pytest.raises(AttributeError):
        model.predict_proba(np.ones((1, 1)))


def test_classes_have_labels_and_columns_a_transformer():
    class Twice(list):
        def transform(self, X):
            return 2 * X

    columns = Twice(["first"])
    model = FromArrays("lines", {"slope": np.array(0.4), "classes": np.array(1)}, columns, ("no", "yes"))
    assert model.predict(np.array([[1.0], [0.1]])).tolist() == ["yes", "no"]
    np.testing.assert_allclose(model.predict_proba(np.array([[1.0]])), [[0.2, 0.8]])
    assert model[0] == "first"
