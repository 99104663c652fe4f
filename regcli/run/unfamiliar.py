"""What new rows hold that a model has never seen: told with what becomes of it, or refused where a column holds nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.wording import count, listing, respelled
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from regcli.data.rows import NewRows
    from regcli.numerics.arrays import TextArray
    from regcli.preprocess import KnownLevels

# A number this many training SDs beyond the training range is remarked upon.
FAR = 10.0
# How many levels a message names.
FEW = 5
# What becomes of users and items that a model of ratings does not know.
UNHEARD_OF = "for nothing: such a prediction is the mean and what is known of the rest of its row"


def unfamiliar(
    rows: NewRows, known: Mapping[str, KnownLevels], profile: Iterable[Mapping[str, Any]], filled: frozenset[str]
) -> tuple[str, ...]:
    """Hold new rows against what a model was fitted on.

    Parameters
    ----------
    rows : NewRows
    known : mapping of str to KnownLevels
        By categorical column.
    profile : iterable of mapping
        The manifest's entries of the training columns; one without `min` and `max` says nothing of its range.
    filled : frozenset of str
        The columns whose gaps are filled in.

    Returns
    -------
    warnings : tuple of str
        Levels never seen, gaps where there were none and numbers far out, one text a column.

    Raises
    ------
    DataError
        Where a feature has no known level at all, or truths in place of numbers; all such columns at once. Users and items may
        all be new ones: that is what a model of ratings has its mean for.
    """
    profile = list(profile)
    described = {entry["name"]: entry for entry in profile if entry.get("role") == "feature"}
    ids = {entry["name"] for entry in profile if entry.get("role") in {"user", "item"}}
    problems: list[str] = []
    warnings: list[str] = []
    for name, cells in zip(rows.features.text_names, rows.features.texts, strict=True):
        if name in known:
            treatment = UNHEARD_OF if name in ids else f"as {_treatment(known[name])}"
            _levels(name, cells, known[name], treatment, rows.name, None if name in ids else problems, warnings)
    for name in rows.truths:
        low, high = _range(described.get(name, {}))
        if low is not None and high is not None and (low, high) != (0.0, 1.0):
            problems.append(
                f"{rows.name}: column {name!r} holds true and false, "
                f"but the model was fitted on numbers from {low:g} to {high:g}. Write the numbers."
            )
    if problems:
        raise DataError("\n".join(problems))
    return (*warnings, *_gaps(rows, described, filled), *_far_out(rows, described))


def _levels(
    name: str, cells: TextArray, known: KnownLevels, treatment: str, source: str, problems: list[str] | None, warnings: list[str]
) -> None:
    """Count the cells of one column whose level is unknown; that all are is a problem where there is a list for it."""
    counts = Counter(cells.tolist())
    counts.pop(None, None)
    strange = {level: n for level, n in counts.items() if level not in set(known.levels)}
    if not strange:
        return
    frequent = sorted(strange, key=lambda level: (-strange[level], level))
    meant = respelled(frequent, known.levels)
    remedy = f"Spell them as in training: {listing([f'{new!r} as {old!r}' for new, old in meant.items()], FEW)}." if meant else ""
    if len(strange) == len(counts) and problems is not None:
        found = f"{frequent[0]!r} is not" if len(frequent) == 1 else f"none of {listing([repr(v) for v in frequent], FEW)} is"
        problems.append(
            f"{source}: column {name!r} has no level that the model knows: {found} among "
            f"{listing([repr(level) for level in known.levels], FEW)}. "
            + (remedy or "Check that the column means the same as in training.")
        )
        return
    levels = listing([f"{level!r} ({strange[level]:,})" for level in frequent], FEW)
    n = sum(strange.values())
    every = (
        f"all {n:,} rows have levels"
        if len(strange) == len(counts) and n > 1
        else count(n, "row has a level", "rows have levels")
    )
    warnings.append(
        f"Column {name!r}: {every} never seen in training, {levels}; "
        f"{'it counts' if n == 1 else 'they count'} {treatment}.{' ' + remedy if remedy else ''}"
    )


def _treatment(known: KnownLevels) -> str:
    """What the encoder makes of an unseen level."""
    if known.rare:
        return "rare, like " + listing([repr(level) for level in sorted(known.rare)], FEW)
    if known.reference is not None:
        return f"{known.reference!r}, the reference level"
    return "no level at all"


def _gaps(rows: NewRows, described: Mapping[str, Mapping[str, Any]], filled: frozenset[str]) -> list[str]:
    """How many cells of which columns are missing and what is made of them: where training had every cell, and elsewhere."""
    found: dict[tuple[bool, bool], list[str]] = {}
    for name, where in rows.missing().items():
        is_new = described.get(name, {}).get("missing") == 0
        found.setdefault((not is_new, name not in filled), []).append(f"{name!r} ({int(where.sum()):,})")
    return [
        f"Cells are missing and {'go into the model as they are,' if is_kept else 'were filled in'} "
        f"{'as in training' if is_known else 'where training had no gap'}: {listing(names, FEW)}."
        for (is_known, is_kept), names in sorted(found.items())
    ]


def _far_out(rows: NewRows, described: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Numbers more than `FAR` SDs outside the training range."""
    numeric, names = rows.features.numeric, rows.features.numeric_names
    if not len(names):
        return []
    entries = [described.get(name, {}) for name in names]
    ranges = np.array([[np.nan if v is None else v for v in (*_range(e), e.get("sd"))] for e in entries], dtype=float)
    low, high, sd = ranges.T
    with np.errstate(invalid="ignore", over="ignore"):
        bottom, top = low - FAR * sd, high + FAR * sd
        if isinstance(numeric, np.ndarray):
            least, most = np.fmin.reduce(numeric, axis=0), np.fmax.reduce(numeric, axis=0)
        else:
            least, most = (np.asarray(getattr(numeric, which)(axis=0).toarray()).ravel() for which in ("min", "max"))
        suspects = np.flatnonzero((sd > 0) & ((least < bottom) | (most > top)))
    warnings = []
    for j in suspects[:FEW]:
        values = numeric[:, j] if isinstance(numeric, np.ndarray) else numeric[:, [j]].toarray().ravel()
        n = int(((values < bottom[j]) | (values > top[j])).sum())
        furthest = most[j] if most[j] - high[j] > low[j] - least[j] else least[j]
        warnings.append(
            f"Column {names[j]!r}: {count(n, 'row lies', 'rows lie')} more than {FAR:g} SDs outside the training range of "
            f"{low[j]:g} to {high[j]:g} (the furthest is {furthest:g}): check the unit."
        )
    more = len(suspects) - len(warnings)
    return [*warnings, f"{count(more, 'more column')} with numbers so far out."] if more else warnings


def _range(entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    return entry.get("min"), entry.get("max")
