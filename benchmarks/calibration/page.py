"""`docs/calibration.md`, from what the studies measured. Standard library alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTE = "<!-- written by `make calibrate` -->"
INTRODUCTION = """\
Statements with a probability in them are worth what a simulation says they are. `make calibrate` runs every study below at
full length and rewrites this page; `make test` runs them short, with bounds that allow for the noise of so few repetitions.
`python benchmarks/calibration/run.py verdicts` runs one study alone."""


def page(studies: dict[str, dict[str, Any]], measured: dict[str, Any]) -> str:
    """The page.

    Parameters
    ----------
    studies : dict
        By name: `title`, `simulated` (what was done, in a sentence or two), `prose` (what follows from it, may be empty),
        `repetitions`, `seconds` and `rows`.
    measured : dict
        `date`, `cores`, `python`, `numpy` of the last measurement.
    """
    parts = ["# Calibration", NOTE, INTRODUCTION]
    for study in studies.values():
        parts += [f"## {study['title']}", study["simulated"], table(study["rows"])]
        parts += [study["prose"]] if study["prose"] else []
        parts.append(f"{study['repetitions']:,} repetitions in {study['seconds']:.0f} s.")
    versions = f"Python {measured['python']}, numpy {measured['numpy']}"
    return "\n\n".join([*parts, f"Measured on {measured['date']} with {versions}, {measured['cores']} cores."]) + "\n"


def table(rows: Sequence[dict[str, object]]) -> str:
    """One Markdown table; all rows have the keys of the first."""
    keys = list(rows[0])
    lines = [keys, *([shown(row[key]) for key in keys] for row in rows)]
    head, *body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    aligned = ["--:" if isinstance(rows[0][key], int | float) and not isinstance(rows[0][key], bool) else "---" for key in keys]
    return "\n".join([head, f"|{'|'.join(aligned)}|", *body])


def shown(value: object) -> str:
    """One cell: three significant digits, yes and **no**."""
    if isinstance(value, bool):
        return "yes" if value else "**no**"
    if isinstance(value, float):
        return f"{value:.3g}"
    return "" if value is None else str(value)
