"""The same job with adelie: on columns, and on fold matrices. In an environment of its own, as it asks for numpy 1."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from answers import Answer, by_hand, folds_of
from scipy import sparse

if TYPE_CHECKING:
    from answers import Sample
    from arrays import Task

    Array = np.ndarray[Any, Any]

# adelie's own default, and where its certificates come near regcli's.
DEFAULT_TOL, TIGHT_TOL = 1e-7, 1e-16


def adelie_search(task: Task, part: Sample) -> Answer:
    """The path solver in a loop: the cross-validation of adelie draws the folds and scales nothing."""
    return by_hand(task, part, partial(_path, tol=DEFAULT_TOL))


def tight_search(task: Task, part: Sample) -> Answer:
    """The same, as exact as regcli."""
    return by_hand(task, part, partial(_path, tol=TIGHT_TOL))


def _path(task: Task, Z: Any, y: Array, grid: Array, tol: float) -> tuple[Array, Array]:  # noqa: ANN401
    """Coefficients (p, L) and intercepts (L,); squared loss or two classes: more it penalises as groups, another problem."""
    import adelie as ad

    options = {**_options(task, Z.shape[1], grid, tol), "irls_tol": tol}
    glm = ad.glm.gaussian(y) if task.case.loss == "squared" else ad.glm.binomial(y)
    matrix = ad.matrix.sparse(sparse.csc_matrix(Z), method="naive") if sparse.issparse(Z) else np.asfortranarray(Z)
    state = ad.grpnet(matrix, glm, **options)
    return state.betas.toarray().T, np.asarray(state.intercepts)


def _options(task: Task, p: int, grid: Array, tol: float) -> dict[str, Any]:
    """What both solvers are told."""
    return {
        "alpha": task.case.l1_ratios[0], "penalty": np.ones(p), "lmda_path": grid, "early_exit": False, "progress_bar": False,
        "tol": tol,
    }  # fmt: skip


def matrices_search(task: Task, part: Sample) -> Answer:
    """The solver of quadratics on the fold matrices of cvmatrix: who else makes folds out of one Gram matrix."""
    from cvmatrix.cvmatrix import CVMatrix

    grid, X, y = task.lambdas[0][part.points], task.X, task.y
    matrices = CVMatrix(task.fold_of, center_X=True, center_Y=True, scale_X=True, scale_Y=False, copy=False)
    matrices.fit(X, y)
    errors = []
    for k, (train, validation) in zip(part.folds, folds_of(task, part), strict=True):
        # cvmatrix divides by n - 1
        gram, cross = matrices.training_XTX_XTY(int(k))
        coef = _matrix_path(task, gram / (len(train) - 1), cross.ravel() / np.sqrt(len(train) * (len(train) - 1)), grid)
        x = X[validation]
        mean = (matrices.sum_X_total.ravel() - x.sum(axis=0)) / len(train)
        square = (matrices.sum_sq_X_total.ravel() - (x**2).sum(axis=0)) / len(train)
        slope = coef / np.sqrt(square - mean**2)[:, None]
        eta = x @ slope + (y[train].mean() - mean @ slope)
        errors.append(((y[validation][:, None] - eta) ** 2).mean(axis=0))
    start = time.perf_counter()
    # of all rows it keeps the sums
    n, mean = len(y), matrices.X_total_mean.ravel()
    sd = np.sqrt(matrices.sum_sq_X_total.ravel() / n - mean**2)
    gram = (matrices.XTX_total / n - np.outer(mean, mean)) / np.outer(sd, sd)
    coef = _matrix_path(task, gram, (matrices.XTY_total.ravel() / n - mean * y.mean()) / sd, grid)
    once = time.perf_counter() - start
    chosen = float(grid[np.mean(errors, axis=0).argmin()])
    return Answer(chosen, grid, np.full((len(grid), 1), y.mean()), coef.T[:, :, None], standardized=True, once=once)


def _matrix_path(task: Task, gram: Array, cross: Array, grid: Array) -> Array:
    """Coefficients (p, L) of columns whose standard deviation (1/n) is 1."""
    import adelie as ad

    state = ad.gaussian_cov(np.asfortranarray(gram), cross, **_options(task, len(gram), grid, DEFAULT_TOL))
    return np.asarray(state.betas.toarray().T)
