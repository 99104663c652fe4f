"""What is said of a support: how often it is called unstable, and how many recommended features are false.

Rows of normal columns, some of which have an effect, in two kinds of tables. To see what is called unstable, twenty columns, five
of them at work, on 150 rows, searched by the lasso with five folds and the one-standard-error rule: as they are; with a column
beside each of the five that differs from it by a little noise (5% of its SD); with two such columns; and with two, searched by
the elastic net with l1_ratio 0.5. To count what is recommended falsely, a hundred columns, four of them at work, on 100 rows,
independent of one another or each correlated with its neighbour by 0.5: 20 complementary pairs of halves, 10 columns a half.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit import audit
from regcli.config import config_from_data
from regcli.data import split
from regcli.data.types import Dataset, Features
from regcli.engine import run
from regcli.experiment import ready

if TYPE_CHECKING:
    from regcli.outcome import Audited

TITLE = "Stability: who is called unstable, and how many recommended features are false"
SHORT, LONG = 12, 200
PROSE = """\
Φ and the warning look at the folds of one cross-validation, which share most of their rows. Columns that stand in for one another
are exchanged between folds; noise at the edge of a support is so as well, but bears little of the model, and the warning looks
at what the exchanged columns bear. An elastic net keeps such columns together. Halves of complementary pairs share no row; what
they recommend falsely is to stay below the bounds of Meinshausen & Bühlmann and of Shah & Samworth: the mean number of false
features, less two standard errors, is held against them."""

PAIRS, Q, THRESHOLDS = 20, 10, (0.6, 0.75, 0.9)
UNSTABLE = "the chosen features are not the same in every fold"


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """Rates of warnings and Φ; counts of false features."""
    rng = np.random.default_rng(seed)
    net = {"kind": "elasticnet", "l1_ratio": 0.5}
    cases = {"no twins": (0, "lasso"), "one twin": (1, "lasso"), "two twins": (2, "lasso"), "two twins, elastic net": (2, net)}
    rates, likeness = {}, {}
    for label, (twins, penalty) in cases.items():
        told = [_looked_at(*_with_twins(rng, twins), penalty=penalty) for _ in range(repetitions)]
        rates[label] = float(np.mean([any(UNSTABLE in text for text in found.warnings) for found in told]))
        likeness[label] = float(np.nanmean([found.numbers["phi"] for found in told]))
    few = 2.0 * float(np.sqrt(0.05 * 0.95 / repetitions))
    rows = [
        _row("no twins", "warned of", "≤ 5 %", rates["no twins"], holds=rates["no twins"] <= 0.05 + few),
        _row("two twins", "warned of", "≥ 60 %", rates["two twins"], holds=rates["two twins"] >= 0.6 - 6 * few),
        _row("two twins, elastic net", "warned of", "≤ 5 %", rates["two twins, elastic net"],
             holds=rates["two twins, elastic net"] <= 0.05 + few),
        _row("one twin", "mean Φ", "below no twins", likeness["one twin"], holds=likeness["one twin"] < likeness["no twins"]),
        _row("two twins", "mean Φ", "0.2 below no twins", likeness["two twins"],
             holds=likeness["two twins"] < likeness["no twins"] - 0.2 + few),
        _row("two twins, elastic net", "mean Φ", "0.2 above the lasso", likeness["two twins, elastic net"],
             holds=likeness["two twins, elastic net"] > likeness["two twins"] + 0.2 - few),
    ]  # fmt: skip
    for label, correlation in (("independent columns", 0.0), ("neighbours correlated by 0.5", 0.5)):
        frequencies = np.array([_halves(rng, correlation) for _ in range(repetitions)])
        for threshold in THRESHOLDS:
            rows += _held_to_the_bounds(label, frequencies, threshold)
    return rows


def _held_to_the_bounds(label: str, frequencies: np.ndarray, threshold: float) -> list[dict[str, object]]:
    """False features (the fifth and later columns) at a threshold, against both bounds."""
    from regcli.audit.bounds import expected_false, expected_false_unimodal

    false = (frequencies[:, 4:] >= threshold - 1e-9).sum(axis=1)
    mean, error = false.mean(), false.std(ddof=1) / np.sqrt(len(false))
    found = []
    bounds = (expected_false(Q, 100, threshold), expected_false_unimodal(Q, 100, threshold, PAIRS))
    for name, bound in zip(("bound", "unimodal bound"), bounds, strict=True):
        what = f"false features from {threshold:g} on, {name}"
        found.append(_row(label, what, f"≤ {bound:.3g}", float(mean), holds=bool(mean <= bound + 2 * error)))
    return found


def _with_twins(rng: np.random.Generator, twins: int) -> tuple[np.ndarray, np.ndarray]:
    X = rng.standard_normal((150, 20))
    y = X[:, :5] @ np.array([1.0, -1.0, 0.9, 0.8, 0.7]) + rng.standard_normal(150)
    return np.column_stack([X, *(X[:, :5] + 0.05 * rng.standard_normal((150, 5)) for _ in range(twins))]), y


def _halves(rng: np.random.Generator, correlation: float) -> np.ndarray:
    """Selection frequencies over halves."""
    Z = rng.standard_normal((100, 100))
    for j in range(1, 100):
        Z[:, j] = correlation * Z[:, j - 1] + np.sqrt(1 - correlation**2) * Z[:, j]
    y = Z[:, :4] @ np.array([1.0, -1.0, 1.0, -1.0]) + rng.standard_normal(100)
    wanted = {"kind": "complementary_pairs", "pairs": PAIRS, "max_selected": Q}
    found = _looked_at(Z, y, penalty="lasso", stability=wanted, lambdas={"values": [0.2]}, cv={"n_splits": 2})
    frequency: np.ndarray = found.tables["stability.csv"].pairs.frequency  # type: ignore[attr-defined]
    return frequency


def _looked_at(X: np.ndarray, y: np.ndarray, **config: Any) -> Audited:  # noqa: ANN401
    """What is found of the stability of a search on these rows."""
    n, p = X.shape
    names = tuple(f"x{j}" for j in range(p))
    rows = Dataset(
        features=Features(names, ("numeric",) * p, np.asfortranarray(X), ()), y=y, task="regression", classes=(), weight=None,
        group=None, fold=None, holdout=None, ordered=False, row=np.arange(n), target="y", source="simulated", sha256="",
        n_source_rows=n, n_source_columns=p + 1, profile=(), warnings=(),
    )  # fmt: skip
    made = {"version": 1, "task": "regression", "dataset": {"kind": "csv", "path": "made.csv", "target": "y"}, **config}
    asked = config_from_data({"lambdas": {"count": 50}, "execution": {"jobs": 1}, **made}, "simulated", Path())
    outcome = run(ready(asked, rows, split(rows, asked)), save_model=False)
    return audit(outcome, lambda *_: None).audits["stability"]


def _row(case: str, what: str, wanted: str, measured: float, *, holds: bool) -> dict[str, object]:
    shown = f"{100 * measured:.1f} %" if "warned" in what else f"{measured:.3g}"
    return {"columns": case, "what": what, "wanted": wanted, "measured": shown, "holds": holds}
