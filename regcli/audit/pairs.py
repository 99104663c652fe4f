"""Stability selection: which features the halves of complementary pairs select, and how many of these are expected to be false.

Meinshausen & Bühlmann (2010), JRSS B 72; complementary pairs and the sharper bound: Shah & Samworth (2013), JRSS B 75.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli import linear
from regcli.audit.bounds import expected_false, expected_false_unimodal
from regcli.audit.halves import Halves, part_sums, training_sets
from regcli.families import FAMILIES
from regcli.linear.sets.training_sets import products
from regcli.numerals import count
from regcli.preprocess import natural_order

if TYPE_CHECKING:
    from regcli.families.base import Store
    from regcli.linear.sets.statistics import Moments
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.outcome import Outcome
    from regcli.pace import Progress
    from regcli.prepare import Prepared

# Pairs that are walked together, and kept when they are done.
TOGETHER = 10
# The grid starts where the first column of any half enters; its steps are so small that few columns enter together.
STEPS, DOWN = 120, 1e-3


@dataclass(frozen=True, slots=True)
class Pairs:
    """What the halves have selected, feature by feature in file order; d of these.

    Attributes
    ----------
    by : str
        The penalty whose paths select.
    n_pairs, n_halves, max_selected : int
        Pairs; halves that count; the most that a half selects.
    threshold : float
    n_candidates : int
        Features with a penalty, which alone can be selected.
    frequency, source_frequency : ndarray (d,)
        Share of the halves that select the feature, or any feature of the same source.
    n_selected : float
        Features that a half selects, on average.
    candidate : bool ndarray (d,)
    """

    by: str
    n_pairs: int
    n_halves: int
    max_selected: int
    threshold: float
    n_candidates: int
    frequency: FloatArray
    source_frequency: FloatArray
    n_selected: float
    candidate: BoolArray

    @property
    def recommended(self) -> BoolArray:
        """The features that enough halves select, (d,)."""
        # half a half of slack: 0.6 × 100 is not 60 in every arithmetic
        return np.asarray(self.candidate & (self.frequency >= self.threshold - 1e-9))

    def numbers(self) -> dict[str, Any]:
        """What stands in metrics.json."""
        q, p, threshold = self.max_selected, self.n_candidates, self.threshold
        return {
            "pairs_by": self.by,
            "n_pairs": self.n_pairs,
            "n_halves": self.n_halves,
            "max_selected": q,
            "threshold": threshold,
            "n_candidates": p,
            "n_selected": self.n_selected,
            "n_recommended": int(self.recommended.sum()),
            "expected_false": expected_false(q, p, threshold),
            "expected_false_unimodal": expected_false_unimodal(q, p, threshold, self.n_pairs),
        }


@dataclass(frozen=True, slots=True)
class _Walked:
    """What some of the halves have selected.

    Attributes
    ----------
    selected : bool ndarray (halves, p)
    counts : bool ndarray (halves,)
        Its fits have converged.
    """

    selected: BoolArray
    counts: BoolArray

    def piece(self) -> dict[str, Any]:
        """As arrays by name."""
        return {"selected": self.selected, "counts": self.counts}


def stability_selection(outcome: Outcome, tell: Progress, store: Store) -> tuple[Pairs, list[str]]:
    """Let halves select, by the chosen path's penalty; and what is to be said of it.

    Raises
    ------
    DataError
        Where the rows cannot be divided.
    """
    prepared, wanted = outcome.prepared, outcome.plan.config.stability
    assert wanted is not None  # noqa: S101 - who asks has looked
    fitted = outcome.paths[outcome.choice.path]
    penalty, by = FAMILIES[fitted.path.family].selects_by(prepared, fitted), fitted.path.label
    warnings = []
    if penalty is None:
        penalty = linear.Penalty(1.0, np.ones(len(prepared.outputs)))
        warnings.append(
            f"stability: {by} selects no features; halves select them by the lasso, not by the chosen model's penalty"
        )
        by = "lasso"
    if outcome.plan.dataset.ordered:
        warnings.append(
            "stability: rows in the order of time are alike where they are neighbours; halves at random are no independent "
            "samples then, and the bound on false selections does not hold"
        )
    halves = Halves.draw(prepared, wanted.pairs)
    found: list[_Walked] = []
    parts: list[Moments] | None = None
    for start in range(0, wanted.pairs, TOGETHER):
        tell(start, wanted.pairs, "stability selection")
        key = f"stability-{start}"
        known = store.get(key, lambda piece: _Walked(piece["selected"].astype(bool), piece["counts"].astype(bool)))
        if known is None:
            parts = part_sums(prepared, halves) if parts is None else parts
            known = _walk(prepared, halves.some(slice(start, start + TOGETHER)), parts, penalty, wanted.max_selected)
            store.put(key, known)
        found.append(known)
    tell(wanted.pairs, wanted.pairs, "stability selection")
    selected, counts = np.concatenate([part.selected for part in found]), np.concatenate([part.counts for part in found])
    if not counts.all():
        warnings.append(
            f"stability: {count(int((~counts).sum()), 'half', 'halves')} of {len(counts)} did not converge and are left out"
        )
    return _gathered(outcome, by, penalty, selected[counts]), warnings


def _gathered(outcome: Outcome, by: str, penalty: linear.Penalty, selected: BoolArray) -> Pairs:
    """Frequencies in file order."""
    prepared, wanted = outcome.prepared, outcome.plan.config.stability
    assert wanted is not None  # noqa: S101 - who asks has looked
    outputs = prepared.outputs
    order = natural_order(outputs, outcome.plan.dataset.features.names)
    source = np.unique([output.source for output in outputs], return_inverse=True)[1]
    of_source = np.zeros((len(selected), int(source.max()) + 1), dtype=bool)
    for half, mine in zip(selected, of_source, strict=True):
        mine[source[half]] = True
    free = penalty.factors == 0
    nothing = np.full(len(outputs), np.nan)
    return Pairs(
        by, wanted.pairs, len(selected), wanted.max_selected, wanted.threshold, int((~free).sum()),
        (selected.mean(axis=0) if len(selected) else nothing)[order],
        (of_source.mean(axis=0)[source] if len(selected) else nothing)[order],
        float(selected.sum(axis=1).mean()) if len(selected) else float("nan"),
        ~free[order],
    )  # fmt: skip


def _walk(prepared: Prepared, halves: Halves, parts: list[Moments] | None, penalty: linear.Penalty, most: int) -> _Walked:
    """The paths of both halves of some pairs, each until it has selected enough."""
    sets, model, executor = training_sets(prepared, halves, parts), prepared.plan.config.model, prepared.executor
    top = _top(sets, penalty, prepared)
    grid = linear.geometric_grid(top, DOWN * top, STEPS) if top > 0 else np.zeros(0)
    p, count = sets.shape[1], sets.shape[3] - 1
    selected, counts = np.zeros((count, p), dtype=bool), np.ones(count, dtype=bool)
    if not len(grid):
        return _Walked(selected, counts)
    task = linear.Task(penalty, grid, model.tol, model.max_iter, most=most)
    solver, reason = linear.choose(sets, task, executor)
    if solver is None:
        raise ValueError(reason)
    counted = penalty.factors > 0
    ends = [end_of(fit, counted, most) for fit in solver.solve(sets, task, executor)]
    for f, (fit, kkt) in enumerate(solver.settled(sets, penalty, ends, executor)[:-1]):
        counts[f] = not fit.failure and bool((kkt <= model.tol).all())
        selected[f, selected_at(fit, sets.rms[f] / sets.unit[f], counted, most)] = True
    return _Walked(selected, counts)


def _top(sets: linear.TrainingSets, penalty: linear.Penalty, prepared: Prepared) -> float:
    """The largest λ at which a column of any half enters beside the intercept alone."""
    if sets.statistics is not None:
        gradients = [sets.statistics.normal(f).c[:, None] for f in range(sets.shape[3])]
    else:
        mean = np.stack([sets.loss.mean(null[None, :])[0] for null in sets.null_intercept])
        rest = sets.S[:, :, None] * (sets.Y[:, None, :] - mean)
        gradients = list(products(sets, rest, prepared.executor) / sets.unit[:, :, None])
    live = sets.rms > 0
    tops = [
        linear.lambda_max(np.where(live[f][:, None], gradient, 0.0), penalty.l1_ratio, penalty.factors, positive=penalty.positive)
        for f, gradient in enumerate(gradients)
    ]
    return max(tops)


def end_of(fit: linear.PathFit, counted: BoolArray, most: int) -> linear.PathFit:
    """The point of a path that first has so many columns in use, or its last one, and the point before it."""
    in_use = (fit.coef != 0).any(axis=2) & counted[fit.columns]
    reached = np.flatnonzero(np.count_nonzero(in_use, axis=1) >= most)
    at = int(reached[0]) if len(reached) else len(in_use) - 1
    return fit.at(slice(max(at - 1, 0), at + 1))


def selected_at(fit: linear.PathFit, size: FloatArray, counted: BoolArray, most: int) -> IntArray:
    """The columns in use at a path's end; where these are too many, the smallest of those that have come last are left out.

    Parameters
    ----------
    fit : PathFit
        From `end_of`.
    size : ndarray (p,)
        Root mean squares of the columns.
    counted : bool ndarray (p,)
        The columns among which is selected.
    most : int
    """
    mine = np.flatnonzero(counted[fit.columns])
    before, now = (np.abs(fit.coef[at][mine]).max(axis=1) * size[fit.columns[mine]] for at in (0, -1))
    order = np.lexsort((-now, (before == 0) & (len(fit.coef) > 1)))
    return np.asarray(fit.columns[mine[order[now[order] > 0][:most]]])
