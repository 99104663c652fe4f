"""Models of ratings, which look at no input columns: held to plain loops fold by fold, and to what holds of every family."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plain_als import PlainRatings
from sklearn.model_selection import KFold, TimeSeriesSplit

from regcli import data
from regcli.config import config_from_data
from regcli.engine import search
from regcli.errors import FitError
from regcli.experiment import ready
from regcli.families import FAMILIES

RNG = np.random.default_rng(3)
N, USERS, ITEMS = 90, 14, 9
TABLE = pd.DataFrame({"who": RNG.integers(0, USERS, N), "what": [f"i{k}" for k in RNG.integers(0, ITEMS, N)]})
TABLE["stars"] = 3 + RNG.normal(size=USERS)[TABLE["who"]] * RNG.normal(size=N) + RNG.normal(size=N)
TABLE["w"] = RNG.integers(1, 4, N) / 2
TABLE["day"] = RNG.permutation(N)
# somebody and something that one fold alone validates: its models do not know them
TABLE.loc[0, "who"], TABLE.loc[1, "what"] = 99, "only here"
FOLDS = list(KFold(3, shuffle=True, random_state=7).split(TABLE))
CASES = {
    "factors": {},
    "no biases": {"biases": False, "rank": 1},
    "biases alone": {"rank": 0},
}
ENTRY = {"kind": "factorization", "rank": 2, "iterations": 30, "values": [8.0, 2.0, 0.5]}


@pytest.fixture(scope="module")
def csv_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("ratings") / "table.csv"
    TABLE.to_csv(path, index=False)
    return path


def plan_of(path, entry, *, jobs=2, weight=None, cv=None, roles=None):
    loaded = config_from_data(
        {
            "version": 1, "task": "regression",
            "dataset": {
                "kind": "csv", "path": str(path), "target": "stars", "user": "who", "item": "what",
                "columns": {"exclude": ["w", "day"]}, **({"weight": "w"} if weight else {}), **(roles or {}),
            },
            "estimators": [ENTRY | entry], "cv": cv or {"kind": "kfold", "n_splits": 3, "shuffle": True, "seed": 7},
            "select": {"metric": "mse"}, "execution": {"jobs": jobs},
        },
        "test", Path(),
    )  # fmt: skip
    dataset = data.load(loaded)
    return ready(loaded, dataset, data.split(dataset, loaded))


def searched(*args, **kwargs):
    return search(plan_of(*args, **kwargs))


@pytest.mark.parametrize("weighed", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_scores_are_those_of_plain_loops(csv_path, case, weighed):
    entry = ENTRY | CASES[case]
    (fitted,) = searched(csv_path, CASES[case], weight=weighed).paths
    w = TABLE["w"].to_numpy() if weighed else np.ones(N)
    users, items, y = (TABLE["who"].astype(str).to_numpy(), TABLE["what"].to_numpy(), TABLE["stars"].to_numpy())
    for k, (train, validation) in enumerate(FOLDS):
        losses = np.zeros((2, len(entry["values"])))
        plain = PlainRatings(
            users[train], items[train], y[train], w[train],
            rank=entry["rank"], biases=entry.get("biases", True), passes=entry["iterations"],
        )  # fmt: skip
        for i, model in enumerate(plain.walk(entry["values"])):
            for side, rows in enumerate((train, validation)):
                losses[side, i] = np.average((y[rows] - model.predict(users[rows], items[rows])) ** 2, weights=w[rows])
        for side, name in enumerate(("train", "validation")):
            np.testing.assert_allclose(getattr(fitted, name)["mse"][k], losses[side], rtol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_validation_rows_change_nothing_in_training(csv_path, tmp_path, case):
    held = FOLDS[1][1]
    poisoned = TABLE.copy()
    poisoned.loc[held, "who"] = 1_000_000
    poisoned.loc[held, "what"] = "a poisoned item"
    poisoned.loc[held, "stars"] = -20.0
    poisoned.to_csv(tmp_path / "poisoned.csv", index=False)
    (clean,), (other,) = (
        searched(path, CASES[case] | {"iterations": 1000}).paths for path in (csv_path, tmp_path / "poisoned.csv")
    )
    np.testing.assert_array_equal(clean.train["mse"][1], other.train["mse"][1])
    assert (clean.train["mse"][0] != other.train["mse"][0]).any()


@pytest.mark.parametrize("case", CASES)
def test_one_job_and_two_give_the_same_bits(csv_path, case):
    one, two = (searched(csv_path, CASES[case], jobs=jobs) for jobs in (1, 2))
    for side in ("train", "validation"):
        np.testing.assert_array_equal(*(getattr(found.paths[0], side)["mse"] for found in (one, two)))
    assert one.choice == two.choice


def test_a_point_that_has_not_come_to_rest_is_not_chosen(csv_path):
    with pytest.raises(FitError, match="training ended badly") as error:
        searched(csv_path, {"iterations": 3})
    assert "iterations" in error.value.hint


def test_in_order_of_time_every_fold_predicts_what_came_later_and_newcomers_by_what_is_known(csv_path):
    # whoever has rated late alone is nobody when the fold's model is fitted
    late = TABLE.assign(who=np.where(TABLE["day"] >= N - 10, "late", TABLE["who"].astype(str)))
    path = csv_path.with_name("late.csv")
    late.to_csv(path, index=False)
    prepared = plan_of(path, {}, cv={"kind": "time_series", "n_splits": 3}, roles={"time": "day"})
    late = late.sort_values("day", ignore_index=True)
    (fitted,) = search(prepared).paths
    models = FAMILIES["factorization"].models(prepared, fitted, 1)
    users, items, y = late["who"].to_numpy(), late["what"].to_numpy(), late["stars"].to_numpy()
    newcomers = 0
    for k, (train, later) in enumerate(TimeSeriesSplit(3).split(late)):
        plain = PlainRatings(users[train], items[train], y[train], np.ones(len(train)), rank=2, biases=True, passes=30)
        *_, model = itertools.islice(plain.walk(ENTRY["values"]), 2)
        np.testing.assert_allclose(models[k](later), model.predict(users[later], items[later]), rtol=1e-8)
        for row in later[~np.isin(users[later], users[train])]:
            bias = model.bias[1][model.items[items[row]]] if items[row] in model.items else 0.0
            assert models[k](np.array([row]))[0] == pytest.approx(model.mean + bias)
            newcomers += 1
    assert newcomers >= 10
