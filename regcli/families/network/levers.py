"""What networks are trained on, by what they are held back, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from regcli.numerics.arrays import FloatArray

    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Levers:
    """What holds a network back; each (S,), one value a network.

    Attributes
    ----------
    weight_decay : ndarray
        λ of w ← w - η(m̂/(√v̂+ε) + λw); biases are exempt.
    l1 : ndarray
        Weights are soft-thresholded by η·l1 after every step, so that zeros are zeros; biases are exempt.
    dropout : ndarray
        Share of hidden units left out of a step; the others are divided by what is kept.
    label_smoothing : ndarray
        ε of (1-ε) y + ε/K for K classes.
    noise : ndarray
        SD of what is added to every input, in SDs of the column.
    mixup : ndarray
        α of Beta(α, α): how two rows are mixed; 0 for not at all.
    """

    weight_decay: FloatArray
    l1: FloatArray
    dropout: FloatArray
    label_smoothing: FloatArray
    noise: FloatArray
    mixup: FloatArray

    @property
    def count(self) -> int:
        """S."""
        return len(self.weight_decay)


LEVERS = tuple(field.name for field in fields(Levers))


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and in what steps.

    Attributes
    ----------
    learning_rate : float
    batch_size : int
        Rows of one step.
    epochs : tuple of int
        Ascending: after how many passes over the rows the networks are handed out; the last ends the training.
    """

    learning_rate: float
    batch_size: int
    epochs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one training set.

    Attributes
    ----------
    X : ndarray (n, p)
        In SDs of this set's columns, or, where rows are augmented, as they come (the augmentation gives back what is scaled).
    target : ndarray (n, K)
        Values in SDs of this set's target, or one column a class, 1 where the row belongs to it.
    weight : ndarray (n,)
        Of mean one.
    """

    X: Floats
    target: Floats
    weight: Floats
