"""Data to be looked at: made here, with or without something wrong with them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from regcli import data
from regcli.advice.settle import Settled
from regcli.advice.view import View
from regcli.config import config_from_data
from regcli.data.types import Dataset, Features


def rows(y, texts=None, classes=(), **numbers):
    """A dataset of named columns of numbers, and of `texts`: name to (kind, cells)."""
    texts = texts or {}
    kinds = ("numeric",) * len(numbers) + tuple(kind for kind, _ in texts.values())
    return Dataset(
        features=Features(
            (*numbers, *texts),
            kinds,
            np.asfortranarray(np.column_stack(list(numbers.values())) if numbers else np.empty((len(y), 0)), dtype=float),
            tuple(np.array(cells, dtype=object) for _, cells in texts.values()),
        ),
        y=np.asarray(y, dtype=float),
        task="classification" if classes else "regression",
        classes=classes,
        weight=None,
        group=None,
        fold=None,
        holdout=None,
        ordered=False,
        row=np.arange(len(y)),
        target="y",
        source="made.csv",
        sha256="",
        n_source_rows=len(y),
        n_source_columns=len(numbers) + len(texts) + 1,
        profile=(),
        warnings=(),
    )


def config(task="regression", **keys):
    base = {"task": task, "dataset": {"kind": "csv", "path": "made.csv", "target": "y"}, "penalty": "ridge"}
    return config_from_data({**base, **keys}, "test", Path())


def settled(dataset, **keys):
    roles = {role: role for role in ("group", "time") if getattr(dataset, role) is not None}
    source = {"kind": "csv", "path": "made.csv", "target": "y", **roles}
    wanted = config(dataset.task, dataset=source, **keys)
    return Settled(wanted, dataset, data.split(dataset, wanted), ())


def splits(dataset, **keys):
    return settled(dataset, **keys).splits


def view(dataset, **keys):
    return View.of(dataset, splits(dataset, **keys))


def linear(n=200, p=6, noise=1.0, seed=0):
    """y = x0 - x1 + noise among p columns of noise: y and the columns by name."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, p))
    return X[:, 0] - X[:, 1] + noise * random.normal(size=n), {f"x{j}": X[:, j] for j in range(p)}


def two_classes(n=200, p=6, seed=0):
    """The same as classes: class numbers and columns."""
    y, columns = linear(n, p, seed=seed)
    return (y > np.median(y)).astype(float), columns


def in_time(dataset, time=None):
    return replace(dataset, ordered=True, time=np.arange(len(dataset.y), dtype=float) if time is None else time)


def codes(findings):
    return [finding.code for finding in findings]
