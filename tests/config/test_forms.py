"""What each block may hold, its defaults, and the forms the rest of the program relies on."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import get_args

import pytest

from regcli.config import config_from_data, load_config
from regcli.config.dataset import BuiltinDataset, MakeClassificationDataset, MakeRegressionDataset
from regcli.config.evaluation import KEYS_OF_CV, CvKind
from regcli.metrics import METRICS

REGRESSION = "version: 1\ndataset: {kind: make_regression}\n"
TABLE = "version: 1\ntask: classification\ndataset: {kind: csv, path: d.csv, target: y, group: g, time: t}\npenalty: lasso\n"


def test_the_defaults(load):
    config = load(REGRESSION + "penalty: enet\n")
    assert (config.version, config.name, config.task, config.holdout) == (1, "c", None, None)
    assert config.preprocess.model_dump() == {
        "scale": "standard",
        "target": "none",
        "missing": {"strategy": "error", "indicator": False},
        "categorical": {"encode": "onehot", "min_frequency": None, "drop": "if_binary"},
        "polynomial": None,
        "text": None,
        "lags": None,
        "dates": None,
    }
    assert [entry.model_dump() for entry in config.penalty] == [
        {"kind": "elasticnet", "l1_ratio": (0.1, 0.5, 0.9), "factors": {}, "positive": False, "lambdas": None}
    ]
    assert config.lambdas.model_dump() == {
        "values": None, "max": None, "min": None, "count": 100, "min_ratio": "auto", "stop": "saturated",
    }  # fmt: skip
    assert config.model.model_dump() == {"fit_intercept": True, "class_weight": None, "tol": 1e-6, "max_iter": 10000}
    assert config.cv.model_dump() == {
        "kind": None, "n_splits": 5, "shuffle": True, "repeats": 1, "seed": 0,
        "column": None, "gap": 0, "test_size": None, "max_train_size": None,
    }  # fmt: skip
    assert config.select.model_dump() == {"metric": None, "rule": "1se", "tolerance": 0.02, "metrics": ()}
    assert (config.execution.jobs, config.output.dir) == ("auto", "runs")


def test_every_key_of_the_documentation(load):
    config = load("""\
version: 1
name: every-key-1
task: classification
dataset:
  kind: csv
  path: ../data/d.csv
  target: y
  columns: {include: ["a*", b], exclude: [ab]}
  weight: w
  group: g
  time: t
  types: {hr: category, "amount*": number, when: date}
  read: {delimiter: ";", decimal: ",", thousands: ".", encoding: latin-1, na: ["?", "-"], day_first: true}
preprocess:
  scale: robust
  missing: {strategy: median, indicator: true}
  categorical: {encode: onehot, min_frequency: 0.01, drop: if_binary}
  polynomial: {degree: 3, interaction_only: true}
  text: {column: sms, kind: count, ngrams: [1, 2], min_count: 2}
  lags: {columns: [y], lags: [1, 7], rolling_mean: [7]}
  dates: {parts: [year, month, weekday, hour], cyclic: true}
penalty:
- {kind: elasticnet, l1_ratio: [0.1, 1], factors: {age: 0, "zip_*": 2}, positive: true}
- none
lambdas: {count: 5, max: 1, min: 0.1, stop: never}
model: {fit_intercept: false, class_weight: {yes: 1, 1: 2, true: 3}, tol: 1e-8, max_iter: 7}
cv: {kind: time_series, n_splits: 4, gap: 2, test_size: 9, max_train_size: 50, seed: 1}
select: {metric: brier, rule: pct_loss, tolerance: 0.1, metrics: [f1, ece, f1]}
holdout: {column: train, test_value: F}
execution: {jobs: 2}
output: {dir: out}
""")
    assert config.dataset.columns.include == ("a*", "b")
    assert (config.dataset.weight, config.dataset.group, config.dataset.time) == ("w", "g", "t")
    assert config.preprocess.text.ngrams == (1, 2)
    assert config.preprocess.lags.rolling_mean == (7,)
    assert [entry.kind for entry in config.penalty] == ["elasticnet", "none"]
    assert config.penalty[0].factors == {"age": 0.0, "zip_*": 2.0}
    assert config.model.class_weight == {"yes": 1.0, "1": 2.0, "true": 3.0}
    assert config.select.metrics == ("f1", "ece")
    assert (config.holdout.column, config.holdout.test_value) == ("train", "F")
    assert (config.cv.gap, config.cv.test_size, config.cv.max_train_size) == (2, 9, 50)


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("lasso", ["lasso"]),
        ("{kind: l2}", ["ridge"]),
        ("[none, ridge, {kind: l1}, enet]", ["none", "ridge", "lasso", "elasticnet"]),
    ],
)
def test_penalties_are_always_a_list_of_canonical_kinds(load, written, kinds):
    assert [entry.kind for entry in load(REGRESSION + f"penalty: {written}\n").penalty] == kinds


def test_a_single_l1_ratio(load):
    assert load(REGRESSION + "penalty: {kind: enet, l1_ratio: 1}\n").penalty[0].l1_ratio == (1.0,)


def test_values_of_lambda_are_descending_and_unique_and_never_stop_early(load):
    lambdas = load(REGRESSION + "penalty: lasso\nlambdas: {values: [0, 1e-3, 2, 1.0e-3]}\n").lambdas
    assert lambdas.values == (2.0, 0.001, 0.0)
    assert lambdas.stop == "never"
    assert load(REGRESSION + "penalty: lasso\nlambdas: {values: [1], stop: saturated}\n").lambdas.stop == "saturated"


@pytest.mark.parametrize(
    ("written", "value"),
    [("F", "F"), ("1", "1"), ("1.0", "1.0"), ("true", "true"), ("True", "True"), ("'1'", "1"), ("010", "010"), ("''", "")],
)
def test_the_test_value_is_the_text_as_written(load, written, value):
    assert load(TABLE + f"holdout: {{column: train, test_value: {written}}}\n").holdout.test_value == value


def test_forms_of_the_holdout(load):
    drawn = load(TABLE + "holdout: {fraction: 0.25}\n").holdout
    assert (drawn.fraction, drawn.seed, drawn.column, drawn.test_value, drawn.last) == (0.25, 0, None, None, None)
    last = load(TABLE + "holdout: {last: 12}\n").holdout
    assert (last.last, last.seed, last.fraction) == (12, None, None)
    assert load(TABLE + "holdout: {last: 0.5}\n").holdout.last == 0.5


def test_a_missing_strategy_as_a_word(load):
    missing = load(TABLE + "preprocess: {missing: median}\n").preprocess.missing
    assert (missing.strategy, missing.indicator) == ("median", False)


def test_an_empty_block_stands_for_its_defaults(load):
    assert load(TABLE + "cv:\nmodel:\n  # tol: 1\n") == load(TABLE)


@pytest.mark.parametrize("kind", get_args(CvKind))
def test_every_scheme_takes_its_own_keys_and_no_others(kind, load, problems):
    written = {"n_splits": 3, "shuffle": "false", "repeats": 1, "column": "f", "gap": 1, "test_size": 2, "max_train_size": 9}
    own = {key: written[key] for key in KEYS_OF_CV[kind]}
    others = {key: value for key, value in written.items() if key not in own}
    cv = load(TABLE + "cv: " + str({"kind": kind, "seed": 4, **own}).replace("'", "") + "\n").cv
    assert cv.kind == kind
    found = problems(TABLE + "cv: " + str({"kind": kind, **own, **others}).replace("'", "") + "\n")
    assert {p.key for p in found} == {f"cv.{key}" for key in others}


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_of_an_unknown_task_is_left_to_the_data(metric, load):
    text = TABLE.replace("task: classification\n", "") + f"select: {{metric: {metric}}}\n"
    assert load(text).select.metric == metric


@pytest.mark.parametrize(
    ("model", "function", "differing"),
    [
        (MakeRegressionDataset, "make_regression", {"n_targets", "coef"}),
        (MakeClassificationDataset, "make_classification", {"return_X_y"}),
    ],
)
def test_generators_take_what_scikit_learn_takes(model, function, differing):
    import sklearn.datasets

    theirs = inspect.signature(getattr(sklearn.datasets, function)).parameters
    assert set(model.model_fields) - {"kind"} == set(theirs) - differing
    for name, field in model.model_fields.items():
        if name not in {"kind", "random_state"}:
            assert field.default == theirs[name].default, name


def test_bundled_data_are_scikit_learn_s():
    import sklearn.datasets

    for name in get_args(BuiltinDataset.model_fields["name"].annotation):
        assert hasattr(sklearn.datasets, f"load_{name}")


def test_svmlight(load):
    dataset = load("version: 1\ndataset: {kind: svmlight, path: a.svm, n_features: 9, zero_based: true}\npenalty: l1\n").dataset
    assert (dataset.n_features, dataset.zero_based) == (9, True)


def test_paths_start_from_the_file_s_folder(tmp_path, monkeypatch):
    (tmp_path / "configs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "configs", target_is_directory=True)
    (tmp_path / "configs" / "x.yaml").write_text(
        "version: 1\ndataset: {kind: csv, path: ../data/d.csv, target: y}\npenalty: l1\n"
    )
    monkeypatch.chdir(tmp_path / "configs")
    wanted = tmp_path.resolve() / "data" / "d.csv"
    for given in ("x.yaml", tmp_path / "configs" / "x.yaml", "../configs/x.yaml", "../link/x.yaml"):
        assert load_config(Path(given)).dataset.path == wanted


def test_a_linked_data_file_keeps_its_name(load, tmp_path):
    (tmp_path / "v1.csv").touch()
    (tmp_path / "latest.csv").symlink_to("v1.csv")
    assert load(TABLE.replace("d.csv", "latest.csv")).dataset.path == tmp_path.resolve() / "latest.csv"


@pytest.mark.parametrize(
    ("file", "name"),
    [("Diabetes 2.yaml", "diabetes-2"), ("config.resolved.yaml", "config-resolved"), ("Été.yaml", "ete"), ("λ.yaml", "config")],
)
def test_the_name_is_the_stem(tmp_path, file, name):
    path = tmp_path / file
    path.write_text(REGRESSION + "penalty: l1\n")
    assert load_config(path).name == name


def test_the_origin_is_kept_beside(load, tmp_path):
    text = "# mine\n" + TABLE
    config = load(text)
    assert config.origin.source_path == Path("c.yaml")
    assert config.origin.source_text == text
    assert "origin" not in config.model_dump()


def test_bom_and_anchors(load):
    config = load("\ufeff" + REGRESSION + "penalty: [&a {kind: ridge, factors: {x: 2}}, *a]\n")
    assert config.penalty[0] == config.penalty[1]


def test_without_a_file(tmp_path):
    data = {"dataset": {"kind": "csv", "path": Path("d.csv"), "target": "y"}, "penalty": ["none", "lasso"], "holdout": None}
    config = config_from_data(data, "the command line", tmp_path, ["cv.n_splits=3"])
    assert (config.name, config.version, config.cv.n_splits) == ("sweep", 1, 3)
    assert config.dataset.path == tmp_path.resolve() / "d.csv"
    assert (config.origin.source_path, config.origin.source_text) == (None, "")
    assert data["penalty"] == ["none", "lasso"]


def test_a_configuration_cannot_be_changed(load):
    with pytest.raises(ValueError, match="frozen"):
        load(TABLE).cv.n_splits = 3
