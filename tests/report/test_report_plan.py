"""What `validate` says was found out: how the file is read, what its columns are."""

import json
from pathlib import Path

import pytest

from regcli.config import config_from_data
from regcli.data import load, split
from regcli.experiment import ready
from regcli.report.plan import MANY_COLUMNS, plan_record, plan_tables

ROWS = "hr;when;x;place;w;y\n" + "".join(
    f"{i % 3};{1 + i % 28}.5.2024;{i},5;{'?' if i == 4 else 'ab'[i % 2]};1;{i * i % 11},25\n" for i in range(60)
)


@pytest.fixture
def plan(tmp_path):
    """A plan for a file that is written in its own way."""

    def make(content=ROWS, target="y", estimators=(), **dataset):
        (tmp_path / "d.csv").write_text(content, encoding="latin-1")
        data = {"kind": "csv", "path": "d.csv", "target": target, **dataset}
        blocks = {
            "preprocess": {"dates": {}, "missing": "most_frequent"},
            "lambdas": {"count": 3},
            "penalty": "ridge",
            "estimators": list(estimators),
        }
        config = config_from_data({"dataset": data, **blocks}, "test", tmp_path)
        dataset = load(config)
        return ready(config, dataset, split(dataset, config))

    return make


def table(plan, title, **options):
    return next(t for t in plan_tables(plan, **options) if t.title.startswith(title))


def test_how_the_file_is_read_and_who_says_so(plan):
    rows = {row[0]: row[1:] for row in table(plan(weight="w", read={"encoding": "latin-1", "na": ["?"]}), "Reading").rows}
    assert rows == {
        "delimiter": (";", "found out"),
        "encoding": ("latin-1", "configured"),
        "decimal sign": (",", "found out"),
        "thousands sign": (None, "as usual"),
        "missing, besides empty cells": ("'?'", "configured"),
        "dates begin with the day": ("yes", "found out"),
    }


def test_what_the_columns_are_and_who_says_so(plan):
    columns = {row[0]: row[1:] for row in table(plan(weight="w", types={"h*": "category"}), "Columns").rows}
    assert columns["hr"][:3] == ("feature", "categorical", "configured")
    assert columns["when"][:3] == ("feature", "date", "found out")
    assert columns["x"] == ("feature", "numeric", "found out", None, None, 30.0)
    assert columns["place"] == ("feature", "categorical", "found out", None, 3, None)
    assert columns["w"][:2] == ("weight", "numeric")
    assert columns["y"][:2] == ("target", "numeric")


def test_programs_get_every_column(plan):
    names = [f"x{j}" for j in range(60)]
    content = ";".join([*names, "c", "y"]) + "\n"
    content += "".join(";".join([*(str(i * j % 101) for j in range(1, 61)), "uv"[i % 2], f"{i}.5"]) + "\n" for i in range(20))
    made = plan(content)
    assert len(table(made, "Columns").rows) == 62
    shown = table(made, "Columns", every_column=False)
    assert len(shown.rows) == MANY_COLUMNS
    assert [row[0] for row in shown.rows[:2]] == ["c", "y"]
    assert shown.notes == ("And 22 more, all in --json.",)
    record = json.loads(json.dumps(plan_record(made)))
    assert len(record["columns"]) == 62
    assert {"what": "delimiter", "value": ";", "how": "found out"} in record["read"]


def test_class_weights_are_spelled_as_the_labels_are(tmp_path):
    Path(tmp_path / "d.csv").write_text("a,y\n" + "".join(f"{i % 7},{float(i % 2)}\n" for i in range(40)))
    data = {"kind": "csv", "path": "d.csv", "target": "y"}
    model = {"class_weight": {"0": 1, "1": 5}}
    config = config_from_data({"dataset": data, "model": model, "penalty": "ridge", "lambdas": {"count": 3}}, "test", tmp_path)
    dataset = load(config)
    made = ready(config, dataset, split(dataset, config))
    assert dataset.classes == ("0.0", "1.0")
    assert made.plan.config.model.class_weight == {"0.0": 1, "1.0": 5}
    assert made.problem.weight_sum == 20 + 5 * 20


def test_paths_of_families_are_planned_along_their_own_axis(plan):
    def titles(**more):
        return {column.key: column.title for column in table(plan(weight="w", **more), "Paths").columns}

    assert titles().items() >= {"penalty": "penalty", "lambda_max": "λ max"}.items()
    assert not {"axis", "setting"} & set(titles())
    estimators = [{"kind": "tree", "axis": "max_depth", "values": [1, 3]}]
    assert titles(estimators=estimators).items() >= {"penalty": "model", "lambda_max": "from", "lambda_min": "to"}.items()
    tree = table(plan(weight="w", estimators=estimators), "Paths").records()[-1]
    assert (tree["axis"], tree["lambda_max"], tree["lambda_min"]) == ("max_depth", 1.0, 3.0)
    assert tree["setting"] is None  # nobody has moved a lever
    assert "min_samples_leaf=1" in plan_record(plan(weight="w", estimators=estimators))["paths"][-1]["setting"]
