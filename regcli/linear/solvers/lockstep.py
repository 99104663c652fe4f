"""Squared loss with an ℓ1 term or a sign constraint: the paths of all training sets together, for designs of many columns.

The cost of such a path is looking at the columns that take no part in it. All sets walk down together: one product of the
design with the residuals of all of them serves every set, and only for the columns that can matter. Between two residuals r and
r' = αr + δ of a set the gradient of a column moves from g to αg + x'δ, within ‖x‖‖δ‖ of αg: while that stays below the
column's ℓ1 weight in every set the column need not be looked at. Unlike a strong rule this is never wrong. Each set is solved
on the Gram matrix of its own few columns by `ActiveSet`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import compiled
from regcli.linear.kernels.homotopy import GROWTH, ActiveSet
from regcli.linear.objective.penalty import target_violation
from regcli.numerics.executor import PIECE, slices
from regcli.pace import fitted

if TYPE_CHECKING:
    from regcli.linear.objective.grid import Ending
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import Joint
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.numerics.executor import Executor

# Columns that are gathered for a product go through the cache in pieces of so many numbers.
GATHERED = 100_000
# ‖δ‖² is a difference; so much of ‖r‖ may be lost to cancellation.
LOST = 1e-7
# Residuals that gradients refer to take no more than this share of the design's bytes, or this many of them.
REFERENCES, FEWEST = 0.1, 4
# Columns that violate their condition join the worst first, no more than this many or this share of those in use at a time.
JOINING, JOINING_SHARE = 200, 0.5
# Columns of a product with the working columns that are worth a thread.
THIN = 32
# The walks of sets with fewer columns in their support are too short for threads, or where they are not compiled hold the
# interpreter: threads would only wait for one another.
LIGHT, LARGE = 20, 800


@dataclass(frozen=True, slots=True)
class _Scale:
    """The sets' own columns: (shared - center) × inverse.

    Attributes
    ----------
    center, inverse, rms : ndarray (F, p)
        `inverse` and `rms`, the root mean square of the set's own column, are 0 where the column carries nothing.
    """

    center: FloatArray
    inverse: FloatArray
    rms: FloatArray

    @classmethod
    def of(cls, joint: Joint) -> _Scale:
        if joint.intercept:
            center, rms = joint.mean, joint.rms
        else:
            # nothing absorbs the sets' offsets: they are part of the columns
            center = joint.offset
            spread = np.sqrt(np.maximum(joint.rms**2 - joint.mean**2, 0.0))
            rms = np.where(center == 0, joint.rms, np.hypot(spread, joint.mean - center))
        live = rms > 0
        inverse = np.divide(1.0, joint.unit, out=np.zeros_like(rms), where=live)
        return cls(center, inverse, rms * inverse)


class _Columns:
    """The columns any set works with, side by side as they stand in the design."""

    def __init__(self, joint: Joint) -> None:
        n, p = joint.X.shape
        self._joint, self._sparse = joint, sparse.issparse(joint.X)
        self._held = np.zeros(0, dtype=np.int64)
        self._room = np.empty((n, 0), order="F")
        self.place = np.full(p, -1)
        self.matrix: Matrix = joint.X[:, self._held]

    def include(self, wanted: IntArray) -> None:
        """Add the wanted columns that are not in yet."""
        new = wanted[self.place[wanted] < 0]
        if not len(new):
            return
        old, size = len(self._held), len(self._held) + len(new)
        self.place[new] = np.arange(old, size)
        self._held = np.concatenate([self._held, new])
        if self._sparse:
            self.matrix = self._joint.X[:, self._held]
            return
        if size > self._room.shape[1]:
            room = np.empty((len(self._room), int(GROWTH * size)), order="F")
            room[:, :old] = self._room[:, :old]
            self._room = room
        self._room[:, old:size] = self._joint.X[:, new]
        self.matrix = self._room[:, :size]

    def grams(self, working: list[IntArray], joining: list[IntArray], scale: _Scale, executor: Executor) -> list[FloatArray]:
        """Gram matrices of the columns that work in a set, new ones last, with the new ones; one product for all sets."""
        n = len(self._joint.S)
        blocks = [np.empty((len(left), len(right))) for left, right in zip(working, joining, strict=True)]
        every = np.concatenate(joining)
        owner = np.repeat(np.arange(len(joining)), [len(right) for right in joining])
        starts = np.concatenate([[0], np.cumsum([len(right) for right in joining])])

        def work(part: slice) -> None:
            some, sets = every[part], owner[part]
            x = self.matrix[:, self.place[some]]
            x = (x.toarray() if self._sparse else x) - scale.center[sets, some]
            x *= self._joint.S[:, sets]
            x *= scale.inverse[sets, some]
            cross, total = np.asarray(self.matrix.T @ x), x.sum(axis=0)
            for f in np.unique(sets).tolist():
                here, left = np.flatnonzero(sets == f), working[f]
                first = part.start + int(here[0]) - int(starts[f])
                block = cross[np.ix_(self.place[left], here)] - np.outer(scale.center[f, left], total[here])
                blocks[f][:, first : first + len(here)] = block * scale.inverse[f, left][:, None]

        executor.map(work, slices(len(every), min(PIECE // n, THIN)))
        return blocks


class _Screen:
    """What is known of the gradients of all columns in all sets, and how far it may be off."""

    def __init__(self, joint: Joint, scale: _Scale, penalty: Penalty, slack: FloatArray, executor: Executor) -> None:
        n, p, _, sets = joint.shape
        self._joint, self._scale, self._penalty, self._slack, self._team = joint, scale, penalty, slack, executor
        bytes_ = joint.X.data.nbytes if sparse.issparse(joint.X) else joint.X.nbytes
        self._most = max(int(REFERENCES * bytes_ / (8 * n * sets)), FEWEST)
        self._roots = np.sqrt(joint.S)
        # residuals of the sets, weighted by √s, that the gradients of the columns were taken from: stamp says from which
        self._references = np.zeros((sets, 0, n))
        self._stamp = np.full(p, -1)
        self._known = np.zeros((sets, p))
        self.gradient = np.zeros((sets, p))

    def violations(self, residual: FloatArray, tau: float, working: list[IntArray]) -> FloatArray:
        """By how much columns outside the working sets violate their conditions, zero within the slack; (F, p).

        Parameters
        ----------
        residual : ndarray (F, n)
            Weighted by √s.
        tau : float
            λρ.
        working : list of int ndarray
            The columns of every set's own working set.
        """
        edge = tau * self._penalty.factors
        sets = range(len(residual))
        wanted: BoolArray = np.logical_or.reduce([self._suspects(f, residual[f], edge, working[f]) for f in sets])
        looked = self._look(residual, wanted)
        found = np.zeros_like(self.gradient)
        for f, inside in enumerate(working):
            beyond = self._pull(self.gradient[f, looked]) - edge[looked]
            found[f, looked] = np.where(beyond > self._slack[f, looked], beyond, 0.0)
            found[f, inside] = 0.0
        return found

    def _pull(self, gradient: FloatArray) -> FloatArray:
        return gradient if self._penalty.positive else np.abs(gradient)

    def _suspects(self, f: int, residual: FloatArray, edge: FloatArray, inside: IntArray) -> BoolArray:
        """Which columns may violate their condition in a set, as far as is known without looking; renews `gradient`."""
        if not self._references.shape[1]:
            return np.ones(len(edge), dtype=bool)
        references = self._references[f]
        inner = references @ residual
        square = np.einsum("ij,ij->i", references, references)
        alpha = np.divide(inner, square, out=np.zeros_like(inner), where=square > 0)
        total = float(residual @ residual)
        distance = np.sqrt(np.maximum(total - alpha * inner, 0.0)) + LOST * np.sqrt(total)
        np.multiply(alpha[self._stamp], self._known[f], out=self.gradient[f])
        reach = self._pull(self.gradient[f])
        reach += distance[self._stamp] * self._scale.rms[f]
        suspect: BoolArray = reach > edge + 0.5 * self._slack[f]
        suspect[inside] = False
        return suspect

    def _look(self, residual: FloatArray, wanted: BoolArray) -> IntArray:
        """Take the gradients of the wanted columns from the rows; returns those that were looked at."""
        uses = np.bincount(self._stamp[~wanted], minlength=self._references.shape[1])
        idle = np.flatnonzero(uses == 0)
        if not len(idle):
            if len(uses) < self._most:
                grown = np.zeros((len(residual), min(2 * len(uses) + 4, self._most), residual.shape[1]))
                grown[:, : len(uses)] = self._references
                slot, self._references = len(uses), grown
            else:
                # the reference that serves the fewest columns makes room
                slot = int(uses.argmin())
                wanted = wanted | (self._stamp == slot)
        else:
            slot = int(idle[0])
        columns = np.flatnonzero(wanted)
        if not len(columns):
            return columns
        self._references[:, slot] = residual
        self._stamp[columns] = slot
        rows = np.ascontiguousarray(self._roots * residual.T)
        total, X = rows.sum(axis=0), self._joint.X
        n = len(rows)
        transposed = X.T

        def work(part: slice) -> None:
            some = columns[part]
            consecutive = int(some[-1]) - int(some[0]) + 1 == len(some)
            x = transposed[int(some[0]) : int(some[-1]) + 1] if consecutive else transposed[some]
            product = (x @ rows).T - self._scale.center[:, some] * total[:, None]
            product *= self._scale.inverse[:, some]
            self._known[:, some] = self.gradient[:, some] = product

        size = -(-len(columns) // 8) if sparse.issparse(X) else GATHERED // n
        self._team.map(work, slices(len(columns), size))
        return columns


class _Member:
    """One training set: its working columns, and where its path has got to."""

    def __init__(self, f: int, scale: _Scale, q: FloatArray, slack: FloatArray, penalty: Penalty, tolerable: float) -> None:
        self._f, self._scale, self._q, self._slack, self._penalty = f, scale, q, slack, penalty
        self.solver = ActiveSet(positive=penalty.positive, tolerable=tolerable)
        self.failure = ""
        # the first point that a failure spoils
        self._lost = 0
        self._points: list[tuple[IntArray, FloatArray, int]] = []

    def include(self, new: IntArray, block: FloatArray) -> None:
        """Work with more columns; `block` is their Gram matrix with all of them."""
        self.solver.extend(new, block, self._q[new], self._penalty.factors[new], self._slack[new])

    def solve(self, start: float | None, end: float, ridge: float, most: int) -> int:
        """Move to the optimum on the working columns; breaks and sweeps taken."""
        if self.failure:
            return 0
        try:
            return self.solver.solve(max(end, self.solver.bound()) if start is None else start, end, ridge, most)
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            self.failure = f"{type(error).__name__}: {error}"
            return 0

    def shared(self) -> tuple[IntArray, FloatArray]:
        """Columns with coefficients, and these in the shared columns."""
        live = np.flatnonzero(self.solver.coef)
        columns = self.solver.columns[live]
        return columns, self.solver.coef[live] * self._scale.inverse[self._f, columns]

    def remember(self, taken: int) -> None:
        """Keep the present point as the next of the path."""
        live = np.flatnonzero(self.solver.coef)
        self._points.append((self.solver.columns[live], self.solver.coef[live], taken))
        self._lost += not self.failure

    def path(self, joint: Joint, lambdas: FloatArray) -> PathFit:
        """What was remembered, in the set's own scaled columns as they came."""
        columns = np.unique(np.concatenate([point[0] for point in self._points]))
        coef = np.zeros((len(self._points), len(columns), 1))
        for i, (here, b, _) in enumerate(self._points):
            coef[i, np.searchsorted(columns, here), 0] = b
        f = self._f
        scale = joint.mean[f, columns] * self._scale.inverse[f, columns]
        intercept = joint.null_intercept[f] - np.tensordot(coef, scale, axes=(1, 0))
        fit = joint.fit(f, lambdas, intercept, columns, coef, np.array([point[2] for point in self._points]))
        if not joint.intercept:
            fit = replace(fit, intercept=np.zeros_like(fit.intercept))
        if self.failure:
            fit.intercept[self._lost :] = np.nan
            fit.coef[self._lost :] = np.nan
            fit = replace(fit, failure=self.failure)
        return fit


class _Walk:
    """All sets on their way down."""

    def __init__(self, joint: Joint, penalty: Penalty, tol: float, executor: Executor) -> None:
        self.joint, self.penalty, self.executor = joint, penalty, executor
        self.scale = _Scale.of(joint)
        slack = target_violation(tol) * self.scale.rms * joint.null_rms
        self.store = _Columns(joint)
        self._roots = np.sqrt(joint.S).T
        self._target = self._roots * (joint.Y[:, 0] - joint.null_intercept)
        self.residual = self._target.copy()
        self.screen = _Screen(joint, self.scale, penalty, slack, executor)
        self.screen.violations(self.residual, 0.0, [np.zeros(0, dtype=np.int64)] * len(slack))
        q = self.screen.gradient.copy()
        tolerable = max(0.5 * tol / target_violation(tol), 1.0)
        self.members = [_Member(f, self.scale, q[f], slack[f], penalty, tolerable) for f in range(len(q))]

    def violations(self, tau: float) -> FloatArray:
        """By how much columns outside the working sets violate their conditions, (F, p)."""
        return self.screen.violations(self.residual, tau, [member.solver.columns for member in self.members])

    def solve(self, joining: list[IntArray], start: float | None, end: float, ridge: float, budget: IntArray) -> IntArray:
        """Let columns join and solve every set that has a budget; breaks and sweeps taken, (F,)."""
        self.store.include(np.unique(np.concatenate(joining)))
        working = [np.concatenate([member.solver.columns, new]) for member, new in zip(self.members, joining, strict=True)]
        for member, new, block in zip(
            self.members, joining, self.store.grams(working, joining, self.scale, self.executor), strict=True
        ):
            member.include(new, block)

        def work(f: int) -> int:
            return self.members[f].solve(start, end, ridge, int(budget[f])) if budget[f] else 0

        heavy = max(member.solver.support for member in self.members) > (LIGHT if compiled.available else LARGE)
        sets = range(len(self.members))
        taken: IntArray = np.array(self.executor.map(work, sets) if heavy else [work(f) for f in sets])
        self._renew()
        return taken

    def _renew(self) -> None:
        """Residuals of all sets."""
        shared = np.zeros((self.store.matrix.shape[1], len(self.members)))
        shift = np.zeros(len(self.members))
        for f, member in enumerate(self.members):
            columns, b = member.shared()
            shared[self.store.place[columns], f] = b
            shift[f] = self.scale.center[f, columns] @ b
        eta = np.asarray(self.store.matrix @ shared) - shift
        self.residual = self._target - self._roots * eta.T


def _worst(violation: FloatArray, in_use: int) -> IntArray:
    """The columns that join: those that violate their condition, if there are too many the worst."""
    found = np.flatnonzero(violation)
    most = max(JOINING, int(JOINING_SHARE * in_use))
    if len(found) <= most:
        return found
    return np.sort(found[np.argsort(-violation[found], kind="stable")[:most]])


def wide_paths(
    joint: Joint, penalty: Penalty, lambdas: FloatArray, tol: float, max_iter: int, ending: Ending | None, executor: Executor
) -> list[PathFit]:
    """Walk all sets down a path.

    Parameters
    ----------
    joint : Joint
        Squared loss; dense or sparse; the full set last.
    penalty : Penalty
        With an ℓ1 term or a sign constraint.
    lambdas : ndarray (L,)
        Descending.
    tol, max_iter : float, int
        As for `solve_path`; iterations are changes of the support, or sweeps of coordinate descent.
    stops : bool
        Where the full set's path is saturated, all end.
    executor : Executor

    Returns
    -------
    list of PathFit
        One for each set, in its own scaled columns as they came.
    """
    walk = _Walk(joint, penalty, tol, executor)
    sets, scale = range(joint.shape[3]), walk.scale
    free = (penalty.factors == 0) & (not penalty.positive)
    if free.any():
        every = np.full(len(sets), max_iter)
        walk.solve([np.flatnonzero(free & (scale.inverse[f] > 0)) for f in sets], 0.0, 0.0, 0.0, every)
        walk.violations(0.0)
    objectives: list[float] = []
    before: float | None = None
    for lam in lambdas:
        tau, ridge = float(lam) * penalty.l1_ratio, float(lam) * (1.0 - penalty.l1_ratio)
        taken = np.zeros(len(sets), dtype=np.int64)
        gradient = walk.screen.gradient if penalty.positive else np.abs(walk.screen.gradient)
        found = np.maximum(gradient - tau * penalty.factors, 0.0)
        start, todo = before, np.ones(len(sets), dtype=bool)
        while True:
            joining = []
            for f, member in enumerate(walk.members):
                found[f, slice(None) if member.failure else member.solver.columns] = 0.0
                joining.append(_worst(found[f], len(member.solver.columns)))
            taken += walk.solve(joining, start, tau, ridge, np.where(todo, max_iter - taken, 0))
            found = walk.violations(tau)
            todo = found.any(axis=1) & (taken < max_iter) & [not member.failure for member in walk.members]
            if not todo.any():
                break
            start = tau
        for member, count in zip(walk.members, taken.tolist(), strict=True):
            member.remember(count)
        before = tau
        fitted(len(sets))
        if ending is not None:
            objectives.append(0.5 * float(walk.residual[-1] @ walk.residual[-1]))
            if ending.reached(objectives):
                break
    return [member.path(joint, lambdas) for member in walk.members]
