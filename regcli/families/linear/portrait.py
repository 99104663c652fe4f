"""A point of a linear path in full: its coefficients over folds, the model for other programs, and what to beware of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.data.wording import listing
from regcli.families.linear.equivalent import written
from regcli.families.linear.model import affine_form, build_pipeline
from regcli.families.linear.second import interchangeable
from regcli.families.linear.walk import Walk, predicted
from regcli.outcome import CoefficientTable, Portrait
from regcli.preprocess import natural_order

if TYPE_CHECKING:
    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.outcome import Fitted
    from regcli.prepare import Prepared
    from regcli.preprocess import Preprocessor

INTERCEPT = "(intercept)"
# Fitted probabilities below the one, or standardised coefficients above the other, of columns without a penalty.
CERTAIN, LARGE = 1e-6, 5.0
# Mean loss of classes that are told apart perfectly.
SEPARATED = 1e-6


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a path on one training set: the walk it belongs to, what makes its columns, and its place there."""

    made: Preprocessor
    walk: Walk
    index: int

    def standardized(self) -> FloatArray:
        """Coefficients × training SD of their column, behind the prediction at the columns' means; (K, p + 1)."""
        scaling, fit = self.made.scaling, self.walk.fit
        b = fit.dense(self.index) / scaling.scale[:, None]
        at_means = fit.intercept[self.index] + (scaling.mean - scaling.center) @ b
        return np.column_stack([at_means, (b * scaling.sd[:, None]).T])


def portrait(prepared: Prepared, fitted: Fitted, index: int, points: list[Point], *, save_model: bool) -> Portrait:
    """Look at a point of a path from every side; `points` are it on the folds and, last, on all training rows."""
    *folds, final = points
    coefficients, lam = fitted.details.coefficients[index], float(fitted.lambdas[index])
    before = final.walk.before
    first = None if before is None or not len(before.weights) else float(before.fit.lambdas[0])
    equivalent = written(prepared, fitted.path, lam, first)
    live = np.flatnonzero(coefficients[:, 1:].any(axis=0))
    pipeline = affine = None
    if save_model:
        fit = final.walk.fit
        pipeline = build_pipeline(prepared, fitted.path, lam, fit.intercept[index], fit.dense(index))
        affine = affine_form(prepared, coefficients)
    return Portrait(
        coefficients=_coefficients(prepared, coefficients, final, folds),
        equivalent={"code": equivalent.code, "remarks": list(equivalent.remarks)},
        n_inputs=len({column for j in live for column in prepared.outputs[j].inputs}),
        pipeline=pipeline,
        affine=affine,
        warnings=(*_without_end(prepared, fitted, index, final), *_interchangeable(prepared, fitted, index, final)),
    )


def _without_end(prepared: Prepared, fitted: Fitted, index: int, final: Point) -> list[str]:
    """Classes that are separated, or unpenalised columns whose coefficients look as if they had no finite optimum."""
    plan, sets, fit = prepared.plan, prepared.full.sets, final.walk.fit.at(slice(index, index + 1))
    if plan.loss == "squared":
        return []
    eta = sets.predictors(0, fit)[0]
    if sets.problem.objective(eta) < SEPARATED:
        what = f"the training rows are separated perfectly at λ = {fitted.lambdas[index]:.4g}"
        return [f"{what}: coefficients may grow without bound; penalise more"]
    if fitted.path.second is not None and fitted.path.second.mixes:
        free = np.flatnonzero(final.walk.fit.dense(index).any(axis=1))
    else:
        free = np.flatnonzero(fitted.lambdas[index] * fitted.path.penalty_on(prepared.outputs).factors == 0)
    if not len(free):
        return []
    size = np.abs(final.standardized()[:, 1:]).max(axis=0)[free]
    sure = int((predicted(plan.loss, eta).min(axis=1) < CERTAIN).sum())
    large = free[size > LARGE] if (size > LARGE).any() else free[[int(np.argmax(size))]]
    if not sure and size.max() <= LARGE:
        return []
    what = f"standardised coefficients up to {size.max():.3g}" + (
        f", and {sure:,} training rows have a class of fitted probability below {CERTAIN:g}" if sure else ""
    )
    text = (
        f"not penalised, {_shown(prepared, large)} may have no finite optimum ({what}): a column that separates classes grows "
        "without end. Penalise (penalty: ridge, or a factor above 0 in penalty.factors), or combine rare levels "
        "(preprocess.categorical.min_frequency)"
    )
    return [text]


def _interchangeable(prepared: Prepared, fitted: Fitted, index: int, final: Point) -> list[str]:
    """Columns among which coefficients can be traded at the chosen point: there the solution is not unique."""
    if fitted.path.solver.unique:
        return []
    fit, penalty = final.walk.fit.at(slice(index, index + 1)), fitted.path.penalty_on(prepared.outputs)
    columns = interchangeable(prepared.full.sets, fitted.path, penalty, fit, index, final.walk.before)
    if not len(columns):
        return []
    text = (
        f"the solution is not unique: {_shown(prepared, columns)} depend on each other exactly, so that coefficients can be "
        "traded between them without any change of a prediction. Of equal solutions the one is taken that has least of the "
        "columns that come last, or, where nothing is penalised, the one of least norm. Leave out what is told twice "
        "(dataset.columns.exclude, preprocess.categorical.drop: first), or take ridge or elasticnet"
    )
    return [text]


def _shown(prepared: Prepared, columns: IntArray) -> str:
    return listing([prepared.outputs[j].name for j in columns.tolist()], 5)


def _coefficients(prepared: Prepared, original: FloatArray, final: Point, points: list[Point]) -> CoefficientTable:
    """Rows in file order, intercept first; fold by fold the standardised coefficients, features matched by name."""
    plan, outputs = prepared.plan, prepared.outputs
    order = np.array([0, *(1 + j for j in natural_order(outputs, plan.dataset.features.names))])
    place = {output.name: 1 + j for j, output in enumerate(outputs)}
    k = len(original)
    over_folds = np.zeros((len(points), k, len(outputs) + 1))
    for f, point in enumerate(points):
        # a level or term that a fold has not seen has no coefficient there; one that only the fold knows is not reported
        known = [(1 + j, place[o.name]) for j, o in enumerate(point.made.outputs) if o.name in place]
        mine, ours = np.array([(0, 0), *known]).T
        over_folds[f][:, ours] = point.standardized()[:, mine]
    nonzero = over_folds != 0
    # the intercept takes part whenever there is one, whatever its value
    nonzero[:, :, 0] = plan.config.model.fit_intercept
    standardized = final.standardized()
    agree = (nonzero & (np.sign(over_folds) == np.sign(standardized))).sum(axis=0)
    times = nonzero.sum(axis=0)
    with np.errstate(invalid="ignore"):
        agreement = np.where((times > 0) & (standardized != 0), agree / times, np.nan)
    spread = over_folds.std(axis=0, ddof=1) if len(points) > 1 else np.full_like(standardized, np.nan)
    names = [INTERCEPT, *(o.name for o in outputs)]
    sources = ["", *(o.source for o in outputs)]

    def rows(values: FloatArray) -> FloatArray:
        return np.asarray(values[:, order].ravel())

    return CoefficientTable(
        class_label=tuple(label for label in plan.dataset.classes for _ in order) if k > 1 else None,
        feature=tuple(names[j] for j in order) * k,
        source=tuple(sources[j] for j in order) * k,
        coefficient=rows(original),
        standardized=rows(standardized),
        selection_frequency=rows(times / len(points)),
        sign_agreement=rows(agreement),
        fold_mean=rows(over_folds.mean(axis=0)),
        fold_sd=rows(spread),
        over_folds=over_folds[:, :, order].reshape(len(points), -1),
    )
