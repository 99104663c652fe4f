"""Baselines: runs kept under a name as the reference of comparisons. Each is a small file that points to its run."""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.errors import RunError, UsageError
from regcli.run.layout import MANIFEST, timestamp, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "baseline:"
DIRECTORY = "baselines"
# Raise it when the content changes so that an older regcli would misread it.
FORMAT_VERSION = 1

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SECONDS_TO_WAIT = 10.0
_SET = "Set it with `regcli baseline set {name} RUN`"


class NoBaselineError(RunError):
    """Nothing has been set under this name yet."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A name for a run.

    Attributes
    ----------
    name : str
    path : Path
        The run directory, in terms of the directory where runs are kept.
    run_id : str
        What the run's manifest calls itself: another run in the same place is not the baseline.
    when : str
        UTC in ISO form: when the name was given.
    experiment : str
        Name of the run's configuration.
    metric : str
        The metric its λ was chosen by.
    validation_mean : float or None
        That metric at the selected point, mean over folds.
    """

    name: str
    path: Path
    run_id: str
    when: str
    experiment: str
    metric: str
    validation_mean: float | None

    @property
    def exists(self) -> bool:
        """Whether there still is a run where it points to."""
        return (self.path / MANIFEST).is_file()


def set_baseline(runs: Path, name: str, path: Path, manifest: dict[str, Any]) -> Baseline:
    """Let a name stand for a run from now on; what it stood for before is forgotten.

    The reference is relative to `runs`, so that both can be moved together.

    Parameters
    ----------
    runs : Path
        Where runs are kept; made if it does not exist.
    name : str
        Letters, digits, ``.``, ``_`` and ``-``, a letter or digit first.
    path : Path
        The run directory.
    manifest : dict
        The content of its manifest.json.

    Raises
    ------
    UsageError
        Where this is no name.
    RunError
        Where it cannot be written.
    """
    _check_name(name)
    selected = manifest.get("selected") or {}
    relative = Path(os.path.relpath(path.resolve(), runs.resolve()))
    content = {
        "format_version": FORMAT_VERSION,
        "name": name,
        "run": relative.as_posix(),
        "id": manifest["id"],
        "set": timestamp(datetime.now(UTC)),
        "experiment": manifest["name"],
        "metric": manifest["metric"],
        "validation_mean": selected.get("validation_mean"),
    }
    with _writing(runs) as directory:
        write_atomically(directory / name, (json.dumps(content, indent=2) + "\n").encode())
    return _baseline(runs, content)


def remove_baseline(runs: Path, name: str) -> None:
    """Forget a name; the run itself stays.

    Raises
    ------
    RunError
        Where there is no such baseline, or its file cannot be removed.
    """
    _check_name(name)
    if not (runs / DIRECTORY / name).is_file():
        raise _missing(runs, name)
    with _writing(runs) as directory:
        (directory / name).unlink(missing_ok=True)


def list_baselines(runs: Path) -> list[Baseline]:
    """All baselines by name."""
    return [read_baseline(runs, name) for name in baseline_names(runs)]


def baseline_names(runs: Path) -> list[str]:
    """Names of all baselines, in order, whatever state they are in."""
    try:
        return sorted(entry.name for entry in (runs / DIRECTORY).iterdir() if _NAME.fullmatch(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise RunError(f"{runs / DIRECTORY}: the directory cannot be read: {error.strerror}.", "Check its permissions.") from None


def read_baseline(runs: Path, name: str) -> Baseline:
    """What a name stands for.

    Raises
    ------
    UsageError
        Where this cannot be a name.
    NoBaselineError
        Where nothing has been set under it.
    RunError
        Where its file is damaged.
    """
    _check_name(name)
    file = runs / DIRECTORY / name
    try:
        content = json.loads(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(runs, name) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise RunError(f"{file}: the baseline cannot be read: {reason}.", f"{_SET.format(name=name)} again.") from None
    version = content.get("format_version") if isinstance(content, dict) else None
    if version != FORMAT_VERSION:
        shown = "none" if version is None else repr(version)
        raise RunError(
            f"{file}: the format version is {shown}, and this regcli reads {FORMAT_VERSION}.",
            f"{_SET.format(name=name)} again, or use the regcli that wrote it.",
        )
    try:
        return _baseline(runs, content)
    except (KeyError, TypeError) as error:
        raise RunError(f"{file}: the baseline is damaged: {error}.", f"{_SET.format(name=name)} again.") from None


def require_same_run(baseline: Baseline, manifest: dict[str, Any]) -> None:
    """Refuse a run that has taken the place of the baseline's.

    Raises
    ------
    RunError
    """
    if manifest.get("id") != baseline.run_id:
        raise RunError(
            f"{PREFIX}{baseline.name}: {baseline.path} now holds the run {manifest.get('id')} instead of {baseline.run_id}.",
            f"{_SET.format(name=baseline.name)} to take another run for the reference.",
        )


def gone(baseline: Baseline) -> RunError:
    """The error that a baseline's run has been deleted or moved."""
    return RunError(
        f"{PREFIX}{baseline.name}: its run {baseline.path} is gone.",
        f"Put it back, or choose another reference with `regcli baseline set {baseline.name} RUN`.",
    )


def _baseline(runs: Path, content: dict[str, Any]) -> Baseline:
    return Baseline(
        name=content["name"],
        path=Path(os.path.normpath(runs / content["run"])),
        run_id=content["id"],
        when=content["set"],
        experiment=content["experiment"],
        metric=content["metric"],
        validation_mean=content["validation_mean"],
    )


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise UsageError(
            f"{name!r} is no name for a baseline.",
            "Use letters, digits, '.', '_' and '-', and begin with a letter or digit.",
        )


def _missing(runs: Path, name: str) -> NoBaselineError:
    have = ", ".join(baseline_names(runs))
    return NoBaselineError(
        f"{PREFIX}{name}: there is no such baseline in {runs}{f' (there is {have})' if have else ' yet'}.",
        f"{_SET.format(name=name)}; for the first run of a pipeline, compare takes --allow-missing-baseline.",
    )


@contextmanager
def _writing(runs: Path) -> Iterator[Path]:
    """The directory of baselines, made and locked: two pipelines that end together leave one of their files, whole."""
    import filelock

    directory = runs / DIRECTORY
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(directory / ".lock", timeout=_SECONDS_TO_WAIT):
            yield directory
    except filelock.Timeout:
        raise RunError(
            f"{directory}: another regcli has been writing baselines for {_SECONDS_TO_WAIT:g} seconds.",
            f"Try again; if nothing is running, remove {directory / '.lock'}.",
        ) from None
    except OSError as error:
        raise RunError(
            f"{directory}: no baseline can be written there: {error.strerror or error}.",
            "Make room or check its permissions, or give another place with --runs.",
        ) from error
