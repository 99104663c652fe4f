"""A look at the data before anything is fitted: what they suffer from, and what is best done with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.advice import recommend, shape
from regcli.advice.finding import Finding
from regcli.advice.grouping import entities, time_order
from regcli.advice.leakage import leakage
from regcli.advice.missingness import missing
from regcli.advice.recommend import Choice
from regcli.advice.settle import settle
from regcli.advice.trials import bends, trial
from regcli.advice.view import View
from regcli.config import changed
from regcli.data import split
from regcli.errors import RegcliError
from regcli.numerics.reproducible import steady

if TYPE_CHECKING:
    from regcli.advice.settle import Settled
    from regcli.config import Config
    from regcli.data.memory import Source
    from regcli.pace import Progress

__all__ = ["Advice", "Finding", "advise", "leakage"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What was found, and what is recommended.

    Attributes
    ----------
    looked_at : dict of str to plain data
        The data in numbers: training rows, features, task.
    findings : tuple of Finding
    choices : tuple of Choice
        What is recommended, by key, with its reason.
    config : Config
        The configuration with all of that in it, ready to run.
    """

    looked_at: dict[str, Any]
    findings: tuple[Finding, ...]
    choices: tuple[Choice, ...]
    config: Config


def advise(config: Config, source: Source | None = None, tell: Progress | None = None) -> Advice:
    """Look at the training rows and say what to do with them; rows that are held out are not looked at.

    Parameters
    ----------
    config : Config
    source : Source, optional
        Of data that are handed over.
    tell : callable (done, total, what), optional
        Told how far it has come.

    Raises
    ------
    RegcliError
        What no key of the configuration can mend.
    """
    say = tell or (lambda _done, _total, _what: None)
    say(0, 0, "reading the data")
    settled = settle(config, source)
    aside = recommend.holdout(settled.dataset) if config.holdout is None else None
    if aside is not None:
        settled = _with(settled, {"holdout": aside.value}, source)
    with steady():
        say(0, 0, "looking for leaks")
        view = View.of(settled.dataset, settled.splits)
        leaks = leakage(settled.dataset, settled.splits)
        say(0, 0, "looking at rows and columns")
        related, alike = shape.collinearity(view)
        leaking = {name for finding in leaks for name in finding.columns}
        rows = [*entities(view, settled.splits), *time_order(view, settled.splits)]
        columns = [
            *related,
            *shape.spread(view, config),
            *shape.rare_levels(view, settled.splits, config),
            *(finding for finding in missing(view) if finding.topic != "leakage"),
            *shape.target(view, config),
        ]
        first = [*_refused(settled, rows), *leaks, *rows]
        better = _unseen_stay_unseen(_followed(settled, [*first, *columns], source), settled)
        say(0, 0, "trying penalties on some rows")
        tried_view = View.of(better.dataset, better.splits)
        tried = trial(better, tried_view)
        p = tried.p if tried is not None else len(better.dataset.features.names)
        n = len(better.splits.train)
        model = bends(better, tried_view, tried)
        if leaking:
            _, alike = shape.collinearity(tried_view)
    chosen = recommend.penalty(n, p, alike, tried)
    kept = recommend.holdout(better.dataset) if aside is not None else None
    choices = [
        *recommend.from_answers(settled.answers),
        *recommend.from_findings([*first, *columns]),
        chosen,
        *_unit(better, chosen),
        *recommend.folds(better.dataset, better.splits, better.config),
        *([kept] if kept else []),
    ]
    wanted = [choice for choice in choices if not _is_superseded(choice, choices) and _is_possible(better.config, choice)]
    merged = recommend.together(config, wanted)
    ready = changed(config, {"task": settled.dataset.task, **recommend.settings(merged)})
    split(better.dataset, ready)  # whatever is recommended can be run
    data = settled.dataset
    looked_at = {
        "source": data.source,
        "target": data.target,
        "task": data.task,
        "rows": len(settled.splits.train),
        "features": p,
        "held_out": len(settled.splits.holdout),
    }
    findings = (*first, *shape.size(n, p), *columns, *model)
    return Advice(looked_at, findings, tuple(merged.values()), ready)


def _with(settled: Settled, keys: dict[str, Any], source: Source | None) -> Settled:
    """Settled again with some keys changed, and the answers so far; as it was where that cannot be."""
    try:
        config = changed(settled.config, keys)
        if all(key.split(".")[0] not in {"dataset", "preprocess", "task"} for key in keys):  # the same rows, used otherwise
            return replace(settled, config=config, splits=split(settled.dataset, config))
        again = settle(config, source)
    except RegcliError:
        return settled
    return replace(again, answers=(*settled.answers, *again.answers))


def _followed(settled: Settled, findings: list[Finding], source: Source | None) -> Settled:
    """What the data are once the findings' suggestions are taken."""
    choices = [choice for choice in recommend.from_findings(findings) if _is_possible(settled.config, choice)]
    merged = recommend.together(settled.config, choices)
    return _with(settled, recommend.settings(merged), source) if merged else settled


def _unseen_stay_unseen(better: Settled, settled: Settled) -> Settled:
    """Without rows that were held out before a time or a group drew the holdout anew."""
    allowed = np.isin(better.dataset.row, settled.dataset.row[settled.splits.train])
    splits = better.splits
    folds = tuple(
        replace(f, train=f.train[allowed[f.train]], validation=f.validation[allowed[f.validation]]) for f in splits.folds
    )
    return replace(better, splits=replace(splits, train=splits.train[allowed[splits.train]], folds=folds))


def _refused(settled: Settled, rows: list[Finding]) -> list[Finding]:
    """What `fit` would refuse, as findings; dates are told with the time where one of them is the rows'."""
    timed = any("dataset.time" in finding.remedy for finding in rows)
    return [
        Finding("refused", "data", (), "", float("nan"), "", recommend.sentences(answer.said), "", {})
        for answer in settled.answers
        if not (timed and set(answer.keys) == {"preprocess.dates.cyclic"})
    ]


def _is_possible(config: Config, choice: Choice) -> bool:
    """Whether the kind of data has such a key: generated columns cannot be left out."""
    try:
        changed(config, {choice.key: choice.value})
    except RegcliError:
        return False
    return True


def _is_superseded(choice: Choice, choices: list[Choice]) -> bool:
    """Whether parts of dates are not needed because the only date is the rows' time, or a scheme follows from a role."""
    roles = {other.key for other in choices if other.key in {"dataset.time", "dataset.group"}}
    return (choice.key == "preprocess.dates.cyclic" and "dataset.time" in roles) or (choice.key == "cv.shuffle" and bool(roles))


def _unit(settled: Settled, chosen: Choice) -> list[Choice]:
    """The unit of the target, which an elastic net depends on."""
    is_net = isinstance(chosen.value, dict) and chosen.value["kind"] == "elasticnet"
    if not is_net or settled.dataset.task != "regression" or settled.config.preprocess.target != "none":
        return []
    return [Choice("preprocess.target", "standard", "What l1_ratio means then does not depend on the target's unit.")]
