"""Configurations written for people mean what they were made from, whatever names hold."""

from __future__ import annotations

from pathlib import Path

from regcli.config import config_from_data, config_from_text
from regcli.config.commented import commented, given

WILD = ["a: b", "#x", "no", "1", "tab\there", "line\nend", "\u202eevil", "it's", "{", "*", "- x", "ü", "x" * 300]
DATA = {
    "version": 1,
    "name": "wild",
    "dataset": {"kind": "csv", "path": "d.csv", "target": "y: z", "columns": {"exclude": WILD}, "types": {"no": "category"}},
    "preprocess": {"missing": {"strategy": "median", "indicator": True}},
    "penalty": [{"kind": "ridge"}, {"kind": "elasticnet", "l1_ratio": [0.3, 1e-3]}],
    "cv": {"kind": "kfold", "n_splits": 5},
}


def test_it_reads_back_as_the_same(tmp_path):
    config = config_from_data(DATA, "test", tmp_path)
    notes = {
        "dataset.columns.exclude": "two\nlines # and a mark",
        "penalty": ["one", "two"],
        "cv.repeats": "not set",
        "x.y": "nowhere",
    }
    text = commented(given(config, tmp_path), notes, ["What it is: \x1b[31m red"])
    again = config_from_text(text, "text", tmp_path)
    assert again == config
    assert "\x1b" not in text
    lines = text.splitlines()
    assert lines[0].startswith("# yaml-language-server: $schema=")
    assert all(len(line) <= 120 for line in lines if line.lstrip().startswith("#"))
    assert "    # two\\nlines # and a mark" in lines
    assert lines[lines.index("penalty: [{kind: ridge}, {kind: elasticnet, l1_ratio: [0.3, 0.001]}]") - 2 :][:2] == [
        "# one",
        "# two",
    ]
    assert "  # not set" in lines


def test_the_path_is_as_the_folder_sees_it(tmp_path):
    config = config_from_data(DATA, "test", tmp_path)
    assert given(config, tmp_path / "deep" / "er")["dataset"]["path"] == "../../d.csv"
    assert list(given(config, Path())) == list(DATA)
