"""The paths of a penalty with a second stage, laid out: where the first is fitted, and what the second's grid stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli import linear
from regcli.errors import UsageError
from regcli.families.linear.ground import Ground
from regcli.families.linear.second import Second, adapted
from regcli.linear.stages.alone import last
from regcli.linear.stages.initial import TRIED, initial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.config import Config
    from regcli.config.stage import Stage
    from regcli.numerics.arrays import FloatArray
    from regcli.prepare import Prepared


def staged(
    prepared: Prepared, stage: Stage, l1_ratio: float | None, ground: Ground, config: Config
) -> Iterator[tuple[Second, float | None, Ground]]:
    """For each γ, of the largest first: the second stage, the l1_ratio that its λ belongs to, and what its grid stands on.

    Raises
    ------
    UsageError
        Where least squares cannot tell weights.
    """
    gammas = sorted(stage.gamma, reverse=True)
    if stage.kind == "relaxed" or stage.refit == "none":
        for gamma in gammas:
            yield Second(stage.name, gamma, np.zeros(0)), l1_ratio, ground
    elif stage.kind == "adaptive":
        yield from _adaptive(prepared, stage, gammas, l1_ratio, ground, config)
    else:
        lambdas = np.array(gammas) * ground.top(1.0) * ground.unit
        penalty = linear.Penalty(1.0, ground.penalty.factors, ground.penalty.positive)
        model = config.model
        screens = linear.solve_path(prepared.problem, penalty, lambdas, tol=model.tol, max_iter=model.max_iter)
        live = [(screens.dense(place).any(axis=1) | (penalty.factors == 0)).astype(float) for place in range(len(gammas))]
        its = [Ground(prepared, ground.penalty, ground.unit, weights) for weights in live]
        for ratio in (0.0,) if stage.refit == "ridge" else stage.l1_ratio:
            for place, gamma in enumerate(gammas):
                yield Second(stage.name, gamma, lambdas, place), ratio, its[place]


def _adaptive(
    prepared: Prepared, stage: Stage, gammas: list[float], l1_ratio: float | None, ground: Ground, config: Config
) -> Iterator[tuple[Second, float | None, Ground]]:
    n, p, _ = prepared.problem.shape
    if stage.first == "ols" and p >= min([n, *(len(fold.train) for fold in prepared.plan.splits.folds)]):
        raise UsageError(
            f"penalty.stage.first: ols needs more rows than columns in every fold, and there are {p} columns: its coefficients "
            "would not be unique",
            "take first: ridge",
        )
    lambdas, model = _grid(stage, ground), config.model
    factors, executor = ground.penalty.factors, prepared.executor
    sets = prepared.full.sets if prepared.together is None else last(prepared.together.sets)
    (found,) = initial(sets, factors, lambdas, executor, tol=model.tol, max_iter=model.max_iter)
    for gamma in gammas:
        ((_, weights),) = adapted([found], ground.penalty, gamma, ground.unit)
        yield Second(stage.name, gamma, lambdas), l1_ratio, Ground(prepared, ground.penalty, ground.unit, weights)


def _grid(stage: Stage, ground: Ground) -> FloatArray:
    top, bottom = ground.ridge if stage.first == "ridge" else (0.0, 0.0)
    return linear.geometric_grid(top, bottom, TRIED) if top > 0 else np.zeros(1)
