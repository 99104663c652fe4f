"""Opens runs: finds them by path, prefix or age, and hands their files on as columns; damage is told with its remedy."""

from __future__ import annotations

import hashlib
import re
import shlex
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.source import for_arrow
from regcli.errors import RunError, UsageError
from regcli.numerics import memory
from regcli.run import audits, baselines, fold_coefficients, layout, schema, tables
from regcli.run.arrow import arrow_types
from regcli.run.columns import BadColumnError, check_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regcli.config import Config
    from regcli.run.columns import Column
    from regcli.run.layout import Columns


@dataclass(frozen=True)
class RunReader:
    """One run. The manifest has been read; other files are read, and compared with its hashes, when they are asked for.

    Columns are numpy arrays by name: float64 with NaN for an empty cell, int64 (float64 where cells are empty), bool, and
    object arrays of text with None.

    Attributes
    ----------
    path : Path
        As the user would type it.
    manifest : dict
        The content of manifest.json.
    """

    path: Path
    manifest: dict[str, Any]

    @property
    def status(self) -> str:
        """running, done, failed or interrupted."""
        return str(self.manifest["status"])

    def require_done(self) -> None:
        """Refuse a run without results.

        Raises
        ------
        RunError
        """
        if self.status != "done":
            reason = self.manifest.get("reason")
            raise RunError(
                f"{self.path}: the run is {self.status} and has no results{f' ({_one_line(reason)})' if reason else ''}.",
                *_again(self.path, self.manifest.get("command")),
            )

    def require_model(self) -> None:
        """Refuse a run that has no model.

        Raises
        ------
        RunError
        """
        self.require_done()
        if self.manifest.get("command") != "fit":
            message = f"{self.path}: a {self.manifest.get('command')} keeps no model."
            raise RunError(message, "Make one with `regcli fit CONFIG`.")

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """The content of metrics.json."""
        content = self.content(layout.METRICS)
        try:
            metrics = schema.load_json(content)
            schema.check_metrics(metrics, self.manifest)
        except ValueError as error:
            raise self._damaged(layout.METRICS, _one_line(error)) from None
        return dict(metrics)

    @property
    def told(self) -> dict[str, Any]:
        """metrics.json, and in its blocks what other runs and the moment told when the run was made."""
        beside = self.manifest.get("beside") or {}
        return {**self.metrics, **{name: merged(self.metrics.get(name) or {}, block) for name, block in beside.items()}}

    @cached_property
    def config(self) -> Config:
        """The configuration as it was understood, from config.resolved.yaml."""
        from regcli.config import load_config

        with self._resolved() as file:
            return load_config(file)

    @cached_property
    def config_values(self) -> dict[str, str]:
        """Every value of config.resolved.yaml by its dotted key, as text."""
        from regcli.config import flat_values

        with self._resolved() as file:
            return flat_values(self.content(layout.RESOLVED).decode("utf-8", "replace"), str(file))

    @contextmanager
    def _resolved(self) -> Iterator[Path]:
        """The file of the configuration; what is wrong with it is damage, not a mistake of the user's."""
        file = self.path / layout.RESOLVED
        self.content(layout.RESOLVED)  # is it there, and what was written?
        try:
            yield file
        except UsageError as error:
            reason = _one_line(error.message.splitlines()[0]).removeprefix(f"{file}: ")
            raise RunError(f"{file}: the run is damaged: {reason}.", "Make the run again from its configuration.") from None

    def sweep(self) -> Columns:
        """Columns of sweep.csv."""
        columns = self._csv(layout.SWEEP, tables.SWEEP_COLUMNS)
        if np.count_nonzero(columns["selected"]) != 1:
            raise self._damaged(layout.SWEEP, "not exactly one row is selected")
        return columns

    def folds(self) -> Columns:
        """Columns of folds.csv."""
        return self._csv(layout.FOLDS, tables.FOLDS_COLUMNS)

    def assignments(self) -> Columns:
        """Columns of assignments.csv."""
        return self._csv(layout.ASSIGNMENTS, tables.ASSIGNMENTS_COLUMNS)

    def stability(self) -> Columns:
        """Columns of stability.csv."""
        return self._audited(layout.STABILITY, audits.STABILITY_COLUMNS)

    def importance(self) -> Columns:
        """Columns of importance.csv."""
        return self._audited(layout.IMPORTANCE, audits.IMPORTANCE_COLUMNS)

    def learning_curve(self) -> Columns:
        """Columns of learning_curve.csv, which is made on request."""
        if layout.LEARNING not in self.manifest["files"]:
            again = _again(self.path, self.manifest.get("command"))[-1]
            raise RunError(f"{self.path}: no learning curve was asked for.", "Ask for one.", f"{again} --set learning_curve={{}}")
        return self._audited(layout.LEARNING, audits.LEARNING_COLUMNS)

    def variants(self) -> Columns:
        """Columns of variants.csv, which is made where `vary` asks for it."""
        return self._audited(layout.VARIANTS, audits.VARIANTS_COLUMNS)

    def curves(self) -> Columns:
        """Columns of curves.csv: what the variants predict along a single column of numbers."""
        return self._audited(layout.CURVES, audits.CURVES_COLUMNS)

    def coefficients(self) -> Columns:
        """Columns of coefficients.csv; `class` only where there are more than two."""
        return self._csv(layout.COEFFICIENTS, tables.coefficients_columns(self.manifest["classes"]))

    def predictions(self) -> Columns:
        """Columns of predictions.csv; y and prediction are text for a classification."""
        return self._csv(layout.PREDICTIONS, tables.predictions_columns(self.manifest["classes"]))

    def path_coefficients(self, names: Sequence[str] | None = None) -> Columns:
        """Columns of path.parquet: every non-zero coefficient of every grid point; those that are named, or all."""
        return self._parquet(layout.PATH, tables.PATH_COLUMNS, names)

    def fold_coefficients(self) -> Columns:
        """Columns of fold_coefficients.parquet: every non-zero coefficient of the chosen point on every fold."""
        self._require_file(layout.FOLD_COEFFICIENTS)
        return self._parquet(layout.FOLD_COEFFICIENTS, fold_coefficients.COLUMNS)

    def _parquet(self, name: str, columns: Sequence[Column[Any]], names: Sequence[str] | None = None) -> Columns:
        import pyarrow as pa
        import pyarrow.parquet

        content = self.content(name)
        wanted = [column for column in columns if names is None or column.name in names]
        try:
            # not read_table, which imports all that tables could be made of
            with pyarrow.parquet.ParquetFile(pa.BufferReader(for_arrow(content))) as file:
                found = file.read(columns=None if names is None else list(names))
            return check_columns(wanted, found)
        except (pa.ArrowException, OSError, BadColumnError) as error:
            raise self._damaged(name, _one_line(error)) from None

    def content(self, name: str) -> bytes:
        """The bytes of one of the run's files, compared with the manifest's hash.

        Raises
        ------
        RunError
            Where the file is missing or is not what was written.
        """
        try:
            content = _content(self.path / name)
        except OSError as error:
            raise self._damaged(name, f"the file cannot be read: {error.strerror or error}") from None
        expected = self.manifest["files"].get(name)
        if expected is not None and hashlib.sha256(content).hexdigest() != expected:
            raise self._damaged(name, "it is not what was written (its sha256 differs from the manifest's)")
        return content

    def _audited(self, name: str, columns: Sequence[Column[Any]]) -> Columns:
        """Columns of a table of an audit, which not every run has."""
        self._require_file(name)
        return self._csv(name, columns)

    def _require_file(self, name: str) -> None:
        if name not in self.manifest["files"]:
            what = "nothing was found for it, or an earlier regcli made the run"
            raise RunError(f"{self.path}: the run has no {name}: {what}.", *_again(self.path, self.manifest.get("command")))

    def _csv(self, name: str, columns: Sequence[Column[Any]]) -> Columns:
        import pyarrow as pa
        import pyarrow.csv

        types = {column.name: arrow_types()[column.kind] for column in columns}
        content = self.content(name)
        try:
            content.decode("utf-8")
            options = pyarrow.csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)
            return check_columns(columns, pyarrow.csv.read_csv(for_arrow(content), convert_options=options))
        except (pa.ArrowException, ValueError, KeyError) as error:
            raise self._damaged(name, _one_line(error)) from None

    def _damaged(self, name: str, what: str) -> RunError:
        return RunError(f"{self.path / name}: the run is damaged: {what}.", *_again(self.path, self.manifest.get("command")))


def merged(block: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Two blocks of figures as one; what both have as a mapping is merged as well."""
    both = {key: {**block[key], **more[key]} for key in more if isinstance(block.get(key), dict) and isinstance(more[key], dict)}
    return {**block, **more, **both}


def _again(path: Path, command: object = None) -> tuple[str, ...]:
    """What is to be done about a run that is of no use: make it again, by its own configuration where that is left."""
    if not (path / layout.RESOLVED).is_file():
        return ("Make the run again from its configuration.",)
    name = command if command in {"fit", "sweep"} else "fit"
    return "Make the run again.", shlex.join(["regcli", str(name), str(path / layout.RESOLVED)])


def open_run(reference: str, runs: Path) -> RunReader:
    """Open a run.

    Parameters
    ----------
    reference : str
        A path, a run's unique prefix, an experiment's name or its unique prefix for the newest of its runs, ``latest``,
        ``latest~2`` for the one two before, or ``baseline:NAME``.
    runs : Path
        Where runs are kept.

    Raises
    ------
    RunError
        Where there is no such run, or it cannot be understood.
    """
    if reference.startswith(baselines.PREFIX):
        return _open_baseline(baselines.read_baseline(runs, reference.removeprefix(baselines.PREFIX)))
    path = _locate(reference, runs)
    return RunReader(path, _read_manifest(path))


def _open_baseline(baseline: baselines.Baseline) -> RunReader:
    if not baseline.exists:
        raise baselines.gone(baseline)
    run = RunReader(baseline.path, _read_manifest(baseline.path))
    baselines.require_same_run(baseline, run.manifest)
    return run


def find_runs(runs: Path) -> list[Path]:
    """Run directories, the newest first; those begun in the same second in the order of their manifests' times."""
    try:
        found = [entry for entry in runs.iterdir() if layout.is_run_id(entry.name) and entry.is_dir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(f"{runs}: the directory cannot be read: {error.strerror}.", "Say where runs are with --runs.") from None
    seconds = [entry.name.split("-", 1)[0] for entry in found]
    shared = {second for second in seconds if seconds.count(second) > 1} if len(set(seconds)) < len(seconds) else set()

    def began(entry: Path) -> tuple[str, str, str]:
        second = entry.name.split("-", 1)[0]
        return (second, _started(entry) if second in shared else "", entry.name)

    return sorted(found, key=began, reverse=True)


def list_runs(runs: Path, last: int | None = None) -> list[RunReader | tuple[Path, str]]:
    """All runs, or the last ones, the newest first; for one that cannot be opened its path and what is wrong with it."""
    found: list[RunReader | tuple[Path, str]] = []
    for path in find_runs(runs)[:last]:
        try:
            found.append(RunReader(path, _read_manifest(path)))
        except RunError as error:
            found.append((path, error.message))
    return found


def _started(path: Path) -> str:
    try:
        return str(_read_manifest(path).get("started", ""))
    except RunError:
        return ""


def _locate(reference: str, runs: Path) -> Path:
    back = re.fullmatch(r"latest(?:~(\d+))?", reference)
    if back is not None:
        found, n = find_runs(runs), int(back[1] or 0)
        if n >= len(found):
            have = {0: "is no run", 1: "is 1 run"}.get(len(found), f"are {len(found)} runs")
            raise RunError(f"{reference}: there {have} in {runs}.", _where_runs_are())
        return found[n]
    if reference and Path(reference).is_dir():
        return Path(reference)
    matching = [path for path in find_runs(runs) if path.name.startswith(reference)] if reference else []
    if len(matching) == 1:
        return matching[0]
    named = {} if matching else _by_experiment(reference, runs)
    if len(named) == 1:
        return next(iter(named.values()))
    if named:
        raise RunError(
            f"{reference}: the names of {len(named)} experiments in {runs} begin so: {', '.join(sorted(named))}.",
            "Give more of the name.",
        )
    if matching:
        names = ", ".join(path.name for path in matching[:5]) + (", …" if len(matching) > 5 else "")
        raise RunError(f"{reference}: {len(matching)} runs in {runs} begin so: {names}.", "Give more of the name.")
    raise RunError(f"{reference or '(empty name)'}: there is no such run, neither as a path nor in {runs}.", _where_runs_are())


def _by_experiment(reference: str, runs: Path) -> dict[str, Path]:
    """The newest run of each experiment whose name begins so, or of the one that is called so."""
    newest: dict[str, Path] = {}
    for path in find_runs(runs) if reference else []:
        newest.setdefault(path.name.split("-", 1)[1].rsplit("-", 1)[0], path)
    if reference in newest:
        return {reference: newest[reference]}
    return {name: path for name, path in newest.items() if name.startswith(reference)}


def _where_runs_are() -> str:
    return "`regcli ls` lists the runs here; --runs DIR (or REGCLI_RUNS) says where others are."


def _read_manifest(path: Path) -> dict[str, Any]:
    file = path / layout.MANIFEST
    try:
        content = schema.load_json(_content(file))
    except FileNotFoundError:
        raise RunError(f"{path}: this is no run directory: it has no {layout.MANIFEST}.", _where_runs_are()) from None
    except OSError as error:
        raise RunError(f"{file}: the file cannot be read: {error.strerror or error}.", "Check its permissions.") from None
    except ValueError as error:
        raise RunError(f"{file}: the run is damaged: {_one_line(error)}.", *_again(path)) from None
    version = content.get("format_version") if isinstance(content, dict) else None
    if version != layout.FORMAT_VERSION:
        shown = "none" if version is None else repr(version)
        raise RunError(
            f"{file}: the format version is {shown}, and this regcli reads {layout.FORMAT_VERSION}.",
            "Use the regcli that wrote the run, or make it again.",
            *_again(path)[1:],
        )
    try:
        schema.check_manifest(content)
    except ValueError as error:
        raise RunError(f"{file}: the run is damaged: {_one_line(error)}.", *_again(path)) from None
    return dict(content)


def _content(file: Path) -> bytes:
    """The bytes of a file that a run may hold: not a pipe, which nobody may ever write to, nor a device, which may never end."""
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is no file")
    if found.st_size > (limit := memory.available()) > 0:
        raise OSError(f"its {found.st_size / 1e9:,.1f} GB are more than the memory, {limit / 1e9:,.1f} GB")
    return file.read_bytes()


def _one_line(text: object) -> str:
    return " ".join(str(text).split()).rstrip(".")
