"""Every family on every task: folds' scores are those of the backend's own estimator fitted at that setting on that fold."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from contract_table import FEATURES, TABLE, N
from plain_network import PlainNetwork
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from regcli import data
from regcli.config import config_from_data
from regcli.config.estimators import ESTIMATORS
from regcli.engine import search
from regcli.experiment import ready

X, W = TABLE[FEATURES].to_numpy(), TABLE["w"].to_numpy()
FOLDS = list(KFold(3, shuffle=True, random_state=7).split(X))
METRIC = {"y": "mse", "two": "brier", "three": "brier"}
CV = {"kind": "kfold", "n_splits": 3, "shuffle": True, "seed": 7}


def of_task(regressor, classifier, **fixed):
    """The backend's own estimator, given its native setting."""

    def made(target, seed, **native):
        return (regressor if target == "y" else classifier)(random_state=seed, **fixed, **native)

    return made


SMALL = {"hidden": [5, 3], "learning_rate": 0.05, "batch_size": 20, "seeds": 2}


def network(seed, epochs=4, **levers):
    """Written down in plain loops."""
    return PlainNetwork(seed, (5, 3), epochs, 0.05, 20, **levers)


BOOSTED = of_task(HistGradientBoostingRegressor, HistGradientBoostingClassifier, early_stopping=False)


class Shrunken:
    """A random forest whose predictions are made row by row as the recursion is published."""

    def __init__(self, target, seed, lam):
        self.lam = lam
        forest = RandomForestRegressor if target == "y" else RandomForestClassifier
        self.forest = forest(n_estimators=7, max_features=3, random_state=seed)

    def fit(self, X, y, sample_weight):
        self.n = len(X)
        self.forest.fit(X, y, sample_weight=sample_weight)
        return self

    def mean(self, X):
        out = 0.0
        for one in self.forest.estimators_:
            tree, rows, paths = one.tree_, [], one.decision_path(X)
            for start, end in pairwise(paths.indptr):
                nodes = paths.indices[start:end]  # ascending, and so from the root down
                f = tree.value[nodes[0], 0]
                for above, node in pairwise(nodes):
                    n = self.n * tree.weighted_n_node_samples[above] / tree.weighted_n_node_samples[0]
                    f = f + (tree.value[node, 0] - tree.value[above, 0]) / (1 + self.lam / n)
                rows.append(f)
            out = out + np.array(rows)
        return out / len(self.forest.estimators_)

    def predict(self, X):
        return self.mean(X)[:, 0]

    def predict_proba(self, X):
        return self.mean(X)


TREES = of_task(DecisionTreeRegressor, DecisionTreeClassifier)
# entry -> the backend's estimator at each value of the axis
CASES = {
    "tree": ({"kind": "tree"}, lambda t, s, v: TREES(t, s, ccp_alpha=v)),
    "tree, leaves of 4": ({"kind": "tree", "min_samples_leaf": 4}, lambda t, s, v: TREES(t, s, ccp_alpha=v, min_samples_leaf=4)),
    "tree by depth": (
        {"kind": "tree", "axis": "max_depth", "max_features": 2, "seeds": 2},
        lambda t, s, v: TREES(t, s, max_depth=int(v), max_features=2),
    ),
    "tree by leaf": ({"kind": "tree", "axis": "min_samples_leaf"}, lambda t, s, v: TREES(t, s, min_samples_leaf=int(v))),
    "network": ({"kind": "network", "max_epochs": 4, **SMALL}, lambda _, s, v: network(s, weight_decay=v)),
    # what is thresholded to zero sees gradients of either sign next: with a few values no number is that near
    "network by l1": (
        {"kind": "network", "axis": "l1", "max": 0.05, "min": 0.01, "max_epochs": 4, **SMALL},
        lambda _, s, v: network(s, l1=v),
    ),
    "network by epochs": (
        {"kind": "network", "axis": "epochs", "max_epochs": 5, "weight_decay": 0.5, **SMALL},
        lambda _, s, v: network(s, epochs=int(v), weight_decay=0.5),
    ),
    "forest": ({"kind": "forest", "n_estimators": 7, "max_features": 3, "seeds": 2}, Shrunken),
    "extra trees by leaf": (
        {"kind": "forest", "extra": True, "axis": "min_samples_leaf", "n_estimators": 5, "seeds": 1},
        lambda t, s, v: of_task(ExtraTreesRegressor, ExtraTreesClassifier)(t, s, min_samples_leaf=int(v), n_estimators=5),
    ),
    "boosting": (
        {"kind": "boosting", "max": 25, "min_samples_leaf": 5},
        lambda t, s, v: BOOSTED(t, s, max_iter=int(v), max_depth=3, min_samples_leaf=5),
    ),
    "boosting on some columns": (
        {"kind": "boosting", "max": 12, "colsample": 0.5, "l2": 1, "learning_rate": 0.3, "min_samples_leaf": 5, "seeds": 2},
        lambda t, s, v: BOOSTED(
            t, s, max_iter=int(v), max_depth=3, min_samples_leaf=5, max_features=0.5, l2_regularization=1, learning_rate=0.3
        ),
    ),
}
# Networks are trained in single precision.
CLOSE = {"network": 1e-5}


def made(csv_path, target, entry, *, jobs=2, roles=None, columns=("x*",), **config):
    loaded = config_from_data(
        {
            "version": 1,
            "task": "regression" if target == "y" else "classification",
            "dataset": {
                "kind": "csv", "path": str(csv_path), "target": target, "columns": {"include": list(columns)}, **(roles or {})
            },
            "estimators": [entry], "cv": CV, "execution": {"jobs": jobs}, **config,
        },
        "test", Path(),
    )  # fmt: skip
    dataset = data.load(loaded)
    prepared = ready(loaded, dataset, data.split(dataset, loaded))
    return prepared, search(prepared)


def test_every_family_has_a_case():
    # ratings have no input columns: tests/contract/test_ratings.py
    assert {entry["kind"] for entry, _ in CASES.values()} | {"factorization"} == set(ESTIMATORS)


@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("target", ["y", "two", "three"])
@pytest.mark.parametrize("case", CASES)
def test_scores_are_those_of_the_backend_itself(csv_path, case, target, weighed):
    entry, native = CASES[case]
    config = {"select": {"metric": METRIC[target]}}
    if weighed and target != "y":
        config["model"] = {"class_weight": "balanced"}
    _, found = made(csv_path, target, {**entry, "count": 4}, roles={"weight": "w"} if weighed else {}, **config)
    held_to(found.paths[0], native, target, W if weighed else None, lambda _: X)


def held_to(path, native, target, weight, seen):
    """A path's scores are those of the backend's estimator, fitted fold by fold and point by point to what it sees.

    Parameters
    ----------
    path : Fitted
    native : function
        The estimator, of the target, a random state and a value of the axis.
    target : str
    weight : ndarray (N,) or None
    seen : function
        The matrix of all rows, of a fold's training rows.
    """
    codes = coded(target)
    for k, (train, validation) in enumerate(FOLDS):
        A = seen(train)
        w = None if weight is None else weight[train]  # a forest draws other rows where it is told of weights, if only of ones
        if w is not None and target != "y":
            totals = np.bincount(codes[train], w)
            w = w * (w.sum() / (len(totals) * totals))[codes[train]]
        for i, value in enumerate(path.lambdas):
            # a backend that waits for threads beside those of other tests waits long
            with threadpool_limits(limits=1):
                models = [
                    native(target, 7 + s, value).fit(A[train], codes[train], sample_weight=w) for s in range(path.path.seeds)
                ]
                for side, rows in (("train", train), ("validation", validation)):
                    counted = np.ones(len(rows)) if weight is None else weight[rows]
                    expected = np.mean([loss(target, model, A[rows], codes[rows], counted) for model in models])
                    ours = getattr(path, side)[METRIC[target]][k, i]
                    np.testing.assert_allclose(ours, expected, rtol=CLOSE.get(path.path.family, 1e-12), atol=1e-13)


def coded(target):
    """Values, or numbers of classes; (N,)."""
    return TABLE["y"].to_numpy() if target == "y" else np.unique(TABLE[target], return_inverse=True)[1]


def loss(target, model, A, codes, weight):
    """Mean squared error, or the Brier score as it is defined for any number of classes."""
    if target == "y":
        return np.average((codes - model.predict(A)) ** 2, weights=weight)
    p = model.predict_proba(A)
    if target == "two":
        return np.average((p[:, 1] - codes) ** 2, weights=weight)
    return np.average(((p - np.eye(p.shape[1])[codes]) ** 2).sum(axis=1), weights=weight)


RNG = np.random.default_rng(4)
HOLES = np.where(RNG.random(N) < 0.15, np.nan, X[:, 0])
TOWNS = np.array(["north", "south", "west"])[(X[:, 1] > 50).astype(int) + (RNG.random(N) < 0.3)]


def with_indicators(train, column):
    """The columns, the first of them with its gaps as given, and one for each town that the training rows have."""
    return np.column_stack([column, X[:, 1:], *(town == TOWNS for town in np.unique(TOWNS[train]))]).astype(float)


# what each family's backend is given where some cells are missing and one column holds names
SEEN = {
    "tree by depth": lambda train: with_indicators(train, HOLES),
    "forest": lambda train: with_indicators(train, HOLES),
    "boosting": lambda train: np.column_stack([HOLES, X[:, 1:], np.unique(TOWNS[train]).searchsorted(TOWNS)]).astype(float),
    "network": lambda train: with_indicators(train, np.where(np.isnan(HOLES), np.nanmedian(HOLES[train]), HOLES)),
}


@pytest.mark.parametrize("target", ["y", "three"])
@pytest.mark.parametrize("case", SEEN)
def test_gaps_and_names_are_given_to_the_backend_as_it_takes_them(tmp_path, case, target):
    entry, native = CASES[case]
    if case == "boosting":
        kind = {"min_samples_leaf": 5, "max_depth": 3, "categorical_features": [5]}
        native = lambda t, s, v: BOOSTED(t, s, max_iter=int(v), **kind)  # noqa: E731
    path = tmp_path / "gaps.csv"
    TABLE.assign(x0=HOLES, town=TOWNS).to_csv(path, index=False)
    config = {"select": {"metric": METRIC[target]}, "preprocess": {"missing": "median"}}
    _, found = made(path, target, {**entry, "count": 3}, columns=("x*", "town"), **config)
    held_to(found.paths[0], native, target, None, SEEN[case])


@pytest.mark.parametrize("target", ["y", "three"])
@pytest.mark.parametrize("case", CASES)
def test_validation_rows_change_nothing_in_training(csv_path, tmp_path, case, target):
    entry, _ = CASES[case]
    config = {"select": {"metric": METRIC[target]}}
    _, found = made(csv_path, target, {**entry, "count": 3}, **config)
    values = [float(v) for v in found.paths[0].lambdas]
    held = FOLDS[1][1]
    poisoned = TABLE.copy()
    poisoned.loc[held, FEATURES] = 1e6
    poisoned.loc[held, target] = -1e6 if target == "y" else "a"
    poisoned.to_csv(tmp_path / "poisoned.csv", index=False)
    plain = {key: value for key, value in entry.items() if key not in {"count", "max", "min"}} | {"values": values}
    (clean,), (other,) = (made(path, target, plain, **config)[1].paths for path in (csv_path, tmp_path / "poisoned.csv"))
    for name in clean.train:
        np.testing.assert_array_equal(clean.train[name][1], other.train[name][1])
        assert (clean.train[name][0] != other.train[name][0]).any()


@pytest.mark.parametrize("target", ["y", "three"])
@pytest.mark.parametrize("case", CASES)
def test_one_job_and_two_give_the_same_bits(csv_path, case, target):
    entry, _ = CASES[case]
    config = {"select": {"metric": METRIC[target]}}
    one, two = (made(csv_path, target, {**entry, "count": 3}, jobs=jobs, **config)[1] for jobs in (1, 2))
    for side in ("train", "validation"):
        np.testing.assert_array_equal(*(getattr(found.paths[0], side)[METRIC[target]] for found in (one, two)))
    np.testing.assert_array_equal(one.paths[0].complexity, two.paths[0].complexity)
    assert one.choice == two.choice
