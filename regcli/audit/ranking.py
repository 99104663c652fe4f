"""Every kind of model that was searched beside the others, at its best and as the rule takes it; and which suits best."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.audit.recommend import Model, Point, recommend
from regcli.audit.stability import STEADY
from regcli.audit.supports import OverFolds
from regcli.averages import Averages
from regcli.families import FAMILIES
from regcli.metrics import METRICS
from regcli.noise import LEVEL, holm, paired
from regcli.outcome import Audited
from regcli.selection import bar_of, select
from regcli.support import is_dense

if TYPE_CHECKING:
    from regcli.families.base import Store
    from regcli.numerics.arrays import FloatArray
    from regcli.outcome import Fitted, Outcome
    from regcli.pace import Progress


class Ranking(Audit):
    """One line for each entry of the configuration: a kind of penalty, or another family's models."""

    name = "ranking"
    what = "ranking"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:  # noqa: ARG002
        entries = Entries(outcome)
        if len(entries.members) < 2:
            return None
        models = entries.models()
        if len(models) < 2:
            return None
        metric = outcome.choice.metric
        best = min(models, key=lambda model: METRICS[metric].sign * model.best.mean)
        selected = next(model for model in models if outcome.choice.path in entries.members[model.entry])
        advice = recommend(models, best, metric, outcome.metrics["null_model"][metric], outcome.choice.rule)
        return Audited(
            {
                "best": best.key,
                "selected": selected.key,
                "recommended": None if advice.model is None else advice.model.key,
                "reason": advice.reason,
                # what the rule gives away at the point that it took
                "lost": selected.chosen.worse_relative,
                "lost_p": selected.chosen.p,
                **{model.key: model.numbers() for model in models},
            }
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A grid point: its path, and its position there."""

    path: int
    index: int


class Entries:
    """The paths of an outcome, entry by entry.

    Attributes
    ----------
    members : dict of (family, entry) to list of int
        The paths of each entry.
    """

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.members: dict[tuple[str, int], list[int]] = {}
        for number, fitted in enumerate(outcome.paths):
            self.members.setdefault((fitted.path.family, fitted.path.entry), []).append(number)

    def represented(self) -> dict[tuple[str, int], tuple[Place, Place]]:
        """Of each entry that has a usable point: where it is at its best, and the one that the rule takes."""
        outcome, select_by = self._outcome, self._outcome.plan.config.select
        metric, choice = outcome.choice.metric, outcome.choice
        seen = [
            path.candidates(summary.validation_mean, summary.validation_se)
            for path, summary in zip(outcome.paths, outcome.summaries, strict=True)
        ]
        bar = bar_of(seen[choice.best_path], choice.best_index, metric, select_by.rule, select_by.tolerance)
        found: dict[tuple[str, int], tuple[Place, Place]] = {}
        for entry, numbers in self.members.items():
            selection = select([seen[p] for p in numbers], metric, select_by.rule, select_by.tolerance, bar)
            if selection is not None:
                (p, i), (q, j) = selection.best, selection.chosen
                found[entry] = Place(numbers[p], i), Place(numbers[q], j)
        return found

    def models(self) -> list[Model]:
        """Each entry that has a usable point: at its best, and as the rule takes it."""
        choice, found = self._outcome.choice, self.represented()
        top = Place(choice.best_path, choice.best_index)
        at_best = self.compared([best for best, _ in found.values()], top)
        as_chosen = self.compared([chosen for _, chosen in found.values()], top)
        keys = self.keys()
        return [
            self._model(entry, keys[entry], places, worse)
            for (entry, places), *worse in zip(found.items(), at_best, as_chosen, strict=True)
        ]

    def keys(self) -> dict[tuple[str, int], str]:
        """What each entry is called: its kind, and its position where there are several of the kind."""
        kinds = {entry: _kind(self._outcome.paths[numbers[0]]) for entry, numbers in self.members.items()}
        times = Counter(kinds.values())
        return {entry: kind if times[kind] == 1 else f"{kind}-{entry[1]}" for entry, kind in kinds.items()}

    def compared(self, places: list[Place], top: Place) -> list[tuple[float, float]]:
        """How much worse points are than one that stands out, the best of all for one; and the p of it, corrected together.

        Two-sided, by the corrected t-test over the folds: nobody said beforehand which would be the best.
        """
        tests = [self._test(place, top) for place in places]
        p = [float(np.minimum(1.0, p if p in {0.0, 1.0} else 2.0 * p)) for _, p, _ in tests]
        return [(worse, each) for (worse, _, _), each in zip(tests, holm(p), strict=True)]

    def gained(self, places: list[Place], over: Place) -> list[tuple[float, float, float]]:
        """What points gain over one that was named beforehand, the p of it, corrected together, and what that is held against.

        One-sided, at the levels that comparisons of runs hold a change against.
        """
        tests = [self._test(place, over) for place in places]
        p = [p if worse < 0 else 1.0 - p if worse > 0 else 1.0 for worse, p, _ in tests]
        levels = [level for _, _, level in tests]
        return [(-worse, each, level) for (worse, _, level), each in zip(tests, holm(p, levels), strict=True)]

    def _test(self, place: Place, top: Place) -> tuple[float, float, float]:
        """How much worse a point is than another, the one-sided p of a difference so large, and the level for it."""
        worse = METRICS[self._outcome.choice.metric].sign * (self.mean(place) - self.mean(top))
        if place == top:
            return worse, float("nan"), LEVEL  # nothing is compared with itself
        splits = self._outcome.plan.splits
        weight = Averages.of(self._outcome.plan.dataset, splits).weight
        ratio = float(
            np.mean([len(fold.validation) for fold in splits.folds]) / np.mean([len(fold.train) for fold in splits.folds])
        )
        test = paired(self._by_fold(top), self._by_fold(place), weight, ratio)
        if test.error == 0:  # folds that tell nothing apart: the same predictions, or the same difference every time
            return worse, 0.0 if worse else 1.0, test.level
        return worse, test.p_value(worse), test.level

    def mean(self, place: Place) -> float:
        """The validation mean of a point by the selecting metric."""
        return float(self._outcome.summaries[place.path].validation_mean[place.index])

    def _by_fold(self, place: Place) -> FloatArray:
        return self._outcome.paths[place.path].validation[self._outcome.choice.metric][:, place.index]

    def _model(self, entry: tuple[str, int], key: str, places: tuple[Place, Place], worse: list[tuple[float, float]]) -> Model:
        best, chosen = (self._point(place, *of) for place, of in zip(places, worse, strict=True))
        fitted = self._outcome.paths[places[1].path]
        portrayed = self._portrayed(fitted, places[1])
        return Model(key, _kind(fitted), entry, best, chosen, *portrayed, fitted.path.axis, fitted.path.complexity_of)

    def _portrayed(self, fitted: Fitted, place: Place) -> tuple[int, float, bool]:
        """Input columns that a point needs, Φ of its models over the folds, and whether these keep its columns."""
        choice = self._outcome.choice
        if (place.path, place.index) == (choice.path, choice.index):
            portrait = self._outcome.portrait
        else:
            portrait = FAMILIES[fitted.path.family].portrait(self._outcome.prepared, fitted, place.index, save_model=False)
        table = portrait.coefficients
        if table is None or len(table.over_folds) < 2:
            return portrait.n_inputs, float("nan"), True
        found = OverFolds.of(table, dense=is_dense(fitted.path.l1_ratio, fitted.path.stage))
        return portrait.n_inputs, float(found.numbers()["phi"]), not found.weighted_frequency < STEADY

    def _point(self, place: Place, worse: float, p: float) -> Point:
        outcome = self._outcome
        fitted, summary, i = outcome.paths[place.path], outcome.summaries[place.path], place.index
        top = abs(float(outcome.summaries[outcome.choice.best_path].validation_mean[outcome.choice.best_index]))
        numbers: dict[str, Any] = {
            name: float(getattr(summary, field)[i])
            for name, field in (("mean", "validation_mean"), ("se", "validation_se"), ("gap", "gap"), ("gap_relative",) * 2)
        }
        return Point(
            l1_ratio=fitted.path.l1_ratio,
            lam=float(fitted.lambdas[i]),
            n_nonzero=int(fitted.n_nonzero[i]),
            complexity=float(fitted.complexity[i]),
            worse=worse,
            worse_relative=worse / top if top else float("nan"),
            p=p,
            **numbers,
        )


def _kind(fitted: Fitted) -> str:
    """What kind of model a path is of: `lasso`, `lasso-relaxed`."""
    stage = fitted.path.stage
    return str(fitted.path.penalty) if stage is None else f"{fitted.path.penalty}-{stage.replace(' ', '-')}"
