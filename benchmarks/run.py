"""How long the same job takes with regcli and with others: `make bench`, or `python benchmarks/run.py [CASE…]`.

Four tables and the start of the command. *Solving*: arrays in memory to the complete sweep table, on the same arrays, folds and
grid of λ. *Whole process*: command to finished run directory, against a script with each peer. *Audits*: what is asked after a
search, as a share of its time. *Families*: paths of trees, boosting and networks, against plain fits. Programs take turns, each
in a process of its own; what counts is the median of the ratios of neighbouring runs. `results.json` keeps what was measured,
and `docs/performance.md` is written from it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditing import AUDITS, measure_audit
from beyond import FAMILIES, measure_family
from cases import CASES
from page import write_page
from process import PROCESSES, measure_process
from session import HERE, ProgramError, median, run, show
from solving import measure

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = HERE / "results.json"
# Quick runs show that everything works; their figures mean nothing and are kept apart.
QUICK_RESULTS = HERE.parent / "build" / "bench-quick.json"
PARTS = ("solving", "process", "audits", "families")
START = "regcli --help"
STARTS = 9
# Load average from which on a machine is not idle.
BUSY = 0.5
# Both ways of showing help: with rich, as typer does by default, and plain, as regcli does.
TYPER_PROGRAM = """
import typer
app = typer.Typer(add_completion=False{options})
@app.command()
def one(path: str, number: int = 1) -> None: "The first."
@app.command()
def two(path: str, number: int = 1) -> None: "The second."
app()
"""


def start_up() -> dict[str, float]:
    """What `regcli --help` costs beside the least program that typer can make, as ratios."""
    own = (str(Path(sys.executable).parent / "regcli"), "--help")
    show(f"\n{START}, relative to a typer program with two commands")
    found = {}
    for name, options in {"help with rich": "", "plain help": ", rich_markup_mode=None"}.items():
        program = (sys.executable, "-c", TYPER_PROGRAM.format(options=options), "--help")
        found[name] = median([run(own).seconds / run(program).seconds for _ in range(STARTS)])
        show(f"  {name:22s} {found[name]:8.2f} ×")
    return found


def arguments(names: list[str]) -> argparse.Namespace:
    """What stands on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog=f"cases: {', '.join(names)}")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only these; without any, all of them")
    parser.add_argument("--rounds", type=int, default=3, help="how often the programs take turns (default %(default)s)")
    parser.add_argument("--full", action="store_true", help="nobody is measured on a part of the job and scaled up: takes hours")
    parser.add_argument("--quick", action="store_true", help="small cases, one round: does it run?")
    parser.add_argument("--peers", nargs="+", metavar="PEER", help="solve with these peers alone, say with the quick ones")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/performance.md as it is")
    given = parser.parse_args()
    unknown = set(given.cases) - set(names)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    return given


def jobs_of(given: argparse.Namespace, rounds: int) -> dict[str, tuple[str, Callable[[], dict[str, Any]]]]:
    """By name the table that a job belongs to, and how it is measured."""
    jobs: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {}
    for case in CASES:
        peers = tuple(peer for peer in case.peers if given.peers is None or peer in given.peers)
        jobs[case.name] = (
            "solving",
            partial(measure, replace(case, peers=peers), rounds=rounds, full=given.full, small=given.quick),
        )
    for process in PROCESSES:
        jobs[process.name] = "process", partial(measure_process, process, rounds=rounds, small=given.quick)
    for audit in AUDITS:
        jobs[audit.name] = "audits", partial(measure_audit, audit, rounds=rounds, small=given.quick)
    for family in FAMILIES:
        jobs[family.name] = "families", partial(measure_family, family, rounds=rounds, small=given.quick)
    return jobs


def main() -> None:
    """Measure what is asked for, keep it, and write the page."""
    names = [*(each.name for each in (*CASES, *PROCESSES, *AUDITS, *FAMILIES)), START]
    given = arguments(names)
    path, rounds = (QUICK_RESULTS, 1) if given.quick else (RESULTS, given.rounds)
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    jobs = jobs_of(given, rounds)
    for part in PARTS:
        kept.setdefault(part, {})

    if os.getloadavg()[0] > BUSY:
        show("Others are at work on this machine: ratios of programs with threads to programs without will be off.")
    failed = []
    for name in given.cases or names:
        try:
            if name == START:
                kept["start"] = start_up()
            else:
                table, job = jobs[name]
                kept[table][name] = job()
        except ProgramError as error:
            failed.append(f"{name}: {error}")
            continue
        # after every case: what was measured survives an interrupt
        today = f"{datetime.now(tz=UTC):%Y-%m-%d}"
        kept["measured"] = {"date": today, "cores": os.cpu_count(), "python": platform.python_version()}
        for part in PARTS:
            kept[part] = {each: kept[part][each] for each in names if each in kept[part]}
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if "measured" in kept and not given.quick and not given.no_docs:
        write_page(kept)
    if failed:
        sys.exit("\n".join(["not measured:", *failed]))


if __name__ == "__main__":
    main()
