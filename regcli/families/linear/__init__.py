"""Penalised linear models: λ from strong to weak."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from regcli.averages import Averages
from regcli.families.base import Family
from regcli.families.linear.paths import Layout, PathSpec
from regcli.families.linear.portrait import Point, portrait
from regcli.families.linear.probe import LinearProbe, sizes
from regcli.families.linear.second import certified_from_rows, degrees_of_freedom
from regcli.families.linear.walk import Walk, predicted, walk
from regcli.outcome import Fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regcli.families.base import Exchange, Path, Probe, Store
    from regcli.linear import Penalty
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray
    from regcli.outcome import Portrait
    from regcli.pace import Pace
    from regcli.prepare import Prepared
    from regcli.preprocess import Preprocessor


@dataclass(frozen=True, slots=True)
class Details:
    """What only linear paths have.

    Attributes
    ----------
    coefficients : ndarray (L, K, p + 1)
        The full fit in the units of the original columns, intercept first; K is 1 unless there are several classes.
    walks : tuple of Walk
        Of the folds, then of the full set.
    """

    coefficients: FloatArray
    walks: tuple[Walk, ...]


class Linear(Family):
    """The first family: ridge, lasso, elastic net, and no penalty at all."""

    name = "linear"
    is_linear = True

    def expand(self, prepared: Prepared) -> tuple[list[Path], list[str]]:
        paths, warnings = Layout(prepared).paths()
        return list(paths), warnings

    def fit(self, prepared: Prepared, paths: Sequence[Path], store: Store, pace: Pace) -> list[Fitted]:
        specs = cast("Sequence[PathSpec]", paths)
        _walk_apart_in_full(prepared, [spec for spec in specs if not spec.together], store, pace)
        for bundle in _bundles([spec for spec in specs if spec.together]):
            pace.begin(f"{bundle[0].name} on all folds")
            _walk_together(prepared, bundle, store, pace)
        _walk_apart_in_folds(prepared, [spec for spec in specs if not spec.together], store, pace)
        return self.finished(prepared, paths, store)

    def finished(self, prepared: Prepared, paths: Sequence[Path], store: Store) -> list[Fitted]:
        out = []
        for spec in cast("Sequence[PathSpec]", paths):
            *folds, full = [_kept(store, spec, f) for f in range(len(prepared.plan.splits.folds) + 1)]
            if full is not None:
                done = [(f, found) for f, found in enumerate(folds) if found is not None]
                out.append(_gathered(prepared, spec, done, full))
        return out

    def confirm(self, prepared: Prepared, fitted: Fitted, index: int) -> Fitted:
        """The point certified from the rows, where only sums of squares have told of it so far."""
        spec: PathSpec = fitted.path
        if prepared.together is None or not spec.told_by_sums(prepared.problem):
            return fitted
        walks: tuple[Walk, ...] = fitted.details.walks
        sets, penalty, executor = prepared.together.sets, spec.penalty_on(prepared.outputs), prepared.executor
        if spec.second is None:
            found = sets.certify_at(penalty, [each.fit for each in walks], index, executor)
        else:
            stages = [(each.fit, each.before) for each in walks if each.before is not None]
            found = np.maximum(fitted.kkt[:, index], certified_from_rows(sets, spec, penalty, stages, index, executor))
        kkt, converged = fitted.kkt.copy(), fitted.converged.copy()
        kkt[:, index] = found
        converged[:, index] = found <= prepared.plan.config.model.tol
        return replace(fitted, kkt=kkt, converged=converged)

    def at_the_edge(self, fitted: Fitted, best: int, metric: str, *, overall: bool) -> list[str]:
        spec: PathSpec = fitted.path
        if best == len(fitted.lambdas) - 1 and (overall or not fitted.saturated):
            if fitted.saturated:
                how = "the path ended there as saturated, where weaker penalties hardly change the fit"
                how += "; set lambdas.stop: never to walk on"
            elif spec.by_df:
                how = "all but 0.1 % of the design's rank are in use there, so that shrinking does not help; lower lambdas.min"
                how += " or add penalty none to look further down"
            else:
                how = "lower lambdas.min_ratio or lambdas.min to look further down"
            return [f"the best {metric} is at the smallest λ of the grid ({fitted.lambdas[-1]:.4g}): {how}"]
        if best == 0 and overall:
            null = not fitted.n_nonzero[0] or spec.by_df
            how = ", next to the null model: the columns do not help" if null else ": raise lambdas.max to look further up"
            return [f"the best {metric} is at the largest λ of the grid ({fitted.lambdas[0]:.4g}){how}"]
        return []

    def endless(self, prepared: Prepared, fitted: Fitted) -> BoolArray:
        if prepared.plan.loss == "squared":
            return super().endless(prepared, fitted)
        spec: PathSpec = fitted.path
        factors = spec.penalty_on(prepared.outputs).factors
        refit = spec.second is not None and spec.second.mixes
        free = np.array([refit or (lam * factors == 0).any() for lam in fitted.lambdas])
        return np.asarray(np.isinf(fitted.kkt[:, free]).any(axis=1))

    def models(
        self,
        prepared: Prepared,
        fitted: Fitted,
        index: int,
        seed: int = 0,  # noqa: ARG002 - nothing is random
    ) -> list[Callable[[IntArray], FloatArray]]:
        spec: PathSpec = fitted.path
        walks: tuple[Walk, ...] = fitted.details.walks

        @cache
        def etas() -> FloatArray | None:
            """Of all sets at once, when the first of their rows is asked for."""
            if not spec.together or prepared.together is None:
                return None
            return prepared.together.sets.predictors_at([found.fit for found in walks], index)

        return [_model(prepared, _made(prepared, spec, walks, f), found, index, f, etas) for f, found in enumerate(walks)]

    def probes(self, prepared: Prepared, fitted: Fitted, index: int, exchanges: Sequence[Exchange]) -> list[Probe]:
        spec: PathSpec = fitted.path
        walks: tuple[Walk, ...] = fitted.details.walks
        point = slice(index, index + 1)
        return [
            LinearProbe(prepared, _made(prepared, spec, walks, f), f, walks[f].fit.at(point), asked, together=spec.together)
            for f, asked in enumerate(exchanges)
        ]

    def sizes(self, prepared: Prepared, portrait: Portrait) -> FloatArray | None:
        return None if portrait.coefficients is None else sizes(prepared, portrait.coefficients)

    def selects_by(self, prepared: Prepared, fitted: Fitted) -> Penalty | None:
        return fitted.path.penalty_on(prepared.outputs) if fitted.path.l1_ratio else None

    def portrait(self, prepared: Prepared, fitted: Fitted, index: int, *, save_model: bool) -> Portrait:
        walks: tuple[Walk, ...] = fitted.details.walks
        points = [Point(_made(prepared, fitted.path, walks, f), found, index) for f, found in enumerate(walks)]
        return portrait(prepared, fitted, index, points, save_model=save_model)


def _made(prepared: Prepared, spec: PathSpec, walks: tuple[Walk, ...], f: int) -> Preprocessor:
    """What makes the columns that a walk speaks of."""
    made = walks[f].made
    if made is not None:
        return made
    if spec.together and prepared.together is not None:
        return prepared.together.preprocessors[f]
    return prepared.preprocessor if f == len(walks) - 1 else prepared.alone(f).preprocessors[0]


def _model(
    prepared: Prepared, made: Preprocessor, found: Walk, index: int, f: int, etas: Callable[[], FloatArray | None]
) -> Callable[[IntArray], FloatArray]:
    """Predictions of set f for rows of the dataset; `etas` has those for the shared design's, (F, n, K), where there are any."""
    plan = prepared.plan

    def means(rows: IntArray) -> FloatArray:
        place = prepared.full.place[rows]
        shared = etas() if (place >= 0).all() else None
        if shared is not None:
            return predicted(plan.loss, shared[f][place])
        X = made.apply(prepared.recipe.rows(rows))
        return np.asarray(predicted(plan.loss, found.fit.at(slice(index, index + 1)).eta(X))[0])

    return means


def _key(spec: PathSpec, f: int) -> str:
    """Of a path on a fold, or on the full set, which comes after the folds."""
    ratio = "" if spec.l1_ratio is None else f"-{spec.l1_ratio:g}"
    stage = "" if spec.stage is None else f"-{spec.stage.replace(' ', '-')}-{spec.gamma:g}"
    return f"linear-{spec.entry}-{spec.penalty}{ratio}{stage}-{f}"


def _bundles(specs: list[PathSpec]) -> list[list[PathSpec]]:
    """Paths that share their first stage, together; in their order."""
    found: dict[tuple[object, ...], list[PathSpec]] = {}
    for spec in specs:
        own = spec.second is None or spec.second.mixes
        found.setdefault((spec.entry, spec.stage, spec.l1_ratio if own else None), []).append(spec)
    return list(found.values())


def _kept(store: Store, spec: PathSpec, f: int) -> Walk | None:
    return store.get(_key(spec, f), Walk.of)


def _walk_together(prepared: Prepared, bundle: list[PathSpec], store: Store, pace: Pace) -> None:
    """Paths on all folds and, last, on all training rows, in one go."""
    folds = range(len(prepared.plan.splits.folds))
    todo = [spec for spec in bundle if any(_kept(store, spec, f) is None for f in (*folds, len(folds)))]
    if prepared.together is None or not todo:
        return
    tasks = [spec.task(prepared) for spec in todo]
    for spec, found in zip(todo, walk(prepared, prepared.together, todo, tasks, folds), strict=True):
        _tell_what_is_left_out(prepared, spec, found[-1], pace)
        for f, of_set in enumerate(found):
            store.put(_key(spec, f), of_set)


def _walk_apart_in_full(prepared: Prepared, specs: list[PathSpec], store: Store, pace: Pace) -> None:
    """On all training rows, the paths that are not walked together with the folds: this settles where they end."""
    last = len(prepared.plan.splits.folds)
    todo = _bundles([spec for spec in specs if _kept(store, spec, last) is None])
    if todo:
        pace.begin("paths on all training rows")

    def one(bundle: list[PathSpec]) -> None:
        tasks = [spec.task(prepared) for spec in bundle]
        for spec, (found,) in zip(bundle, walk(prepared, prepared.full, bundle, tasks, ()), strict=True):
            _tell_what_is_left_out(prepared, spec, found, pace)
            store.put(_key(spec, last), found)

    prepared.executor.map(one, todo)


def _walk_apart_in_folds(prepared: Prepared, specs: list[PathSpec], store: Store, pace: Pace) -> None:
    """The same paths fold by fold, each fold preparing its own rows once for all of them."""
    folds = range(len(prepared.plan.splits.folds))
    todo = [f for f in folds if any(_kept(store, spec, f) is None for spec in specs)]
    if todo:
        pace.begin("paths fold by fold")

    def one(f: int) -> None:
        group = prepared.alone(f)
        for bundle in _bundles([spec for spec in specs if _kept(store, spec, f) is None]):
            ended = [(spec, full.fit.lambdas) for spec in bundle if (full := _kept(store, spec, len(folds))) is not None]
            tasks = [spec.task(prepared, lambdas, group.preprocessors[0].outputs) for spec, lambdas in ended]
            if ended:
                found = walk(prepared, group, [spec for spec, _ in ended], tasks, (f,))
                for (spec, _), (of_set,) in zip(ended, found, strict=True):
                    store.put(_key(spec, f), of_set)

    prepared.executor.map(one, todo)


def _tell_what_is_left_out(prepared: Prepared, spec: PathSpec, full: Walk, pace: Pace) -> None:
    """Where the path on all training rows ends early, it ends so on every fold."""
    pace.drop((len(spec.lambdas) - len(full.fit.lambdas)) * (len(prepared.plan.splits.folds) + 1))


def _gathered(prepared: Prepared, spec: PathSpec, done: list[tuple[int, Walk]], full: Walk) -> Fitted:
    """Folds and full fit of one path."""
    plan, fit = prepared.plan, full.fit
    folds = [found for _, found in done]
    walks = (*folds, full)
    kkt = np.array([found.kkt for found in walks])
    group = prepared.together if spec.together and prepared.together is not None else prepared.full
    penalty, averages = spec.penalty_on(prepared.outputs), Averages.of(plan.dataset, plan.splits)
    alone = [found.alone for found in folds if found.alone is not None]
    return Fitted(
        path=spec,
        lambdas=spec.lambdas[: len(fit.lambdas)],
        saturated=fit.saturated,
        folds=tuple(f for f, _ in done),
        train={m: np.array([found.train[m] for found in folds]) for m in plan.metrics},
        validation={m: averages.by_fold(m, np.array([found.validation[m] for found in folds])) for m in plan.metrics},
        n_nonzero=fit.n_nonzero,
        complexity=fit.n_nonzero.astype(float),
        df=spec.solver.degrees_of_freedom(group.sets, penalty, fit, prepared.executor)
        if full.before is None
        else degrees_of_freedom(group.sets, prepared.full.sets, spec, penalty, fit, full.before, prepared.executor),
        n_nonzero_folds=np.array([found.fit.n_nonzero for found in folds]),
        n_iter=np.array([found.fit.n_iter for found in walks]),
        kkt=kkt,
        converged=kkt <= plan.config.model.tol,
        out_of_fold=np.concatenate(alone, axis=1) if alone and len(alone) == len(plan.splits.folds) else None,
        details=Details(_original_units(prepared, full), walks),
    )


def _original_units(prepared: Prepared, full: Walk) -> FloatArray:
    """Coefficients of the unscaled columns, intercept first; (L, K, p + 1)."""
    fit, scaling = full.fit, prepared.preprocessor.scaling
    b = (fit.coef / scaling.scale[fit.columns][:, None]).transpose(0, 2, 1)
    out = np.zeros((len(fit.lambdas), fit.intercept.shape[1], fit.n_columns + 1))
    out[:, :, 1 + fit.columns] = b
    out[:, :, 0] = fit.intercept - b @ scaling.center[fit.columns]
    return out
