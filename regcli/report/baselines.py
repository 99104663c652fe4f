"""The baselines of a directory of runs, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regcli.report.table import Tone
    from regcli.run import Baseline


def baselines_table(runs: Path, found: Sequence[Baseline]) -> Table:
    """One row per baseline; one whose run is gone says so."""
    columns = (
        Column("baseline", "baseline"),
        Column("run", "run"),
        Column("set", "set", 3),
        Column("experiment", "experiment", 4),
        Column("metric", "metric", 2),
        Column("validation_mean", "validation", 1),
        Column("exists", "run exists", 0),
    )
    rows = tuple(
        (b.name, b.path.as_posix(), b.when.split(".")[0].replace("T", " "), b.experiment, b.metric, b.validation_mean, b.exists)
        for b in found
    )
    notes = () if rows else (f"No baselines in {runs}: `regcli baseline set NAME RUN` makes one.",)
    tones: dict[int, Tone] = {i: "bad" for i, b in enumerate(found) if not b.exists}
    return Table("", columns, rows, notes, tones=tones)
