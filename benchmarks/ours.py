"""regcli at a task: from arrays in memory to the complete sweep table."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.audit.nested import Nested
from regcli.config import Config, config_from_data
from regcli.data import split
from regcli.data.types import Dataset, Features, Fold, Splits
from regcli.engine import InMemory, Search, run, search
from regcli.experiment import ready
from regcli.numerics.reproducible import steady
from regcli.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from arrays import Task
    from cases import Case

    from regcli.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Ready:
    """What regcli holds once its data stage is done: where the clock starts."""

    config: Config
    dataset: Dataset
    splits: Splits


@dataclass(frozen=True, slots=True)
class Walked:
    """One walked path.

    Attributes
    ----------
    lambdas : ndarray (L,)
    coefficients : ndarray (L, K, p + 1)
        In units of the columns as they came, intercept first.
    kkt : float
        The worst certificate of folds and full fit, as the engine found it.
    """

    lambdas: np.ndarray
    coefficients: np.ndarray
    kkt: float


def prepare(case: Case, X: Any, y: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]]) -> Ready:  # noqa: ANN401
    """What the data stage would hand on for these arrays."""
    n, p = X.shape
    names = tuple(f"x{j}" for j in range(1, p + 1))
    numeric = sparse.csr_array(X) if sparse.issparse(X) else X
    dataset = Dataset(
        features=Features(names, ("numeric",) * p, numeric, ()), y=y,
        task="classification" if case.n_classes else "regression", classes=tuple(str(k) for k in range(case.n_classes)),
        weight=None, group=None, fold=None, holdout=None, ordered=False, row=np.arange(n), target="y", source=case.name,
        sha256="0" * 64, n_source_rows=n, n_source_columns=p + 1, profile=(), warnings=(),
    )  # fmt: skip
    parts = tuple(Fold(0, str(k), train, validation) for k, (train, validation) in enumerate(folds))
    splits = Splits(np.arange(n), np.arange(0), parts, "0" * 64, "kfold", ())
    config = config_from_data(case.configuration(), case.name, Path())
    if case.outer:
        drawn = split(dataset, config)
        splits = replace(splits, outer=drawn.outer, outer_kind=drawn.outer_kind)
    return Ready(config, dataset, splits)


def regcli_plan(given: Ready) -> Prepared:
    """What will be fitted, with the grids."""
    return ready(given.config, given.dataset, given.splits)


def regcli_solve(given: Ready) -> tuple[list[Walked], float]:
    """The whole search: plan, full paths, cross-validation, certificates, choice; every path, and the λ selected.

    The one place that names the engine's entry.
    """
    prepared = regcli_plan(given)
    outcome: Search | Outcome = run(prepared, save_model=False) if given.splits.outer else search(prepared)
    if isinstance(outcome, Outcome):
        Nested().look(outcome, lambda *_: None, InMemory())
    chosen = outcome.paths[outcome.choice.path].lambdas[outcome.choice.index]
    return [Walked(path.lambdas, path.details.coefficients, float(path.kkt.max())) for path in outcome.paths], float(chosen)


def audit_seconds(given: Ready) -> dict[str, float]:
    """Seconds of the search, of what every run is asked beyond it, and of stability selection with 50 pairs."""
    from regcli.audit import importance, pairs, stability

    found: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        start = time.perf_counter()
        with steady():
            made = work()
        found[name] = time.perf_counter() - start
        return made

    def alone() -> None:
        stability.Stability().look(outcome, _nobody, InMemory())
        importance.ImportanceOfColumns().look(outcome, _nobody, InMemory())

    timed("search", lambda: search(regcli_plan(given)))
    outcome = run(regcli_plan(given), save_model=False)
    timed("by default", alone)
    asked = config_from_data(given.config.origin.tree.data() | {"stability": "complementary_pairs"}, "benchmark", Path())
    plan = replace(outcome.prepared.plan, config=asked)
    outcome = replace(outcome, prepared=replace(outcome.prepared, plan=plan))
    timed("50 pairs of halves", lambda: pairs.stability_selection(outcome, _nobody, InMemory()))
    return found


def _nobody(_done: int, _total: int, _what: str) -> None:
    """Nobody listens."""


def prepared(task: Task) -> Ready:
    """The data stage's part for a task."""
    return prepare(task.case, task.X, task.y, task.folds)
