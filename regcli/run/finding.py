"""Finds runs by path, prefix, name or age."""

from __future__ import annotations

import re
from pathlib import Path

from regcli.errors import RunError
from regcli.run import baselines, layout
from regcli.run.reader import RunReader, read_manifest, where_runs_are


def open_run(reference: str, runs: Path) -> RunReader:
    """Open a run.

    Parameters
    ----------
    reference : str
        A path, a run's unique prefix, an experiment's name or its unique prefix for the newest of its runs, ``latest``,
        ``latest~2`` for the one two before, or ``baseline:NAME``.
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
    return RunReader(path, read_manifest(path))


def _open_baseline(baseline: baselines.Baseline) -> RunReader:
    if not baseline.exists:
        raise baselines.gone(baseline)
    run = RunReader(baseline.path, read_manifest(baseline.path))
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
            found.append(RunReader(path, read_manifest(path)))
        except RunError as error:
            found.append((path, error.message))
    return found


def _started(path: Path) -> str:
    try:
        return str(read_manifest(path).get("started", ""))
    except RunError:
        return ""


def _locate(reference: str, runs: Path) -> Path:
    back = re.fullmatch(r"latest(?:~(\d+))?", reference)
    if back is not None:
        found, n = find_runs(runs), int(back[1] or 0)
        if n >= len(found):
            have = {0: "is no run", 1: "is 1 run"}.get(len(found), f"are {len(found)} runs")
            raise RunError(f"{reference}: there {have} in {runs}.", where_runs_are())
        return found[n]
    if reference and Path(reference).is_dir():
        return Path(reference)
    matching = [path for path in find_runs(runs) if path.name.startswith(reference)] if reference else []
    if len(matching) == 1:
        return matching[0]
    named = {} if matching else _by_experiment(reference, runs)
    if len(named) == 1:
        return next(iter(named.values()))
    if named:
        raise RunError(
            f"{reference}: the names of {len(named)} experiments in {runs} begin so: {', '.join(sorted(named))}.",
            "Give more of the name.",
        )
    if matching:
        names = ", ".join(path.name for path in matching[:5]) + (", …" if len(matching) > 5 else "")
        raise RunError(f"{reference}: {len(matching)} runs in {runs} begin so: {names}.", "Give more of the name.")
    raise RunError(f"{reference or '(empty name)'}: there is no such run, neither as a path nor in {runs}.", where_runs_are())


def _by_experiment(reference: str, runs: Path) -> dict[str, Path]:
    """The newest run of each experiment whose name begins so, or of the one that is called so."""
    newest: dict[str, Path] = {}
    for path in find_runs(runs) if reference else []:
        newest.setdefault(path.name.split("-", 1)[1].rsplit("-", 1)[0], path)
    if reference in newest:
        return {reference: newest[reference]}
    return {name: path for name, path in newest.items() if name.startswith(reference)}
