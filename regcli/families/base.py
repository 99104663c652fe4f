"""What every family of models is: paths along a strength axis, fitted on folds and on all training rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.outcome import Fitted, Portrait
    from regcli.pace import Pace
    from regcli.prepare import Prepared

T = TypeVar("T")


class Path(Protocol):
    """One path: a family's models along its strength axis, at one setting of everything else."""

    @property
    def family(self) -> str:
        """Name of the family it belongs to."""

    @property
    def entry(self) -> int:
        """Position in the configuration's list."""

    @property
    def penalty(self) -> str:
        """Kind, as the tables call it."""

    @property
    def l1_ratio(self) -> float | None:
        """Of linear paths."""

    @property
    def lambdas(self) -> FloatArray:
        """The strengths, from strong to weak; (L,)."""

    @property
    def label(self) -> str:
        """What the path is called where only some differ."""

    @property
    def served_by(self) -> tuple[str, str]:
        """Name of what fits it, and why that."""

    def native(self, prepared: Prepared, lambdas: FloatArray) -> tuple[str, FloatArray]:
        """Name of the backend's own parameter, and its values at some strengths for the fit on all training rows."""


class Piece(Protocol):
    """A finished piece of work: what a family makes of one path on one training set."""

    def piece(self) -> dict[str, FloatArray]:
        """As arrays by name, to be written down."""


class Store(Protocol):
    """Where finished pieces of work are kept."""

    def get(self, key: str, read: Callable[[dict[str, FloatArray]], T]) -> T | None:
        """What was put there, if need be read back from arrays; None where nothing was."""

    def put(self, key: str, piece: Piece) -> None:
        """Keep a piece."""


class Family(ABC):
    """One family. Families hold no state: all they work on is handed to them."""

    name: ClassVar[str]

    @abstractmethod
    def expand(self, prepared: Prepared) -> tuple[list[Path], list[str]]:
        """The paths that the configuration asks for, and what is to be said about them."""

    @abstractmethod
    def fit(self, prepared: Prepared, paths: Sequence[Path], store: Store, pace: Pace) -> list[Fitted]:
        """Fit every path on every fold and on all training rows, and score both sides of every fold.

        Finished pieces go to the store, and those that are in it already are not fitted again.
        """

    @abstractmethod
    def finished(self, prepared: Prepared, paths: Sequence[Path], store: Store) -> list[Fitted]:
        """What of it the store holds, where the work was interrupted: paths with the folds that are done."""

    def confirm(self, prepared: Prepared, fitted: Fitted, index: int) -> Fitted:  # noqa: ARG002
        """The path after a second look at one point, as strict as can be."""
        return fitted

    def at_the_edge(self, fitted: Fitted, best: int, metric: str, *, overall: bool) -> list[str]:  # noqa: ARG002
        """Which way to widen the grid of a path whose best point is its first or last; `overall` if it is the best of all."""
        return []

    def endless(self, prepared: Prepared, fitted: Fitted) -> BoolArray:  # noqa: ARG002
        """In which sets, the full one last, some point has no finite optimum; (F + 1,)."""
        return np.zeros(len(fitted.kkt), dtype=bool)

    @abstractmethod
    def models(self, prepared: Prepared, fitted: Fitted, index: int) -> list[Callable[[IntArray], FloatArray]]:
        """A point's models on every fold and, last, on all training rows: functions from rows of the dataset to predictions."""

    @abstractmethod
    def portrait(self, prepared: Prepared, fitted: Fitted, index: int, *, save_model: bool) -> Portrait:
        """What only this family tells of a point."""
