"""Runs of an older format that are kept: small, and written by hand of the program."""

from __future__ import annotations

from pathlib import Path

from regcli.compare.sides import Pair, Side
from regcli.run import open_run

RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"


def pair(a="reference", b="worse", margin=None):
    return Pair(*(Side(open_run(str(RUNS / name), RUNS)) for name in (a, b)), margin)
