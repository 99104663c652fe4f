"""Boosting: all rounds at once on every training set, scored after each; how many are taken is chosen on the mean curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from scipy import sparse

from regcli.errors import DataError, UsageError
from regcli.families.axis import between
from regcli.families.axis_family import AxisFamily
from regcli.families.described import Estimator
from regcli.families.trees.extras import Boosted, fit_boosted, of_arrays, require, told
from regcli.families.trees.native import as_pipeline, fit_native, remarks
from regcli.families.trees.staged import Staged, settled, up_to
from regcli.preprocess import Takes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.config.estimators import Estimator as Wanted
    from regcli.families.axis import AxisPath
    from regcli.families.given import Given
    from regcli.families.trees.native import Native
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.prepare import Prepared

# Rounds times learning rate, where the grid ends by default; and between what numbers of rounds.
ENOUGH, FEWEST, MOST = 50.0, 50, 5000
# More levels than the backend can tell apart.
LEVELS = 255
WHO = {"sklearn": "scikit-learn's histogram boosting", "lightgbm": "LightGBM", "xgboost": "XGBoost"}
# Levers as scikit-learn calls them.
NAMES = {
    "rounds": "max_iter", "max_leaves": "max_leaf_nodes", "colsample": "max_features", "l2": "l2_regularization",
}  # fmt: skip


class Boosting(AxisFamily):
    """Gradient boosting of trees."""

    name = "boosting"
    complexity_of: ClassVar[str] = "leaves"

    def takes(self, wanted: Wanted, levers: dict[str, Any]) -> Takes:  # noqa: ARG002
        return Takes(gaps=True, levels=_of(wanted) != "xgboost")

    def is_random(self, wanted: Wanted, levers: dict[str, Any]) -> bool:
        return levers["colsample"] is not None or levers["subsample"] is not None or (wanted.seeds or 1) > 1

    def backend(self, prepared: Prepared, wanted: Wanted, levers: dict[str, Any]) -> tuple[str, str, str]:
        backend = _of(wanted)
        if sparse.issparse(prepared.plan.dataset.features.numeric):
            message = f"estimators: boosting: {WHO[backend]} takes no sparse columns here"
            raise UsageError(message, "take tree or forest")
        why = "all rounds at once on every training set, scored after each"
        if backend != "sklearn":
            require(backend)
            return told(backend, prepared.plan.task, {}, 0).name, why, "n_estimators"
        if levers["subsample"] is not None:
            message = "estimators: boosting: scikit-learn's histogram boosting sees all rows in every round: it has no subsample"
            raise UsageError(message, "leave subsample out, give colsample, or take backend: lightgbm or xgboost")
        return _class_of(prepared), why, NAMES["rounds"]

    def grid(self, given: Given, wanted: Wanted, levers: dict[str, Any], whole: dict[int, Any]) -> FloatArray:  # noqa: ARG002
        if _of(wanted) == "sklearn":
            _refuse_levels(given)
        most = int(np.clip(round(ENOUGH / float(levers["learning_rate"])), FEWEST, MOST))
        return between(wanted, 1, most)

    def train(self, given: Given, path: AxisPath, seed: int) -> Staged | Boosted:
        rounds = path.lambdas.astype(np.int64)
        levers = {**path.levers, "rounds": int(rounds[-1])}
        if _of(path.wanted) != "sklearn":
            return _by_extra(given, path, levers, rounds, seed)
        native = fit_native(given, _estimator(given, levers, seed))
        if given.is_whole:
            path.whole[seed] = native
        return Staged(native, rounds)

    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Native | Boosted:
        levers = path.levers_at(index)
        if _of(path.wanted) != "sklearn":
            return _by_extra(given, path, levers, path.lambdas[index : index + 1].astype(np.int64), seed)
        whole = path.whole.get(seed) if given.is_whole else None
        return fit_native(given, _estimator(given, levers, seed)) if whole is None else up_to(whole, int(path.lambdas[index]))

    def saved(self, prepared: Prepared, given: Given, model: Any) -> Estimator | None:  # noqa: ANN401
        if not isinstance(model, Boosted):
            return as_pipeline(prepared, given, settled(model))
        transformer = given.encoded.transformer
        return None if transformer is None else Estimator("Pipeline", {"steps": [("columns", transformer)]})

    def arrays(self, model: Native | Boosted) -> dict[str, Any] | None:
        return model.arrays() if isinstance(model, Boosted) else None

    def mean(self, arrays: Mapping[str, FloatArray], X: Any) -> FloatArray:  # noqa: ANN401
        """As `Family.mean`."""
        return of_arrays(arrays).mean(np.asarray(X, dtype=np.float64))

    def used(self, model: Native | Boosted) -> BoolArray:
        staged = model if isinstance(model, Boosted) else Staged(model, np.array([len(model.estimator._predictors)]))  # noqa: SLF001
        every: BoolArray = staged.used[0]
        return every

    def equivalent(self, prepared: Prepared, path: AxisPath, index: int) -> dict[str, Any]:
        levers, seed, backend = path.levers_at(index), prepared.plan.config.cv.seed, _of(path.wanted)
        is_extra = backend != "sklearn"
        code = told(backend, prepared.plan.task, levers, seed) if is_extra else _told(prepared, levers, seed)
        said = remarks(prepared, path)
        if backend != "xgboost" and path.recipe.transformer is not None and "categorical" in prepared.plan.dataset.features.kinds:
            how = "categorical_feature, which fit is given" if is_extra else "categorical_features"
            said.append(f"its levels are numbers, told to it by {how}")
        return {"code": str(code), "remarks": said}


def _of(wanted: Wanted) -> str:
    """Whose boosting it is."""
    return str(getattr(wanted, "backend", "sklearn"))


def _by_extra(given: Given, path: AxisPath, levers: dict[str, Any], rounds: IntArray, seed: int) -> Boosted:
    backend = _of(path.wanted)
    made = told(backend, given.prepared.plan.task, levers, seed).made()
    levels = _categorical(given) if backend == "lightgbm" else np.zeros(given.X.shape[1], dtype=bool)
    return fit_boosted(backend, given, made, rounds, levels)


def _class_of(prepared: Prepared) -> str:
    return "HistGradientBoosting" + ("Regressor" if prepared.plan.task == "regression" else "Classifier")


def _categorical(given: Given) -> BoolArray:
    """Which columns of X hold numbers of levels."""
    features = given.recipe.features
    levels = {name for name, kind in zip(features.names, features.kinds, strict=True) if kind == "categorical"}
    return np.array([output.name in levels for output in given.encoded.outputs])


def _refuse_levels(given: Given) -> None:
    """Refuse columns of more levels than can be told apart.

    Raises
    ------
    DataError
    """
    for j in np.flatnonzero(_categorical(given)):
        n = int(np.nanmax(given.X[:, j], initial=-1.0)) + 1
        if n > LEVELS:
            raise DataError(
                f"estimators: boosting: column {given.encoded.outputs[j].name!r} has {n:,} levels; {LEVELS} can be told apart",
                "combine rare levels: preprocess.categorical.min_frequency",
                {"preprocess.categorical.min_frequency": 10},
            )


def _told(prepared: Prepared, levers: dict[str, Any], seed: int) -> Estimator:
    """The model in words; what is scikit-learn's default is left out."""
    usual = {"learning_rate": 0.1, "max_iter": 100}
    given = {NAMES.get(name, name): value for name, value in levers.items() if value is not None}
    given = {name: value for name, value in given.items() if value != usual.get(name)}
    return Estimator(_class_of(prepared), {**given, "early_stopping": False, "random_state": seed})


def _estimator(given: Given, levers: dict[str, Any], seed: int) -> Any:  # noqa: ANN401 - scikit-learn has no types
    made = _told(given.prepared, levers, seed).made()
    levels = _categorical(given)
    return made.set_params(categorical_features=levels if levels.any() else None)
