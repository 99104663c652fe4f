"""Data sets that are bundled, generated, or shipped."""

import runpy
from pathlib import Path

import pytest
from sklearn import datasets

from regcli.config import config_from_data
from regcli.data import load, split

SHIPPED = Path(__file__).parents[2] / "data"


def test_the_script_writes_the_shipped_files_byte_for_byte(tmp_path):
    runpy.run_path(str(SHIPPED / "make.py"))["main"](tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made.keys() == {path.name for path in SHIPPED.iterdir() if path.suffix not in {".py", ".md"} and path.is_file()}
    for name, content in made.items():
        assert content == (SHIPPED / name).read_bytes(), name
        assert len(content) < 200_000


@pytest.mark.parametrize(
    ("name", "target", "more", "shape"),
    [
        ("diabetes", "progression", {}, (442, 10)),
        ("breast_cancer", "diagnosis", {}, (569, 30)),
        ("wine", "cultivar", {}, (178, 13)),
        ("energy", "load", {"dataset": {"time": "date"}}, (1095, 2)),
        ("shops", "spent", {"dataset": {"group": "customer", "weight": "weight"}, "preprocess": {"missing": "median"}}, (600, 9)),
        ("shops", "returned", {"preprocess": {"missing": "drop"}}, (498, 11)),
        ("reviews", "sentiment", {"preprocess": {"text": {"column": "review"}}}, (500, 1)),
    ],
)
def test_the_shipped_files_load_and_split(name, target, more, shape):
    dataset = {"kind": "csv", "path": f"{name}.csv", "target": target, **more.get("dataset", {})}
    data = {"penalty": {"kind": "lasso"}, "dataset": dataset, "preprocess": more.get("preprocess", {})}
    config = config_from_data(data, "test", SHIPPED)
    loaded = load(config)
    assert (len(loaded), len(loaded.features.names)) == shape
    assert len(split(loaded, config).folds) == 5


@pytest.mark.parametrize("name", ["diabetes", "breast_cancer", "wine", "iris", "digits"])
def test_builtin_is_what_scikit_learn_hands_out(config, name):
    dataset = load(config({"kind": "builtin", "name": name}))
    bunch = getattr(datasets, f"load_{name}")(**({"scaled": False} if name == "diabetes" else {}))
    kept = [j for j, column in enumerate(bunch.feature_names) if column in dataset.features.names]
    assert (dataset.features.numeric == bunch.data[:, kept]).all()
    if name == "diabetes":
        assert (dataset.y == bunch.target).all()
    else:
        assert [dataset.classes[int(k)] for k in dataset.y] == [str(bunch.target_names[k]) for k in bunch.target]
    assert len(kept) == (61 if name == "digits" else bunch.data.shape[1])
    assert bool(dataset.warnings) == (name == "digits")


def test_columns_of_a_builtin_can_be_chosen(config):
    assert load(config({"kind": "builtin", "name": "iris", "columns": {"include": ["petal*"]}})).features.names == (
        "petal length (cm)",
        "petal width (cm)",
    )
