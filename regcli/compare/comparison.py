"""A comparison: all rows, the gates held against them, and a verdict in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from regcli.compare.audit import audit_rows
from regcli.compare.drift import drift_rows
from regcli.compare.inputs import config_rows, data_rows, version_rows
from regcli.compare.metrics import metric_rows
from regcli.compare.model import coefficient_rows, convergence_rows, model_rows
from regcli.compare.moved import moved_rows
from regcli.compare.on import on_rows, read_on, refuse_without_data
from regcli.compare.sides import Pair, Side
from regcli.compare.verdict import remarks, verdict
from regcli.gates import Checked, Gate, check

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regcli.compare.rows import Row
    from regcli.data.memory import Source
    from regcli.run import RunReader


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from run A to run B.

    Attributes
    ----------
    a, b : str
        The runs as the user would type them.
    rows : tuple of Row
        By section.
    verdict : str
        One sentence, the worst first.
    gates : tuple of Checked
    remarks : tuple of str
        What limits the comparison.
    """

    a: str
    b: str
    rows: tuple[Row, ...]
    verdict: str
    gates: tuple[Checked, ...]
    remarks: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Checked, ...]:
        """Gates that do not hold."""
        return tuple(gate for gate in self.gates if gate.failed)


def compare(
    a: RunReader,
    b: RunReader,
    gates: Sequence[Gate] = (),
    *,
    margin: float | None = None,
    digits: int = 4,
    data: Path | Source | None = None,
) -> Comparison:
    """Compare run B with run A, the reference.

    Parameters
    ----------
    a, b : RunReader
    gates : sequence of Gate
    margin : float or None
        Share of A's score below which a change does not matter.
    digits : int
        Significant digits in the verdict.
    data : Path, Source or None
        New labelled rows on which both models are to be scored as well.

    Raises
    ------
    RunError
        The runs cannot be compared, or are damaged.
    UsageError
        A gate names what does not exist.
    DataError
        The new rows cannot be scored.
    """
    if data is None:
        refuse_without_data(gates)
    pair = Pair(Side(a), Side(b), margin)
    pair.require_comparable()
    on = None if data is None else read_on(a, b, data)
    builders = (
        metric_rows,
        *(() if on is None else (partial(on_rows, on),)),
        model_rows,
        coefficient_rows,
        moved_rows,
        convergence_rows,
        audit_rows,
        drift_rows,
        data_rows,
        config_rows,
        version_rows,
    )
    rows = tuple(row for build in builders for row in build(pair))
    numbers: dict[str, float | None] = {}
    percents: dict[str, float | None] = {}
    for row in rows:
        numbers |= row.names()
        percents |= row.percents()
    checked = tuple(check(gates, numbers, percents))
    text = verdict(pair, {row.name: row for row in rows}, checked, digits)
    return Comparison(str(a.path), str(b.path), rows, text, checked, (*remarks(pair), *(on.remarks if on else ())))
