"""Rows of drift: whether the columns of both runs come from the same distributions.

Every column is held against the noise of its own counts and moments; all tests are corrected together, and what is significant
but small is said to be within margin. A column that was left out of the model has not drifted: `inputs.py` counts those.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regcli.compare.homogeneity import counts_p, discoveries, means_p, spreads_p, variation
from regcli.compare.rows import Mark, Row, count, named, of_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.sides import Pair, Side

SECTION = "Input drift"
ROLES = frozenset({"feature", "target", "lags"})
# Of what is named as drifted, at most this share is to be noise.
FALSE_DISCOVERIES = 0.05
# What matters at all: a mean by this many SDs of A, an SD by this share, shares by this much in all.
LEAST_SHIFT, LEAST_WIDENING, LEAST_VARIATION = 0.1, 0.1, 0.02
UNTESTED = "not tested: the kurtosis, which an SD's noise depends on, is in no older manifest"

Profile = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One statistic of one column.

    Attributes
    ----------
    key : {"mean", "sd", "levels", "new_levels", "lost_levels", "missing"}
    row : Row
        Not yet marked, but for `same` where nothing differs at all.
    p : float or None
        Chance of such a difference between samples of one distribution; None where it is not tested.
    matters : bool
        It is large enough to matter.
    follows : bool
        Not tested by itself: where it is not `same`, it is marked as the finding before it is.
    """

    key: str
    row: Row
    p: float | None
    matters: bool = False
    follows: bool = False


def drift_rows(pair: Pair) -> Iterator[Row]:
    """Column by column: mean and SD in units of A's SD, missing share, levels; summary rows first."""
    a, b = profiles(pair.a), profiles(pair.b)
    sizes = _n_rows(pair.a), _n_rows(pair.b)
    findings = _marked([found for name in a if name in b for found in _column(name, a[name], b[name], sizes)])
    rows = [finding.row for finding in findings]
    drifted = sorted({row.subject for row in rows if row.mark is Mark.CHANGED})
    yield count("drift.columns", SECTION, "columns that drifted", drifted)
    shifts = [finding.row for finding in findings if finding.key == "mean" and finding.row.value is not None]
    if shifts:
        largest = max(shifts, key=lambda row: abs(row.value or 0.0))
        note = "" if largest.mark is Mark.SAME else largest.subject
        value = abs(largest.value or 0.0)
        yield of_pair("drift.max", SECTION, "largest shift of a mean, in SDs of A", value, largest.mark, note=note)
    yield from rows


def profiles(side: Side) -> dict[str, Profile]:
    """What the manifest says of the columns that a model looks at, by name."""
    return {column["name"]: column for column in side.manifest["dataset"]["columns"] if column["role"] in ROLES}


def _n_rows(side: Side) -> int:
    return int(side.manifest["dataset"]["n_source_rows"])


def _marked(findings: list[Finding]) -> list[Finding]:
    tested = [finding for finding in findings if finding.p is not None]
    significant = iter(discoveries([finding.p or 0.0 for finding in tested], FALSE_DISCOVERIES))
    marked: list[Finding] = []
    leader = Mark.SAME
    for finding in findings:
        row = finding.row
        if finding.follows and row.mark is not Mark.SAME:
            row = replace(row, mark=leader)
        elif finding.p is not None:
            is_real = next(significant)
            if row.mark is not Mark.SAME:
                mark = Mark.WITHIN_NOISE if not is_real else Mark.CHANGED if finding.matters else Mark.WITHIN_MARGIN
                shown = f"p {f'= {finding.p:.2g}' if finding.p >= 1e-4 else '< 0.0001'}, {len(tested)} tested together"
                row = replace(row, mark=mark, note=shown)
            leader = row.mark
        marked.append(replace(finding, row=replace(row, minor=row.mark is not Mark.CHANGED)))
    return marked


def _column(name: str, a: Profile, b: Profile, sizes: tuple[int, int]) -> Iterator[Finding]:
    n, m = sizes
    gone_a, gone_b = round(a["missing"] * n), round(b["missing"] * m)
    if a["mean"] is not None and b["mean"] is not None:
        yield from _moments(name, a, b, (n - gone_a, m - gone_b))
    if a["levels"] is not None and b["levels"] is not None:
        yield from _levels(name, a["levels"], b["levels"])
    share = b["missing"] - a["missing"]
    p = counts_p([gone_a, n - gone_a], [gone_b, m - gone_b]) if share else 1.0
    yield _finding(name, "missing", "missing share", share, p, matters=abs(share) >= LEAST_VARIATION)


def _finding(name: str, key: str, label: str, value: float | None, p: float, *, matters: bool) -> Finding:
    mark = Mark.SAME if value == 0 else Mark.CHANGED
    row = of_pair(f"drift.{name}.{key}", SECTION, f"{name}: {label}", value, mark, subject=name)
    return Finding(key, row, 1.0 if math.isnan(p) else p, matters)


def _moments(name: str, a: Profile, b: Profile, sizes: tuple[int, int]) -> Iterator[Finding]:
    unit, (n, m) = a["sd"], sizes
    difference = b["mean"] - a["mean"]
    # a column that was constant and is another constant now: no unit, and no doubt
    shift = difference / unit if unit else None if difference else 0.0
    p = means_p(difference, a["sd"], n, b["sd"], m) if difference else 1.0
    yield _finding(name, "mean", "mean, in SDs of A", shift, p, matters=shift is None or abs(shift) >= LEAST_SHIFT)
    yield _spread(name, a, b, sizes)


def _spread(name: str, a: Profile, b: Profile, sizes: tuple[int, int]) -> Finding:
    label, widening = "SD, in SDs of A", b["sd"] - a["sd"]
    value = widening / a["sd"] if a["sd"] else None if widening else 0.0
    if widening == 0:
        return _finding(name, "sd", label, value, 1.0, matters=False)
    # a constant has no kurtosis
    kurtosis = [profile.get("kurtosis") if profile["sd"] else 0.0 for profile in (a, b)]
    if kurtosis[0] is None or kurtosis[1] is None:
        row = of_pair(f"drift.{name}.sd", SECTION, f"{name}: {label}", value, Mark.NOT_COMPARABLE, note=UNTESTED, subject=name)
        return Finding("sd", row, None)
    ratio = math.log(b["sd"] / a["sd"]) if a["sd"] and b["sd"] else math.inf
    p = spreads_p(ratio, kurtosis[0], sizes[0], kurtosis[1], sizes[1])
    return _finding(name, "sd", label, value, p, matters=abs(ratio) >= math.log1p(LEAST_WIDENING))


def _levels(name: str, a: dict[str, int], b: dict[str, int]) -> Iterator[Finding]:
    """Shares of all levels together; then, not tested again, how many are new and how many are lost."""
    either = list({**a, **b})
    p = counts_p([a.get(level, 0) for level in either], [b.get(level, 0) for level in either])
    distance = variation(a, b)
    yield _finding(name, "levels", "levels, shares that moved", distance, p, matters=distance >= LEAST_VARIATION)
    for key, which in (("new", [level for level in b if level not in a]), ("lost", [level for level in a if level not in b])):
        label = f"{name}: {key} levels"
        mark = Mark.CHANGED if which else Mark.SAME
        row = of_pair(f"drift.{name}.{key}_levels", SECTION, label, float(len(which)), mark, note=named(which), subject=name)
        yield Finding(f"{key}_levels", row, None, follows=True)
