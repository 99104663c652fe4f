"""Writes a run: files by name, and in the manifest how it ended, however it ended. What the files hold is others' business."""

from __future__ import annotations

import hashlib
import logging
import shlex
import shutil
import time
import traceback
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.config import config_sha256
from regcli.errors import RegcliError, RunError
from regcli.outcome import Interrupted
from regcli.run import encode, layout, manifest
from regcli.run.log import RunLog
from regcli.run.provenance import versions
from regcli.run.results import write_beginning, write_finished
from regcli.run.store import PieceStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from regcli.plan import Plan
    from regcli.prepare import Prepared
    from regcli.run.reader import RunReader

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
    """Puts files where they belong, and says how the run ended; made by `writing`.

    The manifest is there from the first moment, as ``running``; every file that is put stands in it with its hash when the run is
    finished.

    Parameters
    ----------
    path : Path
        The run directory, in terms of where runs are kept; it is there, and empty.
    opening : mapping
        What the manifest says while the run goes on.
    seconds : mapping of str to float
        What the stages before took.
    store : PieceStore
        For finished pieces of work, which are kept until the run is done.

    Attributes
    ----------
    path : Path
    store : PieceStore
    is_finished : bool
        The manifest says how the run ended.

    Raises
    ------
    RunError
        Where nothing can be written there.
    """

    def __init__(self, path: Path, opening: Mapping[str, Any], seconds: Mapping[str, float], store: PieceStore) -> None:
        self.path, self.store, self.is_finished = path, store, False
        self._hold = layout.hold(path)
        self._clock, self._seconds = time.perf_counter(), dict(seconds)
        self._manifest, self._hashes = dict(opening), dict[str, str]()
        try:
            self._log = RunLog(path / layout.LOG)
        except OSError as error:
            self._release()
            raise _unwritable(path / layout.LOG, error) from error
        try:
            self._save(layout.MANIFEST, encode.encode_json(self._manifest))
        except RunError:
            self.let_go()
            raise

    def put(self, name: str, content: bytes) -> None:
        """Write a file, or write it anew: readers see all of it or nothing.

        Raises
        ------
        RunError
            Where it cannot be written.
        """
        self._save(name, content)
        self._hashes[name] = hashlib.sha256(content).hexdigest()
        log.debug("wrote %s, %d bytes", name, len(content))

    def tell(self, fields: Mapping[str, Any], seconds: Mapping[str, float] | None = None) -> None:
        """What the manifest is to say as well, and what stages took; it says so when the run is finished."""
        self._manifest |= fields
        self._seconds |= seconds or {}

    def as_done(self) -> RunReader:
        """The run as whoever opens it once it is done will find it: for what is made of what has been put, and put as well."""
        from regcli.run.reader import RunReader

        told = self._manifest | self._ending("done", None)
        # of many columns the dataset is nearly all of it, and plain as it is
        return RunReader(self.path, {key: told[key] if key == "dataset" else encode.finite(told[key]) for key in told})

    def finish(self, status: layout.Status, reason: str | None = None) -> None:
        """Say in the log and then in the manifest how the run ended. What has been said once stands.

        Raises
        ------
        RunError
            Where the manifest cannot be written; it still says ``running`` then.
        """
        if self.is_finished:
            return
        if status == "done":
            self.store.clear()
        self.store.close()
        log.info("%s after %.3f s", status, time.perf_counter() - self._clock)
        self._log.close()
        with suppress(OSError):
            self._hashes[layout.LOG] = hashlib.sha256((self.path / layout.LOG).read_bytes()).hexdigest()
        self._manifest |= self._ending(status, reason)
        self._save(layout.MANIFEST, encode.encode_json(self._manifest))
        self.is_finished = True
        self._release()

    def _ending(self, status: layout.Status, reason: str | None) -> dict[str, Any]:
        """What the manifest says of the end, if it is now."""
        seconds = self._seconds | {"total": time.perf_counter() - self._clock}
        return {
            "status": status,
            "reason": reason,
            "finished": layout.timestamp(datetime.now(UTC)),
            "seconds": {stage: round(s, 6) for stage, s in seconds.items()},
            "files": dict(sorted(self._hashes.items())),
        }

    def settle(self, status: layout.Status, reason: str) -> None:
        """Finish a run that has ended badly, even where the disk is what has gone wrong."""
        try:
            self.finish(status, reason)
        except RunError:
            # no room for another manifest: the word is written over in the one there is
            with suppress(OSError):
                layout.overwrite_status(self.path / layout.MANIFEST, "failed")
            self.is_finished = True
            self._release()

    def let_go(self) -> None:
        """Close the log; nothing is said of how the run ended."""
        self._log.close()
        self._release()

    def _release(self) -> None:
        held, self._hold = self._hold, None
        layout.release(held)

    def _save(self, name: str, content: bytes) -> None:
        try:
            layout.write_atomically(self.path / name, content)
        except OSError as error:
            raise _unwritable(self.path / name, error) from error


def _unwritable(file: Path, error: OSError) -> RunError:
    return RunError(
        f"{file}: the file cannot be written: {error.strerror or error}.", "Make room, or give another place with --runs."
    )


@contextmanager
def writing(runs: Path, prepared: Prepared, command: str, seconds: dict[str, float] | None = None) -> Iterator[RunWriter]:
    """Open a run; leaving the context says in its manifest how it ended, unless somebody has said so before.

    An error of the user's kind makes the run ``failed`` with its message as the reason, an interrupt ``interrupted``; anything
    else is ``failed`` too, with the traceback in the log, and comes out as `LoggedBugError`; so is a run that nobody finished.

    Parameters
    ----------
    runs : Path
    prepared : Prepared
    command : str
        ``fit`` or ``sweep``.
    seconds : dict of str to float, optional
        What the stages before took.

    Raises
    ------
    RunError
        Where the directory or a file in it cannot be written.
    """
    run = _begun(runs, prepared, command, seconds or {})
    with _settled(run, prepared):
        yield run


@contextmanager
def rewriting(opened: RunReader, prepared: Prepared, seconds: dict[str, float] | None = None) -> Iterator[RunWriter]:
    """Go on with a run that nobody finished, in its own directory and with the pieces that are there; else as `writing`.

    Parameters
    ----------
    opened : RunReader
        Held by the caller (`layout.held`), so that nobody else goes on with it.
    prepared : Prepared
        Of the run's own configuration.
    seconds : dict of str to float, optional
        What the stages before took.

    Raises
    ------
    RunError
        Where what is prepared is not what the run was begun with, or a file cannot be written.
    """
    require_same(opened, prepared.plan)
    path, before = opened.path, opened.manifest
    kept = {name: opened.content(name) for name in (layout.CONFIG, layout.RESOLVED)}
    for leftover in path.glob(".*-*"):  # of a file that was being written when the process was killed
        leftover.unlink(missing_ok=True)
    now = datetime.now(UTC)
    opening = manifest.opening(path.name, before["command"], prepared, prepared.plan.config, now)
    # where it came from, and what became of it since
    opening |= {key: before[key] for key in ("started", "git") if key in before}
    opening["resumed"] = [*before.get("resumed", []), {"at": layout.timestamp(now), "was": before["status"]}]
    run = RunWriter(path, opening, seconds or {}, PieceStore(path / layout.PIECES, prepared.plan))
    with _settled(run, prepared):
        log.info("resumed: it was %s", before["status"])
        for name, content in kept.items():
            run.put(name, content)
        yield run


def require_same(opened: RunReader, plan: Plan) -> None:
    """Refuse to go on with a run on other data, folds or settings, or with another program: pieces would not fit together.

    Raises
    ------
    RunError
    """
    before = opened.manifest
    now = {
        "data": (before["dataset"]["sha256"], plan.dataset.sha256),
        "folds": (before["folds"]["sha256"], plan.splits.sha256),
        "configuration": (before.get("config", {}).get("sha256"), config_sha256(plan.config)),
        "regcli": (before["versions"].get("regcli"), versions().get("regcli")),
    }
    other = [what for what, (then, found) in now.items() if then != found]
    if other:
        raise RunError(
            f"{opened.path}: the run cannot be resumed: it was begun with other {' and '.join(other)}.",
            "Make the run again.",
            shlex.join(["regcli", before["command"], str(opened.path / layout.RESOLVED)]),
        )


@contextmanager
def _settled(run: RunWriter, prepared: Prepared) -> Iterator[None]:
    """Say in the manifest how the run ended, however it ended."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        reason = "interrupted by the user"
        with suppress(OSError):
            run.store.flush()
        if isinstance(interrupt, Interrupted):
            reason += f": {interrupt}"
            with suppress(RunError):
                write_finished(run, prepared, interrupt.finished)
        run.settle("interrupted", reason)
        interrupt.run_path = run.path  # type: ignore[attr-defined]  # whoever tells the user can say where it is
        raise
    except RegcliError as error:
        run.settle("failed", str(error))
        raise
    except Exception as error:
        if run.is_finished:
            raise
        log.critical("a bug in regcli:\n%s", _without_paths(traceback.format_exc()))
        run.settle("failed", f"a bug in regcli: {type(error).__name__}")
        raise LoggedBugError(run.path / layout.LOG) from error
    finally:
        run.settle("failed", "it ended without results")


def _begun(runs: Path, prepared: Prepared, command: str, seconds: dict[str, float]) -> RunWriter:
    """A run with its configuration in it; nothing is left of one that could not even begin."""
    started, run = datetime.now(UTC), None
    path = layout.make_run_directory(runs, prepared.plan.config.name, started)
    try:
        opening = manifest.opening(path.name, command, prepared, prepared.plan.config, started)
        run = RunWriter(path, opening, seconds, PieceStore(path / layout.PIECES, prepared.plan))
        write_beginning(run, prepared, command)
        layout.point_latest(runs, path.name)
    except BaseException:
        if run is not None:
            run.let_go()
        shutil.rmtree(path, ignore_errors=True)
        raise
    return run


def _without_paths(text: str) -> str:
    """A traceback that does not say where things are on this machine."""
    import sys

    places = {str(Path(__file__).parents[2]): "…", sys.prefix: "<python>", sys.base_prefix: "<python>", str(Path.cwd()): "."}
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, places[place])
    return text
