"""What each block may hold, its defaults, and the forms the rest of the program relies on."""

from __future__ import annotations

from typing import get_args

import pytest

from regcli.config.evaluation import KEYS_OF_CV, CvKind
from regcli.metrics import METRICS

REGRESSION = "version: 1\ndataset: {kind: make_regression}\n"
TABLE = "version: 1\ntask: classification\ndataset: {kind: csv, path: d.csv, target: y, group: g, time: t}\npenalty: lasso\n"


def test_the_defaults(load):
    config = load(REGRESSION + "penalty: enet\n")
    assert (config.version, config.name, config.task, config.holdout, config.nested, config.stability) == (
        1,
        "c",
        None,
        None,
        None,
        None,
    )
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
        {"kind": "elasticnet", "l1_ratio": (0.1, 0.5, 0.9), "factors": {}, "positive": False, "lambdas": None, "stage": None}
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
    assert config.check.model_dump() == {"mute": (), "allow_looks": 1}
    assert (config.execution.jobs, config.output.model_dump()) == ("auto", {"dir": "runs", "report": True})
    assert config.learning_curve is config.vary is config.bootstrap is None


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
  user: u
  item: i
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
stability: {kind: complementary_pairs, pairs: 10, max_selected: 5, threshold: 0.9}
execution: {jobs: 2}
output: {dir: out, report: false}
""")
    assert config.dataset.columns.include == ("a*", "b")
    assert (config.dataset.weight, config.dataset.group, config.dataset.time) == ("w", "g", "t")
    assert (config.dataset.user, config.dataset.item) == ("u", "i")
    assert config.preprocess.text.ngrams == (1, 2)
    assert config.preprocess.lags.rolling_mean == (7,)
    assert [entry.kind for entry in config.penalty] == ["elasticnet", "none"]
    assert config.penalty[0].factors == {"age": 0.0, "zip_*": 2.0}
    assert config.model.class_weight == {"yes": 1.0, "1": 2.0, "true": 3.0}
    assert config.select.metrics == ("f1", "ece")
    assert (config.holdout.column, config.holdout.test_value) == ("train", "F")
    assert (config.stability.pairs, config.stability.max_selected, config.stability.threshold) == (10, 5, 0.9)
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


def test_a_configuration_cannot_be_changed(load):
    with pytest.raises(ValueError, match="frozen"):
        load(TABLE).cv.n_splits = 3
