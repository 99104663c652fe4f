"""A comparison as tables. Everything is made from its record, the object that programs get."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from regcli.numerals import number, percent
from regcli.report.render import cell
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.report.table import Tone

View = Literal["default", "changed", "all"]
Rows = list[dict[str, Any]]

# Signs that say the same without colour; a row that says nothing new has no sign.
SIGNS = {
    "worse": "✗ worse", "better": "✓ better", "larger": "↑ larger", "smaller": "↓ smaller",
    "within margin": "≈ within margin", "within noise": "≈ within noise", "changed": "→ changed", "new": "+ new",
    "gone": "− gone", "not comparable": "? not comparable", "same": "= same",
}  # fmt: skip
_TONES: dict[str, Tone] = {
    "worse": "bad", "better": "good", "same": "quiet", "within noise": "quiet", "within margin": "quiet",
}  # fmt: skip
# Sections of settings, of which nobody wants to read what is the same on both sides.
_SETTINGS = frozenset({"Configuration", "Versions"})
_UNCHANGED = frozenset({"same", "within noise", "within margin"})
LONGEST_TEXT = 20
# Widths that labels, values and marks may be folded to.
LABEL, NARROW, MARK = 14, 8, 8


def rows_in_view(record: dict[str, Any], view: View) -> Rows:
    """The rows to show.

    Parameters
    ----------
    record : dict
        Of a comparison.
    view : {"default", "changed", "all"}
        By default those of general interest; `changed` leaves out of these what is the same or within noise.
    """
    rows: Rows = record["rows"]
    if view == "all":
        return rows
    return [row for row in rows if not row["minor"] and row["mark"] not in _boring(row["section"], view)]


def _boring(section: str, view: View) -> frozenset[str]:
    if view == "changed":
        return _UNCHANGED
    return frozenset({"same"}) if section in _SETTINGS else frozenset()


def verdict_table(record: dict[str, Any]) -> Table:
    """The verdict, and which runs it is about."""
    return Table(record["verdict"], (), (), (*record["remarks"], f"A: {record['a']}", f"B: {record['b']}"))


def gates_table(gates: Rows, digits: int = 4) -> Table:
    """Every gate with what it found."""
    columns = (
        Column("gate", "gate", fold=24),
        Column("value", "found", right=True),
        Column("failed", "", 0),
        Column("where", "given by", 1),
    )
    rows = tuple((gate["gate"], found(gate, digits), "✗ fails" if gate["failed"] else "✓ holds", gate["where"]) for gate in gates)
    return Table("Gates", columns, rows, tones={i: "bad" if gate["failed"] else "good" for i, gate in enumerate(gates)})


def found(gate: dict[str, Any], digits: int = 4) -> str:
    """A gate's value in the unit of its limit."""
    if gate["value"] is None:
        return "undefined"
    value, unit = gate["value"], gate["unit"]
    return number(100 * value if unit == "share" else value, digits) + ("%" if unit else "")


def rows_table(rows: Rows, digits: int = 4, *, whole_texts: bool = False, detectable: bool = False) -> Table:
    """The rows under the headings of their sections.

    Parameters
    ----------
    rows : list of dict
    digits : int
        Significant digits.
    whole_texts : bool
        Do not shorten long values that are texts.
    detectable : bool
        Show the smallest changes that could have been told from noise.
    """
    # both runs and the mark stay on the narrowest terminal: texts are folded, digits never
    digits_wide = max((len(side) for row in rows for side in _sides(row, digits, whole_texts=True) if _is_number(row)), default=0)
    widest = max(digits_wide, NARROW)
    columns = (
        Column("label", "", fold=LABEL),
        Column("a", "A", right=True, fold=widest),
        Column("b", "B", right=True, fold=widest),
        Column("change", "change", 4, right=True),
        Column("change_percent", "%", 5, right=True),
        Column("mark", "mark", fold=MARK),
        *([Column("detectable", "could tell", 6, right=True)] if detectable else []),
        Column("note", "note", 9, fold=24),
    )
    lines: list[tuple[str, ...]] = []
    tones: dict[int, Tone] = {}
    for section, group in groupby(rows, key=itemgetter("section")):
        tones[len(lines)] = "heading"
        lines.append((section, *[""] * (len(columns) - 1)))
        for row in group:
            if row["mark"] in _TONES:
                tones[len(lines)] = _TONES[row["mark"]]
            lines.append(_line(row, digits, whole_texts=whole_texts, detectable=detectable))
    return Table("", columns, tuple(lines), tones=tones)


def records_table(rows: Rows) -> Table:
    """The rows with every column and every digit, for programs."""
    keys = ("name", "section", "label", "a", "b", "change", "change_percent", "value", "mark", "note", "detectable")
    return Table("", tuple(Column(key, key) for key in keys), tuple(tuple(row[key] for key in keys) for row in rows))


def left_out_note(record: dict[str, Any], shown: Rows) -> str:
    """How many rows are not shown, and how to see them."""
    n = len(record["rows"]) - len(shown)
    return f"{n} more row{'' if n == 1 else 's'}: --all shows every one." if n else ""


def comparison_tables(record: dict[str, Any], view: View, digits: int, *, gates_last: bool) -> list[Table]:
    """Verdict, gates and rows, in the order in which they are read.

    Parameters
    ----------
    record : dict
    view : {"default", "changed", "all"}
    digits : int
        Significant digits.
    gates_last : bool
        On a terminal the end stays in sight, on a page the beginning.
    """
    shown = rows_in_view(record, view)
    rows = rows_table(shown, digits, whole_texts=not gates_last, detectable=view == "all")
    note = left_out_note(record, shown)
    body: list[Table] = [Table("", rows.columns, rows.rows, (note,) if note else (), tones=rows.tones)] if record["rows"] else []
    gates = [gates_table(record["gates"], digits)] if record["gates"] else []
    return [verdict_table(record), *(body + gates if gates_last else gates + body)]


def _line(row: dict[str, Any], digits: int, *, whole_texts: bool, detectable: bool) -> tuple[str, ...]:
    mark, sides = SIGNS[row["mark"]], _sides(row, digits, whole_texts=whole_texts)
    is_same = row["mark"] == "same"
    change, share = (None if is_same else row[key] for key in ("change", "change_percent"))
    changes = (
        "" if change is None else f"{'+' * (change > 0)}{number(change, digits)}",
        "" if share is None else percent(share / 100, digits, signed=True),
    )
    told = ["" if row["detectable"] is None else number(row["detectable"], digits)] if detectable else []
    return (row["label"], *sides, *changes, mark, *told, row["note"])


def _sides(row: dict[str, Any], digits: int, *, whole_texts: bool) -> tuple[str, str]:
    """What stands under A and B; a number of the pair stands under B."""

    def side(value: float | str | None) -> str:
        if isinstance(value, str):
            return cell(value) if whole_texts else _shortened(cell(value))
        return "–" if value is None else number(value, digits)

    return ("", side(row["value"])) if row["pair"] else (side(row["a"]), side(row["b"]))


def _is_number(row: dict[str, Any]) -> bool:
    return not (isinstance(row["a"], str) or isinstance(row["b"], str))


def _shortened(text: str) -> str:
    """The two ends of a long text."""
    half = LONGEST_TEXT // 2
    return text if len(text) <= LONGEST_TEXT else f"{text[:half]}…{text[1 - half :]}"


def worst_last(gates: Sequence[dict[str, Any]]) -> list[str]:
    """Reasons of the gates that fail, the worst at the end; of equally bad ones the first given is the worst."""
    failed = sorted((gate for gate in gates if gate["failed"]), key=itemgetter("excess"), reverse=True)
    return [gate["reason"] for gate in reversed(failed)]
