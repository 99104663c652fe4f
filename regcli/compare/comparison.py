"""A comparison: all rows, the gates held against them, and a verdict in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regcli.compare.gates import Checked, Gate, check
from regcli.compare.inputs import config_rows, data_rows, drift_rows, version_rows
from regcli.compare.metrics import SECTION as SCORES
from regcli.compare.metrics import metric_rows
from regcli.compare.model import COEFFICIENTS, MODEL, coefficient_rows, convergence_rows, model_rows
from regcli.compare.rows import Mark, Row
from regcli.compare.sides import Pair, Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.run import RunReader

# What is left out by `--only-changed`.
QUIET = frozenset({Mark.SAME, Mark.WITHIN_NOISE})


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
    """

    a: str
    b: str
    rows: tuple[Row, ...]
    verdict: str
    gates: tuple[Checked, ...]

    @property
    def failed(self) -> tuple[Checked, ...]:
        """Gates that do not hold."""
        return tuple(gate for gate in self.gates if gate.failed)


def compare(a: RunReader, b: RunReader, gates: Sequence[Gate] = ()) -> Comparison:
    """Compare run B with run A, the reference.

    Raises
    ------
    RunError
        The runs cannot be compared, or are damaged.
    UsageError
        A gate names what does not exist.
    """
    pair = Pair(Side(a), Side(b))
    pair.require_comparable()
    builders = (
        metric_rows,
        model_rows,
        coefficient_rows,
        convergence_rows,
        drift_rows,
        data_rows,
        config_rows,
        version_rows,
    )
    rows = tuple(row for build in builders for row in build(pair))
    numbers: dict[str, float | None] = {}
    for row in rows:
        numbers |= row.names()
    percents = {f"{row.name}.change": row.percent for row in rows if row.is_number and not row.pair}
    checked = tuple(check(gates, numbers, percents))
    return Comparison(str(a.path), str(b.path), rows, _verdict(pair, rows, checked), checked)


def _verdict(pair: Pair, rows: Sequence[Row], gates: Sequence[Checked]) -> str:
    """The chosen metric decides; other scores beyond noise, then what else changed, are named behind it."""
    parts = _head(pair, rows)
    by_name = {row.name: row for row in rows}
    for name, text in (
        ("coefficients.sign_flips", "sign flips"),
        ("support.dropped", "dropped"),
        ("support.added", "added"),
        ("drift.columns", "drifted"),
    ):
        if by_name[name].mark is not Mark.SAME:
            parts.append(f"{text}: {by_name[name].note}")
    failed = sum(gate.failed for gate in gates)
    if failed:
        parts.append(f"{failed} of {len(gates)} gate{'s' if len(gates) > 1 else ''} fail{'s' if failed == 1 else ''}")
    elif gates:
        parts.append("all gates hold")
    return "; ".join(parts) + "."


def _head(pair: Pair, rows: Sequence[Row]) -> list[str]:
    scores = [row for row in rows if row.section == SCORES and not row.minor]
    main = next(row for row in scores if row.name == f"validation.{pair.a.metric}")
    worse = [row for row in scores if row.mark is Mark.WORSE]
    better = [row for row in scores if row.mark is Mark.BETTER]
    if main.mark is Mark.WORSE:
        others = len(worse) - 1
        return [f"B is worse: {_told(main)}"] + [f"{others} other score{'s' if others > 1 else ''} worse"] * bool(others)
    if worse:
        return [f"B is worse in part: {'; '.join(_told(row) for row in worse[:3])}"]
    if main.mark is Mark.BETTER:
        return [f"B is better: {_told(main)}"]
    if better:
        return [f"B is better in part: {'; '.join(_told(row) for row in better[:3])}"]
    if all(row.mark in QUIET for row in rows if row.section in {SCORES, MODEL, COEFFICIENTS}) and main.mark is Mark.SAME:
        return ["B is the same model as A, with the same scores"]
    return [f"B is neither better nor worse than A beyond noise: {_told(main)}"]


def _told(row: Row) -> str:
    if row.mark is Mark.SAME:
        return f"{row.label} unchanged"
    if row.change is None:
        return f"{row.label} {row.mark}"
    percent = "" if row.percent is None else f", {row.percent:+.3g} %"
    return f"{row.label} {row.a:.4g} → {row.b:.4g}{percent} ({row.mark}: {row.note})"
