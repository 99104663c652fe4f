"""Whether the nested estimate is as good as the models that are searched for, where the plain one looks better than they are.

Rows were drawn again and again, few of them and with columns of which hardly any counts, so that the best of many grid points is
best by luck: 50 rows of 15 standard normal columns, a numeric target that two of them tell a little of, or none at all, and λ and
the kind of penalty chosen by the best mean squared error. Each time the whole search was made with 5 folds, and nested in 5 outer
folds. The truth is the mean score on 2,000 fresh rows of the models found on the outer training rows: models of as many rows as
those of the plain folds. The plain estimate is the validation mean of the selected point.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regcli.audit.nested import Nested, searched
from regcli.config import config_from_data
from regcli.data import split
from regcli.data.types import Dataset, Features
from regcli.engine import InMemory, run
from regcli.experiment import ready
from regcli.families import FAMILIES
from regcli.scored import Scored
from regcli.scoring import score

if TYPE_CHECKING:
    from regcli.outcome import Outcome

TITLE = "Nested and plain estimates of a search"
SHORT, LONG = 3, 200
PROSE = """\
The plain estimate is too good twice: the point that is best by its folds is so by their luck, too, and the more points there are
the luckier the best of them. A nested estimate never judges by rows that chose. Its price is its standard error, which is that of
so few rows."""

ROWS, COLUMNS, FRESH = 50, 15, 2000
SIGNALS = {"a little": 0.25, "none": 0.0}
METRIC = "mse"


def measure(repetitions: int, seed: int = 0) -> list[dict[str, object]]:
    """Mean distance of both estimates from the truth, in the direction in which it is too good."""
    rows: list[dict[str, object]] = []
    for said, signal in SIGNALS.items():
        rng = np.random.default_rng(seed)
        plain, nested, truth = np.array([_estimates(rng, signal) for _ in range(repetitions)]).T
        for name, estimate in (("plain", plain), ("nested", nested)):
            off = truth - estimate
            bias, error = float(off.mean()), float(off.std(ddof=1) / repetitions**0.5)
            rows.append(
                {
                    "signal": said,
                    "estimate": name,
                    "true mse": float(truth.mean()),
                    "mean estimate": float(estimate.mean()),
                    "too good by": bias,
                    "± SE": error,
                    "wanted": "more than 2 SE" if name == "plain" else "within 2 SE of 0",
                    "measured": bias / error,
                    "holds": bias > 2 * error if name == "plain" else abs(bias) <= 2 * error,
                }
            )
    return rows


def _estimates(rng: np.random.Generator, signal: float) -> tuple[float, float, float]:
    """The plain and the nested estimate of one search, and the truth of what is searched for."""
    outcome = _searched(rng, signal)
    found = Nested().look(outcome, lambda *_: None, InMemory())
    if found is None:
        raise ValueError("nothing is nested")
    return outcome.metrics["validation"][METRIC], found.numbers["mean"], _truth(outcome)


def _searched(rng: np.random.Generator, signal: float) -> Outcome:
    """A search on rows drawn anew, fresh ones beside them as a holdout that nothing looks at."""
    X = rng.standard_normal((ROWS + FRESH, COLUMNS))
    n, names = len(X), tuple(f"x{j}" for j in range(COLUMNS))
    y = signal * X[:, :2].sum(axis=1) + rng.standard_normal(n)
    features = Features(names, ("numeric",) * COLUMNS, np.asfortranarray(X), ())
    part = np.array(["known"] * ROWS + ["fresh"] * FRESH, dtype=object)
    rows = Dataset(
        features=features, y=y, task="regression", classes=(), weight=None, group=None, fold=None, holdout=part, ordered=False,
        row=np.arange(n), target="y", source="drawn", sha256="", n_source_rows=n, n_source_columns=COLUMNS + 1, profile=(),
        warnings=(),
    )  # fmt: skip
    settings = {
        "task": "regression",
        "dataset": {"kind": "csv", "path": "drawn.csv", "target": "y"},
        "penalty": ["ridge", "lasso"],
        "lambdas": {"count": 20},
        "model": {"tol": 1e-5},
        "cv": {"kind": "kfold", "n_splits": 5},
        "select": {"metric": METRIC, "rule": "min"},
        "holdout": {"column": "part", "test_value": "fresh"},
        "nested": {"outer": {"kind": "kfold", "n_splits": 5}},
        "execution": {"jobs": 1},
    }
    config = config_from_data(settings, "drawn", Path())
    return run(ready(config, rows, split(rows, config)), save_model=False)


def _truth(outcome: Outcome) -> float:
    """Mean score on fresh rows of the models found on the outer training rows."""
    plan = outcome.plan
    fresh, scores = plan.splits.holdout, []
    for k in range(len(plan.splits.outer)):
        prepared, found = searched(plan, k, lambda *_: None)
        fitted = found.paths[found.choice.path]
        *_, model = FAMILIES[fitted.path.family].models(prepared, fitted, found.choice.index)
        scores.append(float(score(Scored(plan.dataset.y[fresh], model(fresh), np.ones(len(fresh)), plan.task), [METRIC])[METRIC]))
    return float(np.mean(scores))
