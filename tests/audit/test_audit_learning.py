"""The learning curve: parts of the rows, what is learnt from them, and what the last doubling has brought."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from in_memory import dataset, fitted
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

from regcli.audit import audit
from regcli.audit.learning import FILE, _order

RIDGE = {"penalty": "ridge", "lambdas": {"values": [3.0, 0.3, 0.03]}}


def curve(rows, **config):
    outcome = audit(fitted(rows, **{"learning_curve": {}, **RIDGE, **config}), lambda *_: None)
    found = outcome.audits["learning_curve"]
    return outcome, found.numbers, found.tables[FILE], found.warnings


def made(n, p, noise, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    fold = np.array([str(i % 5) for i in range(n)], dtype=object)
    return dataset(X=X, y=X.sum(axis=1) + noise * rng.normal(size=n), fold=fold)


def test_it_is_asked_for_and_ends_at_what_the_run_has_found():
    assert "learning_curve" not in audit(fitted(dataset()), lambda *_: None).audits
    outcome, numbers, steps, _ = curve(dataset())
    chosen = outcome.metrics["selected"]
    assert steps[-1].share == 1.0
    assert (steps[-1].lam, steps[-1].validation_mean) == (chosen["lambda"], chosen["validation_mean"])
    assert [step.share for step in steps] == [0.125, 0.175, 0.25, 0.35, 0.5, 0.7, 1.0]
    assert numbers["n_train"] == 40
    assert numbers["n_train_before"] == 20


@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_scores_are_those_of_models_fitted_to_the_parts_by_hand(engine):
    rows = dataset()
    outcome, _, (half, _), _ = curve(rows, learning_curve={"shares": [0.5], "seed": 3}, execution={"engine": engine})
    X, scores = rows.features.numeric, []
    for f, fold in enumerate(outcome.plan.splits.folds):
        part = _order(rows, fold, "predefined", (3, f)).first(0.5)
        assert set(part) < set(fold.train)
        assert len(part) == 20
        scaler = StandardScaler().fit(X[part])
        model = Ridge(alpha=half.lam * len(part)).fit(scaler.transform(X[part]), rows.y[part])
        scores.append(((rows.y[fold.validation] - model.predict(scaler.transform(X[fold.validation]))) ** 2).mean())
    assert half.by_fold == pytest.approx(scores, rel=1e-6)
    assert half.validation_mean == pytest.approx(np.mean(scores), rel=1e-6)


def test_more_rows_help_where_there_are_few_for_the_columns_and_not_where_there_are_many():
    # the error of least squares is noise² (1 + p/n): it falls by a fifth from 80 to 160 rows, by less than a thousandth from 1600
    _, numbers, steps, _ = curve(made(200, 40, 3.0), penalty="none")
    assert numbers["gain"] > 2 * numbers["gain_se"] > 0
    expected = 9 * 40 / 80 - 9 * 40 / 160
    assert 0.5 * expected < numbers["gain"] < 3 * expected
    assert numbers["gain_relative"] == pytest.approx(numbers["gain"] / steps[-3].validation_mean)
    _, numbers, _, _ = curve(made(2000, 2, 3.0), penalty="none")
    assert abs(numbers["gain"]) < 2 * numbers["gain_se"]


def test_the_sign_of_a_gain_is_that_of_better():
    _, numbers, _, _ = curve(made(200, 40, 3.0), penalty="none", select={"metric": "r2"})
    assert numbers["gain"] > 0


def test_too_few_rows_are_left_out_and_said():
    rows = replace(dataset("two"), y=np.where(np.arange(60) % 20 < 2, 1.0, 0.0))
    _, _, steps, warnings = curve(rows, learning_curve={"shares": [0.02, 0.5]})
    assert [step.share for step in steps] == [0.5, 1.0]
    assert "nothing is learnt from 2% of the rows" in warnings[0]


def test_parts_are_nested_and_drawn_by_their_seed():
    rows = dataset("three")
    fold = SimpleNamespace(train=np.arange(0, 60, 2))
    order, again, other = (_order(rows, fold, "stratified", (seed, 0)) for seed in (1, 1, 2))
    parts = [set(order.first(share)) for share in (0.1, 0.3, 0.7, 1.0)]
    assert parts[0] < parts[1] < parts[2] < parts[3] == set(fold.train)
    assert (order.rows == again.rows).all()
    assert (order.rows != other.rows).any()


def test_parts_hold_the_classes_in_proportion():
    rows = replace(dataset("two"), y=(np.arange(60) % 5 == 0).astype(float))
    fold = SimpleNamespace(train=np.arange(60))
    for share in (0.25, 0.5, 0.75):
        part = _order(rows, fold, "stratified", (0, 0)).first(share)
        assert rows.y[part].sum() == pytest.approx(12 * share, abs=1)


def test_groups_stay_whole():
    group = np.array([f"g{i // 7}" for i in range(60)], dtype=object)
    rows = replace(dataset(), group=group)
    fold = SimpleNamespace(train=np.arange(56))
    for share in (0.05, 0.3, 0.5, 0.9):
        part = _order(rows, fold, "group", (0, 0)).first(share)
        assert len(part) % 7 == 0
        assert all(np.isin(np.flatnonzero(group[:56] == name), part).all() for name in set(group[part]))


def test_the_latest_rows_come_first_where_folds_follow_time():
    fold = SimpleNamespace(train=np.arange(40))
    assert _order(dataset(), fold, "time_series", (0, 0)).first(0.25).tolist() == list(range(30, 40))


def test_finished_steps_are_not_fitted_again():
    from regcli.audit.learning import LearningCurve
    from regcli.engine import InMemory

    outcome, store = fitted(dataset(), learning_curve={"shares": [0.5]}, **RIDGE), InMemory()
    first = LearningCurve().look(outcome, lambda *_: None, store)
    kept = store.get("learning-0.5", lambda piece: piece)
    assert type(kept).of(kept.piece()).validation_mean == kept.validation_mean
    store.put("learning-0.5", replace(kept, validation_mean=7.0))
    assert LearningCurve().look(outcome, lambda *_: None, store).tables[FILE][0].validation_mean == 7.0
    assert first.tables[FILE][0].validation_mean != 7.0
