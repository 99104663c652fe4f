"""The run directory: its names, its manifest, how it is written and how it is read. Nobody else opens its files.

Names are fetched when they are asked for: listing and showing runs needs neither the configuration's models nor the estimators.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regcli.run.baselines import (
        PREFIX,
        Baseline,
        NoBaselineError,
        baseline_names,
        list_baselines,
        remove_baseline,
        set_baseline,
    )
    from regcli.run.evaluate import Evaluation, ScoredRows, evaluate_run, score_rows
    from regcli.run.finding import find_runs, list_runs, open_run
    from regcli.run.kept import keep
    from regcli.run.layout import Columns, write_atomically
    from regcli.run.ledger import count_baselines, looks_of, noted
    from regcli.run.predict import Predictions, load_model, predict_rows
    from regcli.run.reader import RunReader
    from regcli.run.results import write_outcome
    from regcli.run.writer import LoggedBugError, RunWriter, rewriting, writing

__all__ = [
    "PREFIX",
    "Baseline",
    "Columns",
    "Evaluation",
    "LoggedBugError",
    "NoBaselineError",
    "Predictions",
    "RunReader",
    "RunWriter",
    "ScoredRows",
    "baseline_names",
    "count_baselines",
    "evaluate_run",
    "find_runs",
    "keep",
    "list_baselines",
    "list_runs",
    "load_model",
    "looks_of",
    "noted",
    "open_run",
    "predict_rows",
    "remove_baseline",
    "rewriting",
    "score_rows",
    "set_baseline",
    "write_atomically",
    "write_outcome",
    "writing",
]

_ELSEWHERE = {
    "Columns": "layout",
    "write_atomically": "layout",
    **dict.fromkeys(("count_baselines", "looks_of", "noted"), "ledger"),
    **dict.fromkeys(("Evaluation", "ScoredRows", "evaluate_run", "score_rows"), "evaluate"),
    **dict.fromkeys(("Predictions", "load_model", "predict_rows"), "predict"),
    **dict.fromkeys(("find_runs", "list_runs", "open_run"), "finding"),
    "RunReader": "reader",
    "keep": "kept",
    "write_outcome": "results",
    **dict.fromkeys(("LoggedBugError", "RunWriter", "rewriting", "writing"), "writer"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import what is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'baselines')}"), name)
