"""What families beyond the linear one share: paths along an axis, fits fold by fold and seed by seed, means over seeds.

A family says how a path is trained on one training set (`train`), how one point is fitted by the backend itself (`model`), and
what becomes of it for other programs. One that trains all sets together overrides `work`.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

import numpy as np

from regcli import pace as progress
from regcli.averages import Averages
from regcli.errors import DataError
from regcli.families.axis import AxisPath, varied
from regcli.families.base import Family, PlainProbe
from regcli.families.given import Given
from regcli.families.marks import Marks, marked
from regcli.numerics.reproducible import one_thread
from regcli.outcome import Fitted, Portrait
from regcli.preprocess import Recipe, Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regcli.config.estimators import Estimator
    from regcli.families.base import Exchange, Path, Probe, Store
    from regcli.families.marks import Trained
    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, Matrix
    from regcli.pace import Pace
    from regcli.plan import Plan
    from regcli.prepare import Prepared


class Model(Protocol):
    """One fitted model."""

    def mean(self, X: Matrix) -> FloatArray:
        """Predicted values (m,), or probabilities of all classes (m, K)."""


@dataclass(frozen=True, slots=True)
class Job:
    """A path to be trained on one training set with the random numbers of one seed."""

    path: AxisPath
    f: int
    seed: int

    @property
    def key(self) -> str:
        """What its marks are kept under."""
        path = self.path
        told = hashlib.sha256(f"{path.axis}\n{path.setting}".encode()).hexdigest()[:8]
        return f"{path.family}-{path.entry}-{told}-{self.f}-{self.seed}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a path's models.

    Attributes
    ----------
    rounds : int ndarray (seeds, L)
        What was needed of each on all training rows: `Trained.n_iter`.
    models : dict
        Single ones that have been fitted, by training set, point and seed, so that none is fitted twice.
    """

    rounds: IntArray
    models: dict[tuple[int, int, int], Model] = field(default_factory=dict)


class AxisFamily(Family):
    """A family with configured entries of its own kind."""

    complexity_of: ClassVar[str]

    # --- what a family says --------------------------------------------------------------------------------

    def takes(self, wanted: Estimator, levers: dict[str, Any]) -> Takes:  # noqa: ARG002
        """What its backend takes as it is."""
        return Takes()

    def recipe(self, plan: Plan, takes: Takes) -> Recipe:
        """How its columns become what the models see, in every training set.

        Raises
        ------
        DataError
            Where there is none.
        """
        features = self.features(plan.dataset)
        if not features.names:
            raise DataError(
                f"{plan.dataset.source}: estimators: {self.name}: no feature is left besides the columns with a role.",
                "Widen dataset.columns.include, or leave that entry out.",
            )
        return replace(Recipe.of(features, plan.config, plan.splits.train, takes), scale="none")

    def is_random(self, wanted: Estimator, levers: dict[str, Any]) -> bool:  # noqa: ARG002
        """Whether other random numbers make other models."""
        return True

    @abstractmethod
    def backend(self, prepared: Prepared, wanted: Estimator, levers: dict[str, Any]) -> tuple[str, str, str]:
        """Name of what fits a path, why that, and what it calls the axis.

        Raises
        ------
        UsageError
            Where the entry does not suit the data, or what it needs is not installed.
        """

    @abstractmethod
    def grid(self, given: Given, wanted: Estimator, levers: dict[str, Any], whole: dict[int, Any]) -> FloatArray:
        """Values of the axis from strong to weak, (L,); `given` are all training rows, `whole` is that of the path to be."""

    @abstractmethod
    def train(self, given: Given, path: AxisPath, seed: int) -> Trained:
        """All points of a path on one training set; `seed` is the random state."""

    @abstractmethod
    def model(self, given: Given, path: AxisPath, index: int, seed: int) -> Model:
        """One point, fitted by the backend at that native setting."""

    def again(self, given: Given, path: AxisPath, index: int, seed: int, rounds: int) -> Model:  # noqa: ARG002
        """One point of a path that was walked, in as many rounds as it was given on all training rows."""
        return self.model(given, path, index, seed)

    @abstractmethod
    def saved(self, prepared: Prepared, given: Given, model: Any) -> Any:  # noqa: ANN401
        """A model on all training rows as it is kept: what `Portrait.pipeline` holds."""

    def used(self, model: Any) -> BoolArray | None:  # noqa: ANN401, ARG002
        """Which columns of X a model looks at, (p,); None where it may be any."""
        return None

    def arrays(self, model: Any) -> dict[str, Any] | None:  # noqa: ANN401, ARG002
        """A model that is kept as plain arrays, which `mean` reads; `saved` is then what makes its columns."""
        return None

    def equivalent(self, prepared: Prepared, path: AxisPath, index: int) -> dict[str, Any] | None:  # noqa: ARG002
        """The point as code of the backend; None where there is no such thing."""
        return None

    def work(self, prepared: Prepared, jobs: Sequence[Job], keep: Callable[[Job, Given, Trained], None]) -> None:
        """Train what is to be trained: set by set, the preprocessing of each fitted once."""
        sets = list(dict.fromkeys(job.f for job in jobs))

        def one(f: int) -> None:
            given: dict[int, Given] = {}
            with one_thread():
                for job in (job for job in jobs if job.f == f):
                    recipe = job.path.recipe
                    if id(recipe) not in given:
                        given[id(recipe)] = Given.of(prepared, recipe, f)
                    here = given[id(recipe)]
                    keep(job, here, self.train(here, job.path, random_state(prepared, job.seed)))

        prepared.executor.map(one, sets)

    # --- what follows from it ------------------------------------------------------------------------------

    def expand(self, prepared: Prepared) -> tuple[list[Path], list[str]]:
        plan = prepared.plan
        paths: list[Path] = []
        whole: dict[int, Any]
        givens: dict[Takes, Given] = {}
        for entry, wanted in enumerate(plan.config.estimators):
            combinations = wanted.combinations() if wanted.kind == self.name else []
            for levers in combinations:
                name, why, parameter = self.backend(prepared, wanted, levers)
                takes = self.takes(wanted, levers)
                if takes not in givens:
                    givens[takes] = Given.of(prepared, self.recipe(plan, takes), len(plan.splits.folds))
                given, whole = givens[takes], {}
                seeds = (wanted.seeds or 3) if self.is_random(wanted, levers) else 1
                lambdas = self.grid(given, wanted, levers, whole)
                paths.append(
                    AxisPath(
                        self.name, entry, wanted, levers, lambdas, seeds, given.recipe, parameter, varied(combinations),
                        (name, why), self.complexity_of, whole,
                    )
                )  # fmt: skip
        return paths, []

    def fit(self, prepared: Prepared, paths: Sequence[Path], store: Store, pace: Pace) -> list[Fitted]:
        jobs = [job for job in _jobs(prepared, paths) if store.get(job.key, Marks.of) is None]

        def keep(job: Job, given: Given, trained: Trained) -> None:
            store.put(job.key, marked(given, trained))
            progress.fitted(len(job.path.lambdas))

        if jobs:
            pace.begin(f"{self.name} on all training rows and fold by fold")
            self.work(prepared, jobs, keep)
        return self.finished(prepared, paths, store)

    def finished(self, prepared: Prepared, paths: Sequence[Path], store: Store) -> list[Fitted]:
        out, n = [], len(prepared.plan.splits.folds)
        for path in cast("Sequence[AxisPath]", paths):
            marks = [[store.get(Job(path, f, seed).key, Marks.of) for seed in range(path.seeds)] for f in range(n + 1)]
            whole = {f: cast("list[Marks]", found) for f, found in enumerate(marks) if all(one is not None for one in found)}
            if n in whole:
                out.append(_gathered(prepared, path, whole))
        return out

    def at_the_edge(self, fitted: Fitted, best: int, metric: str, *, overall: bool) -> list[str]:
        path: AxisPath = fitted.path
        last, axis = len(fitted.lambdas) - 1, path.wanted.walked
        value = f"{path.axis} = {fitted.lambdas[best]:.6g}"
        ends = {"large": ("min", axis.least), "small": ("max", axis.most)}[axis.strong]
        if best == last and fitted.lambdas[last] != ends[1]:
            way = {"min": "lower", "max": "raise"}[ends[0]]
            return [f"the best {metric} is at the weakest point of the grid ({value}): {way} {ends[0]} to look further"]
        if best == 0 and overall and last > 0:
            if not fitted.n_nonzero.any():
                key, way = ("min", "lower") if axis.strong == "large" else ("max", "raise")
                return [f"no point of the grid looks at any column: {way} {key}, or give weaker values"]
            if not fitted.n_nonzero[0]:
                return [f"the best {metric} is at the strongest point of the grid ({value}), the null model: columns do not help"]
            if axis.strong == "large":
                return [f"the best {metric} is at the strongest point of the grid ({value}): raise max to look further"]
        return []

    def models(self, prepared: Prepared, fitted: Fitted, index: int, seed: int = 0) -> list[Callable[[IntArray], FloatArray]]:
        path, n = cast("AxisPath", fitted.path), len(prepared.plan.splits.folds)

        def one(f: int) -> Callable[[IntArray], FloatArray]:
            given = Given.of(prepared, path.recipe, f)
            model = self._fitted(given, fitted, index, seed)
            encoded = replace(given.encoded, X=given.X[:0])
            return lambda rows: model.mean(encoded.apply(path.recipe.rows(rows)))

        # fitted when somebody asks: the folds' side by side, that of all training rows by itself
        folds, full = cache(lambda: prepared.executor.map(one, range(n))), cache(lambda: one(n))

        def lazily(f: int) -> Callable[[IntArray], FloatArray]:
            def predict(rows: IntArray) -> FloatArray:
                return full()(rows) if f == n else folds()[f](rows)

            return predict

        return [lazily(f) for f in range(n + 1)]

    def probes(self, prepared: Prepared, fitted: Fitted, index: int, exchanges: Sequence[Exchange]) -> list[Probe]:
        path = cast("AxisPath", fitted.path)

        def one(f: int) -> Probe:
            given = Given.of(prepared, path.recipe, f)
            model, encoded = self._fitted(given, fitted, index, 0), replace(given.encoded, X=given.X[:0])
            used = self.used(model)
            inputs = path.recipe.features.names if used is None else given.inputs_of(used)
            return PlainProbe(inputs, path.recipe, lambda rows: model.mean(encoded.apply(rows)), exchanges[f])

        return prepared.executor.map(one, range(len(exchanges)))

    def portrait(self, prepared: Prepared, fitted: Fitted, index: int, *, save_model: bool) -> Portrait:
        path: AxisPath = fitted.path
        pipeline = arrays = None
        if save_model:
            given = Given.of(prepared, path.recipe, len(prepared.plan.splits.folds))
            model = self._fitted(given, fitted, index, 0)
            pipeline, arrays = self.saved(prepared, given, model), self.arrays(model)
        return Portrait(
            coefficients=None,
            equivalent=self.equivalent(prepared, path, index),
            n_inputs=int(fitted.n_nonzero[index]),
            pipeline=pipeline,
            affine=None,
            warnings=(),
            arrays=arrays,
        )

    def _fitted(self, given: Given, fitted: Fitted, index: int, seed: int) -> Model:
        kept: Kept = fitted.details
        at = (given.f, index, seed)
        if at not in kept.models:
            with one_thread():
                state, rounds = random_state(given.prepared, seed), int(kept.rounds[seed, index])
                kept.models[at] = self.again(given, fitted.path, index, state, rounds)
        return kept.models[at]


def random_state(prepared: Prepared, seed: int) -> int:
    """The random state of a seed: the configuration's own, and those behind it."""
    return (int(prepared.plan.config.cv.seed) + seed) % 2**32


def _jobs(prepared: Prepared, paths: Sequence[Path]) -> list[Job]:
    """All training sets of all paths, all training rows first: what an interrupt leaves is told with these."""
    n = len(prepared.plan.splits.folds)
    order = (n, *range(n))
    return [Job(path, f, seed) for f in order for path in cast("Sequence[AxisPath]", paths) for seed in range(path.seeds)]


def _gathered(prepared: Prepared, path: AxisPath, marks: dict[int, list[Marks]]) -> Fitted:
    """Folds and full fit of one path, averaged over seeds."""
    plan, n = prepared.plan, len(prepared.plan.splits.folds)
    averages = Averages.of(plan.dataset, plan.splits)
    *folds, full = [marks[f] for f in sorted(marks)]
    walked = (*folds, full)

    def scores(side: str, name: str, seed: int) -> FloatArray:
        return np.array([getattr(found[seed], side)[name] for found in folds]).reshape(len(folds), len(path.lambdas))

    def over_seeds(side: str, name: str) -> FloatArray:
        return np.asarray(np.mean([scores(side, name, seed) for seed in range(path.seeds)], axis=0))

    def pooled(seed: int) -> FloatArray | None:
        alone = [found[seed].alone for found in folds]
        known = [one for one in alone if one is not None]
        return np.concatenate(known, axis=1) if known and len(known) == n else None

    error = None
    if path.seeds > 1 and len(folds) == n:
        means = [
            averages.validation({plan.metric: averages.by_fold(plan.metric, scores("validation", plan.metric, seed))},
                                pooled(seed), [plan.metric])[plan.metric][0]
            for seed in range(path.seeds)
        ]  # fmt: skip
        error = np.std(means, axis=0, ddof=1) / np.sqrt(path.seeds)
    return Fitted(
        path=path,
        lambdas=path.lambdas,
        saturated=False,
        folds=tuple(f for f in sorted(marks) if f < n),
        train={m: over_seeds("train", m) for m in plan.metrics},
        validation={m: averages.by_fold(m, over_seeds("validation", m)) for m in plan.metrics},
        n_nonzero=full[0].n_nonzero,
        complexity=np.mean([found.complexity for found in full], axis=0),
        df=np.full(len(path.lambdas), np.nan),
        n_nonzero_folds=np.array([found[0].n_nonzero for found in folds]).reshape(len(folds), len(path.lambdas)),
        n_iter=np.array([found[0].n_iter for found in walked]),
        kkt=np.full((len(walked), len(path.lambdas)), np.nan),
        converged=np.array([np.all([one.ended for one in found], axis=0) for found in walked]),
        out_of_fold=pooled(0),
        details=Kept(np.array([one.n_iter for one in full])),
        seed_error=error,
    )
