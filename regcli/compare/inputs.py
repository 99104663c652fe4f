"""Rows of what went in: columns that drifted, the dataset, its folds, the configuration, versions."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regcli.compare.rows import Mark, Row, changed_if, fact, of_pair
from regcli.config import flat_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.sides import Pair, Side

DRIFT, DATA, CONFIG, VERSIONS = "Input drift", "Data", "Configuration", "Versions"
# With hundreds of columns, two standard errors are exceeded somewhere by chance; three seldom are.
STANDARD_ERRORS = 3.0
# Keys that say where things are, not what is done.
_NO_MEANING = ("output", "execution")


def drift_rows(pair: Pair) -> Iterator[Row]:
    """Column by column: mean and SD in units of A's SD, missing share, levels; one summary row first."""
    a, b = _profiles(pair.a), _profiles(pair.b)
    rows = [row for name in dict.fromkeys([*a, *b]) for row in _column(name, a.get(name), b.get(name), _sizes(pair))]
    shifts = {row.name: abs(row.value) for row in rows if row.name.endswith(".mean") and row.value is not None}
    largest = max(shifts, key=lambda name: shifts[name], default=None)
    drifted = sorted({row.label.split(":")[0] for row in rows if row.mark in {Mark.CHANGED, Mark.NEW, Mark.GONE}})
    named = ", ".join(drifted[:5]) + (f" and {len(drifted) - 5} more" if len(drifted) > 5 else "")
    yield of_pair("drift.columns", DRIFT, "columns that drifted", float(len(drifted)), changed_if(bool(drifted)), note=named)
    if largest is not None:
        column = largest.removeprefix("drift.").removesuffix(".mean")
        mark = next(row.mark for row in rows if row.name == largest)
        yield of_pair(
            "drift.max",
            DRIFT,
            "largest shift of a mean, in SDs of A",
            shifts[largest],
            mark,
            note="" if mark is Mark.SAME else column,
        )
    yield from rows


def _profiles(side: Side) -> dict[str, dict[str, Any]]:
    return {c["name"]: c for c in side.manifest["dataset"]["columns"] if c["role"] in {"feature", "target", "lags"}}


def _sizes(pair: Pair) -> tuple[int, int]:
    return pair.a.manifest["dataset"]["n_source_rows"], pair.b.manifest["dataset"]["n_source_rows"]


def _column(name: str, a: dict[str, Any] | None, b: dict[str, Any] | None, sizes: tuple[int, int]) -> Iterator[Row]:
    if a is None or b is None:
        mark = Mark.NEW if a is None else Mark.GONE
        yield of_pair(f"drift.{name}", DRIFT, f"{name}: column", 1.0, mark, note=f"only in {'B' if a is None else 'A'}")
        return
    n, m = sizes
    if a["mean"] is not None and b["mean"] is not None:
        yield from _moments(name, a, b, n * (1 - a["missing"]), m * (1 - b["missing"]))
    share = b["missing"] - a["missing"]
    error = math.sqrt(a["missing"] * (1 - a["missing"]) / n + b["missing"] * (1 - b["missing"]) / m)
    yield of_pair(f"drift.{name}.missing", DRIFT, f"{name}: missing share", share, _noisy(share, error), minor=share == 0)
    if a["levels"] is not None and b["levels"] is not None:
        yield from _levels(name, a["levels"], b["levels"])


def _moments(name: str, a: dict[str, Any], b: dict[str, Any], n: float, m: float) -> Iterator[Row]:
    unit = a["sd"]
    difference = b["mean"] - a["mean"]
    mark = _noisy(difference, math.sqrt(a["sd"] ** 2 / n + b["sd"] ** 2 / m) if n and m else math.nan)
    shift = None if not unit and difference else difference / unit if unit else 0.0
    yield of_pair(f"drift.{name}.mean", DRIFT, f"{name}: mean, in SDs of A", shift, mark, minor=mark is not Mark.CHANGED)
    widening = b["sd"] - a["sd"]
    if a["sd"] > 0 and b["sd"] > 0:
        mark = Mark.SAME if widening == 0 else _noisy(math.log(b["sd"] / a["sd"]), math.sqrt(0.5 / n + 0.5 / m))
    else:
        mark = changed_if(widening != 0)
    yield of_pair(
        f"drift.{name}.sd",
        DRIFT,
        f"{name}: SD, in SDs of A",
        widening / unit if unit else None,
        mark,
        minor=mark is not Mark.CHANGED,
    )


def _levels(name: str, a: dict[str, int], b: dict[str, int]) -> Iterator[Row]:
    new, lost = [level for level in b if level not in a], [level for level in a if level not in b]
    for kind, which in (("new", new), ("lost", lost)):
        note = ", ".join(which[:5]) + (" …" if len(which) > 5 else "")
        label = f"{name}: {kind} levels"
        yield of_pair(
            f"drift.{name}.{kind}_levels", DRIFT, label, float(len(which)), changed_if(bool(which)), note=note, minor=not which
        )


def _noisy(difference: float, error: float) -> Mark:
    if difference == 0:
        return Mark.SAME
    return Mark.WITHIN_NOISE if math.isfinite(error) and abs(difference) <= STANDARD_ERRORS * error else Mark.CHANGED


def data_rows(pair: Pair) -> Iterator[Row]:
    """Dataset and folds."""
    a, b = pair.a.manifest, pair.b.manifest
    yield fact("dataset.sha256", DATA, "dataset", a["dataset"]["sha256"][:12], b["dataset"]["sha256"][:12])
    for name, label in (
        ("n_source_rows", "rows in the source"),
        ("n_train", "training rows"),
        ("n_holdout", "held-out rows"),
        ("n_inputs", "input columns"),
    ):
        yield fact(f"dataset.{name}", DATA, label, a["dataset"][name], b["dataset"][name])
    yield fact("folds.sha256", DATA, "folds", a["folds"]["sha256"][:12], b["folds"]["sha256"][:12])
    yield fact("folds.kind", DATA, "scheme", a["folds"]["kind"], b["folds"]["kind"])
    yield fact("folds.n", DATA, "folds × repeats", a["folds"]["n"], b["folds"]["n"])


def config_rows(pair: Pair) -> Iterator[Row]:
    """The resolved configurations, key by key; only what differs is shown unasked."""
    a, b = (_settings(side) for side in (pair.a, pair.b))
    if pair.a.manifest["dataset"]["sha256"] == pair.b.manifest["dataset"]["sha256"]:
        # the same data seen from two folders
        a.pop("dataset.path", None)
        b.pop("dataset.path", None)
    rows = [fact(f"config.{key}", CONFIG, key, a.get(key), b.get(key)) for key in dict.fromkeys([*a, *b])]
    yield from _counted("config.changes", CONFIG, "keys that differ", rows)


def version_rows(pair: Pair) -> Iterator[Row]:
    """Versions of Python and of every dependency."""
    a, b = (_flat(side.manifest["versions"]) for side in (pair.a, pair.b))
    rows = [fact(f"versions.{key}", VERSIONS, key, a.get(key), b.get(key)) for key in dict.fromkeys([*a, *b])]
    yield from _counted("versions.changes", VERSIONS, "versions that differ", rows)


def _counted(name: str, section: str, label: str, rows: list[Row]) -> Iterator[Row]:
    different = [row for row in rows if row.mark is not Mark.SAME]
    yield of_pair(name, section, label, float(len(different)), changed_if(bool(different)))
    yield from (replace(row, minor=row.mark is Mark.SAME) for row in rows)


def _settings(side: Side) -> dict[str, str]:
    text = side.run.content("config.resolved.yaml").decode()
    values = flat_values(text, str(side.run.path / "config.resolved.yaml"))
    return {key: value for key, value in values.items() if key.split(".")[0] not in _NO_MEANING}


def _flat(values: dict[str, Any], above: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in values.items():
        out |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": str(value)}
    return out
