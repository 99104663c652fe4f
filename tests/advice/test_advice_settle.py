"""What fit would refuse is answered as its errors suggest."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.advice.settle import settle
from regcli.config import config_from_data
from regcli.errors import DataError


def config(tmp_path, text, **keys):
    (tmp_path / "d.csv").write_text(text, encoding="utf-8")
    dataset = {"kind": "csv", "path": "d.csv", "target": "y"}
    return config_from_data({"dataset": dataset, "penalty": "ridge", **keys}, "test", tmp_path)


def lines(n=40):
    random = np.random.default_rng(0)
    return [f"name{i},{random.normal():.4f},{random.normal():.4f}" for i in range(n)]


def test_what_is_fine_is_left_as_it_is(tmp_path):
    wanted = config(tmp_path, "n,x,y\n" + "\n".join(line.replace("name", "") for line in lines()))
    found = settle(wanted)
    assert found.config == wanted
    assert found.answers == ()
    assert len(found.splits.folds) == 5


def test_names_and_gaps_are_answered_and_the_answers_told(tmp_path):
    every = lines()
    every[3] = "name3,,0.5"
    found = settle(config(tmp_path, "who,x,y\n" + "\n".join(every)))
    assert found.config.dataset.columns.exclude == ("who",)
    assert found.config.preprocess.missing.strategy == "median"
    assert {key for answer in found.answers for key in answer.keys} == {"dataset.columns.exclude", "preprocess.missing"}


def test_what_no_key_mends_is_raised(tmp_path):
    with pytest.raises(DataError, match="nothing is left to be explained"):
        settle(config(tmp_path, "x,y\n1,3.5\n2,3.5\n3,3.5\n"))
