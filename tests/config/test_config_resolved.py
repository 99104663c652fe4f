"""What is written out: resolved YAML that loads again, a hash of the meaning, a JSON Schema that agrees with the models."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regcli.config import config_from_data, config_sha256, decide, json_schema, load_config, resolved_yaml
from regcli.errors import ConfigError

SCHEMA = json_schema()
TABLE = "version: 1\ntask: classification\ndataset: {kind: csv, path: data/d.csv, target: y}\npenalty: lasso\n"

# --- configurations drawn at random ----------------------------------------------------------------------

words = st.text(min_size=1, max_size=12)
names = st.one_of(words, st.sampled_from(["no", "1e-3", "0o10", "~", "1:30", "2026-01-01", "*", "zip_*", "y: z", "<<", "true"]))
whole = st.integers(1, 10**6)
share = st.floats(0, 1, exclude_min=True, exclude_max=True)
positive = st.floats(0, exclude_min=True, allow_infinity=False)
unit = st.floats(0, 1)
seeds = st.integers(0, 2**32 - 1)
CV = {
    "kfold": {"n_splits": st.integers(2, 50), "shuffle": st.just(True), "repeats": whole},
    "group": {"n_splits": st.integers(2, 50), "shuffle": st.booleans()},
    "time_series": {"n_splits": st.integers(2, 50), "gap": st.integers(0, 9), "test_size": whole, "max_train_size": whole},
    "shuffle_split": {"n_splits": st.integers(2, 50), "test_size": st.one_of(whole, share)},
    "leave_one_out": {},
    "predefined": {"column": names.map(lambda name: name + "_")},
}


def mapping(**optional):
    return st.fixed_dictionaries({}, optional=optional)


tables = st.builds(
    dict,
    kind=st.sampled_from(["csv", "parquet"]),
    path=st.sampled_from(["d.csv", "../data/d e.csv", "/abs/d.csv", "sub/é.csv"]),
    target=names,
    group=names.map(lambda name: name + "g"),
    columns=mapping(include=st.lists(names, min_size=1, max_size=3), exclude=st.lists(names, max_size=3)),
)
generated = st.fixed_dictionaries(
    {"kind": st.just("make_regression")},
    optional={"n_samples": st.integers(2, 10**6), "noise": st.floats(0, 1e9), "random_state": seeds},
)
penalties = st.one_of(
    st.sampled_from(["none", "l1", "ridge"]),
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["enet", "elasticnet"])},
        optional={"l1_ratio": st.one_of(unit, st.lists(unit, min_size=1, max_size=3, unique=True)), "positive": st.booleans()},
    ),
    st.fixed_dictionaries({"kind": st.just("l2")}, optional={"factors": st.dictionaries(names, st.floats(0, 1e300), max_size=3)}),
)


def scheme(kind):
    """`cv` with some of the keys that its kind takes."""
    keys = dict(CV[kind])
    needed = {"column": keys.pop("column")} if kind == "predefined" else {}
    return st.fixed_dictionaries({"kind": st.just(kind), **needed}, optional={**keys, "seed": seeds})


schemes = st.sampled_from(sorted(CV)).flatmap(scheme)
configs = st.fixed_dictionaries(
    {"version": st.just(1), "dataset": tables, "penalty": st.one_of(penalties, st.lists(penalties, min_size=1, max_size=3))},
    optional={
        "name": st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True),
        "preprocess": mapping(
            scale=st.sampled_from(["standard", "none"]),
            missing=st.sampled_from(["drop", "mean", {"strategy": "median", "indicator": True}]),
            categorical=mapping(min_frequency=st.one_of(whole, share), drop=st.sampled_from(["first", "if_binary", None])),
            polynomial=mapping(degree=st.integers(1, 20)),
        ),
        "lambdas": st.one_of(
            mapping(values=st.lists(st.floats(0, 1e100), min_size=1, max_size=4)),
            mapping(max=st.floats(2, 9), min=share, count=st.integers(1, 10**4), stop=st.just("never")),
            mapping(min_ratio=share),
        ),
        "model": mapping(tol=positive, max_iter=whole, class_weight=st.dictionaries(names, positive, max_size=3)),
        "cv": st.one_of(schemes, mapping(n_splits=st.integers(2, 9), shuffle=st.booleans(), seed=seeds)),
        "select": mapping(rule=st.just("pct_loss"), metrics=st.lists(st.sampled_from(["f1", "ece"]))),
        "holdout": st.one_of(
            st.none(),
            st.builds(dict, fraction=share, seed=seeds),
            st.builds(dict, last=st.one_of(whole, share)),
            st.builds(dict, column=names.map(lambda name: name + "_"), test_value=st.one_of(names, st.booleans(), st.integers())),
        ),
        "nested": st.one_of(
            st.none(),
            mapping(outer=st.sampled_from(sorted({*CV} - {"predefined"})).flatmap(scheme)),
            mapping(outer=mapping(seed=seeds)),
        ),
        "vary": st.one_of(st.none(), st.just({"key": "preprocess.scale", "values": ["none", "robust"]})),
        "bootstrap": st.one_of(st.none(), mapping(resamples=st.integers(2, 10**6), seed=seeds)),
        "learning_curve": st.one_of(st.none(), mapping(shares=st.lists(share, min_size=1, max_size=3), seed=seeds)),
        "stability": mapping(
            kind=st.just("complementary_pairs"), pairs=st.integers(1, 1000), max_selected=whole, threshold=st.floats(0.51, 1)
        ).map(lambda block: {"kind": "complementary_pairs", **block}),
        "execution": mapping(jobs=st.one_of(st.just("auto"), st.integers(1, 1024))),
        "output": mapping(dir=names, report=st.booleans()),
    },
)


def without_clashes(data):
    """Random names may give one column two roles, and rows in order of time cannot be drawn: mistakes of their own."""
    if data.get("bootstrap") is not None and (data.get("cv") or {}).get("kind") == "time_series":
        return False
    columns = [(data.get(block) or {}).get("column") for block in ("cv", "holdout")]
    return data["dataset"]["target"] not in [*columns, data["dataset"]["group"]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(configs.filter(without_clashes))
def test_what_is_written_out_loads_as_the_same_configuration(tmp_path, data):
    config = config_from_data(data, "test", tmp_path / "here")
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True, exist_ok=True)
    written = resolved_yaml(config, folder)
    path = folder / "config.resolved.yaml"
    path.write_text(written, encoding="utf-8", newline="")
    again = load_config(path)
    assert again == config
    assert config_sha256(again) == config_sha256(config)
    assert resolved_yaml(again, folder) == written
    assert again.origin.source_text == written
    assert Checker(SCHEMA).errors(load_yaml(written)) == []


@settings(max_examples=30, deadline=None)
@given(generated)
def test_generated_data_too(dataset):
    config = config_from_data({"dataset": dataset, "penalty": "l1"}, "test", Path())
    assert Checker(SCHEMA).errors(load_yaml(resolved_yaml(config, Path()))) == []


# --- resolved YAML ---------------------------------------------------------------------------------------


def load_yaml(text):
    from regcli.config.yaml12 import parse

    node, findings = parse(text, "x")
    assert not findings
    return node.data()


def test_everything_is_written_in_the_documented_order(load, tmp_path):
    written = resolved_yaml(load(TABLE), tmp_path / "runs" / "x")
    assert (
        written
        == """\
version: 1
name: c
task: classification
dataset:
  kind: csv
  path: ../../data/d.csv
  target: y
  columns:
    include: ['*']
    exclude: []
  types: {}
  weight: null
  group: null
  time: null
  user: null
  item: null
  read: null
preprocess:
  scale: standard
  target: none
  missing: {strategy: error, indicator: false}
  categorical: {encode: onehot, min_frequency: null, drop: if_binary}
  polynomial: null
  text: null
  lags: null
  dates: null
penalty:
- kind: lasso
  factors: {}
  positive: false
  lambdas: null
  stage: null
lambdas: {max: null, min: null, count: 100, min_ratio: auto, stop: saturated}
model: {fit_intercept: true, class_weight: null, tol: 1.0e-06, max_iter: 10000}
cv: {kind: null, n_splits: 5, shuffle: true, repeats: 1, seed: 0}
select:
  metric: null
  rule: 1se
  metrics: []
estimators: []
holdout: null
stability: null
nested: null
bootstrap: null
learning_curve: null
vary: null
check:
  mute: []
  allow_looks: 1
execution: {engine: auto, jobs: auto}
output: {dir: runs, report: true}
"""
    )


def test_paths_lead_from_a_linked_runs_folder_too(load, tmp_path):
    elsewhere = tmp_path / "disk" / "deep" / "runs"
    elsewhere.mkdir(parents=True)
    (tmp_path / "runs").symlink_to(elsewhere, target_is_directory=True)
    config = load(TABLE)
    run = tmp_path / "runs" / "one"
    run.mkdir()
    (run / "r.yaml").write_text(resolved_yaml(config, run))
    assert load_config(run / "r.yaml").dataset.path == config.dataset.path
    assert load_config(elsewhere / "one" / "r.yaml").dataset.path == config.dataset.path


def test_group_folds_are_not_shuffled_unless_it_was_asked_for(load, tmp_path):
    grouped = TABLE.replace("target: y", "target: y, group: g")
    for cv, shuffled in {"": False, "cv: {kind: group}\n": False, "cv: {kind: group, shuffle: true}\n": True}.items():
        config = load(grouped + cv)
        path = tmp_path / "r.yaml"
        path.write_text(resolved_yaml(config, tmp_path))
        assert ("shuffle" in config.cv.model_fields_set) == shuffled
        assert ("shuffle" in load_config(path).cv.model_fields_set) == shuffled


# --- the hash --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "same"),
    [
        ("name=other", True),
        ("execution.jobs=2", True),
        ("output.dir=elsewhere", True),
        ("dataset.path=copy.csv", True),
        ("penalty=[l1]", True),
        ("penalty={kind: lasso, positive: false}", True),
        ("model.tol=0.000001", True),
        ("lambdas={count: 100}", True),
        ("penalty=l2", False),
        ("model.tol=1e-7", False),
        ("dataset.target=z", False),
        ("dataset.kind=parquet", False),
        ("cv.seed=1", False),
        ("lambdas.values=[1]", False),
    ],
)
def test_the_hash_is_of_the_meaning(setting, same, load):
    assert (config_sha256(load(TABLE)) == config_sha256(load(TABLE, setting))) == same


# --- what the data decide --------------------------------------------------------------------------------


def test_decisions_are_written_down(load):
    config = load(TABLE.replace("task: classification\n", ""))
    decided = decide(config, task="regression", cv_kind="kfold", metric="mse")
    assert (decided.task, decided.cv.kind, decided.select.metric) == ("regression", "kfold", "mse")
    assert (config.task, config.cv.kind, config.select.metric) == (None, None, None)
    assert decided.dataset == config.dataset
    assert decided.origin.source_text == config.origin.source_text
    assert decide(decided, task="regression", cv_kind="kfold", metric="mse") == decided


def test_decisions_that_do_not_suit(load):
    config = load(TABLE.replace("task: classification\n", "") + "select: {metric: f1}\nmodel: {class_weight: balanced}\n")
    with pytest.raises(ConfigError) as caught:
        decide(config, task="regression")
    assert [(p.where, p.key) for p in caught.value.problems] == [
        ("c.yaml:4:18", "select.metric"),
        ("c.yaml:5:9", "model.class_weight"),
    ]


# --- the JSON Schema -------------------------------------------------------------------------------------


class Checker:
    """As much of JSON Schema as the configuration's uses; an unknown keyword fails the test."""

    TYPES: ClassVar = {
        "object": dict,
        "array": tuple,
        "string": str,
        "boolean": bool,
        "null": type(None),
        "integer": int,
        "number": (int, float),
    }

    def __init__(self, schema):
        self.root = schema

    def errors(self, value, schema=None, where="$"):
        schema = self.root if schema is None else schema
        found = []
        for keyword, wanted in schema.items():
            found += [f"{where}: {problem}" for problem in self._one(keyword, wanted, value, schema)]
            if keyword == "properties" and isinstance(value, dict):
                for key in value.keys() & wanted.keys():
                    found += self.errors(value[key], wanted[key], f"{where}.{key}")
            if keyword == "additionalProperties" and isinstance(wanted, dict) and isinstance(value, dict):
                for key in value.keys() - schema.get("properties", {}).keys():
                    found += self.errors(value[key], wanted, f"{where}.{key}")
            if keyword in {"items", "prefixItems"} and isinstance(value, tuple):
                each = wanted if isinstance(wanted, list) else [wanted] * len(value)
                for i, (item, of) in enumerate(zip(value, each, strict=False)):
                    found += self.errors(item, of, f"{where}.{i}")
            if keyword == "$ref":
                found += self.errors(value, self.root["$defs"][wanted.removeprefix("#/$defs/")], where)
        return found

    def _one(self, keyword, wanted, value, schema):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        checks = {
            "type": lambda: any(self._is(value, name) for name in (wanted if isinstance(wanted, list) else [wanted])),
            "const": lambda: value == wanted and type(value) is type(wanted),
            "enum": lambda: value in wanted,
            "anyOf": lambda: any(not self.errors(value, each) for each in wanted),
            "oneOf": lambda: sum(not self.errors(value, each) for each in wanted) == 1,
            "required": lambda: not isinstance(value, dict) or set(wanted) <= value.keys(),
            "additionalProperties": lambda: (
                wanted is not False or not isinstance(value, dict) or value.keys() <= schema["properties"].keys()
            ),
            "minimum": lambda: not number or value >= wanted,
            "maximum": lambda: not number or value <= wanted,
            "exclusiveMinimum": lambda: not number or value > wanted,
            "exclusiveMaximum": lambda: not number or value < wanted,
            "minItems": lambda: not isinstance(value, tuple) or len(value) >= wanted,
            "maxItems": lambda: not isinstance(value, tuple) or len(value) <= wanted,
            "minLength": lambda: not isinstance(value, str) or len(value) >= wanted,
            "maxLength": lambda: not isinstance(value, str) or len(value) <= wanted,
            "pattern": lambda: not isinstance(value, str) or re.search(wanted, value),
        }
        silent = {"$schema", "$defs", "$ref", "title", "description", "default", "properties", "items", "prefixItems"}
        if keyword in silent:
            return []
        return [] if checks[keyword]() else [f"{value!r} against {keyword}: {wanted!r}"]

    def _is(self, value, name):
        return isinstance(value, self.TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


SHAPES = [
    ("penalty: lasso", True),
    ("penalty: enet", True),
    ("penalty: {kind: l2, factors: {a: 1}}", True),
    ("penalty: [none, {kind: elasticnet, l1_ratio: 0.5}]", True),
    ("penalty: laso", False),
    ("penalty: []", False),
    ("penalty: {kind: ridge, alpha: 1}", False),
    ("penalty: {kind: elasticnet, l1_ratio: []}", False),
    ("penalty: l1\npreprocess: {missing: median}", True),
    ("penalty: l1\npreprocess: {missing: {strategy: median, indicator: true}}", True),
    ("penalty: l1\npreprocess: {missing: sometimes}", False),
    ("penalty: l1\npreprocess: {categorical: {min_frequency: 5}}", True),
    ("penalty: l1\npreprocess: {categorical: {min_frequency: 5.5}}", False),
    ("penalty: l1\npreprocess: {text: {column: a, ngrams: [1, 2]}}", True),
    ("penalty: l1\npreprocess: {text: {column: a, ngrams: [1]}}", False),
    ("penalty: l1\nlambdas: {min_ratio: auto}", True),
    ("penalty: l1\nlambdas: {min_ratio: 2}", False),
    ("penalty: l1\nmodel: {class_weight: balanced}", True),
    ("penalty: l1\nmodel: {class_weight: {a: 1}}", True),
    ("penalty: l1\nmodel: {class_weight: {a: 0}}", False),
    ("penalty: l1\nholdout: null", True),
    ("penalty: l1\nholdout: {column: a, test_value: true}", True),
    ("penalty: l1\nholdout: {last: 10}", True),
    ("penalty: l1\nholdout: {last: 1.5}", False),
    ("penalty: l1\nexecution: {engine: auto, jobs: auto}", True),
    ("penalty: l1\nexecution: {jobs: all}", False),
    ("penalty: l1\nname: A", False),
    ("penalty: l1\ncv: {n_split: 3}", False),
]


@pytest.mark.parametrize(("text", "valid"), SHAPES)
def test_the_schema_agrees_with_the_models(text, valid, load):
    text = TABLE.replace("penalty: lasso\n", text + "\n")
    assert (Checker(SCHEMA).errors(load_yaml(text)) == []) == valid
    if valid:
        load(text)
    else:
        with pytest.raises(ConfigError):
            load(text)


def test_every_key_of_the_schema_is_described():
    def keys(schema):
        yield from schema.get("properties", {}).items()
        for each in schema.get("anyOf", []):
            yield from keys(each)

    schema = json_schema()
    for part in [schema, *schema["$defs"].values()]:
        for key, value in keys(part):
            assert value.get("description"), key
