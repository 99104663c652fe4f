"""How often `regcli compare` calls a model worse.

Two fixed models predict y = 0.3 z₁ + 0.3 z₂ + ε from one column each, so that they are equally good and their errors are
correlated by 0.92; where the second is to be worse, noise is added to its predictions. 500 rows are cross-validated in 5 or 10
folds, or repeatedly, and each pair goes through the comparison itself. *Worse* is the verdict, which rests on the validation row
of the selection's metric; *also worse* is any other score that the run was asked for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from calibration import simulated_runs as simulated
from regcli.compare import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.rows import Row
    from regcli.compare.sides import Side

TITLE = "Verdicts: how often equally good models are called worse, and worse ones are found"
SHORT, LONG = 60, 2000
PROSE = """\
The limits are one-sided levels of the tests: 0.10 for the paired test over a single K-fold, 0.05 for repeated folds and for folds
that differ, 0.04 for held-out rows. They are not the false-alarm rates, which the table shows and which are what counts. The
corrected t-test takes folds for as dependent as those of repeated random splits are (Nadeau & Bengio 2003), which a single
K-fold is not: at a nominal 0.10 it errs in some 3 to 6 of a hundred pairs. Standard errors over few folds and over blocks of
held-out rows are a little small, so that a nominal 0.05 would err too often there: 0.04 makes up for it.

Only one row decides, so that the rate does not grow with the number of metrics asked for; the others are corrected together
(Holm), and are named behind the verdict as *also worse* or *also better*. Folds drawn from the same rows with another seed cannot
be paired: the same models, the same rows, and next to no chance to see a difference. What is called *detectable* in the tables is
the change that is told from noise in four of five pairs like this one; its row shows how often that was so.

The test is about two models at their selected λ. Two recipes that are equally good may select models that are not: the
one-standard-error rule moves λ by half the grid where the curve is flat. So the change at each run's best λ stands beside it."""

N, HELD_OUT, EFFECT = 500, 200, 0.3
EVERY_METRIC = simulated.SCORES
# What the first version reached on pairs like these, drawn by the same code.
POWER_AT_10, POWER_AT_25 = 0.51, 0.94


def pairs(
    rng: np.random.Generator, repetitions: int, k: int, repeats: int, asked: tuple[str, ...], worse: float = 0.0, *,
    holdout: bool = False, other_folds: bool = False,
) -> Iterator[tuple[Side, Side]]:  # fmt: skip
    """Runs A and B; B's mean squared error is larger by the share `worse` in expectation."""
    for _ in range(repetitions):
        n = N + HELD_OUT * holdout
        z = rng.standard_normal((4, n))
        y = EFFECT * (z[0] + z[1]) + z[2]
        of_a, of_b = EFFECT * z[0], EFFECT * z[1] + np.sqrt(worse * (1 + EFFECT**2)) * z[3]
        folds = simulated.folds_of(rng, k, repeats, N)
        folds_b = simulated.folds_of(rng, k, repeats, N) if other_folds else folds
        yield tuple(
            simulated.side(y[:N], own, (None, y[N:]) if holdout else None, simulated.fixed(p[:N], own, p[N:]), asked)
            for p, own in ((of_a, folds), (of_b, folds_b))
        )


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """Rates of false and of true *worse*."""
    # nobody asked for the rest: their rows would only take time
    original, metrics.metrics_of = metrics.metrics_of, lambda _: {}
    try:
        return list(_measured(partial(_drawn, repetitions, seed)))
    finally:
        metrics.metrics_of = original


def _drawn(repetitions: int, seed: int, **how: object) -> list[dict[str, Row]]:
    rng = np.random.default_rng(seed)
    return [simulated.score_rows(a, b) for a, b in pairs(rng, repetitions, **how)]  # type: ignore[arg-type]


def _measured(drawn: partial[list[dict[str, Row]]]) -> Iterator[dict[str, object]]:
    one, every = EVERY_METRIC[:1], EVERY_METRIC
    equal = [
        ("5 folds, 1 metric", {"k": 5, "repeats": 1, "asked": one}),
        ("5 folds, 4 metrics and holdout", {"k": 5, "repeats": 1, "asked": every, "holdout": True}),
        ("10 folds, 1 metric", {"k": 10, "repeats": 1, "asked": one}),
        ("5 × 5 folds, 1 metric", {"k": 5, "repeats": 5, "asked": one}),
        ("5 folds of other seeds", {"k": 5, "repeats": 1, "asked": one, "other_folds": True}),
    ]
    for case, how in equal:
        rows = drawn(**how)
        rate = _share(rows, "worse")
        yield _row(case, "equally good", "called worse", "≤ 6 %", rate, holds=rate <= _upper(0.06, len(rows)))
        if how["asked"] is every:
            rate = float(np.mean([any(_is_also(row) and row.mark == "worse" for row in found.values()) for found in rows]))
            yield _row(case, "equally good", "any other also worse", "≤ 6 %", rate, holds=rate <= _upper(0.06, len(rows)))
    for worse, least in ((0.10, POWER_AT_10), (0.25, POWER_AT_25)):
        rows = drawn(k=5, repeats=1, asked=one, worse=worse)
        rate = _share(rows, "worse")
        wanted = f"{100 * least:.0f} % as in the first version, but for noise"
        model = f"+{100 * worse:.0f} %"
        yield _row("5 folds, 1 metric", model, "called worse", wanted, rate, holds=rate >= _lower(least, len(rows)))
    rows = drawn(k=5, repeats=1, asked=one, worse=0.10, other_folds=True)
    rate = _share(rows, "worse")
    yield _row("5 folds of other seeds", "+10 %", "called worse", "≤ 25 %: little", rate, holds=rate <= _upper(0.25, len(rows)))
    # the change that the pairs themselves say can be detected
    told = 0.1
    for _ in range(4):  # noise grows with the change
        told = _detectable(drawn(k=5, repeats=1, asked=one, worse=told))
    rate = _share(drawn(k=5, repeats=1, asked=one, worse=told), "worse")
    case = f"+{100 * told:.0f} %, said to be detectable"
    yield _row("5 folds, 1 metric", case, "called worse", "≥ 80 %", rate, holds=rate >= _lower(0.80, len(rows)))


def _row(case: str, model: str, what: str, wanted: str, rate: float, *, holds: bool) -> dict[str, object]:
    told = {"folds and scores": case, "B": model, "share of pairs": what}
    return {**told, "wanted": wanted, "measured": f"{100 * rate:.1f} %", "holds": holds}


def _share(rows: list[dict[str, Row]], mark: str) -> float:
    return float(np.mean([found["validation.mse"].mark == mark for found in rows]))


def _detectable(rows: list[dict[str, Row]]) -> float:
    """Median over pairs, as a share."""
    return float(np.nanmedian([found["validation.mse"].detectable_percent or np.nan for found in rows])) / 100


def _is_also(row: Row) -> bool:
    return not row.minor and row.name not in {"validation.mse", "best.mse"} and not row.name.startswith("gap.")


def _upper(bound: float, n: int) -> float:
    """What a rate at the bound may show in n pairs: two standard errors more."""
    return bound + 2 * float(np.sqrt(bound * (1 - bound) / n))


def _lower(bound: float, n: int) -> float:
    return bound - 2 * float(np.sqrt(bound * (1 - bound) / n))
