"""What a panel is: one question that a page answers, and what it answers with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from regcli.page.picture import Picture
    from regcli.report.table import Table

T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Card:
    """A number that stands out.

    Attributes
    ----------
    label, value : str
    note : str
        What to hold it against.
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What a panel shows.

    Attributes
    ----------
    lead : str
        The answer in a sentence; stands out.
    cards : tuple of Card
    notes : tuple of str
        Sentences; what stands in backticks is shown as it would be typed.
    pictures : tuple of Picture
    tables : tuple of Table
    folded : bool
        Closed until somebody opens it.
    """

    lead: str = ""
    cards: tuple[Card, ...] = ()
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: bool = False


class Panel(ABC, Generic[T_contra]):
    """One question about what is shown: a run, or a comparison of two."""

    name: ClassVar[str]
    """Where it stands on the page."""
    title: ClassVar[str]
    question: ClassVar[str]
    """What it answers, for whoever reads."""

    @abstractmethod
    def look(self, shown: T_contra) -> Section | None:
        """The answer; None where the question makes no sense here."""
