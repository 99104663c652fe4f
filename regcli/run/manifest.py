"""What manifest.json holds: from the plan when a run starts, from the outcome when it is done."""

from __future__ import annotations

from dataclasses import fields
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from regcli.config import config_sha256
from regcli.data.types import ColumnProfile
from regcli.families import FAMILIES
from regcli.linear.kernels.compiled import kernels_in_use
from regcli.metrics import METRIC_DEFINITIONS, METRICS
from regcli.run.layout import FORMAT_VERSION, timestamp
from regcli.run.provenance import git_state, host, threading, versions

if TYPE_CHECKING:
    from datetime import datetime

    from regcli.config import Config
    from regcli.data.types import Features
    from regcli.outcome import Outcome
    from regcli.plan import Plan
    from regcli.prepare import Prepared


def opening(run_id: str, command: str, prepared: Prepared, config: Config, started: datetime) -> dict[str, Any]:
    """The manifest of a run that has just begun.

    Parameters
    ----------
    run_id : str
    command : str
        ``fit`` or ``sweep``.
    prepared : Prepared
    config : Config
        With everything decided that was left to the data.
    started : datetime
    """
    plan, select = prepared.plan, config.select
    return {
        "format_version": FORMAT_VERSION,
        "id": run_id,
        "name": config.name,
        "status": "running",
        "reason": None,
        "command": command,
        "started": timestamp(started),
        "finished": None,
        "seconds": {},
        "task": plan.task,
        "target": plan.dataset.target,
        # of y and predictions in predictions.csv, and of every metric; null: the target's own
        "target_scale": plan.target_scale,
        "classes": list(plan.dataset.classes),
        "metric": plan.metric,
        "higher_is_better": METRICS[plan.metric].higher_is_better,
        "rule": select.rule,
        "tolerance": select.tolerance if select.rule == "pct_loss" else None,
        "metrics": list(plan.metrics),
        "metric_definitions": METRIC_DEFINITIONS,
        "tol": config.model.tol,
        "seed": config.cv.seed,
        "git": git_state(config.origin.source_path),
        "dataset": _dataset(prepared, prepared.plan.dataset.features),
        "folds": _folds(plan),
        "config": {"sha256": config_sha256(config)},
        "weight_sum": float(prepared.problem.weight_sum),
        "paths": [
            {
                "entry": path.entry,
                "penalty": path.penalty,
                "l1_ratio": path.l1_ratio,
                "stage": path.stage,
                "gamma": path.gamma,
                "family": path.family,
                "axis": path.axis,
                "setting": path.setting,
                "complexity_of": path.complexity_of,
                "solver": path.served_by[0],
                "reason": path.served_by[1],
                "n_lambdas": len(path.lambdas),
            }
            for path in prepared.paths
        ],
        "selected": None,
        "warnings": list(prepared.warnings),
        "versions": versions(),
        "threads": threading(),
        "kernels": kernels_in_use(),
        "host": host(),
        "files": {},
    }


def results(outcome: Outcome) -> dict[str, Any]:
    """The fields that are known once everything is fitted."""
    choice = outcome.choice
    path, summary, i = outcome.paths[choice.path], outcome.summaries[choice.path], choice.index
    prepared = outcome.prepared
    return {
        # the columns that the chosen model looks at, which new rows must have
        "dataset": _dataset(prepared, FAMILIES[path.path.family].features(prepared.plan.dataset)),
        "paths": [
            {
                "entry": path.path.entry,
                "penalty": path.path.penalty,
                "l1_ratio": path.path.l1_ratio,
                "stage": path.path.stage,
                "gamma": path.path.gamma,
                "family": path.path.family,
                "axis": path.path.axis,
                "setting": path.path.setting,
                "complexity_of": path.path.complexity_of,
                "solver": path.path.served_by[0],
                "reason": path.path.served_by[1],
                "n_lambdas": len(path.path.lambdas),
                "n_walked": len(path.lambdas),
                "saturated": bool(path.saturated),
                "n_not_converged": int((~path.usable).sum()),
            }
            for path in outcome.paths
        ],
        "n_left_out": choice.n_left_out,
        "selected": {
            "entry": path.path.entry,
            "penalty": path.path.penalty,
            "l1_ratio": path.path.l1_ratio,
            "stage": path.path.stage,
            "gamma": path.path.gamma,
            "lambda_index": i,
            "lambda": float(path.lambdas[i]),
            "family": path.path.family,
            "axis": path.path.axis,
            "setting": path.path.setting,
            "complexity": float(path.complexity[i]),
            "complexity_of": path.path.complexity_of,
            "n_nonzero": int(path.n_nonzero[i]),
            "validation_mean": float(summary.validation_mean[i]),
            "validation_se": float(summary.validation_se[i]),
        },
        "warnings": list(outcome.warnings),
        # what audits were told by other runs and by the moment
        "beside": {name: dict(audited.beside) for name, audited in outcome.audits.items() if audited.beside},
        "threads": threading(),
    }


def _dataset(prepared: Prepared, features: Features) -> dict[str, Any]:
    plan, dataset = prepared.plan, prepared.plan.dataset
    source, described = PurePath(dataset.source), [field.name for field in fields(ColumnProfile)]
    return {
        # a path from the root says where somebody's files are, and is in the configuration already
        "source": source.name if source.is_absolute() else dataset.source,
        "sha256": dataset.sha256,
        "n_source_rows": dataset.n_source_rows,
        "n_source_columns": dataset.n_source_columns,
        "n_rows": len(dataset),
        "n_left_out": dataset.n_source_rows - len(dataset),
        "read": dataset.read,
        "n_train": len(plan.splits.train),
        "n_holdout": len(plan.splits.holdout),
        "n_inputs": len(features.names),
        "n_features": len(prepared.outputs),
        "inputs": [{"name": name, "kind": kind} for name, kind in zip(features.names, features.kinds, strict=True)],
        "columns": [{name: getattr(column, name) for name in described} for column in dataset.profile],
    }


def _folds(plan: Plan) -> dict[str, Any]:
    splits = plan.splits
    return {
        "sha256": splits.sha256,
        "kind": splits.kind,
        "n": len(splits.folds),
        "repeats": 1 + max(fold.repeat for fold in splits.folds),
    }
