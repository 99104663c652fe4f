"""Configuration and dataset in, what will be fitted out. Nothing is fitted here but null models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.data.types import Dataset, FloatArray, Splits, Task
    from regcli.preprocess import Design

Loss = Literal["squared", "logistic", "multinomial"]


@dataclass(frozen=True, slots=True)
class PathSpec:
    """One λ path to walk on the full training data and on every fold.

    Attributes
    ----------
    entry : int
        Position in the configuration's list of penalties.
    penalty : {"none", "ridge", "lasso", "elasticnet"}
    l1_ratio : float or None
        1 for the lasso, 0 for ridge, None for none.
    factors : ndarray (p,)
        v_j of every output feature of the full training design, rescaled so that the positive ones sum to their number.
    positive : bool
        Coefficients must be >= 0.
    lambdas : ndarray (L,)
        The grid, descending; `[0.0]` for none.
    generated : bool
        The grid starts at this path's λ_max (values and ends given by the user do not make it so).
    stops : bool
        The path may end early as saturated.
    solver : str
        Name of the solver that will walk it, as in the manifest.
    reason : str
        Why that one.
    """

    entry: int
    penalty: str
    l1_ratio: float | None
    factors: FloatArray
    positive: bool
    lambdas: FloatArray
    generated: bool
    stops: bool
    solver: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the engine needs to know.

    Attributes
    ----------
    config : Config
    dataset : Dataset
    splits : Splits
    task : {"regression", "classification"}
    loss : {"squared", "logistic", "multinomial"}
    metric : str
        The metric λ is chosen by.
    metrics : tuple of str
        Metrics recorded per fold: `metric` first, then select.metrics.
    paths : tuple of PathSpec
        In the order of the penalty list, l1_ratios as given.
    design : Design
        The preprocessed design of the full training data.
    weight_sum : float
        S of the full training fit: sum of sample weight × class weight.
    warnings : tuple of str
    """

    config: Config
    dataset: Dataset
    splits: Splits
    task: Task
    loss: Loss
    metric: str
    metrics: tuple[str, ...]
    paths: tuple[PathSpec, ...]
    design: Design
    weight_sum: float
    warnings: tuple[str, ...]

    @property
    def n_fits(self) -> int:
        """Number of models to fit: grid points × (folds + the full fit)."""
        return sum(len(path.lambdas) for path in self.paths) * (len(self.splits.folds) + 1)
