"""Both models on the same new rows, paired row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regcli.compare.judging import judge
from regcli.compare.metrics import score_change, score_of
from regcli.compare.rows import Mark, of_pair
from regcli.data.rows import STDIN
from regcli.errors import DataError, UsageError
from regcli.metrics import metrics_of
from regcli.noise import over_rows
from regcli.numerals import count
from regcli.scoring import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from regcli.compare.rows import Row
    from regcli.compare.sides import Pair
    from regcli.data.memory import Source
    from regcli.gates import Gate
    from regcli.run import RunReader
    from regcli.scored import Scored

SECTION = "New rows"


@dataclass(frozen=True, slots=True)
class OnData:
    """The predictions of both models for the rows that both can score.

    Attributes
    ----------
    source : str
        What the rows are called in messages.
    a, b : Scored
        The same rows, in the same order, with the same weights.
    remarks : tuple of str
        What limits the comparison: rows left out, levels that a model does not know.
    """

    source: str
    a: Scored
    b: Scored
    remarks: tuple[str, ...]


def read_on(a: RunReader, b: RunReader, data: Path | Source) -> OnData:
    """Apply both models to labelled rows.

    Parameters
    ----------
    a, b : RunReader
        Of a `fit` each.
    data : Path or Source
        As `evaluate` takes it.

    Raises
    ------
    DataError
        Where a model cannot take the rows, or there is none that both can.
    UsageError
        For the standard input, which can be read only once.
    """
    from regcli.run import score_rows

    if data == STDIN:
        raise UsageError("--on -: each model reads the rows, and the standard input can be read only once.", "Give a file.")
    sides = score_rows(a, data), score_rows(b, data)
    rows, at_a, at_b = np.intersect1d(sides[0].row, sides[1].row, assume_unique=True, return_indices=True)
    if not len(rows):
        raise DataError(f"{sides[0].source}: no row can be scored by both models.", "Give rows with what either needs.")
    told = [set(side.warnings) for side in sides]
    remarks = [f"On {sides[0].source}: {text}" for text in sides[0].warnings if text in told[1]]
    for which, side, others in (("A", sides[0], told[1]), ("B", sides[1], told[0])):
        remarks += [f"{which} on {side.source}: {text}" for text in side.warnings if text not in others]
    alone = len(sides[0].row) + len(sides[1].row) - 2 * len(rows)
    if alone:
        which = count(alone, "row is left out that", "rows are left out that")
        remarks.append(f"On {sides[0].source}: {which} only one of the models can score.")
    scored_a, scored_b = sides[0].scored.at(at_a), sides[1].scored.at(at_b)
    if not np.array_equal(scored_a.weight, scored_b.weight):
        remarks.append(f"On {sides[0].source}: both are weighted as A was.")
        scored_b = replace(scored_b, weight=scored_a.weight)
    return OnData(sides[0].source, scored_a, scored_b, tuple(remarks))


def on_rows(on: OnData, pair: Pair) -> Iterator[Row]:
    """Every metric of both models on the new rows: that of the selection by itself, the others asked for corrected together."""
    n = len(on.a.y)
    yield of_pair("on.n_rows", SECTION, "rows that both score", float(n), Mark.SAME, note=on.source)
    main = pair.a.metric
    asked = pair.asked
    names = list(dict.fromkeys([*asked, *metrics_of(on.a.task)]))
    values = [score(d, names) for d in (on.a, on.b)]
    families: dict[str, list[str]] = {"main": [main], "asked": [m for m in asked if m != main]}
    families["rest"] = [m for m in names if m not in asked]
    for members in families.values():
        changes = []
        for name in members:
            test = over_rows(score_of(on.a, name), n, score_of(on.b, name), n, same_rows=True)
            test = replace(test, how=f"the same {n:,} rows")
            a, b = (float(found[name]) for found in values)
            change = score_change(f"on.{name}", f"{name} on new rows", name, (a, b), test, minor=name not in asked)
            changes.append(replace(change, section=SECTION))
        yield from judge(changes, pair.limits)


def refuse_without_data(gates: Sequence[Gate]) -> None:
    """Refuse gates on scores of new rows where no rows are given.

    Raises
    ------
    UsageError
    """
    for gate in gates:
        if gate.name.startswith("on."):
            raise UsageError(f"{gate.where}: {gate.name!r} is a number on new rows, and there are none.", "Give them: --on DATA.")
