"""Measure whether regcli's statements hold: `make calibrate`, or `python benchmarks/calibration/run.py [STUDY…]`.

A study is a module beside this one with

- a docstring, the first paragraph of which is a title for readers of the code, and the rest what the page says was simulated;
- `TITLE`, `SHORT` and `LONG` (repetitions in the tests and here), and, where there is more to say, `PROSE`;
- `measure(repetitions, seed=0)`: the rows of one table, all with the same keys, the last three of which are `wanted` (text),
  `measured` (number or text) and `holds`.

`results.json` keeps what was measured, and `docs/calibration.md` is written from it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "calibration.md"
RESULTS = HERE / "results.json"
sys.path.append(str(HERE.parent))

from calibration.page import page, table  # noqa: E402 - found through the line above


def studies() -> list[str]:
    """Names of all studies: the modules here that can measure something."""
    return sorted(path.stem for path in HERE.glob("*.py") if "\ndef measure(" in path.read_text(encoding="utf-8"))


def run(name: str, repetitions: int | None = None) -> dict[str, Any]:
    """Run one study, at full length unless told otherwise."""
    study = importlib.import_module(f"calibration.{name}")
    repetitions = repetitions or study.LONG
    begin = time.perf_counter()
    rows = [{key: plain(value) for key, value in row.items()} for row in study.measure(repetitions)]
    return {
        "title": study.TITLE,
        "simulated": study.__doc__.partition("\n\n")[2].strip(),
        "prose": getattr(study, "PROSE", "").strip(),
        "repetitions": repetitions,
        "seconds": time.perf_counter() - begin,
        "rows": rows,
    }


def plain(value: Any) -> Any:  # noqa: ANN401
    """What JSON can hold: numbers of numpy as Python's own."""
    return value.item() if hasattr(value, "item") else value


def main() -> int:
    """Run what is asked for, keep it, write the page; 1 where something does not hold."""
    import numpy as np

    names = studies()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("studies", nargs="*", metavar="STUDY", help=f"only these of {', '.join(names)}")
    parser.add_argument("--repetitions", type=int, help="instead of the study's own number; the page stays as it is")
    given = parser.parse_args()
    unknown = set(given.studies) - set(names)
    if unknown:
        parser.error(f"no such study: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")

    kept: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"studies": {}}
    failed = []
    for name in given.studies or names:
        found = run(name, given.repetitions)
        took = f"{found['repetitions']:,} repetitions, {found['seconds']:.0f} s"
        print(f"{found['title']} ({took})\n{table(found['rows'])}\n", flush=True)
        failed += [f"{name}: {row}" for row in found["rows"] if not row["holds"]]
        kept["studies"][name] = found
        if given.repetitions is None:
            # after every study: what was measured survives an interrupt
            today = f"{datetime.now(tz=UTC):%Y-%m-%d}"
            kept["measured"] = {
                "date": today, "cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__,
            }  # fmt: skip
            kept["studies"] = {each: kept["studies"][each] for each in names if each in kept["studies"]}
            RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            PAGE.write_text(page(kept["studies"], kept["measured"]), encoding="utf-8")
    if failed:
        print("\n".join(["does not hold:", *failed]), file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
