"""Whether the default grids of ridge and elastic nets reach far enough.

Generated sets of every shape, each with targets in several units, and the configurations that are shipped, are cross-validated
over their default grids of 30 points. Where the best point is a grid's first or last, the best is compared with a walk that goes
on for another three decades: a grid is *too short* where that gains more than a tenth of the score's standard error.
Elsewhere an end is best because shrinking does not help, or because the columns do not.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli import data
from regcli.config import config_from_data, load_config
from regcli.data.types import Dataset, Features
from regcli.engine import search
from regcli.errors import FitError
from regcli.experiment import ready

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.config import Config

TITLE = "Grids: whether the best ridge and the best elastic net lie inside"
SHORT, LONG = 1, 9

CONFIGS = Path(__file__).parents[2] / "configs"
# Small enough to be walked often; a path over every row left out once, or over thousands of columns, tells nothing more.
SHIPPED = ("diabetes", "groups", "multinomial", "polynomial", "predefined", "rare-levels", "series", "sparse-text", "svmlight")
PENALTIES = {"ridge": "ridge", "elastic net": {"kind": "elasticnet", "l1_ratio": [0.1, 0.5, 0.9]}}
UNITS = (1e-3, 1.0, 1e6)
POINTS, BEYOND, GAIN = 30, 1e3, 0.1
# rows, columns, columns with an effect, noise beside the signal's SD, shared part of the columns
REGRESSIONS = {
    "tall": (300, 10, 5, 1.0, 0.0),
    "tall, little noise": (300, 10, 10, 0.05, 0.0),
    "tall, mostly noise": (300, 30, 3, 5.0, 0.0),
    "tall, correlated": (200, 20, 5, 1.0, 0.95),
    "square": (60, 60, 5, 1.0, 0.3),
    "wide": (50, 150, 5, 0.5, 0.0),
    "wide, correlated": (50, 150, 20, 1.0, 0.9),
}
CLASSES = {
    "two classes": (200, 10, 3, 1.0, 0.0),
    "two classes, wide": (60, 120, 5, 0.5, 0.3),
    "few of one class": (300, 8, 3, 1.0, 0.0),
}


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """Numbers of sets, of those with the best point at an end, and of those whose grid is too short."""
    rng = np.random.default_rng(seed)
    groups: dict[str, Iterator[tuple[Config, Dataset]]] = {
        **{name: _regressions(rng, repetitions, shape) for name, shape in REGRESSIONS.items()},
        **{name: _classes(rng, repetitions, name, shape) for name, shape in CLASSES.items()},
    }
    if repetitions > SHORT:
        groups["shipped configurations"] = _shipped()
    rows: list[dict[str, object]] = []
    for name, sets in groups.items():
        found = [{kind: _looked_at(config, dataset, kind) for kind in PENALTIES} for config, dataset in sets]
        for kind in PENALTIES:
            paths = list(chain.from_iterable(each[kind] for each in found))
            ends, short = (int(sum(each[i] for each in paths)) for i in (0, 1))
            rows.append(
                {
                    "sets": name, "penalty": kind, "paths": len(paths), "best at an end": ends,
                    "wanted": "0 too short", "measured": short, "holds": short == 0,
                }
            )  # fmt: skip
    return rows


def _looked_at(config: Config, dataset: Dataset, kind: str) -> list[tuple[bool, bool]]:
    """For every path of a penalty: whether the best point is its first or last, and whether walking on would have helped."""
    found = []
    for grid, mean, error in _walked(config, dataset, PENALTIES[kind], {"count": POINTS}):
        best = int(np.argmin(mean))
        if 0 < best < len(grid) - 1:
            found.append((False, False))
            continue
        more = grid[best] * (BEYOND ** (np.arange(1, 11) / 10.0)) ** (-1.0 if best else 1.0)
        penalty: Any = PENALTIES[kind]
        if isinstance(penalty, dict):
            penalty = penalty | {"l1_ratio": [penalty["l1_ratio"][len(found)]]}
        further = [m.min() for _, m, _ in _walked(config, dataset, penalty, {"values": sorted(more.tolist())}) if len(m)]
        found.append((True, bool(further) and mean[best] - further[0] > GAIN * error[best]))
    return found


def _walked(config: Config, dataset: Dataset, penalty: Any, lambdas: dict[str, Any]) -> list[tuple[Any, Any, Any]]:  # noqa: ANN401
    """Grid, mean and standard error of every path at the points that converged; losses, so that small is good."""
    entries = penalty if isinstance(penalty, list) else [penalty]
    content = config.model_dump(exclude_unset=True, exclude={"penalty", "lambdas", "select"})
    content |= {"penalty": entries, "lambdas": lambdas, "execution": {"jobs": 1}}
    asked = config_from_data(content, config.name, Path())
    try:
        done = search(ready(asked, dataset, data.split(dataset, asked)))
    except FitError:
        return []
    out = []
    for path, summary in zip(done.paths, done.summaries, strict=True):
        use = path.usable
        out.append((path.lambdas[use], summary.validation_mean[use], summary.validation_se[use]))
    return out


def _drawn(rng: np.random.Generator, shape: tuple[int, int, int, float, float]) -> tuple[Any, Any]:
    """Columns, and a signal of unit SD with its noise."""
    n, p, active, noise, shared = shape
    X = np.sqrt(1 - shared) * rng.standard_normal((n, p)) + np.sqrt(shared) * rng.standard_normal((n, 1))
    signal = X[:, :active] @ rng.standard_normal(active)
    return X, signal / signal.std() + noise * rng.standard_normal(n)


def _regressions(
    rng: np.random.Generator, repetitions: int, shape: tuple[int, int, int, float, float]
) -> Iterator[tuple[Config, Dataset]]:
    for i in range(repetitions):
        X, y = _drawn(rng, shape)
        yield _config("regression"), _dataset(X, UNITS[i % len(UNITS)] * y, ())


def _classes(
    rng: np.random.Generator, repetitions: int, name: str, shape: tuple[int, int, int, float, float]
) -> Iterator[tuple[Config, Dataset]]:
    for _ in range(repetitions):
        X, y = _drawn(rng, shape)
        cut = np.quantile(y, 0.9 if name == "few of one class" else 0.5)
        yield _config("classification"), _dataset(X, (y > cut).astype(float), ("no", "yes"))


def _shipped() -> Iterator[tuple[Config, Dataset]]:
    for name in SHIPPED:
        config = load_config(CONFIGS / f"{name}.yaml")
        yield config, data.load(config)


def _config(task: str) -> Config:
    dataset = {"kind": "csv", "path": "drawn.csv", "target": "y"}
    return config_from_data({"task": task, "dataset": dataset, "penalty": "ridge"}, "drawn", Path())


def _dataset(X: Any, y: Any, classes: tuple[str, ...]) -> Dataset:  # noqa: ANN401
    names = tuple(f"x{j}" for j in range(X.shape[1]))
    return Dataset(
        features=Features(names, ("numeric",) * len(names), np.asfortranarray(X), ()), y=y,
        task="classification" if classes else "regression", classes=classes, weight=None, group=None, fold=None, holdout=None,
        ordered=False, row=np.arange(len(X)), target="y", source="drawn", sha256="", n_source_rows=len(X),
        n_source_columns=len(names) + 1, profile=(), warnings=(),
    )  # fmt: skip
