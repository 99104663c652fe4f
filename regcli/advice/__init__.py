"""A look at the data before anything is fitted: what they suffer from, and what is best done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regcli.advice import recommend, shape
from regcli.advice.examine import examine, together
from regcli.advice.finding import Finding
from regcli.advice.leakage import leakage
from regcli.advice.recommend import Choice
from regcli.advice.trials import bends, trial
from regcli.advice.view import View
from regcli.errors import DataError
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
    found = examine(config, source, say)
    data, better = found.settled.dataset, found.better
    if not data.features.names:
        raise DataError(
            f"{data.source}: there is no input column besides those with a role, so that there is no penalty to recommend.",
            "Search the configuration as it is: regcli sweep.",
        )
    say(0, 0, "trying penalties on some rows")
    with steady():
        view = View.of(better.dataset, better.splits)
        tried = trial(better, view)
        model = bends(better, view, tried)
    n, p = len(better.splits.train), tried.p if tried is not None else len(better.dataset.features.names)
    penalty = recommend.penalty(n, p, found.alike, tried)
    choices, ready = together(config, found, [penalty, *_unit(better, penalty)])
    looked_at = {
        "source": data.source,
        "target": data.target,
        "task": data.task,
        "rows": len(found.settled.splits.train),
        "features": p,
        "held_out": len(found.settled.splits.holdout),
    }
    return Advice(looked_at, (*found.first, *shape.size(n, p), *found.columns, *model), choices, ready)


def _unit(settled: Settled, chosen: Choice) -> list[Choice]:
    """The unit of the target, which an elastic net depends on."""
    is_net = isinstance(chosen.value, dict) and chosen.value["kind"] == "elasticnet"
    if not is_net or settled.dataset.task != "regression" or settled.config.preprocess.target != "none":
        return []
    return [Choice("preprocess.target", "standard", "What l1_ratio means then does not depend on the target's unit.")]
