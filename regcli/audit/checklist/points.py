"""The grid points of a run as the checklist sees them, and what their paths are walked along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regcli.spoken import LAMBDA, axis_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.config import Config
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray


class Along(NamedTuple):
    """What a path is walked along.

    Attributes
    ----------
    axis : str
        As people read it.
    entry : int
        Position in its list of the configuration.
    last : float
        The weakest value that there is; NaN where there is none.
    """

    axis: str
    entry: int
    last: float

    @property
    def is_linear(self) -> bool:
        """It is λ."""
        return self.axis == LAMBDA

    @classmethod
    def of(cls, config: Config, axis: str | None, entry: int) -> Along:
        """Of a path of an entry."""
        name = axis_name(axis)
        if name == LAMBDA or entry >= len(config.estimators):
            return cls(name, entry, float("nan"))
        walked = config.estimators[entry].walked
        return cls(name, entry, walked.least if walked.strong == "large" else walked.most)


@dataclass(frozen=True, slots=True)
class Points:
    """Every grid point, path by path, strong to weak; (P,) each.

    Attributes
    ----------
    path : int ndarray
        Which path.
    lam, mean, error, df, kkt : ndarray
    n_nonzero : int ndarray
    converged : bool ndarray
    selected, best, weakest : int
        Positions: what the rule took, the best usable mean, and the last usable point of the selected one's path.
    along : tuple of Along
        What each path is walked along.
    """

    path: IntArray
    lam: FloatArray
    mean: FloatArray
    error: FloatArray
    n_nonzero: IntArray
    df: FloatArray
    kkt: FloatArray
    converged: BoolArray
    selected: int
    best: int
    weakest: int
    along: tuple[Along, ...]

    def walked(self, point: int) -> Along:
        """What the path of a point is walked along."""
        return self.along[int(self.path[point])]

    @classmethod
    def of(cls, columns: Mapping[str, Any], path: IntArray, selected: int, sign: float, along: tuple[Along, ...]) -> Points:
        """From columns of the sweep's table."""
        mean, converged = columns["validation_mean"], columns["converged"]
        usable = np.flatnonzero(converged & np.isfinite(mean))
        best = int(usable[np.lexsort((-columns["lambda"][usable], sign * mean[usable]))[0]]) if len(usable) else selected
        onward = usable[path[usable] == path[selected]]
        return cls(
            path, columns["lambda"], mean, columns["validation_se"], columns["n_nonzero"], columns["df"], columns["kkt"],
            converged, selected, best, int(onward[-1]) if len(onward) else selected, along,
        )  # fmt: skip
