"""A newcomer's first hour: `fit` on files never seen before, and where it refuses one, what its error says, to the letter.

    python benchmarks/first_hour.py TABLE.tsv [--folder FOLDER] [--set KEY=VALUE]… [--steps 3] [--seconds 600]

TABLE.tsv has a line for each file: its name in the folder, a tab, the column to predict. An error is followed by running the
first command that it gives behind ``try:``, nothing else. A line for each file tells how many such steps it took and what came of
it; the exit code is 1 if some file was not fitted in the end.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TRY = "try: "


@dataclass(frozen=True)
class Story:
    """What came of one file.

    Attributes
    ----------
    code : int
        Exit code of the last command; -1 where it took too long.
    commands : tuple of str
        All that was typed.
    said : str
        The last command's standard error.
    seconds : float
        Of all commands together.
    """

    code: int
    commands: tuple[str, ...]
    said: str
    seconds: float


def told(first: list[str], folder: Path, steps: int, seconds: float) -> Story:
    """Type a command, and then what errors suggest, until one is done or nothing is suggested any more."""
    command, typed, start = first, list[str](), time.perf_counter()
    while True:
        typed.append(shlex.join(["regcli", *command]))
        try:
            words = [sys.executable, "-m", "regcli", *command]
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            return Story(-1, tuple(typed), f"more than {seconds:g} s", time.perf_counter() - start)
        advice = [line.removeprefix(TRY) for line in done.stderr.splitlines() if line.startswith(TRY)]
        if done.returncode == 0 or not advice or len(typed) > steps:
            return Story(done.returncode, tuple(typed), done.stderr, time.perf_counter() - start)
        command = shlex.split(advice[0])[1:]


def main() -> int:
    """Tell the story of every file."""
    parser = argparse.ArgumentParser(description="fit on files never seen before, and follow the errors to the letter")
    parser.add_argument("table", type=Path)
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--steps", type=int, default=3, help="how many errors in a row are followed")
    parser.add_argument("--seconds", type=float, default=600, help="that a command may take")
    options = parser.parse_args()
    lines = [line.split("\t") for line in options.table.read_text(encoding="utf-8").splitlines() if line.strip()]
    failed = 0
    with tempfile.TemporaryDirectory() as runs:
        for name, target in lines:
            settings = [word for setting in options.settings for word in ("--set", setting)]
            path = (options.folder / name).resolve()
            story = told(["fit", "--data", str(path), "--target", target, *settings], Path(runs), options.steps, options.seconds)
            verdict = "done" if story.code == 0 else f"exit code {story.code}"
            steps = len(story.commands) - 1
            print(f"{name}: {verdict} after {steps} step{'' if steps == 1 else 's'}, {story.seconds:.0f} s", flush=True)
            for command in story.commands[1:]:
                print(f"    {command}", flush=True)
            if story.code:
                failed += 1
                print("    " + story.said.strip().replace("\n", "\n    "), flush=True)
    print(f"{len(lines) - failed} of {len(lines)} files fitted")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
