"""Which columns of a table play which role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from regcli.data.wording import did_you_mean, listing, matches, nearest
from regcli.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.config import Config
    from regcli.data.source import TableSource

FEW_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """The roles of a table's columns. Columns with a role are never features.

    Attributes
    ----------
    features : tuple of str
        Input columns in file order.
    text : str or None
        The feature that holds running text.
    declared : dict of str to {"number", "category", "date"}
        What features are said to be.
    lagged : tuple of str
        Columns whose earlier values become features.
    target, weight, group, time, user, item, fold, holdout : str or None
    """

    features: tuple[str, ...]
    declared: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    lagged: tuple[str, ...] = ()
    target: str | None = None
    weight: str | None = None
    group: str | None = None
    time: str | None = None
    user: str | None = None
    item: str | None = None
    fold: str | None = None
    holdout: str | None = None

    @property
    def roles(self) -> dict[str, str]:
        """Column name by role, for the roles that are taken."""
        roles = {"target": self.target, "weight": self.weight, "group": self.group, "time": self.time}
        roles |= {"user": self.user, "item": self.item, "fold": self.fold, "holdout": self.holdout}
        return {role: name for role, name in roles.items() if name is not None}

    @property
    def as_text(self) -> frozenset[str]:
        """Columns whose cells count as they stand in the file: ``1`` is not ``1.0``, ``T`` is not true."""
        names = (self.target, self.group, self.user, self.item, self.fold, self.holdout, self.text)
        return frozenset(name for name in names if name is not None)

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is needed, once."""
        return tuple(dict.fromkeys((*self.features, *self.roles.values(), *self.lagged)))


def training_layout(source: TableSource, config: Config, target: str) -> Layout:
    """Find the configuration's columns in the table.

    Raises
    ------
    DataError
        Where a column or glob is not in the table, or no feature is left.
    """
    dataset: Any = config.dataset
    named = {
        "dataset.target": target,
        # Bundled and generated data have no such keys.
        **{f"dataset.{role}": getattr(dataset, role, None) for role in ("weight", "group", "time", "user", "item")},
        "cv.column": config.cv.column if config.cv.kind == "predefined" else None,
        "holdout.column": config.holdout.column if config.holdout else None,
    }
    roles = {key: _present(name, key, source) for key, name in named.items()}
    taken = {name for name in roles.values() if name is not None}
    _check_alone(roles, source)
    columns = getattr(dataset, "columns", None)
    include, exclude = (tuple(getattr(columns, key, None) or ()) for key in ("include", "exclude"))
    candidates = [name for name in source.header if name not in taken]
    types: Mapping[str, str] = getattr(dataset, "types", {})
    for key, patterns in (("columns.include", include), ("columns.exclude", exclude), ("types", tuple(types))):
        _check_globs(patterns, f"dataset.{key}", source)
    features = tuple(
        name
        for name in candidates
        if (not include or any(matches(name, p) for p in include)) and not any(matches(name, p) for p in exclude)
    )
    text = config.preprocess.text
    text_column = _present(text.column, "preprocess.text.column", source) if text else None
    if text_column and text_column not in features:
        raise DataError(
            f"{source.name}: preprocess.text.column {text_column!r} is not among the features.",
            "Let dataset.columns include it, or give another column.",
        )
    lags = config.preprocess.lags
    lagged = tuple(str(_present(name, "preprocess.lags.columns", source)) for name in lags.columns) if lags else ()
    if lagged and not roles["dataset.time"]:
        raise DataError(
            f"{source.name}: preprocess.lags needs dataset.time: without it the rows have no order.",
            "Name the column with the time.",
        )
    rated = roles["dataset.user"] is not None and roles["dataset.item"] is not None
    if not features and not lagged and (config.penalty or not rated):
        raise DataError(
            f"{source.name}: no feature is left besides the columns with a role ({listing(sorted(taken))}).",
            "Widen dataset.columns.include or shorten dataset.columns.exclude.",
        )
    return Layout(
        declared={name: kind for name in features if name != text_column and (kind := declared_type(name, types))},
        features=features,
        text=text_column,
        lagged=lagged,
        target=roles["dataset.target"],
        weight=roles["dataset.weight"],
        group=roles["dataset.group"],
        time=roles["dataset.time"],
        user=roles["dataset.user"],
        item=roles["dataset.item"],
        fold=roles["cv.column"],
        holdout=roles["holdout.column"],
    )


def declared_type(name: str, types: Mapping[str, str]) -> str | None:
    """What dataset.types says of a column: an exact name wins over globs, the first glob over later ones."""
    return types.get(name) or next((kind for pattern, kind in types.items() if matches(name, pattern)), None)


def missing_column(name: str, key: str, source: TableSource, *, is_value: bool = True) -> DataError:
    """Say that the table has no such column, and which it has; a key with one value (`is_value`) can be set to the right one."""
    header = source.header
    if len(header) == 1:
        only = f"only one column was found, {header[0]!r}" if len(header[0]) < 80 else "only one column was found"
        return DataError(
            f"{source.name}: {key} {name!r} is not a column of the file: {only}.",
            "Columns must be separated by commas, semicolons, tabs or bars; for another sign set dataset.read.delimiter.",
        )
    if not source.typed and all(_is_number(cell) for cell in header):
        return DataError(
            f"{source.name}: {key} {name!r} is not a column of the file, whose first line holds numbers alone.",
            "Put a line with the columns' names on top.",
        )
    near = nearest(name, header)
    known = f"Its columns are {listing(header)}." if len(header) <= FEW_COLUMNS or near is None else ""
    return DataError(
        f"{source.name}: {key} {name!r} is not a column of the file{did_you_mean(name, header)}.",
        known or f"It has {len(header):,} columns; capitals and blanks count.",
        *([{key: near}] if near is not None and is_value else []),
    )


def _present(name: str | None, key: str, source: TableSource) -> str | None:
    if name is not None and name not in source.header:
        raise missing_column(name, key, source)
    return name


def _check_alone(roles: Mapping[str, str | None], source: TableSource) -> None:
    """Refuse a target or weight that has a second role; a group may well be a fold."""
    if roles["dataset.user"] is not None and roles["dataset.user"] == roles["dataset.item"]:
        raise DataError(
            f"{source.name}: column {roles['dataset.user']!r} cannot be both dataset.user and dataset.item.",
            "Name the column of what is rated as dataset.item.",
        )
    for key in ("dataset.target", "dataset.weight"):
        other = next((role for role, name in roles.items() if role != key and name is not None and name == roles[key]), None)
        if other is not None:
            raise DataError(
                f"{source.name}: column {roles[key]!r} cannot be both {key} and {other}.", f"Name another column as {other}."
            )


def _check_globs(patterns: Sequence[str], key: str, source: TableSource) -> None:
    """Refuse a pattern that names nothing: it is most likely a slip, and would pass unseen."""
    for pattern in patterns:
        if not any(matches(name, pattern) for name in source.header):
            raise missing_column(pattern, key, source, is_value=False)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
