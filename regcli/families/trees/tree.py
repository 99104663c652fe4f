"""One decision tree: grown once for each training set and pruned on its arrays, or fitted anew for each depth or leaf size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from regcli.errors import UsageError
from regcli.families.axis import between
from regcli.families.axis_family import AxisFamily, random_state
from regcli.families.described import Estimator
from regcli.families.trees.native import as_pipeline, every_class, fit_native, remarks
from regcli.families.trees.pruning import LEAF, Pruned, grid, weakest_links
from regcli.preprocess import Takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.config.estimators import Estimator as Wanted
    from regcli.families.axis import AxisPath
    from regcli.families.given import Given
    from regcli.families.trees.native import Native
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.prepare import Prepared

CRITERIA = {
    "regression": ("squared_error", "friedman_mse", "absolute_error", "poisson"),
    "classification": ("gini", "entropy", "log_loss"),
}
# Numbers of predictions that are held at a time.
HELD = 4_000_000


@dataclass(frozen=True, slots=True)
class PrunedPath:
    """A grown tree pruned at every point."""

    native: Native
    pruned: Pruned

    @property
    def used(self) -> BoolArray:
        tree = self.native.estimator.tree_
        out = np.zeros((self.pruned.splits.shape[1], tree.n_features), dtype=bool)
        for i, splits in enumerate(self.pruned.splits.T):
            out[i, tree.feature[splits]] = True
        return out

    @property
    def complexity(self) -> FloatArray:
        return self.pruned.n_leaves.astype(float)

    @property
    def n_iter(self) -> IntArray:
        return np.zeros(len(self.complexity), dtype=np.int64)

    @property
    def ended(self) -> BoolArray:
        return np.ones(len(self.complexity), dtype=bool)

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        estimator = self.native.estimator
        ends = self.pruned.ends[estimator.apply(X)]
        value = estimator.tree_.value[:, 0]
        step = max(1, HELD // max(ends.shape[0] * max(self.native.classes, 1), 1))
        for start in range(0, ends.shape[1], step):
            found = value[ends[:, start : start + step].T]
            yield every_class(found, estimator.classes_, self.native.classes) if self.native.classes else found[..., 0]


@dataclass(frozen=True, slots=True)
class Refitted:
    """A tree, or a forest, for each point."""

    natives: tuple[Native, ...]

    @property
    def used(self) -> BoolArray:
        return np.array([used_columns(native.estimator) for native in self.natives])

    @property
    def complexity(self) -> FloatArray:
        return np.array([leaves(native.estimator) for native in self.natives])

    @property
    def n_iter(self) -> IntArray:
        return np.zeros(len(self.natives), dtype=np.int64)

    @property
    def ended(self) -> BoolArray:
        return np.ones(len(self.natives), dtype=bool)

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        for native in self.natives:
            yield native.mean(X)[None]


def trees_of(estimator: Any) -> list[Any]:  # noqa: ANN401 - scikit-learn has no types
    """The trees of a forest, or the one there is."""
    return [one.tree_ for one in getattr(estimator, "estimators_", [estimator])]


def used_columns(estimator: Any) -> BoolArray:  # noqa: ANN401
    """Which columns some tree divides rows by, (p,)."""
    out = np.zeros(estimator.n_features_in_, dtype=bool)
    for tree in trees_of(estimator):
        out[tree.feature[tree.children_left != LEAF]] = True
    return out


def leaves(estimator: Any) -> float:  # noqa: ANN401
    """Leaves of a tree, on average."""
    return float(np.mean([(tree.children_left == LEAF).sum() for tree in trees_of(estimator)]))


def require_criterion(prepared: Prepared, entry_kind: str, criterion: str | None) -> None:
    """Refuse a criterion of the other task, or of another target.

    Raises
    ------
    UsageError
    """
    task = prepared.plan.task
    if criterion is not None and criterion not in CRITERIA[task]:
        known = ", ".join(CRITERIA[task])
        raise UsageError(f"estimators: {entry_kind}: criterion {criterion} is none of {task}", f"allowed: {known}")
    if criterion == "poisson" and prepared.plan.dataset.y[prepared.plan.splits.train].min() < 0:
        message = f"estimators: {entry_kind}: criterion poisson is of counts, and the target is negative in some rows"
        raise UsageError(message, "take squared_error, friedman_mse or absolute_error")


class Tree(AxisFamily):
    """Decision trees."""

    name = "tree"
    complexity_of: ClassVar[str] = "leaves"

    def takes(self, wanted: Wanted, levers: dict[str, Any]) -> Takes:  # noqa: ARG002
        return Takes(gaps=True)

    def is_random(self, wanted: Wanted, levers: dict[str, Any]) -> bool:
        return levers["max_features"] is not None or (wanted.seeds or 1) > 1

    def backend(self, prepared: Prepared, wanted: Wanted, levers: dict[str, Any]) -> tuple[str, str, str]:
        require_criterion(prepared, self.name, levers["criterion"])
        why = "grown once on every training set and pruned on one grid" if wanted.axis == "ccp_alpha" else "fitted at every point"
        return _class_of(prepared), why, wanted.axis

    def grid(self, given: Given, wanted: Wanted, levers: dict[str, Any], whole: dict[int, Any]) -> FloatArray:
        if wanted.values is not None:
            return between(wanted, 0, 0)
        if wanted.axis == "min_samples_leaf":
            return between(wanted, max(1, len(given.rows) // 4), 1)
        state = random_state(given.prepared, 0)
        grown = fit_native(given, _estimator(given.prepared, levers, state))
        if wanted.axis == "max_depth":
            return between(wanted, 1, max(1, grown.estimator.get_depth()))
        links = weakest_links(grown.estimator.tree_)
        whole[state] = grown, links
        return grid(grown.estimator.tree_, links, wanted.count, wanted.max, wanted.min)

    def train(self, given: Given, path: AxisPath, seed: int) -> PrunedPath | Refitted:
        if path.axis != "ccp_alpha":
            return Refitted(tuple(self.model(given, path, i, seed) for i in range(len(path.lambdas))))
        of_grid = path.whole.pop(seed, None) if given.is_whole else None
        native, links = of_grid or (fit_native(given, _estimator(given.prepared, dict(path.levers), seed)), None)
        return PrunedPath(native, Pruned.of(native.estimator.tree_, path.lambdas, links))

    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Native:
        return fit_native(given, _estimator(given.prepared, path.levers_at(index), seed))

    def saved(self, prepared: Prepared, given: Given, model: Any) -> Estimator:  # noqa: ANN401
        return as_pipeline(prepared, given, model)

    def used(self, model: Native) -> BoolArray:
        return used_columns(model.estimator)

    def equivalent(self, prepared: Prepared, path: AxisPath, index: int) -> dict[str, Any]:
        told = _told(prepared, path.levers_at(index), prepared.plan.config.cv.seed)
        return {"code": str(told), "remarks": remarks(prepared, path)}


def _class_of(prepared: Prepared) -> str:
    return "DecisionTreeRegressor" if prepared.plan.task == "regression" else "DecisionTreeClassifier"


def _told(prepared: Prepared, levers: dict[str, Any], seed: int) -> Estimator:
    """The tree in words; what is scikit-learn's default is left out."""
    usual = {"ccp_alpha": 0.0, "min_samples_leaf": 1}
    given = {name: value for name, value in levers.items() if value is not None and value != usual.get(name)}
    return Estimator(_class_of(prepared), {**given, "random_state": seed})


def _estimator(prepared: Prepared, levers: dict[str, Any], seed: int) -> Any:  # noqa: ANN401
    return _told(prepared, levers, seed).made()
