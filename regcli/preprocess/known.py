"""What a fitted transformer knows of the categorical columns: their levels, and what becomes of any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class KnownLevels:
    """The levels of one categorical column, as learnt from the training rows.

    Attributes
    ----------
    levels : tuple of str
        All of them, the rare ones included.
    rare : frozenset of str
        Those that count as one level, which unseen ones join.
    reference : str or None
        The level without a column of its own; where no level is rare, unseen ones are encoded as this one is.
    """

    levels: tuple[str, ...]
    rare: frozenset[str]
    reference: str | None


def known_levels(transformer: Any) -> dict[str, KnownLevels]:  # noqa: ANN401 - scikit-learn has no types
    """The levels of every column that a fitted column transformer encodes; none where there is no such transformer."""
    found: dict[str, KnownLevels] = {}
    for part, names in fitted_parts(transformer):
        if not hasattr(part, "categories_"):
            continue
        rare = getattr(part, "infrequent_categories_", None) or [None] * len(names)
        drop = getattr(part, "drop_idx_", None)  # an encoder that numbers levels leaves none out
        dropped = [None] * len(names) if drop is None else drop
        for name, levels, few, drop in zip(names, part.categories_, rare, dropped, strict=True):
            texts = tuple(str(level) for level in levels if level is not None)  # a gap may be a level of its own
            reference = None if drop is None else str(levels[drop])
            found[name] = KnownLevels(texts, frozenset(() if few is None else map(str, few)), reference)
    return found


def filled_columns(transformer: Any) -> frozenset[str]:  # noqa: ANN401
    """The columns whose gaps a fitted column transformer fills; those of others go into the model as they are."""
    return frozenset(name for part, names in fitted_parts(transformer) if hasattr(part, "statistics_") for name in names)


def fitted_parts(transformer: Any) -> Iterator[tuple[Any, list[str]]]:  # noqa: ANN401
    """Every step of every block of a fitted column transformer, with the columns it is applied to."""
    for _, block, names in getattr(transformer, "transformers_", ()):
        for step in [step for _, step in block.steps] if hasattr(block, "steps") else [block]:
            yield step, list(names) if not isinstance(names, str) else [names]
