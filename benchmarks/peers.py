"""What a user would write with other libraries, on the same arrays, folds and grid of λ. Defaults wherever they offer one.

Every program takes a task (and, for a sample, which grid points and folds) and gives an `Answer`. Scaling is part of the job, and
so inside the clock: within the folds where the library makes that possible, of all rows together where it does not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from arrays import Task

    Array = np.ndarray[Any, Any]

# Every core, where a library offers it.
JOBS = -1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program found on all rows: a path, or only the model it selected.

    Attributes
    ----------
    chosen : float
        The λ it selected.
    lambdas : ndarray (m,)
        λ of every model here.
    intercept : ndarray (m, K)
    coef : ndarray (m, p, K)
    standardized : bool
        Coefficients belong to columns of unit standard deviation (dense ones centred too), not to the columns as they came.
    once : float
        Seconds spent on all rows rather than on the folds: they do not grow with a sample.
    """

    chosen: float
    lambdas: Array
    intercept: Array
    coef: Array
    standardized: bool
    once: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The part of the job that a slow program runs.

    Attributes
    ----------
    points : ndarray of int
        Positions in the grid, evenly spread, both ends among them.
    folds : ndarray of int
    """

    points: Array
    folds: Array

    @classmethod
    def of(cls, task: Task, points: int, folds: int) -> Sample:
        """Evenly spread over the grid; the first folds (all have the same size)."""
        case = task.case
        at = np.linspace(0, case.count - 1, min(points, case.count)).round().astype(int)
        return cls(at, np.arange(min(folds, case.n_splits)))

    def scale(self, task: Task) -> float:
        """How many times the whole job holds it."""
        return task.case.count * task.case.n_splits / (len(self.points) * len(self.folds))


def whole(task: Task) -> Sample:
    """The job in full."""
    return Sample.of(task, task.case.count, task.case.n_splits)


def _scaler(task: Task) -> Any:  # noqa: ANN401
    from sklearn.preprocessing import StandardScaler

    return StandardScaler(with_mean=not sparse.issparse(task.X))


def _folds(task: Task, part: Sample) -> list[tuple[Array, Array]]:
    folds = task.folds
    return [folds[k] for k in part.folds]


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
    pipeline = make_pipeline(_scaler(task), estimator)
    key = f"{type(estimator).__name__.lower()}__{name}"
    search = GridSearchCV(
        pipeline, {key: parameter(grid, n_fold).tolist()}, cv=_folds(task, part), refit=False, n_jobs=JOBS,
        scoring="neg_log_loss" if logistic else "neg_mean_squared_error",
    ).fit(task.X, task.y)  # fmt: skip
    lam = float(grid[search.best_index_])
    start = time.perf_counter()
    final = pipeline.set_params(**{key: parameter(lam, case.n)}).fit(task.X, task.y)[-1]
    return _one(lam, final, time.perf_counter() - start)


def path_search(task: Task, part: Sample) -> Answer:
    """LassoCV, ElasticNetCV: paths with warm starts, but all rows are scaled together before the folds are made."""
    from sklearn.linear_model import ElasticNetCV, LassoCV

    options: dict[str, Any] = {"alphas": task.lambdas[0][part.points], "cv": _folds(task, part), "n_jobs": JOBS}
    rho = task.case.l1_ratios[0]
    model = LassoCV(**options) if rho == 1 else ElasticNetCV(l1_ratio=rho, **options)
    model.fit(_scaler(task).fit_transform(task.X), task.y)
    return _one(float(model.alpha_), model)


def ridge_search(task: Task, part: Sample) -> Answer:
    """RidgeCV as it is quick: leave-one-out by algebra, no folds at all."""
    from sklearn.linear_model import RidgeCV

    model = RidgeCV(task.lambdas[0][part.points] * task.case.n).fit(_scaler(task).fit_transform(task.X), task.y)
    return _one(float(model.alpha_) / task.case.n, model)


def logistic_search(task: Task, part: Sample) -> Answer:
    """LogisticRegressionCV: warm starts, one scaling for all folds; then the λ with the best mean on all rows.

    Its own refit would keep C, which stands for another λ where there are more rows.
    """
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

    options, grid, case = _solver(task), task.lambdas[0][part.points], task.case
    Z = _scaler(task).fit_transform(task.X)
    cv = LogisticRegressionCV(
        Cs=1 / (grid * len(task.folds[0][0])), l1_ratios=(options["l1_ratio"],), scoring="neg_log_loss", cv=_folds(task, part),
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
    """A loop over folds with skglm over folds: every path warm started, validation errors by hand."""
    grid = task.lambdas[0][part.points]
    walk = _skglm_squared if task.case.loss == "squared" else _skglm_logistic
    errors = []
    for train, validation in _folds(task, part):
        scaler = _scaler(task)
        coef, intercept = walk(task, scaler.fit_transform(task.X[train]), task.y[train], grid)
        eta = scaler.transform(task.X[validation]) @ coef + intercept
        y = task.y[validation][:, None]
        errors.append(((y - eta) ** 2 if task.case.loss == "squared" else np.logaddexp(0, eta) - y * eta).mean(axis=0))
    start = time.perf_counter()
    coef, intercept = walk(task, _scaler(task).fit_transform(task.X), task.y, grid)
    once = time.perf_counter() - start
    chosen = float(grid[np.mean(errors, axis=0).argmin()])
    return Answer(chosen, grid, intercept[:, None], coef.T[:, :, None], standardized=True, once=once)


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


def glum_search(task: Task, part: Sample) -> Answer:
    """The cross-validated regressor of glum."""
    from glum import GeneralizedLinearRegressorCV

    model = GeneralizedLinearRegressorCV(
        l1_ratio=task.case.l1_ratios[0], alphas=task.lambdas[0][part.points], cv=_folds(task, part), scale_predictors=True,
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
    "glum": glum_search,
}
