"""One training set by itself, in few words: a path on it, what the path predicts for its rows, and its certificates."""

import numpy as np
from scipy import sparse

from regcli.linear import Penalty, Problem, TrainingSets, solve_path


def walk(X, y, lambdas, rho=1.0, *, loss="squared", intercept=True, weights=None, positive=False, factors=None, **how):
    """A path on plain data: the fit, its certificates, and the problem and penalty they are of."""
    X = X.copy() if sparse.issparse(X) else np.array(X, dtype=float, order="F")
    problem = Problem.build(X, np.asarray(y, dtype=float), weights, loss, intercept=intercept)
    penalty = Penalty(rho, np.ones(X.shape[1]) if factors is None else np.asarray(factors, float), positive)
    settings = {"tol": 1e-9, "max_iter": 10_000} | how
    fit = solve_path(problem, penalty, np.asarray(lambdas, float), **settings)
    return fit, certificates(problem, penalty, fit), problem, penalty


def predictors(problem, fit):
    """Linear predictors of a path on its own training rows, (L, n, K)."""
    return TrainingSets.of_one(problem).predictors(0, fit)


def certificates(problem, penalty, fit):
    """The certificate of every point of a path, from the rows; (L,)."""
    return TrainingSets.of_one(problem).certify(0, penalty, fit)


def settled(problem, penalty, fit):
    """A path with one choice taken among equal solutions, and the certificates of its points."""
    return TrainingSets.of_one(problem).settled(0, penalty, fit)
