"""Alternating least squares for ratings: what a user thinks of an item is a mean, two biases and a product of short vectors.

Koren, Bell & Volinsky (2009), Matrix factorization techniques for recommender systems, Computer 42(8).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regcli.numerics.arrays import FloatArray, IntArray

# A point has converged where one more pass gains less than this share of what the ratings vary by. Not of the objective: where
# hardly anything holds the vectors it is so small that passes would go on and on for what nobody can see in a prediction.
TOLERANCE = 1e-5
# Vectors that are zero stay so, since each side is solved with the other one at rest: items start every point this far from
# there, in units of the square root of the ratings' spread, along the directions in which the ratings vary most.
NUDGE = 0.1
# A direction in which products vary by less than this share of the ratings' spread is not in use.
NEGLIGIBLE = 0.01


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings of one training set; n of them.

    Attributes
    ----------
    user, item : int ndarray (n,)
        Positions among all users and all items.
    value, weight : ndarray (n,)
    n_users, n_items : int
        Of all there are, whether this set has rated them or not.
    """

    user: IntArray
    item: IntArray
    value: FloatArray
    weight: FloatArray
    n_users: int
    n_items: int

    def centred(self, mean: float) -> sparse.csr_array:
        """Weights times what is above the mean, (users, items)."""
        cells = self.weight * (self.value - mean)
        return sparse.csr_array((cells, (self.user, self.item)), (self.n_users, self.n_items))


@dataclass(frozen=True, slots=True)
class Factors:
    """A fitted model: r̂ = mean + b_u + c_i + u'v.

    Attributes
    ----------
    mean : float
    user_bias, item_bias : ndarray (users,), (items,)
        Zero where biases are not asked for, and of whom the training set does not know.
    user, item : ndarray (users, rank), (items, rank)
    n_iter : int
        Passes over both sides.
    converged : bool
        The objective has come to rest within the passes that were allowed.
    """

    mean: float
    user_bias: FloatArray
    item_bias: FloatArray
    user: FloatArray
    item: FloatArray
    n_iter: int = 0
    converged: bool = True

    def predict(self, user: IntArray, item: IntArray) -> FloatArray:
        """Ratings by positions, (m,); -1 is somebody, or something, that is not known, of whom there is nothing to add."""
        known_user, known_item = user >= 0, item >= 0
        u, i = np.where(known_user, user, 0), np.where(known_item, item, 0)
        product = np.einsum("mk,mk->m", self.user[u], self.item[i]) * (known_user & known_item)
        return np.asarray(self.mean + self.user_bias[u] * known_user + self.item_bias[i] * known_item + product)

    def rank_in_use(self, spread: float) -> int:
        """In how many directions the products vary by more than a hundredth of the ratings' spread."""
        if not self.user.size or not self.item.size:
            return 0
        gram = (self.user.T @ self.user) @ (self.item.T @ self.item)
        # eigenvalues of the product of both Gram matrices are the squared singular values of all products
        squared = np.maximum(np.linalg.eigvals(gram).real, 0.0) / (len(self.user) * len(self.item))
        return int(np.count_nonzero(np.sqrt(squared) > NEGLIGIBLE * spread))

    def penalty(self) -> float:
        """‖u‖² + ‖v‖² + b² + c², summed over everybody and everything."""
        return float(sum((part**2).sum() for part in (self.user, self.item, self.user_bias, self.item_bias)))


def path(
    ratings: Ratings, strengths: Sequence[float] | FloatArray, *, rank: int, biases: bool, max_iter: int
) -> Iterator[Factors]:
    """Minimise Σ w (r - mean - b_u - c_i - u'v)² + λ (‖u‖² + ‖v‖² + b² + c²) for each λ, each starting from the one before.

    λ is not scaled by how often somebody has rated. The mean is not penalised.

    Parameters
    ----------
    ratings : Ratings
    strengths : sequence of float
        λ > 0, from strong to weak.
    rank : int
        Length of the vectors; 0 for biases alone.
    biases : bool
    max_iter : int
        Passes over both sides for each λ.
    """
    mean = float(np.average(ratings.value, weights=ratings.weight))
    centred = ratings.centred(mean)
    null = float(ratings.weight @ (ratings.value - mean) ** 2)
    away = NUDGE * np.sqrt(np.sqrt(null / ratings.weight.sum()) / max(rank, 1)) * _directions(centred, rank)
    fitted = Factors(
        mean, np.zeros(ratings.n_users), np.zeros(ratings.n_items), np.zeros((ratings.n_users, rank)), np.zeros_like(away)
    )
    users = _Side.of(ratings.user, ratings.item, ratings, ratings.n_users)
    items = _Side.of(ratings.item, ratings.user, ratings, ratings.n_items)
    for strength in strengths:
        start = replace(fitted, item=fitted.item + away)
        fitted = _descend(users, items, start, float(strength), biases=biases, max_iter=max_iter, slack=TOLERANCE * null)
        yield fitted


def _directions(centred: sparse.csr_array, rank: int) -> FloatArray:
    """The leading right singular vectors, each number of size one on average, (items, rank); zero where there are no more."""
    from sklearn.utils.extmath import randomized_svd

    out = np.zeros((centred.shape[1], rank))
    found = min(rank, *centred.shape)
    if found:
        out[:, :found] = randomized_svd(centred, found, n_iter=7, random_state=0)[2].T * np.sqrt(len(out))
    return out


def vanishing(ratings: Ratings, passes: int = 100) -> float:
    """The λ from which on all vectors are zero where there are no biases: the largest singular value of the centred ratings."""
    matrix = ratings.centred(float(np.average(ratings.value, weights=ratings.weight)))
    vector, size = np.random.default_rng(0).standard_normal(ratings.n_items), 0.0
    for _ in range(passes):
        vector /= np.linalg.norm(vector) or 1.0
        vector = matrix.T @ (matrix @ vector)
        size = float(np.linalg.norm(vector))
    return float(np.sqrt(size))


def buried(ratings: Ratings) -> float:
    """About what `vanishing` would be of ratings that vary as much and follow nobody's taste.

    The largest singular value of a matrix of independent entries: Bandeira & van Handel (2016), Sharp nonasymptotic bounds on the
    norm of random matrices with independent entries, Annals of Probability 44(4).
    """
    n = len(ratings.value)
    mean = np.average(ratings.value, weights=ratings.weight)
    size = np.sqrt(np.mean((ratings.weight * (ratings.value - mean)) ** 2))
    seen = (len(np.unique(side)) for side in (ratings.user, ratings.item))
    return float(size * sum(np.sqrt(n / max(count, 1)) for count in seen))


@dataclass(frozen=True, slots=True)
class _Side:
    """Ratings as those on one side have given them to those across.

    Attributes
    ----------
    weight : csr_array (count, across)
        Whoever rates the same twice has two entries.
    value : ndarray (n,)
        Of the same entries.
    """

    weight: sparse.csr_array
    value: FloatArray

    @classmethod
    def of(cls, one: IntArray, other: IntArray, ratings: Ratings, count: int) -> _Side:
        order = np.argsort(one, kind="stable")
        ends = np.concatenate([[0], np.cumsum(np.bincount(one, minlength=count))])
        across = ratings.n_items if other is ratings.item else ratings.n_users
        return cls(sparse.csr_array((ratings.weight[order], other[order], ends), (count, across)), ratings.value[order])

    def solve(
        self, across: FloatArray, offset: FloatArray, shift: float, strength: float, *, biases: bool
    ) -> tuple[FloatArray, FloatArray, float, float]:
        """Everybody's penalised least squares of value - shift - offset on the vectors across.

        Zero for whom there is no rating.

        Parameters
        ----------
        across : ndarray (across, rank)
        offset : ndarray (across,)
        shift, strength : float
        biases : bool
            Whether everybody has a level of its own.

        Returns
        -------
        bias, vectors : ndarray (count,), (count, rank)
        total, squares : float
            Σ w e and Σ w e² of what is left.
        """
        design = np.column_stack([np.ones(len(across)), across])
        q, first = design.shape[1], 0 if biases else 1
        # what everybody's Gram is a sum of is the same for all who have rated the same: q(q+1)/2 products of each one across
        row, column = np.triu_indices(q)
        halves = self.weight @ (design[:, row] * design[:, column])
        gram = np.empty((len(halves), q, q))
        gram[:, row, column] = gram[:, column, row] = halves
        target = self.value - (shift + offset)[self.weight.indices]
        weighted = self.weight.data * target
        moment = sparse.csr_array((weighted, self.weight.indices, self.weight.indptr), self.weight.shape) @ design
        held = gram[:, first:, first:].copy()
        held[:, np.arange(q - first), np.arange(q - first)] += strength
        found = np.zeros((len(gram), q))
        found[:, first:] = np.linalg.solve(held, moment[:, first:, None])[:, :, 0]
        # what is left follows from the same sums
        fitted = np.einsum("nij,nj->ni", gram, found)
        total = float(weighted.sum() - fitted[:, 0].sum())
        squares = float(weighted @ target - 2.0 * (moment * found).sum() + (fitted * found).sum())
        return found[:, 0], found[:, 1:], total, squares


def _descend(
    users: _Side, items: _Side, start: Factors, strength: float, *, biases: bool, max_iter: int, slack: float
) -> Factors:
    """One λ: users, items and the mean in turn, each at its optimum given the others, until a pass gains less than `slack`."""
    now, before, weight = start, np.inf, float(items.weight.data.sum())
    for n_iter in range(1, max_iter + 1):
        bias, vectors, _, _ = users.solve(now.item, now.item_bias, now.mean, strength, biases=biases)
        now = replace(now, user_bias=bias, user=vectors)
        bias, vectors, total, squares = items.solve(now.user, now.user_bias, now.mean, strength, biases=biases)
        now = replace(now, item_bias=bias, item=vectors)
        shift = total / weight
        objective = squares - total * shift + strength * now.penalty()
        now = replace(now, mean=now.mean + shift, n_iter=n_iter, converged=before - objective <= slack)
        if now.converged:
            break
        before = objective
    return now
