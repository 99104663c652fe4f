"""``--set dotted.key=value``."""

from __future__ import annotations

import pytest

TEXT = """\
version: 1
dataset: {kind: make_regression, n_samples: 50}
penalty: lasso
preprocess: {missing: median}
cv: {n_splits: 3}
select: {metrics: [mae, r2]}
"""
LIST = TEXT.replace("penalty: lasso", "penalty: [lasso, {kind: enet, l1_ratio: [0.2, 0.4]}]")


@pytest.mark.parametrize(
    ("setting", "read", "value"),
    [
        ("cv.n_splits=10", lambda c: c.cv.n_splits, 10),
        ("cv.seed=7", lambda c: c.cv.seed, 7),
        (" cv.seed = 7", lambda c: c.cv.seed, 7),
        ("model.tol=1e-8", lambda c: c.model.tol, 1e-8),
        ("name=other", lambda c: c.name, "other"),
        ("name=", lambda c: c.name, "c"),
        ("cv=null", lambda c: c.cv.n_splits, 5),
        ("cv=", lambda c: c.cv.n_splits, 5),
        ("holdout.last=0.2", lambda c: c.holdout.last, 0.2),
        ("preprocess.polynomial.degree=3", lambda c: c.preprocess.polynomial.degree, 3),
        (
            "preprocess.missing.indicator=true",
            lambda c: (c.preprocess.missing.strategy, c.preprocess.missing.indicator),
            ("median", True),
        ),
        ("penalty=ridge", lambda c: c.penalty[0].kind, "ridge"),
        ("penalty={kind: ridge, positive: true}", lambda c: (c.penalty[0].kind, c.penalty[0].positive), ("ridge", True)),
        ("penalty=[none, l2]", lambda c: [p.kind for p in c.penalty], ["none", "ridge"]),
        ("penalty.kind=ridge", lambda c: c.penalty[0].kind, "ridge"),
        ("penalty.positive=true", lambda c: (c.penalty[0].kind, c.penalty[0].positive), ("lasso", True)),
        ("penalty.0.positive=true", lambda c: (c.penalty[0].kind, c.penalty[0].positive), ("lasso", True)),
        ("penalty.1=ridge", lambda c: [p.kind for p in c.penalty], ["lasso", "ridge"]),
        ("penalty.factors.zip_*=2", lambda c: c.penalty[0].factors, {"zip_*": 2.0}),
        ("select.metrics=[mae]", lambda c: c.select.metrics, ("mae",)),
        ("select.metrics.1=rmse", lambda c: c.select.metrics, ("mae", "rmse")),
        ("select.metrics.2=rmse", lambda c: c.select.metrics, ("mae", "r2", "rmse")),
        ("lambdas.values=[1, 2]", lambda c: c.lambdas.values, (2.0, 1.0)),
        ("lambdas.values.0=1", lambda c: c.lambdas.values, (1.0,)),
        ("dataset={kind: builtin, name: diabetes}", lambda c: c.dataset.name, "diabetes"),
        ("output.dir=a=b", lambda c: c.output.dir, "a=b"),
    ],
)
def test_changes(setting, read, value, load):
    assert read(load(TEXT, setting)) == value


def test_entries_of_a_list(load):
    config = load(LIST, "penalty.0.kind=ridge", "penalty.1.l1_ratio=1", "penalty.2.kind=none")
    assert [(p.kind, p.l1_ratio) for p in config.penalty] == [
        ("ridge", (0.1, 0.5, 0.9)), ("elasticnet", (1.0,)), ("none", (0.1, 0.5, 0.9)),
    ]  # fmt: skip


def test_later_settings_win(load):
    assert load(TEXT, "cv.seed=1", "cv.seed=2").cv.seed == 2


def test_an_alias_is_changed_alone(load):
    text = TEXT.replace("penalty: lasso", "penalty: [&a {kind: ridge}, *a]")
    assert [p.positive for p in load(text, "penalty.1.positive=true").penalty] == [False, True]


@pytest.mark.parametrize(
    ("setting", "key", "fragments"),
    [
        ("cv.n_splits", "", ["KEY=VALUE", "--set cv.n_splits=10"]),
        ("=3", "", ["KEY=VALUE"]),
        ("cv..seed=3", "", ["KEY=VALUE"]),
        ("cv={kind", "", ["not valid YAML", "never closed"]),
        ("version.x=1", "version", ["is 1, not a mapping", "no key 'x'"]),
        ("cv.n_splits.x=1", "cv.n_splits", ["is 3, not a mapping"]),
        ("select.metrics.x=1", "select.metrics", ["is a list", "select.metrics.0.x"]),
        ("select.metrics.5=mae", "select.metrics", ["has no entry 5", "2 would add one"]),
        ("cv.n_split=3", "cv.n_split", ["unknown key", "did you mean 'n_splits'"]),
        ("cv.n_splits=five", "cv.n_splits", ["whole number", "'five'"]),
        ("cv.n_splits='5'", "cv.n_splits", ["leave out the quotes"]),
        ("penalty.kind=laso", "penalty.kind", ["did you mean 'lasso'"]),
        ("penalty={kind: laso}", "penalty.kind", ["did you mean 'lasso'"]),
        ("dataset=null", "dataset", ["missing"]),
        ("cv={seed: 1, seed: 2}", "seed", ["stands twice; keep one"]),
    ],
)
def test_mistakes_are_placed_at_the_setting(setting, key, fragments, problems):
    (found,) = problems(TEXT, setting)
    assert found.where == f"--set {setting}"
    assert found.key == key
    for fragment in fragments:
        assert fragment in found.text


def test_a_list_of_penalties_needs_a_position(problems):
    (found,) = problems(LIST, "penalty.kind=ridge")
    assert (found.where, found.key) == ("--set penalty.kind=ridge", "penalty")
    assert "penalty.0.kind" in found.text


def test_mistakes_of_file_and_settings_together(problems):
    found = problems(TEXT + "nam: x\n", "cv.n_splits=1", "model.tol=0", "x")
    assert [p.where for p in found] == ["c.yaml:7:1", "--set cv.n_splits=1", "--set model.tol=0", "--set x"]
