"""Second stages against scikit-learn, fold by fold: each fold's first and second fit made from that fold's own rows alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from in_memory import FOLD, TARGETS, dataset, fitted
from scipy import sparse
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

RNG = np.random.default_rng(17)
N = len(FOLD)
TALL = RNG.normal(size=(N, 8)) * [1, 10, 0.1, 1, 2, 1, 1, 1] + [0, 5, 0, 1, 0, 0, 3, 0]
WIDE = RNG.normal(size=(N, 90)) + 0.5 * RNG.normal(size=(N, 1))
WEIGHT = RNG.integers(1, 5, size=N) / 2
LAMBDAS = [0.3, 0.1, 0.03]
EXACT = {"tol": 1e-13, "max_iter": 200_000}


def signal(X):
    return (X[:, 0] - X[:, 0].mean()) / X[:, 0].std() - 0.7 * (X[:, 1] - X[:, 1].mean()) / X[:, 1].std()


def target(X):
    return signal(X) + 0.5 * np.random.default_rng(3).normal(size=N)


def splits():
    labels = list(dict.fromkeys(sorted(FOLD)))
    return [(np.flatnonzero(label != FOLD), np.flatnonzero(label == FOLD)) for label in labels]


def scaled(X, rows, weight):
    """The columns as a fold scales them: by its own training rows and sample weights."""
    s = weight[rows] / weight[rows].sum()
    mean = s @ X[rows]
    return (X - mean) / np.sqrt(s @ (X[rows] - mean) ** 2)


def lasso(A, y, w, lam, positive=False):
    return Lasso(alpha=lam, positive=positive, **EXACT).fit(A, y, sample_weight=w).coef_


def mse(A, y, coef, rows, validation, w):
    """Mean squared errors on both sides, the intercept being what the training rows want."""
    b0 = np.average(y[rows] - A[rows] @ coef, weights=w[rows])
    return [np.average((y[side] - A[side] @ coef - b0) ** 2, weights=w[side]) for side in (rows, validation)]


def relaxed(A, y, w, lam, gamma):
    first = lasso(A, y, w, lam)
    used, refit = first != 0, np.zeros(len(first))
    if used.any():
        refit[used] = LinearRegression().fit(A[:, used], y, sample_weight=w).coef_
    return gamma * first + (1 - gamma) * refit


def gcv_ridge(A, y, w, lambdas):
    """Ridge at the λ of least RSS / (1 - df/n)², from a singular value decomposition."""
    root = np.sqrt(w / w.sum())
    B, t = (A - np.average(A, axis=0, weights=w)) * root[:, None], (y - np.average(y, weights=w)) * root
    u, d, _ = np.linalg.svd(B, full_matrices=False)
    scores = []
    for lam in lambdas:
        df = 1 + (d**2 / (d**2 + lam)).sum()
        scores.append(((t - u @ (d**2 / (d**2 + lam) * (u.T @ t))) ** 2).sum() / (1 - df / len(y)) ** 2)
    lam = lambdas[int(np.argmin(scores))]
    return Ridge(alpha=lam * w.sum(), solver="cholesky", tol=1e-14).fit(A, y, sample_weight=w).coef_


def outcome(X, y, weight, stage, engine="auto", **config):
    rows = dataset("y", X=np.asfortranarray(X), y=y, weight=weight)
    penalty = {"kind": "lasso", "stage": stage, **config.pop("penalty", {})}
    execution = {"jobs": 1, **({"engine": engine} if engine != "auto" else {})}
    return fitted(
        rows, penalty=penalty, **{"lambdas": {"values": LAMBDAS}, "select": {"rule": "min"}, "execution": execution, **config}
    )


def held(outcome, oracle, atol=1e-7):
    """Every fold's errors of every path against `oracle(path, training rows, validation rows, λ)`."""
    seen = 0
    for path in outcome.paths:
        assert path.usable.all(), path.path.label
        for f, (rows, validation) in enumerate(splits()):
            for i, lam in enumerate(path.lambdas):
                expected = oracle(path.path, rows, validation, float(lam))
                found = [path.train["mse"][f, i], path.validation["mse"][f, i]]
                assert found == pytest.approx(expected, rel=atol, abs=atol), (path.path.label, f, lam)
                seen += 1
    return seen


ENGINES = pytest.mark.parametrize("engine", ["auto", "reference"])
DESIGNS = pytest.mark.parametrize(
    ("X", "weighted"), [(TALL, False), (TALL, True), (WIDE, False)], ids=["tall", "weighted", "wide"]
)


@ENGINES
@DESIGNS
def test_relaxed(X, weighted, engine):
    y, w = target(X), WEIGHT if weighted else np.ones(N)

    def oracle(path, rows, validation, lam):
        A = scaled(X, rows, w)
        return mse(A, y, relaxed(A[rows], y[rows], w[rows], lam, path.gamma), rows, validation, w)

    found = outcome(X, y, WEIGHT if weighted else None, "relaxed", engine)
    assert [path.path.gamma for path in found.paths] == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert held(found, oracle) == 5 * 3 * 3


@ENGINES
@DESIGNS
@pytest.mark.parametrize("gamma", [1.0, 0.5])
def test_adaptive(X, weighted, engine, gamma):
    y, w = target(X), WEIGHT if weighted else np.ones(N)
    found = outcome(X, y, WEIGHT if weighted else None, {"kind": "adaptive", "gamma": gamma}, engine)
    lambdas = found.paths[0].path.second.lambdas

    def oracle(path, rows, validation, lam):
        A = scaled(X, rows, w)
        weights = np.abs(gcv_ridge(A[rows], y[rows], w[rows], lambdas)) ** gamma
        return mse(A, y, weights * lasso(A[rows] * weights, y[rows], w[rows], lam), rows, validation, w)

    assert held(found, oracle, 1e-6) == 3 * 3


@ENGINES
def test_adaptive_from_least_squares(engine):
    y, w = target(TALL), np.ones(N)

    def oracle(path, rows, validation, lam):
        A = scaled(TALL, rows, w)
        weights = np.abs(LinearRegression().fit(A[rows], y[rows]).coef_) ** 2
        return mse(A, y, weights * lasso(A[rows] * weights, y[rows], w[rows], lam), rows, validation, w)

    held(outcome(TALL, y, None, {"kind": "adaptive", "gamma": 2, "first": "ols"}, engine), oracle)


@ENGINES
@DESIGNS
@pytest.mark.parametrize("refit", ["ridge", "elasticnet"])
def test_what_a_lasso_selects_fitted_by_another(X, weighted, engine, refit):
    y, w = target(X), WEIGHT if weighted else np.ones(N)
    stage = {"refit": refit, "gamma": [0.5, 0.2], **({"l1_ratio": [0.3]} if refit == "elasticnet" else {})}
    found = outcome(X, y, WEIGHT if weighted else None, stage, engine)
    A = scaled(X, np.arange(N), w)
    top = np.abs((w / w.sum() * (y - np.average(y, weights=w))) @ A).max()

    def oracle(path, rows, validation, lam):
        A = scaled(X, rows, w)
        used = lasso(A[rows], y[rows], w[rows], path.gamma * top) != 0
        second = (
            Ridge(lam * w[rows].sum(), solver="cholesky") if refit == "ridge" else ElasticNet(alpha=lam, l1_ratio=0.3, **EXACT)
        )
        coef = np.zeros(X.shape[1])
        coef[used] = second.fit(A[rows][:, used], y[rows], sample_weight=w[rows]).coef_
        return mse(A, y, coef, rows, validation, w)

    assert held(found, oracle) == 2 * 3 * 3


@ENGINES
def test_classes(engine):
    _, classes = TARGETS["two"]
    rows = dataset("two", X=TALL, y=(signal(TALL) + np.random.default_rng(1).logistic(size=N) > 0).astype(float))
    config = {"lambdas": {"values": [0.1, 0.05]}, "execution": {"jobs": 1, **({"engine": engine} if engine != "auto" else {})}}
    found = fitted(rows, penalty={"kind": "lasso", "stage": {"kind": "relaxed", "gamma": [1, 0.5, 0]}}, **config)
    assert len(classes) == 2
    first, half, refit = found.paths
    seen = 0
    for f, (train, validation) in enumerate(splits()):
        A = scaled(TALL, train, np.ones(N))
        for i in range(len(first.lambdas)):
            # the lasso is held elsewhere: what it selects is taken from it
            b = first.details.walks[f].fit.dense(i)[:, 0]
            used, b0 = b != 0, first.details.walks[f].fit.intercept[i, 0]
            free = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(A[train][:, used], rows.y[train])
            c = np.zeros(len(b))
            c[used] = free.coef_[0]
            for path, gamma in ((first, 1.0), (half, 0.5), (refit, 0.0)):
                eta = A[validation] @ (gamma * b + (1 - gamma) * c) + gamma * b0 + (1 - gamma) * free.intercept_[0]
                expected = np.mean(np.logaddexp(0, eta) - rows.y[validation] * eta)
                assert path.validation["log_loss"][f, i] == pytest.approx(expected, rel=1e-5)
                seen += 1
    assert seen == 18


MORE = {
    "plain": {},
    "no intercept": {"model": {"fit_intercept": False, "tol": 1e-8}},
    "factors": {"penalty": {"factors": {"x0": 0, "x1": 2}}},
    "positive": {"penalty": {"positive": True}},
    "unscaled": {"preprocess": {"scale": "none"}},
    "by range": {"preprocess": {"scale": "minmax"}},
    "one out": {"cv": {"kind": "leave_one_out"}, "select": {"metric": "r2"}},
    "balanced": {"model": {"class_weight": "balanced", "tol": 1e-8}},
}
STAGES = {
    "relaxed": {"kind": "relaxed", "gamma": [1, 0.5, 0]},
    "adaptive": {"kind": "adaptive"},
    "ridge": {"refit": "ridge", "gamma": [0.3]},
    "elasticnet": {"refit": "elasticnet", "gamma": [0.3]},
}


def told_alike(name, stage, more, rows=None):
    """The same from solvers that take all folds together and from those of one at a time."""
    X = TALL if name == "y" else TALL[:, :4]
    penalty = {"kind": "lasso", "stage": STAGES[stage], **MORE[more].get("penalty", {})}
    config = {"lambdas": {"values": [0.15, 0.06]}, **{key: value for key, value in MORE[more].items() if key != "penalty"}}
    rows = rows or dataset(name, X=np.asfortranarray(X), y=target(TALL) if name == "y" else None, weight=WEIGHT)
    both = [fitted(rows, penalty=penalty, execution={"jobs": 1, "engine": engine}, **config) for engine in ("auto", "reference")]
    for ours, theirs in zip(both[0].paths, both[1].paths, strict=True):
        metric = both[0].plan.metric
        np.testing.assert_array_equal(ours.usable, theirs.usable)
        np.testing.assert_allclose(ours.validation[metric], theirs.validation[metric], rtol=2e-6)
        np.testing.assert_allclose(ours.details.coefficients, theirs.details.coefficients, rtol=1e-4, atol=2e-6)
        np.testing.assert_array_equal(ours.n_nonzero_folds, theirs.n_nonzero_folds)
        np.testing.assert_allclose(ours.df, theirs.df, rtol=1e-6)
    return both[0]


@pytest.mark.parametrize("more", [more for more in MORE if more not in {"one out", "balanced"}])
@pytest.mark.parametrize("stage", STAGES)
def test_both_engines_tell_the_same_of_a_regression(stage, more):
    assert all(path.usable.all() for path in told_alike("y", stage, more).paths)


@pytest.mark.parametrize(("name", "stage", "more"), [
    ("two", "relaxed", "factors"), ("two", "relaxed", "positive"), ("two", "adaptive", "no intercept"),
    ("two", "ridge", "unscaled"), ("two", "relaxed", "balanced"), ("three", "relaxed", "plain"),
    ("three", "adaptive", "by range"), ("three", "elasticnet", "factors"),
])  # fmt: skip
def test_both_engines_tell_the_same_of_classes(name, stage, more):
    assert all(path.usable.all() for path in told_alike(name, stage, more).paths)


@pytest.mark.parametrize("stage", STAGES)
def test_both_engines_tell_the_same_of_sparse_columns(stage):
    X = sparse.random_array((N, 30), density=0.2, rng=np.random.default_rng(5), format="csc")
    y = X[:, [0]].toarray()[:, 0] * 3 + np.random.default_rng(6).normal(size=N) * 0.3
    rows = dataset("y", y=y)
    names = tuple(f"x{j}" for j in range(30))
    rows = replace(rows, features=replace(rows.features, names=names, kinds=("numeric",) * 30, numeric=X))
    assert all(path.usable.all() for path in told_alike("y", stage, "plain", rows).paths)


def test_both_engines_tell_the_same_where_folds_have_one_row():
    found = told_alike("y", "relaxed", "one out")
    assert found.paths[0].out_of_fold is not None
    assert found.metrics["selected"]["gamma"] is not None


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("stage", ["relaxed", "adaptive"])
def test_no_row_that_a_fold_is_validated_on_enters_its_stages(stage, engine):
    _, validation = splits()[0]
    clean, poisoned = target(TALL), target(TALL)
    poisoned[validation] += 1e3 * np.arange(1, len(validation) + 1)
    paths = [outcome(TALL, y, None, stage, engine).paths for y in (clean, poisoned)]
    for ours, theirs in zip(*paths, strict=True):
        np.testing.assert_allclose(ours.train["mse"][0], theirs.train["mse"][0], rtol=1e-7)
        assert (np.abs(theirs.validation["mse"][0] - ours.validation["mse"][0]) > 1).all()
        assert not np.allclose(ours.train["mse"][1], theirs.train["mse"][1])


def test_a_refit_that_separates_classes_is_left_out():
    rows = dataset("two", X=TALL[:, :4], y=(signal(TALL) > 0).astype(float))
    found = fitted(rows, penalty={"kind": "lasso", "stage": "relaxed"}, lambdas={"values": [0.3, 0.1]})
    lasso, *mixed = found.paths
    assert lasso.usable.all()
    assert not any(path.usable[1] for path in mixed)
    assert all(np.isinf(path.kkt[:, 1]).all() for path in mixed)
    (said,) = [text for text in found.warnings if "left out" in text]
    assert "refitted without a penalty, columns separate classes" in said
    assert "stage: {refit: ridge}" in said
