"""The target of new rows, in the terms of a model that is already fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.wording import count, listing, respelled
from regcli.errors import DataError

if TYPE_CHECKING:
    from regcli.data.target import Target
    from regcli.data.types import Task
    from regcli.numerics.arrays import FloatArray

FEW = 5


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be read of new rows besides the model's inputs.

    Attributes
    ----------
    target : str
        Name of the column with the true values.
    task : {"regression", "classification"}
    classes : tuple of str
        The labels that the model knows, in its order; none for a regression.
    weight : str or None
        Name of the column of sample weights, where the model was fitted with them.
    """

    target: str
    task: Task
    classes: tuple[str, ...]
    weight: str | None


def answers(goal: Target, question: Question) -> FloatArray:
    """True values, or indices of the model's classes, shape (n,); NaN where missing.

    Raises
    ------
    DataError
        Where no value is given, a cell is no number, or a label is none of the model's.
    """
    if goal.missing.all():
        raise DataError(f"{goal.source}: target {goal.name!r} has no value at all.", "Give rows whose outcome is known.")
    if question.task == "classification":
        return _codes(goal, question.classes)
    if goal.numbers is None:
        cell = f": {goal.place(goal.stray[0])} says {goal.stray[1]!r}" if goal.stray else ""
        raise DataError(f"{goal.source}: target {goal.name!r} must hold numbers{cell}.", "Correct the cell or empty it.")
    infinite = np.flatnonzero(np.isinf(goal.numbers))
    if len(infinite):
        raise DataError(
            f"{goal.source}: target {goal.name!r} is infinite in {goal.place(int(infinite[0]))}.", "Correct the cell or empty it."
        )
    return goal.numbers


def _codes(goal: Target, classes: tuple[str, ...]) -> FloatArray:
    """Position of each row's label among the classes; labels that are numbers are compared by value."""
    labels = goal.labels()
    code: dict[object, float] = {label: float(i) for i, label in enumerate(classes)}
    if goal.numbers is not None:
        code |= {value: float(i) for i, label in enumerate(classes) if (value := _number(label)) is not None}
        keys = [label if label in code else value for label, value in zip(labels.tolist(), goal.numbers.tolist(), strict=True)]
    else:
        keys = labels.tolist()
    found = np.array([code.get(key, np.nan) for key in keys])
    strange = np.flatnonzero(np.isnan(found) & ~goal.missing)
    if len(strange):
        unknown = sorted(set(labels[strange].tolist()))
        meant = respelled(unknown, classes)
        spelling = listing([f"{new!r} as {old!r}" for new, old in meant.items()], FEW)
        raise DataError(
            f"{goal.source}: target {goal.name!r} holds labels that the model does not know, in {count(len(strange), 'row')}: "
            f"{listing([repr(label) for label in unknown], FEW)}; the first in {goal.place(int(strange[0]))}. "
            f"It knows {listing([repr(label) for label in classes])}.",
            f"Spell them as in training: {spelling}." if meant else "Leave such rows out, or fit anew with them.",
        )
    return found


def _number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None
