"""Opens runs: finds them by path, prefix or age, and hands their files on as columns; damage is told with its remedy."""

from __future__ import annotations

import hashlib
import shlex
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.source import for_arrow
from regcli.errors import RunError, UsageError
from regcli.numerics import memory
from regcli.run import audits, fold_coefficients, layout, schema, tables
from regcli.run.arrow import arrow_types
from regcli.run.columns import BadColumnError, check_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

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
    # tables that have been read: a page, a checklist and a picture ask for the same ones
    _known: dict[str, Columns] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        """Columns of stability.csv: how the folds' coefficients agree."""
        if layout.STABILITY not in self.manifest["files"]:
            self._require(layout.COEFFICIENTS, "coefficients that folds could agree on")
        return self._audited(layout.STABILITY, audits.STABILITY_COLUMNS)

    def importance(self) -> Columns:
        """Columns of importance.csv."""
        return self._audited(layout.IMPORTANCE, audits.IMPORTANCE_COLUMNS)

    def learning_curve(self) -> Columns:
        """Columns of learning_curve.csv, which is made on request."""
        return self._audited(layout.LEARNING, audits.LEARNING_COLUMNS, "Ask for one: --set learning_curve={}.")

    def variants(self) -> Columns:
        """Columns of variants.csv, which is made where `vary` asks for it."""
        return self._audited(layout.VARIANTS, audits.VARIANTS_COLUMNS, "Ask for it with the block `vary` of the configuration.")

    def curves(self) -> Columns:
        """Columns of curves.csv: what the variants predict along a single column of numbers."""
        hint = "`vary` asks for it, where a single column of numbers is all that predicts."
        return self._audited(layout.CURVES, audits.CURVES_COLUMNS, hint)

    @property
    def has_coefficients(self) -> bool:
        """The run tells its model's coefficients."""
        return layout.COEFFICIENTS in self.manifest["files"]

    def coefficients(self) -> Columns:
        """Columns of coefficients.csv; `class` only where there are more than two. Not every model has coefficients."""
        self._require(layout.COEFFICIENTS, "coefficients")
        return self._csv(layout.COEFFICIENTS, tables.coefficients_columns(self.manifest["classes"]))

    def predictions(self) -> Columns:
        """Columns of predictions.csv; y and prediction are text for a classification."""
        return self._csv(layout.PREDICTIONS, tables.predictions_columns(self.manifest["classes"]))

    def path_coefficients(self, names: Sequence[str] | None = None) -> Columns:
        """Columns of path.parquet: every non-zero coefficient of every grid point; those that are named, or all."""
        self._require(layout.PATH, "coefficients along a path")
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
            with pyarrow.parquet.ParquetFile(for_arrow(content)) as file:
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

    def _audited(self, name: str, columns: Sequence[Column[Any]], asked: str = "") -> Columns:
        """Columns of a table of an audit, which not every run has; `asked` says how it is asked for, where it must be."""
        if asked and name not in self.manifest["files"]:
            raise RunError(f"{self.path}: the run has no {name}, which is made on request.", asked)
        self._require_file(name)
        return self._csv(name, columns)

    def _require_file(self, name: str) -> None:
        if name not in self.manifest["files"]:
            what = "nothing was found for it, or an earlier regcli made the run"
            raise RunError(f"{self.path}: the run has no {name}: {what}.", *_again(self.path, self.manifest.get("command")))

    def _csv(self, name: str, columns: Sequence[Column[Any]]) -> Columns:
        if name not in self._known:
            self._known[name] = self._parsed(name, columns)
        return {column: values.copy() for column, values in self._known[name].items()}

    def _parsed(self, name: str, columns: Sequence[Column[Any]]) -> Columns:
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

    def _require(self, name: str, what: str) -> None:
        """Refuse to read what a run of this kind of model does not write."""
        if self.status == "done" and name not in self.manifest["files"] and not (self.path / name).exists():
            chosen = (self.manifest["selected"] or {}).get("penalty")
            kind = f"it is of the kind {chosen}"
            raise UsageError(f"{self.path}: its model has no {what}: {kind}.", "`regcli show` tells what it has.")

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


def where_runs_are() -> str:
    """What to do where there is no such run."""
    return "`regcli ls` lists the runs here; --runs DIR (or REGCLI_RUNS) says where others are."


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a run directory, checked.

    Raises
    ------
    RunError
        Where there is none, or it cannot be understood.
    """
    file = path / layout.MANIFEST
    try:
        content = schema.load_json(_content(file))
    except FileNotFoundError:
        raise RunError(f"{path}: this is no run directory: it has no {layout.MANIFEST}.", where_runs_are()) from None
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
