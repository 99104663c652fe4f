"""Random experiments for both engines: data with their troubles, folds of every scheme, and configurations over them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st
from scipy import sparse

from regcli import data
from regcli.config import config_from_data
from regcli.data.types import Dataset, Features
from regcli.engine import search
from regcli.experiment import ready

if TYPE_CHECKING:
    from regcli.engine import Search
    from regcli.prepare import Prepared

TOL = 1e-8
LABELS = {"squared": (), "logistic": ("no", "yes"), "multinomial": ("a", "b", "c")}
SCALERS = ["standard", "robust", "minmax", "maxabs", "none"]
# name -> fewest and most rows and columns
SHAPES = {"tall": ((48, 80), (1, 6)), "square": ((30, 36), (20, 36)), "wide": ((24, 36), (45, 60))}
# Leaving one out fits as many models as there are rows.
FEW = {"tall": 20, "square": 20, "wide": 12}


@dataclass(frozen=True, slots=True)
class Case:
    """An experiment: rows, and what is asked of them."""

    rows: Dataset
    config: dict[str, Any]

    def plan(self, engine: str, jobs: int = 1) -> Prepared:
        """The experiment as one of the engines would run it."""
        roles = {"kind": "csv", "path": "made.csv", "target": "y"}
        for role, column in (("group", self.rows.group), ("weight", self.rows.weight)):
            roles |= {role: role} if column is not None else {}
        roles |= {"time": "time"} if self.rows.ordered else {}
        wanted = {"task": self.rows.task, "dataset": roles, "model": {"tol": TOL}, **self.config}
        config = config_from_data({**wanted, "execution": {"engine": engine, "jobs": jobs}}, "test", Path())
        return ready(config, self.rows, data.split(self.rows, config))

    def search(self, engine: str, jobs: int = 1) -> tuple[Prepared, Search]:
        """The plan and what comes of it."""
        plan = self.plan(engine, jobs)
        return plan, search(plan)


def dataset(X, y, loss, *, town=None, weight=None, group=None, fold=None, ordered=False) -> Dataset:
    """Columns x0, x1, … as they come from a file, and a town where there is one."""
    names = tuple(f"x{j}" for j in range(X.shape[1]))
    kinds = ("numeric",) * len(names)
    names, kinds, texts = (names, kinds, ()) if town is None else ((*names, "town"), (*kinds, "categorical"), (town,))
    numeric = sparse.csr_array(X) if sparse.issparse(X) else np.asfortranarray(X)
    classes = LABELS[loss]
    return Dataset(
        features=Features(names, kinds, numeric, texts),
        y=np.asarray(y, dtype=float),
        task="classification" if classes else "regression",
        classes=classes,
        weight=weight,
        group=group,
        fold=fold,
        holdout=None,
        ordered=ordered,
        row=np.arange(len(y)),
        target="y",
        source="made here",
        sha256="",
        n_source_rows=len(y),
        n_source_columns=len(names) + 1,
        profile=(),
        warnings=(),
    )


def near_copy(X, j, rng):
    """All but the same as another column."""
    X[:, j] = X[:, (j + 1) % X.shape[1]] + 1e-2 * rng.normal(size=len(X))


def lone(X, j, _):
    """Nothing but one row, so that a fold without it has a constant."""
    X[:, j] = 0.0
    X[len(X) // 3, j] = 2.0


def constant(X, j, _):
    """The same in every row."""
    X[:, j] = 3.0


def offset(X, j, rng):
    """Far from zero beside its spread."""
    X[:, j] += 10.0 ** rng.uniform(0, 4)


def unit(X, j, rng):
    """In small or large units."""
    X[:, j] *= 10.0 ** rng.uniform(-6, 6)


TROUBLES = {trouble.__name__: trouble for trouble in (near_copy, lone, constant, offset, unit)}


def schemes(loss: str) -> list[str]:
    """Names that `scheme` knows."""
    plain = ["kfold", "repeats", "group", "time_series", "shuffle_split", "predefined"]
    # several classes take seconds where every row is a fold
    return (
        plain
        + {"squared": ["leave_one_out"], "logistic": ["leave_one_out", "stratified"], "multinomial": ["stratified_group"]}[loss]
    )


@st.composite
def scheme(draw, kind: str, n: int, loss: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A block `cv`, and the roles that rows need for it."""
    rng = np.random.default_rng(draw(st.integers(0, 100)))
    splits = draw(st.integers(2, 4))
    groups = np.array([f"g{i}" for i in rng.integers(0, 12, n)], dtype=object)
    uneven = np.array([str(i) for i in rng.choice(4, n, p=[0.05, 0.15, 0.3, 0.5])], dtype=object)
    recent = draw(st.sampled_from([None, 20]))
    return {
        "kfold": ({"kind": "kfold", "n_splits": splits, "shuffle": draw(st.booleans())}, {}),
        "repeats": ({"kind": "kfold" if loss == "squared" else "stratified", "n_splits": splits, "repeats": 2}, {}),
        "stratified": ({"kind": "stratified", "n_splits": splits}, {}),
        "group": ({"kind": "group", "n_splits": splits}, {"group": groups}),
        "stratified_group": ({"kind": "stratified_group", "n_splits": splits}, {"group": groups}),
        "time_series": (
            {"kind": "time_series", "n_splits": 2, "gap": draw(st.integers(0, 2)), "max_train_size": recent},
            {"ordered": True},
        ),
        "shuffle_split": ({"kind": "shuffle_split", "n_splits": splits, "test_size": 0.3}, {}),
        "leave_one_out": ({"kind": "leave_one_out"}, {}),
        "predefined": ({"kind": "predefined", "column": "fold"}, {"fold": uneven}),
    }[kind]


@st.composite
def penalties(draw, p: int, loss: str, *, none: bool) -> dict[str, Any]:
    """One penalty, with its factors and its signs."""
    kind = draw(st.sampled_from(["lasso", "elasticnet", "ridge", *(["none"] if none else [])]))
    # many optima: non-negative least squares on more columns than rows, and a column of several classes that nothing but its sign
    # holds, whose coefficients may all be raised together
    open_end = (kind == "none" and p > 10) or (none and loss == "multinomial")
    entry = {"kind": kind, "positive": not open_end and draw(st.sampled_from([False, False, False, True]))}
    if kind == "elasticnet":
        entry["l1_ratio"] = draw(st.sampled_from([[0.5], [0.1, 0.9]]))
    if kind != "none" and draw(st.booleans()):
        free = {"x1": 0.0} if p > 3 and none else {}
        entry["factors"] = {"x0": draw(st.sampled_from([0.3, 4.0])), "x*2": 2.0, **free} if p > 2 else {"x0": 0.5}
    return entry


@st.composite
def cases(draw, loss: str) -> Case:
    """A random experiment with a loss."""
    shape, kind = draw(st.sampled_from(list(SHAPES))), draw(st.sampled_from(schemes(loss)))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    rows, columns = SHAPES[shape]
    n, p = FEW[shape] if kind == "leave_one_out" else draw(st.integers(*rows)), draw(st.integers(*columns))
    is_sparse = draw(st.sampled_from([False, False, True]))
    X = rng.normal(size=(n, p))
    if is_sparse:
        X *= rng.random((n, p)) < 0.4
    troubles = sorted(
        draw(st.sets(st.sampled_from([name for name in TROUBLES if not is_sparse or name != "offset"]), max_size=2))
    )
    for trouble in troubles if p > 1 else ():
        TROUBLES[trouble](X, int(rng.integers(p)), rng)
    z = rng.normal(size=(n, 3)) + 0.6 * np.column_stack([np.tanh(X[:, 0]), np.tanh(X[:, -1]), np.zeros(n)])
    y = {"squared": 5.0 + 2.0 * z[:, 0], "logistic": z[:, 0] > 0.1, "multinomial": z.argmax(axis=1)}[loss]
    weight = {
        "no": None, "any": rng.uniform(0.2, 3.0, n), "zeros": rng.integers(1, 3, n) * (np.arange(n) % 7 > 0) * 1.0,
    }[draw(st.sampled_from(["no", "no", "any", "zeros"]))]  # fmt: skip
    # one row of the last town, so that a fold may lack it
    town = np.array(["a", "b"] * n, dtype=object)[:n]
    town[n // 2] = "c"
    cv, roles = draw(scheme(kind, n, loss))
    # separable classes have no finite optimum without a penalty: that is for tests of their own
    overlap = loss == "squared" or (shape == "tall" and "lone" not in troubles and n >= 60 and "max_train_size" not in cv)
    config = {
        "cv": cv,
        "penalty": draw(penalties(p, loss, none=overlap and (shape == "tall" or draw(st.booleans())))),
        "preprocess": {"scale": draw(st.sampled_from(SCALERS))},
        "lambdas": {
            "count": 5,
            "min_ratio": 1e-2 if shape == "tall" else 0.05,
            "stop": draw(st.sampled_from(["saturated", "never"])),
        },
        "model": {
            "tol": TOL,
            "fit_intercept": draw(st.sampled_from([True, True, False])),
            **({"class_weight": draw(st.sampled_from([None, "balanced"]))} if loss != "squared" else {}),
        },
        "select": {
            "rule": draw(st.sampled_from(["1se", "min", "pct_loss"])),
            "metrics": draw(st.sampled_from([[], ["mae", "rmse"]] if loss == "squared" else [[], ["brier"]])),
        },
    }
    if not is_sparse and draw(st.sampled_from([False, False, False, True])):
        roles = {**roles, "town": town}
        # all indicators of a column add up to one: which of them a lasso takes is open
        config["preprocess"]["categorical"] = {"drop": "first"}
    return Case(dataset(sparse.csr_array(X) if is_sparse else X, y, loss, weight=weight, **roles), config)
