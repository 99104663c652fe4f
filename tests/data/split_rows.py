"""Rows to be split: sixty of them, with groups, times and folds of any kind."""

from dataclasses import replace

import numpy as np

from regcli.data.types import Dataset, Features

N = 60


RNG = np.random.default_rng(8)


Y = {"regression": RNG.normal(size=N), "classification": RNG.choice([0.0, 1.0, 2.0], N, p=[0.5, 0.3, 0.2])}


GROUP = np.array([f"g{i}" for i in RNG.integers(0, 14, N)], dtype=object)


def dataset(task="regression", **more):
    features = Features(("a",), ("numeric",), np.arange(float(N))[:, None], ())
    plain = Dataset(
        features=features,
        y=Y[task],
        task=task,
        classes=("a", "b", "c") if task == "classification" else (),
        weight=None,
        group=None,
        fold=None,
        holdout=None,
        ordered=False,
        row=np.arange(N),
        target="y",
        source="made",
        sha256="",
        n_source_rows=N,
        n_source_columns=2,
        profile=(),
        warnings=(),
    )
    return replace(plain, **more)


def pairs(found):
    return [(f.train.tolist(), f.validation.tolist()) for f in found.folds]
