"""Boosting by LightGBM or XGBoost where they are installed: levers by their names, scores round by round, kept as text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, softmax

from regcli.errors import UsageError
from regcli.families.described import Estimator
from regcli.families.trees.native import every_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from regcli.families.given import Given
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix

PREFIX = {"lightgbm": "LGBM", "xgboost": "XGB"}
# Levers as the backends call them; columns are drawn for every split, as scikit-learn does.
NAMES = {
    "lightgbm": {
        "rounds": "n_estimators", "max_leaves": "num_leaves", "min_samples_leaf": "min_child_samples",
        "colsample": "feature_fraction_bynode", "l2": "reg_lambda",
    },
    "xgboost": {
        "rounds": "n_estimators", "min_samples_leaf": "min_child_weight", "colsample": "colsample_bynode", "l2": "reg_lambda",
    },
}  # fmt: skip
# What they take for the leaves' penalty by themselves differs, and is always said. One thread: sets are fitted side by side.
ALWAYS: dict[str, dict[str, Any]] = {
    "lightgbm": {"reg_lambda": 0.0, "n_jobs": 1, "deterministic": True, "force_row_wise": True, "verbosity": -1},
    "xgboost": {"reg_lambda": 1.0, "n_jobs": 1, "tree_method": "hist"},
}
NO_LIMIT = {"lightgbm": -1, "xgboost": 0}


def require(backend: str) -> None:
    """Refuse a backend that is not installed.

    Raises
    ------
    UsageError
    """
    if find_spec(backend) is None:
        message = f"estimators: boosting: backend {backend} is not installed"
        raise UsageError(
            message, f"install it with pip install 'regcli[{backend}]', or take backend: sklearn, which needs nothing else"
        )


def told(backend: str, task: str, levers: Mapping[str, Any], seed: int) -> Estimator:
    """The model in words, by the backend's own names."""
    given = {NAMES[backend].get(name, name): value for name, value in levers.items() if value is not None}
    if levers.get("max_depth", 0) is None:
        given["max_depth"] = NO_LIMIT[backend]
    if backend == "lightgbm" and "subsample" in given:
        given["subsample_freq"] = 1  # without it LightGBM draws no rows
    name = PREFIX[backend] + ("Regressor" if task == "regression" else "Classifier")
    return Estimator(name, {**ALWAYS[backend], **given, "random_state": seed})


@dataclass(frozen=True, slots=True)
class Boosted:
    """A boosted model after each of some numbers of rounds.

    Attributes
    ----------
    backend : {"lightgbm", "xgboost"}
    booster : object
        Of the backend's own kind.
    rounds : int ndarray (L,)
    known : ndarray
        Numbers of the classes that its training rows have; empty for a regression.
    classes : int
        How many classes there are; 0 for a regression.
    n_columns : int
    """

    backend: str
    booster: Any
    rounds: IntArray
    known: FloatArray
    classes: int
    n_columns: int

    @property
    def used(self) -> BoolArray:
        out = np.zeros((len(self.rounds), self.n_columns), dtype=bool)
        for i, (columns, _) in enumerate(self._up_to()):
            out[i, list(columns)] = True
        return out

    @property
    def complexity(self) -> FloatArray:
        """Leaves of all trees so far."""
        return np.array([leaves for _, leaves in self._up_to()], dtype=np.float64)

    @property
    def n_iter(self) -> IntArray:
        return self.rounds

    @property
    def ended(self) -> BoolArray:
        return np.ones(len(self.rounds), dtype=bool)

    def predictions(self, X: Matrix) -> Iterator[FloatArray]:
        for mean in self._by_lightgbm(X) if self.backend == "lightgbm" else self._by_xgboost(X):
            if not self.classes:
                yield np.asarray(mean, dtype=np.float64)[None]
                continue
            probability = np.column_stack([1.0 - mean, mean]) if mean.ndim == 1 else mean
            yield every_class(probability, self.known, self.classes)[None]

    def mean(self, X: Matrix) -> FloatArray:
        """Of the only number of rounds: values (m,), or probabilities (m, K)."""
        return np.asarray(next(iter(self.predictions(X)))[0])

    def arrays(self) -> dict[str, Any]:
        """What `of_arrays` reads: the model as its backend writes it down, and the classes."""
        model = self.booster.model_to_string().encode() if self.backend == "lightgbm" else bytes(self.booster.save_raw("json"))
        return {
            "backend": np.frombuffer(self.backend.encode(), dtype=np.uint8),
            "model": np.frombuffer(model, dtype=np.uint8),
            "rounds": self.rounds,
            "known": self.known,
            "sizes": np.array([self.classes, self.n_columns]),
        }

    def _by_lightgbm(self, X: Matrix) -> Iterator[FloatArray]:
        """Round after round what is new is added."""
        raw, done, most = np.zeros(1), 0, self.booster.current_iteration()
        for rounds in self.rounds:
            end = min(int(rounds), most)  # it ends by itself where nothing is left to divide
            if end > done:
                some = {"start_iteration": done, "num_iteration": end - done}
                raw = raw + self.booster.predict(X, raw_score=True, num_threads=1, **some)
                done = end
            yield np.asarray(raw if not self.classes else expit(raw) if raw.ndim == 1 else softmax(raw, axis=1))

    def _by_xgboost(self, X: Matrix) -> Iterator[FloatArray]:
        import xgboost

        rows = xgboost.DMatrix(X, nthread=1)
        for rounds in self.rounds:
            # of single precision: to where they sum to one
            mean = self.booster.predict(rows, iteration_range=(0, int(rounds))).astype(np.float64)
            yield mean / mean.sum(axis=1, keepdims=True) if mean.ndim == 2 else mean

    def _up_to(self) -> Iterator[tuple[set[int], int]]:
        """Columns in use and leaves of the trees up to each number of rounds."""
        trees = _trees_of_lightgbm(self.booster) if self.backend == "lightgbm" else _trees_of_xgboost(self.booster)
        each = max(1, len(trees) // max(1, int(self._iterations())))
        columns: set[int] = set()
        leaves = done = 0
        for rounds in self.rounds:
            for some, n in trees[done * each : int(rounds) * each]:
                columns |= some
                leaves += n
            done = int(rounds)
            yield set(columns), leaves

    def _iterations(self) -> int:
        return int(self.booster.current_iteration() if self.backend == "lightgbm" else self.booster.num_boosted_rounds())


def fit_boosted(backend: str, given: Given, made: Any, rounds: IntArray, categorical: BoolArray) -> Boosted:  # noqa: ANN401
    """Fit the backend's own estimator to a training set."""
    y, known = given.y, np.empty(0)
    if given.classes:
        # classes that a training set lacks are no gap in the numbers
        known, codes = np.unique(given.y, return_inverse=True)
        y = codes.astype(np.float64)
    levels = {"categorical_feature": np.flatnonzero(categorical).tolist()} if categorical.any() else {}
    made.fit(given.X, y, sample_weight=given.weight, **levels)
    booster = made.booster_ if backend == "lightgbm" else made.get_booster()
    return Boosted(backend, booster, rounds, np.asarray(known, dtype=np.float64), given.classes, given.X.shape[1])


def of_arrays(arrays: Mapping[str, Any]) -> Boosted:
    """The model that `Boosted.arrays` wrote down.

    Raises
    ------
    UsageError
        Where its backend is not installed.
    """
    backend, model = (np.asarray(arrays[name], dtype=np.uint8).tobytes() for name in ("backend", "model"))
    name = backend.decode()
    require(name)
    booster: Any
    if name == "lightgbm":
        import lightgbm

        booster = lightgbm.Booster(model_str=model.decode())
    else:
        import xgboost

        booster = xgboost.Booster()
        booster.load_model(bytearray(model))
    classes, n_columns = (int(size) for size in arrays["sizes"])
    return Boosted(name, booster, np.asarray(arrays["rounds"], dtype=np.int64), arrays["known"], classes, n_columns)


def _trees_of_lightgbm(booster: Any) -> list[tuple[set[int], int]]:  # noqa: ANN401
    """Columns and number of leaves of each tree."""
    out: list[tuple[set[int], int]] = []
    for line in booster.model_to_string().splitlines():
        key, _, value = line.partition("=")
        if key == "num_leaves":
            out.append((set(), int(value)))
        elif key == "split_feature" and out:
            out[-1][0].update(map(int, value.split()))
    return out


def _trees_of_xgboost(booster: Any) -> list[tuple[set[int], int]]:  # noqa: ANN401
    """Columns and number of leaves of each tree."""
    out = []
    for tree in json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]["model"]["trees"]:
        divides = [left != -1 for left in tree["left_children"]]
        columns = {column for column, inner in zip(tree["split_indices"], divides, strict=True) if inner}
        out.append((columns, divides.count(False)))
    return out
