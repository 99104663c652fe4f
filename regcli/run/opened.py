"""A run that is done, as those look at it who read much of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regcli.run.reader import RunReader


@dataclass(frozen=True)
class Opened:
    """One run.

    Attributes
    ----------
    run : RunReader
        Of a run that is done.
    """

    run: RunReader

    @property
    def manifest(self) -> dict[str, Any]:
        """The content of manifest.json."""
        return self.run.manifest

    @property
    def metrics(self) -> dict[str, Any]:
        """The content of metrics.json."""
        return self.run.metrics

    @property
    def metric(self) -> str:
        """What was selected by."""
        return str(self.manifest["metric"])
