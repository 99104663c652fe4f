"""Gates: conditions on the numbers of a table by their dotted names, such as ``validation.mse.change > 2%``."""

from __future__ import annotations

import difflib
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regcli.errors import ConfigError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_GATE = re.compile(
    r"\s*(?P<name>\S(?:.*?\S)?)\s*(?P<op>>=|<=|==|!=|>|<)\s*(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<percent>%?)\s*"
)
_FORM = "a gate reads NAME OP NUMBER[%], such as 'validation.mse.change > 2%'; OP is one of > >= < <= == !="


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition under which the comparison fails.

    Attributes
    ----------
    text : str
        As the user wrote it.
    name : str
    op : str
    limit : float
        As written, the percent sign left out.
    percent : bool
    where : str
        ``--fail-if``, or FILE:LINE:COLUMN.
    """

    text: str
    name: str
    op: str
    limit: float
    percent: bool
    where: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A gate and what it found.

    Attributes
    ----------
    gate : Gate
    value : float or None
        In the gate's own unit: per cent where it is relative. None where undefined.
    failed : bool
    reason : str
        One sentence.
    excess : float
        How far beyond its limit the value is, as a share of the larger of the two; 1 where it is undefined, 0 where the gate
        holds. The failure with the largest excess is the worst.
    """

    gate: Gate
    value: float | None
    failed: bool
    reason: str
    excess: float


def parse(text: str, where: str = "--fail-if") -> Gate:
    """Read one gate.

    Raises
    ------
    UsageError
    """
    match = _GATE.fullmatch(text)
    if match is None:
        raise UsageError(f"{where}: {text!r} is no gate", _FORM)
    return Gate(text.strip(), match["name"], match["op"], float(match["number"]), bool(match["percent"]), where)


def read_gates(path: Path) -> list[Gate]:
    """Gates from a YAML file: a list of them, with the same error reporting as configurations.

    Raises
    ------
    ConfigError
        Everything that is wrong with the file at once.
    """
    from regcli.config import read_list

    gates, problems = [], []
    for where, value in read_list(path):
        if not isinstance(value, str):
            problems.append(Problem(where, "", f"{value!r} is no gate; {_FORM}"))
            continue
        try:
            gates.append(parse(value, where))
        except UsageError as error:
            problems.append(Problem(where, "", f"{value!r} is no gate; {error.hint}"))
    if problems:
        raise ConfigError(problems)
    return gates


def check(gates: Sequence[Gate], numbers: Mapping[str, float | None], percents: Mapping[str, float | None]) -> list[Checked]:
    """Hold every gate against the numbers.

    Parameters
    ----------
    gates : sequence of Gate
    numbers : mapping
        Every name that can be gated; None where undefined.
    percents : mapping
        For names of changes, the change in per cent of A.

    Raises
    ------
    UsageError
        Where a gate names what does not exist.
    """
    unknown = [gate for gate in gates if gate.name not in numbers]
    if unknown:
        lines = [f"{gate.where}: {gate.name!r} is no name of this table{_near(gate.name, list(numbers))}" for gate in unknown]
        raise UsageError("\n".join(lines), "--json prints every name")
    return [_check(gate, numbers, percents) for gate in gates]


def _check(gate: Gate, numbers: Mapping[str, float | None], percents: Mapping[str, float | None]) -> Checked:
    relative = gate.percent and gate.name in percents
    value = percents[gate.name] if relative else numbers[gate.name]
    limit = gate.limit / 100.0 if gate.percent and not relative else gate.limit
    if value is None:
        return Checked(gate, None, failed=True, reason=f"gate '{gate.text}' fails: {gate.name} is undefined here", excess=1.0)
    failed = OPERATORS[gate.op](value, limit)
    excess = abs(value - limit) / max(abs(value), abs(limit)) if failed and value != limit else 0.0
    shown = f"{value:+.4g}%" if relative else f"{100 * value:.4g}%" if gate.percent else f"{value:.6g}"
    return Checked(gate, value, failed, f"gate '{gate.text}' {'fails' if failed else 'holds'}: {gate.name} is {shown}", excess)


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
