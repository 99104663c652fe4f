"""The looks in their order: the data as they can be used, what is found in the training rows, and what they are without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.advice import recommend, shape
from regcli.advice.finding import Finding
from regcli.advice.grouping import entities, time_order
from regcli.advice.leakage import leakage
from regcli.advice.marks import fold_marks, holdout_marks
from regcli.advice.missingness import missing
from regcli.advice.recommend import Choice
from regcli.advice.settle import Settled, settle
from regcli.advice.view import View
from regcli.config import changed
from regcli.data import split
from regcli.errors import RegcliError
from regcli.numerics.reproducible import steady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.advice.shape import Alike
    from regcli.config import Config
    from regcli.data.memory import Source
    from regcli.pace import Progress

# Keys that the rows and columns do not depend on.
OTHERWISE = frozenset({"cv", "holdout", "select", "model", "penalty", "lambdas"})


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found.

    Attributes
    ----------
    settled : Settled
        The data as they were looked at.
    better : Settled
        The data once everything suggested is done; rows that were held out at first are in no fold of theirs.
    first, columns : tuple of Finding
        On leaks and rows; on columns and the target.
    choices : tuple of Choice
        What was done.
    alike : Alike
        How collinear the columns are that are left.
    """

    settled: Settled
    better: Settled
    first: tuple[Finding, ...]
    columns: tuple[Finding, ...]
    choices: tuple[Choice, ...]
    alike: Alike


def examine(config: Config, source: Source | None, say: Progress) -> Examined:
    """Read the data, look at the training rows, and do what is suggested.

    Parameters
    ----------
    config : Config
    source : Source or None
        Of data that are handed over.
    say : callable (done, total, what)
        Told how far it has come.

    Raises
    ------
    RegcliError
        What no key of the configuration can mend.
    """
    say(0, 0, "reading the data")
    settled, kept = _set_aside(settle(config, source), source)
    with steady():
        say(0, 0, "looking for leaks")
        view, splits = View.of(settled.dataset, settled.splits), settled.splits
        leaks = leakage(settled.dataset, splits)
        say(0, 0, "looking at rows and columns")
        related, alike = shape.collinearity(view)
        rows = [*entities(view, splits), *time_order(view, splits)]
        columns = [
            *related,
            *shape.spread(view, config),
            *shape.rare_levels(view, splits, config),
            *(finding for finding in missing(view) if finding.topic != "leakage"),
            *shape.target(view, config),
        ]
        better, done = _followed(settled, recommend.from_findings([*leaks, *rows, *columns]), source)
        if better is not settled:
            _, alike = shape.collinearity(View.of(better.dataset, better.splits))
    undated = better.config.preprocess.dates is None  # the only date is the rows' time
    answers = [answer for answer in settled.answers if not (undated and set(answer.keys) == {"preprocess.dates.cyclic"})]
    again = better.answers[len(settled.answers) :]
    refused = [Finding("refused", "data", (), "", float("nan"), "", recommend.sentences(a.said)) for a in (*answers, *again)]
    if config.holdout is None and kept and kept[-1].key == "holdout" and "column" not in kept[-1].value:
        drawn = recommend.holdout(better.dataset)
        kept = [*kept[:-1], *([drawn] if drawn else [])]
    choices = (
        *recommend.from_answers([*answers, *again]),
        *done,
        *recommend.folds(better.dataset, better.splits, better.config),
        *kept,
    )
    return Examined(settled, better, (*refused, *leaks, *rows), tuple(columns), choices, alike)


def together(config: Config, examined: Examined, more: Sequence[Choice] = ()) -> tuple[tuple[Choice, ...], Config]:
    """All choices, one for each key, and the configuration that says so.

    Raises
    ------
    RegcliError
        Where that could not be run.
    """
    merged = recommend.together(config, [*examined.choices, *more])
    ready = changed(config, {"task": examined.better.dataset.task, **recommend.settings(merged)})
    split(examined.better.dataset, ready)
    return tuple(merged.values()), ready


def _set_aside(settled: Settled, source: Source | None) -> tuple[Settled, list[Choice]]:
    """The columns that say how rows are used in their roles, and rows for the final test out of sight, if left open."""
    chosen: list[Choice] = []
    config = settled.config
    fold = fold_marks(settled.dataset) if config.cv.kind is None else None
    if fold is not None:
        keys = {"cv": {"kind": "predefined", "column": fold}}
        better = _with(settled, keys, source, reread=True)
        if better is not settled:
            settled = better
            why = f"Column {fold!r} names the fold that each row is validated in; it is no feature."
            chosen.append(Choice("cv", keys["cv"], why))
    if config.holdout is not None:
        return settled, chosen
    for marked in holdout_marks(settled.dataset):
        better = _with(settled, {"holdout": marked}, source, reread=True)
        if better is not settled:
            why = f"Column {marked['column']!r} says which rows are for the final test; it is no feature."
            return better, [*chosen, Choice("holdout", marked, why)]
    drawn = recommend.holdout(settled.dataset)
    if drawn is not None:
        settled = _with(settled, {"holdout": drawn.value}, source)
        chosen.append(drawn)
    return settled, chosen


def _with(settled: Settled, keys: dict[str, Any], source: Source | None, *, reread: bool = False) -> Settled:
    """Settled again with some keys changed, and the answers so far; as it was where that cannot be."""
    try:
        config = changed(settled.config, keys)
        if not reread and all(key.split(".")[0] in OTHERWISE for key in keys):
            return replace(settled, config=config, splits=split(settled.dataset, config))
        again = settle(config, source)
    except RegcliError:
        return settled
    return replace(again, answers=(*settled.answers, *again.answers))


def _followed(settled: Settled, choices: Sequence[Choice], source: Source | None) -> tuple[Settled, list[Choice]]:
    """What the data are once suggestions are taken, and which: all of them, or else one after the other those that can be."""
    roles = {choice.key for choice in choices} & {"dataset.time", "dataset.group"}
    wanted = [choice for choice in choices if not (roles and choice.key == "cv.shuffle")]
    if not wanted:
        return settled, []
    better = _with(settled, _settings(settled, wanted), source)
    if better is not settled:
        return _unseen_stay_unseen(better, settled), wanted
    taken: list[Choice] = []
    for choice in wanted:
        tried = _with(settled, _settings(settled, [*taken, choice]), source)
        if tried is not settled:
            better = tried
            taken.append(choice)
    return _unseen_stay_unseen(better, settled), taken


def _settings(settled: Settled, choices: Sequence[Choice]) -> dict[str, Any]:
    """Choices as settings; a date that is the rows' time has no parts, unless there are other dates."""
    keys = recommend.settings(recommend.together(settled.config, choices))
    dates = settled.dataset.features.kinds.count("date")
    if "dataset.time" in keys and dates == 1 and settled.config.preprocess.dates is not None:
        keys["preprocess.dates"] = None
    cv = settled.config.cv
    if {"dataset.time", "dataset.group"} & keys.keys() and cv.kind != "predefined":  # the scheme follows from the role
        keys["cv"] = {key: getattr(cv, key) for key in ("n_splits", "seed") if key in cv.model_fields_set}
    return keys


def _unseen_stay_unseen(better: Settled, settled: Settled) -> Settled:
    """Without rows that were held out before a time or a group drew the holdout anew."""
    allowed = np.isin(better.dataset.row, settled.dataset.row[settled.splits.train])
    splits = better.splits
    folds = tuple(
        replace(f, train=f.train[allowed[f.train]], validation=f.validation[allowed[f.validation]]) for f in splits.folds
    )
    return replace(better, splits=replace(splits, train=splits.train[allowed[splits.train]], folds=folds))
