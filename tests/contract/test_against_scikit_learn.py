"""The oracle: scikit-learn's own estimators, fitted fold by fold on scikit-learn's own splits."""

import numpy as np
import pytest
from contract_table import FEATURES, TABLE, N
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax
from sklearn import model_selection as ms
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

X = TABLE[FEATURES].to_numpy()
W = TABLE["w"].to_numpy()
REGRESSION_LAMBDAS = [1.0, 0.2, 0.03]
CLASSIFICATION_LAMBDAS = [0.2, 0.05, 0.02]
PENALTIES = {"none": None, "ridge": 0.0, "lasso": 1.0, "elasticnet": 0.4}


def entry(kind, **more):
    return {"kind": kind, **({"l1_ratio": [PENALTIES[kind]]} if kind == "elasticnet" else {}), **more}


def regressor(kind, lam, weight_sum, *, intercept):
    if kind == "none":
        return LinearRegression(fit_intercept=intercept)
    if kind == "ridge":
        return Ridge(alpha=lam * weight_sum, fit_intercept=intercept, solver="cholesky")
    if kind == "lasso":
        return Lasso(alpha=lam, fit_intercept=intercept, tol=1e-14, max_iter=100_000)
    return ElasticNet(alpha=lam, l1_ratio=PENALTIES[kind], fit_intercept=intercept, tol=1e-14, max_iter=100_000)


class Sparse:
    """Logistic regression with an ℓ1 term by bounded L-BFGS on b = u - v, u, v >= 0: saga stops too early to be an oracle."""

    def __init__(self, lam, l1_ratio, *, intercept, class_weight):
        self.lam, self.l1_ratio, self.intercept, self.class_weight = lam, l1_ratio, intercept, class_weight

    def fit(self, A, y, sample_weight):
        self.classes = np.unique(y)
        s = sample_weight
        if self.class_weight:  # the classes' shares are weighted by the sample weights
            totals = np.array([sample_weight[y == c].sum() for c in self.classes])
            s = sample_weight * (sample_weight.sum() / len(totals) / totals)[np.searchsorted(self.classes, y)]
        s = s / s.sum()
        p, k = A.shape[1], len(self.classes) if len(self.classes) > 2 else 1
        Y = (y[:, None] == self.classes).astype(float) if k > 1 else (y[:, None] == self.classes[1]).astype(float)

        def objective(z):
            u, v = z[: 2 * p * k].reshape(2, p, k)
            b0 = z[2 * p * k :] if self.intercept else np.zeros(k)
            b, eta = u - v, A @ (u - v) + b0
            if k == 1:
                loss, residual = s @ (np.logaddexp(0, eta) - Y * eta)[:, 0], s[:, None] * (expit(eta) - Y)
            else:
                loss, residual = -(s @ (Y * log_softmax(eta, axis=1)).sum(axis=1)), s[:, None] * (softmax(eta, axis=1) - Y)
            l1, l2 = self.lam * self.l1_ratio, self.lam * (1 - self.l1_ratio)
            slope = A.T @ residual + l2 * b
            gradient = np.concatenate([(slope + l1).ravel(), (l1 - slope).ravel(), residual.sum(axis=0)[: k * self.intercept]])
            return loss + l1 * (u + v).sum() + l2 / 2 * (b**2).sum(), gradient

        bounds = [(0, None)] * (2 * p * k) + [(None, None)] * (k * self.intercept)
        z = minimize(
            objective, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds,
            options={"ftol": 0, "gtol": 1e-11, "maxiter": 100_000, "maxfun": 100_000, "maxcor": 50},
        ).x  # fmt: skip
        u, v = z[: 2 * p * k].reshape(2, p, k)
        self.coef, self.b0 = u - v, z[2 * p * k :] if self.intercept else np.zeros(k)
        return self

    def predict_proba(self, A):
        eta = A @ self.coef + self.b0
        return np.hstack([1 - expit(eta), expit(eta)]) if eta.shape[1] == 1 else softmax(eta, axis=1)


def classifier(kind, lam, weight_sum, *, intercept, class_weight, n_classes):
    if kind in {"lasso", "elasticnet"}:
        return Sparse(lam, PENALTIES[kind], intercept=intercept, class_weight=class_weight)
    return LogisticRegression(
        C=np.inf if kind == "none" else 1.0 / (lam * weight_sum),
        solver="lbfgs" if n_classes > 2 else "newton-cholesky",
        tol=1e-10,
        max_iter=100_000,
        fit_intercept=intercept,
        class_weight=class_weight,
    )


def class_sum(y, w, class_weight):
    """S of one fit."""
    if class_weight is None:
        return w.sum()
    return sum(w[y == c].sum() * (w.sum() / (len(np.unique(y)) * w[y == c].sum())) for c in np.unique(y))


def scaler(kind, *, center):
    return {
        "standard": StandardScaler(with_mean=center),
        "robust": RobustScaler(with_centering=center),
        "minmax": MinMaxScaler(),
        "maxabs": MaxAbsScaler(),
        "none": StandardScaler(with_mean=False, with_std=False),
    }[kind]


def expected(target, splits, kind, lambdas, *, weighted=False, intercept=True, scale="standard", class_weight=None):
    """Train and validation score of every fold and λ, (F, L) each."""
    y, w = TABLE[target].to_numpy(dtype=object if target != "y" else float), W if weighted else np.ones(N)
    train_scores, validation_scores = [], []
    for train, validation in splits:
        step = scaler(scale, center=intercept)
        A = (
            step.fit(X[train], sample_weight=w[train]).transform(X[train])
            if scale == "standard"
            else step.fit_transform(X[train])
        )
        B = step.transform(X[validation])
        rows = []
        for lam in lambdas:
            if target == "y":
                model = regressor(kind, lam, w[train].sum(), intercept=intercept).fit(A, y[train], sample_weight=w[train])
                rows.append(
                    [
                        mean_squared_error(y[part], model.predict(Z), sample_weight=w[part])
                        for part, Z in ((train, A), (validation, B))
                    ]
                )
            else:
                labels = np.unique(y.astype(str))
                s = class_sum(y[train], w[train], class_weight)
                model = classifier(kind, lam, s, intercept=intercept, class_weight=class_weight, n_classes=len(labels))
                model.fit(A, y[train].astype(str), sample_weight=w[train])
                rows.append(
                    [
                        log_loss(y[part].astype(str), model.predict_proba(Z), sample_weight=w[part], labels=labels)
                        for part, Z in ((train, A), (validation, B))
                    ]
                )
        train_scores.append([r[0] for r in rows])
        validation_scores.append([r[1] for r in rows])
    return np.array(train_scores), np.array(validation_scores)


def check(outcome, target, splits, kind, lambdas, **how):
    train, validation = expected(target, splits, kind, [0.0] if kind == "none" else lambdas, **how)
    path = outcome.paths[0]
    assert path.converged.all(), path.kkt.max()
    np.testing.assert_allclose(path.train[outcome.plan.metric], train, rtol=1e-6)
    np.testing.assert_allclose(path.validation[outcome.plan.metric], validation, rtol=1e-6)


BLOCKS = {"lambdas": {"values": REGRESSION_LAMBDAS}, "model": {"tol": 1e-8}, "select": {"rule": "min"}}


@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [False, True])
def test_regression(run, kind, weighted, intercept):
    outcome = run(
        "y",
        roles={"weight": "w"} if weighted else None,
        penalty=entry(kind),
        lambdas={"values": REGRESSION_LAMBDAS},
        model={"tol": 1e-8, "fit_intercept": intercept},
        cv={"n_splits": 4, "seed": 1},
    )
    splits = list(ms.KFold(4, shuffle=True, random_state=1).split(X))
    check(outcome, "y", splits, kind, REGRESSION_LAMBDAS, weighted=weighted, intercept=intercept)


@pytest.mark.parametrize("scale", ["standard", "robust", "minmax", "maxabs", "none"])
@pytest.mark.parametrize("kind", ["ridge", "lasso"])
def test_scalers(run, kind, scale):
    outcome = run("y", penalty=entry(kind), preprocess={"scale": scale}, **BLOCKS)
    splits = list(ms.KFold(5, shuffle=True, random_state=0).split(X))
    check(outcome, "y", splits, kind, REGRESSION_LAMBDAS, scale=scale)


@pytest.mark.parametrize("target", ["two", "three"])
@pytest.mark.parametrize("kind", PENALTIES)
@pytest.mark.parametrize(
    ("weighted", "intercept", "class_weight"), [(False, True, None), (True, True, "balanced"), (True, False, None)]
)
def test_classification(run, target, kind, weighted, intercept, class_weight):
    outcome = run(
        target,
        roles={"weight": "w"} if weighted else None,
        penalty=entry(kind),
        lambdas={"values": CLASSIFICATION_LAMBDAS},
        model={"tol": 1e-8, "fit_intercept": intercept, "class_weight": class_weight},
        cv={"n_splits": 3},
    )
    splits = list(ms.StratifiedKFold(3, shuffle=True, random_state=0).split(X, TABLE[target]))
    check(
        outcome, target, splits, kind, CLASSIFICATION_LAMBDAS, weighted=weighted, intercept=intercept, class_weight=class_weight
    )


IN_TIME = np.argsort(TABLE["t"].to_numpy(), kind="stable")
SCHEMES = {
    "kfold in order": ({"kind": "kfold", "n_splits": 4, "shuffle": False}, {}, lambda: ms.KFold(4).split(X)),
    "kfold repeated": (
        {"kind": "kfold", "n_splits": 3, "repeats": 3, "seed": 7},
        {},
        lambda: ms.RepeatedKFold(n_splits=3, n_repeats=3, random_state=7).split(X),
    ),
    "stratified repeated": (
        {"kind": "stratified", "n_splits": 3, "repeats": 2, "seed": 2},
        {},
        lambda: ms.RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=2).split(X, TABLE["two"]),
    ),
    "group": ({"kind": "group", "n_splits": 4}, {"group": "g"}, lambda: ms.GroupKFold(4).split(X, groups=TABLE["g"])),
    "stratified_group": (
        {"kind": "stratified_group", "n_splits": 3, "seed": 5},
        {"group": "g"},
        lambda: ms.StratifiedGroupKFold(3, shuffle=True, random_state=5).split(X, TABLE["two"], TABLE["g"]),
    ),
    "time_series": (
        {"kind": "time_series", "n_splits": 3, "gap": 2, "test_size": 12},
        {"time": "t"},
        lambda: ((IN_TIME[a], IN_TIME[b]) for a, b in ms.TimeSeriesSplit(3, gap=2, test_size=12).split(X)),
    ),
    "shuffle_split": (
        {"kind": "shuffle_split", "n_splits": 3, "test_size": 0.25, "seed": 3},
        {},
        lambda: ms.ShuffleSplit(3, test_size=0.25, random_state=3).split(X),
    ),
    "leave_one_out": ({"kind": "leave_one_out"}, {}, lambda: ms.LeaveOneOut().split(X)),
    "predefined": ({"kind": "predefined", "column": "f"}, {}, lambda: ms.PredefinedSplit(TABLE["f"]).split()),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("target", "kind"), [("y", "lasso"), ("y", "ridge"), ("two", "ridge")])
def test_every_scheme(run, scheme, target, kind):
    if target == "y" and scheme.startswith("stratified"):
        pytest.skip("stratified schemes are for classification")
    cv, roles, splits = SCHEMES[scheme]
    lambdas = [0.1, 0.02]
    outcome = run(target, roles=roles, penalty=entry(kind), lambdas={"values": lambdas}, model={"tol": 1e-8}, cv=cv)
    check(outcome, target, list(splits()), kind, lambdas)


def test_penalty_factors_are_a_rescaling_of_the_columns(run):
    """v_j on |b_j| is the lasso on x_j / v_j, factors rescaled to a mean of one."""
    outcome = run("y", penalty=entry("lasso", factors={"x0": 2.0, "x[12]": 0.5}), **BLOCKS)
    factors = np.array([2.0, 0.5, 0.5, 1, 1])
    factors *= len(factors) / factors.sum()
    A = StandardScaler().fit_transform(X)
    for i, lam in enumerate(REGRESSION_LAMBDAS):
        model = Lasso(alpha=lam, tol=1e-14, max_iter=100_000).fit(A / factors, TABLE["y"])
        np.testing.assert_allclose(
            outcome.paths[0].details.coefficients[i, 0, 1:], model.coef_ / factors / X.std(axis=0), rtol=1e-6, atol=1e-10
        )


def test_unpenalised_columns_are_projected_out(run):
    """The lasso with v_0 = 0 is the lasso on what x0 leaves of y and of the other columns."""
    outcome = run("y", penalty=entry("lasso", factors={"x0": 0.0}), **BLOCKS)
    A = StandardScaler().fit_transform(X)
    y = TABLE["y"].to_numpy() - TABLE["y"].mean()
    basis = A[:, :1] / np.linalg.norm(A[:, 0])

    def left(M):
        return M - basis @ (basis.T @ M)

    for i, lam in enumerate(REGRESSION_LAMBDAS):
        model = Lasso(alpha=lam, tol=1e-14, max_iter=100_000, fit_intercept=False).fit(left(A[:, 1:]), left(y))
        np.testing.assert_allclose(
            outcome.paths[0].details.coefficients[i, 0, 2:], model.coef_ / X.std(axis=0)[1:], rtol=1e-6, atol=1e-10
        )
        assert outcome.paths[0].details.coefficients[i, 0, 1] != 0


@pytest.mark.parametrize("kind", ["ridge", "lasso", "elasticnet"])
def test_positive(run, kind):
    outcome = run("y", penalty=entry(kind, positive=True), **BLOCKS)
    A = StandardScaler().fit_transform(X)
    for i, lam in enumerate(REGRESSION_LAMBDAS):
        model = ElasticNet(alpha=lam, l1_ratio=PENALTIES[kind], positive=True, tol=1e-14, max_iter=1_000_000)
        model = model if kind != "ridge" else Ridge(alpha=lam * N, positive=True, tol=1e-14, max_iter=100_000)
        coef = model.fit(A, TABLE["y"]).coef_ / X.std(axis=0)
        np.testing.assert_allclose(outcome.paths[0].details.coefficients[i, 0, 1:], coef, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("target", ["y", "two", "three"])
@pytest.mark.parametrize("kind", PENALTIES)
def test_saved_pipeline_predicts_what_was_scored(run, target, kind):
    outcome = run(target, penalty=entry(kind), lambdas={"values": [0.05]}, holdout={"fraction": 0.25, "seed": 1})
    table = outcome.predictions
    held = np.flatnonzero(np.array(table.role) == "holdout")
    rows = TABLE[FEATURES].iloc[table.row[held]]
    model = outcome.portrait.pipeline.made()
    if target == "y":
        np.testing.assert_allclose(model.predict(rows), table.prediction[held], rtol=1e-10)
    else:
        np.testing.assert_allclose(model.predict_proba(rows), table.probability[held], rtol=1e-9, atol=1e-12)
        assert list(model.predict(rows)) == list(table.prediction[held])
