"""A training set as families beyond the linear one are given it: numbers made by preprocessing fitted to its own rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.preprocess import encode
from regcli.weights import fit_weights

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.prepare import Prepared
    from regcli.preprocess import Encoded, Recipe


@dataclass(frozen=True, slots=True)
class Given:
    """One training set: a fold's training rows, or all.

    Attributes
    ----------
    prepared : Prepared
    recipe : Recipe
    f : int
        Which fold; their number for all training rows.
    rows : int ndarray (n,)
        Positions of its rows in the dataset.
    encoded : Encoded
        The preprocessing fitted to them, and what it makes of them.
    y : ndarray (n,)
        Values, or class numbers.
    weight : ndarray (n,) or None
        Sample weight × class weight; None where every row counts one.
    """

    prepared: Prepared
    recipe: Recipe
    f: int
    rows: IntArray
    encoded: Encoded
    y: FloatArray
    weight: FloatArray | None

    @classmethod
    def of(cls, prepared: Prepared, recipe: Recipe, f: int) -> Given:
        """A fold's training rows, or (behind the last fold) all of them."""
        plan = prepared.plan
        rows = plan.splits.folds[f].train if f < len(plan.splits.folds) else plan.splits.train
        weight = fit_weights(plan.dataset, rows, plan.config.model.class_weight)
        return cls(prepared, recipe, f, rows, encode(recipe, rows), plan.dataset.y[rows], weight)

    @property
    def X(self) -> Matrix:  # noqa: N802 - a matrix
        """Its rows as numbers, (n, p)."""
        return self.encoded.X

    @property
    def is_whole(self) -> bool:
        """They are all training rows."""
        return self.f == len(self.prepared.plan.splits.folds)

    @property
    def classes(self) -> int:
        """How many classes there are; 0 for a regression."""
        return len(self.prepared.plan.dataset.classes)

    def matrix(self, rows: IntArray) -> Matrix:
        """Any rows of the dataset likewise, by their positions."""
        return self.encoded.apply(self.recipe.rows(rows))

    def inputs(self, used: BoolArray) -> IntArray:
        """How many input columns are behind those columns of X that are in use at each point; (L,) of (L, p)."""
        return np.asarray((used @ self._behind()).sum(axis=1))

    def inputs_of(self, used: BoolArray) -> tuple[str, ...]:
        """Names of the input columns behind some columns of X, bool (p,)."""
        behind = used @ self._behind()
        return tuple(name for name, some in zip(self.recipe.features.names, behind.tolist(), strict=True) if some)

    def _behind(self) -> BoolArray:
        """Which input columns each column of X is made of, (p, inputs)."""
        names = {name: i for i, name in enumerate(self.recipe.features.names)}
        out = np.zeros((len(self.encoded.outputs), len(names)), dtype=bool)
        for j, output in enumerate(self.encoded.outputs):
            out[j, [names[name] for name in output.inputs]] = True
        return out
