"""Runs a plan: the only place that loops over penalties, folds and λ, and the only parallelism.

A path whose folds share the design is walked on all of them and the full training data together. Any other is walked on the full
training data first, which settles where it ends; then each fold preprocesses its own rows and walks the same grid. Both sides of
every fold are scored, and what is chosen is described in full.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from regcli import linear
from regcli.averages import Averages
from regcli.describe import describe
from regcli.errors import FitError
from regcli.numerics.reproducible import steady
from regcli.outcome import Choice, Finished, Interrupted, Outcome, PathResult, PathSummary
from regcli.pace import Pace, listening
from regcli.scoring import gap
from regcli.selection import Candidates, select, within_one_error
from regcli.walk import FoldWalk, PathWalk, walk_fold, walk_full, walk_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from regcli.numerics.arrays import FloatArray
    from regcli.pace import Progress
    from regcli.paths import PathSpec
    from regcli.plan import Plan
    from regcli.preprocess import Preprocessor

T = TypeVar("T")
log = logging.getLogger(__name__)
PENALISE = (
    "Penalise what is not penalised (penalty: ridge, or a factor above 0 in penalty.factors), or combine rare levels "
    "(preprocess.categorical.min_frequency)"
)


@dataclass(frozen=True, slots=True)
class Search:
    """The complete table of a cross-validation and what is chosen from it.

    Attributes
    ----------
    full : FoldWalk
        Every path on all training rows.
    folds : list of FoldWalk
    paths : tuple of PathResult
    summaries : tuple of PathSummary
    choice : Choice
    warnings : tuple of str
    seconds : dict of str to float
        By stage.
    """

    full: FoldWalk
    folds: list[FoldWalk]
    paths: tuple[PathResult, ...]
    summaries: tuple[PathSummary, ...]
    choice: Choice
    warnings: tuple[str, ...]
    seconds: dict[str, float]


def run_plan(plan: Plan, *, save_model: bool, progress: Progress | None = None) -> Outcome:
    """Fit everything in the plan, choose, refit; evaluate the holdout once and build the model where `save_model`.

    Parameters
    ----------
    plan : Plan
    save_model : bool
        True for `fit`, False for `sweep`.
    progress : callable (done, total, what), optional
        Told of every fit (one training set at one λ) as it is done.

    Raises
    ------
    FitError
        Where no grid point can be selected.
    """
    found = search(plan, progress)
    seconds = dict(found.seconds)
    with steady(), _timed(seconds, "refit and test"):
        outcome = describe(plan, found.paths, found.summaries, found.choice, found.full, found.folds, save_model=save_model)
    every = dict.fromkeys((*plan.warnings, *found.warnings, *outcome.warnings))
    return replace(outcome, warnings=tuple(every), seconds=seconds)


def search(plan: Plan, progress: Progress | None = None) -> Search:
    """Walk every path on every fold and on all training rows, certify and score all points, and choose.

    Raises
    ------
    FitError
        Where no grid point can be selected.
    """
    seconds: dict[str, float] = {}
    pace = Pace(sum(len(spec.lambdas) for spec in plan.paths) * (len(plan.splits.folds) + 1), progress)
    with steady(), listening(pace):
        with _timed(seconds, "full fit"):
            apart = _walk_full(plan, pace)
        with _timed(seconds, "cross-validation"):
            folds, full = _walk_folds(plan, apart, pace)
        pace.finish()
        with _timed(seconds, "selection"):
            paths = _results(plan, full, folds)
            summaries, choice, warnings = _choose(plan, paths)
            while not _holds_on_the_rows(plan, paths[choice.path], choice, [*folds, full]):
                summaries, choice, warnings = _choose(plan, paths)
    return Search(full, folds, paths, summaries, choice, tuple(warnings), seconds)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start
    log.info("%s: %.2f s", stage, seconds[stage])


def _walk_full(plan: Plan, pace: Pace) -> dict[int, PathWalk]:
    """On all training rows, the paths that are not walked together with the folds; by their position in the plan."""
    apart = [i for i, spec in enumerate(plan.paths) if spec.solver not in linear.TOGETHER]

    if apart:
        pace.begin("paths on all training rows")

    def walk(i: int) -> PathWalk:
        walked = walk_full(plan, plan.paths[i])
        _drop_the_rest(pace, plan, plan.paths[i], walked)
        return walked

    return dict(zip(apart, _in_parallel(walk, apart, plan.jobs), strict=True))


def _drop_the_rest(pace: Pace, plan: Plan, spec: PathSpec, full: PathWalk) -> None:
    """Where the path on all training rows ends early, it ends so on every fold."""
    pace.drop((len(spec.lambdas) - len(full.fit.lambdas)) * (len(plan.splits.folds) + 1))


def _walk_folds(plan: Plan, full: dict[int, PathWalk], pace: Pace) -> tuple[list[FoldWalk], FoldWalk]:
    """The other paths on all sets together, then those of `full` on one fold after the other."""
    together = [i for i in range(len(plan.paths)) if i not in full]
    apart = [(plan.paths[i], walk.fit.lambdas) for i, walk in full.items()]
    every: dict[int, list[PathWalk]] = {}
    for i in together:
        pace.begin(f"{plan.paths[i].label} on all folds")
        every[i] = walk_together(plan, plan.paths[i])
        full = {**full, i: every[i][-1]}
        _drop_the_rest(pace, plan, plan.paths[i], full[i])

    def gathered(walks: list[list[PathWalk]]) -> list[FoldWalk]:
        """Folds with all of their paths, in the order of the plan."""
        return [FoldWalk(_ordered(walk, apart_at, every, f)) for f, walk in enumerate(walks)]

    apart_at = [i for i in full if i not in every]
    order = FoldWalk(tuple(full[i] for i in range(len(plan.paths))))
    if not apart:
        return gathered([[] for _ in plan.splits.folds]), order
    walks: list[list[PathWalk]] = []
    pace.begin("paths fold by fold")
    try:
        walks.extend(_in_parallel(lambda fold: walk_fold(plan, fold, apart), plan.splits.folds, plan.jobs))
    except KeyboardInterrupt:
        finished = replace(plan, splits=replace(plan.splits, folds=plan.splits.folds[: len(walks)]))
        raise Interrupted(Finished(finished, _results(finished, order, gathered(walks)))) from None
    return gathered(walks), order


def _ordered(apart: list[PathWalk], apart_at: list[int], every: dict[int, list[PathWalk]], f: int) -> tuple[PathWalk, ...]:
    found = {**dict(zip(apart_at, apart, strict=True)), **{i: walks[f] for i, walks in every.items()}}
    return tuple(found[i] for i in sorted(found))


def _in_parallel(work: Callable[[Any], T], items: Sequence[Any], jobs: int) -> Iterator[T]:
    """Results in the order of the items; threads, since the heavy parts release the interpreter's lock."""
    if jobs == 1 or len(items) < 2:
        return map(work, items)
    from joblib import Parallel, delayed

    results: Iterator[T] = Parallel(n_jobs=jobs, prefer="threads", return_as="generator")(delayed(work)(item) for item in items)
    return results


def _holds_on_the_rows(plan: Plan, path: PathResult, choice: Choice, walks: list[FoldWalk]) -> bool:
    """Certify the chosen point from the rows where only sums of squares have so far; False where it does not hold after all.

    The certificate from the rows takes the place of the other.
    """
    if path.spec.solver != "sufficient-statistics" or plan.shared is None:
        return True
    together, penalty, y = plan.shared.together, path.spec.penalty_on(plan.outputs), plan.dataset.y[plan.rows]
    fits = [walk.paths[choice.path].fit for walk in walks]
    kkt = together.certify_at(penalty, y, fits, choice.index)
    path.kkt[:, choice.index] = kkt
    path.converged[:, choice.index] = kkt <= plan.config.model.tol
    return bool(path.usable[choice.index])


def _results(plan: Plan, full: FoldWalk, folds: list[FoldWalk]) -> tuple[PathResult, ...]:
    """Gather folds and full fit, path by path."""
    return tuple(_result(plan, i, spec, full, folds) for i, spec in enumerate(plan.paths))


def _result(plan: Plan, i: int, spec: PathSpec, full: FoldWalk, folds: list[FoldWalk]) -> PathResult:
    fit = full.paths[i].fit
    walks = [walk.paths[i] for walk in (*folds, full)]
    kkt = np.array([walk.kkt for walk in walks])
    penalty, averages = spec.penalty_on(plan.outputs), Averages.of(plan.dataset, plan.splits)
    alone = [walk.alone for walk in walks[:-1] if walk.alone is not None]
    df = (
        linear.degrees_of_freedom(plan.problem, penalty, fit)
        if plan.shared is None
        else plan.shared.together.degrees_of_freedom(spec.solver, penalty, fit)
    )
    return PathResult(
        spec=spec,
        lambdas=spec.lambdas[: len(fit.lambdas)],
        saturated=fit.saturated,
        train={m: np.array([walk.train[m] for walk in walks[:-1]]) for m in plan.metrics},
        validation={m: averages.by_fold(m, np.array([walk.validation[m] for walk in walks[:-1]])) for m in plan.metrics},
        n_nonzero=fit.n_nonzero,
        df=df,
        n_nonzero_folds=np.array([walk.fit.n_nonzero for walk in walks[:-1]]),
        n_iter=np.array([walk.fit.n_iter for walk in walks]),
        kkt=kkt,
        converged=kkt <= plan.config.model.tol,
        coefficients=_original_units(fit, plan.preprocessor),
        out_of_fold=np.concatenate(alone, axis=1) if alone and len(alone) == len(folds) else None,
    )


def _original_units(fit: linear.PathFit, preprocessor: Preprocessor) -> FloatArray:
    """Coefficients of the unscaled columns, intercept first; (L, K, p + 1)."""
    scaling, columns = preprocessor.scaling, fit.columns
    b = (fit.coef / scaling.scale[columns][:, None]).transpose(0, 2, 1)
    out = np.zeros((len(fit.lambdas), fit.intercept.shape[1], fit.n_columns + 1))
    out[:, :, 1 + columns] = b
    out[:, :, 0] = fit.intercept - b @ scaling.center[columns]
    return out


def _choose(plan: Plan, paths: tuple[PathResult, ...]) -> tuple[tuple[PathSummary, ...], Choice, list[str]]:
    """Means over folds, then the selection rule over all paths."""
    metric, select_by, averages = plan.metric, plan.config.select, Averages.of(plan.dataset, plan.splits)
    means = [averages.validation(path.validation, path.out_of_fold, [metric])[metric] for path in paths]
    trains = [averages.over_folds(path.train[metric]) for path in paths]
    candidates = [
        Candidates(path.lambdas, mean, error, path.n_nonzero, path.usable)
        for path, (mean, error) in zip(paths, means, strict=True)
    ]
    selection = select(candidates, metric, select_by.rule, select_by.tolerance)
    if selection is None:
        raise _nothing_left(plan, paths)
    (p, i), (bp, bi) = selection.chosen, selection.best
    near = within_one_error(candidates, metric, selection.best)
    summaries = []
    for path, (mean, error), (train, train_error), close in zip(paths, means, trains, near, strict=True):
        parameter, value = path.spec.sklearn(plan.problem.weight_sum, path.lambdas, classification=plan.task == "classification")
        the_gap = gap(train, mean, metric)
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(train != 0, the_gap / np.abs(train), np.nan)
        summaries.append(
            PathSummary(
                train, train_error, mean, error, the_gap, relative,
                path.n_nonzero_folds.mean(axis=0),
                path.n_iter.sum(axis=0), path.kkt.max(axis=0), path.usable, close, parameter, np.asarray(value),
            )
        )  # fmt: skip
    choice = Choice(p, i, bp, bi, select_by.rule, metric, selection.n_left_out)
    return tuple(summaries), choice, _remarks(plan, paths, candidates, choice)


def _nothing_left(plan: Plan, paths: tuple[PathResult, ...]) -> FitError:
    """Why no grid point can be selected, and what helps."""
    total = sum(len(path.lambdas) for path in paths)
    if any(path.usable.any() for path in paths):
        return FitError(
            f"{plan.metric} is undefined in some fold at every grid point",
            "choose another select.metric, or fewer and larger folds (cv.kind leave_one_out pools its single rows)",
        )
    worst = min(float(path.kkt.max(axis=0).min()) for path in paths)
    endless = _endless(plan, paths)
    if endless and not np.isfinite(worst):
        way_out = [{"penalty": "ridge"}] if {path.spec.penalty for path in paths} == {"none"} else []
        return FitError(f"none of the {total} grid points has a finite optimum in every fold: {endless}", PENALISE, *way_out)
    return FitError(
        f"none of the {total} grid points converged in every fold: the best certificate is {worst:.1e}, "
        f"model.tol is {plan.config.model.tol:g}",
        "raise model.max_iter or model.tol, or make the penalty stronger (lambdas.min_ratio, lambdas.min)",
    )


def _endless(plan: Plan, paths: tuple[PathResult, ...]) -> str:
    """Where what is not penalised separates classes, in words; empty where it does so nowhere."""
    if plan.loss == "squared":
        return ""
    sets = np.zeros(len(plan.splits.folds) + 1, dtype=bool)
    for path in paths:
        free = [bool((lam * path.spec.penalty_on(plan.outputs).factors == 0).any()) for lam in path.lambdas]
        sets |= np.isinf(path.kkt[:, free]).any(axis=1)
    if not sets.any():
        return ""
    *folds, full = sets
    where = ([f"{sum(folds)} of {len(folds)} folds"] if any(folds) else []) + (["the full training data"] if full else [])
    return f"columns without a penalty separate classes in {' and '.join(where)}, where their coefficients would grow without end"


def _remarks(plan: Plan, paths: tuple[PathResult, ...], candidates: list[Candidates], choice: Choice) -> list[str]:
    """What the user should know about the outcome of the search."""
    out = []
    not_converged = sum(int((~path.usable).sum()) for path in paths)
    total = sum(len(path.lambdas) for path in paths)
    endless = _endless(plan, paths)
    if not_converged:
        out.append(
            f"{not_converged} of {total} grid points have no finite optimum in some fit and were left out: {endless}. {PENALISE}"
            if endless
            else f"{not_converged} of {total} grid points did not converge in every fit and were left out: "
            "raise model.max_iter or model.tol"
        )
    if choice.n_left_out > not_converged:
        out.append(
            f"{choice.n_left_out - not_converged} of {total} grid points were left out because "
            f"{choice.metric} is undefined in some fold"
        )
    for p, (path, candidate) in enumerate(zip(paths, candidates, strict=True)):
        alone = select([candidate], choice.metric, "min", 0.0)
        if alone is not None and len(path.lambdas) > 1:
            out += _at_the_edge(path, alone.best[1], choice.metric, overall=p == choice.best_path, several=len(paths) > 1)
    if choice.rule == "1se" and not np.isfinite(candidates[choice.best_path].error[choice.best_index]):
        out.append("a single fold has no standard error: rule 1se takes the best mean")
    return out


def _at_the_edge(path: PathResult, best: int, metric: str, *, overall: bool, several: bool) -> list[str]:
    """Which way to widen the grid of a path whose best point is its last; at the top this matters for the best path alone."""
    name = f"{path.spec.penalty}{f' {path.spec.l1_ratio:g}' if path.spec.penalty == 'elasticnet' else ''}: " if several else ""
    if best == len(path.lambdas) - 1 and (overall or not path.saturated):
        how = (
            "the path ended there as saturated, where weaker penalties hardly change the fit; set lambdas.stop: never to walk on"
            if path.saturated
            else "all but 0.1 % of the design's rank are in use there, so that shrinking does not help; "
            "lower lambdas.min or add penalty none to look further down"
            if path.spec.by_df
            else "lower lambdas.min_ratio or lambdas.min to look further down"
        )
        return [f"{name}the best {metric} is at the smallest λ of the grid ({path.lambdas[-1]:.4g}): {how}"]
    if best == 0 and overall:
        null = not path.n_nonzero[0] or path.spec.by_df
        how = ", next to the null model: the columns do not help" if null else ": raise lambdas.max to look further up"
        return [f"{name}the best {metric} is at the largest λ of the grid ({path.lambdas[0]:.4g}){how}"]
    return []
