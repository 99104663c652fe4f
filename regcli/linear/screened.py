"""Logistic and multinomial paths of all training sets together, for wide or sparse designs.

Every set holds a compact copy of the few columns that ever take part in its own path, and is solved there by the guarded Newton
method. What is shared is the expensive part: one product of the design with the residuals of all sets tells which columns must
join, at every λ for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear import newton
from regcli.linear.grid import saturated
from regcli.linear.joint import products

if TYPE_CHECKING:
    from regcli.data.types import BoolArray, FloatArray, IntArray
    from regcli.linear.joint import Joint, Team
    from regcli.linear.paths import PathFit
    from regcli.linear.penalty import Penalty
    from regcli.linear.problem import Problem

# What is aimed at, as a share of `tol`.
GOAL = 0.2


class _Set:
    """One training set: its rows, its working columns in its own scale, and where its path has got to."""

    def __init__(self, joint: Joint, problem: Problem, penalty: Penalty, f: int) -> None:
        self._joint, self._penalty, self._f = joint, penalty, f
        k = joint.shape[2]
        self.rows = np.flatnonzero(joint.S[:, f] > 0)
        # rows of a compressed sparse column matrix are dear to select: there the others stay, with weight zero
        if sparse.issparse(joint.X):
            self.rows = np.arange(joint.shape[0])
        self.columns: IntArray = np.zeros(0, dtype=np.int64)
        self._room = np.empty((len(self.rows), 0), order="F")
        self.problem = replace(
            problem,
            X=self._fresh(self.columns),
            Y=joint.Y[self.rows],
            s=joint.S[self.rows, f],
            weight_sum=float(joint.weight_sums[f]),
            center=np.zeros(0),
            rms=np.zeros(0),
            null_intercept=joint.null_intercept[f],
            null_rms=joint.null_rms[f],
        )
        self.penalty = replace(penalty, factors=np.zeros(0))
        self.state = newton.State.at(self.problem, joint.null_intercept[f], np.zeros((0, k)))
        self._points: list[tuple[FloatArray, FloatArray, int]] = []

    def _fresh(self, new: IntArray) -> FloatArray:
        joint, f = self._joint, self._f
        if sparse.issparse(joint.X):
            return sparse.csc_array(joint.X[:, new].multiply(1.0 / joint.unit[f, new]))
        return joint.X[np.ix_(self.rows, new)] / joint.unit[f, new]

    def include(self, wanted: IntArray) -> None:
        """Add columns to the working ones; those that are in already stay where they are."""
        new = np.setdiff1d(wanted, self.columns)
        if not len(new):
            return
        joint, f = self._joint, self._f
        old, fresh = len(self.columns), self._fresh(new)
        self.columns = np.concatenate([self.columns, new])
        size = len(self.columns)
        if sparse.issparse(fresh):
            X = sparse.csc_array(sparse.hstack([self.problem.X, fresh], format="csc"))
        else:
            if size > self._room.shape[1]:
                room = np.empty((len(self.rows), size + size // 2), order="F")
                room[:, :old] = self._room[:, :old]
                self._room = room
            self._room[:, old:size] = fresh
            X = self._room[:, :size]
        self.problem = replace(
            self.problem, X=X, center=joint.center(f, self.columns), rms=(joint.rms[f] / joint.unit[f])[self.columns]
        )
        self.penalty = replace(self.penalty, factors=self._penalty.factors[self.columns])
        k = joint.shape[2]
        coef = np.concatenate([self.state.coef, np.zeros((len(new), k))])
        gradient = np.concatenate([self.state.gradient, replace(self.problem, X=fresh, center=self.problem.center[old:]).tdot(
            self.problem.Y - self.state.mean)])  # fmt: skip
        self.state = replace(self.state, coef=coef, gradient=gradient)

    def converge(self, lam: float, tol: float, max_iter: int) -> int:
        """Newton steps on the working columns at one λ."""
        self.state, steps = newton.converge(self.problem, self.penalty, lam, self.state, tol, max_iter, goal=GOAL * tol)
        return steps

    def residual(self, out: FloatArray) -> None:
        """Weighted residuals on the set's rows, into (n, K)."""
        out[self.rows] = self.problem.s[:, None] * (self.problem.Y - self.state.mean)

    def remember(self, steps: int) -> None:
        """Keep the present point as the next of the path."""
        # at zero of the shared columns, which sparse ones are not centred at
        self._points.append((self.state.intercept - self.problem.center @ self.state.coef, self.state.coef, steps))

    def path(self, lambdas: FloatArray) -> PathFit:
        """What was remembered, in the set's own scaled columns as they came."""
        joint, f = self._joint, self._f
        length, order = len(self._points), np.argsort(self.columns)
        coef = np.zeros((length, len(self.columns), joint.shape[2]))
        for i, (_, b, _) in enumerate(self._points):
            coef[i, : len(b)] = b
        live = order[(coef != 0).any(axis=(0, 2))[order]]
        columns, coef = self.columns[live], coef[:, live]
        return joint.fit(
            f, lambdas, np.array([point[0] for point in self._points]), columns, coef, np.array([point[2] for point in self._points])
        )


def screened_paths(
    joint: Joint,
    problem: Problem,
    penalty: Penalty,
    lambdas: FloatArray,
    *,
    tol: float,
    max_iter: int,
    stops: bool,
    team: Team,
) -> list[PathFit]:
    """Walk all sets down a path.

    Parameters
    ----------
    joint : Joint
        Dense or sparse; the full set last.
    problem : Problem
        The full set.
    penalty : Penalty
        With an ℓ1 term or a sign constraint.
    lambdas : ndarray (L,)
        Descending.
    tol, max_iter, stops : float, int, bool
        As for `solve_path`.
    team : Team

    Returns
    -------
    list of PathFit
        One for each set, in its own scaled columns as they came.
    """
    n, _, k, sets = joint.shape
    members = [_Set(joint, problem, penalty, f) for f in range(sets)]
    residual = np.zeros((n, sets, k))
    scale = (joint.rms / joint.unit)[:, :, None] * joint.null_rms[:, None, :]
    free = (penalty.factors == 0) & (not penalty.positive)
    null = problem.null_objective()
    explained: list[float] = []

    def look() -> FloatArray:
        """Gradients in the sets' own columns, (F, p, K)."""
        for f, member in enumerate(members):
            member.residual(residual[:, f])
        return products(joint, residual, team) / joint.unit[:, :, None]

    gradient = look()
    for lam in lambdas:
        l1 = penalty.l1(float(lam))
        taken = np.zeros(sets, dtype=np.int64)
        wanted: BoolArray = ((gradient if penalty.positive else np.abs(gradient)) > l1) | free[:, None]
        todo = np.arange(sets)
        while len(todo):
            candidates = (wanted & (scale > 0)).any(axis=2)

            def work(f: int) -> int:
                members[f].include(np.flatnonzero(candidates[f]))  # noqa: B023 - used at once
                return members[f].converge(float(lam), tol, max_iter)  # noqa: B023

            taken[todo] += np.array(team.map(work, todo.tolist()))
            gradient = look()
            pull = gradient if penalty.positive else np.abs(gradient)
            wanted = pull - l1 > GOAL * tol * scale
            for f, member in enumerate(members):
                wanted[f, member.columns] = False
            todo = np.flatnonzero(wanted.any(axis=(1, 2)))
        for member, steps in zip(members, taken.tolist(), strict=True):
            member.remember(steps)
        if stops:
            explained.append(1.0 - problem.objective(members[-1].state.eta) / null if null > 0 else 1.0)
            if saturated(explained):
                break
    return [member.path(lambdas) for member in members]
