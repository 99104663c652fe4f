"""What the input columns are worth to a linear model: what each adds to the predictor, and what is lost where it is exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.families.base import AS_IT_IS, Probe
from regcli.families.linear.walk import predicted
from regcli.linear.sets.quadratic_forms import squared_errors
from regcli.linear.sets.statistics import as_slice
from regcli.weights import sample_weights

if TYPE_CHECKING:
    from regcli import linear
    from regcli.families.base import Exchange
    from regcli.linear.sets.statistics import Moments, Statistics
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix
    from regcli.outcome import CoefficientTable
    from regcli.prepare import Prepared
    from regcli.preprocess import Preprocessor


@dataclass(frozen=True)
class LinearProbe(Probe):
    """A linear model: but for products of columns, what one of them adds to the predictor does not depend on the others.

    Attributes
    ----------
    prepared : Prepared
    made : Preprocessor
        What makes the columns of `fit`.
    f : int
        The fold.
    fit : PathFit
        One point.
    exchange : Exchange
    together : bool
        `fit` was walked on the design that the folds share.
    """

    prepared: Prepared
    made: Preprocessor
    f: int
    fit: linear.PathFit
    exchange: Exchange
    together: bool

    @cached_property
    def inputs(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(dict.fromkeys(name for j in self._live.tolist() for name in self.made.outputs[j].inputs))

    @cached_property
    def _live(self) -> IntArray:
        """Columns with a coefficient."""
        return np.asarray(self.fit.columns[self.fit.coef[0].any(axis=1)])

    @cached_property
    def _own(self) -> dict[str, IntArray]:
        """For each input column that is in no product with another one its places among the live columns."""
        used = [self.made.outputs[j].inputs for j in self._live.tolist()]
        shared = {name for names in used if len(names) > 1 for name in names}
        places: dict[str, list[int]] = {}
        for at, names in enumerate(used):
            places.setdefault(names[0], []).append(at)
        return {name: np.array(at) for name, at in places.items() if name not in shared}

    @cached_property
    def _shared(self) -> linear.TrainingSets | None:
        """The sets of the design that the folds share, where the model speaks of its columns."""
        return self.prepared.together.sets if self.together and self.prepared.together is not None else None

    @cached_property
    def _coef(self) -> FloatArray:
        """Coefficients of the live columns as `_rows` has them, (a, K)."""
        coef = self.fit.dense(0)[self._live]
        return coef if self._shared is None else coef / self._shared.unit[self.f, self._live][:, None]

    def _rows(self, rows: IntArray) -> Matrix:
        """The live columns of some rows of the dataset, (m, a)."""
        if self._shared is None:
            return self.made.apply(self.prepared.recipe.rows(rows))[:, self._live]
        where, X = as_slice(self.prepared.full.place[rows]), self._shared.design
        if sparse.issparse(X):
            return X[:, self._live][where]
        return np.asarray(X[where, self._live] if isinstance(where, slice) else X[np.ix_(where, self._live)])

    @cached_property
    def _tried(self) -> tuple[FloatArray, Matrix, Matrix]:
        """Predictors (m, K) of the rows as they are; their live columns, and those of the pool."""
        rows, pool = self.exchange.rows, self.exchange.pool
        X = self._rows(rows)
        base = self.fit.intercept[0] if self._shared is None else self._shared.intercepts(self.f, self.fit)[0]
        return np.asarray(X @ self._coef) + base, X, X if pool is rows else self._rows(pool)

    def _adds(self, X: Matrix, source: str) -> FloatArray:
        """What an input column adds to the predictors of some rows, (m, K)."""
        at = self._own[source]
        return np.asarray(X[:, at] @ self._coef[at])

    def as_it_is(self) -> FloatArray:
        return predicted(self.prepared.plan.loss, self._tried[0])

    def exchanged(self, source: str, donors: IntArray) -> FloatArray:
        plan = self.prepared.plan
        if source in self._own:
            eta, X, pool = self._tried
            theirs = self._adds(pool, source)[donors]
            theirs += eta - self._adds(X, source)
            return predicted(plan.loss, theirs)
        X = self.made.apply(self.exchange.made(self.prepared.recipe, source, donors))
        eta = self.fit.eta(X)[0]
        return predicted(plan.loss, eta.reshape(*donors.shape, *eta.shape[1:]))

    def expected(self) -> dict[str, tuple[float, float]]:
        """Of squared loss: sums over the rows tell, where they have been taken, or else the rows themselves.

        A row's residual r = y - η becomes r + c - c', c being what the column adds to its predictor and c' what it adds to
        that of a row drawn from the pool by weight: in the mean r² + 2 r (c - c̄') + (c - c̄')² + Var c'.
        """
        plan = self.prepared.plan
        if plan.loss != "squared":
            return {}
        rows, pool = self.exchange.rows, self.exchange.pool
        statistics = None if self._shared is None else self._shared.statistics
        if statistics is not None and pool is rows:
            found = self._from_sums(statistics, statistics.validation(self.f))
            if found is not None:
                return found
        eta, X, theirs = self._tried
        rest = plan.dataset.y[rows] - eta[:, 0]
        s, t = (weights / weights.sum() for weights in (sample_weights(plan.dataset, some) for some in (rows, pool)))
        squared, mean = float(s @ rest**2), float(s @ rest)
        out = {AS_IT_IS: (squared, mean)}
        for source in self._own:
            c = self._adds(X, source)[:, 0]
            other = c if theirs is X else self._adds(theirs, source)[:, 0]
            middle = float(t @ other)
            moved = c - middle
            more = 2.0 * float(s @ (rest * moved)) + float(s @ moved**2) + float(t @ (other - middle) ** 2)
            out[source] = (squared + more, mean + float(s @ moved))
        return out

    def _from_sums(self, statistics: Statistics, moments: Moments) -> dict[str, tuple[float, float]] | None:
        """The same from the sums over the rows, drawn from among themselves; None where they have lost their digits."""
        (squared,), (mean,) = squared_errors(statistics, moments, self.f, self.fit)
        if not np.isfinite(squared):
            return None
        live, b = self._live, self._coef[:, 0]
        x, y = moments.x[live] / moments.weight, moments.y / moments.weight
        C = moments.xx[np.ix_(live, live)] / moments.weight - np.outer(x, x)
        # covariance of what each live column adds with the residual
        along = b * (moments.xy[live] / moments.weight - x * y - C @ b)
        out = {AS_IT_IS: (float(squared), float(mean))}
        for source, at in self._own.items():
            variance = float(b[at] @ C[np.ix_(at, at)] @ b[at])
            out[source] = (float(squared) + 2.0 * (variance + float(along[at].sum())), float(mean))
        return out


def sizes(prepared: Prepared, table: CoefficientTable) -> FloatArray:
    """SD over all training rows of what each input column adds to the predictor, products with others included.

    Of the folds' models and, last, of that on all training rows, (F + 1, inputs); with several classes the root mean square over
    these. A column that makes one feature has the size of its standardised coefficient.
    """
    names, outputs, scaling = prepared.plan.dataset.features.names, prepared.outputs, prepared.preprocessor.scaling
    classes = len(dict.fromkeys(table.class_label or ("",)))
    width = len(table.feature) // classes
    models = np.vstack([table.over_folds, table.standardized]).reshape(-1, classes, width)
    place = {feature: j for j, feature in enumerate(table.feature[:width])}
    # standardised coefficients in the order of the design's columns
    by_column = models[:, :, [place[output.name] for output in outputs]]
    makes: dict[str, list[int]] = {}
    for j, output in enumerate(outputs):
        for name in output.inputs:
            makes.setdefault(name, []).append(j)
    out = np.zeros((len(models), len(names)))
    alone = [i for i, name in enumerate(names) if len(makes.get(name, ())) == 1]
    out[:, alone] = np.sqrt((by_column[:, :, [makes[names[i]][0] for i in alone]] ** 2).mean(axis=1))
    X, s = prepared.problem.design, prepared.problem.s
    for i, name in enumerate(names):
        columns = np.array(makes.get(name, []), dtype=np.int64)
        columns = columns[by_column[:, :, columns].any(axis=(0, 1)) & (scaling.sd[columns] > 0)]
        if len(makes.get(name, ())) < 2 or not len(columns):
            continue
        b = by_column[:, :, columns] * (scaling.scale / np.where(scaling.sd > 0, scaling.sd, 1.0))[columns]
        some = X[:, columns] if sparse.issparse(X) else X[slice(0, len(s)), columns]
        added = np.asarray(some @ b.reshape(-1, len(columns)).T)
        variance = s @ (added - s @ added) ** 2
        out[:, i] = np.sqrt(variance.reshape(len(models), classes).mean(axis=1))
    return out
