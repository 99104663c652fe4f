"""Names and formats of a run directory; nothing is read or written but the directory's own name."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from regcli.errors import RunError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# Raise it when a file changes so that an older regcli would misread it, and teach the reader the old form in the same change.
FORMAT_VERSION = 1

MANIFEST = "manifest.json"
PIECES = "pieces"
CONFIG, RESOLVED = "config.yaml", "config.resolved.yaml"
SWEEP, FOLDS, ASSIGNMENTS = "sweep.csv", "folds.csv", "assignments.csv"
COEFFICIENTS, PATH, PREDICTIONS = "coefficients.csv", "path.parquet", "predictions.csv"
STABILITY, IMPORTANCE, LEARNING = "stability.csv", "importance.csv", "learning_curve.csv"
VARIANTS, CURVES = "variants.csv", "curves.csv"
METRICS, MODEL, AFFINE, LOG = "metrics.json", "model.skops", "model.json", "log.txt"
REPORT, FOLD_COEFFICIENTS = "report.html", "fold_coefficients.parquet"
# of a model that is no pipeline: what its family reads, beside the pipeline that makes its columns
ARRAYS = "model.npz"
LATEST = "latest"
HELD = ".held"
# In a model's file beyond what skops trusts by itself: a description of a number's type; in models of dates our own function
# that takes their parts, which the file names and does not hold; the arrays of trees; scikit-learn's own check of what stands
# beside columns of levels, with its arguments (skops asks for the function behind a partial as well).
TRUSTED_TYPES = (
    "numpy.dtype",
    "regcli.preprocess.dates.date_parts",
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "functools.partial",
    "sklearn.utils.validation.check_array",
)

Status = Literal["running", "done", "failed", "interrupted"]
Kind = Literal["text", "float", "int", "bool"]
Columns = dict[str, "NDArray[Any]"]

_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[a-z0-9-]+-[0-9a-f]{6}")


def is_run_id(name: str) -> bool:
    """Whether a directory's name is one that regcli gives to runs."""
    return _RUN_ID.fullmatch(name) is not None


def hold(path: Path) -> tuple[int, Path] | None:
    """Let others see that somebody is at work on a run; the system forgets it with the process, however that ends.

    Raises
    ------
    RunError
        Where somebody else is.
    """
    try:
        import fcntl
    except ImportError:  # elsewhere nobody can tell
        return None
    try:
        file = os.open(path / HELD, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:  # no room: the first file that is written tells
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise RunError(f"{path}: somebody is still at work on this run.", "Wait until it is done, or interrupt it.") from None
    except OSError:  # no locks there
        os.close(file)
        return None
    return file, path / HELD


def release(held: tuple[int, Path] | None) -> None:
    """Nobody is at work on a run any more."""
    if held is not None:
        file, path = held
        path.unlink(missing_ok=True)
        os.close(file)


def timestamp(moment: datetime) -> str:
    """UTC in ISO form with microseconds, as the manifest holds it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def make_run_directory(runs: Path, name: str, moment: datetime) -> Path:
    """Create an empty directory of its own for a run.

    Parameters
    ----------
    runs : Path
        Where runs are kept; made if it does not exist.
    name : str
        Name of the configuration.
    moment : datetime
        When the run started.

    Raises
    ------
    RunError
        Where nothing can be written there.
    """
    stamp = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    require_place(runs)
    try:
        runs.mkdir(parents=True, exist_ok=True)
        while True:
            path = runs / f"{stamp}-{name}-{secrets.token_hex(3)}"
            try:
                path.mkdir()  # exclusive: of two processes with the same name one gets an error and draws again
                break
            except FileExistsError:
                if path.is_file():
                    raise
    except OSError as error:
        raise _no_place(runs, error.strerror or str(error)) from error
    return path


def require_place(runs: Path) -> None:
    """Refuse a directory of runs that is a file, or in one: that is seen before anything is fitted.

    Raises
    ------
    RunError
    """
    blocked = next((folder for folder in (runs, *runs.parents) if folder.is_file()), None)
    if blocked is not None:
        raise _no_place(runs, f"{blocked} is a file")


def _no_place(runs: Path, why: str) -> RunError:
    return RunError(f"{runs}: no run can be written there: {why}.", "Give another directory with --runs, or free this one.")


def point_latest(runs: Path, run_id: str) -> None:
    """Let ``latest`` point to a run: a relative symbolic link, or a text file with its name where links are impossible."""
    temporary = runs / f".latest-{secrets.token_hex(3)}"
    try:
        temporary.symlink_to(run_id, target_is_directory=True)
    except (OSError, NotImplementedError):
        temporary.write_text(f"{run_id}\n", encoding="utf-8")
    try:
        temporary.replace(runs / LATEST)
    except OSError:  # somebody keeps a directory of that name there; RUN `latest` does not need the link
        with suppress(OSError):
            temporary.unlink()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it and rename: readers see all of it or nothing.

    What is no file stays what it is and is written to, such as a pipe or `/dev/stdout`; a link stays a link.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = path.resolve()
    temporary = path.parent / f".{path.name}-{secrets.token_hex(4)}"
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def overwrite_status(manifest: Path, status: Literal["failed"]) -> None:
    """Change ``running`` in a manifest where it stands: a word that is no longer needs no room on the disk.

    Raises
    ------
    OSError
    """
    running, now = b'"status": "running"', f'"status": "{status}"'.encode()
    with manifest.open("r+b") as file:
        at = file.read().find(running)
        if at >= 0:
            file.seek(at)
            file.write(now.ljust(len(running)))
