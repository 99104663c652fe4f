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
