"""The same experiment for other values of one key, on the same rows and folds: how train and validation move with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.audit.base import Audit
from regcli.audit.stability import representative
from regcli.averages import Averages
from regcli.data.types import Features
from regcli.engine import search
from regcli.errors import RegcliError
from regcli.families import FAMILIES, expand
from regcli.metrics import METRICS
from regcli.outcome import Audited, Interrupted
from regcli.prepare import prepare

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.data.types import Dataset
    from regcli.engine import Search
    from regcli.families.base import Store
    from regcli.numerics.arrays import FloatArray, IntArray, TextArray
    from regcli.outcome import Outcome
    from regcli.pace import Progress
    from regcli.prepare import Prepared

VARIANTS, CURVES = "variants.csv", "curves.csv"
# Curves are drawn through so many points, over the range of the rows and this share of it on both sides.
POINTS, BEYOND = 201, 0.02


@dataclass(frozen=True, slots=True)
class Variant:
    """One path for one value of the key, at the point that stands for it by the rule.

    Attributes
    ----------
    value : str
        As it is written.
    entry : int
    path : str
        What the path is called.
    lam : float
    train_mean, train_se, validation_mean, validation_se, gap : float
    n_features, n_nonzero : int
        Columns of the design, and those in use.
    df : float
    converged : bool
    selected : bool
        It is what the search with this value selects.
    by_fold : ndarray (F,)
        Validation scores.
    """

    value: str
    entry: int
    path: str
    lam: float
    train_mean: float
    train_se: float
    validation_mean: float
    validation_se: float
    gap: float
    n_features: int
    n_nonzero: int
    df: float
    converged: bool
    selected: bool
    by_fold: FloatArray


@dataclass(frozen=True, slots=True)
class Curves:
    """Rows and predictions along a single column of numbers; R entries, the rows first.

    Attributes
    ----------
    value, path : object ndarray (R,) of str
        None for the rows.
    x, prediction, y : ndarray (R,)
        Predictions are NaN for the rows, y for the others; of two classes, the second one's share.
    """

    value: TextArray
    path: TextArray
    x: FloatArray
    prediction: FloatArray
    y: FloatArray


class Variants(Audit):
    """On request: `vary`."""

    name = "vary"
    what = "other values of a key"

    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:  # noqa: ARG002
        plan, wanted = outcome.plan, outcome.plan.config.vary
        if wanted is None:
            return None
        grid = _grid(plan.dataset, plan.splits.train)
        found: list[Variant] = []
        curves: list[tuple[Variant, FloatArray]] = []
        warnings = []
        for k, (value, config) in enumerate(zip(wanted.values, plan.variants, strict=True)):
            written = _written(value)
            tell(k, len(plan.variants), f"{wanted.key}: {written}")
            try:
                prepared, searched = _search(outcome, config, grid)
            except Interrupted:
                raise KeyboardInterrupt from None  # its paths are not the run's
            except RegcliError as error:
                warnings.append(f"{wanted.key}: {written}: {error.message}")
                continue
            for p in range(len(searched.paths)):
                variant, index = _variant(written, prepared, searched, p)
                found.append(variant)
                if grid is not None:
                    curves.append((variant, _predicted(prepared, searched, p, index, grid)))
        tell(1, 1, self.what)
        if not found:
            return Audited({}, warnings=tuple(warnings))
        tables: dict[str, object] = {VARIANTS: tuple(found)}
        if grid is not None:
            tables[CURVES] = _curves(plan.dataset, plan.splits.train, grid, curves)
        return Audited(_numbers(outcome, wanted.key, found), tables, tuple(warnings))


def _written(value: Any) -> str:  # noqa: ANN401
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _search(outcome: Outcome, config: Config, grid: FloatArray | None) -> tuple[Prepared, Search]:
    """All paths with one value, on the run's folds; the points of the grid stand behind the rows and take part in nothing."""
    plan = outcome.plan
    dataset = plan.dataset if grid is None else _with_grid(plan.dataset, grid)
    prepared = expand(prepare(replace(plan, config=config, dataset=dataset, variants=())))
    return prepared, search(prepared)


def _variant(value: str, prepared: Prepared, searched: Search, p: int) -> tuple[Variant, int]:
    fitted, summary, choice = searched.paths[p], searched.summaries[p], searched.choice
    selected = p == choice.path
    i = choice.index if selected else representative(fitted, summary, choice)
    return Variant(
        value=value,
        entry=fitted.path.entry,
        path=fitted.path.label,
        lam=float(fitted.lambdas[i]),
        train_mean=float(summary.train_mean[i]),
        train_se=float(summary.train_se[i]),
        validation_mean=float(summary.validation_mean[i]),
        validation_se=float(summary.validation_se[i]),
        gap=float(summary.gap[i]),
        n_features=len(prepared.outputs),
        n_nonzero=int(fitted.n_nonzero[i]),
        df=float(fitted.df[i]),
        converged=bool(fitted.usable[i]),
        selected=selected,
        by_fold=fitted.validation[choice.metric][:, i],
    ), i


def _grid(dataset: Dataset, train: IntArray) -> FloatArray | None:
    """Points along the one column of numbers that there is; None where there are others, or several classes."""
    alone = dataset.features.kinds == ("numeric",) and dataset.ids is None
    if not alone or len(dataset.classes) > 2 or not isinstance(dataset.features.numeric, np.ndarray):
        return None
    x = dataset.features.numeric[train, 0]
    spare = BEYOND * float(np.ptp(x))
    return np.linspace(x.min() - spare, x.max() + spare, POINTS) if np.isfinite(x).all() else None


def _with_grid(dataset: Dataset, grid: FloatArray) -> Dataset:
    """The dataset with the points of a grid behind its rows."""
    n, features = len(grid), dataset.features
    numeric = np.asfortranarray(np.concatenate([features.numeric, grid[:, None]]))
    empty = np.full(n, "", dtype=object)

    def longer(text: TextArray | None) -> TextArray | None:
        return None if text is None else np.append(text, empty)

    return replace(
        dataset,
        features=Features(features.names, features.kinds, numeric, features.texts),
        y=np.append(dataset.y, np.zeros(n)),
        weight=None if dataset.weight is None else np.append(dataset.weight, np.ones(n)),
        row=np.append(dataset.row, np.full(n, -1)),
        group=longer(dataset.group),
        fold=longer(dataset.fold),
        holdout=longer(dataset.holdout),
    )


def _predicted(prepared: Prepared, searched: Search, p: int, index: int, grid: FloatArray) -> FloatArray:
    """What the model of all training rows says along the grid; of two classes, the second one's probability."""
    fitted = searched.paths[p]
    model = FAMILIES[fitted.path.family].models(prepared, fitted, index)[-1]
    n = len(prepared.plan.dataset)
    mean = model(np.arange(n - len(grid), n))
    return mean[:, 1] if mean.ndim == 2 else mean


def _curves(dataset: Dataset, train: IntArray, grid: FloatArray, curves: list[tuple[Variant, FloatArray]]) -> Curves:
    def repeated(name: str) -> TextArray:
        texts = [None] * len(train) + [getattr(variant, name) for variant, _ in curves for _ in grid]
        return np.array(texts, dtype=object)

    blank = np.full(len(grid) * len(curves), np.nan)
    return Curves(
        value=repeated("value"),
        path=repeated("path"),
        x=np.concatenate([dataset.features.numeric[train, 0], *([grid] * len(curves))]),
        prediction=np.concatenate([np.full(len(train), np.nan), *(said for _, said in curves)]),
        y=np.append(dataset.y[train], blank),
    )


def _numbers(outcome: Outcome, key: str, found: list[Variant]) -> dict[str, Any]:
    """The value whose selected model validates best, and by how much it is better than the run's own."""
    metric = outcome.choice.metric
    sign = METRICS[metric].sign
    best = min((variant for variant in found if variant.selected), key=lambda variant: sign * variant.validation_mean)
    own = outcome.paths[outcome.choice.path].validation[metric][:, outcome.choice.index]
    mean = outcome.metrics["selected"]["validation_mean"]
    _, error = Averages.of(outcome.plan.dataset, outcome.plan.splits).over_folds(sign * (own - best.by_fold))
    return {
        "key": key,
        "metric": metric,
        "values": list(dict.fromkeys(variant.value for variant in found)),
        "best_value": best.value,
        "best_path": best.path,
        "best_mean": best.validation_mean,
        "best_se": best.validation_se,
        "gain": sign * (mean - best.validation_mean),
        "gain_se": float(error),
    }
