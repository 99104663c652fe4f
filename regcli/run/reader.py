"""Opens runs: finds them by path, prefix or age, and hands their files on as columns; damage is told with its remedy."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.data.source import for_arrow
from regcli.errors import RunError
from regcli.run import baselines, layout

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from regcli.run.layout import Columns, Kind



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

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """The content of metrics.json."""
        content = self._json(layout.METRICS)
        if not isinstance(content, dict):
            raise self._damaged(layout.METRICS, "it holds no object")
        return content

    def sweep(self) -> Columns:
        """Columns of sweep.csv."""
        columns = self._csv(layout.SWEEP, layout.SWEEP_COLUMNS)
        if np.count_nonzero(columns["selected"]) != 1:
            raise self._damaged(layout.SWEEP, "not exactly one row is selected")
        return columns

    def folds(self) -> Columns:
        """Columns of folds.csv."""
        return self._csv(layout.FOLDS, layout.FOLDS_COLUMNS)

    def assignments(self) -> Columns:
        """Columns of assignments.csv."""
        return self._csv(layout.ASSIGNMENTS, layout.ASSIGNMENTS_COLUMNS)

    def coefficients(self) -> Columns:
        """Columns of coefficients.csv; `class` only where there are more than two."""
        kinds: dict[str, Kind] = {"class": "text"} if len(self.manifest.get("classes", ())) > 2 else {}
        return self._csv(layout.COEFFICIENTS, kinds | layout.COEFFICIENTS_COLUMNS)

    def predictions(self) -> Columns:
        """Columns of predictions.csv; y and prediction are text for a classification."""
        classes = self.manifest.get("classes", [])
        value: Kind = "text" if classes else "float"
        kinds: dict[str, Kind] = {**layout.ASSIGNMENTS_COLUMNS, "y": value, "prediction": value}
        return self._csv(layout.PREDICTIONS, kinds | {f"p_{label}": "float" for label in classes})

    def path_coefficients(self) -> Columns:
        """Columns of path.parquet: every non-zero coefficient of every grid point."""
        import pyarrow as pa
        import pyarrow.parquet

        content = self.content(layout.PATH)
        try:
            table = pyarrow.parquet.read_table(pa.BufferReader(for_arrow(content)))
        except (pa.ArrowException, OSError) as error:
            raise self._damaged(layout.PATH, _one_line(error)) from None
        return self._columns(layout.PATH, table, layout.PATH_COLUMNS)

    def content(self, name: str) -> bytes:
        """The bytes of one of the run's files, compared with the manifest's hash.

        Raises
        ------
        RunError
            Where the file is missing or is not what was written.
        """
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise self._damaged(name, f"the file cannot be read: {error.strerror or error}") from None
        expected = self.manifest.get("files", {}).get(name)
        if expected is not None and hashlib.sha256(content).hexdigest() != expected:
            raise self._damaged(name, "it is not what was written (its sha256 differs from the manifest's)")
        return content

    def _json(self, name: str) -> Any:  # noqa: ANN401
        try:
            return json.loads(self.content(name))
        except ValueError as error:
            raise self._damaged(name, _one_line(error)) from None

    def _csv(self, name: str, kinds: dict[str, Kind]) -> Columns:
        import pyarrow as pa
        import pyarrow.csv

        types = {column: _arrow_types()[kind] for column, kind in kinds.items()}
        content = self.content(name)
        try:
            options = pyarrow.csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)
            table = pyarrow.csv.read_csv(for_arrow(content), convert_options=options)
            return self._columns(name, table, kinds)
        except (pa.ArrowException, ValueError) as error:
            raise self._damaged(name, _one_line(error)) from None

    def _columns(self, name: str, table: pa.Table, kinds: dict[str, Kind]) -> Columns:
        missing = [column for column in kinds if column not in table.column_names]
        if missing:
            raise self._damaged(name, f"it has no column {missing[0]!r}")
        return {column: _array(table[column]) for column in table.column_names}

    def _damaged(self, name: str, what: str) -> RunError:
        return RunError(f"{self.path / name}: the run is damaged: {what}.", *_again(self.path, self.manifest.get("command")))


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
        A path, a run's unique prefix, ``latest``, ``latest~2`` for the one two before, or ``baseline:NAME``.
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
    if matching:
        names = ", ".join(path.name for path in matching[:5]) + (", …" if len(matching) > 5 else "")
        raise RunError(f"{reference}: {len(matching)} runs in {runs} begin so: {names}.", "Give more of the name.")
    raise RunError(f"{reference or '(empty name)'}: there is no such run, neither as a path nor in {runs}.", _where_runs_are())


def _where_runs_are() -> str:
    return "`regcli ls` lists the runs here; --runs DIR (or REGCLI_RUNS) says where others are."


def _read_manifest(path: Path) -> dict[str, Any]:
    file = path / layout.MANIFEST
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise RunError(f"{path}: this is no run directory: it has no {layout.MANIFEST}.", _where_runs_are()) from None
    except OSError as error:
        raise RunError(f"{file}: the file cannot be read: {error.strerror}.", "Check its permissions.") from None
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
    if not isinstance(content.get("status"), str):
        raise RunError(f"{file}: the run is damaged: the manifest has no status.", *_again(path))
    return dict(content)


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    """What `column.to_numpy()` gives, without pandas, whose import by Arrow takes longer than all that `show` does besides."""
    import pyarrow as pa

    values, kind = column.combine_chunks(), column.type
    missing = _truths(values.is_null()) if values.null_count else None
    if pa.types.is_string(kind):
        coded = values.dictionary_encode()
        levels = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        codes = _cells(coded.indices, np.int32)
        return np.asarray(levels[codes if missing is None else np.where(missing, -1, codes)])
    if pa.types.is_boolean(kind) and missing is None:
        return _truths(values)
    if kind in {pa.int64(), pa.float64()}:
        found = _cells(values, np.int64 if kind == pa.int64() else np.float64)
        return found if missing is None else np.where(missing, np.nan, found)
    return np.asarray(column.to_numpy())


def _cells(values: pa.Array, kind: type[np.generic]) -> NDArray[Any]:
    """Cells of a fixed width as they lie in memory, whatever stands where one is missing."""
    buffer = values.buffers()[1]
    return np.frombuffer(buffer, kind)[values.offset : values.offset + len(values)] if len(values) else np.zeros(0, kind)


def _truths(values: pa.Array) -> NDArray[Any]:
    """Truths, none of them missing."""
    import pyarrow as pa

    return _cells(values.cast(pa.int8()), np.int8).astype(bool)


def _arrow_types() -> dict[Kind, Any]:
    import pyarrow as pa

    return {"text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}


def _one_line(text: object) -> str:
    return " ".join(str(text).split()).rstrip(".")
