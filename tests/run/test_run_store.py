"""The store of finished pieces: kept in memory, written when it is worth it, found again by the same plan alone."""

from dataclasses import dataclass

import numpy as np
import pytest
from small_runs import REGRESSION

from regcli.config import config_from_data
from regcli.data import load, split
from regcli.plan import make_plan
from regcli.run.store import PieceStore


@dataclass
class Made:
    values: np.ndarray

    def piece(self):
        return {"values": self.values}


def read(piece):
    return Made(piece["values"])


@pytest.fixture
def plan(tmp_path):
    def made(**changes):
        config = config_from_data(REGRESSION | changes, "test", tmp_path)
        dataset = load(config)
        return make_plan(config, dataset, split(dataset, config))

    return made


def test_what_is_put_is_got_and_nothing_is_written_for_a_moments_work(tmp_path, plan):
    store = PieceStore(tmp_path / "pieces", plan())
    made = Made(np.arange(3.0))
    store.put("a", made)
    assert store.get("a", read) is made
    assert store.get("b", read) is None
    assert not (tmp_path / "pieces").exists()


def test_what_is_flushed_is_found_by_another_process_of_the_same_plan_alone(tmp_path, plan):
    store = PieceStore(tmp_path / "pieces", plan())
    store.put("a", Made(np.array([1.0, np.nan])))
    store.flush()
    again = PieceStore(tmp_path / "pieces", plan()).get("a", read)
    np.testing.assert_array_equal(again.values, [1.0, np.nan])
    assert PieceStore(tmp_path / "pieces", plan(lambdas={"count": 7})).get("a", read) is None


def test_long_work_is_written_as_it_goes(tmp_path, plan, monkeypatch):
    monkeypatch.setattr("regcli.run.store.PATIENCE", 0.0)
    store = PieceStore(tmp_path / "pieces", plan())
    store.put("a", Made(np.zeros(2)))
    assert PieceStore(tmp_path / "pieces", plan()).get("a", read) is not None
    store.clear()
    assert not (tmp_path / "pieces").exists()


def test_a_damaged_piece_is_none(tmp_path, plan):
    store = PieceStore(tmp_path / "pieces", plan())
    store.put("a", Made(np.zeros(2)))
    store.flush()
    (file,) = (tmp_path / "pieces").iterdir()
    for content in (b"", b"PK\x03\x04 cut", file.read_bytes()[:40]):
        file.write_bytes(content)
        assert PieceStore(tmp_path / "pieces", plan()).get("a", read) is None
