"""Factorization of ratings as a family: along `l2` from where the vectors vanish to where hardly anything holds them.

Models look at no input columns but at whom and what a row is about (`Dataset.ids`), as numbers that each training set gives to
those it knows. Of anybody else there is nothing to add: the prediction is the mean and what is known of the other side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from regcli.errors import DataError, UsageError
from regcli.families.axis import between
from regcli.families.axis_family import AxisFamily
from regcli.families.described import Estimator
from regcli.families.factorization.als import Factors, Ratings, buried, path, vanishing
from regcli.families.factorization.toplists import Toplists, moved
from regcli.preprocess import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from regcli.config.estimators import Estimator as Wanted
    from regcli.data.types import Dataset, Features
    from regcli.families.axis import AxisPath
    from regcli.families.base import Moved, Stored
    from regcli.families.given import Given
    from regcli.families.marks import Trained
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.plan import Plan
    from regcli.prepare import Prepared
    from regcli.preprocess import Takes

# The default grid ends at this share of where the vectors of ratings without any pattern would vanish. Noise that is most of what
# ratings vary by asks for a third to a half of that, noise that is a tenth of it for a twentieth.
WEAKEST = 0.03


@dataclass(frozen=True, slots=True)
class Fits:
    """The models of some points of a path on one training set.

    Attributes
    ----------
    factors : tuple of Factors
    spread : float
        SD of the ratings.
    rated : int ndarray (2, n)
        Who has rated what in the training set, by number.
    """

    factors: tuple[Factors, ...]
    spread: float
    rated: IntArray

    @property
    def used(self) -> BoolArray:
        return np.array([[_adds(one.user_bias, one.user), _adds(one.item_bias, one.item)] for one in self.factors])

    @property
    def complexity(self) -> FloatArray:
        return np.array([one.rank_in_use(self.spread) * (len(one.user) + len(one.item)) for one in self.factors], dtype=float)

    @property
    def n_iter(self) -> IntArray:
        return np.array([one.n_iter for one in self.factors])

    @property
    def ended(self) -> BoolArray:
        return np.array([one.converged for one in self.factors])

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        user, item = _positions(X)
        for one in self.factors:
            yield one.predict(user, item)[None]

    def mean(self, X: Matrix) -> FloatArray:
        """Of the last one, (m,)."""
        return self.factors[-1].predict(*_positions(X))


class Factorization(AxisFamily):
    """Alternating least squares."""

    name = "factorization"
    complexity_of: ClassVar[str] = "numbers in vectors"
    longer: ClassVar[str] = "raise the entry's iterations, or its min"

    def features(self, dataset: Dataset) -> Features:
        assert dataset.ids is not None  # noqa: S101  (the configuration of an entry names both columns)
        return dataset.ids

    def recipe(self, plan: Plan, takes: Takes) -> Recipe:  # noqa: ARG002
        return Recipe.of_ids(self.features(plan.dataset))

    def backend(self, prepared: Prepared, wanted: Wanted, levers: dict[str, Any]) -> tuple[str, str, str]:
        if prepared.plan.task != "regression":
            raise UsageError(
                "estimators: factorization: ratings are numbers, but the task is classification",
                "set task: regression, or leave the entry out",
                {"task": "regression"},
            )
        if not levers["rank"] and not levers["biases"]:
            raise UsageError(
                "estimators: factorization: rank 0 without biases leaves nothing to fit", "raise rank, or set biases: true"
            )
        return "als", "alternating least squares, each strength starting from the one before", wanted.axis

    def is_random(self, wanted: Wanted, levers: dict[str, Any]) -> bool:  # noqa: ARG002
        # vectors start along the directions in which the ratings vary most
        return False

    def grid(self, given: Given, wanted: Wanted, levers: dict[str, Any], whole: dict[int, Any]) -> FloatArray:  # noqa: ARG002
        if wanted.values is not None:
            return between(wanted, 0, 0)
        ratings = _ratings(given)
        top = vanishing(ratings)
        if not top > 0:
            raise DataError("all ratings of the training rows are the same: there is nothing to factorize", "give others")
        return between(wanted, top, min(WEAKEST * buried(ratings), top))

    def train(self, given: Given, path: AxisPath, seed: int) -> Trained:  # noqa: ARG002
        return _fits(given, path, path.lambdas)

    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Fits:  # noqa: ARG002
        # what a point comes to depends on where it starts: the walk there is part of it
        return _fits(given, path, path.lambdas[: index + 1])

    def used(self, model: Any) -> BoolArray:  # noqa: ANN401
        return np.asarray(model.used[-1])

    def saved(self, prepared: Prepared, given: Given, model: Any) -> Any:  # noqa: ANN401, ARG002
        return Estimator("Pipeline", {"steps": [("columns", given.encoded.transformer)]})

    def arrays(self, model: Fits) -> dict[str, Any]:
        """What `mean` reads; and who has rated what, since nobody is recommended what he knows."""
        one = model.factors[-1]
        return {
            "mean": np.array(one.mean),
            **{name: getattr(one, name) for name in ("user_bias", "item_bias", "user", "item")},
            "rated": model.rated.astype(np.int32),
        }

    def mean(self, arrays: Mapping[str, FloatArray], X: Any) -> FloatArray:  # noqa: ANN401
        """As `Family.mean`."""
        return _factors(arrays).predict(*_positions(X))

    def moved(self, a: Callable[[], Stored], b: Callable[[], Stored]) -> list[Moved]:
        """How far apart the lists are of what users would be recommended."""
        return moved(*(Toplists.of(_factors(one.arrays), one.arrays["rated"], *one.levels.values()) for one in (a(), b())))


def _factors(arrays: Mapping[str, FloatArray]) -> Factors:
    return Factors(float(arrays["mean"]), arrays["user_bias"], arrays["item_bias"], arrays["user"], arrays["item"])


def _adds(*parts: FloatArray) -> bool:
    return any(bool(part.any()) for part in parts)


def _positions(X: Any) -> tuple[IntArray, IntArray]:  # noqa: ANN401
    """Numbers of users and items in rows (m, 2); -1 for NaN, whom and what the training set does not know."""
    codes = np.asarray(X, dtype=np.float64)
    user, item = np.where(np.isnan(codes), -1, codes).astype(np.int64).T
    return user, item


def _ratings(given: Given) -> Ratings:
    user, item = _positions(given.X)
    weight = np.ones(len(user)) if given.weight is None else given.weight
    return Ratings(user, item, given.y, weight, int(user.max()) + 1, int(item.max()) + 1)


def _fits(given: Given, walk: AxisPath, strengths: FloatArray) -> Fits:
    ratings, levers = _ratings(given), walk.levers
    walked = path(ratings, strengths, rank=levers["rank"], biases=levers["biases"], max_iter=levers["iterations"])
    mean = np.average(ratings.value, weights=ratings.weight)
    spread = float(np.sqrt(np.average((ratings.value - mean) ** 2, weights=ratings.weight)))
    return Fits(tuple(walked), spread, np.array([ratings.user, ratings.item]))
