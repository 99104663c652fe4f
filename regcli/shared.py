"""One design for all training sets, where preprocessing differs between them by an affine map of every column alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli import linear
from regcli.numerics.constancy import is_constant
from regcli.preprocess import Preprocessor, Scaling, fit_scaling, transformed
from regcli.weights import fit_weights, sample_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.config import Config
    from regcli.data.types import Dataset, Fold, Splits
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix
    from regcli.numerics.executor import Executor
    from regcli.preprocess import Design, Recipe

# A matrix of weights, one column a set, may have as many entries.
WEIGHTS = 5e7
# Rows × columns scaled at a time where a scaler must see the rows of a fold.
CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Shared:
    """The folds of a plan on the design of the full training data.

    Attributes
    ----------
    place : int ndarray
        Where a row of the dataset stands in the design; -1 where it does not.
    preprocessors : tuple of Preprocessor
        Of the folds.
    together : Together
    """

    place: IntArray
    preprocessors: tuple[Preprocessor, ...]
    together: linear.Together


def design_rows(splits: Splits) -> IntArray:
    """Training rows, those that are validated together next to each other: then a fold is a slice of the design."""
    return splits.train[np.argsort(_first_fold(splits, splits.train), kind="stable")]


def _first_fold(splits: Splits, rows: IntArray) -> IntArray:
    """The first fold that validates on each of the rows; the number of folds where none does."""
    first = np.full(int(rows.max(initial=-1)) + 1, len(splits.folds))
    for k, fold in reversed(list(enumerate(splits.folds))):
        first[fold.validation] = k
    return np.asarray(first[rows])


def why_not(config: Config, splits: Splits, recipe: Recipe) -> str:
    """Why folds cannot share the design; empty where they can."""
    if config.execution.engine == "reference":
        return "execution.engine: reference"
    if recipe.transformer is not None and recipe.scale not in {"standard", "none"}:
        return f"preprocessing and scale {recipe.scale} are fitted anew in every fold"
    if len(splits.train) * (len(splits.folds) + 1) > WEIGHTS:
        return f"{len(splits.folds):,} folds of {len(splits.train):,} rows are too many to hold together"
    return ""


def unlike(config: Config, splits: Splits, recipe: Recipe, design: Design, problem: linear.Problem, rows: IntArray) -> str:
    """Why preprocessing fitted to a fold's own training rows makes other columns than on all of them; empty where it does not.

    A fold may lack a column that is zero throughout its training rows (a level it has not seen): there it has no effect.
    Nothing is assumed of the transformers: each is fitted to each fold, and what it makes of all rows is compared.
    """
    if recipe.transformer is None:
        return ""
    ours = [output.name for output in design.preprocessor.outputs]
    place = {name: j for j, name in enumerate(ours)}
    weighed = any(wanted.factors for wanted in config.penalty)
    standing = np.full(int(rows.max()) + 1, -1)
    standing[rows] = np.arange(len(rows))
    for fold in splits.folds:
        raw, outputs = transformed(recipe, fold.train, rows)
        names = [output.name for output in outputs]
        if raw is None or not set(names) <= set(ours) or (weighed and names != ours):
            return "preprocessing gives folds other columns"
        mine = np.array([place[name] for name in names])
        lacking = np.setdiff1d(np.arange(len(ours)), mine)
        if not _same(design.preprocessor.scaling.of(mine).apply(raw), problem, mine):
            return "preprocessing gives folds other values"
        inside = problem.X[:, lacking][standing[fold.train]]
        if len(lacking) and (abs(inside).max(axis=0) if sparse.issparse(inside) else np.ptp(inside, axis=0)).max() > 0:
            return "preprocessing leaves columns out in some folds"
    return ""


def _same(X: Matrix, problem: linear.Problem, columns: IntArray) -> bool:
    """Whether a scaled design equals some columns of the problem's."""
    ours = problem.X[:, columns]
    if sparse.issparse(ours) or sparse.issparse(X):
        return bool(sparse.issparse(ours) and sparse.issparse(X) and (sparse.csc_array(X) != ours).nnz == 0)
    if problem.center.any():
        X -= problem.center[columns]
    return bool(np.array_equal(X, ours))


def share(
    config: Config,
    dataset: Dataset,
    splits: Splits,
    recipe: Recipe,
    design: Design,
    problem: linear.Problem,
    rows: IntArray,
    executor: Executor,
) -> Shared:
    """Measure every training set on the one design.

    Parameters
    ----------
    config : Config
    dataset : Dataset
    splits : Splits
    recipe : Recipe
    design : Design
        Of the full training data.
    problem : Problem
        The full training data; its design is the one that is shared.
    rows : int ndarray (n,)
        Positions in the dataset of the design's rows.
    executor : Executor
    """
    place = np.full(len(dataset), -1)
    place[rows] = np.arange(len(rows))
    sets = [*(fold.train for fold in splits.folds), rows]
    weights = _columns(sets, [fit_weights(dataset, r, config.model.class_weight) for r in sets], place, len(rows))
    alike = config.model.class_weight is None
    plain = weights if alike else _columns(sets, [sample_weights(dataset, r) for r in sets], place, len(rows))
    full = design.preprocessor.scaling
    mean, sd = linear.column_moments(problem.X, plain / plain.sum(axis=0), executor)
    moved = problem.center if isinstance(problem.X, np.ndarray) else np.zeros(len(full.scale))
    raw_mean, raw_sd = (mean + moved) * full.scale + full.center, sd * full.scale
    # whether a column is constant is decided in its own unit, as where a fold is scaled by itself
    dead = is_constant(raw_sd, raw_mean)
    sd, raw_sd = np.where(dead, 0.0, sd), np.where(dead, 0.0, raw_sd)
    scalings = [
        _scaling(recipe, fold, None if dataset.weight is None else dataset.weight[fold.train], m, s)
        for fold, m, s in zip(splits.folds, raw_mean, raw_sd, strict=False)
    ]
    scalings.append(full)
    unit = np.array([scaling.scale for scaling in scalings]) / full.scale
    offset = (np.array([scaling.center for scaling in scalings]) - full.center) / full.scale - moved
    joint = linear.Joint.build(problem, weights, unit, offset, executor, measured=(mean, sd) if alike else None)
    if problem.intercept:
        joint = replace(joint, rms=np.where(dead, 0.0, joint.rms))
    validation = tuple(linear.as_slice(place[fold.validation]) for fold in splits.folds)
    together = linear.Together.build(joint, problem, validation, _blocks(splits, rows), plain[:, -1], executor)
    outputs = design.preprocessor.outputs
    return Shared(
        place, tuple(Preprocessor(design.preprocessor.transformer, scaling, outputs) for scaling in scalings[:-1]), together
    )


def _columns(sets: Sequence[IntArray], weights: Sequence[FloatArray | None], place: IntArray, n: int) -> FloatArray:
    """Weights of every set as a column, zero where a row is not of the set, (n, F)."""
    out = np.zeros((n, len(sets)), order="F")
    for f, (rows, weight) in enumerate(zip(sets, weights, strict=True)):
        out[place[rows], f] = 1.0 if weight is None else weight
    return out


def _scaling(recipe: Recipe, fold: Fold, weights: FloatArray | None, mean: FloatArray, sd: FloatArray) -> Scaling:
    """The scaling that a fold's own rows give, its means and SDs known."""
    X = recipe.prepared
    centred = recipe.center and not sparse.issparse(X)
    if recipe.scale == "standard":
        return Scaling(mean if centred else np.zeros(len(sd)), np.where(sd > 0, sd, 1.0), mean, sd)
    if recipe.scale == "none":
        return Scaling(np.zeros(len(sd)), np.ones(len(sd)), mean, sd)
    step = max(1, CELLS // max(len(fold.train), 1))
    parts = [
        fit_scaling(recipe.scale, X[fold.train, start : start + step], weights, center=recipe.center)
        for start in range(0, X.shape[1], step)
    ]
    center, scale = (np.concatenate([getattr(part, name) for part in parts]) for name in ("center", "scale"))
    return Scaling(center, scale, mean, sd)


def _blocks(splits: Splits, rows: IntArray) -> tuple[slice, ...]:
    """Consecutive rows of the design with the same first validation fold."""
    label = _first_fold(splits, rows)
    ends = [0, *(np.flatnonzero(np.diff(label)) + 1).tolist(), len(rows)]
    return tuple(slice(a, b) for a, b in pairwise(ends))
