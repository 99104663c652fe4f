"""`regcli sweep`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from regcli.cli.options import AsJson, FormatOf, Quiet, Runs, Settings, Verbose, form_of, log_to_stderr, runs_directory

if TYPE_CHECKING:
    from regcli.config import Config

PENALTIES = ("none", "ridge", "lasso", "elasticnet")
ALIASES = {"l1": "lasso", "l2": "ridge", "enet": "elasticnet"}
HERE = Path("regcli.yaml")
KINDS = {".parquet": "parquet", ".pq": "parquet", ".svmlight": "svmlight", ".svm": "svmlight", ".libsvm": "svmlight"}
# What is swept where nothing is given: ten of fifty columns count, under noise.
SYNTHETIC: dict[str, dict[str, Any]] = {
    "regression": {
        "kind": "make_regression", "n_samples": 200, "n_features": 50, "n_informative": 10, "noise": 20.0, "random_state": 0,
    },
    "classification": {
        "kind": "make_classification", "n_samples": 200, "n_features": 50, "n_informative": 10, "random_state": 0,
    },
}  # fmt: skip


def sweep(
    config: Annotated[Path | None, typer.Argument(metavar="CONFIG", help="Configuration file (YAML).")] = None,
    penalty: Annotated[
        str | None,
        typer.Option("--penalty", metavar="P[,P…]", help="none, ridge, lasso, elasticnet, or all."),
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="FILE", help="Data file.")] = None,
    target: Annotated[str | None, typer.Option("--target", metavar="COLUMN", help="Column to predict.")] = None,
    task: Annotated[
        Literal["regression", "classification"] | None,
        typer.Option("--task", metavar="TASK", help="regression or classification."),
    ] = None,
    settings: Settings = None,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Cross-validate penalties in one table; save no model.

    The holdout is never touched.

    Without CONFIG: regcli.yaml in this folder, or else --data and --target, or else a synthetic data set
    (make_regression with 200 rows and 50 columns, of which 10 count; make_classification with --task classification).

    Example: regcli sweep --penalty all --data houses.csv --target price
    """
    from regcli.cli.session import run_and_show

    log_to_stderr(verbose)
    form = form_of(form, as_json)
    loaded = _configuration(config, _penalties(penalty), data, target, task, settings or [])
    run_and_show(loaded, "sweep", runs_directory(runs, loaded), form=form, quiet=quiet)


def _penalties(given: str | None) -> list[dict[str, Any]] | None:
    """The penalty list that --penalty stands for; None where it was not given."""
    from regcli.errors import UsageError

    if given is None:
        return None
    names: list[str] = []
    for word in (part.strip().lower() for part in given.split(",")):
        names += PENALTIES if word == "all" else [ALIASES.get(word, word)]
    unknown = [name for name in names if name not in PENALTIES]
    if unknown:
        import difflib

        near = difflib.get_close_matches(unknown[0], [*PENALTIES, "all"], n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"--penalty: {unknown[0]!r} is not known.", f"{hint}Allowed: {', '.join(PENALTIES)}, all.")
    return [{"kind": name} for name in dict.fromkeys(names)]


def _configuration(
    config: Path | None,
    penalties: list[dict[str, Any]] | None,
    data: Path | None,
    target: str | None,
    task: str | None,
    settings: list[str],
) -> "Config":
    """The configuration from a file with the flags on top, or from the flags alone."""
    from regcli.config import config_from_data, load_config
    from regcli.errors import UsageError

    if config is None and HERE.is_file() and data is None:
        config = HERE
    if config is not None:
        if data is not None:
            raise UsageError("--data contradicts a configuration, which names its data.", "Give CONFIG or --data, not both.")
        return load_config(config, [*_overrides(penalties, target, task), *settings])
    if data is None and target is not None:
        raise UsageError("--target needs a data file.", "Name it with --data FILE.")
    described: dict[str, Any] = {"version": 1, "penalty": penalties or [{"kind": "elasticnet"}]}
    if task is not None:
        described["task"] = task
    described["dataset"] = SYNTHETIC[task or "regression"] if data is None else _dataset(data, target)
    name = "synthetic" if data is None else re.sub(r"[^a-z0-9]+", "-", data.stem.lower()).strip("-")
    return config_from_data(described | {"name": name or "sweep"}, "command line", Path.cwd(), settings)


def _overrides(penalties: list[dict[str, Any]] | None, target: str | None, task: str | None) -> list[str]:
    """The flags as settings, which are applied before the user's own."""
    import json

    found = [] if penalties is None else [f"penalty={json.dumps(penalties)}"]
    found += [] if target is None else [f"dataset.target={json.dumps(target)}"]
    return found + ([] if task is None else [f"task={task}"])


def _dataset(data: Path, target: str | None) -> dict[str, Any]:
    from regcli.errors import UsageError

    suffix = Path(data.stem).suffix if data.suffix.lower() == ".gz" else data.suffix
    kind = KINDS.get(suffix.lower(), "csv")
    if kind == "svmlight":
        return {"kind": kind, "path": str(data)}
    if target is None:
        raise UsageError("--data needs to know the column to predict.", "Name it with --target COLUMN.")
    return {"kind": kind, "path": str(data), "target": target}
