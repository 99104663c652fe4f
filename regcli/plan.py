"""Configuration and dataset in, what will be fitted out: data alone. Nothing is prepared here and nothing fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regcli.config import decide, variants
from regcli.metrics import METRICS, default_metric
from regcli.preprocess import fitted_scale, on_scale
from regcli.weights import check_class_weight, matched_labels

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.data.types import Dataset, Splits, Task

Loss = Literal["squared", "logistic", "multinomial"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be fitted on which rows, and how it is judged.

    Attributes
    ----------
    config : Config
        With task, cross-validation scheme and metric as the data decided them.
    dataset : Dataset
        Its target is on the scale on which it is fitted and scored.
    splits : Splits
    task : {"regression", "classification"}
    loss : {"squared", "logistic", "multinomial"}
    metric : str
        The metric the strength is chosen by.
    metrics : tuple of str
        Metrics recorded per fold: `metric` first, then select.metrics.
    warnings : tuple of str
    variants : tuple of Config
        The same experiment with the other values that `vary` asks for.
    """

    config: Config
    dataset: Dataset
    splits: Splits
    task: Task
    loss: Loss
    metric: str
    metrics: tuple[str, ...]
    warnings: tuple[str, ...]
    variants: tuple[Config, ...] = ()

    @property
    def target_scale(self) -> str | None:
        """``log`` or ``log1p`` where the target is fitted and scored so; None where it is as it came."""
        return fitted_scale(self.config.preprocess.target)


def make_plan(config: Config, dataset: Dataset, splits: Splits) -> Plan:
    """Decide what was left to the data.

    Raises
    ------
    UsageError
        Where the configuration names classes that these data do not have.
    """
    metric = config.select.metric or default_metric(dataset.task)
    labels = matched_labels(dataset, config.model.class_weight)
    config = decide(
        config,
        task=dataset.task,
        cv_kind=splits.kind,
        metric=metric,
        notation=dataset.notation,
        class_weight=labels,
        outer_kind=splits.outer_kind,
    )
    check_class_weight(dataset, config.model.class_weight)
    dataset = on_scale(dataset, config.preprocess.target)
    metrics = tuple(dict.fromkeys((metric, *config.select.metrics)))
    loss: Loss = "squared" if dataset.task == "regression" else "logistic" if len(dataset.classes) == 2 else "multinomial"
    warnings = [*dataset.warnings, *splits.warnings]
    if METRICS[metric].null_is_perfect:
        warnings.append(
            f"select.metric {metric}: the null model is calibrated without knowing anything and may be chosen for it: "
            f"select by {default_metric(dataset.task)}, with {metric} among select.metrics"
        )
    return Plan(config, dataset, splits, dataset.task, loss, metric, metrics, tuple(dict.fromkeys(warnings)), variants(config))
