"""Logistic and multinomial paths of all training sets together, for designs with many more rows than columns.

One blocked pass over the rows gives the gradients of every set. Each set then minimises its own quadratic model, whose curvature
is lagged: one weighted Gram matrix per block of rows, at the full set's fit, serves all sets, each taking the blocks it consists
of, and is renewed only when convergence slows. The next λ starts from the model's own prediction, corrected by what the last
prediction missed. A set that does not settle gets curvature of its own, and at last the guarded Newton method.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import newton, quadratic
from regcli.linear.solvers.base import Going, RowSolver, Task, Verdict, descend
from regcli.numerics.executor import PIECE

if TYPE_CHECKING:
    from regcli.linear.objective.losses import Loss
    from regcli.linear.objective.path import PathFit
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.objective.problem import Problem
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.executor import Executor

# What is aimed at, in units of `tol`; accuracy of a quadratic model's solution, and of a forecast, in units of the violation.
GOAL, INNER, FORECAST = 0.5, 0.01, 1e-4
# Two passes a λ are what fresh curvature takes. It is renewed when the passes beyond that have cost as much as renewing does;
# products of thin matrices run at about a tenth of the speed of the Gram matrix.
FRESH, THIN = 2, 10
# A set gets curvature of its own when a pass leaves more than this share of the violation; so many passes a λ are enough for any.
STALLED, MOST_PASSES = 0.3, 12
# The most coordinates that share lagged curvature; all curvatures together may take as many numbers as this.
MOST_COORDINATES, CURVATURES = 1200, 6e7


# Of |u| and of ½u² for every coordinate, (N,) each.
Weights = tuple["FloatArray", "FloatArray"]


@dataclass(frozen=True, slots=True)
class _Model:
    """Second-order model of one set in its own scaled coordinates, unpenalised coordinates (intercepts first) eliminated.

    Attributes
    ----------
    Q : ndarray (m, m)
        Schur complement on the bound coordinates.
    diagonal : ndarray (m,)
        Its diagonal, to which a ridge term is added in place.
    inverse : ndarray (l, l)
        Inverse of the block of the l free coordinates.
    along : ndarray (l, m)
        What a step of the bound coordinates moves the free ones by, negated.
    """

    Q: FloatArray
    diagonal: FloatArray
    inverse: FloatArray
    along: FloatArray


class _Walk:
    """The state of F sets: N = K + K·p coordinates each, the K intercepts first, then class by class."""

    def __init__(self, sets: TrainingSets, problem: Problem, penalty: Penalty, blocks: list[slice], executor: Executor) -> None:
        n, p, k, count = sets.shape
        self.sets, self.problem, self.penalty, self.executor = sets, problem, penalty, executor
        self.lead = k
        self.x = np.zeros((count, k + k * p))
        self.x[:, :k] = sets.null_intercept
        self.gradient = np.zeros_like(self.x)
        self.eta = np.empty((n, k))
        self.target, self.weights = np.ascontiguousarray(sets.Y.T), np.ascontiguousarray(sets.S.T)
        size = max(PIECE // p, 256)
        self.pieces = [
            (b, slice(start, min(start + size, block.stop)))
            for b, block in enumerate(blocks)
            for start in range(block.start, block.stop, size)
        ]
        full = sets.S[:, -1]
        # what share of a block's weight in the full set a set has; a block is in or out, or in part where folds overlap
        self.share = np.array([[s[b].sum() / total if (total := full[b].sum()) > 0 else 0.0 for b in blocks] for s in sets.S.T])
        unit = sets.rms / sets.unit
        scale = (unit[:, None, :] * sets.null_rms[:, :, None]).reshape(count, -1)
        self.scale = np.column_stack([sets.null_rms, scale])
        self.scale[self.scale == 0] = np.inf
        unpenalised = np.concatenate([np.full(k, sets.intercept), np.tile((penalty.factors == 0) & (not penalty.positive), k)])
        alive = np.column_stack([np.full((count, k), sets.intercept), np.tile(sets.rms > 0, (1, k))])
        self.free: list[IntArray] = [np.flatnonzero(unpenalised & a) for a in alive]
        self.bound: list[IntArray] = [np.flatnonzero(~unpenalised & a) for a in alive]
        self.models: list[_Model] = []

    def weights_at(self, lam: float) -> Weights:
        """The penalty's weights of all coordinates, (N,) each."""
        k, none = self.lead, np.zeros(self.lead)
        l1, l2 = (np.concatenate([none, np.tile(of(lam)[:, 0], k)]) for of in (self.penalty.l1, self.penalty.l2))
        return l1, l2

    def coefficients(self, which: IntArray) -> tuple[FloatArray, FloatArray]:
        """Intercepts (len(which), K) and coefficients (p, len(which), K) of the shared columns."""
        p, k = self.sets.shape[1:3]
        own = self.x[which, k:].reshape(len(which), k, p)
        return self.x[which, :k], (own / self.sets.unit[which][:, None, :]).transpose(2, 0, 1)

    def look(self, which: IntArray) -> None:
        """Gradients of some sets at where they are, by one pass over the rows."""
        sets = self.sets
        p, k = sets.shape[1:3]
        intercept, coef = self.coefficients(which)
        flat = _padded(coef.transpose(1, 2, 0).reshape(-1, p))
        base, weights = intercept.reshape(-1, 1), self.weights[which]
        with_full = which[-1] == sets.shape[3] - 1

        def work(piece: tuple[int, slice]) -> tuple[FloatArray, FloatArray]:
            rows = piece[1]
            x = sets.X[rows]
            eta = (flat @ x.T)[: len(base)]
            eta += base
            if with_full:
                self.eta[rows] = eta[-k:].T
            residual = np.zeros((len(flat), len(x)))
            mine = residual[: len(base)].reshape(len(which), k, -1)
            np.subtract(self.target[:, rows], _mean(sets.loss, eta.reshape(mine.shape)), out=mine)
            mine *= weights[:, None, rows]
            return residual @ x, residual.sum(axis=1)

        found = self.executor.map(work, self.pieces)
        slope = np.sum([part[0] for part in found], axis=0)[: len(base)].reshape(len(which), k, p)
        self.gradient[which, :k] = np.sum([part[1] for part in found], axis=0)[: len(base)].reshape(len(which), k)
        self.gradient[which, k:] = (slope / sets.unit[which][:, None, :]).reshape(len(which), -1)

    def violation(self, which: IntArray, weights: Weights) -> FloatArray:
        """The largest relative violation of every set at a λ with these weights, (len(which),)."""
        x, (l1, l2) = self.x[which], weights
        pull = self.gradient[which] - l2 * x
        at_zero = np.maximum((pull if self.penalty.positive else np.abs(pull)) - l1, 0.0)
        off = np.where(x == 0, at_zero, np.abs(pull - l1 * np.sign(x)))
        k = self.lead
        off[:, :k] = np.abs(pull[:, :k]) if self.sets.intercept else 0.0
        return np.asarray((off / self.scale[which]).max(axis=1))

    def renew(self) -> None:
        """Curvature of all sets from one pass at the full set's fit."""
        sets = self.sets
        weight = sets.S[:, -1]
        blocks = [np.zeros((self.x.shape[1], self.x.shape[1])) for _ in range(self.share.shape[1])]
        parts = self.executor.map(lambda piece: self._curvature(piece[1], self.eta[piece[1]], weight[piece[1]]), self.pieces)
        for (b, _), part in zip(self.pieces, parts, strict=True):
            blocks[b] += part
        stacked = np.array(blocks)
        self.models = self.executor.map(
            lambda f: self._model(f, np.tensordot(self.share[f], stacked, axes=1)), range(sets.shape[3])
        )

    def renew_own(self, f: int) -> None:
        """Curvature of one set at its own fit."""
        sets = self.sets
        k, s = self.lead, sets.S[:, f]
        intercept, coef = self.coefficients(np.array([f]))

        def work(piece: tuple[int, slice]) -> FloatArray:
            eta = sets.X[piece[1]] @ coef[:, 0] + intercept
            return self._curvature(piece[1], eta.reshape(-1, k), s[piece[1]])

        self.models[f] = self._model(f, np.sum(self.executor.map(work, self.pieces), axis=0))

    def _curvature(self, rows: slice, eta: FloatArray, s: FloatArray) -> FloatArray:
        """Second derivative of Σ s ℓ over some rows in the coordinates of the shared columns, (N, N)."""
        sets = self.sets
        p, k = sets.shape[1:3]
        x = sets.X[rows]
        mean = sets.loss.mean(eta)
        H = np.empty((k + k * p, k + k * p))
        for i in range(k):
            for j in range(i, k):
                h = s * sets.loss.curvature(mean, i, j)
                at_i, at_j = slice(k + i * p, k + (i + 1) * p), slice(k + j * p, k + (j + 1) * p)
                if i == j:
                    # a product with its own transpose takes half the work
                    root = x * np.sqrt(h)[:, None]
                    H[at_i, at_i] = root.T @ root
                else:
                    H[at_i, at_j] = x.T @ (x * h[:, None])
                    H[at_j, at_i] = H[at_i, at_j].T
                H[i, j] = H[j, i] = h.sum()
                sums = h @ x
                H[i, at_j] = H[at_j, i] = sums
                H[j, at_i] = H[at_i, j] = sums
        return H

    def _model(self, f: int, H: FloatArray) -> _Model:
        """The model of set f from the curvature in shared columns."""
        p, k = self.sets.shape[1:3]
        unit = np.concatenate([np.ones(k), np.tile(self.sets.unit[f], k)])
        H = H / unit
        H /= unit[:, None]
        free, bound = self.free[f], self.bound[f]
        if k > 1:
            newton.fix_gauge(H, free, np.concatenate([np.zeros(k, dtype=int), 1 + np.tile(np.arange(p), k)]))
        corner = H[np.ix_(free, free)]
        inverse = quadratic.solve_smooth(corner, np.eye(len(free))) if len(free) else corner
        cross = H[np.ix_(free, bound)]
        along = inverse @ cross
        Q = H[np.ix_(bound, bound)]
        Q -= cross.T @ along
        return _Model(np.ascontiguousarray(Q), np.diag(Q).copy(), inverse, along)

    def step(self, f: int, weights: Weights, accuracy: float) -> int:
        """Move set f to the minimiser of its model plus penalty; sweeps taken."""
        model, free, bound = self.models[f], self.free[f], self.bound[f]
        x, gradient = self.x[f], self.gradient[f]
        now, l1, l2 = x[bound], weights[0][bound], weights[1][bound]
        # in the Schur complement what the free coordinates will make up for is taken out of the gradient
        pull = gradient[bound] - model.along.T @ gradient[free]
        smooth = self.penalty.l1_ratio == 0 and not self.penalty.positive
        use = np.flatnonzero((now != 0) | ((pull if self.penalty.positive else np.abs(pull)) > l1) | smooth)
        moved, sweeps = np.zeros_like(now), 0
        if len(use):
            Q = model.Q if 2 * len(use) > len(bound) else model.Q[np.ix_(use, use)]
            if len(Q) == len(bound):
                use = np.arange(len(bound))
                np.fill_diagonal(Q, model.diagonal + l2)
            elif l2.any():
                Q.flat[:: len(Q) + 1] = (model.diagonal + l2)[use]
            q = Q @ now[use] + pull[use] - l2[use] * now[use]
            moved[use], sweeps = quadratic.solve(
                Q, q, l1[use], np.full(len(use), smooth), positive=self.penalty.positive, start=now[use],
                slack=accuracy * self.scale[f, bound[use]], max_sweeps=1000,
            )  # fmt: skip
        self.x[f, free] += model.inverse @ gradient[free] - model.along @ (moved - now)
        self.x[f, bound] = moved
        return sweeps

    def refined(self, sure: IntArray, weights: Weights, accuracy: float) -> FloatArray:
        """Where one more step of the models of those sets leads whose last step was a good one, (F, N).

        The gradients of the last pass are at hand, so that it costs no look at the rows and takes the point about as much closer
        as the last pass did. The walk itself stays where its gradients are.
        """
        here = self.x.copy()
        self.executor.map(lambda f: self.step(f, weights, accuracy), sure.tolist())
        there, self.x = self.x, here
        return there

    def finish(self, f: int, lam: float, tol: float, max_iter: int) -> int:
        """The guarded Newton method for one set at one λ, from where it is."""
        sets = self.sets
        k = self.lead
        alone = replace(
            self.problem, s=sets.S[:, f], rms=sets.rms[f], null_intercept=sets.null_intercept[f], null_rms=sets.null_rms[f]
        )
        penalty = replace(self.penalty, unit=sets.unit[f])
        intercept, coef = self.coefficients(np.array([f]))
        state, steps = newton.converge(alone, penalty, lam, newton.State.at(alone, intercept[0], coef[:, 0]), tol, max_iter)
        self.x[f, :k] = state.intercept
        self.x[f, k:] = (state.coef * sets.unit[f][:, None]).T.ravel()
        return steps


def _padded(rows: FloatArray) -> FloatArray:
    """Rows of zeros appended up to a multiple of eight: thin products run at the speed of the next full kernel."""
    return np.vstack([rows, np.zeros((-len(rows) % 8, rows.shape[1]))])


def _mean(loss: Loss, eta: FloatArray) -> FloatArray:
    """Means for linear predictors with the outputs in the middle, (sets, K, rows)."""
    count, k, rows = eta.shape
    if k == 1:
        return loss.mean(eta)
    return loss.mean(eta.transpose(0, 2, 1).reshape(-1, k)).reshape(count, rows, k).transpose(0, 2, 1)


class LaggedNewton(RowSolver):
    """Quadratic models with curvature that all sets share and that is renewed only when convergence slows."""

    name = "lagged-newton"

    def suits(self, sets: TrainingSets, task: Task, executor: Executor) -> Verdict:  # noqa: ARG002
        n, p, k, count = sets.shape
        if sets.loss.name == "squared" or count == 1 or sparse.issparse(sets.X):
            return Verdict(False, "")
        coordinates = k + k * p
        if n < 2 * coordinates / k or coordinates > MOST_COORDINATES or count * coordinates**2 > CURVATURES:
            return Verdict(False, "")
        return Verdict(True, f"{n:,} rows × {p:,} columns: all folds in one pass over the rows, with shared curvature")

    def paths(self, sets: TrainingSets, task: Task, executor: Executor) -> list[PathFit]:
        walk = _Walk(sets, sets.problem, task.penalty, list(sets.blocks), executor)
        p, k, count = sets.shape[1:]
        every, goal = np.arange(count), GOAL * task.tol
        points: list[FloatArray] = []
        iterations: list[IntArray] = []
        missed, going, walked = np.zeros_like(walk.x), Going(task, count), np.zeros(count, dtype=np.int64)
        walk.look(every)
        walk.renew()
        # products of p × p against those of p × (sets · K), two of them a pass
        patience, beyond = (k + 1) * p / (4 * THIN * count), 0

        def step(part: slice) -> None:
            nonlocal missed, beyond
            lam = float(task.lambdas[part.start])
            weights = walk.weights_at(lam)
            if beyond > patience:
                walk.renew()
                beyond = 0
            ahead = going.on.copy()
            taken, passes, missed, sure = _converge(walk, lam, weights, goal, task.tol, task.max_iter, missed, ahead)
            beyond += max(passes - FRESH, 0)
            points.append(walk.refined(sure, weights, INNER * goal))
            iterations.append(taken)
            for f in np.flatnonzero(ahead).tolist():
                going.note(f, np.flatnonzero(points[-1][f, k:].reshape(k, p).any(axis=0)))
                walked[f] += 1

        descend(step, task.lambdas, task.ending, lambda _: [sets.problem.objective(walk.eta)], sets=count, going=going)
        path, steps = np.array(points), np.array(iterations)
        return [_path(sets, f, task.lambdas, path[:end, f], steps[:end, f]) for f, end in enumerate(walked.tolist())]


def _path(sets: TrainingSets, f: int, lambdas: FloatArray, points: FloatArray, iterations: IntArray) -> PathFit:
    """What a set was at every λ, (l, K + K·p), as a path."""
    p, k = sets.shape[1:3]
    coef = points[:, k:].reshape(len(points), k, p).transpose(0, 2, 1)
    columns = np.flatnonzero((coef != 0).any(axis=(0, 2)))
    return sets.fit(f, lambdas, points[:, :k], columns, np.ascontiguousarray(coef[:, columns]), iterations)


def _converge(
    walk: _Walk, lam: float, weights: Weights, goal: float, tol: float, max_iter: int, missed: FloatArray, going: BoolArray
) -> tuple[IntArray, int, FloatArray, IntArray]:
    """All sets that go on at one λ.

    Returns
    -------
    taken, passes : int ndarray (F,), int
        Passes of every set, and the most that any needed in lockstep.
    missed : ndarray (F, N)
        What the prediction missed.
    sure : int ndarray
        The sets whose last pass took most of the violation away.
    """
    every = np.arange(len(walk.x))
    taken, trouble = np.zeros((2, len(every)), dtype=np.int64)
    before = walk.violation(every, weights)
    best, where, slope = before.copy(), walk.x.copy(), walk.gradient.copy()
    todo = every[(before > goal) & going]
    predicted = walk.x.copy()
    passes, left = 0, np.ones(len(every))
    while len(todo):
        accuracy = np.maximum((INNER if passes else FORECAST) * before, 0.1 * goal)
        walk.executor.map(lambda f: walk.step(f, weights, float(accuracy[f])), todo.tolist())  # noqa: B023 - used at once
        if not passes:
            predicted = walk.x.copy()
            _correct(walk, missed, todo)
        walk.look(todo)
        passes += 1
        taken[todo] += 1
        now = np.zeros(len(every))
        now[todo] = walk.violation(todo, weights)
        left[todo] = now[todo] / before[todo]
        better = todo[now[todo] < best[todo]]
        best[better], where[better], slope[better] = now[better], walk.x[better], walk.gradient[better]
        # a step that did not help is taken back; with curvature of its own the set tries again, and then with a line search
        slow = (now > goal) & ((now > STALLED * before) & (passes > 1) | (now > best) | (passes >= MOST_PASSES))
        trouble[slow] += 1
        for f in np.flatnonzero(slow).tolist():
            walk.x[f], walk.gradient[f], now[f] = where[f], slope[f], best[f]
            if trouble[f] == 1 and passes < MOST_PASSES:
                walk.renew_own(f)
                continue
            taken[f] += walk.finish(f, lam, tol, max_iter)
            walk.look(np.unique([f, len(every) - 1]))
            now[f], left[f] = 0.0, 1.0
        before = now
        todo = todo[now[todo] > goal]
    return taken, passes, walk.x - predicted, every[left <= STALLED]


def _correct(walk: _Walk, missed: FloatArray, todo: IntArray) -> None:
    """Add to the predictions what the last ones missed, where that changes no sign."""
    for f in todo.tolist():
        x, k = walk.x[f], walk.lead
        better = x + missed[f]
        keep = (x != 0) & (np.sign(better) == np.sign(x))
        keep[:k] = walk.sets.intercept
        x[keep] = better[keep]
