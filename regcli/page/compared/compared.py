"""Two runs as panels look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regcli.compare.sides import Pair


@dataclass(frozen=True)
class Compared:
    """Run A, the reference, and run B.

    Attributes
    ----------
    pair : Pair
    record : dict
        The comparison as one plain object.
    """

    pair: Pair
    record: dict[str, Any]

    def rows(self, *sections: str) -> list[dict[str, Any]]:
        """The rows of some sections."""
        return [row for row in self.record["rows"] if row["section"] in sections]
