"""What Python hands over: configurations of every form, data of every form."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from regcli.errors import ConfigError, UsageError
from regcli.given import configured, handed_over, named_penalties

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0], "w": [1, 1, 2], "price": [2.0, 4.0, 7.0]})
CONFIG = {"name": "houses", "dataset": {"kind": "csv", "path": "no.csv", "target": "price", "weight": "w"}, "penalty": "ridge"}


def of(config=None, *, data=None, target=None, penalty=None, settings=None):
    return configured(config, data, target, penalty, settings)


def test_roles_of_the_configured_data_are_those_of_the_data_in_their_place():
    config, source = of(CONFIG, data=FRAME)
    assert (config.dataset.kind, config.dataset.target, config.dataset.weight) == ("memory", "price", "w")
    assert source.header == ("a", "w", "price")
    assert of(CONFIG, data=FRAME, target="a")[0].dataset.target == "a"
    assert of(CONFIG, data=(FRAME[["a", "w"]], FRAME["price"].rename("cost")))[0].dataset.target == "cost"
    assert of(CONFIG, data=(np.eye(3), [1, 2, 3]), target="z", settings={"dataset.weight": None})[0].dataset.target == "z"


def test_a_path_is_a_file_of_its_kind(tmp_path):
    config, source = of(data=tmp_path / "Big houses.parquet", target="price")
    assert (config.name, config.dataset.kind, source) == ("big-houses", "parquet", None)
    assert config.dataset.path == tmp_path / "Big houses.parquet"
    assert handed_over("d.svmlight", None)[0]["kind"] == "svmlight"
    assert of(CONFIG, data="d.svmlight")[0].dataset.kind == "svmlight"
    assert config.penalty[0].kind == "elasticnet"


def test_settings_come_last_whatever_their_form():
    by_dict, _ = of(CONFIG, penalty="lasso", settings={"penalty.0.kind": "ridge", "cv.n_splits": np.int64(4)})
    by_list, _ = of(CONFIG, penalty=["lasso"], settings=["penalty.0.kind=ridge", "cv.n_splits=4"])
    assert by_dict == by_list
    assert (by_dict.penalty[0].kind, by_dict.cv.n_splits) == ("ridge", 4)


def test_text_is_a_configuration_too():
    text = "version: 1\nname: t\ndataset: {kind: builtin, name: iris}\npenalty: lasso\n"
    config, _ = of(text)
    assert (config.name, config.origin.source_text, config.origin.source_path) == ("t", text, None)
    assert of("{dataset: {kind: builtin, name: iris}, penalty: lasso, version: 1}")[0].dataset.name == "iris"
    with pytest.raises(ConfigError, match="configuration:2:1: nmae: unknown key"):
        of(text.replace("name: t", "nmae: t"))


def test_penalties_by_name():
    assert named_penalties("l1, ridge,lasso") == [{"kind": "lasso"}, {"kind": "ridge"}]
    assert [entry["kind"] for entry in named_penalties("all")] == ["none", "ridge", "lasso", "elasticnet"]
    with pytest.raises(UsageError, match="Did you mean 'ridge'"):
        named_penalties("rigde")
