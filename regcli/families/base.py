"""What every family of models is: paths along a strength axis, fitted on folds and on all training rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from regcli.data.types import Dataset, Features
    from regcli.linear import Penalty
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.outcome import Fitted, Portrait
    from regcli.pace import Pace
    from regcli.prepare import Prepared
    from regcli.preprocess import Recipe

T = TypeVar("T")
# What `Probe.expected` calls the rows with their own cells; no input column has that name.
AS_IT_IS = ""


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
    def stage(self) -> str | None:
        """Name of its second stage, where it has one."""

    @property
    def gamma(self) -> float | None:
        """The second stage's parameter, chosen together with λ: paths that differ in it alone are one choice."""

    @property
    def rank(self) -> int:
        """Place of its family among families (`ORDER`), the simplest first."""

    @property
    def axis(self) -> str:
        """The lever that is walked from strong to weak."""

    @property
    def setting(self) -> str:
        """The levers that stay where they are, `key=value` with semicolons; empty of linear paths."""

    @property
    def seeds(self) -> int:
        """How often everything is fitted, each time with other random numbers."""

    @property
    def complexity_of(self) -> str:
        """What complexity counts, such as ``leaves``; empty where it is the columns in use."""

    @property
    def lambdas(self) -> FloatArray:
        """The strengths, from strong to weak, each as the axis has it; (L,)."""

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


@dataclass(frozen=True, slots=True)
class Exchange:
    """Rows in which one input column is to hold the cells of other rows.

    Attributes
    ----------
    rows : int ndarray (m,)
        Positions in the dataset.
    pool : int ndarray (q,)
        Positions of the rows whose cells they get.
    """

    rows: IntArray
    pool: IntArray

    def made(self, recipe: Recipe, source: str, donors: IntArray) -> Any:  # noqa: ANN401
        """The rows with other cells in one input column, as often as there are donors (R, m), below each other.

        What makes columns of them takes them all at once: most of its time is not spent on rows.
        """
        return recipe.exchanged(np.tile(self.rows, len(donors)), source, self.pool[donors].ravel())


class Probe(ABC):
    """A point's model on one training set, and rows to try it on with other cells.

    Attributes
    ----------
    inputs : tuple of str
        The input columns that the model looks at.
    """

    inputs: tuple[str, ...]

    @abstractmethod
    def exchanged(self, source: str, donors: IntArray) -> FloatArray:
        """Predictions for the rows whose cells of one input column, and all that is made of them, are those of other rows.

        Parameters
        ----------
        source : str
        donors : int ndarray (R, m)
            Positions in the pool, R times.

        Returns
        -------
        ndarray (R, m) or (R, m, classes)
        """

    @abstractmethod
    def as_it_is(self) -> FloatArray:
        """Predictions for the rows with their own cells, (m,) or (m, classes)."""

    def expected(self) -> dict[str, tuple[float, float]]:
        """Mean squared error and mean error to be expected of an exchange, by input column, where algebra tells.

        Those without any exchange come first, under `AS_IT_IS`.
        """
        return {}


@dataclass(frozen=True)
class PlainProbe(Probe):
    """Any model that predicts from rows in the form of `Recipe.rows`."""

    inputs: tuple[str, ...]
    recipe: Recipe
    predict: Callable[[Any], FloatArray]
    exchange: Exchange

    def as_it_is(self) -> FloatArray:
        return self.predict(self.recipe.rows(self.exchange.rows))

    def exchanged(self, source: str, donors: IntArray) -> FloatArray:
        found = self.predict(self.exchange.made(self.recipe, source, donors))
        return found.reshape(*donors.shape, *found.shape[1:])


@dataclass(frozen=True, slots=True)
class Stored:
    """A model of a finished run that is kept as plain arrays.

    Attributes
    ----------
    arrays : mapping of str to ndarray
    levels : mapping of str to tuple of str
        Levels of every column that holds such, in the order of their numbers.
    """

    arrays: Mapping[str, FloatArray]
    levels: Mapping[str, tuple[str, ...]]


class Moved(NamedTuple):
    """How alike two models of a family are in something that only this family has.

    Attributes
    ----------
    name : str
        Dotted, for gates.
    label : str
    value : float or None
        1 where they are the same.
    note : str
    """

    name: str
    label: str
    value: float | None
    note: str


class Family(ABC):
    """One family. Families hold no state: all they work on is handed to them."""

    name: ClassVar[str]
    longer: ClassVar[str] = "raise model.max_iter or model.tol"
    """What helps where fits did not converge."""
    is_linear: ClassVar[bool] = False
    """Its models are linear in the columns, or their logits are."""

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

    def features(self, dataset: Dataset) -> Features:
        """The columns that its models look at."""
        return dataset.features

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
    def models(self, prepared: Prepared, fitted: Fitted, index: int, seed: int = 0) -> list[Callable[[IntArray], FloatArray]]:
        """A point's models on every fold and, last, on all training rows: functions from rows of the dataset to predictions.

        With random numbers, those of one of the path's seeds; the model that is kept is that of the first.
        """

    def mean(self, arrays: Mapping[str, FloatArray], X: Any) -> FloatArray:  # noqa: ANN401
        """Predicted values (m,), or probabilities (m, K), of a model that was kept as plain arrays (`Portrait.arrays`).

        Parameters
        ----------
        arrays : mapping of str to ndarray
        X : ndarray (m, p), csc_array or DataFrame
            What the kept columns transformer makes of new rows; without one the rows themselves.
        """
        raise NotImplementedError(f"{self.name}: its models are kept as pipelines")

    def moved(self, a: Callable[[], Stored], b: Callable[[], Stored]) -> list[Moved]:  # noqa: ARG002
        """What a comparison tells of two models beyond what it tells of all; they are read when they are asked for."""
        return []

    def probes(
        self,
        prepared: Prepared,  # noqa: ARG002
        fitted: Fitted,  # noqa: ARG002
        index: int,  # noqa: ARG002
        exchanges: Sequence[Exchange],  # noqa: ARG002
    ) -> list[Probe]:
        """A point's models on every fold, each with rows to be tried on; none where a family cannot be asked."""
        return []

    def sizes(self, prepared: Prepared, portrait: Portrait) -> FloatArray | None:  # noqa: ARG002
        """SD over the training rows of what each input column adds to the predictor; None where columns add nothing of their own.

        Of every fold's model and, last, of that on all training rows, (F + 1, inputs).
        """
        return None

    def selects_by(self, prepared: Prepared, fitted: Fitted) -> Penalty | None:  # noqa: ARG002
        """The penalty by which a path selects columns of the design; None where it selects none."""
        return None

    @abstractmethod
    def portrait(self, prepared: Prepared, fitted: Fitted, index: int, *, save_model: bool) -> Portrait:
        """What only this family tells of a point."""
