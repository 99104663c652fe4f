"""The tables of what audits find: feature by feature, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.run.columns import Column, make_table

if TYPE_CHECKING:
    import pyarrow as pa

    from regcli.audit.importance import Importance
    from regcli.audit.learning import Step
    from regcli.audit.stability import Stable
    from regcli.audit.variants import Curves, Variant
    from regcli.run.layout import Kind

STABILITY_COLUMNS: tuple[Column[Stable], ...] = (
    Column("feature", "text", lambda s: np.array(s.over_folds.feature, dtype=object), filled=True),
    Column("source", "text", lambda s: np.array(s.over_folds.source, dtype=object)),
    Column("chosen", "bool", lambda s: s.over_folds.chosen),
    Column("frequency", "float", lambda s: s.over_folds.frequency),
    Column("sign_agreement", "float", lambda s: s.over_folds.agreement),
    Column("pairs_frequency", "float", lambda s: s.pairs and s.pairs.frequency, optional=True),
    Column("pairs_source_frequency", "float", lambda s: s.pairs and s.pairs.source_frequency, optional=True),
    Column("recommended", "bool", lambda s: s.pairs and s.pairs.recommended, optional=True),
)


def stability_table(found: Stable) -> pa.Table:
    """One row per output feature, in file order."""
    return make_table(STABILITY_COLUMNS, found)


IMPORTANCE_COLUMNS: tuple[Column[Importance], ...] = (
    Column("source", "text", lambda i: np.array(i.source, dtype=object), filled=True),
    Column("rank", "float", lambda i: i.rank),
    Column("permutation", "float", lambda i: i.permutation),
    Column("permutation_se", "float", lambda i: i.error),
    Column("size", "float", lambda i: i.size, optional=True),
    Column("fold_mean", "float", lambda i: i.fold_mean, optional=True),
    Column("fold_sd", "float", lambda i: i.fold_sd, optional=True),
)


def importance_table(found: Importance) -> pa.Table:
    """One row per input column, in file order."""
    return make_table(IMPORTANCE_COLUMNS, found)


def _of_step(name: str, field: str = "") -> Column[tuple[Step, ...]]:
    """A column that is a field of `Step`."""
    return Column(name, "float", lambda c: np.array([float(getattr(step, field or name)) for step in c]))


LEARNING_COLUMNS: tuple[Column[tuple[Step, ...]], ...] = (
    _of_step("share"),
    _of_step("n_train"),
    _of_step("lambda", "lam"),
    _of_step("train_mean"),
    _of_step("train_se"),
    _of_step("validation_mean"),
    _of_step("validation_se"),
    _of_step("gap"),
    _of_step("n_nonzero"),
)


def learning_table(found: tuple[Step, ...]) -> pa.Table:
    """One row per share of the training rows, the smallest first."""
    return make_table(LEARNING_COLUMNS, found)


def _of_variant(name: str, kind: Kind = "float", field: str = "") -> Column[tuple[Variant, ...]]:
    """A column that is a field of `Variant`."""
    types = {"float": float, "int": int, "bool": bool, "text": object}
    return Column(name, kind, lambda c: np.array([getattr(variant, field or name) for variant in c], dtype=types[kind]))


VARIANTS_COLUMNS: tuple[Column[tuple[Variant, ...]], ...] = (
    _of_variant("value", "text"),
    _of_variant("entry", "int"),
    _of_variant("path", "text"),
    _of_variant("lambda", field="lam"),
    _of_variant("train_mean"),
    _of_variant("train_se"),
    _of_variant("validation_mean"),
    _of_variant("validation_se"),
    _of_variant("gap"),
    _of_variant("n_features", "int"),
    _of_variant("n_nonzero", "int"),
    _of_variant("df"),
    _of_variant("converged", "bool"),
    _of_variant("selected", "bool"),
)


def variants_table(found: tuple[Variant, ...]) -> pa.Table:
    """One row per value and path, at the path's point by the rule; the one that the value's own search selects is marked."""
    return make_table(VARIANTS_COLUMNS, found)


CURVES_COLUMNS: tuple[Column[Curves], ...] = (
    Column("value", "text", lambda c: c.value),
    Column("path", "text", lambda c: c.path),
    Column("x", "float", lambda c: c.x, filled=True),
    Column("prediction", "float", lambda c: c.prediction),
    Column("y", "float", lambda c: c.y),
)


def curves_table(found: Curves) -> pa.Table:
    """The training rows (x, y), then what every variant's model of all training rows predicts along x."""
    return make_table(CURVES_COLUMNS, found)
