"""An estimate that selection has not made too good: the whole search on each outer fold's training rows, judged on the others.

Nothing of an outer fold's validation rows enters the search that is judged on them: preprocessing, grid, inner folds, choice and
final model come from its training rows alone. Those are training sets like any other, handed to the engine as a plan.
Varma & Simon (2006), Bias in error estimation when using cross-validation for model selection, BMC Bioinformatics 7:91.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.audit.supports import phi
from regcli.averages import Averages
from regcli.data.splits import inner_splits
from regcli.engine import search
from regcli.errors import RegcliError
from regcli.families import FAMILIES, expand
from regcli.metrics import METRICS, metrics_of
from regcli.outcome import Audited, Interrupted
from regcli.prepare import prepare
from regcli.scored import Scored
from regcli.scoring import score
from regcli.support import in_support, is_dense
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from regcli.engine import Search
    from regcli.families.base import Store
    from regcli.numerics.arrays import BoolArray, FloatArray
    from regcli.outcome import CoefficientTable, Outcome
    from regcli.pace import Progress
    from regcli.plan import Plan
    from regcli.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Judged:
    """What the search on one outer fold's training rows chose, and what that says of its validation rows.

    Attributes
    ----------
    path, index : ndarray ()
        Position of the chosen path among the paths of the plan, and of its λ there.
    lam, n_nonzero, plain : ndarray ()
        Of the chosen point; `plain` is the search's own validation mean.
    support : bool ndarray (d,)
        The chosen model's support among the features of the whole training data.
    prediction : ndarray (m,) or (m, classes)
        Of the outer validation rows.
    """

    path: FloatArray
    index: FloatArray
    lam: FloatArray
    n_nonzero: FloatArray
    plain: FloatArray
    support: BoolArray
    prediction: FloatArray

    def piece(self) -> dict[str, FloatArray]:
        """As arrays by name, to be kept."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def of(cls, piece: dict[str, Any]) -> Judged:
        """What `piece` made."""
        return cls(**piece)


class Nested(Audit):
    """On request: `nested`."""

    name = "nested"
    what = "nested cross-validation"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:
        outer = outcome.plan.splits.outer
        if not outer:
            return None
        found = []
        for k, fold in enumerate(outer):
            key = f"nested-{k}"
            judged = store.get(key, Judged.of)
            if judged is None:
                try:
                    judged = _judged(outcome, k, _share(tell, outcome, k))
                except Interrupted:
                    raise KeyboardInterrupt from None  # its paths are not the run's
                except RegcliError as error:
                    said = f"no nested estimate: the search on the training rows of outer fold {fold.label} found nothing"
                    return Audited({}, warnings=(f"{said}: {error.message}",))
                store.put(key, judged)
            found.append(judged)
        tell(1, 1, self.what)
        return Audited(_numbers(outcome, found))


def _share(tell: Progress, outcome: Outcome, k: int) -> Progress:
    """What is told of one outer fold's search, as its part of them all: each is as long as the search on all training rows."""
    total, outer = outcome.prepared.n_fits, len(outcome.plan.splits.outer)

    def of_all(done: int, of: int, what: str) -> None:
        tell(k * total + (done * total // of if of else 0), outer * total, f"outer fold {k + 1} of {outer}: {what}")

    return of_all


def searched(plan: Plan, k: int, tell: Progress) -> tuple[Prepared, Search]:
    """The whole search on the training rows of outer fold k."""
    inner = inner_splits(plan.dataset, plan.splits.outer[k].train, plan.splits.kind, plan.config.cv)
    prepared = expand(prepare(replace(plan, splits=inner)))
    return prepared, search(prepared, progress=tell, twice=False)


def _judged(outcome: Outcome, k: int, tell: Progress) -> Judged:
    """What it chose, and what that says of the fold's validation rows."""
    prepared, found = searched(outcome.plan, k, tell)
    choice, fitted = found.choice, found.paths[found.choice.path]
    family = FAMILIES[fitted.path.family]
    model = family.models(prepared, fitted, choice.index)[-1]
    portrait = family.portrait(prepared, fitted, choice.index, save_model=False)
    return Judged(
        path=np.asarray(choice.path),
        index=np.asarray(choice.index),
        lam=np.asarray(fitted.lambdas[choice.index]),
        n_nonzero=np.asarray(fitted.n_nonzero[choice.index]),
        plain=np.asarray(found.summaries[choice.path].validation_mean[choice.index]),
        support=_support(outcome, portrait.coefficients, dense=is_dense(fitted.path.l1_ratio, fitted.path.stage)),
        prediction=np.asarray(model(outcome.plan.splits.outer[k].validation)),
    )


def _support(outcome: Outcome, table: CoefficientTable | None, *, dense: bool) -> BoolArray:
    """Which of the run's features a model rests on; (d,). Nothing is known of models without coefficients."""
    mine = outcome.portrait.coefficients
    if mine is None or table is None:
        return np.zeros(0 if mine is None else len(dict.fromkeys(mine.feature)) - 1, dtype=bool)
    place = {name: j for j, name in enumerate(dict.fromkeys(mine.feature))}
    size = np.zeros(len(place))
    for name, value in zip(table.feature, np.abs(table.standardized), strict=True):
        # a feature that only the outer fold knows is not reported
        if name in place:
            size[place[name]] = max(size[place[name]], value)
    return in_support(size[1:], dense=dense)


def _numbers(outcome: Outcome, found: list[Judged]) -> dict[str, Any]:
    """What stands in metrics.json."""
    plan, metric, plain = outcome.plan, outcome.choice.metric, outcome.metrics["validation"]
    folds, names = plan.splits.outer, tuple(metrics_of(plan.task))
    averages = Averages.of(plan.dataset, replace(plan.splits, folds=folds, kind=str(plan.splits.outer_kind)))
    by_fold = [
        score(Scored(plan.dataset.y[f.validation], j.prediction, sample_weights(plan.dataset, f.validation), plan.task), names)
        for f, j in zip(folds, found, strict=True)
    ]
    scores = {name: averages.by_fold(name, np.array([float(one[name]) for one in by_fold])) for name in names}
    figures = averages.validation(scores, np.concatenate([judged.prediction for judged in found]), names)
    by_metric = {
        name: {"mean": float(mean), "se": float(error), "optimism": METRICS[name].sign * (float(mean) - plain[name])}
        for name, (mean, error) in figures.items()
    }
    own = by_metric[metric]
    return {
        **own,
        "optimism_relative": own["optimism"] / abs(plain[metric]) if plain[metric] else float("nan"),
        **_spread(outcome, found),
        "scores": by_metric,
        "kind": plan.splits.outer_kind,
        "folds": {
            "fold": [fold.label for fold in folds],
            "n_train": [len(fold.train) for fold in folds],
            "n_validation": [len(fold.validation) for fold in folds],
            "model": [outcome.paths[int(judged.path)].path.label for judged in found],
            "lambda": [float(judged.lam) for judged in found],
            "n_nonzero": [int(judged.n_nonzero) for judged in found],
            "plain": [float(judged.plain) for judged in found],
            "score": scores[metric].tolist(),
        },
    }


def _spread(outcome: Outcome, found: list[Judged]) -> dict[str, float]:
    """How far the outer folds' choices differ from each other."""
    mine = outcome.paths[outcome.choice.path].path
    theirs = [outcome.paths[int(judged.path)].path for judged in found]
    same = [(path.family, path.entry) == (mine.family, mine.entry) for path in theirs]
    # λ of another kind of model is another thing
    lambdas = np.array([float(judged.lam) for judged, alike in zip(found, same, strict=True) if alike])
    ratios = [path.l1_ratio for path in theirs if path.l1_ratio is not None]
    supports = np.array([judged.support for judged in found])
    pairs = [((a & b).sum(), (a | b).sum()) for a, b in combinations(supports, 2)] if supports.size else []
    return {
        "same_model": float(np.mean(same)),
        "lambda_spread": float(lambdas.max() / lambdas.min()) if len(lambdas) > 1 and lambdas.min() > 0 else float("nan"),
        "l1_ratio_spread": float(max(ratios) - min(ratios)) if len(ratios) > 1 else float("nan"),
        "support_jaccard": float(np.mean([both / either if either else 1.0 for both, either in pairs]))
        if pairs
        else float("nan"),
        "support_phi": phi(supports) if supports.size else float("nan"),
    }
