"""What a user would write with scikit-learn to ask the same: lasso paths on halves, permutation importance on folds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from answers import scaler_of

if TYPE_CHECKING:
    from arrays import Task

# Halves that are walked, folds that are tried; the times are scaled up to all.
HALVES, FOLDS = 4, 1
PAIRS, MOST, REPEATS = 50, 20, 5


def halves_seconds(task: Task) -> float:
    """Seconds for the paths of 100 halves, from a sample: each half scaled, 100 λ, as far down as by default."""
    from joblib import Parallel, delayed

    rng = np.random.default_rng(0)
    halves = [rng.permutation(task.case.n)[: task.case.n // 2] for _ in range(HALVES)]
    start = time.perf_counter()
    Parallel(n_jobs=-1)(delayed(_selected)(task, rows) for rows in halves)
    return (time.perf_counter() - start) * 2 * PAIRS / HALVES


def _selected(task: Task, rows: np.ndarray) -> Any:  # noqa: ANN401
    """Columns in use where a half's path has so many."""
    Z, y = scaler_of(task).fit_transform(task.X[rows]), task.y[rows]
    if task.case.loss == "squared":
        from sklearn.linear_model import enet_path

        coef = enet_path(Z, y - y.mean(), l1_ratio=task.case.l1_ratios[0])[1].T
    else:
        from sklearn.linear_model import LogisticRegression

        top = np.abs(Z.T @ (y - y.mean())).max() / len(y)
        model = LogisticRegression(solver="liblinear", l1_ratio=1.0, warm_start=True, random_state=0)
        coef = np.zeros((0, Z.shape[1]))
        for lam in np.geomspace(top, 1e-3 * top, 100):
            model.set_params(C=1.0 / (lam * len(y))).fit(Z, y)
            coef = np.vstack([coef, model.coef_])
            if np.count_nonzero(coef[-1]) >= MOST:
                break
    reached = np.flatnonzero((coef != 0).sum(axis=1) >= MOST)
    return np.flatnonzero(coef[reached[0] if len(reached) else -1])


def importance_seconds(task: Task) -> float:
    """Seconds for permutation_importance on every fold's validation rows, of models fitted before, from a sample."""
    from sklearn.inspection import permutation_importance
    from sklearn.linear_model import ElasticNet, LogisticRegression
    from sklearn.pipeline import make_pipeline

    case, lam = task.case, float(np.median(task.lambdas[0]))
    seconds = 0.0
    for train, held_out in task.folds[:FOLDS]:
        if case.loss == "squared":
            model, scoring = ElasticNet(alpha=lam, l1_ratio=case.l1_ratios[0]), "neg_mean_squared_error"
        else:
            model = LogisticRegression(solver="liblinear", l1_ratio=1.0, C=1.0 / (lam * len(train)), random_state=0)
            scoring = "neg_log_loss"
        fitted = make_pipeline(scaler_of(task), model).fit(task.X[train], task.y[train])
        start = time.perf_counter()
        permutation_importance(
            fitted, task.X[held_out], task.y[held_out], scoring=scoring, n_repeats=REPEATS, random_state=0, n_jobs=-1
        )
        seconds += time.perf_counter() - start
    return seconds * case.n_splits / FOLDS
