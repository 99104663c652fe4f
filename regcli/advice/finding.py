"""What a look at the data has found: a number beside its rule, a sentence, and what helps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a finding is about: `leakage`: what may not be known when predictions are wanted; `data`: what fit refuses.
Topic = Literal["leakage", "rows", "columns", "target", "model", "data"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that whoever fits these data should know.

    Attributes
    ----------
    code : str
        Its name for programs, such as ``copy_of_target``.
    topic : str
    columns : tuple of str
        The columns concerned; empty where it is about rows or the target.
    measure : str
        What was measured, such as ``R²``.
    found : float
        The number found.
    rule : str
        What it was held against, such as ``at least 0.99``.
    text : str
        The finding as a sentence.
    hint : str
        What helps, as a sentence; names keys of the configuration.
    remedy : mapping of str to plain data
        The same as keys of the configuration and what they should hold; under the keys of `regcli.data.mistakes.ADDED` what is
        to be added. Empty where no key helps.
    """

    code: str
    topic: Topic
    columns: tuple[str, ...]
    measure: str
    found: float
    rule: str
    text: str
    hint: str = ""
    remedy: Mapping[str, Any] = field(default_factory=dict)


def leave_out(*columns: str) -> dict[str, Any]:
    """The remedy that leaves columns out."""
    return {"dataset.columns.exclude": list(columns)}


def exclusion(*columns: str) -> str:
    """The same in words."""
    return f"dataset.columns: {{exclude: [{', '.join(map(repr, columns))}]}}"
