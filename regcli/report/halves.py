"""A run against itself as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import percent
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence


def halves_table(found: Sequence[dict[str, Any]], run: str) -> Table:
    """One row per metric, with counts of what was found where there is nothing to find.

    Parameters
    ----------
    found : sequence of dict
        `HalvesOf` of every metric.
    run : str
        As the user would type it.
    """
    columns = (
        Column("metric", "validation"),
        Column("halvings", "halvings", 2),
        Column("usual", "usual change", right=True),
        Column("rare", "1 in 20 beyond", 1, right=True),
        Column("beyond_se", "beyond 1 SE of A"),
        Column("worse", "called worse"),
        Column("better", "called better"),
    )
    rows = tuple(tuple(percent(each[c.key]) if c.key in {"usual", "rare"} else each[c.key] for c in columns) for each in found)
    notes = (
        (
            "The same models, their validation rows halved at random: every change above is noise. A change of the usual size "
            "means nothing; what lies beyond one standard error means little."
        ),
        "Comparisons of whole runs have twice the rows, and the same rows on both sides: theirs is the smaller noise.",
    )
    return Table(f"{run} against itself: nothing that looks like something", columns, rows, notes)
