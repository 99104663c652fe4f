"""The data of a configuration that lies in a run directory: the run may have been copied, and the data need not have been.

A run holds no absolute path. What is left of a relative one, without the steps upwards, still says where the data are below some
folder above the run or above the folder where the command is started; the manifest's hash says whether a file is the one.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"


def manifest_in(folder: Path) -> dict[str, Any] | None:
    """What the manifest beside a configuration says; empty where it cannot be read, None where there is none."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def name_in(folder: Path) -> str | None:
    """The name of the experiment whose run directory this is."""
    name = (manifest_in(folder) or {}).get("name")
    return name if isinstance(name, str) and name else None


def moved(written: str, folder: Path) -> Path | None:
    """Where the data file of a run's configuration is, if it is not where the path leads.

    Parameters
    ----------
    written : str
        The path as the configuration has it.
    folder : Path
        Where the configuration is.

    Returns
    -------
    Path or None
        The nearest file whose content is what the run was made from. None where there is no such file, or where the folder is
        no run directory that says what its data were.
    """
    manifest = manifest_in(folder)
    data = manifest.get("dataset") if manifest else None
    digest = data.get("sha256") if isinstance(data, dict) else None
    if not isinstance(digest, str) or not digest:
        return None
    return next((path for path in _candidates(Path(written), folder) if _is(path, digest)), None)


def _candidates(written: Path, folder: Path) -> Iterator[Path]:
    parts = [part for part in written.parts if part not in {"..", written.anchor}]
    here, there = Path.cwd(), folder.resolve()
    for start in (here, there):
        for above in (start, *start.parents):
            yield above.joinpath(*parts)
    yield from (start / written.name for start in (here, there))


def _is(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except (OSError, ValueError):
        return False
