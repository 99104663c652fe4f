"""Columns that tell the target as only a copy of it does, one by one or summed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.advice.association import (
    explained,
    guessed,
    level_means,
    predicted,
    r_squared,
    random_folds,
    ranks,
    skill,
    standardised,
)
from regcli.advice.finding import Finding, exclusion, leave_out
from regcli.data.wording import listing
from regcli.numerals import number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.advice.view import View
    from regcli.numerics.arrays import FloatArray, IntArray

# So much of a number, or of the errors of guessing a class, is known from a copy; and so much is suspicious where the other
# columns together know far less. Where they know nothing at all there is nothing to compare with, and more is asked for.
SURE, SURE_OF_CLASSES, LONELY, SUSPICIOUS, FAR = 0.98, 0.995, 0.995, 0.9, 5.0
# Whatever luck can do among so many columns, so much must be known at least.
BEYOND_LUCK = 0.8
# With fewer rows nothing is certain.
FEWEST = 20
# A linear copy to the digits that files have.
EXACT, IDENTITY = 1e-4, 1e-6
# Rows that lie so many times farther off than the median one are slips of the pen, if there are no more than this share.
SLIP, SLIPS = 8.0, 0.03
# The others tell something from so many standard errors on, and of a copy at least this share of what they tell of the target.
CLEAR, KIN = 3.0, 0.5
# Parts of a sum that are looked for; columns among which, and by how much the weights of a sum may differ.
PARTS, AMONG, ALIKE = 6, 400, 1e-3


@dataclass(frozen=True, slots=True)
class Told:
    """How much of the target one column tells.

    Attributes
    ----------
    name : str
    share : float
        Of its variance, or of the errors of guessing; at most 1.
    bound : float
        What is left of that if luck had helped as much as it plausibly can.
    linear : float
        Share of the variance as a straight line; 0 for classes.
    exact : bool
        Every value of the column stands for one class, and the other way round.
    """

    name: str
    share: float
    bound: float
    linear: float = 0.0
    exact: bool = False


def copies(view: View) -> list[Finding]:
    """Columns that alone predict the target nearly perfectly: copies of it in other units, with noise, in other words."""
    if len(view.rows) < FEWEST:
        return []
    p = max(1, len(view.dataset.features.names))
    suspects = [told for told in _every(view, p) if told.share >= SUSPICIOUS and (told.bound >= BEYOND_LUCK or told.exact)]
    enough = SURE if view.is_regression else SURE_OF_CLASSES
    sure = {told.name for told in suspects if told.share >= enough}
    found = []
    for told in suspects:
        if told.exact or 1.0 - told.linear < EXACT:
            found.append(_copy(view, told))
            continue
        guess = _by_others(view, {told.name, *sure})
        kin = _kinship(view, told, guess)
        rest = _known(view, guess)
        if told.share >= (LONELY if kin is None else enough) and kin is not False:
            found.append(_copy(view, told))
        elif told.share < enough and kin is True and 1.0 - rest > FAR * (1.0 - told.share):
            found.append(_dominant(view, told, rest))
    return found


def _every(view: View, p: int) -> Iterator[Told]:
    """Of every column that could be looked at."""
    if view.is_regression:
        yield from _of_numbers(view, p)
    else:
        yield from _of_classes(view, p)


def _of_numbers(view: View, p: int) -> Iterator[Told]:
    y = view.y[:, None]
    for names, X in view.numbers():
        gaps = np.asarray(np.isnan(X).any(axis=0))
        share, linear = _shares(X, y, view.series)
        for j, name in enumerate(names):
            both = share[j], linear[j]
            n = len(X)
            if gaps[j]:
                known = ~np.isnan(X[:, j])
                n = int(known.sum())
                if n < FEWEST:
                    continue
                both = tuple(float(v[0]) for v in _shares(X[known][:, [j]], y[known], view.series))  # type: ignore[assignment]
            yield Told(name, float(both[0]), _fisher_bound(float(both[0]), n, p), float(both[1]))
    for name, cells in view.texts("categorical"):
        share_of_levels = explained(y, level_means(cells, y)) if not view.series else 0.0
        yield Told(name, share_of_levels, _fisher_bound(share_of_levels, len(y), p))


def _shares(X: FloatArray, y: FloatArray, series: bool) -> tuple[FloatArray, FloatArray]:
    """Of each column the share of the variance that it explains as it is or by rank, and as it is; (q,) each.

    In a series also of the steps from row to row: two trends have levels in common, a copy the steps as well.
    """
    linear = r_squared(X, y)
    near = np.flatnonzero(linear > 0.3)  # a copy in any increasing form is far above this
    ranked = np.zeros(len(linear))
    ranked[near] = r_squared(ranks(X[:, near]), ranks(y))
    share = np.maximum(linear, ranked)
    for j in np.flatnonzero((share >= SUSPICIOUS) & (share < SURE)):
        share[j] = max(share[j], _without_slips(X[:, [j]], y))
    if series:
        steps = r_squared(np.diff(X, axis=0), np.diff(y, axis=0))
        steps[near] = np.maximum(steps[near], r_squared(np.diff(ranks(X[:, near]), axis=0), np.diff(ranks(y), axis=0)))
        for j in np.flatnonzero((steps >= SUSPICIOUS) & (steps < SURE)):
            steps[j] = max(steps[j], _without_slips(np.diff(X[:, [j]], axis=0), np.diff(y, axis=0)))
        share = np.minimum(share, steps)
    return share, linear


def _without_slips(x: FloatArray, y: FloatArray) -> float:
    """The squared correlation of (n, 1) and (n, 1) without the few rows that lie far off the line that the others are on."""
    z, w = standardised(x)[:, 0], standardised(y)[:, 0]
    off = np.abs(w - (z @ w) * z)
    far = off > SLIP * np.median(off)
    return float(r_squared(x[~far], y[~far])[0]) if 0 < far.mean() <= SLIPS else 0.0


def _fisher_bound(share: float, n: int, p: int) -> float:
    """The squared correlation that is certain among p columns, by Fisher's z."""
    z = np.arctanh(min(np.sqrt(max(share, 0.0)), 1.0 - 1e-15)) - np.sqrt(2.0 * np.log(20.0 * p)) / np.sqrt(max(n - 3, 1))
    return float(np.tanh(max(z, 0.0)) ** 2)


def _of_classes(view: View, p: int) -> Iterator[Told]:
    codes, k = view.y.astype(np.int64), len(view.dataset.classes)
    n, base = len(codes), 1.0 - float(np.bincount(codes, minlength=k).max()) / len(codes)
    luck = float(np.log(20.0 * p)) / (n * base) if base else 1.0

    def told(name: str, x: FloatArray) -> Told:
        share = skill(x, codes, k)
        return Told(name, share, share - luck, exact=share == 1.0 and _stands_for_classes(x, codes, k))

    for names, X in view.numbers():
        gaps = np.isnan(X).any(axis=0)
        tells = r_squared(X, view.outcomes) > 0.25
        if not view.is_sparse:
            tells |= r_squared(X.argsort(axis=0).argsort(axis=0).astype(np.float64), view.outcomes) > 0.25
        for j in np.flatnonzero(tells | gaps):
            yield told(names[j], X[:, j])
    for name, cells in view.texts("categorical"):
        texts = np.array(["\0" if cell is None else str(cell) for cell in cells])
        yield told(name, np.unique(texts, return_inverse=True)[1].astype(np.float64))


def _stands_for_classes(x: FloatArray, codes: IntArray, k: int) -> bool:
    """Whether there are as many different values as classes, one for each."""
    values = np.unique(x)
    return len(values) == k and len({(a, b) for a, b in zip(x.tolist(), codes.tolist(), strict=True)}) == k


def _kinship(view: View, told: Told, guess: FloatArray | None) -> bool | None:
    """Whether the other columns tell of a column what they tell of the target, as they do of a copy.

    A cause of its own, however strong, is strange to them. None where they tell nothing, or the column is no number.
    """
    if guess is None or told.name not in view.dataset.features.numeric_names or view.outcomes.shape[1] > 1:
        return None
    x = view.column(told.name)
    known = ~np.isnan(x)
    z = ranks(np.column_stack([x, view.outcomes[:, 0], guess[:, 0]])[known])
    with_x, with_y = (float(np.sqrt(r_squared(z[:, [2]], z[:, [j]])[0])) for j in (0, 1))
    if with_y <= CLEAR / np.sqrt(len(z)):
        return None
    return with_x > KIN * with_y


def _known(view: View, guess: FloatArray | None) -> float:
    """Share of the target, or of the errors, that predictions tell."""
    if guess is None:
        return 0.0
    if view.is_regression:
        return max(0.0, explained(view.outcomes, guess))
    return max(0.0, guessed(view.y.astype(np.int64), len(view.dataset.classes), guess))


def _by_others(view: View, without: set[str]) -> FloatArray | None:
    """What the other columns make of the target on rows that they have not seen; None where there is no other."""
    parts = [X[:, [name not in without for name in names]] for names, X in view.numbers()]
    blocks = [X[:, np.argsort(-r_squared(X, view.outcomes), kind="stable")[:AMONG]] for X in parts]
    blocks += [level_means(cells, view.outcomes) for name, cells in view.texts("categorical") if name not in without]
    X = np.hstack(blocks) if blocks else np.zeros((len(view.rows), 0))
    if not X.shape[1]:
        return None
    return predicted(X[:, :AMONG], view.outcomes, random_folds(len(X)))


def _copy(view: View, told: Told) -> Finding:
    target, name = view.dataset.target, told.name
    rule = f"at least {number(SURE if view.is_regression else SURE_OF_CLASSES)}"
    if view.is_regression and 1.0 - told.linear < EXACT:
        x, y = view.column(name), view.y
        known = ~np.isnan(x)
        slope = float(np.polyfit(x[known] - x[known].mean(), y[known], 1)[0])
        level = float(y[known].mean() - slope * x[known].mean())
        form = name if abs(slope - 1) < 1e-3 else f"{number(slope)} · {name}"
        shift = "" if abs(level) < 1e-3 * float(np.std(y)) else f" {'+' if level > 0 else '−'} {number(abs(level))}"
        what = f"Column {name!r} is a copy of the target: {target} ≈ {form}{shift}."
        return _finding(view, "copy_of_target", told, rule, what)
    if told.exact:
        what = f"Column {name!r} is the target in other words: each of its values stands for one class of {target}."
        return _finding(view, "copy_of_target", told, rule, what)
    what = f"Column {name!r} alone tells {target} nearly perfectly: {_gone(view, told.share)}."
    return _finding(view, "tells_the_target", told, rule, what)


def _dominant(view: View, told: Told, rest: float) -> Finding:
    what = (
        f"Column {told.name!r} alone tells {view.dataset.target} far better than all the others together: "
        f"{_gone(view, told.share)}, "
        f"against {percent(rest)}."
    )
    rule = f"at least {number(SUSPICIOUS)}, and {number(FAR)} times less left open than by the other columns"
    return _finding(view, "tells_the_target", told, rule, what)


def _gone(view: View, share: float) -> str:
    return f"{percent(share)} of {'its variance' if view.is_regression else 'the errors of guessing'} is gone"


def _finding(view: View, code: str, told: Told, rule: str, what: str) -> Finding:
    why = "Is it known before the target is? If it comes from the target, or comes later, every score is too good to be true."
    measure = "R²" if view.is_regression else "errors gone"
    hint = f"If it is not, leave it out: {exclusion(told.name)}."
    return Finding(code, "leakage", (told.name,), measure, told.share, rule, f"{what} {why}", hint, leave_out(told.name))


def sums(view: View) -> list[Finding]:
    """Columns of numbers that the target is the sum (or difference, or mean) of, found one after the other."""
    if not view.is_regression or len(view.rows) < FEWEST:
        return []
    names: list[str] = []
    columns: list[FloatArray] = []
    for some, X in view.numbers():
        order = np.argsort(-r_squared(X, view.outcomes), kind="stable")[:AMONG]
        names += [some[j] for j in order]
        columns += [X[:, j] for j in order]
    if len(names) < 2:
        return []
    chosen: list[int] = []
    X, left = np.column_stack(columns), view.y - view.y.mean()
    Z = standardised(X)
    for _ in range(min(PARTS, len(names), len(left) // 10)):
        grip = np.abs(left @ Z)
        grip[chosen] = -1.0
        chosen.append(int(grip.argmax()))
        fitted = _fitted(X[:, chosen], view.y)
        if fitted is None:
            return []
        weights, left, share = fitted
        if len(chosen) > 1 and 1.0 - share <= IDENTITY:
            # what was taken on the way and is not needed has no weight in the end
            parts = [j for j, w in zip(chosen, weights, strict=True) if abs(w) * np.nanstd(X[:, j]) > ALIKE * view.y.std()]
            size = np.abs(weights[[chosen.index(j) for j in parts]])
            if len(parts) < 2 or np.ptp(size) > ALIKE * size.max():
                return []
            return [_sum(view, [names[j] for j in parts], weights[[chosen.index(j) for j in parts]], share)]
    return []


def _fitted(X: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, float] | None:
    """Least squares on complete rows: weights, what is left (0 elsewhere), share explained; None where rows are too few."""
    rows = ~np.isnan(X).any(axis=1)
    if rows.sum() < max(FEWEST, 10 * X.shape[1]):
        return None
    A, left = np.column_stack([np.ones(int(rows.sum())), X[rows]]), np.zeros(len(y))
    weights = np.asarray(np.linalg.lstsq(A, y[rows], rcond=None)[0], dtype=np.float64)
    left[rows] = y[rows] - A @ weights
    spread = float(np.square(y[rows] - y[rows].mean()).sum())
    return weights[1:], left, 1.0 - float(left @ left) / spread if spread > 0 else 0.0


def _sum(view: View, parts: list[str], weights: FloatArray, share: float) -> Finding:
    signed = [("− " if w < 0 else "+ ") + name for name, w in zip(parts, weights, strict=True)]
    terms = " ".join(signed).removeprefix("+ ")
    factor = float(np.abs(weights).mean())
    form = terms if abs(factor - 1) < ALIKE else f"{number(factor)} · ({terms})"
    return Finding(
        "sum_of_columns",
        "leakage",
        tuple(parts),
        "R²",
        share,
        f"above {1 - IDENTITY:g} by at most {PARTS} columns",
        f"The target is made of columns: {view.dataset.target} ≈ {form}. A model that is given {listing(parts)} adds "
        "up, and learns "
        "nothing that could be predicted.",
        f"Leave out what is not known before the target is: {exclusion(*parts)}.",
        leave_out(*parts),
    )
