"""One family's path beside the same done by hand with scikit-learn: `python benchmarks/families.py JOB [--quick]`.

Prints seconds as JSON. On the same rows and folds, from the loaded table to the scores of every point on every fold. Where a
peer would take hours, some of its fits are timed and scaled up; it is told how many.
"""

from __future__ import annotations

import argparse
import json
import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # before numpy is loaded

import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPRegressor
from sklearn.tree import DecisionTreeRegressor

from regcli import data
from regcli.config import config_from_data
from regcli.engine import search
from regcli.experiment import ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]
    Array = NDArray[np.float64]
    Peer = Callable[[Array, Array, Folds, NDArray[np.float64]], tuple[float, str]]

FOLDS = 5


def grid_of_alphas(X: Array, y: Array, folds: Folds, values: Array) -> tuple[float, str]:
    """Every α fitted anew on every fold."""
    wanted = GridSearchCV(DecisionTreeRegressor(random_state=0), {"ccp_alpha": values.tolist()}, cv=folds, refit=False)
    start = time.perf_counter()
    wanted.fit(X, y)
    return time.perf_counter() - start, "in full"


def plain_boosting(X: Array, y: Array, folds: Folds, values: Array) -> tuple[float, str]:
    """One fit of all rounds on every fold."""
    start = time.perf_counter()
    for train, held in folds:
        fitted = HistGradientBoostingRegressor(max_iter=int(values[-1]), max_depth=3, early_stopping=False, random_state=0)
        fitted.fit(X[train], y[train]).predict(X[held])
    return time.perf_counter() - start, "in full"


def grid_of_rounds(X: Array, y: Array, folds: Folds, values: Array) -> tuple[float, str]:
    """Every number of rounds fitted anew on every fold; what one takes is a line through some that were timed."""
    train, held = folds[0]
    timed = values[np.unique(np.linspace(0, len(values) - 1, 5).astype(int))]
    taken = []
    for rounds in timed:
        made = HistGradientBoostingRegressor(max_iter=int(rounds), max_depth=3, early_stopping=False, random_state=0)
        start = time.perf_counter()
        GridSearchCV(made, {}, cv=[(train, held)], refit=False).fit(X, y)
        taken.append(time.perf_counter() - start)
    total = float(np.interp(values, timed, taken).sum()) * len(folds)
    return total, f"{len(timed)} of {len(values) * len(folds)} fits, scaled up by their rounds"


def plain_networks(X: Array, y: Array, folds: Folds, values: Array) -> tuple[float, str]:
    """Two fits, taken as many times as there are networks."""
    train, held = folds[0]
    start = time.perf_counter()
    for seed, decay in enumerate((values[0], values[-1])):
        fitted = MLPRegressor(
            hidden_layer_sizes=(64, 32), alpha=float(decay), batch_size=32, max_iter=EPOCHS, n_iter_no_change=EPOCHS,
            random_state=seed,
        )  # fmt: skip
        fitted.fit(X[train], y[train]).predict(X[held])
    fits = FOLDS * len(values) * 3
    return (time.perf_counter() - start) / 2 * fits, f"2 of {fits} fits, scaled up"


EPOCHS = 100


@dataclass(frozen=True, slots=True)
class Job:
    """One family's path.

    Attributes
    ----------
    n, p : int
        Rows and columns.
    entry : dict
        Of `estimators`.
    peers : dict of str to callable
    """

    n: int
    p: int
    entry: dict[str, Any]
    peers: dict[str, Peer]


NETWORK = {"kind": "network", "hidden": [64, 32], "max_epochs": EPOCHS, "batch_size": 32, "count": 10, "seeds": 3}
JOBS = {
    "pruning": Job(5_000, 20, {"kind": "tree", "count": 50}, {"GridSearchCV over ccp_alpha": grid_of_alphas}),
    "boosting": Job(10_000, 20, {"kind": "boosting", "max": 500}, {"five plain fits": plain_boosting}),
    "rounds": Job(
        10_000, 20, {"kind": "boosting", "values": list(range(1, 501))}, {"GridSearchCV over max_iter": grid_of_rounds}
    ),
    "networks": Job(2_000, 50, NETWORK, {"MLPRegressor, one after another": plain_networks}),
}


def measure(job: Job, *, small: bool) -> dict[str, Any]:
    """Seconds of all, each with one thread; and of regcli with a thread for every core."""
    n = job.n // 5 if small else job.n
    rng = np.random.default_rng(1)
    X = rng.normal(size=(n, job.p))
    y = X[:, 0] * X[:, 1] + np.sin(2 * X[:, 2]) + X[:, 3] + 0.5 * rng.normal(size=n)
    fold = np.arange(n) % FOLDS
    folds = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(FOLDS)]
    with tempfile.TemporaryDirectory(prefix="regcli-bench-") as scratch:
        path = Path(scratch) / "data.csv"
        table = pd.DataFrame(X, columns=[f"x{j}" for j in range(job.p)])
        table.assign(y=y, fold=fold).to_csv(path, index=False)
        searched = {name: search_time(job, path, jobs) for name, jobs in (("one", 1), ("all", "auto"))}
    lambdas = searched["one"][1]
    peers = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a fit of so many epochs has not converged is known
        for name, peer in job.peers.items():
            seconds, how = peer(X, y, folds, lambdas)
            peers[name] = {"seconds": seconds, "how": how}
    own = {name: seconds for name, (seconds, _) in searched.items()}
    return {"rows": n, "columns": job.p, "points": len(lambdas), "folds": FOLDS, "own": own, "peers": peers}


def search_time(job: Job, path: Path, jobs: int | str) -> tuple[float, NDArray[np.float64]]:
    """Seconds of a search by so many threads, and the grid that was walked."""
    config = config_from_data(
        {
            "version": 1, "task": "regression", "estimators": [job.entry], "execution": {"jobs": jobs},
            "dataset": {"kind": "csv", "path": str(path), "target": "y"}, "cv": {"kind": "predefined", "column": "fold"},
        },
        "bench", Path(),
    )  # fmt: skip
    loaded = data.load(config)
    splits = data.split(loaded, config)
    start = time.perf_counter()
    (found,) = search(ready(config, loaded, splits)).paths
    return time.perf_counter() - start, found.lambdas


def main() -> None:
    """One job once."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("job", choices=list(JOBS))
    parser.add_argument("--quick", action="store_true", help="a fifth of the rows: does it run?")
    given = parser.parse_args()
    print(json.dumps(measure(JOBS[given.job], small=given.quick)))


if __name__ == "__main__":
    main()
