"""What is best done: a penalty, a way to cross-validate, and the keys of the configuration that say so, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.advice.shape import FEATURES_A_ROW, RELATED
from regcli.data.mistakes import ADDED
from regcli.numerals import count, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from regcli.advice.finding import Finding
    from regcli.advice.settle import Answer
    from regcli.advice.shape import Alike
    from regcli.advice.trials import Trial
    from regcli.config import Config
    from regcli.data.types import Dataset, Splits

# Rows up to which folds are drawn several times, from which a fifth is worth holding out, and up to which there are ten folds.
TINY, ENOUGH, FEW = 200, 500, 5000
# Columns from which every fold more is felt.
WIDE = 1000
# A gap that a penalty can do little about, and rows a column from which data are massive.
LITTLE, MASSIVE = 0.02, 100
# A difference of two scores that a penalty between the two should be given the chance to use.
CLEARLY = 0.1
# A lasso that leaves out so many columns within one standard error of its best.
SPARSE = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that is recommended.

    Attributes
    ----------
    key : str
        Of the configuration, dotted.
    value : plain data
    why : str
        A sentence with the numbers found.
    """

    key: str
    value: Any
    why: str


def penalty(n: int, p: int, alike: Alike, trial: Trial | None) -> Choice:
    """The penalty that suits, by the numbers found beside their rules."""
    ratio = p / n
    related = alike.largest > RELATED
    compared = alike.largest > 0
    r = f"the largest |r| is {number(alike.largest)} ({'above' if related else 'not above'} {number(RELATED)})"
    r = r if compared else "no columns of numbers to compare"
    few = f"{number(ratio)} features a row ({'above' if ratio > FEATURES_A_ROW else 'not above'} {number(FEATURES_A_ROW)})"
    tried = _tried(trial)
    if ratio > FEATURES_A_ROW:
        if related:
            return Choice(
                "penalty",
                {"kind": "elasticnet", "l1_ratio": [0.3, 0.5, 0.7]},
                f"An elastic net: {few}, so columns are to be left out, and {r}, where a lasso alone picks at random.{tried}",
            )
        if _ahead(trial, "ridge", "lasso"):
            return Choice(
                "penalty",
                {"kind": "elasticnet", "l1_ratio": [0.1, 0.5, 0.9]},
                f"An elastic net: {few}, so columns are to be left out, but ridge does better than the lasso.{tried}",
            )
        return Choice("penalty", "lasso", f"A lasso: {few}, so columns are to be left out, and {r}.{tried}")
    if trial is not None and n >= MASSIVE * p and "none" in trial.validation and trial.gap("none") < LITTLE and not related:
        return Choice("penalty", "none", f"Little or no penalty: {count(n, 'row')} for {count(p, 'feature')}, {r}.{tried}")
    if related:
        if _ahead(trial, "lasso", "ridge") or _less(trial, "lasso", "ridge"):
            return Choice(
                "penalty",
                {"kind": "elasticnet", "l1_ratio": [0.3, 0.5, 0.7]},
                f"An elastic net: {r}, and the lasso does better than ridge.{tried}",
            )
        return Choice("penalty", "ridge", f"Ridge: {r}, and {few}: nothing forces columns out.{tried}{_perhaps(trial)}")
    if (
        trial is not None
        and "lasso" in trial.share_used
        and trial.share_used["lasso"] <= SPARSE
        and not _ahead(trial, "ridge", "lasso")
    ):
        used = trial.share_used["lasso"]
        does = (
            f"it does with {percent(used)} of the columns" if used else "within one standard error of its best it needs no column"
        )
        return Choice("penalty", "lasso", f"A lasso: {does}, {r}.{tried}")
    return Choice("penalty", "ridge", f"Ridge: {few} and {r}; most columns are of use.{tried}")


def _perhaps(trial: Trial | None) -> str:
    """What is to be said where the lasso has less error than the ridge that is recommended."""
    if trial is None or not {"lasso", "ridge"} <= trial.validation.keys():
        return ""
    better = float(trial.validation["lasso"].mean()) < float(trial.validation["ridge"].mean())
    return " That the lasso has less may be chance: `regcli sweep --penalty all` tells on all rows." if better else ""


def _ahead(trial: Trial | None, a: str, b: str) -> bool:
    return trial is not None and {a, b} <= trial.validation.keys() and trial.ahead(a, b) > 0


def _less(trial: Trial | None, a: str, b: str) -> bool:
    """Whether a has clearly less error than b in these folds, be it by chance."""
    if trial is None or not {a, b} <= trial.validation.keys():
        return False
    return float(trial.validation[a].mean()) < (1.0 - CLEARLY) * float(trial.validation[b].mean())


def _tried(trial: Trial | None) -> str:
    """What the trial gave, in words."""
    if trial is None or not trial.validation:
        return ""
    scores = ", ".join(f"{name} {number(float(values.mean()))}" for name, values in trial.validation.items())
    gap = (
        f"; without a penalty validation is {percent(trial.gap('none'), signed=True)} off training"
        if "none" in trial.train
        else ""
    )
    return f" Tried on {count(trial.n, 'row')}: validation {trial.metric} {scores}{gap}."


def folds(dataset: Dataset, splits: Splits, config: Config) -> list[Choice]:
    """How to cross-validate: by time or group where there is one, drawn several times where there are few rows.

    All keys of `cv` at once, since what means something to one scheme has no meaning for another.
    """
    if splits.kind == "predefined":
        return []
    n = len(splits.train)
    given: dict[str, Any] = {"n_splits": config.cv.n_splits} if "n_splits" in config.cv.model_fields_set else {}
    if dataset.ordered:
        more: dict[str, Any] = {
            key: getattr(config.cv, key) for key in ("gap", "test_size", "max_train_size") if key in config.cv.given()
        }
        cv: dict[str, Any] = {"kind": "time_series", **given, **(more if splits.kind == "time_series" else {})}
        return [Choice("cv", cv, "The rows have a time: each fold learns from the past and is validated on what follows.")]
    if dataset.group is not None:
        kind = "stratified_group" if dataset.task == "classification" else "group"
        groups = len(set(dataset.group[splits.train].tolist()))
        few: dict[str, Any] = {"n_splits": groups} if groups < config.cv.n_splits else given
        return [Choice("cv", {"kind": kind, **few}, f"The rows belong to {count(groups, 'group')}, none of which is split.")]
    kind = "stratified" if dataset.task == "classification" else "kfold"
    smallest = int(np.bincount(dataset.y[splits.train].astype(np.int64)).min()) if kind == "stratified" else n // 4
    wide = len(dataset.features.names) > WIDE
    parts = given or {"n_splits": max(2, min(10 if n < FEW and not wide else 5, smallest))}
    k = parts["n_splits"]
    why = f"{count(k, 'fold')}: each model learns from {percent(1 - 1 / k)} of {count(n, 'training row')} without time or groups."
    if not config.cv.shuffle:
        why += " Folds are stretches of rows."
        return [Choice("cv", {"kind": kind, **parts, "shuffle": False}, why)]
    if n < TINY:
        repeats = max(2 if wide else 5, config.cv.repeats)
        why += f" So few rows (below {TINY}) that one draw says little: {repeats} are averaged."
        return [Choice("cv", {"kind": kind, **parts, "repeats": repeats, "seed": config.cv.seed}, why)]
    return [Choice("cv", {"kind": kind, **parts, "seed": config.cv.seed}, why)]


def holdout(dataset: Dataset) -> Choice | None:
    """Rows for the one final test, where there are enough."""
    n = len(dataset)
    if n < ENOUGH:
        return None
    why = f"A fifth of {count(n, 'row')} ({ENOUGH} or more) is kept for the one final test."
    return Choice("holdout", {"last": 0.2} if dataset.ordered else {"fraction": 0.2, "seed": 0}, why)


def from_answers(answers: Iterable[Answer]) -> list[Choice]:
    """What must be said for `fit` to begin; of several mistakes told together each key gets those that it is the cure of."""
    chosen = []
    for answer in answers:
        lines = answer.said.split("\n")
        for key, value in answer.keys.items():
            names = [repr(name) for name in value] if isinstance(value, (list, dict)) else []
            mine = [line for line in lines if (any(name in line for name in names) if names else key in line)]
            chosen.append(Choice(key, value, sentences("\n".join(mine or lines))))
    return chosen


def sentences(text: str) -> str:
    """Every line of an error as a sentence, without the file's name in front."""
    lines = [line.partition(": ")[2] or line for line in text.split("\n")]
    return " ".join(line[:1].upper() + line[1:] + ("" if line.endswith((".", "?", "!")) else ".") for line in lines)


def from_findings(findings: Sequence[Finding]) -> list[Choice]:
    """What the findings suggest; of several suggestions for one key the first, and all of those that add to a list."""
    return [Choice(key, value, finding.text) for finding in findings for key, value in finding.remedy.items()]


def together(config: Config, choices: Sequence[Choice]) -> dict[str, Choice]:
    """One choice for each key; under keys that add to what is there, all of them with what the configuration has."""
    out: dict[str, Choice] = {}
    for choice in choices:
        had = out.get(choice.key)
        if choice.key not in ADDED:
            inside = [out.pop(key) for key in list(out) if key.startswith(f"{choice.key}.")]
            if inside and had is None:  # a whole block, which knows of what was chosen in it
                choice = Choice(choice.key, choice.value, " ".join([*(each.why for each in inside), choice.why]))  # noqa: PLW2901
            out.setdefault(choice.key, choice)
        elif had is None:
            out[choice.key] = Choice(choice.key, _united(_given(config, choice.key), choice.value), choice.why)
        else:
            out[choice.key] = Choice(choice.key, _united(had.value, choice.value), f"{had.why} {choice.why}")
    return out


def _given(config: Config, dotted: str) -> Any:  # noqa: ANN401
    value: Any = config
    for step in dotted.split("."):
        value = getattr(value, step, None)
    return value


def _united(had: Any, added: Any) -> Any:  # noqa: ANN401
    if isinstance(added, dict):
        return dict(had or {}) | added
    return list(dict.fromkeys((*(had or ()), *added)))


def settings(choices: Mapping[str, Choice]) -> dict[str, Any]:
    """The choices as settings of a configuration."""
    return {key: choice.value for key, choice in choices.items()}
