"""Rows that only models of one family have."""

from pathlib import Path

import numpy as np
import pytest

from regcli.compare import Mark, moved
from regcli.compare.moved import moved_rows
from regcli.compare.sides import Pair, Side
from regcli.families import FAMILIES
from regcli.families.base import Moved
from regcli.run import open_run

RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"


@pytest.fixture
def pair():
    return Pair(*(Side(open_run(str(RUNS / name), RUNS)) for name in ("reference", "worse")))


class Told(type(FAMILIES["linear"])):
    """Tells how alike two arrays are."""

    def moved(self, a, b):
        alike = float(np.mean(a().arrays["x"] == b().arrays["x"]))
        return [Moved("x.alike", "x, alike", alike, "of x"), Moved("y.alike", "y, alike", None, "")]


def test_a_family_tells_of_its_models_and_others_of_nothing(pair, monkeypatch):
    assert list(moved_rows(pair)) == []
    kept = {side.run.path: type("Model", (), {"arrays": {"x": np.arange(4) % k}, "__getitem__": lambda *_: None})()
            for k, side in ((2, pair.a), (3, pair.b))}  # fmt: skip
    monkeypatch.setattr(moved, "load_model", lambda run: kept[run.path])
    monkeypatch.setitem(FAMILIES, "linear", Told())
    for side in (pair.a, pair.b):
        monkeypatch.setitem(side.run.manifest, "command", "fit")
    first, second = moved_rows(pair)
    assert (first.name, first.value, first.mark, first.note) == ("x.alike", 0.5, Mark.CHANGED, "of x")
    assert (second.value, second.mark) == (None, Mark.NOT_COMPARABLE)
    monkeypatch.setitem(pair.b.run.manifest, "command", "sweep")
    assert list(moved_rows(pair)) == []
