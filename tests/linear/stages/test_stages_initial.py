from dataclasses import replace

import numpy as np
import pytest
from folded_rows import TEAM, dense, make

from regcli.linear import TrainingSets, geometric_grid
from regcli.linear.stages.initial import initial

GRID = geometric_grid(50.0, 1e-4, 25)
AT = {"tol": 1e-8, "max_iter": 1000}


def by_hand(folded, f):
    """λ of least generalised cross-validation and ridge's coefficients there, from singular values."""
    rows = folded.train[f]
    A, w = folded.own(f, rows), folded.w[rows] / folded.w[rows].sum()
    t = folded.y[rows]
    if folded.intercept:
        A, t = A - w @ A, t - w @ t
    u, d, vt = np.linalg.svd(A * np.sqrt(w)[:, None], full_matrices=False)
    along, rest = u.T @ (np.sqrt(w) * t), w @ t**2
    scores = []
    for lam in GRID:
        share = d**2 / (d**2 + lam)
        squared = rest - along @ along + ((1 - share) * along) @ ((1 - share) * along)
        scores.append(squared / (1 - (folded.intercept + share.sum()) / len(rows)) ** 2)
    lam = GRID[int(np.argmin(scores))]
    return lam, vt.T @ (d / (d**2 + lam) * along)


@pytest.mark.parametrize("how", [{}, {"weighted": True}, {"intercept": False}, {"n": 40, "p": 60}], ids=str)
@pytest.mark.parametrize("sums", [True, False])
def test_every_set_chooses_its_ridge_by_its_own_rows(how, sums):
    folded = make(**how)
    sets = replace(folded.joint, statistics=folded.collect()) if sums and "p" not in how else folded.joint
    found = initial(sets, np.ones(sets.shape[1]), GRID, TEAM, **AT)
    for f, first in enumerate(found):
        lam, coef = by_hand(folded, f)
        assert first.fit.lambdas.tolist() == [lam]
        np.testing.assert_allclose(dense(first.fit)[0], coef, rtol=1e-6, atol=1e-9)
        assert first.kkt <= 1e-8


def test_least_squares():
    folded = make()
    ones = initial(TrainingSets.of_one(folded.full), np.ones(6), np.zeros(1), TEAM, **AT)
    A = folded.own(-1, folded.train[-1])
    expected = np.linalg.lstsq(np.column_stack([A, np.ones(len(A))]), folded.y)[0][:-1]
    np.testing.assert_allclose(dense(ones[0].fit)[0], expected, rtol=1e-8)
