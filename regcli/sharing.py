"""Training sets that share a design: their weights, and the affine map that each set's own scaling is of its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli import linear
from regcli.numerics.constancy import is_constant
from regcli.weights import fit_weights, sample_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.numerics.executor import Executor
    from regcli.plan import Plan
    from regcli.preprocess import Recipe, Scaling


@dataclass(frozen=True, slots=True)
class Shared:
    """Several sets of rows on one design.

    Attributes
    ----------
    sets : TrainingSets
    scalings : tuple of Scaling
        Of every set.
    plain : ndarray (n, F)
        Sample weights of every set, zero outside it.
    """

    sets: linear.TrainingSets
    scalings: tuple[Scaling, ...]
    plain: FloatArray


def shared(
    plan: Plan,
    recipe: Recipe,
    problem: linear.Problem,
    whole: Scaling,
    place: IntArray,
    rows: Sequence[IntArray],
    executor: Executor,
    *,
    measured: tuple[FloatArray, FloatArray] | None = None,
    blocks: tuple[slice, ...] = (),
) -> Shared:
    """Measure sets of rows on the design of all training rows.

    Parameters
    ----------
    plan : Plan
    recipe : Recipe
    problem : Problem
        What all training rows pose.
    whole : Scaling
        Theirs, which the design is in.
    place : int ndarray
        Where a row of the dataset stands in the design.
    rows : sequence of int ndarray
        Positions in the dataset of each set's rows; the last set is that of `problem`.
    executor : Executor
    measured : (mean, sd), optional
        What `column_moments` gives of the sets' sample weights, where it is known.
    blocks : tuple of slice, optional
        As in `TrainingSets`.
    """
    dataset, class_weight = plan.dataset, plan.config.model.class_weight
    n = problem.shape[0]
    weights = _columns(rows, [fit_weights(dataset, r, class_weight) for r in rows], place, n)
    alike = class_weight is None
    plain = weights if alike else _columns(rows, [sample_weights(dataset, r) for r in rows], place, n)
    mean, sd = linear.column_moments(problem.X, plain / plain.sum(axis=0), executor) if measured is None else measured
    moved = np.zeros(len(whole.scale)) if problem.is_sparse else problem.center
    raw_mean, raw_sd = (mean + moved) * whole.scale + whole.center, sd * whole.scale
    # whether a column is constant is decided in its own unit, as where a set is scaled by itself
    dead = is_constant(raw_sd, raw_mean)
    sd, raw_sd = np.where(dead, 0.0, sd), np.where(dead, 0.0, raw_sd)
    if recipe.transformer is None or recipe.scale in {"standard", "none"}:
        scalings = [
            recipe.scaling(r, None if dataset.weight is None else dataset.weight[r], m, s)
            for r, m, s in zip(rows[:-1], raw_mean, raw_sd, strict=False)
        ]
    else:  # such a scaler would have to see what the transformer makes of the set's rows
        scalings = [whole] * (len(rows) - 1)
    scalings.append(whole)
    unit = np.array([scaling.scale for scaling in scalings]) / whole.scale
    offset = (np.array([scaling.center for scaling in scalings]) - whole.center) / whole.scale - moved
    sets = linear.TrainingSets.build(
        problem, weights, unit, offset, executor, measured=(mean, sd) if alike else None, blocks=blocks
    )
    if problem.intercept:
        sets = replace(sets, rms=np.where(dead, 0.0, sets.rms))
    return Shared(sets, tuple(scalings), plain)


def _columns(sets: Sequence[IntArray], weights: Sequence[FloatArray | None], place: IntArray, n: int) -> FloatArray:
    """Weights of every set as a column, zero where a row is not of the set, (n, F)."""
    out = np.zeros((n, len(sets)), order="F")
    for f, (rows, weight) in enumerate(zip(sets, weights, strict=True)):
        out[place[rows], f] = 1.0 if weight is None else weight
    return out
