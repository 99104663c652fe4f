"""One path on training sets: kept as arrays and read back, scored by sums and by rows alike, confirmed without a trace."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from in_memory import TARGETS, TWO, N, X, dataset, fitted, planned
from scipy.special import expit, softmax

from regcli.engine import InMemory, search
from regcli.families import FAMILIES
from regcli.families.linear.walk import Walk, predicted, walk
from regcli.metrics import metrics_of
from regcli.scored import Scored
from regcli.scoring import score

LINEAR = FAMILIES["linear"]
module = import_module("regcli.families.linear.walk")  # its package has a function of that name


def walks(prepared, number=0):
    spec = prepared.paths[number]
    (found,) = walk(prepared, prepared.together, [spec], [spec.task(prepared)], range(len(prepared.plan.splits.folds)))
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_a_walk_is_read_back_from_its_arrays(target):
    for found in walks(planned(dataset(target))):
        again = Walk.of({name: np.asarray(values) for name, values in found.piece().items()})
        for field in ("lambdas", "intercept", "columns", "coef", "n_iter"):
            np.testing.assert_array_equal(getattr(again.fit, field), getattr(found.fit, field))
        assert (again.fit.n_columns, again.fit.saturated, again.fit.failure) == (4, False, "")
        np.testing.assert_array_equal(again.kkt, found.kkt)
        assert again.train.keys() == found.train.keys()
        for name, values in found.validation.items():
            np.testing.assert_array_equal(again.validation[name], values)
        assert again.alone is None
        assert again.made is None


@pytest.mark.parametrize("stage", ["relaxed", "adaptive", {"refit": "ridge", "gamma": 0.3}])
def test_what_a_second_stage_started_from_is_read_back(stage):
    for found in walks(planned(dataset(), penalty={"kind": "lasso", "stage": stage})):
        again = Walk.of({name: np.asarray(values) for name, values in found.piece().items()})
        np.testing.assert_array_equal(again.before.weights, found.before.weights)
        np.testing.assert_array_equal(again.before.fit.coef, found.before.fit.coef)
        np.testing.assert_array_equal(again.before.fit.lambdas, found.before.fit.lambdas)


def test_every_path_has_pieces_of_its_own():
    entries = [
        {"kind": "lasso", "stage": stage} for stage in ("relaxed", "adaptive", {"refit": "elasticnet", "l1_ratio": [0.2, 0.5]})
    ]
    specs = planned(dataset(), penalty=["lasso", *entries]).paths
    package = import_module("regcli.families.linear")
    keys = {package._key(spec, f) for spec in specs for f in range(4)}
    assert len(keys) == 4 * len(specs) == 4 * (1 + 5 + 1 + 10)


def test_the_full_set_has_no_scores_and_comes_last():
    *folds, full = walks(planned(dataset()))
    assert len(folds) == 3
    assert all(found.train.keys() == found.validation.keys() == {"mse"} for found in folds)
    assert full.train == full.validation == {}


@pytest.mark.parametrize("target", TARGETS)
def test_scores_are_those_of_each_sides_predictions(target, monkeypatch):
    """By sums of squares, by pieces of rows and by whole sides."""
    metrics = list(metrics_of("regression" if target == "y" else "classification"))
    monkeypatch.setattr(module, "SHARE", 10**9)  # one grid point at a time
    rows = dataset(target, weight=np.random.default_rng(3).uniform(0.5, 2, N))
    prepared = planned(rows, select={"metrics": metrics})
    by_sums = planned(rows, select={"metrics": ["rmse", "r2"]} if target == "y" else {})
    for f, (found, sums) in enumerate(zip(walks(prepared)[:-1], walks(by_sums)[:-1], strict=True)):
        fold = prepared.plan.splits.folds[f]
        for side, of in (("train", fold.train), ("validation", fold.validation)):
            mean = predicted(prepared.plan.loss, prepared.together.predictors(f, found.fit, of))
            wanted = score(Scored(rows.y[of], mean, rows.weight[of], rows.task), metrics)
            for name in metrics:
                np.testing.assert_allclose(getattr(found, side)[name], wanted[name], rtol=1e-9, err_msg=name)
            for name, values in getattr(sums, side).items():
                np.testing.assert_allclose(values, wanted[name], rtol=1e-7, err_msg=name)


def test_predictors_become_values_or_the_probabilities_of_all_classes():
    eta = np.random.default_rng(0).normal(size=(2, 5, 1))
    np.testing.assert_array_equal(predicted("squared", eta), eta[..., 0])
    both = predicted("logistic", eta)
    np.testing.assert_allclose(both[..., 1], expit(eta[..., 0]))
    np.testing.assert_allclose(both.sum(axis=-1), 1.0)
    many = np.random.default_rng(0).normal(size=(2, 5, 3))
    np.testing.assert_allclose(predicted("multinomial", many), softmax(many, axis=-1))


def test_a_failed_path_has_no_score():
    prepared = planned(dataset("two"))
    spec = prepared.paths[0]
    (fit, *_) = [found.fit for found in walks(prepared)]
    coef = fit.coef.copy()
    coef[1] = np.nan
    train, validation = module._scores(prepared.plan, spec.solver, prepared.together, 0, 0, replace(fit, coef=coef))
    for side in (train, validation):
        assert np.isnan(side["log_loss"]).tolist() == [False, True, False]


def test_what_a_store_holds_is_told_path_by_path():
    """A path counts once its full fit is there, with the folds that are there; one without is not told."""
    prepared = planned(dataset(), penalty=["ridge", "lasso"])
    whole = InMemory()
    found = search(prepared, whole)
    partial = InMemory()
    for key, piece in whole._held.items():
        if not key.endswith(("ridge-0-1", "lasso-1-3")):
            partial.put(key, piece)
    (ridge,) = LINEAR.finished(prepared, prepared.paths, partial)
    assert ridge.path.penalty == "ridge"
    assert ridge.folds == (0, 2)
    np.testing.assert_array_equal(ridge.validation["mse"], found.paths[0].validation["mse"][[0, 2]])
    np.testing.assert_array_equal(ridge.kkt[-1], found.paths[0].kkt[-1])
    assert LINEAR.finished(prepared, prepared.paths, InMemory()) == []


def test_a_second_look_makes_a_new_path_and_leaves_the_old_one_alone():
    outcome = fitted(dataset())
    path = outcome.paths[0]
    assert path.path.solver.name == "sufficient-statistics"
    wrong = replace(path, kkt=np.full_like(path.kkt, 0.5), converged=np.zeros_like(path.converged))
    sure = LINEAR.confirm(outcome.prepared, wrong, 1)
    assert sure is not wrong
    assert (wrong.kkt == 0.5).all()
    assert not wrong.converged.any()
    assert (sure.kkt[:, 1] <= 1e-8).all()
    assert sure.converged[:, 1].all()
    assert (sure.kkt[:, [0, 2]] == 0.5).all()
    rows = fitted(dataset("two")).paths[0]
    assert LINEAR.confirm(outcome.prepared, rows, 1) is rows


def test_a_row_alone_in_its_fold_is_predicted_by_its_own_path():
    fold = np.array([str(i) for i in range(12)], dtype=object)
    rows = dataset(X=X[:12], y=TWO[:12] + X[:12, 0], fold=fold)
    config = {"cv": {"kind": "leave_one_out"}, "select": {"metrics": ["r2"]}}
    outcome = fitted(rows, **config)
    pooled = outcome.paths[0].out_of_fold
    assert pooled.shape == (3, 12)
    order = [fold.validation[0] for fold in outcome.plan.splits.folds]
    table = outcome.predictions
    wanted = dict(zip(table.row.tolist(), table.prediction, strict=True))
    np.testing.assert_allclose(pooled[outcome.choice.index], [wanted[row] for row in order], rtol=1e-9)
