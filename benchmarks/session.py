"""Running programs one at a time, and what each one cost. Standard library alone.

The memory of a child process includes what its parent held when it was started, so that this process must stay small.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
# Environments with the peers that regcli itself has no use for: `make bench` builds them.
ENVIRONMENTS = HERE.parent / "build"
ELSEWHERE = {
    "skglm": "bench", "glum": "bench", "celer": "bench",
    "adelie": "bench-adelie", "adelie, tight": "bench-adelie", "adelie on fold matrices": "bench-adelie",
}  # fmt: skip
# Whoever takes longer than this at one run is stopped; who takes longer than SLOW runs once.
TOO_LONG = 600.0
SLOW = 45.0
# ru_maxrss is in bytes there, in KiB elsewhere
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class ProgramError(Exception):
    """A program that is not there, failed or took too long."""


@dataclass(frozen=True, slots=True)
class Run:
    """One process.

    Attributes
    ----------
    seconds : float
        From its start to its end.
    peak : int
        Bytes of the largest resident set.
    output : str
    """

    seconds: float
    peak: int
    output: str


def run(command: Sequence[str], *, cwd: Path | None = None, at_most: float = TOO_LONG) -> Run:
    """Run a command to its end, alone, or for so many seconds.

    Raises
    ------
    ProgramError
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=cwd)
        usage = _wait(process.pid, start + at_most)
        seconds = time.perf_counter() - start
        if usage is None:
            process.kill()
            process.wait()
            raise ProgramError(f"took more than {at_most:.0f} s")
        status, peak = usage
        process.returncode = status
        if status:
            err.seek(0)
            lines = err.read().strip().splitlines()
            raise ProgramError(lines[-1] if lines else f"ended with {status}")
        out.seek(0)
        return Run(seconds, peak, out.read())


def _wait(pid: int, deadline: float) -> tuple[int, int] | None:
    """Exit code and peak memory, or None when the time is over; looks often at first, so that short runs are timed well."""
    pause = 0.0005
    while time.perf_counter() < deadline:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage.ru_maxrss * RSS_UNIT
        time.sleep(pause)
        pause = min(pause * 1.05, 0.02)
    return None


def python_for(program: str) -> str:
    """The interpreter that has a program."""
    if program not in ELSEWHERE:
        return sys.executable
    python = ENVIRONMENTS / ELSEWHERE[program] / "bin" / "python"
    if not python.exists():
        raise ProgramError("not installed: `make bench` makes the environment for it, where the package can be had")
    return str(python)


def rscript() -> str:
    """R's interpreter."""
    found = shutil.which("Rscript")
    if found is None:
        raise ProgramError("R is not installed")
    return found


def worker(program: str, *arguments: str, at_most: float = TOO_LONG) -> tuple[dict[str, Any], Run]:
    """Run one role of worker.py; what it printed, and the process."""
    role, *rest = arguments
    ran = run([python_for(program), str(HERE / "worker.py"), role, *rest], at_most=at_most)
    return json.loads(ran.output), ran


def median(values: Sequence[float]) -> float:
    """The median."""
    return float(statistics.median(values))


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The median of the ratios of runs in the same round; who ran only once is compared with the first."""
    return median([a / b for a, b in zip(above, below, strict=False)])


def show(text: str) -> None:
    """A line on the terminal, at once."""
    print(text, flush=True)
