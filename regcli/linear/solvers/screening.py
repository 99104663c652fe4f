"""Which columns outside the working sets can matter: gradients of all columns in all sets, as far as they must be known.

Between two residuals r and r' = αr + δ of a set the gradient of a column moves from g to αg + x'δ, within ‖x‖‖δ‖ of αg: while
that stays below the column's ℓ1 weight in every set the column need not be looked at. Unlike a strong rule this is never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import compiled
from regcli.numerics.executor import slices

if TYPE_CHECKING:
    from regcli.linear.objective.penalty import Penalty
    from regcli.linear.sets.training_sets import TrainingSets
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.numerics.executor import Executor

# Columns that are gathered for a product go through the cache in pieces of so many numbers.
GATHERED = 100_000
# ‖δ‖² is a difference; so much of ‖r‖ may be lost to cancellation.
LOST = 1e-7
# Residuals that gradients refer to take no more than this share of the design's bytes, or this many of them.
REFERENCES, FEWEST = 0.1, 4


@dataclass(frozen=True, slots=True)
class Scale:
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
    def of(cls, sets: TrainingSets) -> Scale:
        """Measure the sets of a shared design."""
        if sets.intercept:
            center, rms = sets.mean, sets.rms
        else:
            # nothing absorbs the sets' offsets: they are part of the columns
            center = sets.offset
            spread = np.sqrt(np.maximum(sets.rms**2 - sets.mean**2, 0.0))
            rms = np.where(center == 0, sets.rms, np.hypot(spread, sets.mean - center))
        live = rms > 0
        inverse = np.divide(1.0, sets.unit, out=np.zeros(rms.shape), where=live)
        return cls(np.ascontiguousarray(center), inverse, np.ascontiguousarray(rms * inverse))


class Screen:
    """What is known of the gradients of all columns in all sets, and how far it may be off."""

    def __init__(self, sets: TrainingSets, scale: Scale, penalty: Penalty, slack: FloatArray, executor: Executor) -> None:
        n, p, _, count = sets.shape
        self._sets, self._scale, self._penalty, self._slack, self._team = sets, scale, penalty, slack, executor
        bytes_ = sets.X.data.nbytes if sparse.issparse(sets.X) else sets.X.nbytes
        self._most = max(int(REFERENCES * bytes_ / (8 * n * count)), FEWEST)
        self._roots = np.sqrt(sets.S)
        # residuals of the sets, weighted by √s, that the gradients of the columns were taken from: stamp says from which
        self._references = np.zeros((count, 0, n))
        self._stamp = np.full(p, -1)
        self._known = np.zeros((count, p))
        self.gradient = np.zeros((count, p))

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
        every = range(len(residual))
        wanted = np.full(len(edge), not self._references.shape[1])
        for f in every if self._references.shape[1] else ():
            self._suspect(f, residual[f], edge, working[f], wanted)
        looked = self._look(residual, wanted)
        found = np.zeros_like(self.gradient)
        for f, inside in enumerate(working):
            beyond = self._pull(self.gradient[f, looked]) - edge[looked]
            found[f, looked] = np.where(beyond > self._slack[f, looked], beyond, 0.0)
            found[f, inside] = 0.0
        return found

    def _pull(self, gradient: FloatArray) -> FloatArray:
        return gradient if self._penalty.positive else np.abs(gradient)

    def _suspect(self, f: int, residual: FloatArray, edge: FloatArray, inside: IntArray, wanted: BoolArray) -> None:
        """Mark columns that may violate their condition in a set, as far as is known without looking; renews `gradient`."""
        references = self._references[f]
        inner = references @ residual
        square = np.einsum("ij,ij->i", references, references)
        alpha = np.divide(inner, square, out=np.zeros_like(inner), where=square > 0)
        total = float(residual @ residual)
        distance = np.sqrt(np.maximum(total - alpha * inner, 0.0)) + LOST * np.sqrt(total)
        limit = edge + 0.5 * self._slack[f]
        limit[inside] = np.inf
        if compiled.available:
            compiled.screen_suspects(
                self._stamp, alpha, distance, self._known[f], self._scale.rms[f], limit,
                positive=self._penalty.positive, gradient=self.gradient[f], suspect=wanted,
            )  # fmt: skip
            return
        np.multiply(alpha[self._stamp], self._known[f], out=self.gradient[f])
        wanted |= self._pull(self.gradient[f]) + distance[self._stamp] * self._scale.rms[f] > limit

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
        total, X = rows.sum(axis=0), self._sets.X
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
