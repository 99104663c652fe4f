"""How much too good the final model looks on its own rows: Harrell's bootstrap of the whole recipe.

A resample is the training rows drawn with replacement, a row counted as often as it was drawn; groups are drawn as a whole.
Every step is repeated on each: preprocessing, grid, folds, choice, refit. The folds are those of the distinct rows, so that
no row is on both sides of one; what takes no weights (medians, rare levels, the other scalers) sees each of them once. How
much better what was found scores on its resample than on all training rows is its optimism; the mean of that is added to the
apparent score of the run's own model.
Harrell (2015), Regression Modeling Strategies, 2nd ed., 5.3.4.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.data.splits import inner_splits
from regcli.engine import search
from regcli.errors import RegcliError
from regcli.families import FAMILIES, expand
from regcli.metrics import METRICS, metrics_of
from regcli.outcome import Audited, Interrupted
from regcli.prepare import prepare
from regcli.scored import Scored
from regcli.scoring import score
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from regcli.families.base import Store
    from regcli.numerics.arrays import FloatArray
    from regcli.outcome import Outcome
    from regcli.pace import Progress
    from regcli.plan import Plan

# A resample that lacks a class, or on which nothing can be selected, is drawn again so many times.
ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Resampled:
    """What the recipe makes of one resample.

    Attributes
    ----------
    own, original : ndarray (metrics,)
        Scores of its model on the resample, and on all training rows as they are; by metric, in the order of the table.
    path : ndarray ()
        Position of the chosen path.
    redrawn : ndarray ()
        How often it was drawn again.
    """

    own: FloatArray
    original: FloatArray
    path: FloatArray
    redrawn: FloatArray

    def piece(self) -> dict[str, FloatArray]:
        """As arrays by name, to be kept."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, piece: dict[str, Any]) -> Resampled:
        """What `piece` made."""
        return cls(**piece)


class Bootstrap(Audit):
    """On request: `bootstrap`."""

    name = "bootstrap"
    what = "bootstrap"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:
        asked = outcome.plan.config.bootstrap
        if asked is None:
            return None
        found = []
        for b in range(asked.resamples):
            tell(b, asked.resamples, f"resample {b + 1} of {asked.resamples}")
            one = store.get(f"bootstrap-{b}", Resampled.of)
            if one is None:
                try:
                    one = _resampled(outcome.plan, asked.seed, b)
                except Interrupted:
                    raise KeyboardInterrupt from None  # its paths are not the run's
                except RegcliError as error:
                    said = f"no bootstrap estimate: resample {b + 1}, drawn {ATTEMPTS} times, cannot be searched"
                    return Audited({}, warnings=(f"{said}: {error.message}",))
                store.put(f"bootstrap-{b}", one)
            found.append(one)
        tell(asked.resamples, asked.resamples, self.what)
        return Audited(_numbers(outcome, found))


def _resampled(plan: Plan, seed: int, b: int) -> Resampled:
    """The first draw of resample b that can be searched."""
    for attempt in range(ATTEMPTS):
        try:
            return _searched(plan, counts(plan, np.random.default_rng([seed, b, attempt])), attempt)
        except RegcliError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # the last attempt returns or raises


def counts(plan: Plan, random: np.random.Generator) -> FloatArray:
    """How often each row of the dataset is drawn, (n,); a group's rows are drawn together."""
    train, group = plan.splits.train, plan.dataset.group
    unit = np.arange(len(train)) if group is None else np.unique(group[train].astype(str), return_inverse=True)[1]
    n = int(unit.max()) + 1
    times = np.bincount(random.integers(0, n, n), minlength=n)
    out = np.zeros(len(plan.dataset))
    out[train] = times[unit]
    return out


def _searched(plan: Plan, times: FloatArray, attempt: int) -> Resampled:
    """Every step on the rows drawn, each as heavy as it was drawn often."""
    dataset, train = plan.dataset, plan.splits.train
    drawn, weight = np.flatnonzero(times), sample_weights(dataset, np.arange(len(dataset))) * times
    mine = replace(dataset, weight=weight)
    splits = inner_splits(mine, drawn, plan.splits.kind, plan.config.cv)
    prepared = expand(prepare(replace(plan, dataset=mine, splits=splits)))
    found = search(prepared, twice=False)
    fitted = found.paths[found.choice.path]
    *_, model = FAMILIES[fitted.path.family].models(prepared, fitted, found.choice.index)
    names = tuple(metrics_of(plan.task))
    own = score(Scored(dataset.y[drawn], model(drawn), weight[drawn], plan.task), names)
    original = score(Scored(dataset.y[train], model(train), sample_weights(dataset, train), plan.task), names)
    return Resampled(
        np.array([float(own[name]) for name in names]),
        np.array([float(original[name]) for name in names]),
        np.asarray(found.choice.path),
        np.asarray(attempt),
    )


def _numbers(outcome: Outcome, found: list[Resampled]) -> dict[str, Any]:
    """What stands in metrics.json."""
    apparent, mine = outcome.metrics["refit"], outcome.paths[outcome.choice.path].path
    scores = {}
    for m, name in enumerate(metrics_of(outcome.plan.task)):
        sign = METRICS[name].sign
        each = sign * np.array([one.original[m] - one.own[m] for one in found])
        optimism = float(each.mean())
        scores[name] = {
            "estimate": apparent[name] + sign * optimism,
            "optimism": optimism,
            "se": float(each.std(ddof=1) / len(each) ** 0.5) if len(each) > 1 else float("nan"),
            "apparent": apparent[name],
        }
    theirs = [outcome.paths[int(one.path)].path for one in found]
    return {
        **scores[outcome.choice.metric],
        "same_model": float(np.mean([(path.family, path.entry) == (mine.family, mine.entry) for path in theirs])),
        "resamples": len(found),
        "redrawn": int(sum(int(one.redrawn) for one in found)),
        "scores": scores,
    }
