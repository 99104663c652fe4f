"""What a training set's models are given marks for: their scores on both sides of a fold, their size; and how these are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from regcli.metrics import METRICS
from regcli.scored import Scored
from regcli.scoring import score
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regcli.families.given import Given
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix


class Trained(Protocol):
    """The models of one path on one training set; L points."""

    @property
    def used(self) -> BoolArray:
        """Which columns of X each model looks at, (L, p)."""

    @property
    def complexity(self) -> FloatArray:
        """The fewer the simpler, (L,)."""

    @property
    def n_iter(self) -> IntArray:
        """Rounds, epochs, sweeps; 0 where nothing is iterated. (L,)."""

    @property
    def ended(self) -> BoolArray:
        """Training ended properly, (L,)."""

    def predictions(self, X: Matrix) -> Iterable[FloatArray]:
        """Values (l, m), or probabilities of all classes (l, m, K), of some points after the others, in their order."""


@dataclass(frozen=True, slots=True)
class Marks:
    """One path on one training set, with the random numbers of one seed.

    Attributes
    ----------
    train, validation : dict of str to ndarray (L,)
        Metrics of both sides; empty for the full set.
    n_nonzero : int ndarray (L,)
        Input columns in use.
    complexity : ndarray (L,)
    n_iter : int ndarray (L,)
    ended : bool ndarray (L,)
    alone : ndarray (L, 1) or (L, 1, K), or None
        Predictions of a validation row that is the fold's only one, where some metric is no mean over rows.
    """

    train: dict[str, FloatArray]
    validation: dict[str, FloatArray]
    n_nonzero: IntArray
    complexity: FloatArray
    n_iter: IntArray
    ended: BoolArray
    alone: FloatArray | None

    def piece(self) -> dict[str, FloatArray]:
        """As arrays by name, to be kept."""
        out: dict[str, Any] = {name: getattr(self, name) for name in ("n_nonzero", "complexity", "n_iter", "ended")}
        out |= {f"train.{name}": values for name, values in self.train.items()}
        out |= {f"validation.{name}": values for name, values in self.validation.items()}
        return out if self.alone is None else out | {"alone": self.alone}

    @classmethod
    def of(cls, piece: dict[str, Any]) -> Marks:
        """What `piece` made."""

        def under(head: str) -> dict[str, FloatArray]:
            return {name.removeprefix(head): values for name, values in piece.items() if name.startswith(head)}

        sizes = {name: piece[name] for name in ("n_nonzero", "complexity", "n_iter", "ended")}
        return cls(train=under("train."), validation=under("validation."), alone=piece.get("alone"), **sizes)


def marked(given: Given, trained: Trained) -> Marks:
    """Score the models of a fold on both of its sides; those of all training rows are only measured."""
    plan = given.prepared.plan
    train: dict[str, FloatArray] = {}
    validation: dict[str, FloatArray] = {}
    alone = None
    if not given.is_whole:
        held = plan.splits.folds[given.f].validation
        train, _ = _scores(given, trained, given.rows, given.X)
        pooled = plan.splits.leave_one_out and not all(METRICS[name].is_row_mean for name in plan.metrics)
        validation, alone = _scores(given, trained, held, given.matrix(held), keep=pooled)
    return Marks(
        train, validation, given.inputs(trained.used), trained.complexity, trained.n_iter, trained.ended, alone
    )  # fmt: skip


def _scores(
    given: Given, trained: Trained, rows: IntArray, X: Matrix, *, keep: bool = False
) -> tuple[dict[str, FloatArray], FloatArray | None]:
    """Metrics at every point, (L,) each; and the predictions where they are to be kept."""
    plan = given.prepared.plan
    y, weight = plan.dataset.y[rows], sample_weights(plan.dataset, rows)
    found: list[dict[str, FloatArray]] = []
    kept = []
    for mean in trained.predictions(X):
        found.append(score(Scored(y, mean, weight, plan.task), plan.metrics))
        kept += [mean] if keep else []
    scores = {name: np.concatenate([part[name] for part in found]) for name in plan.metrics}
    return scores, np.concatenate(kept) if keep else None
