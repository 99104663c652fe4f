"""Which features a model rests on: its support, and the strongest of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray, FloatArray

# A dense model's support: standardised coefficients of at least this share of the largest.
DENSE_SUPPORT = 0.05
# The strongest features are so many.
TOP = 10


def is_dense(l1_ratio: float | None, stage: str | None = None) -> bool:
    """Whether a penalty of this l1_ratio (None: no penalty) sets no coefficient to zero; a second stage selects first."""
    return stage is None and (l1_ratio is None or l1_ratio == 0)


def in_support(size: FloatArray, *, dense: bool) -> BoolArray:
    """Whether a feature counts: it has a coefficient, of a dense model one that is not small beside the largest.

    Parameters
    ----------
    size : ndarray (…, d)
        |standardised coefficient|.
    dense : bool
    """
    floor = DENSE_SUPPORT * size.max(axis=-1, keepdims=True, initial=0.0) if dense else 0.0
    return np.asarray((size > 0) & (size >= floor))


def strongest(size: FloatArray, k: int = TOP) -> BoolArray:
    """The k largest of those that are not zero, ties in their order; as many models at once as there are rows, (…, d)."""
    flat = size.reshape(-1, size.shape[-1])
    chosen = np.zeros(flat.shape, dtype=bool)
    for row, mine in zip(flat, chosen, strict=True):
        live = np.flatnonzero(row)
        mine[live[np.argsort(-row[live], kind="stable")[:k]]] = True
    return chosen.reshape(size.shape)
