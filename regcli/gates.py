"""Gates: conditions on the numbers of a table by their dotted names, such as ``validation.mse.change > 2%``."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from regcli.data.wording import did_you_mean
from regcli.errors import ConfigError, Problem, UsageError
from regcli.numerals import number, percent

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
_MARGIN = re.compile(r"\s*(?P<number>\d+\.?\d*|\.\d+)\s*%\s*")
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
        None where undefined.
    unit : {"", "%", "share"}
        Of the value: a number as it is; per cent of A, for a relative change; or a share, which the gate has in per cent.
    failed : bool
    reason : str
        One sentence.
    excess : float
        How far beyond its limit the value is, as a share of the larger of the two; 1 where it is undefined, 0 where the gate
        holds. The failure with the largest excess is the worst.
    """

    gate: Gate
    value: float | None
    unit: Literal["", "%", "share"]
    failed: bool
    reason: str
    excess: float


@dataclass(frozen=True, slots=True)
class Margin:
    """How small a change must be to matter to nobody.

    Attributes
    ----------
    share : float
        Of A's score: 0.01 for ``1%``.
    where : str
        ``--margin``, or FILE:LINE:COLUMN.
    """

    share: float
    where: str


def parse(text: str, where: str = "--fail-if") -> Gate:
    """Read one gate.

    Raises
    ------
    UsageError
    """
    match = _GATE.fullmatch(text)
    if match is None:
        raise UsageError(f"{where}: {text!r} is not a gate", _FORM)
    return Gate(text.strip(), match["name"], match["op"], float(match["number"]), bool(match["percent"]), where)


def parse_margin(text: str, where: str = "--margin") -> Margin:
    """Read a margin, such as ``1%``.

    Raises
    ------
    UsageError
    """
    match = _MARGIN.fullmatch(text)
    if match is None:
        raise UsageError(f"{where}: {text!r} is not a margin", "a margin reads NUMBER%, such as 1%: per cent of A's score")
    return Margin(float(match["number"]) / 100.0, where)


def read_gates(path: Path) -> tuple[list[Gate], list[Margin]]:
    """Gates from a YAML file: a list of them, with the same error reporting as configurations.

    One item may be ``margin: 1%`` instead.

    Raises
    ------
    ConfigError
        Everything that is wrong with the file at once.
    """
    from regcli.config import read_list

    gates: list[Gate] = []
    margins: list[Margin] = []
    problems = []
    for where, value in read_list(path):
        try:
            if isinstance(value, dict) and list(value) == ["margin"]:
                margins.append(parse_margin(str(value["margin"]), where))
            elif isinstance(value, str):
                gates.append(parse(value, where))
            else:
                problems.append(Problem(where, "", f"{value!r} is not a gate; {_FORM}; or it reads 'margin: 1%'"))
        except UsageError as error:
            problems.append(Problem(where, "", f"{str(error).removeprefix(f'{where}: ')}; {error.hint}"))
    if problems:
        raise ConfigError(problems)
    return gates, margins


def gathered(texts: Sequence[str], files: Sequence[Path], margin: str | None) -> tuple[list[Gate], float | None]:
    """Gates one by one and from files, and the margin: the one that is given, or else that of the files.

    Raises
    ------
    UsageError
    """
    gates, margins = [parse(text) for text in texts], []
    for file in files:
        more, found = read_gates(file)
        gates += more
        margins += found
    return gates, one_margin(margins) if margin is None else parse_margin(margin).share


def one_margin(margins: Sequence[Margin]) -> float | None:
    """The margin that all agree on; None where there is none.

    Raises
    ------
    UsageError
        Two that contradict each other.
    """
    values = {margin.share for margin in margins}
    if len(values) > 1:
        told = " and ".join(f"{100 * margin.share:g}% ({margin.where})" for margin in margins)
        raise UsageError(f"Two margins contradict each other: {told}.", "Leave one margin, or override all with --margin.")
    return values.pop() if values else None


def check(gates: Sequence[Gate], numbers: Mapping[str, float | None], percents: Mapping[str, float | None]) -> list[Checked]:
    """Hold every gate against the numbers.

    Parameters
    ----------
    gates : sequence of Gate
    numbers : mapping
        Every name that can be gated; None where undefined.
    percents : mapping
        For names of changes and of detectable changes, these in per cent of A.

    Raises
    ------
    UsageError
        Where a gate names what does not exist.
    """
    unknown = [gate for gate in gates if gate.name not in numbers]
    if unknown:
        lines = [f"{gate.where}: {gate.name!r} is not a name in this table{did_you_mean(gate.name, numbers)}" for gate in unknown]
        raise UsageError("\n".join(lines), "--json prints every name")
    return [_check(gate, numbers, percents) for gate in gates]


def _check(gate: Gate, numbers: Mapping[str, float | None], percents: Mapping[str, float | None]) -> Checked:
    relative = gate.percent and gate.name in percents
    unit: Literal["", "%", "share"] = "%" if relative else "share" if gate.percent else ""
    value = percents[gate.name] if relative else numbers[gate.name]
    limit = gate.limit / 100.0 if gate.percent and not relative else gate.limit
    if value is None:
        return Checked(
            gate, None, unit, failed=True, reason=f"gate '{gate.text}' fails: {gate.name} is undefined here", excess=1.0
        )
    failed = OPERATORS[gate.op](value, limit)
    excess = abs(value - limit) / max(abs(value), abs(limit)) if failed and value != limit else 0.0
    shown = percent(value / 100, 4, signed=True) if relative else percent(value, 4) if gate.percent else number(value, 6)
    return Checked(
        gate, value, unit, failed, f"gate '{gate.text}' {'fails' if failed else 'holds'}: {gate.name} is {shown}", excess
    )


def record(checked: Checked) -> dict[str, Any]:
    """A gate and what it found as one plain object."""
    return {
        "gate": checked.gate.text,
        "name": checked.gate.name,
        "value": checked.value,
        "unit": checked.unit,
        "failed": checked.failed,
        "reason": checked.reason,
        "where": checked.gate.where,
        "excess": checked.excess,
    }
