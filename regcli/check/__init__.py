"""The ship checklist on one run: what was found, row by row, and whether it may ship."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regcli.audit.checklist import judge, numbers
from regcli.check.evidence import of_run
from regcli.checks import BY_CODE, Verdict
from regcli.data.wording import did_you_mean
from regcli.errors import UsageError
from regcli.figures import numbers as every_number
from regcli.gates import Checked, Gate
from regcli.gates import check as hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from regcli.audit.checklist import Row
    from regcli.run import RunReader

__all__ = ["Checklist", "check", "codes", "of_run"]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A run, judged.

    Attributes
    ----------
    run : str
        As the user would type it.
    rows : tuple of Row
        In the order of their codes.
    numbers : dict of str to float or None
        Every number of the run by its dotted name, those of the checklist as they are now.
    gates : tuple of Checked
    """

    run: str
    rows: tuple[Row, ...]
    numbers: dict[str, float | None]
    gates: tuple[Checked, ...] = ()

    def ending(self, verdict: Verdict) -> tuple[Row, ...]:
        """The rows that end so."""
        return tuple(row for row in self.rows if row.verdict is verdict)

    @property
    def failed(self) -> bool:
        """A row or a gate fails."""
        return bool(self.ending(Verdict.FAILS)) or any(gate.failed for gate in self.gates)


def check(run: RunReader, gates: Sequence[Gate] = (), mute: Iterable[str] = ()) -> Checklist:
    """Judge a run.

    Parameters
    ----------
    run : RunReader
    gates : sequence of Gate
    mute : iterable of str
        Codes, besides those that the run's configuration mutes.

    Raises
    ------
    RunError
        The run is not done, or damaged.
    UsageError
        A gate names what does not exist, or a code is unknown.
    """
    run.require_done()
    rows = judge(of_run(run), {*run.config.check.mute, *codes(mute)})
    known = every_number(run.metrics) | every_number({"check": numbers(rows)})
    return Checklist(str(run.path), rows, known, tuple(hold(gates, known, {})))


def codes(given: Iterable[str]) -> list[str]:
    """Codes of rows, one by one or with commas between them.

    Raises
    ------
    UsageError
        There is no such row.
    """
    found = [code.strip().upper() for text in given for code in text.split(",") if code.strip()]
    for code in found:
        if code not in BY_CODE:
            raise UsageError(
                f"--mute: there is no row {code!r} in the checklist{did_you_mean(code, BY_CODE)}", "docs/checks.md lists them."
            )
    return found
