"""The data of a case: made from its seed, laid down as plain files that Python and R read alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from cases import Case
from scipy import sparse

if TYPE_CHECKING:
    from pathlib import Path

    Array = np.ndarray[Any, Any]

# Neighbouring columns are correlated by this much, as measurements of one thing are; sparse columns are independent.
CORRELATION = 0.5


@dataclass(frozen=True, slots=True)
class Task:
    """What every program gets.

    Attributes
    ----------
    case : Case
    X : ndarray (n, p), Fortran order, or csc_array (n, p)
    y : ndarray (n,)
        Numbers with mean 0 and standard deviation 1, or class indices.
    fold_of : int ndarray (n,)
        The fold that holds each row out.
    lambdas : ndarray (P, L)
        Descending, in regcli's scale, for each l1_ratio.
    """

    case: Case
    X: Any
    y: Array
    fold_of: Array
    lambdas: Array

    @property
    def folds(self) -> list[tuple[Array, Array]]:
        """Training and validation positions of every fold."""
        return [(np.flatnonzero(self.fold_of != k), np.flatnonzero(self.fold_of == k)) for k in range(self.case.n_splits)]

    @property
    def design_bytes(self) -> int:
        """Bytes of the design: float64, or its sparse form."""
        X = self.X
        return int(X.data.nbytes + X.indices.nbytes + X.indptr.nbytes) if sparse.issparse(X) else int(X.nbytes)


def make(case: Case) -> tuple[Any, Array, Array]:
    """X, y and the fold of every row."""
    rng = np.random.default_rng(case.seed)
    X = _sparse(case, rng) if case.density < 1 else _dense(case, rng)
    eta = X @ _effects(case, rng)
    # a linear predictor of unit variance, whatever the density
    eta = (eta - eta.mean(axis=0)) / eta.std(axis=0)
    if case.n_classes:
        y = _classes(case, case.strength * eta, rng)
    else:
        y = np.sqrt(case.strength) * eta[:, 0] + rng.standard_normal(case.n)
        # glmnet measures the ridge part of its penalty in units of sd(y): here both scales are one
        y = (y - y.mean()) / y.std()
    return X, y, rng.permutation(case.n) % case.n_splits


def _dense(case: Case, rng: np.random.Generator) -> Array:
    columns = rng.standard_normal((case.p, case.n))
    for j in range(1, case.p):
        columns[j] *= np.sqrt(1 - CORRELATION**2)
        columns[j] += CORRELATION * columns[j - 1]
    return columns.T


def _sparse(case: Case, rng: np.random.Generator) -> sparse.csc_array:
    return sparse.random_array(
        (case.n, case.p), density=case.density, format="csc", rng=rng, data_sampler=lambda size: rng.lognormal(0, 0.5, size=size)
    )


def _effects(case: Case, rng: np.random.Generator) -> Array:
    """Coefficients (p, K): few columns, evenly spread, effects from large to small with either sign."""
    outputs = case.n_classes if case.n_classes > 2 else 1
    b = np.zeros((case.p, outputs))
    for k in range(outputs):
        where = np.linspace(0, case.p - 1, case.n_signal + outputs).astype(int)[k : k + case.n_signal]
        b[where, k] = rng.permutation(np.linspace(1.0, 0.1, case.n_signal)) * rng.choice([-1.0, 1.0], case.n_signal)
    return b


def _classes(case: Case, eta: Array, rng: np.random.Generator) -> Array:
    noise = rng.logistic(size=eta.shape) if case.n_classes == 2 else rng.gumbel(size=eta.shape)
    drawn = eta + noise
    return (drawn[:, 0] > 0 if case.n_classes == 2 else drawn.argmax(axis=1)).astype(np.float64)


def save(task: Task, folder: Path) -> None:
    """Lay the task down beside its case: raw numbers, columns one behind the other, and a line of text that R can read."""
    X = task.X
    if sparse.issparse(X):
        parts = {"data": X.data, "indices": X.indices.astype(np.int32), "indptr": X.indptr.astype(np.int32)}
    else:
        parts = {"X": X.T}  # Fortran order
    parts |= {"y": task.y, "fold": task.fold_of.astype(np.int32), "lambdas": task.lambdas}
    for name, values in parts.items():
        np.ascontiguousarray(values).tofile(folder / f"{name}.bin")
    case = task.case
    # for R, which has no JSON of its own
    words = (case.n, case.p, case.loss, case.l1_ratios[0], case.count, case.n_classes, int(sparse.issparse(X)))
    (folder / "case.txt").write_text(" ".join(str(word) for word in words) + "\n", encoding="utf-8")


def request(folder: Path) -> Case:
    """The case that a folder is for."""
    fields = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    return Case(**{**fields, "peers": tuple(fields["peers"]), "l1_ratios": tuple(fields["l1_ratios"])})


def load(folder: Path) -> Task:
    """What `save` laid down."""
    case = request(folder)
    if case.density < 1:
        kinds = {"data": np.float64, "indices": np.int32, "indptr": np.int32}
        parts = tuple(np.fromfile(folder / f"{name}.bin", kind) for name, kind in kinds.items())
        X: Any = sparse.csc_array(parts, shape=(case.n, case.p))
    else:
        X = np.fromfile(folder / "X.bin").reshape(case.p, case.n).T
    lambdas = np.fromfile(folder / "lambdas.bin").reshape(len(case.l1_ratios), -1)
    return Task(case, X, np.fromfile(folder / "y.bin"), np.fromfile(folder / "fold.bin", np.int32), lambdas)
