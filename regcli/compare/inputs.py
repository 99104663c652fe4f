"""Rows of what went in: the dataset, its columns and folds, the configuration, versions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regcli.compare.drift import profiles
from regcli.compare.rows import Mark, Row, changed_if, count, fact, of_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.sides import Pair, Side

DATA, CONFIG, VERSIONS = "Data", "Configuration", "Versions"
# Keys that say where things are, not what is done.
_NO_MEANING = ("output", "execution")


def data_rows(pair: Pair) -> Iterator[Row]:
    """Dataset, columns and folds."""
    a, b = pair.a.manifest, pair.b.manifest
    yield fact("dataset.sha256", DATA, "dataset", a["dataset"]["sha256"][:12], b["dataset"]["sha256"][:12])
    for name, label in (
        ("n_source_rows", "rows in the source"),
        ("n_train", "training rows"),
        ("n_holdout", "held-out rows"),
        ("n_inputs", "input columns"),
    ):
        yield fact(f"dataset.{name}", DATA, label, a["dataset"][name], b["dataset"][name])
    yield from _column_rows(pair)
    yield fact("folds.sha256", DATA, "folds", a["folds"]["sha256"][:12], b["folds"]["sha256"][:12])
    yield fact("folds.kind", DATA, "scheme", a["folds"]["kind"], b["folds"]["kind"])
    yield fact("folds.n", DATA, "folds × repeats", a["folds"]["n"], b["folds"]["n"])


def _column_rows(pair: Pair) -> Iterator[Row]:
    """Columns that only one of the models looks at."""
    a, b = profiles(pair.a), profiles(pair.b)
    lost, new = [name for name in a if name not in b], [name for name in b if name not in a]
    yield count("columns.lost", DATA, "columns used in A alone", lost)
    yield count("columns.new", DATA, "columns used in B alone", new)
    for name in lost:
        yield fact(f"column.{name}", DATA, name, a[name]["type"], None, note=_use(name, pair, pair.b, "B"), subject=name)
    for name in new:
        yield fact(f"column.{name}", DATA, name, None, b[name]["type"], note=_use(name, pair, pair.a, "A"), subject=name)


def _use(name: str, pair: Pair, side: Side, which: str) -> str:
    """What became of a column that this run's model does not look at."""
    roles = {column["name"]: column["role"] for column in side.manifest["dataset"]["columns"]}
    if name in roles:
        return f"gives the {roles[name]} in {which}"
    return f"left out in {which}" if pair.same_file else f"left out in {which}, or not in its file"


def config_rows(pair: Pair) -> Iterator[Row]:
    """The resolved configurations, key by key; only what differs is shown unasked."""
    a, b = (_settings(side) for side in (pair.a, pair.b))
    if pair.same_file:
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
    return {key: value for key, value in side.run.config_values.items() if key.split(".")[0] not in _NO_MEANING}


def _flat(values: dict[str, Any], above: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in values.items():
        out |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": str(value)}
    return out
