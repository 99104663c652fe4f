"""Where a run came from: code, versions, threads, processor. Nothing that names the host, the user or a path."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any


def git_state(config: Path | None) -> dict[str, Any] | None:
    """Commit and dirty flag of the repository around a configuration.

    Parameters
    ----------
    config : Path or None
        The configuration file; None for the current directory.

    Returns
    -------
    dict or None
        `commit` and `dirty`: tracked files are changed, or the configuration itself is not committed. None without git.
    """
    folder = config.resolve().parent if config is not None else Path.cwd()
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    if config is not None:
        changed = (changed or "") + (_git(folder, "status", "--porcelain", "--", config.name) or "")
    return {"commit": commit, "dirty": bool(changed)}


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the user's own git is meant
            capture_output=True, text=True, timeout=10, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def versions() -> dict[str, str]:
    """Versions of Python, of regcli and of everything it depends on."""
    found = {"python": platform.python_version()}
    for name in ("regcli", *_dependencies()):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _dependencies() -> list[str]:
    requirements = [r for r in metadata.requires("regcli") or () if "extra ==" not in r]
    return sorted({re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0] for requirement in requirements})


def threading() -> list[dict[str, Any]]:
    """The BLAS and OpenMP libraries in this process, with their thread counts."""
    from threadpoolctl import threadpool_info

    keys = ("user_api", "internal_api", "version", "threading_layer", "architecture", "num_threads")
    pools = [{key: pool[key] for key in keys if key in pool} for pool in threadpool_info()]
    return sorted(pools, key=lambda pool: [str(value) for value in pool.values()])


def host() -> dict[str, Any]:
    """Processor and operating system."""
    return {"cpu": _cpu(), "cores": os.cpu_count(), "machine": platform.machine(), "system": platform.system()}


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()
