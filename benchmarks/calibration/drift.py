"""How often random parts of one table are said to have drifted.

Tables of 30 columns, as they come: normal ones, some with long tails, some mostly zero, with gaps, flags and levels of all
frequencies. Each is divided at random, in halves or with 15% of the rows on one side, and compared as two runs would be. Then
the same with shifts in one column: a mean by 0.3 SDs, an SD doubled, a fifth of the rows moved to one level, a tenth of the
cells gone.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.compare.drift import drift_rows
from regcli.data.profile import number_profile, summary, text_profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from regcli.compare.rows import Row

TITLE = "Drift: how often nothing is called drift, and shifts are found"
SHORT, LONG = 30, 400
PROSE = """\
A mean is tested by the standard error of both samples together, an SD by Var(log SD) ≈ (κ - 1)/4n with the kurtosis κ that
manifests keep, with as many degrees of freedom as there are rows that carry the sum of squares (n/κ), levels and gaps by
their counts. All tests of a comparison are corrected together (Benjamini & Hochberg, 5%). What is significant must also
matter: a mean by 0.1 SDs, an SD by 10%, shares by 0.02 in all. Manifests of older runs have no kurtosis: their SDs are not
tested, and the row says so."""

N = 1500
Table = dict[str, Any]


def table(rng: np.random.Generator, n: int) -> Table:
    """Columns of all kinds."""
    gaps = rng.standard_normal(n)
    gaps[rng.random(n) < 0.03] = np.nan
    out: Table = {f"normal {i}": rng.standard_normal(n) for i in range(9)}
    out |= {f"tail {i}": np.exp(1.5 * rng.standard_normal(n)) for i in range(8)}
    out |= {f"zeros {i}": np.where(rng.random(n) < 0.05, np.exp(rng.standard_normal(n)), 0.0) for i in range(8)}
    out |= {"gaps": gaps, "flag": (rng.random(n) < 0.5).astype(float), "rare flag": (rng.random(n) < 0.004).astype(float)}
    levels = np.array([f"L{i}" for i in range(200)], dtype=object)
    share = 1 / np.arange(1, 201)
    out["levels"] = rng.choice(levels, n, p=share / share.sum())
    out["two"] = rng.choice(np.array(["a", "b"], dtype=object), n, p=[0.99, 0.01])
    return out


def rows_of(a: Table, b: Table) -> dict[str, Row]:
    """Rows of drift by name."""
    pair: Any = SimpleNamespace(a=_side(a), b=_side(b))
    return {row.name: row for row in drift_rows(pair)}


def _side(columns: Table) -> SimpleNamespace:
    profiles = []
    for name, values in columns.items():
        if values.dtype == object:
            found = text_profile(name, "feature", "categorical", values)
        else:
            found = number_profile(name, "feature", "numeric", summary(np.ascontiguousarray(values, dtype=float)), len(values))
        profiles.append({key: getattr(found, key) for key in found.__slots__})
    n = len(next(iter(columns.values())))
    return SimpleNamespace(manifest={"dataset": {"columns": profiles, "n_source_rows": n}})


def _level(values: Any, rng: np.random.Generator) -> Any:  # noqa: ANN401
    return np.where(rng.random(len(values)) < 0.2, "L0", values)


def _lost(values: Any, rng: np.random.Generator) -> Any:  # noqa: ANN401
    return np.where(rng.random(len(values)) < 0.1, np.nan, values)


SHIFTS: dict[str, tuple[str, Callable[[Any, np.random.Generator], Any]]] = {
    "mean + 0.3 SDs": ("normal 0", lambda x, _: x + 0.3),
    "SD doubled": ("normal 0", lambda x, _: 2 * x),
    "SD doubled, long tail": ("tail 0", lambda x, _: 2 * x),
    "20% to one level": ("levels", _level),
    "10% gone": ("gaps", _lost),
}


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """Rates of false and of true drift."""
    rng = np.random.default_rng(seed)
    found = []
    for label, share in (("halves", 0.5), ("15% against the rest", 0.15)):
        flagged, verdicts, columns = 0.0, 0, 0
        for _ in range(repetitions):
            whole = table(rng, N)
            part = rng.permutation(N) < share * N
            n = rows_of({k: v[~part] for k, v in whole.items()}, {k: v[part] for k, v in whole.items()})["drift.columns"].value
            flagged, verdicts, columns = flagged + (n or 0.0), verdicts + bool(n), columns + len(whole)
        rate = flagged / columns
        found.append(_row(label, "none", "columns", "≤ 2 %", rate, holds=rate <= 0.02))
        rate, allowed = verdicts / repetitions, 0.06
        bound = allowed + 2 * float(np.sqrt(allowed * (1 - allowed) / repetitions))
        found.append(_row(label, "none", "comparisons with any", f"≤ {100 * allowed:.0f} %", rate, holds=rate <= bound))
    for label, (column, change) in SHIFTS.items():
        hits = 0
        for _ in range(repetitions // 5):
            a, b = table(rng, N // 2), table(rng, N // 2)
            b[column] = change(b[column], rng)
            hits += column in rows_of(a, b)["drift.columns"].items
        rate = hits / (repetitions // 5)
        wanted = 0.5 if "tail" in label else 0.95
        found.append(_row("halves", label, "the column found", f"≥ {100 * wanted:.0f} %", rate, holds=rate >= wanted))
    return found


def _row(case: str, shift: str, what: str, wanted: str, rate: float, *, holds: bool) -> dict[str, object]:
    told = {"samples": case, "shift": shift, "share of": what}
    return {**told, "wanted": wanted, "measured": f"{100 * rate:.1f} %", "holds": holds}
