"""Runs what is prepared: every family fits its paths on all training sets, the rule chooses, and what is chosen is judged."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from regcli.averages import Averages
from regcli.describe import describe
from regcli.errors import FitError
from regcli.families import FAMILIES
from regcli.numerics.reproducible import steady
from regcli.outcome import Choice, Interrupted, Outcome, Summary
from regcli.pace import Pace, listening
from regcli.scoring import gap
from regcli.selection import select, within_one_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.families.base import Piece, Store
    from regcli.numerics.arrays import FloatArray
    from regcli.outcome import Fitted
    from regcli.pace import Progress
    from regcli.prepare import Prepared
    from regcli.selection import Candidates

T = TypeVar("T")
log = logging.getLogger(__name__)
PENALISE = (
    "Penalise what is not penalised (penalty: ridge, or a factor above 0 in penalty.factors), or combine rare levels "
    "(preprocess.categorical.min_frequency)"
)
REFIT = "what the first stage selects there can be fitted with a penalty, stage: {refit: ridge}"


class InMemory:
    """A store for as long as the process lives."""

    def __init__(self) -> None:
        self._held: dict[str, Piece] = {}

    def get(self, key: str, read: Callable[[dict[str, FloatArray]], T]) -> T | None:  # noqa: ARG002
        """What was put there."""
        return self._held.get(key)  # type: ignore[return-value]  # whoever puts is whoever gets

    def put(self, key: str, piece: Piece) -> None:
        """Keep a piece."""
        self._held[key] = piece


@dataclass(frozen=True, slots=True)
class Search:
    """The complete table of a cross-validation and what is chosen from it.

    Attributes
    ----------
    paths : tuple of Fitted
    summaries : tuple of Summary
    choice : Choice
    warnings : tuple of str
    seconds : dict of str to float
        By stage.
    """

    paths: tuple[Fitted, ...]
    summaries: tuple[Summary, ...]
    choice: Choice
    warnings: tuple[str, ...]
    seconds: dict[str, float]


def run(prepared: Prepared, *, save_model: bool, store: Store | None = None, progress: Progress | None = None) -> Outcome:
    """Fit everything that is prepared, choose, refit; evaluate the holdout once and build the model where `save_model`.

    Parameters
    ----------
    prepared : Prepared
        With its paths.
    save_model : bool
        True for `fit`, False for `sweep`.
    store : Store, optional
        Where finished pieces of work are kept; by default in memory.
    progress : callable (done, total, what), optional
        Told of every fit (one training set at one λ) as it is done.

    Raises
    ------
    FitError
        Where no point can be selected.
    Interrupted
        By the user; what was finished is in the store, and in the exception.
    """
    found = search(prepared, store, progress)
    seconds = dict(found.seconds)
    with steady(), _timed(seconds, "refit and test"):
        outcome = describe(prepared, found.paths, found.summaries, found.choice, save_model=save_model)
    every = dict.fromkeys((*prepared.warnings, *found.warnings, *outcome.warnings))
    return replace(outcome, warnings=tuple(every), seconds=seconds)


def search(prepared: Prepared, store: Store | None = None, progress: Progress | None = None, *, twice: bool = True) -> Search:
    """Fit every path on every fold and on all training rows, certify and score all points, and choose.

    Parameters
    ----------
    prepared, store, progress
        As of `run`.
    twice : bool
        Look a second time at the chosen point, from the rows, where it is certified from sums of squares that keep their digits.

    Raises
    ------
    FitError
        Where no point can be selected.
    """
    seconds: dict[str, float] = {}
    store = store or InMemory()
    pace = Pace(prepared.n_fits, progress)
    with steady():
        with listening(pace), _timed(seconds, "cross-validation"):
            paths = _fit(prepared, store, pace)
        with _timed(seconds, "selection"):
            while True:
                summaries, choice, warnings = _choose(prepared, paths)
                fitted = paths[choice.path]
                sure = FAMILIES[fitted.path.family].confirm(prepared, fitted, choice.index) if twice else fitted
                if sure is fitted:
                    break
                paths = tuple(sure if path is fitted else path for path in paths)
                if sure.usable[choice.index]:
                    summaries, choice, warnings = _choose(prepared, paths)
                    break
    return Search(paths, summaries, choice, tuple(warnings), seconds)


def _fit(prepared: Prepared, store: Store, pace: Pace) -> tuple[Fitted, ...]:
    """The paths of all families, in the order of the table."""
    mine = {name: [path for path in prepared.paths if path.family == name] for name in FAMILIES}
    try:
        return tuple(found for name, paths in mine.items() for found in FAMILIES[name].fit(prepared, paths, store, pace))
    except KeyboardInterrupt:
        done = [found for name, paths in mine.items() for found in FAMILIES[name].finished(prepared, paths, store)]
        raise Interrupted(prepared, tuple(done)) from None
    finally:
        pace.finish()


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
    log.info("%s: %.2f s", stage, seconds[stage])


def _choose(prepared: Prepared, paths: tuple[Fitted, ...]) -> tuple[tuple[Summary, ...], Choice, list[str]]:
    """Means over folds, then the selection rule over all paths."""
    plan = prepared.plan
    metric, select_by, averages = plan.metric, plan.config.select, Averages.of(plan.dataset, plan.splits)
    means = [averages.validation(path.validation, path.out_of_fold, [metric])[metric] for path in paths]
    trains = [averages.over_folds(path.train[metric]) for path in paths]
    candidates = [path.candidates(mean, error) for path, (mean, error) in zip(paths, means, strict=True)]
    selection = select(candidates, metric, select_by.rule, select_by.tolerance)
    if selection is None:
        raise _nothing_left(prepared, paths)
    (p, i), (bp, bi) = selection.chosen, selection.best
    near = within_one_error(candidates, metric, selection.best)
    summaries = []
    for path, (mean, error), (train, train_error), close in zip(paths, means, trains, near, strict=True):
        parameter, value = path.path.native(prepared, path.lambdas)
        the_gap = gap(train, mean, metric)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(train != 0, the_gap / np.abs(train), np.nan)
        summaries.append(
            Summary(
                train, train_error, mean, error, the_gap, relative,
                path.n_nonzero_folds.mean(axis=0),
                path.n_iter.sum(axis=0), path.kkt.max(axis=0), path.usable, close, parameter, np.asarray(value),
                np.full(len(path.lambdas), np.nan) if path.seed_error is None else path.seed_error,
            )
        )  # fmt: skip
    choice = Choice(p, i, bp, bi, select_by.rule, metric, selection.n_left_out)
    return tuple(summaries), choice, _remarks(prepared, paths, candidates, choice)


def _nothing_left(prepared: Prepared, paths: tuple[Fitted, ...]) -> FitError:
    """Why no grid point can be selected, and what helps."""
    total = sum(len(path.lambdas) for path in paths)
    if any(path.usable.any() for path in paths):
        return FitError(
            f"{prepared.plan.metric} is undefined in some fold at every grid point",
            "choose another select.metric, or fewer and larger folds (cv.kind leave_one_out pools its single rows)",
        )
    worst = min((float(path.kkt.max(axis=0).min()) for path in paths if not np.isnan(path.kkt).any()), default=np.nan)
    endless = _endless(prepared, paths)
    if endless and not np.isfinite(worst):
        way_out = [{"penalty": "ridge"}] if {path.path.penalty for path in paths} == {"none"} else []
        hint = REFIT if _refits_alone(prepared, paths) else PENALISE
        return FitError(f"none of the {total} grid points has a finite optimum in every fold: {endless}", hint, *way_out)
    if np.isnan(worst):
        cures = dict.fromkeys(FAMILIES[path.path.family].longer for path in paths if np.isnan(path.kkt).any())
        hint = f"change the fixed levers: {'; '.join(cures)}"
        return FitError(f"training ended badly in some fold at each of the {total} grid points", hint)
    return FitError(
        f"none of the {total} grid points converged in every fold: the best certificate is {worst:.1e}, "
        f"model.tol is {prepared.plan.config.model.tol:g}",
        "raise model.max_iter or model.tol, or make the penalty stronger (lambdas.min_ratio, lambdas.min)",
    )


def _endless(prepared: Prepared, paths: tuple[Fitted, ...]) -> str:
    """Where what is not penalised separates classes, in words; empty where it does so nowhere."""
    sets = np.any([FAMILIES[path.path.family].endless(prepared, path) for path in paths], axis=0)
    if not sets.any():
        return ""
    *folds, full = sets
    where = ([f"{sum(folds)} of {len(folds)} folds"] if any(folds) else []) + (["the full training data"] if full else [])
    what = "refitted without a penalty, columns" if _refits_alone(prepared, paths) else "columns without a penalty"
    return f"{what} separate classes in {' and '.join(where)}, where their coefficients would grow without end"


def _refits_alone(prepared: Prepared, paths: tuple[Fitted, ...]) -> bool:
    """Nothing but second stages has points without a finite optimum."""
    return all(path.path.stage is not None or not FAMILIES[path.path.family].endless(prepared, path).any() for path in paths)


def _one_choice(paths: tuple[Fitted, ...]) -> list[list[int]]:
    """Paths that differ in γ alone, together: strength and γ are one choice."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for p, path in enumerate(paths):
        spec = path.path
        key = (spec.family, spec.entry, spec.l1_ratio, spec.stage) if spec.gamma is not None else (p,)
        groups.setdefault(key, []).append(p)
    return list(groups.values())


def _remarks(prepared: Prepared, paths: tuple[Fitted, ...], candidates: list[Candidates], choice: Choice) -> list[str]:
    """What the user should know about the outcome of the search."""
    out = []
    not_converged = sum(int((~path.usable).sum()) for path in paths)
    total = sum(len(path.lambdas) for path in paths)
    endless = _endless(prepared, paths)
    if not_converged:
        out.append(
            f"{not_converged} of {total} grid points have no finite optimum in some fit and were left out: {endless}. "
            + (f"{REFIT[0].upper()}{REFIT[1:]}" if _refits_alone(prepared, paths) else PENALISE)
            if endless
            else f"{not_converged} of {total} grid points did not converge in every fit and were left out: "
            + "; ".join(dict.fromkeys(FAMILIES[path.path.family].longer for path in paths if not path.usable.all()))
        )
    if choice.n_left_out > not_converged:
        out.append(
            f"{choice.n_left_out - not_converged} of {total} grid points were left out because "
            f"{choice.metric} is undefined in some fold"
        )
    groups = _one_choice(paths)
    for group in groups:
        alone = select([candidates[p] for p in group], choice.metric, "min", 0.0)
        if alone is None:
            continue
        p, i = group[alone.best[0]], alone.best[1]
        if len(paths[p].lambdas) > 1:
            family, overall = FAMILIES[paths[p].path.family], choice.best_path in group
            name = f"{paths[p].path.label}: " if len(groups) > 1 else ""
            out += [name + text for text in family.at_the_edge(paths[p], i, choice.metric, overall=overall)]
    if choice.rule == "1se" and not np.isfinite(candidates[choice.best_path].error[choice.best_index]):
        out.append("a single fold has no standard error: rule 1se takes the best mean")
    return out
