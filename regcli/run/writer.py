"""Writes a run: the manifest as `running` and the configuration first, then every file, then the manifest with its status."""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
import traceback
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli import config as configuration
from regcli.errors import RegcliError, RunError
from regcli.numerics.reproducible import steady
from regcli.outcome import Interrupted
from regcli.run import encode, layout, manifest, tables
from regcli.run.log import RunLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from regcli.outcome import Finished, Outcome
    from regcli.plan import Plan

log = logging.getLogger(__name__)


class LoggedBugError(Exception):
    """Something unforeseen happened while a run was open; its traceback is in the run's log.

    Parameters
    ----------
    log_path : Path
        Where it is.
    """

    def __init__(self, log_path: Path) -> None:
        super().__init__(str(log_path))
        self.log_path = log_path


class RunWriter:
    """Puts the files of one run where they belong; made by `writing`.

    Parameters
    ----------
    runs : Path
        Where runs are kept; made if it does not exist.
    plan : Plan
    command : str
        ``fit`` or ``sweep``.
    seconds : dict of str to float
        What the stages before took.

    Attributes
    ----------
    path : Path
        The run directory, in terms of `runs`.
    is_closed : bool
        Whether the manifest says how the run ended.
    """

    def __init__(self, runs: Path, plan: Plan, command: str, seconds: dict[str, float]) -> None:
        self._started, self._clock = datetime.now(UTC), time.perf_counter()
        self._plan, self._command, self._seconds = plan, command, dict(seconds)
        self._config = plan.config
        self.path = layout.make_run_directory(runs, self._config.name, self._started)
        self._log = RunLog(self.path / layout.LOG)
        self._hashes: dict[str, str] = {}
        self._manifest: dict[str, Any] = {}
        self.is_closed = False

    def begin(self) -> None:
        """Write the manifest as ``running``, and the configuration as given and as understood."""
        self._manifest = manifest.opening(self.path.name, self._command, self._plan, self._config, self._started)
        self._save(layout.MANIFEST, encode.encode_json(self._manifest))
        origin = self._config.origin
        resolved = configuration.resolved_yaml(self._config, self.path)
        self._put(layout.CONFIG, (origin.source_text if origin.source_path is not None else resolved).encode())
        self._put(layout.RESOLVED, resolved.encode())
        layout.point_latest(self.path.parent, self.path.name)
        self._log_plan()

    def discard(self) -> None:
        """Leave nothing behind of a run that could not even begin."""
        self._log.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def write(self, outcome: Outcome) -> None:
        """Write everything an outcome tells; the run is done then.

        Parameters
        ----------
        outcome : Outcome
        """
        start = time.perf_counter()
        with steady():
            for name, make in _TABLES.items():
                self._put(name, encode.encode_csv(make(outcome)))
            self._put(layout.PATH, encode.encode_parquet(tables.path_table(outcome.plan, outcome.paths)))
        self._put(layout.METRICS, encode.encode_json(outcome.metrics))
        if outcome.pipeline is not None:
            self._put(layout.MODEL, encode.encode_model(outcome.pipeline))
        if outcome.affine is not None:
            self._put(layout.AFFINE, encode.encode_json(outcome.affine))
        self._manifest |= manifest.results(outcome)
        self._seconds |= outcome.seconds | {"writing": time.perf_counter() - start}
        log.info("writing: %.2f s", self._seconds["writing"])
        for warning in outcome.warnings:
            log.info("warning: %s", warning)
        self.close("done")

    def keep(self, finished: Finished) -> None:
        """Write what an interrupt left finished: the paths on all training rows, and the folds that were walked to their end."""
        with steady():
            self._put(layout.PATH, encode.encode_parquet(tables.path_table(finished.plan, finished.paths)))
            self._put(layout.ASSIGNMENTS, encode.encode_csv(tables.assignments_table(self._plan)))
            if finished.plan.splits.folds:
                self._put(layout.FOLDS, encode.encode_csv(tables.folds_table(finished.plan, finished.paths)))

    def close(self, status: layout.Status, reason: str | None = None) -> None:
        """Say in the log and then in the manifest how the run ended."""
        total = time.perf_counter() - self._clock
        log.info("%s after %.3f s", status, total)
        self._log.close()
        self._hashes[layout.LOG] = hashlib.sha256((self.path / layout.LOG).read_bytes()).hexdigest()
        self._manifest |= {
            "status": status,
            "reason": reason,
            "finished": layout.timestamp(datetime.now(UTC)),
            "seconds": {stage: round(s, 6) for stage, s in (self._seconds | {"total": total}).items()},
            "files": dict(sorted(self._hashes.items())),
        }
        self._save(layout.MANIFEST, encode.encode_json(self._manifest))
        self.is_closed = True

    def _put(self, name: str, content: bytes) -> None:
        self._save(name, content)
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        log.debug("wrote %s, %d bytes", name, len(content))

    def _save(self, name: str, content: bytes) -> None:
        try:
            layout.write_atomically(self.path / name, content)
        except OSError as error:
            raise RunError(
                f"{self.path / name}: the file cannot be written: {error.strerror or error}.",
                "Make room, or give another place with --runs.",
            ) from error

    def _log_plan(self) -> None:
        plan, data, splits = self._plan, self._plan.dataset, self._plan.splits
        log.info("%s %s: %s on %s", self._command, self._config.name, plan.task, data.target)
        log.info("%d rows, %d for training, %d held out", len(data), len(splits.train), len(splits.holdout))
        log.info("%d inputs, %d features", len(data.features.names), len(plan.outputs))
        log.info("%d folds (%s), %d fits", len(splits.folds), splits.kind, plan.n_fits)
        for path in plan.paths:
            log.debug(
                "path %s l1_ratio=%s: %d lambdas from %.6g to %.6g, solver %s: %s",
                path.penalty, path.l1_ratio, len(path.lambdas), path.lambdas[0], path.lambdas[-1], path.solver, path.reason,
            )  # fmt: skip


@contextmanager
def writing(runs: Path, plan: Plan, command: str, seconds: dict[str, float] | None = None) -> Iterator[RunWriter]:
    """Open a run; leaving the context says in its manifest how it ended.

    An error of the user's kind makes the run ``failed`` with its message as the reason, an interrupt ``interrupted``; anything
    else is ``failed`` too, with the traceback in the log, and comes out as `LoggedBugError`.

    Parameters
    ----------
    runs : Path
    plan : Plan
    command : str
    seconds : dict of str to float, optional
        What the stages before took.

    Raises
    ------
    RunError
        Where the directory or a file in it cannot be written.
    """
    run = RunWriter(runs, plan, command, seconds or {})
    try:
        run.begin()
    except (OSError, RunError):
        run.discard()
        raise
    try:
        yield run
        if not run.is_closed:
            _close_anyway(run, "failed", "it ended without results")
    except KeyboardInterrupt as interrupt:
        reason = "interrupted by the user"
        if isinstance(interrupt, Interrupted):
            reason += f" after {interrupt.finished.n_folds} of {len(plan.splits.folds)} folds"
            with suppress(OSError, RunError):
                run.keep(interrupt.finished)
        _close_anyway(run, "interrupted", reason)
        interrupt.run_path = run.path  # type: ignore[attr-defined]  # whoever tells the user can say where it is
        raise
    except RegcliError as error:
        _close_anyway(run, "failed", str(error))
        raise
    except Exception as error:
        trace = _without_paths(traceback.format_exc())
        log.critical("a bug in regcli:\n%s", trace)
        _close_anyway(run, "failed", f"a bug in regcli: {type(error).__name__}")
        raise LoggedBugError(run.path / layout.LOG) from error


def _close_anyway(run: RunWriter, status: layout.Status, reason: str) -> None:
    """Close a run that has ended badly, even where the disk is what has gone wrong."""
    try:
        run.close(status, reason)
    except (OSError, RunError):
        # no room for another manifest: the word is written over in the one there is
        with suppress(OSError):
            layout.overwrite_status(run.path / layout.MANIFEST, "failed")


_TABLES: dict[str, Callable[[Outcome], pa.Table]] = {
    layout.SWEEP: tables.sweep_table,
    layout.FOLDS: lambda outcome: tables.folds_table(outcome.plan, outcome.paths),
    layout.ASSIGNMENTS: lambda outcome: tables.assignments_table(outcome.plan),
    layout.COEFFICIENTS: tables.coefficients_table,
    layout.PREDICTIONS: tables.predictions_table,
}


def _without_paths(text: str) -> str:
    """A traceback that does not say where things are on this machine."""
    import sys

    places = {str(Path(__file__).parents[2]): "…", sys.prefix: "<python>", sys.base_prefix: "<python>", str(Path.cwd()): "."}
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, places[place])
    return text
