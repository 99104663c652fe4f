"""What a user would write with other libraries, on the same arrays, folds and grid of λ. Defaults wherever they offer one.

Every program takes a task (and, for a sample, which grid points and folds) and gives an `Answer`. Scaling is part of the job, and
so inside the clock: within the folds where the library makes that possible, of all rows together where it does not.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from answers import Answer, by_hand, folds_of, scaler_of
from peers_adelie import adelie_search, matrices_search, tight_search

if TYPE_CHECKING:
    from collections.abc import Callable

    from answers import Sample
    from arrays import Task

    Array = np.ndarray[Any, Any]

# Every core, where a library offers it.
JOBS = -1


def _one(lam: float, model: Any, once: float = 0.0) -> Answer:  # noqa: ANN401
    """A scikit-learn model on standardised columns as an answer."""
    coef = np.atleast_2d(model.coef_)
    intercept = np.broadcast_to(model.intercept_, (1, len(coef)))
    return Answer(lam, np.array([lam]), intercept, coef.T[None], standardized=True, once=once)


def grid_search(task: Task, part: Sample) -> Answer:
    """GridSearchCV over a pipeline: what a user writes who wants the scaler inside the folds."""
    from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    case, rho = task.case, task.case.l1_ratios[0]
    grid = task.lambdas[0][part.points]
    n_fold = len(task.folds[0][0])
    logistic = case.loss != "squared"
    # The parameter of a sum over rows belongs to one number of rows: the folds', then that of all rows.
    of_sum = logistic or rho == 0

    def parameter(lam: Any, n: int) -> Any:  # noqa: ANN401
        return 1 / (lam * n) if logistic else lam * n if of_sum else lam

    if logistic:
        estimator, name = LogisticRegression(**_solver(task)), "C"
    else:
        estimator = Ridge() if rho == 0 else Lasso() if rho == 1 else ElasticNet(l1_ratio=rho)
        name = "alpha"
    pipeline = make_pipeline(scaler_of(task), estimator)
    key = f"{type(estimator).__name__.lower()}__{name}"
    search = GridSearchCV(
        pipeline, {key: parameter(grid, n_fold).tolist()}, cv=folds_of(task, part), refit=False, n_jobs=JOBS,
        scoring="neg_log_loss" if logistic else "neg_mean_squared_error",
    ).fit(task.X, task.y)  # fmt: skip
    lam = float(grid[search.best_index_])
    start = time.perf_counter()
    final = pipeline.set_params(**{key: parameter(lam, case.n)}).fit(task.X, task.y)[-1]
    return _one(lam, final, time.perf_counter() - start)


def path_search(task: Task, part: Sample) -> Answer:
    """LassoCV, ElasticNetCV: paths with warm starts, but all rows are scaled together before the folds are made."""
    from sklearn.linear_model import ElasticNetCV, LassoCV

    options: dict[str, Any] = {"alphas": task.lambdas[0][part.points], "cv": folds_of(task, part), "n_jobs": JOBS}
    rho = task.case.l1_ratios[0]
    model = LassoCV(**options) if rho == 1 else ElasticNetCV(l1_ratio=rho, **options)
    model.fit(scaler_of(task).fit_transform(task.X), task.y)
    return _one(float(model.alpha_), model)


def ridge_search(task: Task, part: Sample) -> Answer:
    """RidgeCV as it is quick: leave-one-out by algebra, no folds at all."""
    from sklearn.linear_model import RidgeCV

    model = RidgeCV(task.lambdas[0][part.points] * task.case.n).fit(scaler_of(task).fit_transform(task.X), task.y)
    return _one(float(model.alpha_) / task.case.n, model)


def logistic_search(task: Task, part: Sample) -> Answer:
    """LogisticRegressionCV: warm starts, one scaling for all folds; then the λ with the best mean on all rows.

    Its own refit would keep C, which stands for another λ where there are more rows.
    """
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

    options, grid, case = _solver(task), task.lambdas[0][part.points], task.case
    Z = scaler_of(task).fit_transform(task.X)
    cv = LogisticRegressionCV(
        Cs=1 / (grid * len(task.folds[0][0])), l1_ratios=(options["l1_ratio"],), scoring="neg_log_loss", cv=folds_of(task, part),
        use_legacy_attributes=False, refit=False, n_jobs=JOBS, solver=options["solver"], random_state=0,
    ).fit(Z, task.y)  # fmt: skip
    lam = float(grid[cv.scores_.mean(axis=0).ravel().argmax()])
    start = time.perf_counter()
    model = LogisticRegression(C=1 / (lam * case.n), **options).fit(Z, task.y)
    return _one(lam, model, time.perf_counter() - start)


def _solver(task: Task) -> dict[str, Any]:
    """Of the solvers with an ℓ1 penalty liblinear is the quicker one for two classes, saga the only one for more."""
    solver = "liblinear" if task.case.loss == "logistic" else "saga"
    return {"solver": solver, "l1_ratio": task.case.l1_ratios[0], "random_state": 0}


def skglm_search(task: Task, part: Sample) -> Answer:
    """No: every path warm started, in a loop over folds."""
    return by_hand(task, part, _skglm_squared if task.case.loss == "squared" else _skglm_logistic)


def _skglm_squared(task: Task, Z: Any, y: Array, grid: Array) -> tuple[Array, Array]:  # noqa: ANN401
    """Coefficients (p, L) and intercepts (L,)."""
    from skglm import ElasticNet, Lasso

    rho = task.case.l1_ratios[0]
    model = Lasso() if rho == 1 else ElasticNet(l1_ratio=rho)
    coefs = model.path(np.asfortranarray(Z), y, grid)[1]
    return coefs[:-1], coefs[-1]


def _skglm_logistic(task: Task, Z: Any, y: Array, grid: Array) -> tuple[Array, Array]:  # noqa: ANN401, ARG001
    """Coefficients (p, L) and intercepts (L,)."""
    from skglm import SparseLogisticRegression

    model = SparseLogisticRegression(warm_start=True)
    coefs, intercepts = [], []
    for lam in grid:
        model.set_params(alpha=float(lam)).fit(Z, y)
        coefs.append(model.coef_.ravel().copy())
        intercepts.append(float(np.ravel(model.intercept_)[0]))
    return np.array(coefs).T, np.array(intercepts)


def celer_search(task: Task, part: Sample) -> Answer:
    """The path of celer in a loop: its own LassoCV does not run on the scikit-learn of today."""
    return by_hand(task, part, _celer_path)


def _celer_path(task: Task, Z: Any, y: Array, grid: Array) -> tuple[Array, Array]:  # noqa: ANN401
    """Coefficients (p, L) and intercepts (L,); for squared loss alone, as celer's logistic regression has no intercept."""
    from celer import celer_path

    mean = y.mean()
    coef = celer_path(np.asfortranarray(Z), y - mean, "lasso", alphas=grid, l1_ratio=task.case.l1_ratios[0])[1]
    return coef, np.full(len(grid), mean)


def glum_search(task: Task, part: Sample) -> Answer:
    """The cross-validated regressor of glum."""
    from glum import GeneralizedLinearRegressorCV

    model = GeneralizedLinearRegressorCV(
        l1_ratio=task.case.l1_ratios[0], alphas=task.lambdas[0][part.points], cv=folds_of(task, part), scale_predictors=True,
        family="normal" if task.case.loss == "squared" else "binomial", n_jobs=JOBS,
    ).fit(task.X, task.y)  # fmt: skip
    lam = float(model.alpha_)
    return Answer(lam, np.array([lam]), np.array([[float(model.intercept_)]]), model.coef_[None, :, None], standardized=False)


PEERS: dict[str, Callable[[Task, Sample], Answer]] = {
    "GridSearchCV": grid_search,
    "ElasticNetCV": path_search,
    "LassoCV": path_search,
    "RidgeCV": ridge_search,
    "LogisticRegressionCV": logistic_search,
    "skglm": skglm_search,
    "celer": celer_search,
    "glum": glum_search,
    "adelie": adelie_search,
    "adelie, tight": tight_search,
    "adelie on fold matrices": matrices_search,
}
