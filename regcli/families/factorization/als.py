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

# The objective's relative decrease below which a point has converged.
TOLERANCE = 1e-5
# Vectors that are zero stay so, since each side is solved with the other one at rest: every point starts this far from there, in
# units of the square root of the ratings' spread.
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
    ratings: Ratings, strengths: Sequence[float] | FloatArray, *, rank: int, biases: bool, max_iter: int, seed: int
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
    seed : int
        Of where the vectors start.
    """
    rng = np.random.default_rng(seed)
    mean = float(np.average(ratings.value, weights=ratings.weight))
    size = NUDGE * np.sqrt(np.sqrt(np.average((ratings.value - mean) ** 2, weights=ratings.weight)) / max(rank, 1))
    away = size * rng.standard_normal((ratings.n_users, rank)), size * rng.standard_normal((ratings.n_items, rank))
    fitted = Factors(mean, np.zeros(ratings.n_users), np.zeros(ratings.n_items), np.zeros_like(away[0]), np.zeros_like(away[1]))
    where, shape = (ratings.user, ratings.item), (ratings.n_users, ratings.n_items)
    weight, value = (sparse.csr_array((cells, where), shape) for cells in (ratings.weight, ratings.weight * ratings.value))
    users, items = _Side(weight, value), _Side(sparse.csr_array(weight.T), sparse.csr_array(value.T))
    for strength in strengths:
        start = replace(fitted, user=fitted.user + away[0], item=fitted.item + away[1])
        fitted = _descend(ratings, users, items, start, float(strength), biases=biases, max_iter=max_iter)
        yield fitted


def vanishing(ratings: Ratings, passes: int = 100) -> float:
    """The λ from which on all vectors are zero where there are no biases: the largest singular value of the centred ratings."""
    mean = np.average(ratings.value, weights=ratings.weight)
    centred = ratings.weight * (ratings.value - mean)
    matrix = sparse.csr_array((centred, (ratings.user, ratings.item)), (ratings.n_users, ratings.n_items))
    vector, size = np.random.default_rng(0).standard_normal(ratings.n_items), 0.0
    for _ in range(passes):
        vector /= np.linalg.norm(vector) or 1.0
        vector = matrix.T @ (matrix @ vector)
        size = float(np.linalg.norm(vector))
    return float(np.sqrt(size))


@dataclass(frozen=True, slots=True)
class _Side:
    """Ratings as those on one side have given them to those across.

    Attributes
    ----------
    weight, value : csr_array (count, across)
        Weights; and values times weights. Whoever rates the same twice has given it both.
    """

    weight: sparse.csr_array
    value: sparse.csr_array

    def solve(self, design: FloatArray, offset: FloatArray, shift: float, strength: float) -> FloatArray:
        """Everybody's penalised least squares of value - shift - offset on the design, (count, q).

        Zero for whom there is no rating.

        Parameters
        ----------
        design : ndarray (across, q)
        offset : ndarray (across,)
        shift, strength : float
        """
        q = design.shape[1]
        # what everybody's Gram is a sum of is the same for all who have rated the same: q(q+1)/2 products of each one across
        row, column = np.triu_indices(q)
        halves = self.weight @ (design[:, row] * design[:, column])
        gram = np.zeros((len(halves), q, q))
        gram[:, row, column] = gram[:, column, row] = halves
        gram[:, np.arange(q), np.arange(q)] += strength
        moment = self.value @ design - self.weight @ (design * (shift + offset)[:, None])
        return np.asarray(np.linalg.solve(gram, moment[:, :, None])[:, :, 0])


def _descend(
    ratings: Ratings, users: _Side, items: _Side, start: Factors, strength: float, *, biases: bool, max_iter: int
) -> Factors:
    """One λ: users, items and the mean in turn, each at its optimum given the others, until the objective rests."""
    u, i, r, w = ratings.user, ratings.item, ratings.value, ratings.weight
    now, before = start, np.inf
    for n_iter in range(1, max_iter + 1):
        bias, vectors = _solved(users, now.item, now.item_bias, now.mean, strength, biases=biases)
        now = replace(now, user_bias=bias, user=vectors)
        bias, vectors = _solved(items, now.user, now.user_bias, now.mean, strength, biases=biases)
        now = replace(now, item_bias=bias, item=vectors)
        residual = r - now.predict(u, i)
        shift = float(np.average(residual, weights=w))
        objective = float(w @ (residual - shift) ** 2) + strength * now.penalty()
        now = replace(now, mean=now.mean + shift, n_iter=n_iter, converged=before - objective <= TOLERANCE * objective)
        if now.converged:
            break
        before = objective
    return now


def _solved(
    side: _Side, across: FloatArray, offset: FloatArray, mean: float, strength: float, *, biases: bool
) -> tuple[FloatArray, FloatArray]:
    """Biases and vectors of one side, those across at rest."""
    design = np.column_stack([np.ones(len(across)), across]) if biases else across
    found = side.solve(design, offset, mean, strength)
    return (found[:, 0], found[:, 1:]) if biases else (np.zeros(len(found)), found)
