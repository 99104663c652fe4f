"""How models of any family are spoken of, from what the family itself says: the axis of a path, and what its size counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import number

if TYPE_CHECKING:
    from collections.abc import Mapping

# What people read of linear paths, whose axis files call ``lambda`` and whose complexity counts coefficients.
LAMBDA, NON_ZEROS = "λ", "non-zeros"
_SINGULAR = {"leaves": "leaf"}


def axis_name(axis: str | None) -> str:
    """What an axis is called: λ, or its own name; runs of an earlier regcli know none but λ."""
    return LAMBDA if axis in {None, "", "lambda"} else str(axis)


def is_beyond(chosen: Mapping[str, Any]) -> bool:
    """Whether a selected point is of another axis than λ."""
    return axis_name(chosen.get("axis")) != LAMBDA


def size_name(complexity_of: str | None) -> str:
    """What complexity counts: ``leaves``; non-zeros where the family says nothing, as linear ones."""
    return complexity_of or NON_ZEROS


def sized(complexity: float, complexity_of: str) -> str:
    """``31.1 leaves a tree``, ``1 leaf``."""
    first, _, rest = complexity_of.partition(" ")
    if complexity == 1:
        first = _SINGULAR.get(first, first.removesuffix("s"))
    return f"{number(complexity)} {first} {rest}".rstrip()


def at_point(chosen: Mapping[str, Any]) -> str:
    """``λ = 0.02``, ``rounds = 25``: where on its axis a selected point stands."""
    value = chosen.get("lambda")
    return f"{axis_name(chosen.get('axis'))} = {'undefined' if value is None else number(value)}"
