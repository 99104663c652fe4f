"""First configurations: what the file suggests, said with its reason, and means what is said."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.advice.initial import initial, likely_targets
from regcli.config import load_config

RANDOM = np.random.default_rng(19)
N = 300


def nobody(_done, _total, _what):
    pass


def write(folder, columns, *, name="d.csv", encoding="utf-8", sign=","):
    lines = [sign.join(columns), *(sign.join(map(str, cells)) for cells in zip(*columns.values(), strict=True))]
    path = folder / name
    path.write_text("\n".join(lines), encoding=encoding)
    return path


def first(folder, columns, target="y", **how):
    """The configuration that is written, read back, and its text."""
    path = write(folder, columns, **how)
    found = initial(path, "first", target, None, folder, nobody)
    (folder / "first.yaml").write_text(found.text, encoding="utf-8")
    config = load_config(folder / "first.yaml")
    assert config == found.config.model_copy(update={"penalty": config.penalty})
    return config, found.text


def columns(**more):
    x = RANDOM.normal(size=N)
    return {"x": x, "z": RANDOM.normal(size=N), **more, "y": x + RANDOM.normal(size=N)}


def test_numbers_are_regressed_and_every_choice_has_its_alternatives(tmp_path):
    config, text = first(tmp_path, columns())
    assert config.task == "regression"
    assert config.cv.kind == "kfold"
    assert config.cv.n_splits == 10
    assert config.preprocess.target == "standard"
    for word in ("robust", "leave_one_out", "pct_loss", "`regcli sweep --penalty all`", "weight (how much a row counts)"):
        assert word in " ".join(text.replace("#", "").split())


@pytest.mark.parametrize(
    ("more", "key", "value"),
    [
        ({"who": [f"name {i}" for i in range(N)]}, "dataset.columns.exclude", ("who",)),
        ({"nr": range(N)}, "dataset.columns.exclude", ("nr",)),
        ({"patient_id": RANDOM.integers(0, 40, N)}, "dataset.group", "patient_id"),
        ({"hole": ["" if i % 9 == 0 else i % 5 for i in range(N)]}, "preprocess.missing.strategy", "median"),
        ({"city": [f"c{i}" if i < 6 else "big" for i in range(N)]}, "preprocess.categorical.min_frequency", 10),
        ({"told": [f"some words about {i} and more {i % 7} of them" for i in range(N)]}, "preprocess.text.column", "told"),
        ({"born": [f"19{60 + i % 40}-0{1 + i % 9}-1{i % 10}" for i in range(N)]}, "preprocess.dates.cyclic", True),
        ({"train": ["F" if i % 4 == 0 else "T" for i in range(N)]}, "holdout.column", "train"),
        ({"fold": [i % 6 for i in range(N)]}, "cv.column", "fold"),
    ],
)
def test_what_the_columns_are_is_seen(tmp_path, more, key, value):
    config, text = first(tmp_path, columns(**more))
    for step in key.split("."):
        config = getattr(config, step)
    assert config == value
    assert f"'{next(iter(more))}'" in text, "and the reason is told"


def test_how_the_file_is_written_is_seen(tmp_path):
    known = {name: [f"{v:.4f}".replace(".", ",") for v in values] for name, values in columns().items()}
    config, text = first(
        tmp_path, known | {"stadt": ["Köln" if i % 2 else "Ulm" for i in range(N)]}, encoding="latin-1", sign=";"
    )
    assert config.task == "regression"
    assert "delimiter: ;" in text
    assert "decimal: ','" in text


def test_classes_are_counted(tmp_path):
    known = columns()
    known["y"] = ["yes" if y > 1.9 else "no" for y in known["y"]]
    config, text = first(tmp_path, known)
    assert config.task == "classification"
    assert config.select.metrics == ("roc_auc", "average_precision", "brier")
    assert "2 classes: no (" in text


@pytest.mark.parametrize(
    ("header", "likely"),
    [("a,y,b", "y"), ("id,price,rooms", "price"), ("Class,a,b", "Class"), ("a,b,c", "c"), ("sepal,petal,species", "species")],
)
def test_likely_targets(tmp_path, header, likely):
    (tmp_path / "d.csv").write_text(f"{header}\n1,2,3\n", encoding="utf-8")
    assert likely_targets(tmp_path / "d.csv")[0] == likely
