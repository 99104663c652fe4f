"""A model of scikit-learn's histogram boosting after each of some numbers of rounds.

Predictions are scikit-learn's own to the last bit (`staged_predict`), made sooner: rows are binned once, and of many
rows each tree takes all at a time, node by node.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.trees.native import Native, every_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix

# Numbers of predictions that are held at a time.
HELD = 4_000_000
# With fewer rows for each of its nodes a tree is walked row by row.
MANY = 300


@dataclass(frozen=True, slots=True)
class Staged:
    """A boosted model after each of some numbers of rounds."""

    native: Native
    rounds: IntArray

    @property
    def used(self) -> BoolArray:
        estimator = self.native.estimator
        out = np.zeros((len(estimator._predictors), estimator.n_features_in_), dtype=bool)  # noqa: SLF001
        for i, trees in enumerate(estimator._predictors):  # noqa: SLF001
            for tree in trees:
                out[i, tree.nodes["feature_idx"][tree.nodes["is_leaf"] == 0]] = True
        out = np.logical_or.accumulate(out, axis=0)[self.rounds - 1]
        if estimator.is_categorical_ is not None:
            # its trees see columns of levels first
            out[:, np.argsort(~estimator.is_categorical_, kind="stable")] = out.copy()
        return out

    @property
    def complexity(self) -> FloatArray:
        """Leaves of all trees so far."""
        each = [sum(tree.get_n_leaf_nodes() for tree in trees) for trees in self.native.estimator._predictors]  # noqa: SLF001
        return np.cumsum(each)[self.rounds - 1].astype(float)

    @property
    def n_iter(self) -> IntArray:
        return self.rounds

    @property
    def ended(self) -> BoolArray:
        return np.ones(len(self.rounds), dtype=bool)

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        estimator, classes = self.native.estimator, self.native.classes
        binned = Binned.of(estimator, X)
        raw = np.zeros((X.shape[0], estimator.n_trees_per_iteration_), order="F") + estimator._baseline_prediction  # noqa: SLF001
        held, done, some = max(1, HELD // max(X.shape[0] * max(classes, 1), 1)), 0, []
        for rounds in self.rounds.tolist():
            for trees in estimator._predictors[done:rounds]:  # noqa: SLF001
                for k, tree in enumerate(trees):
                    raw[:, k] += binned.added(tree)
            done = rounds
            some.append(self._mean(raw))
            if len(some) == held or rounds == self.rounds[-1]:
                yield np.array(some)
                some = []

    def _mean(self, raw: FloatArray) -> FloatArray:
        estimator, classes = self.native.estimator, self.native.classes
        if not classes:
            return np.array(estimator._loss.link.inverse(raw.ravel()))  # noqa: SLF001
        return every_class(estimator._loss.predict_proba(raw), estimator.classes_, classes)  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Binned:
    """Rows as a boosted model's trees see them.

    Attributes
    ----------
    cells : uint8 ndarray (m, p), Fortran order
    missing : int
        The bin of what is missing.
    has_gaps : list of bool (p,)
        Whether something is missing in a column.
    """

    cells: NDArray[np.uint8]
    missing: int
    has_gaps: list[bool]

    @classmethod
    def of(cls, estimator: Any, X: Matrix) -> Binned:  # noqa: ANN401 - scikit-learn has no types
        """Bin rows."""
        mapper = estimator._bin_mapper  # noqa: SLF001
        cells, missing = mapper.transform(estimator._preprocess_X(X, reset=False)), int(mapper.missing_values_bin_idx_)  # noqa: SLF001
        return cls(cells, missing, (cells == missing).any(axis=0).tolist())

    def added(self, tree: Any) -> FloatArray:  # noqa: ANN401
        """What one of the trees adds to the prediction of every row, (m,)."""
        nodes = tree.nodes
        if len(self.cells) < MANY * len(nodes):
            return np.asarray(tree.predict_binned(self.cells, self.missing, 1))
        is_leaf = nodes["is_leaf"] == 1
        inner, before = nodes[~is_leaf], np.append(0, np.cumsum(is_leaf))
        names = ("left", "right", "feature_idx", "bin_threshold", "missing_go_to_left", "is_categorical", "bitset_idx")
        told = zip(np.flatnonzero(~is_leaf).tolist(), *(inner[name].tolist() for name in names), strict=True)
        # leaves are numbered from left to right: whoever goes right at a node leaves those on its left behind
        behind = (before[inner["right"]] - before[inner["left"]]).astype(np.min_scalar_type(len(nodes)))
        number = np.zeros(len(self.cells), dtype=behind.dtype)
        here = {0: np.ones(len(self.cells), dtype=bool)}
        for (node, left, right, column, threshold, gaps_left, is_level, bitset), many in zip(told, behind, strict=True):
            rows = here.pop(node)
            if is_level:
                goes_left = self._of_levels(column, tree.binned_left_cat_bitsets[bitset], gaps_left=bool(gaps_left))
            else:
                goes_left = self.cells[:, column] <= threshold
                if gaps_left and self.has_gaps[column]:
                    goes_left |= self.cells[:, column] == self.missing
            here[left] = rows & goes_left
            here[right] = rest = rows ^ here[left]
            number += rest.view(np.uint8) * many
        out = np.empty(len(number))
        nodes["value"][is_leaf].take(number, out=out, mode="clip")
        return out

    def _of_levels(self, column: int, bitset: NDArray[np.uint32], *, gaps_left: bool) -> BoolArray:
        """Which rows have levels that go left."""
        left = np.unpackbits(bitset.view(np.uint8), bitorder="little").astype(bool)
        left[self.missing] = gaps_left
        goes: BoolArray = left[self.cells[:, column]]
        return goes


def up_to(native: Native, rounds: int) -> Native:
    """The model after some of its rounds: what fitting no more than these makes of the same rows."""
    estimator = copy(native.estimator).set_params(max_iter=rounds)
    estimator._predictors = estimator._predictors[:rounds]  # noqa: SLF001
    return Native(estimator, native.classes)


def settled(native: Native) -> Native:
    """The same model, with nothing in it that tells in how many rounds it was fitted before it was cut.

    That is where the columns of a further round would be drawn from, which never comes.
    """
    estimator = copy(native.estimator)
    estimator._feature_subsample_rng = np.random.default_rng(int(estimator._random_seed))  # noqa: SLF001
    return Native(estimator, native.classes)
