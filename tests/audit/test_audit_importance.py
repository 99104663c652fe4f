from dataclasses import replace

import numpy as np
import pytest
from in_memory import X, Y, dataset, fitted

from regcli.audit import audit
from regcli.audit.importance import Importance, _donors
from regcli.averages import Averages
from regcli.families import FAMILIES
from regcli.families.base import Exchange


def importance(outcome):
    found = audit(outcome, lambda *_: None).audits["importance"]
    return found.numbers, found.tables["importance.csv"]


def by_hand(outcome, times, rng):
    """Mean squared error lost on the validation rows where one column is shuffled: sums over rows, fold by fold."""
    data, prepared = outcome.plan.dataset, outcome.prepared
    models = [walk.fit.at(slice(outcome.choice.index, outcome.choice.index + 1)) for walk in outcome.paths[0].details.walks]
    lost = np.zeros((len(outcome.plan.splits.folds), 4))
    for f, fold in enumerate(outcome.plan.splits.folds):
        rows, y = data.features.numeric[fold.validation], data.y[fold.validation]
        scaling = prepared.together.preprocessors[f].scaling if prepared.together else prepared.alone(f).preprocessors[0].scaling

        def squared(X, f=f, scaling=scaling, y=y):
            return ((y - models[f].eta((X - scaling.center) / scaling.scale)[0, :, 0]) ** 2).mean()

        for j in range(4):
            for _ in range(times):
                other = rows.copy()
                other[:, j] = rng.permutation(rows[:, j])
                lost[f, j] += (squared(other) - squared(rows)) / times
    return lost


def test_squared_loss_is_what_shuffling_comes_to_and_its_error_is_that_of_the_folds():
    outcome = fitted(dataset(), lambdas={"values": [0.02]})
    _, found = importance(outcome)
    lost = by_hand(outcome, 600, np.random.default_rng(0))
    mean, error = Averages.of(outcome.plan.dataset, outcome.plan.splits).over_folds(lost)
    assert found.permutation == pytest.approx(mean, rel=0.06, abs=0.01)
    assert found.error == pytest.approx(error, rel=0.15, abs=0.01)
    assert found.permutation[0] > found.permutation[2]


@pytest.mark.parametrize("metric", ["mse", "rmse", "r2", "explained_variance"])
@pytest.mark.parametrize("weighted", [False, True])
def test_sums_of_squares_say_what_the_rows_do(metric, weighted):
    weight = np.random.default_rng(1).uniform(0.5, 2, len(Y)) if weighted else None
    rows = dataset(weight=weight)
    found = [
        importance(fitted(rows, lambdas={"values": [0.02]}, select={"metric": metric}, execution={"engine": engine}))[1]
        for engine in ("auto", "reference")
    ]
    assert found[0].permutation == pytest.approx(found[1].permutation, rel=1e-6)
    assert found[0].size == pytest.approx(found[1].size, rel=1e-6)
    assert found[0].permutation[0] > 0


def test_a_row_of_weight_two_is_two_rows():
    weight = np.where(np.arange(len(Y)) % 2, 2.0, 1.0)
    twice = np.repeat(np.arange(len(Y)), weight.astype(int))
    fold = np.array([str(i % 3) for i in range(len(Y))], dtype=object)
    settings = {"lambdas": {"values": [0.02]}}
    weighed = importance(fitted(dataset(weight=weight), **settings))[1]
    doubled = importance(fitted(dataset(X=X[twice], y=Y[twice], fold=fold[twice]), **settings))[1]
    assert weighed.permutation == pytest.approx(doubled.permutation, rel=1e-6)


@pytest.mark.parametrize("target", ["two", "three"])
def test_what_a_column_adds_is_moved_as_if_the_cells_were(target):
    outcome = fitted(dataset(target), lambdas={"values": [0.01]})
    family, path = FAMILIES["linear"], outcome.paths[0]
    folds = outcome.plan.splits.folds
    probes = family.probes(outcome.prepared, path, 0, [Exchange(fold.validation, fold.validation) for fold in folds])
    models = family.models(outcome.prepared, path, 0)
    donors = np.random.default_rng(0).permuted(np.tile(np.arange(len(folds[0].validation)), (2, 1)), axis=1)
    assert probes[0].as_it_is() == pytest.approx(models[0](folds[0].validation))
    assert probes[0].expected() == {}
    for source in probes[0].inputs:
        quick = probes[0].exchanged(source, donors)
        object.__setattr__(probes[0], "_own", {})  # now by way of the cells
        assert quick == pytest.approx(probes[0].exchanged(source, donors))
        del probes[0].__dict__["_own"]


@pytest.mark.parametrize("target", ["two", "three"])
def test_classes_have_an_importance_of_columns_too(target):
    numbers, found = importance(fitted(dataset(target), lambdas={"values": [0.02]}))
    assert numbers["metric"] == "log_loss"
    assert found.permutation[0] > 2 * abs(found.permutation[2])
    assert found.permutation[0] > found.error[0] > 0
    assert numbers["columns"][0] == "x0"


def test_products_are_made_anew_where_one_of_their_columns_is_exchanged():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(90, 3))
    y = X[:, 0] * X[:, 1] + 0.1 * rng.normal(size=90)
    rows = dataset(X=X, y=y, fold=np.array([str(i % 3) for i in range(90)], dtype=object))
    settings = {"lambdas": {"values": [1e-3]}, "preprocess": {"polynomial": {"degree": 2, "interaction_only": True}}}
    _, found = importance(fitted(rows, **settings))
    # E[(ab - a'b)²] = 2 where a and b are independent with variance 1
    assert found.permutation[:2] == pytest.approx([2.0, 2.0], rel=0.4)
    assert abs(found.permutation[2]) < 0.05
    assert found.size[:2] == pytest.approx([1.0, 1.0], rel=0.25)
    assert found.size[2] < 0.1


def test_folds_of_one_row_take_their_cells_from_all():
    fold = np.array([str(i) for i in range(len(Y))], dtype=object)
    _, alone = importance(fitted(dataset(fold=fold), lambdas={"values": [0.02]}))
    _, three = importance(fitted(dataset(), lambdas={"values": [0.02]}))
    assert alone.permutation == pytest.approx(three.permutation, rel=0.35, abs=0.02)


def test_leave_one_out_by_a_metric_of_all_rows_is_told_in_squares():
    numbers, _ = importance(fitted(dataset(), lambdas={"values": [0.02]}, cv={"kind": "leave_one_out"}, select={"metric": "r2"}))
    assert numbers["metric"] == "mse"


def test_cells_are_drawn_as_often_as_their_rows_weigh():
    rows = dataset(weight=np.where(np.arange(len(Y)) < 20, 3.0, 1.0))
    every = np.arange(len(Y))
    drawn = _donors(rows, Exchange(every, every), 200, np.random.default_rng(0))
    times = np.bincount(drawn.ravel(), minlength=len(Y)) / 200
    assert times == pytest.approx(np.where(every < 20, 1.8, 0.6), abs=0.15)
    plain = _donors(replace(rows, weight=None), Exchange(every, every), 2, np.random.default_rng(0))
    assert [sorted(one.tolist()) for one in plain] == [every.tolist()] * 2
    assert plain[0].tolist() != plain[1].tolist()


def test_numbers_and_ranks_are_of_what_is_worth_something():
    found = Importance("mse", ("a", "b", "c", "d"), np.array([1.0, 3.0, 0.0, -0.5]), np.array([0.6, 0.1, 0.0, 0.2]), *[None] * 3)
    assert found.rank.tolist()[:2] == [2.0, 1.0]
    assert np.isnan(found.rank[2:]).all()
    numbers = found.numbers()
    assert numbers["columns"] == ["b", "a"]
    assert (numbers["n_columns"], numbers["n_beyond_noise"]) == (3, 1)
    assert (numbers["largest_share"], numbers["top10_share"]) == (0.75, 1.0)
    nothing = replace(found, permutation=np.zeros(4)).numbers()
    assert np.isnan(nothing["largest_share"])
    assert nothing["columns"] == []


def test_a_model_without_columns_has_no_importance_of_any():
    numbers, found = importance(fitted(dataset(), lambdas={"values": [10.0]}))
    assert not found.permutation.any()
    assert numbers["n_columns"] == 0
