"""How alike two models' coefficients are; all on standardised coefficients, by feature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from regcli.numerics.arrays import FloatArray

PERSISTENCE = 0.9


def cosine(a: FloatArray, b: FloatArray) -> float | None:
    """Cosine of the angle between two coefficient vectors; None where one is zero and the other is not.

    Two zero vectors are alike: 1.
    """
    norms = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if norms == (0.0, 0.0):
        return 1.0
    return None if 0.0 in norms else float(np.clip(a @ b / (norms[0] * norms[1]), -1.0, 1.0))


def spearman(a: FloatArray, b: FloatArray) -> float | None:
    """Rank correlation of the coefficients, ties at their mean rank; None where a side has no spread."""
    if len(a) < 2:
        return None
    x, y = _ranks(a), _ranks(b)
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    if size == 0:
        return 1.0 if np.array_equal(a, b) else None
    return float(x @ y / size)


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1, ties at their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((counts.cumsum() - (counts - 1) / 2)[place])


def jaccard(a: AbstractSet[str], b: AbstractSet[str]) -> float:
    """Share of the union of two supports that they have in common; two empty ones are alike: 1."""
    union = a | b
    return len(a & b) / len(union) if union else 1.0


def top_overlap(a: Sequence[str], b: Sequence[str], k: int) -> float:
    """Share of the k strongest features of one ranking that are among the k strongest of the other."""
    depth = min(k, max(len(a), len(b)))
    return len(set(a[:k]) & set(b[:k])) / depth if depth else 1.0


def rank_biased_overlap(a: Sequence[str], b: Sequence[str], p: float = PERSISTENCE) -> float:
    """Extrapolated rank-biased overlap of two rankings without ties, of any lengths (Webber et al. 2010, eq. 32).

    1 for equal rankings, 0 for disjoint ones; depth d counts with weight (1-p) p^(d-1).
    """
    short, long = sorted((list(a), list(b)), key=len)
    s, n = len(short), len(long)
    if s == 0:
        return 1.0 if n == 0 else 0.0
    seen_short: set[str] = set()
    seen_long: set[str] = set()
    overlap = []
    for d in range(1, n + 1):
        if d <= s:
            seen_short.add(short[d - 1])
        seen_long.add(long[d - 1])
        overlap.append(len(seen_short & seen_long))
    at_s, at_n = overlap[s - 1], overlap[n - 1]
    first = math.fsum(overlap[d - 1] / d * p**d for d in range(1, n + 1))
    second = math.fsum(at_s * (d - s) / (s * d) * p**d for d in range(s + 1, n + 1))
    return (1 - p) / p * (first + second) + ((at_n - at_s) / n + at_s / s) * p**n
