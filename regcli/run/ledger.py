"""The holdout ledger: every evaluation of held-out rows, one line each, in a file beside the runs that outlives them.

Held-out rows are the same where the data's sha256, the numbers of the rows in the file and the target are. Every run that
evaluates them is a look, that of a configuration which has been run before too: whoever starts it has seen the figures. A run
that is resumed is the same look, and one that ended before its figures were written is none.

The ledger never takes a run: where it cannot be read or written, a warning says so.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.errors import RunError, UsageError
from regcli.outcome import Looks, Surroundings
from regcli.run import baselines, layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regcli.outcome import Outcome
    from regcli.plan import Plan

log = logging.getLogger(__name__)

LEDGER, LOCK = "holdouts.jsonl", ".holdouts.lock"
VERSION = 1
_SECONDS_TO_WAIT = 10.0
_KEY = ("data", "rows", "target")
Entry = dict[str, Any]


def noted(outcome: Outcome, run: Path) -> Outcome:
    """The outcome with what stands beside its run; where it has evaluated a holdout, the ledger knows from here on.

    Parameters
    ----------
    outcome : Outcome
    run : Path
        The run's directory, in that of all runs.
    """
    runs, plan = run.parent, outcome.plan
    around = Surroundings(baselines=count_baselines(runs, plan.config.name))
    if outcome.metrics["holdout"] is None:
        return replace(outcome, around=around)
    looks, warnings = _enter(runs, _entry(plan, run.name))
    return replace(outcome, around=replace(around, looks=looks), warnings=(*outcome.warnings, *warnings))


def looks_of(run: Path) -> Looks | None:
    """What the ledger beside a run knows of its look; None where it knows nothing."""
    try:
        entries, _ = _read(run.parent)
    except OSError:
        return None
    mine = next((entry for entry in entries if entry["run"] == run.name), None)
    return None if mine is None else _counted(run.parent, entries, mine)


def count_baselines(runs: Path, experiment: str) -> int | None:
    """How many baselines point to runs of an experiment; None where they cannot be read."""
    try:
        names = baselines.baseline_names(runs)
    except RunError:
        return None
    found = 0
    for name in names:
        try:
            known = baselines.read_baseline(runs, name)
        except (RunError, UsageError):
            continue
        found += known.experiment == experiment and known.exists
    return found


def _entry(plan: Plan, run_id: str) -> Entry:
    from regcli.config import config_sha256

    rows = np.sort(plan.dataset.row[plan.splits.holdout]).astype("<i8")
    return {
        "version": VERSION,
        "run": run_id,
        "at": layout.timestamp(datetime.now(UTC)),
        "data": plan.dataset.sha256,
        "rows": hashlib.sha256(rows.tobytes()).hexdigest(),
        "target": plan.dataset.target,
        "n": len(rows),
        "config": config_sha256(plan.config),
    }


def _enter(runs: Path, entry: Entry) -> tuple[Looks | None, list[str]]:
    """Add a line, unless the run has one; the look it is, and what is wrong with the ledger."""
    file = runs / LEDGER
    try:
        with _locked(runs):
            entries, damaged = _read(runs)
            known = next((old for old in entries if old["run"] == entry["run"]), None)
            if known is None:
                entries.append(entry)
                _append(file, entry)
            looks = _counted(runs, entries, known or entry)
    except OSError as error:
        why = error.strerror or str(error)
        return None, [
            f"the look at the holdout could not be noted in {LEDGER}: {why}. Nobody can tell how often it was evaluated"
        ]
    if damaged:
        return looks, [
            f"{damaged} of the lines of {LEDGER} cannot be read: there may have been more looks at the holdout than it tells"
        ]
    return looks, []


@contextmanager
def _locked(runs: Path) -> Iterator[None]:
    import filelock

    try:
        with filelock.FileLock(runs / LOCK, timeout=_SECONDS_TO_WAIT):
            yield
    except filelock.Timeout:
        raise OSError(f"another regcli has been writing it for {_SECONDS_TO_WAIT:g} seconds") from None
    except NotImplementedError:  # no locks there
        raise OSError("there are no locks on this file system") from None


def _append(file: Path, entry: Entry) -> None:
    """One line in one piece; behind a line that was torn, on a new one."""
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        end = os.lseek(descriptor, 0, os.SEEK_END)
        torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
        os.write(descriptor, b"\n" * torn + line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(runs: Path) -> tuple[list[Entry], int]:
    """Every entry in its order, and how many lines are none."""
    file = runs / LEDGER
    if not file.exists():
        return [], 0
    if not file.is_file():
        raise OSError("it is no file")
    entries, damaged = [], 0
    for line in file.read_bytes().splitlines():
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in (*_KEY, "run")):
            entries.append(entry)
        else:
            damaged += 1
    return entries, damaged


def _counted(runs: Path, entries: list[Entry], mine: Entry) -> Looks:
    """The looks at the same rows, by whose figures somebody may have seen."""
    same = [entry for entry in entries if all(entry[key] == mine[key] for key in _KEY)]
    at = next(i for i, entry in enumerate(same) if entry["run"] == mine["run"])
    before, after = ([entry for entry in part if _was_seen(runs, entry["run"])] for part in (same[:at], same[at + 1 :]))
    again = sum(entry.get("config") == mine.get("config") for entry in before)
    return Looks(len(before) + 1, tuple(e["run"] for e in before), tuple(e["run"] for e in after), again)


def _was_seen(runs: Path, run_id: str) -> bool:
    """Unless the run is there and ended before its figures were written."""
    path = runs / run_id
    if not layout.is_run_id(run_id) or not path.is_dir() or (path / layout.METRICS).exists():
        return True
    try:
        status = json.loads((path / layout.MANIFEST).read_bytes())["status"]
    except (OSError, ValueError, KeyError, TypeError):
        return True
    return status not in {"failed", "interrupted"}
