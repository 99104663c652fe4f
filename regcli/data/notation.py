"""How a text file writes numbers and what it writes where there is none: asked for, or found out from whole columns.

A file has one decimal sign, one thousands sign and one set of markers for missing values. A column speaks for what all its cells
allow: ``1,5`` for a decimal comma, ``1,234,567`` for thousands, ``1,234`` for either; then other columns decide, or nobody does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from regcli.data.arrow import first_true
from regcli.data.wording import listing
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pyarrow as pa

    from regcli.config.dataset import Read

# What pyarrow takes for missing by itself.
USUAL_NA = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "N/A", "NA", "NULL", "NaN", "n/a",
    "nan", "null",
)  # fmt: skip
# What else stands for a missing value where all other cells of a column are numbers; a blank cell does too.
MARKER = r"(?i)^\s*(\?+|[-–—]+|\.+|\*+|n[./]?\s?[ak]\.?|none|null|nil|nan|missing|unknown|<na>|\\n|#[a-z0-9/]+[!?]?)?\s*$"
# A text column with no more distinct cells than this may be made of labels, some of which look like numbers ("1", "2", "3+").
LABEL_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Notation:
    """How cells are written.

    Attributes
    ----------
    decimal : str
        ``.`` or ``,``.
    thousands : str or None
        What groups digits by three; a blank stands for any kind of blank.
    na : tuple of str
        Cells that are missing.
    day_first : bool or None
        Whether 3/4/2024 is in April; None where nothing says so.
    """

    decimal: str = "."
    thousands: str | None = None
    na: tuple[str, ...] = USUAL_NA
    day_first: bool | None = None

    @property
    def number(self) -> str:
        """Pattern of a number."""
        point, digits = re.escape(self.decimal), r"\d+"
        if self.thousands is not None:
            digits = rf"([1-9]\d{{0,2}}({self._group}\d{{3}})+|\d+)"
        return rf"^\s*[+-]?({digits}{point}?\d*|{point}\d+)([eE][+-]?\d+)?\s*$"

    @property
    def _group(self) -> str:
        """Pattern of the thousands sign."""
        return {" ": r"[ \x{a0}\x{202f}]", "'": "['’]"}.get(self.thousands or "", re.escape(self.thousands or ""))

    def plain(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """A column of text, its numbers written with a decimal point and nothing between the digits."""
        import pyarrow.compute as pc

        column = pc.utf8_trim_whitespace(column)
        if self.thousands is not None:
            column = pc.replace_substring_regex(column, self._group, "")
        return column if self.decimal == "." else pc.replace_substring(column, self.decimal, ".")

    @property
    def every(self) -> dict[str, Any]:
        """All of it, by the keys of dataset.read."""
        return {"decimal": self.decimal, "thousands": self.thousands, "na": list(self.na), "day_first": self.day_first}

    @property
    def unusual(self) -> dict[str, Any]:
        """What is not as usual, by the keys of dataset.read."""
        usual = Notation().every
        return {key: value for key, value in self.every.items() if value != usual[key]}


def asked_for(read: Read | None) -> Notation:
    """The notation as far as it was configured."""
    if read is None:
        return Notation()
    na = USUAL_NA if read.na is None else tuple(dict.fromkeys(("", *read.na)))
    return Notation(read.decimal or ".", read.thousands, na, read.day_first)


_SIGNS = ((",", None), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))
_CANDIDATES = tuple(Notation(decimal, thousands) for decimal, thousands in _SIGNS)


class _Evidence(NamedTuple):
    """What a column of text says: the candidates that all its cells allow, and its cells that stand for none."""

    name: str
    allowed: tuple[Notation, ...]
    markers: tuple[str, ...]
    example: str


class Found(NamedTuple):
    """The notation of a file, and what the user should know of how it was found out."""

    notation: Notation
    warnings: tuple[str, ...]


def find(
    columns: Mapping[str, pa.ChunkedArray],
    real: Callable[[], Sequence[str]],
    as_written: Callable[[Sequence[str]], pa.Table],
    read: Read | None,
    source: str,
) -> Found:
    """Find out how numbers are written.

    Parameters
    ----------
    columns : mapping of str to string column
        Columns that may be numbers, but were not read as such.
    real : callable
        Gives the columns that were read as numbers, not all of them whole.
    as_written : callable
        The text of some columns.
    read : Read or None
        What is configured; that is not called into question.
    source : str

    Raises
    ------
    DataError
        Where columns contradict each other, or none tells a decimal comma from a thousands comma.
    """
    asked = asked_for(read)
    evidence, warnings = [], list[str]()
    for name, column in columns.items():
        found = _evidence(name, column, asked, read, warnings)
        if found is not None:
            evidence.append(found)
    notation, notes = _signs([e for e in evidence if e.allowed], asked, read, real, as_written, source)
    if read is None or read.na is None:
        markers = dict.fromkeys(cell for e in evidence for cell in e.markers)
        notation = replace(notation, na=tuple(dict.fromkeys((*notation.na, *markers))))
        if not markers:
            notes += tuple(warnings)
    return Found(notation, notes)


def _evidence(name: str, column: pa.ChunkedArray, asked: Notation, read: Read | None, doubts: list[str]) -> _Evidence | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    counts = pc.value_counts(column.drop_null())
    cells, times = counts.field("values"), counts.field("counts")
    if not len(cells):
        return None
    is_marker = pc.match_substring_regex(cells, MARKER)
    if read is not None and read.na is not None:
        is_marker = pc.and_(is_marker, pa.scalar(False))
    values, markers = cells.filter(pc.invert(is_marker)), tuple(cells.filter(is_marker).to_pylist())
    if not len(values):
        return None

    def allows(notation: Notation) -> bool:
        return bool(pc.all(pc.match_substring_regex(values, notation.number)).as_py())

    if allows(asked):
        labels = len(cells) <= LABEL_LEVELS and bool(markers) and pc.min(times.filter(is_marker)).as_py() > 1
        if labels:
            doubts.append(
                f"Column {name!r} holds {listing([repr(m) for m in markers], 3)} among numbers and was taken for a category; "
                f"dataset.read.na: {list(markers)} makes such cells missing, dataset.types: {{{name!r}: category}} settles it."
            )
        return _Evidence(name, (), () if labels else markers, values[0].as_py())
    fixed = read is not None and (read.decimal is not None or read.thousands is not None)
    allowed = () if fixed else tuple(candidate for candidate in _CANDIDATES if allows(candidate))
    commas = pc.any(pc.match_substring(values, ",")).as_py()
    if not allowed or not (commas or len(values) > LABEL_LEVELS):
        return None
    grouped = first_true(pc.match_substring_regex(values, r"\d[^\d\w]\d|^\s*[,.]\d"))
    return _Evidence(name, allowed, markers, values[max(grouped, 0)].as_py())


def _signs(
    evidence: Sequence[_Evidence],
    asked: Notation,
    read: Read | None,
    real: Callable[[], Sequence[str]],
    as_written: Callable[[Sequence[str]], pa.Table],
    source: str,
) -> tuple[Notation, tuple[str, ...]]:
    """The decimal and the thousands sign, and a warning where one column took another's word for it."""
    if not evidence or (read is not None and (read.decimal is not None or read.thousands is not None)):
        return asked, ()
    common = _simplest(candidate for candidate in _CANDIDATES if all(candidate in e.allowed for e in evidence))
    if not common:
        one = evidence[0]
        other = next((e for e in evidence if not set(e.allowed) & set(one.allowed)), evidence[-1])
        raise DataError(
            f"{source}: columns {one.name!r} ({one.example!r}) and {other.name!r} ({other.example!r}) write numbers differently.",
            f"A file has one decimal and one thousands sign: set dataset.read.decimal and dataset.read.thousands, or leave one "
            f"column out: dataset.columns: {{exclude: [{other.name!r}]}}.",
            {"dataset.columns.exclude": [other.name]},
        )
    points, commas = ([c for c in common if c.decimal == sign] for sign in ".,")
    notes: tuple[str, ...] = ()
    pointed = real() if commas else ()
    if pointed:  # columns that were read with a decimal point: with a decimal comma that would be a thousands point
        table, names = as_written(pointed), listing([repr(name) for name in pointed], 5)
        pointed = [n for n in pointed if not _all_match(table[n], replace(commas[0], thousands="."))]
        if pointed and not points:
            raise DataError(
                f"{source}: column {evidence[0].name!r} has decimal commas ({evidence[0].example!r}), "
                f"column {pointed[0]!r} decimal points.",
                f"A file has one decimal sign: write all numbers alike, or leave a column out: "
                f"dataset.columns: {{exclude: [{evidence[0].name!r}]}}.",
                *({"dataset.columns.exclude": [name]} for name in (evidence[0].name, pointed[0])),
            )
        if pointed:
            commas = []
        elif not points:
            commas = [replace(commas[0], thousands=".")]
            notes = (f"Points in {names} were taken for thousands: other columns have decimal commas.",)
    common = [*points, *commas]
    signs = {candidate.decimal for candidate in common}
    if len(signs) > 1 and {c.thousands for c in common} != {" "} and {c.thousands for c in common} != {"'"}:
        raise DataError(
            f"{source}: the comma in {evidence[0].example!r} (column {evidence[0].name!r}) may be a decimal or a thousands sign.",
            "Say which: dataset.read.decimal: ',' or dataset.read.thousands: ','.",
            {"dataset.read.decimal": ","},
            {"dataset.read.thousands": ","},
        )
    return replace(asked, decimal=common[0].decimal, thousands=common[0].thousands), notes


def _simplest(candidates: Iterable[Notation]) -> list[Notation]:
    """Without those that suppose a thousands sign where the same decimal sign does without."""
    every = list(candidates)
    bare = {c.decimal for c in every if c.thousands is None}
    return [c for c in every if c.thousands is None or c.decimal not in bare]


def _all_match(column: pa.ChunkedArray, notation: Notation) -> bool:
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(column.drop_null(), notation.number)).as_py())
