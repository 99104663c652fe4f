"""Penalised least squares on a growing list of columns, kept at its optimum while the penalty moves.

    minimise  ½ b'Qb - q'b + τ Σ_j v_j |b_j|     (b_j >= 0 where constrained)

As (q, τ) moves along a straight line the optimum moves along a broken one: between two changes of the support it is linear, in
the direction Q⁻¹ of the support gives (Osborne, Presnell & Turlach 2000; Efron et al. 2004). Walking from break to break is exact
and costs a few products of a matrix with a vector each. Where the walk meets dependent columns or loses its digits,
coordinate descent (`quadratic.solve`) takes over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.blas import dger
from scipy.linalg.lapack import dpotrf, dpotri

from regcli.linear.kernels import compiled, quadratic

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray

# A column that the support explains but for this share of its square depends on it.
DEPENDENT = 1e-10
# So many breaks without any way between them are a tie that will not be broken.
MOST_IDLE = 50
# Room grows by this: a matrix that is copied now and then costs less than the memory of one twice too large.
GROWTH = 1.15
# A walk on a support larger than this gives up after so many breaks: coordinate descent, whose cost does not grow with their
# number, is then the shorter way.
SMALL, MANY = 300, 100
# Sweeps of coordinate descent between two looks at what they gained.
STAGE = 2000
# What is known of every column, one row each: q, b, its sign on the support, v, the accepted violation, diag(Q) without ridge,
# the slowest approach to the edge that counts, and along the walk q - Qb, its velocity, the velocities of q and b.
ROWS = 11
TARGET, COEF, SIGN, WEIGHT, SLACK, SQUARE = range(6)
# How a walk ends.
ARRIVED, STRAYED, NO_ROOM = range(3)
# An approach that ends within this share of the accepted violation is none.
NEGLIGIBLE = 0.05


class ActiveSet:
    """The columns of one training set that take part in its path; those with coefficients stand first."""

    def __init__(self, *, positive: bool, tolerable: float) -> None:
        """`tolerable` times the accepted violation will do where rounding allows no better."""
        self._positive, self._tolerable = positive, tolerable
        self._order: IntArray = np.zeros(0, dtype=np.int64)
        self._rows = np.zeros((ROWS, 0))
        # Gram matrix with the ridge term on its diagonal, and the inverse of its leading block; with room to spare
        self._gram = np.zeros((0, 0))
        self._inverse = np.zeros((0, 0), order="F")
        self._size = self._support = 0
        self._ridge = 0.0
        self._regular = True

    @property
    def columns(self) -> IntArray:
        """All columns, (m,), in the order of `coef` and of the blocks `extend` takes; it changes with the support."""
        return self._order[: self._size]

    @property
    def coef(self) -> FloatArray:
        """Their coefficients, (m,)."""
        return self._rows[COEF, : self._size]

    @property
    def support(self) -> int:
        """How many of the leading columns may have coefficients other than zero."""
        return self._support

    @property
    def _free(self) -> BoolArray:
        free: BoolArray = (self._rows[WEIGHT, : self._size] == 0) & (not self._positive)
        return free

    def extend(self, columns: IntArray, block: FloatArray, target: FloatArray, weight: FloatArray, slack: FloatArray) -> None:
        """Append columns.

        Parameters
        ----------
        columns : int ndarray (k,)
        block : ndarray (m + k, k)
            Their Gram matrix with all columns, the new ones last.
        target, weight, slack : ndarray (k,)
            q, v and the violation that is accepted.
        """
        old, size = self._size, self._size + len(columns)
        if size > len(self._gram):
            room = int(GROWTH * size)
            gram, rows, order = np.zeros((room, room)), np.zeros((ROWS, room)), np.zeros(room, dtype=np.int64)
            gram[:old, :old] = self._gram[:old, :old]
            rows[:, :old] = self._rows[:, :old]
            order[:old] = self._order[:old]
            self._gram, self._rows, self._order = gram, rows, order
        self._gram[:size, old:size] = block
        self._gram[old:size, :size] = block.T
        new = slice(old, size)
        self._order[new] = columns
        self._rows[:, new] = 0.0
        self._rows[TARGET, new], self._rows[WEIGHT, new], self._rows[SLACK, new] = target, weight, slack
        self._rows[SQUARE, new] = np.diag(block[old:])
        self._gram[range(old, size), range(old, size)] += self._ridge * weight
        self._size = size
        if self._free[old:].any():
            self._arrange(self._free | (self.coef != 0))

    def _pull(self) -> FloatArray:
        """Negative gradient of the quadratic, q - Qb; (m,)."""
        m, a = self._size, self._support
        return np.asarray(self._rows[TARGET, :m] - self._gram[:m, :a] @ self._rows[COEF, :a])

    def bound(self) -> float:
        """The smallest τ that keeps all penalised columns where they are, if the others are optimal."""
        m, pull = self._size, self._pull()
        weight = self._rows[WEIGHT, :m]
        out = (weight > 0) & (self._rows[SIGN, :m] == 0)
        return float(((pull if self._positive else np.abs(pull))[out] / weight[out]).max(initial=0.0))

    def solve(self, start: float, end: float, ridge: float, most: int) -> int:
        """Move to the optimum at τ = `end`.

        Parameters
        ----------
        start : float
            The τ that the present coefficients are optimal at; approximately will do.
        end : float
        ridge : float
            The diagonal of Q is that of the Gram matrix plus `ridge` × v.
        most : int
            The most breaks and sweeps.

        Returns
        -------
        int
            Breaks and sweeps taken.
        """
        if ridge != self._ridge:
            m = self._size
            self._ridge = ridge
            self._gram[range(m), range(m)] = self._rows[SQUARE, :m] + ridge * self._rows[WEIGHT, :m]
            self._regular = False
        taken = 0
        if self._regular or self._invert():
            before = self._order[: self._size].copy(), self.coef.copy()
            taken, arrived = self._walk(start, end, most)
            missed = self._settle(end) if arrived else np.inf
            if 1.0 < missed < np.inf and self._invert():
                missed = self._settle(end)
            if missed <= 1.0 or taken >= most:
                return taken
            if missed > self._tolerable:
                # where a walk has lost its digits its coefficients are no place to start from
                self.coef[np.argsort(self.columns)] = before[1][np.argsort(before[0])]
        return taken + self._descend(end, most - taken)

    def _walk(self, start: float, end: float, most: int) -> tuple[int, bool]:
        """From break to break; how many there were, and whether the end was reached."""
        m, a, turn = self._size, self._support, end - start
        _, _, sign, weight, slack, _, least, pull, speed, shift, move = self._rows[:, :m]
        pull[:] = self._pull()
        # what makes the present coefficients optimal at the start: q shifted by what they miss of their conditions now
        edge = start * weight
        shift[:] = pull
        np.minimum(pull, edge, out=pull)
        if not self._positive:
            np.maximum(pull, -edge, out=pull)
        pull[:a] = edge[:a] * sign[:a]
        shift -= pull
        least[:] = NEGLIGIBLE * slack
        move[:] = 0.0
        move[:a] = self._inverse[:a, :a] @ (shift[:a] - turn * weight[:a] * sign[:a])
        speed[:] = shift - self._gram[:m, :a] @ move[:a]
        return (self._break_by_break_compiled if compiled.available else self._break_by_break)(turn, end, most)

    def _break_by_break_compiled(self, turn: float, end: float, most: int) -> tuple[int, bool]:
        """The way to the end by the compiled kernel, which holds no lock of the interpreter's."""
        state, left = np.array([self._support, 0, 0]), np.ones(1)
        while True:
            found = compiled.homotopy_walk(
                self._size, gram=self._gram, inverse=self._inverse.T, rows=self._rows, order=self._order,
                positive=self._positive, turn=turn, end=end, dependent=DEPENDENT, bounds=(most, MANY, SMALL, MOST_IDLE),
                state=state, left=left,
            )  # fmt: skip
            self._support = int(state[0])
            if found != NO_ROOM:
                return int(state[1]), found == ARRIVED
            self._grow()

    def _break_by_break(self, turn: float, end: float, most: int) -> tuple[int, bool]:
        """The same without it."""
        m = self._size
        _, b, sign, weight, _, _, _, pull, speed, _, move = self._rows[:, :m]
        left, idle = 1.0, 0
        for breaks in range(most + 1):
            a = self._support
            leaving, until_out = _first_out(b[:a], move[:a], sign[:a])
            entering, until_in, side = self._first_in((end - left * turn) * weight[a:], turn * weight[a:])
            step = min(until_out, until_in)
            if step >= left:
                b[:a] += left * move[:a]
                return breaks, True
            idle = idle + 1 if step <= 1e-14 else 0
            if breaks == most or idle > MOST_IDLE or (breaks >= MANY and a > SMALL):
                break
            b[:a] += step * move[:a]
            pull += step * speed
            left -= step
            if until_out <= until_in:
                self._drop(leaving)
            else:
                self._add(a + entering, side, turn)
        return breaks, False

    def _first_in(self, edge: FloatArray, turn: FloatArray) -> tuple[int, float, float]:
        """Which column outside the support is the first to reach its edge, when, and on which side."""
        least, pull, speed = self._rows[6:9, self._support : self._size]
        if not len(pull):
            return 0, np.inf, 1.0
        steps = np.full(len(pull), np.inf)
        closing = speed - turn
        np.divide(edge - pull, closing, out=steps, where=closing > least)
        j = int(steps.argmin())
        first, side = float(steps[j]), 1.0
        if not self._positive:
            steps.fill(np.inf)
            closing = -speed - turn
            np.divide(edge + pull, closing, out=steps, where=closing > least)
            k = int(steps.argmin())
            if steps[k] < first:
                j, first, side = k, float(steps[k]), -1.0
        return j, max(first, 0.0), side

    def _drop(self, i: int) -> None:
        """Take a column out of the support."""
        m, a = self._size, self._support
        last = a - 1
        self._swap(i, last)
        _, b, sign, _, _, _, _, _, speed, _, move = self._rows[:, :m]
        column = self._inverse[:, last].copy()
        pivot = column[last]
        change = column[:a] * (move[last] / pivot)
        move[:a] -= change
        speed += self._gram[:m, :a] @ change
        dger(-1.0 / pivot, column, column[:a], a=self._inverse[:, :a], overwrite_a=1)
        self._inverse[:, last] = self._inverse[last, :a] = 0.0
        b[last] = sign[last] = move[last] = 0.0
        self._support = last

    def _add(self, j: int, side: float, turn: float) -> None:
        """Take a column into the support; one that depends on the support takes the place of another."""
        m, a = self._size, self._support
        if a == len(self._inverse):
            self._grow()
        self._swap(j, a)
        _, _, sign, weight, _, _, least, _, speed, shift, move = self._rows[:, :m]
        cross, square = self._gram[a, :a], self._gram[a, a]
        along = np.zeros(len(self._inverse))
        along[:a] = self._inverse[:a, :a] @ cross
        rest = square - cross @ along[:a]
        if rest <= DEPENDENT * square:
            if not self._exchange(along[:a], side, turn):
                least[a] = np.inf
            return
        along[a] = -1.0
        sign[a] = side
        size = a + 1
        change = along[:size] * (along[:size] @ (shift[:size] - turn * weight[:size] * sign[:size]) / rest)
        move[:size] += change
        speed -= self._gram[:m, :size] @ change
        dger(1.0 / rest, along, along[:size], a=self._inverse[:, :size], overwrite_a=1)
        self._support = size

    def _grow(self) -> None:
        """Make room in the inverse."""
        a = len(self._inverse)
        room = int(GROWTH * a) + 16
        inverse = np.zeros((room, room), order="F")
        inverse[:a, :a] = self._inverse
        self._inverse = inverse

    def _exchange(self, along: FloatArray, side: float, turn: float) -> bool:
        """Put the column behind the support, which is `along` times the support, in the place of one of the support.

        At its edge the penalty charges as much for the column as for what explains it: that can be traded until one coefficient
        of the support is zero.
        """
        a = self._support
        b, sign = self._rows[COEF, :a], self._rows[SIGN, :a]
        leaving, amount = _first_out(b, -side * along, sign)
        # what will be left of the column when that one has gone must not depend on the rest
        if not np.isfinite(amount) or along[leaving] ** 2 <= DEPENDENT * self._gram[a, a] * self._inverse[leaving, leaving]:
            return False
        b -= amount * side * along
        self._drop(leaving)
        self._add(a, side, turn)
        self._rows[COEF, self._support - 1] = amount * side
        return True

    def _swap(self, i: int, j: int) -> None:
        """Exchange two columns everywhere."""
        if i == j:
            return
        m, a = self._size, self._support
        here, there = [i, j], [j, i]
        self._rows[:, here] = self._rows[:, there]
        self._order[here] = self._order[there]
        self._gram[here, :m] = self._gram[there, :m]
        self._gram[:m, here] = self._gram[:m, there]
        if i < a and j < a:
            self._inverse[here, :a] = self._inverse[there, :a]
            self._inverse[:a, here] = self._inverse[:a, there]

    def _arrange(self, first: BoolArray) -> None:
        """Put the marked columns first: they are the support."""
        m = self._size
        order = np.concatenate([np.flatnonzero(first), np.flatnonzero(~first)])
        self._rows[:, :m] = self._rows[:, order]
        self._order[:m] = self._order[order]
        self._gram[:m, :m] = self._gram[np.ix_(order, order)]
        self._support = int(first.sum())
        self._rows[SIGN, :m] = np.where(self._free, 0.0, np.sign(self._rows[COEF, :m]))
        self._regular = False

    def _invert(self) -> bool:
        """Invert the Gram matrix of the support from scratch; whether that is possible."""
        a = self._support
        self._regular = False
        if a:
            d = np.sqrt(np.diag(self._gram)[:a])
            lower, failed = dpotrf(self._gram[:a, :a] / d / d[:, None], lower=1)
            if failed or np.diag(lower).min() <= np.sqrt(DEPENDENT):
                return False
            lower, _ = dpotri(lower, lower=1, overwrite_c=1)
            inverse = np.tril(lower) + np.tril(lower, -1).T
            room = max(len(self._inverse), a)
            self._inverse = np.zeros((room, room), order="F")
            self._inverse[:a, :a] = inverse / d / d[:, None]
        self._regular = True
        return True

    def _settle(self, tau: float) -> float:
        """Refine the coefficients; the largest violation of a condition that is left, in units of the slack."""
        m, a = self._size, self._support
        _, b, sign, weight, slack = self._rows[:SQUARE, :m]
        edge = tau * weight
        for _ in range(3):
            pull = self._pull()
            miss = pull[:a] - edge[:a] * sign[:a]
            if (np.abs(miss) <= NEGLIGIBLE * slack[:a]).all():
                break
            b[:a] += self._inverse[:a, :a] @ miss
        if (b[:a] * sign[:a] < 0).any():
            return np.inf
        pull = self._pull()
        pull[:a] = np.abs(pull[:a] - edge[:a] * sign[:a])
        pull[a:] = (pull[a:] if self._positive else np.abs(pull[a:])) - edge[a:]
        return float((pull / slack).max(initial=0.0))

    def _descend(self, tau: float, most: int) -> int:
        """Coordinate descent on all columns until the slack is met, or what is tolerable and little is gained; its sweeps."""
        m = self._size
        q, b, _, weight, slack = self._rows[:SQUARE, :m]
        Q, l1, x = self._gram[:m, :m].copy(), tau * weight, b.copy()
        smooth = (l1 == 0) & (not self._positive)
        taken, worst = 0, np.inf
        while taken < most:
            x, sweeps = quadratic.solve(
                Q, q, l1, smooth, positive=self._positive, start=x, slack=0.1 * slack, max_sweeps=min(STAGE, most - taken)
            )
            taken += sweeps
            before, worst = worst, float((_violation(q - Q @ x, l1, x, positive=self._positive) / slack).max())
            if worst <= 1.0 or (worst <= self._tolerable and worst > 0.5 * before):
                break
        b[:] = x
        self._arrange(self._free | (b != 0))
        return taken


def _violation(pull: FloatArray, l1: FloatArray, b: FloatArray, *, positive: bool) -> FloatArray:
    """Distance of every column from its condition, (m,)."""
    outside = np.maximum((pull if positive else np.abs(pull)) - l1, 0.0)
    return np.asarray(np.where(b == 0, outside, np.abs(pull - l1 * np.sign(b))))


def _first_out(b: FloatArray, move: FloatArray, sign: FloatArray) -> tuple[int, float]:
    """Which coefficient is the first to reach zero, and when."""
    if not len(b):
        return 0, np.inf
    steps = np.full(len(b), np.inf)
    np.divide(-b, move, out=steps, where=move * sign < 0)
    i = int(steps.argmin())
    return i, max(float(steps[i]), 0.0)
