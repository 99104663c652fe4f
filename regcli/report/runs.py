"""The list of runs: what is known of each by name, which are shown, in which order, and what differs between them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from regcli.data.wording import brief, did_you_mean
from regcli.errors import RunError, UsageError
from regcli.figures import numbers
from regcli.gates import OPERATORS
from regcli.report.table import Column, Table
from regcli.run.layout import RESOLVED
from regcli.spoken import LAMBDA, NON_ZEROS, axis_name
from regcli.wording import same_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from regcli.run import RunReader

COLUMNS = (
    Column("run", "run"),
    Column("status", "status", 1),
    Column("command", "command", 5),
    Column("dataset", "dataset", 4),
    Column("penalty", "selected", 3),
    Column("l1_ratio", "l1_ratio", 6),
    Column("axis", "axis", 6),
    Column("lambda", "at", 5),
    Column("n_nonzero", "in use", 4),
    Column("metric", "metric", 2),
    Column("validation_mean", "validation", 1),
)
# Of the manifest, beside the columns.
_PLAIN = ("name", "task", "target", "rule", "started", "finished", "seed")
_DATA = ("sha256", "n_source_rows", "n_train", "n_holdout", "n_inputs", "n_features")
# Keys of the configuration that say where things are, not what is done; the run's name tells the experiment's.
_NO_MEANING = ("output", "execution", "name", "version")
# Hashes are told apart by so many of their digits.
HASH = 12
_CONDITION = re.compile(r"\s*(?P<name>[^\s<>=!]+)\s*(?P<op>>=|<=|==|!=|>|<)\s*(?P<value>\S(?:.*\S)?)\s*", re.DOTALL)
_NUMBER = re.compile(r"(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<percent>%?)")
_FORM = "it reads NAME OP VALUE, such as 'validation.mse < 3000' or 'penalty == ridge'; OP is one of > >= < <= == !="


@dataclass(frozen=True)
class Listed:
    """One run in the list.

    Attributes
    ----------
    path : Path
    run : RunReader or None
        None where it cannot be opened.
    read : dict
        Configurations that have been read, by their hash: many runs share theirs.
    """

    path: Path
    run: RunReader | None
    read: dict[str, dict[str, str]] = field(repr=False)

    @cached_property
    def outside(self) -> dict[str, Any]:
        """What the manifest tells, by name; the first ones are the columns of the list."""
        if self.run is None:
            return {"run": self.path.name, "status": "damaged"}
        m = self.run.manifest
        chosen = m.get("selected") or {}
        source = (m.get("dataset") or {}).get("source")
        found = {
            "run": self.path.name,
            "status": self.run.status,
            "command": m.get("command"),
            "dataset": None if source is None else brief(source),
            **{key: chosen.get(key) for key in ("penalty", "l1_ratio")},
            "axis": axis_name(chosen.get("axis")) if chosen else None,
            **{key: chosen.get(key) for key in ("lambda", "n_nonzero")},
            "metric": m.get("metric"),
            "validation_mean": chosen.get("validation_mean"),
        }
        return found | {key: m.get(key) for key in _PLAIN} | self._inputs(m)

    @staticmethod
    def _inputs(m: dict[str, Any]) -> dict[str, Any]:
        """Data, folds and versions."""
        data, folds = m.get("dataset") or {}, m.get("folds") or {}
        found = {f"dataset.{key}": data.get(key) for key in _DATA} | {f"folds.{key}": folds.get(key) for key in folds}
        found |= {key: str(found[key])[:HASH] for key in ("dataset.sha256", "folds.sha256") if found.get(key)}
        return found | {f"versions.{key}": value for key, value in (m.get("versions") or {}).items()}

    @cached_property
    def figures(self) -> dict[str, float | None]:
        """Every number of metrics.json, and the gap as a share of the train score; none where there are no results."""
        if self.run is None or self.run.status != "done":
            return {}
        try:
            metrics = self.run.metrics
        except RunError:
            return {}
        name = self.run.manifest["metric"]
        gap, train = metrics["gap"].get(name), metrics["train"].get(name)
        return numbers(metrics) | {"gap.relative": gap / abs(train) if gap is not None and train else None}

    @cached_property
    def settings(self) -> dict[str, str]:
        """The configuration as it was understood, by dotted key; none where it cannot be read."""
        if self.run is None:
            return {}
        known = self.run.manifest.get("files", {}).get(RESOLVED) or self.path.name
        if known not in self.read:
            try:
                self.read[known] = self.run.config_values
            except RunError:
                self.read[known] = {}
        return self.read[known]

    def get(self, name: str) -> Any:  # noqa: ANN401
        """What is known under a name; None where nothing is."""
        for known in (self.outside, self.figures):
            if name in known:
                return known[name]
        text = self.settings.get(name)
        number = _as_number(text)
        return text if number is None else int(number) if number.is_integer() and str(text).isdecimal() else number


@dataclass(frozen=True, slots=True)
class Condition:
    """What a run must be like to be listed.

    Attributes
    ----------
    name, op, value : str
        As written.
    limit : float or None
        The value as a number, where it is one.
    """

    name: str
    op: str
    value: str
    limit: float | None

    @classmethod
    def of(cls, text: str) -> Condition:
        """Read a condition, such as ``validation.mse < 3000`` or ``penalty == ridge``.

        Raises
        ------
        UsageError
        """
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise UsageError(f"--where: {text!r} is not a condition", _FORM)
        number = _NUMBER.fullmatch(found["value"])
        if number is None and found["op"] not in {"==", "!="}:
            raise UsageError(f"--where: {text!r}: only a number can be more or less", "compare words by == or !=")
        limit = None if number is None else float(number["number"]) / (100.0 if number["percent"] else 1.0)
        value = found["value"]
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        return cls(found["name"], found["op"], value[1:-1] if quoted else value, limit)

    def holds(self, known: Any) -> bool:  # noqa: ANN401
        """Whether what is known of a run meets it; what is not known meets nothing."""
        if known is None:
            return False
        number = _as_number(known)
        if self.limit is not None and number is not None:
            return OPERATORS[self.op](number, self.limit)
        if self.op not in {"==", "!="}:
            return False
        return same_text(str(known), self.value) == (self.op == "==")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which runs are listed, and how.

    Attributes
    ----------
    where : tuple of Condition
        All must hold.
    sort : str or None
        By what; by age otherwise.
    reverse : bool
    diff : bool
        Show what differs between the runs.
    last : int or None
        Only so many of the newest.
    """

    where: tuple[Condition, ...] = ()
    sort: str | None = None
    reverse: bool = False
    diff: bool = False
    last: int | None = None


def runs_table(runs: Path, found: Sequence[RunReader | tuple[Path, str]], wish: Wish | None = None) -> Table:
    """The runs in a directory, one row each; a damaged one stands with what is wrong.

    Parameters
    ----------
    runs : Path
    found : sequence of RunReader or (Path, str)
        As `list_runs` gives them, the newest first.
    wish : Wish

    Raises
    ------
    UsageError
        Where no run knows a name.
    """
    wish = wish or Wish()
    read: dict[str, dict[str, str]] = {}
    every = [Listed(one[0], None, read) if isinstance(one, tuple) else Listed(one.path, one, read) for one in found]
    asked = list(dict.fromkeys([*([wish.sort] if wish.sort else []), *(condition.name for condition in wish.where)]))
    if every:
        _refuse_unknown(asked, every)
    kept = [one for one in every if all(condition.holds(one.get(condition.name)) for condition in wish.where)][: wish.last]
    if wish.sort is not None:
        kept = _sorted(kept, wish.sort, reverse=wish.reverse)
    elif wish.reverse:
        kept.reverse()
    shown = [column.key for column in COLUMNS]
    different = _differences(kept) if wish.diff else []
    told = [name for name in asked if name == wish.sort or len({one.get(name) for one in kept}) > 1]
    own = [Column(name, name, 1 + (name != wish.sort)) for name in dict.fromkeys([*told, *different]) if name not in shown]
    known: tuple[Column, ...] = COLUMNS
    if all(one.get("axis") in {LAMBDA, None} for one in kept):  # linear models alone
        said = {"lambda": LAMBDA, "n_nonzero": NON_ZEROS}
        known = tuple(replace(c, title=said.get(c.key, c.title)) for c in COLUMNS if c.key != "axis" or "axis" in asked)
    columns = (*known[:2], *own, *known[2:])
    if wish.diff:  # what is the same in all runs is what tells least
        columns = tuple(replace(c, rank=c.rank + 10) if c.key in shown[2:9] else c for c in columns)
    rows = tuple(tuple(one.get(column.key) for column in columns) for one in kept)
    notes = _notes(runs, every, kept, wish, different)
    return Table("", columns, rows, notes)


def _notes(runs: Path, every: list[Listed], kept: list[Listed], wish: Wish, different: list[str]) -> tuple[str, ...]:
    if not every:
        return (f"No runs in {runs}: `regcli fit CONFIG` makes one.",)
    if not kept:
        return (f"None of the {len(every)} runs in {runs} is so.",)
    if wish.diff and not different and len(kept) > 1:
        return (f"Configuration, data and versions of these {len(kept)} runs are the same.",)
    return ()


def _refuse_unknown(names: Iterable[str], every: list[Listed]) -> None:
    """Refuse a name that no run knows."""
    for name in names:
        layers: tuple[Callable[[Listed], dict[str, Any]], ...] = (
            lambda one: one.outside, lambda one: one.figures, lambda one: one.settings,
        )  # fmt: skip
        if any(name in layer(one) for layer in layers for one in every):
            continue
        known = dict.fromkeys(key for layer in layers for one in every for key in layer(one))
        hint = "Any column, any number of metrics.json by its dotted name and any key of the configuration will do."
        raise UsageError(f"{name!r} is not known of any run{did_you_mean(name, known)}.", hint)


def _sorted(kept: list[Listed], name: str, *, reverse: bool) -> list[Listed]:
    """By numbers, then by words; runs that have neither stay last, whichever way."""
    known = [one for one in kept if one.get(name) is not None]

    def key(one: Listed) -> tuple[bool, float, str]:
        number = _as_number(one.get(name))
        return (number is None, number or 0.0, str(one.get(name)))

    return [*sorted(known, key=key, reverse=reverse), *(one for one in kept if one.get(name) is None)]


def _differences(kept: list[Listed]) -> list[str]:
    """Names of what is not the same in all runs: configuration, data, folds, versions."""
    values: dict[str, list[Any]] = {}
    readable = [one for one in kept if one.run is not None]
    known = [
        {key: value for key, value in one.settings.items() if key.split(".")[0] not in _NO_MEANING}
        | {key: value for key, value in one.outside.items() if key.startswith(("dataset.", "folds.", "versions."))}
        for one in readable
    ]
    for name in dict.fromkeys(key for facts in known for key in facts):
        values[name] = [facts.get(name) for facts in known]
    found = [name for name, told in values.items() if any(value != told[0] for value in told)]
    if "dataset.sha256" not in found:  # the same data seen from two folders
        found = [name for name in found if name != "dataset.path"]
    if {"dataset.path", "dataset.kind", "dataset.name"} & set(found):  # other data, of which all is other
        found = [name for name in found if name not in {f"dataset.{key}" for key in _DATA}]
    if any(name.startswith(("dataset.", "cv.", "holdout")) for name in found):  # so the folds must be others
        found = [name for name in found if not name.startswith("folds.")]
    return found


def _as_number(value: Any) -> float | None:  # noqa: ANN401
    """A finite number, or the text of one."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
