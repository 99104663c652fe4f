"""Row weights of a fit: sample weights times class weights, the latter computed for each fit from its own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.errors import UsageError
from regcli.wording import same_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.data.types import Dataset
    from regcli.numerics.arrays import FloatArray, IntArray


def sample_weights(dataset: Dataset, rows: IntArray) -> FloatArray:
    """Sample weights of some rows; ones where the dataset has none."""
    return np.ones(len(rows)) if dataset.weight is None else dataset.weight[rows]


def fit_weights(dataset: Dataset, rows: IntArray, class_weight: str | Mapping[str, float] | None) -> FloatArray | None:
    """Sample × class weights of a fit on some rows, (n,); None where every row counts one.

    ``balanced`` weighs class c by W / (K W_c), W the sample weight of the rows and W_c that of the class's rows.
    """
    if class_weight is None:
        return None if dataset.weight is None else dataset.weight[rows]
    weights = sample_weights(dataset, rows)
    codes = dataset.y[rows].astype(int)
    if isinstance(class_weight, str):  # balanced
        totals = np.bincount(codes, weights, len(dataset.classes))
        return np.asarray(weights * (weights.sum() / (len(dataset.classes) * totals))[codes])
    return np.asarray(weights * np.array([class_weight.get(label, 1.0) for label in dataset.classes])[codes])


def matched_labels(dataset: Dataset, class_weight: str | Mapping[str, float] | None) -> dict[str, float] | None:
    """Class weights by the labels as the data spell them: 1 is 1.0; None where there are none, or they name other classes."""
    if class_weight is None or isinstance(class_weight, str):
        return None
    spelled = {label: next((own for own in dataset.classes if same_text(own, label)), label) for label in class_weight}
    if len(set(spelled.values())) < len(spelled):
        return None
    return {spelled[label]: weight for label, weight in class_weight.items()}


def check_class_weight(dataset: Dataset, class_weight: str | Mapping[str, float] | None) -> None:
    """Refuse labels that do not occur and weights that leave nothing to fit."""
    if class_weight is None or isinstance(class_weight, str):
        return
    unknown = sorted(set(class_weight) - set(dataset.classes))
    if unknown:
        raise UsageError(
            f"model.class_weight names {', '.join(map(repr, unknown))}, which is not a label of {dataset.target!r}",
            f"the labels are {', '.join(map(repr, dataset.classes))}",
        )
