"""Rows that come twice, on both sides of a fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.advice.finding import Finding
from regcli.numerals import count, percent

if TYPE_CHECKING:
    from regcli.data.types import Dataset, Splits
    from regcli.numerics.arrays import FloatArray, IntArray

    Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]

# Share of the validation rows with a twin that is worth a word.
TWINS = 0.01
# Twins, and rows, among which near misses are looked for; columns in which these differ at most; how many a twin may have.
SOME, OTHERS, APART, USUAL = 300, 3000, 2, 0.5


def twins(dataset: Dataset, splits: Splits) -> list[Finding]:
    """Validation rows that stand among the training rows of their own fold a second time, target and all.

    Where columns hold few different values, rows are the same by chance; then there are also rows that nearly are. A copied row
    has no such neighbours.
    """
    rows = splits.train
    columns = _columns(dataset, rows)
    _, key = np.unique(_hashes(columns), return_inverse=True)
    n_different = int(key.max(initial=-1)) + 1
    if n_different == len(rows):
        return []
    share = _share(dataset, splits, key, n_different)
    if share <= TWINS or _near_misses(dataset, rows, columns, key) > USUAL:
        return []
    n = len(rows) - n_different
    return [
        Finding(
            "twins_across_folds",
            "leakage",
            (),
            "share of validation rows",
            share,
            f"at most {percent(TWINS)}",
            f"{percent(share)} of the validation rows stand a second time, target and all, among the rows their model has learnt "
            f"from; {count(n, 'row')} of {count(len(rows))} {'is a repetition' if n == 1 else 'are repetitions'}. "
            "Scores are better than new rows will have them.",
            "Take repetitions out of the file; or, if they belong together, name what they share as dataset.group.",
        )
    ]


def _share(dataset: Dataset, splits: Splits, key: IntArray, n_different: int) -> float:
    """Share of all validation rows that have a twin in the training rows of their fold."""
    place = np.full(len(dataset), -1)
    place[splits.train] = np.arange(len(splits.train))
    hit, seen = 0, 0
    for fold in splits.folds[: max(1, 50_000_000 // max(1, len(splits.train)))]:
        known = np.zeros(n_different, dtype=bool)
        known[key[place[fold.train]]] = True
        inside = known[key[place[fold.validation]]]
        hit, seen = hit + int(inside.sum()), seen + len(inside)
    return hit / max(seen, 1)


def _near_misses(dataset: Dataset, rows: IntArray, columns: list[Hashes], key: IntArray) -> float:
    """How many rows, on average, differ from a row that has a twin in one or two columns."""
    random = np.random.default_rng(2)
    often = np.flatnonzero(np.bincount(key)[key] > 1)
    some = random.permutation(often)[:SOME]
    others = np.sort(random.permutation(len(rows))[:OTHERS])
    numeric = dataset.features.numeric
    apart = np.zeros((len(some), len(others)), dtype=np.int32)
    for column in columns[1:]:
        apart += column[some][:, None] != column[others][None, :]
    width = len(columns) - 1
    if sparse.issparse(numeric):
        held: Any = sparse.csr_array(numeric[rows])
        held = sparse.csr_array((np.ones(held.nnz), held.indices, held.indptr), shape=held.shape)
        size = np.diff(held.indptr)
        apart = (size[some][:, None] + size[others][None, :] - 2 * (held[some] @ held[others].T).toarray()).astype(np.int32)
        width = held.shape[1]
    near = (apart > 0) & (apart <= min(APART, width - 1))
    return float(near.sum()) / len(some) * len(rows) / len(others)


def _columns(dataset: Dataset, rows: IntArray) -> list[Hashes]:
    """The target and every column as numbers that are the same where the cells are; of sparse columns all in one."""
    features = dataset.features
    out = [_bits(dataset.y[rows])]
    if sparse.issparse(features.numeric):
        part: Any = sparse.csr_array(features.numeric[rows])
        part.sort_indices()
        cells = _hashes([part.indices.astype(np.uint64), _bits(part.data)])
        total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(cells, dtype=np.uint64)])
        out.append(total[part.indptr[1:]] - total[part.indptr[:-1]])
    else:
        out += [_bits(np.asarray(features.numeric[rows, j])) for j in range(features.numeric.shape[1])]
    for texts in (*features.texts, *(dataset.ids.texts if dataset.ids is not None else ())):
        code = {cell: i for i, cell in enumerate(dict.fromkeys(texts[rows].tolist()))}
        out.append(np.array([code[cell] for cell in texts[rows].tolist()], dtype=np.uint64))
    return out


def _hashes(columns: list[Hashes]) -> Hashes:
    """One number for each row that is the same where all columns are, and hardly ever else."""
    h = np.full(len(columns[0]), 0xCBF29CE484222325, dtype=np.uint64)
    for column in columns:
        h ^= column
        h *= np.uint64(0x9E3779B97F4A7C15)
        h ^= h >> np.uint64(29)
    return h


def _bits(values: FloatArray) -> Hashes:
    """Numbers as they are held, 0 and -0 alike, every NaN the same."""
    plain = np.ascontiguousarray(np.where(np.isnan(values), np.nan, values + 0.0))
    return plain.view(np.uint64)
