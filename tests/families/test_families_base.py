"""What a family need not say for itself, and what all of them expand to."""

import numpy as np
import pytest
from in_memory import X, dataset, fitted, planned

from regcli.families import FAMILIES, expand
from regcli.families.base import Exchange, Family, PlainProbe


class Plain(Family):
    """A family that says no more than it must."""

    name = "plain"

    def expand(self, prepared):  # noqa: ARG002
        return ["a path"], ["said", "said"]

    def fit(self, prepared, paths, store, pace):
        raise NotImplementedError

    def finished(self, prepared, paths, store):
        raise NotImplementedError

    def models(self, prepared, fitted, index):
        raise NotImplementedError

    def portrait(self, prepared, fitted, index, *, save_model):
        raise NotImplementedError


def test_a_family_without_second_thoughts_confirms_what_it_found():
    outcome = fitted(dataset())
    path = outcome.paths[0]
    plain = Plain()
    assert plain.confirm(outcome.prepared, path, 0) is path
    assert plain.at_the_edge(path, 0, "mse", overall=True) == []
    assert plain.endless(outcome.prepared, path).tolist() == [False] * 4
    assert plain.probes(outcome.prepared, path, 0, []) == []
    assert plain.sizes(outcome.prepared, outcome.portrait) is None


def test_any_model_can_be_asked_what_it_makes_of_other_cells():
    recipe, rows = planned(dataset()).recipe, np.array([3, 5, 8])
    probe = PlainProbe(("x0", "x1"), recipe, lambda X: X[:, 0] + 100 * X[:, 1], Exchange(rows, np.array([5, 8, 3])))
    assert probe.as_it_is() == pytest.approx(X[rows, 0] + 100 * X[rows, 1])
    donors = np.array([[0, 1, 2], [2, 2, 2]])
    assert probe.exchanged("x1", donors) == pytest.approx(X[rows, 0] + 100 * X[np.array([[5, 8, 3], [3, 3, 3]]), 1])
    assert probe.expected() == {}


def test_a_family_must_say_how_it_fits():
    with pytest.raises(TypeError, match="abstract"):
        type("Nothing", (Family,), {"name": "nothing"})()


def test_paths_of_all_families_are_added_and_nothing_is_said_twice(monkeypatch):
    prepared = planned(dataset())
    monkeypatch.setitem(FAMILIES, "plain", Plain())
    more = expand(prepared)
    assert [path if isinstance(path, str) else path.penalty for path in more.paths] == ["lasso", "lasso", "a path"]
    assert more.warnings.count("said") == 1
    assert len(prepared.paths) == 1


def test_families_stand_under_their_names():
    assert all(family.name == name for name, family in FAMILIES.items())
    assert np.unique([path.family for path in planned(dataset()).paths]).tolist() == ["linear"]
