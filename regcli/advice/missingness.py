"""Whether a cell is missing tells the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.advice.association import standardised
from regcli.advice.finding import Finding, exclusion, leave_out
from regcli.data.wording import listing
from regcli.numerals import number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.advice.view import View
    from regcli.numerics.arrays import BoolArray, FloatArray

# Chance of a false alarm over all columns; share of the variance that is worth a word, and that no honest gap has.
LEVEL, WORTH, LEAK = 1e-3, 0.02, 0.8
FEWEST = 5


def missing(view: View) -> list[Finding]:
    """Columns whose gaps go along with the target more than chance explains."""
    gaps = dict(_gaps(view))
    told = {
        name: share for name, gone in gaps.items() if FEWEST <= gone.sum() <= len(gone) - FEWEST for share in [_share(gone, view)]
    }
    # n R² is chi-squared where gaps tell nothing; two of three columns with many gaps have the same ones
    limit = 2.0 * np.log(max(len(told), 1) / LEVEL) + max(0, view.outcomes.shape[1] - 1) * 2.0
    n = len(view.rows)
    found, honest = [], []
    for name, share in told.items():
        if share >= LEAK and n * share > limit:
            found.append(_leak(view, name, share))
        elif n * share > limit and share >= WORTH:
            honest.append((share, name))
    if honest:
        found.append(
            _worth_a_column(view, sorted(honest, reverse=True), {name: float(gone.mean()) for name, gone in gaps.items()})
        )
    return found


def _gaps(view: View) -> Iterator[tuple[str, BoolArray]]:
    for names, X in view.numbers():
        empty = np.isnan(X)
        for j in np.flatnonzero(empty.any(axis=0)):
            yield names[j], empty[:, j]
    for name, cells in view.texts("categorical", "text", "date"):
        empty = np.array([cell is None for cell in cells.tolist()], dtype=bool)
        if empty.any():
            yield name, empty


def _share(gone: BoolArray, view: View) -> float:
    """Share of the target's variance that the gaps explain; of several classes, of the one that they tell best."""
    x: FloatArray = standardised(gone[:, None].astype(np.float64))
    return float(np.square(x.T @ standardised(view.outcomes)).max())


def _leak(view: View, name: str, share: float) -> Finding:
    return Finding(
        "missing_tells_the_target",
        "leakage",
        (name,),
        "R²",
        share,
        f"below {number(LEAK)}",
        f"Whether {name!r} is missing tells {view.dataset.target} nearly perfectly ({percent(share)} of its "
        "variance): the column "
        "seems to be filled in once the target is known.",
        f"Leave it out: {exclusion(name)}.",
        leave_out(name),
    )


def _worth_a_column(view: View, told: list[tuple[float, str]], empty: dict[str, float]) -> Finding:
    share, name = told[0]
    also = f" So do those of {listing([repr(other) for _, other in told[1:]], 5)}." if len(told) > 1 else ""
    return Finding(
        "missing_with_the_target",
        "columns",
        tuple(n for _, n in told),
        "R²",
        share,
        f"at most {number(WORTH)}, and by chance",
        f"The gaps of {name!r} ({percent(empty[name])} of its cells) go along with {view.dataset.target}: they explain "
        f"{percent(share)} of its variance.{also}",
        "Let a column say where a cell was missing: preprocess.missing.indicator: true.",
        {"preprocess.missing.indicator": True},
    )
