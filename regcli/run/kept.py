"""Files that are added to a run which is done, or made anew in it: the manifest accounts for them like for all others."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from regcli.errors import RunError
from regcli.run import encode, layout

if TYPE_CHECKING:
    from regcli.run.reader import RunReader


def keep(run: RunReader, name: str, content: bytes) -> RunReader:
    """Put a file into a run that is done.

    Parameters
    ----------
    run : RunReader
    name : str
        The file's.
    content : bytes

    Returns
    -------
    RunReader
        The run with it.

    Raises
    ------
    RunError
        Where nothing can be written there, or somebody is at work on the run.
    """
    files = {**run.manifest["files"], name: hashlib.sha256(content).hexdigest()}
    manifest = {**run.manifest, "files": dict(sorted(files.items()))}
    held = layout.hold(run.path)
    try:
        layout.write_atomically(run.path / name, content)
        layout.write_atomically(run.path / layout.MANIFEST, encode.encode_json(manifest))
    except OSError as error:
        message = f"{run.path / name}: the file cannot be written: {error.strerror or error}."
        raise RunError(message, "Make room, or give another place with -o.") from error
    finally:
        layout.release(held)
    return replace(run, manifest=manifest)
