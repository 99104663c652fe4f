"""Every path on one training set, and what it predicts for any rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli import linear

if TYPE_CHECKING:
    from regcli.data.types import FloatArray
    from regcli.preprocess import Preprocessor


@dataclass(frozen=True, slots=True)
class FoldWalk:
    """Every path on one training set, in the scaled columns of that set.

    Attributes
    ----------
    preprocessor : Preprocessor
    fits : list of PathFit
        One for each path.
    kkt : list of ndarray (L,)
    train, validation : list of dict of str to ndarray (L,)
        Metrics of both sides; empty for the full fit.
    """

    preprocessor: Preprocessor
    fits: list[linear.PathFit]
    kkt: list[FloatArray]
    train: list[dict[str, FloatArray]]
    validation: list[dict[str, FloatArray]]


def predicted(loss: str, eta: FloatArray) -> FloatArray:
    """Linear predictors (…, n, K) as metrics take them: values (…, n), or probabilities of all classes (…, n, classes)."""
    if loss == "squared":
        return eta[..., 0]
    n, k = eta.shape[-2:]
    mean = linear.LOSSES[loss].mean(eta.reshape(-1, k)).reshape(*eta.shape[:-2], n, k)
    return np.concatenate([1.0 - mean, mean], axis=-1) if k == 1 else mean
