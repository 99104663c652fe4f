"""Forests: fitted once on every training set and shrunken after that, or fitted anew for each depth or leaf size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from regcli.families.axis import between
from regcli.families.axis_family import AxisFamily
from regcli.families.described import Estimator
from regcli.families.trees.native import as_pipeline, every_class, fit_native, remarks
from regcli.families.trees.shrinkage import shrink, shrunk
from regcli.families.trees.tree import Refitted, leaves, used_columns
from regcli.preprocess import Takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.config.estimators import Estimator as Wanted
    from regcli.families.axis import AxisPath
    from regcli.families.given import Given
    from regcli.families.trees.native import Native
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.prepare import Prepared

# Where the grid of shrinkage ends before 0, in rows.
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class Shrunken:
    """A fitted forest at every λ of a grid."""

    native: Native
    lambdas: FloatArray
    n_rows: int

    @property
    def used(self) -> BoolArray:
        return np.repeat(used_columns(self.native.estimator)[None], len(self.lambdas), axis=0)

    @property
    def complexity(self) -> FloatArray:
        return np.full(len(self.lambdas), leaves(self.native.estimator))

    @property
    def n_iter(self) -> IntArray:
        return np.zeros(len(self.lambdas), dtype=np.int64)

    @property
    def ended(self) -> BoolArray:
        return np.ones(len(self.lambdas), dtype=bool)

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        forest = self.native.estimator
        total: Any = 0.0
        # row by row the trees' leaves, found by the forest at once
        for tree, leaf in zip(forest.estimators_, forest.apply(X).T, strict=True):
            total = total + shrunk(tree.tree_, self.lambdas, self.n_rows)[leaf]
        mean = np.moveaxis(total / len(forest.estimators_), 2, 0)
        yield every_class(mean, forest.classes_, self.native.classes) if self.native.classes else mean[..., 0]


class Forest(AxisFamily):
    """Random forests and extremely randomised trees."""

    name = "forest"
    complexity_of: ClassVar[str] = "leaves a tree"

    def takes(self, wanted: Wanted, levers: dict[str, Any]) -> Takes:  # noqa: ARG002
        return Takes(gaps=True)

    def backend(self, prepared: Prepared, wanted: Wanted, levers: dict[str, Any]) -> tuple[str, str, str]:
        once = "fitted once on every training set and shrunken after that"
        return _class_of(prepared, levers), once if wanted.axis == "shrinkage" else "fitted at every point", wanted.axis

    def grid(self, given: Given, wanted: Wanted, levers: dict[str, Any], whole: dict[int, Any]) -> FloatArray:  # noqa: ARG002
        n = len(given.rows)
        if wanted.axis == "min_samples_leaf":
            return between(wanted, max(1, n // 4), 1)
        if wanted.axis == "max_depth":
            return between(wanted, 1, max(1, int(2 * np.log2(n))))
        found = between(wanted, n / 2, LEAST)
        # the forest as it was fitted stands at the end
        open_end = wanted.values is None and wanted.min is None and wanted.count > 1
        return np.append(found[: wanted.count - 1], 0.0) if open_end else found

    def train(self, given: Given, path: AxisPath, seed: int) -> Shrunken | Refitted:
        if path.axis != "shrinkage":
            return Refitted(tuple(self.model(given, path, i, seed) for i in range(len(path.lambdas))))
        native = fit_native(given, _told(given.prepared, dict(path.levers), seed).made())
        return Shrunken(native, path.lambdas, _drawn(given, dict(path.levers)))

    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Native:
        levers = path.levers_at(index)
        native = fit_native(given, _told(given.prepared, levers, seed).made())
        if levers["shrinkage"]:
            for tree in native.estimator.estimators_:
                shrink(tree.tree_, levers["shrinkage"], _drawn(given, levers))
        return native

    def saved(self, prepared: Prepared, given: Given, model: Any) -> Estimator:  # noqa: ANN401
        return as_pipeline(prepared, given, model)

    def used(self, model: Native) -> BoolArray:
        return used_columns(model.estimator)

    def equivalent(self, prepared: Prepared, path: AxisPath, index: int) -> dict[str, Any]:
        levers = path.levers_at(index)
        said = remarks(prepared, path)
        if levers["shrinkage"]:
            said.append(f"then every tree is shrunken hierarchically with λ = {levers['shrinkage']:.6g} (Agarwal et al. 2022)")
        return {"code": str(_told(prepared, levers, prepared.plan.config.cv.seed)), "remarks": said}


def _drawn(given: Given, levers: dict[str, Any]) -> int:
    """How many rows are drawn for each tree."""
    n, share = len(given.rows), levers["max_samples"]
    return n if share is None else max(int(n * share), 1)


def _class_of(prepared: Prepared, levers: dict[str, Any]) -> str:
    task = "Regressor" if prepared.plan.task == "regression" else "Classifier"
    return ("ExtraTrees" if levers["extra"] else "RandomForest") + task


def _told(prepared: Prepared, levers: dict[str, Any], seed: int) -> Estimator:
    """The forest in words; what is scikit-learn's default is left out."""
    usual = {"min_samples_leaf": 1, "n_estimators": 100}
    left_out = {"shrinkage", "extra"}
    given = {k: v for k, v in levers.items() if k not in left_out and v is not None and v != usual.get(k)}
    if levers["extra"] and levers["max_samples"] is not None:
        given["bootstrap"] = True
    return Estimator(_class_of(prepared, levers), {**given, "random_state": seed})
