"""A first configuration for a data file: what the file suggests, with the reason and the alternatives beside every choice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.advice.examine import examine, together
from regcli.advice.recommend import Choice
from regcli.config import config_from_data
from regcli.config.commented import commented, given
from regcli.config.yaml12 import flow
from regcli.data.endings import file_kind
from regcli.data.header import header_of
from regcli.data.target import MANY_VALUES
from regcli.data.wording import listing
from regcli.numerals import count, percent

if TYPE_CHECKING:
    from pathlib import Path

    from regcli.config import Config
    from regcli.data.types import Dataset
    from regcli.pace import Progress

# What targets are called, the plainest names first.
TARGETS = (
    re.compile(r"y|target|label|labels|outcome|response", re.IGNORECASE),
    re.compile(
        r".*(target|label|class|outcome|response|diagnosis|churn(ed)?|default(ed)?|survived|species|quality)", re.IGNORECASE
    ),
    re.compile(r".*(price|sales?|salary|income|score|rating|amount|cost|revenue|demand|medv|count|value)", re.IGNORECASE),
)
LIKELY = 4
# What weights are called; a name is not enough to make one.
WEIGHT = re.compile(r"(sample|survey|case|row|p|f)?[ _.-]?(weights?|wts?|wgt)", re.IGNORECASE)
# In which order the keys of a block are read.
ORDER = {
    "dataset": ("kind", "path", "target", "weight", "group", "time", "columns", "types", "read"),
    "preprocess": ("scale", "target", "missing", "categorical", "text", "dates", "lags"),
}
# What else could be said, by key.
ALTERNATIVES = {
    "dataset.target": "What is predicted; rows without it are left out.",
    "dataset.columns": "Columns to leave out, names or globs; `include` would name those to use.",
    "preprocess.scale": "standard (mean 0, SD 1), or robust (quartiles), minmax, maxabs, none. Penalties compare columns by "
    "their coefficients, so that they should be in like units.",
    "preprocess.target": "standard: λ and l1_ratio do not depend on the target's unit. log: fitted and scored as its logarithm, "
    "for targets above 0 with a long tail.",
    "preprocess.missing": "error refuses missing cells; drop leaves such rows out; mean, median, most_frequent fill in what the "
    "training rows have. {strategy: median, indicator: true} adds columns that say where.",
    "preprocess.categorical.min_frequency": "Levels in fewer rows become one: categorical: {min_frequency: 10} (rows, or a share "
    "of them).",
    "preprocess.dates": "Parts of dates as columns: parts: [year, month, weekday, hour].",
    "penalty": "elasticnet between ridge (l1_ratio near 0) and lasso (1). ridge keeps all columns, lasso leaves some out, none "
    "penalises nothing; a list tries several. `regcli sweep --penalty all` compares them.",
    "cv": "Alternatives: kfold, stratified, group, stratified_group, time_series, shuffle_split, leave_one_out, predefined.",
    "select": "1se: the simplest model within one standard error of the best; min: the best; pct_loss: the simplest within "
    "`tolerance`. `metrics` are recorded as well.",
    "holdout": "Alternatives: {fraction: 0.2}, {column: train, test_value: F}, {last: 0.2}, or null: no final test.",
}
# Columns of a kind that a comment names.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Initial:
    """A configuration to begin with.

    Attributes
    ----------
    text : str
        YAML with comments, for a file in the folder that was named.
    config : Config
    about : str
        What it is, in a sentence.
    """

    text: str
    config: Config
    about: str


def likely_targets(path: Path) -> tuple[str, ...]:
    """Columns that may be the one to predict, the likeliest first: by their names, or else the last one and the first.

    Raises
    ------
    DataError
        Where the file cannot be read.
    """
    header = header_of(path, file_kind(path) or "csv")
    named = [name for form in TARGETS for name in header if form.fullmatch(name)]
    return tuple(dict.fromkeys(named or [header[-1], header[0]]))[:LIKELY]


def initial(path: Path, name: str, target: str | None, task: str | None, folder: Path, tell: Progress) -> Initial:
    """Look at a file and write down what it suggests.

    Parameters
    ----------
    path : Path
    name : str
        Of the experiment.
    target : str or None
        The column to predict; None for a file that has its target at the front of each line.
    task : str or None
        As the target tells, unless it is given.
    folder : Path
        Where the configuration will be.
    tell : callable (done, total, what)
        Told how far it has come.

    Raises
    ------
    RegcliError
        What no key of the configuration can mend.
    """
    kind = file_kind(path) or "csv"
    source: dict[str, Any] = {"kind": kind, "path": str(path.absolute()), **({} if target is None else {"target": target})}
    first = {"version": 1, "name": name, **({} if task is None else {"task": task}), "dataset": source}
    config = config_from_data({**first, "penalty": [{"kind": "elasticnet"}]}, "init", folder)
    found = examine(config, None, tell)
    choices, ready = together(config, found, _defaults(found.better.dataset, found.choices))
    dataset = found.better.dataset
    data = given(ready, folder)
    data["penalty"] = {"kind": "elasticnet", "l1_ratio": [0.1, 0.5, 0.9]}
    lines = _notes(dataset, found.settled.dataset, {choice.key: choice.why for choice in choices}, found.first)
    n, p = len(found.settled.dataset), len(dataset.features.names)
    about = f"{dataset.target} of {path.name}: {dataset.task} on {count(n, 'row')} and {count(p, 'input column')}"
    head = [
        f"Predicting {about}. Guessed by `regcli init`; every comment says why, and what else there is.",
        "`regcli validate` shows the plan, `regcli fit` runs it, `regcli advise` says which penalty suits.",
    ]
    return Initial(commented(_ordered(data), lines, head), ready, about)


def _defaults(dataset: Dataset, chosen: tuple[Choice, ...]) -> list[Choice]:
    """Keys that a first configuration shows although nothing in the data asks for them."""
    more = [Choice("preprocess.scale", "standard", "")]
    if dataset.task == "regression":
        more += [
            Choice("preprocess.target", "standard", ""),
            Choice("select", {"metric": "mse", "rule": "1se", "metrics": ["r2", "mae"]}, ""),
        ]
    else:
        ranked = ["roc_auc", "average_precision", "brier"] if len(dataset.classes) == 2 else ["accuracy", "roc_auc"]
        more += [Choice("select", {"metric": "log_loss", "rule": "1se", "metrics": ranked}, "")]
    if not any(choice.key.startswith("preprocess.missing") for choice in chosen):
        more.append(Choice("preprocess.missing", "error", ""))
    return more


def _notes(dataset: Dataset, whole: Dataset, why: dict[str, str], found: Any) -> dict[str, list[str]]:  # noqa: ANN401
    """Comments by key: the reason found in the data, if there is one, then what else could be said."""
    suspected = [f"{f.text} {f.hint}".strip() for f in found if f.topic in {"leakage", "rows"} and not f.remedy]
    after = ALTERNATIVES | {
        "task": _task(dataset),
        "dataset.read": _reading(dataset),
        "dataset.types": _kinds(dataset),
        "dataset.weight": _roles(dataset, whole),
    }
    for kind, key in (("categorical", "preprocess.categorical.min_frequency"), ("date", "preprocess.dates")):
        if kind not in dataset.features.kinds:
            after.pop(key)
    notes = {key: [text for text in (why.get(key, ""), after.get(key, "")) if text] for key in {**after, **why}}
    if "dataset.columns.exclude" in why:
        notes["dataset.columns.exclude"] = [why["dataset.columns.exclude"]]
    notes["dataset.target"] += suspected
    return {key: texts for key, texts in notes.items() if texts}


def _task(dataset: Dataset) -> str:
    if dataset.task == "regression":
        n_values = len(np.unique(dataset.y))
        other = " The alternative is classification." if n_values <= MANY_VALUES else ""
        return f"The target holds {count(n_values, 'different number')}.{other}"
    shares = np.bincount(dataset.y.astype(np.int64), minlength=len(dataset.classes)) / len(dataset)
    classes = [f"{label} ({percent(float(share))})" for label, share in zip(dataset.classes, shares, strict=True)]
    return (
        f"The target holds {count(len(classes), 'class', 'classes')}: {listing(classes, NAMED)}. The alternative is regression."
    )


def _reading(dataset: Dataset) -> str:
    """How the file was read, where that is worth a word."""
    if dataset.read is None:
        return ""
    named = {"delimiter": dataset.read["delimiter"], "encoding": dataset.read["encoding"], **dataset.notation}
    said = ", ".join(f"{key}: {flow(value)}" for key, value in named.items())
    return f"Read with {said}; where that is wrong: read: {{delimiter: ';', decimal: ',', encoding: latin-1, na: ['?']}}."


def _kinds(dataset: Dataset) -> str:
    """What the columns were taken for, which `types` can correct."""
    features = dataset.features
    by_kind: dict[str, list[str]] = {}
    for name, kind in zip(features.names, features.kinds, strict=True):
        by_kind.setdefault(kind, []).append(repr(name))
    said = "; ".join(f"{kind}: {listing(names, NAMED)}" for kind, names in by_kind.items())
    return f"Columns as their cells tell: {said}. Where that is wrong: types: {{zip: category, amount: number, when: date}}."


def _roles(dataset: Dataset, whole: Dataset) -> str:
    """Roles that no column has, and those that one may have."""
    weights = [name for name in whole.features.names if WEIGHT.fullmatch(name)]
    may = f" {listing([repr(name) for name in weights])} may hold weights: then say weight: {weights[0]}." if weights else ""
    lacking = [
        *(["weight (how much a row counts)"] if dataset.weight is None else []),
        *(["group (whose rows stay in one fold)"] if dataset.group is None else []),
        *(["time (what orders the rows)"] if not dataset.ordered else []),
    ]
    return f"Roles that no column has: {listing(lacking)}.{may}" if lacking else ""


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    """Blocks with their keys in the order in which they are read."""
    for block in ("dataset", "preprocess"):
        inside = data.get(block, {})
        known = [key for key in ORDER[block] if key in inside]
        data[block] = {key: inside[key] for key in [*known, *(key for key in inside if key not in known)]}
    return data
