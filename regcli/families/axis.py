"""Paths of all families beyond the linear one: along a configured axis, at fixed settings of the other levers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.config.estimator import written
from regcli.order import ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.config.estimators import Estimator
    from regcli.numerics.arrays import FloatArray
    from regcli.prepare import Prepared
    from regcli.preprocess import Recipe


@dataclass(frozen=True, slots=True)
class AxisPath:
    """One path: the values of an axis, from strong to weak, at one combination of everything else.

    Attributes
    ----------
    family : str
    entry : int
        Position in the configuration's list of estimators.
    wanted : Estimator
        That entry.
    levers : mapping of str to object
        The levers that stay where they are.
    lambdas : ndarray (L,)
        Values of the axis.
    seeds : int
    recipe : Recipe
        How input columns become what the models see, in every training set.
    parameter : str
        The backend's own name of the axis.
    varied : tuple of str
        The levers in which the entry's paths differ.
    served_by : tuple of str
        Name of what fits it, and why that.
    complexity_of : str
        What complexity counts.
    whole : dict
        What the family keeps of all training rows until it is wanted again, by random state.
    """

    family: str
    entry: int
    wanted: Estimator
    levers: Mapping[str, Any]
    lambdas: FloatArray
    seeds: int
    recipe: Recipe
    parameter: str
    varied: tuple[str, ...]
    served_by: tuple[str, str]
    complexity_of: str
    whole: dict[int, Any]

    @property
    def penalty(self) -> str:
        """The kind stands where linear paths have their penalty."""
        return self.wanted.kind

    @property
    def l1_ratio(self) -> float | None:
        """Of linear paths alone."""
        return None

    @property
    def stage(self) -> str | None:
        """Of linear paths alone."""
        return None

    @property
    def gamma(self) -> float | None:
        """Of linear paths alone."""
        return None

    @property
    def rank(self) -> int:
        return ORDER.index(self.family)

    @property
    def axis(self) -> str:
        return self.wanted.axis

    @property
    def setting(self) -> str:
        return ";".join(f"{name}={written(value)}" for name, value in self.levers.items() if value is not None)

    @property
    def label(self) -> str:
        """What the path is called where only some differ: `forest max_features=sqrt`."""
        differing = [f"{name}={written(self.levers[name])}" for name in self.varied]
        return " ".join([self.penalty, *differing])

    def native(self, prepared: Prepared, lambdas: FloatArray) -> tuple[str, FloatArray]:  # noqa: ARG002
        """Values of the axis are the backend's own."""
        return self.parameter, lambdas

    def at(self, index: int) -> Any:  # noqa: ANN401
        """The axis's value at a point: a whole number where the axis has such."""
        value = float(self.lambdas[index])
        return int(value) if self.wanted.walked.whole else value

    def levers_at(self, index: int) -> dict[str, Any]:
        """All levers at a point, the axis among them."""
        return {**self.levers, self.axis: self.at(index)}


def varied(combinations: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The levers in which some combinations differ."""
    first = combinations[0]
    return tuple(name for name in first if any(other[name] != first[name] for other in combinations))


def between(wanted: Estimator, strong: float, weak: float) -> FloatArray:
    """The grid of an axis: as configured, or geometric from strong to weak with the configured ends in their place; (L,)."""
    if wanted.values is not None:
        return np.array(wanted.values, dtype=np.float64)
    axis = wanted.walked
    top, bottom = (strong, weak) if axis.strong == "large" else (weak, strong)
    high = max(top if wanted.max is None else wanted.max, axis.least)
    low = min(max(bottom if wanted.min is None else wanted.min, axis.least), high)
    values = np.geomspace(max(low, 1e-300), high, wanted.count) if low > 0 else np.linspace(low, high, wanted.count)
    values = np.unique(np.round(values) if axis.whole else values)
    return values[::-1] if axis.strong == "large" else values
