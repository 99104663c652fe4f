"""The design: what the estimator sees of a training set, and how new rows are brought into the same form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.errors import DataError
from regcli.preprocess import columns
from regcli.preprocess.scaling import Scaling, fit_scaling

if TYPE_CHECKING:
    from regcli.config import Config
    from regcli.data.types import Features
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix
    from regcli.preprocess.columns import Output

# Fewer numbers than this are copied sooner than threads start.
LARGE = 1_000_000
# Numbers copied at a time; and measured at a time where a scaler must see the rows of a fold.
CELLS, MEASURED = 100_000, 4_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done to the input columns, decided once from the whole table's columns; nothing is fitted yet.

    Attributes
    ----------
    features : Features
    prepared : object
        All rows in the form the transformer takes.
    transformer : object or None
        Unfitted column transformer.
    scale : str
    center : bool
        There is an intercept, so that scalers may centre.
    """

    features: Features
    prepared: Any
    transformer: Any
    scale: str
    center: bool

    @classmethod
    def of(cls, features: Features, config: Config, rows: IntArray, takes: columns.Takes | None = None) -> Recipe:
        """Decide from the configuration, the kinds of the columns, and how many levels they have in all training rows."""
        transformer = columns.build(features, config, rows, takes or columns.Takes())
        return cls(
            features, columns.inputs(features, transformer), transformer, config.preprocess.scale, config.model.fit_intercept
        )

    @classmethod
    def of_ids(cls, ids: Features) -> Recipe:
        """Whom and what rows are about, as numbers; NaN for whom and what a training set does not know."""
        transformer = columns.numbered(ids)
        return cls(ids, columns.inputs(ids, transformer), transformer, "none", center=False)

    def rows(self, rows: IntArray, jobs: int = 1) -> Any:  # noqa: ANN401
        """Some of the rows, in the form the transformer takes; always a copy, of large dense matrices by `jobs` threads."""
        if hasattr(self.prepared, "iloc"):
            return self.prepared.iloc[rows]
        if sparse.issparse(self.prepared):
            return self.prepared[rows]
        # a few columns at a time, so that the copy has the order of the solvers' designs
        out = np.empty((len(rows), self.prepared.shape[1]), order="F")
        step = max(1, CELLS // max(len(rows), 1))

        def take(start: int) -> None:
            part = slice(start, start + step)
            out[:, part] = self.prepared[:, part][rows]

        starts = range(0, out.shape[1], step)
        if jobs == 1 or out.size < LARGE:
            list(map(take, starts))
        else:
            with ThreadPoolExecutor(jobs) as pool:
                list(pool.map(take, starts))
        return out

    def exchanged(self, rows: IntArray, name: str, donors: IntArray) -> Any:  # noqa: ANN401
        """Some of the rows, with the cells that other rows have in one input column; both (m,)."""
        out, theirs = self.rows(rows), self.prepared
        if hasattr(theirs, "iloc"):
            return out.assign(**{name: theirs[name].iloc[donors].set_axis(out.index)})
        j = self.features.numeric_names.index(name)
        if not sparse.issparse(theirs):
            out[:, j] = theirs[donors, j]
            return out
        out = sparse.csc_array(out)
        return sparse.csr_array(sparse.hstack([out[:, :j], sparse.csc_array(theirs)[:, [j]][donors], out[:, j + 1 :]]))

    def scaling(self, rows: IntArray, weights: FloatArray | None, mean: FloatArray, sd: FloatArray) -> Scaling:
        """The scaling that training rows of their own give where there is no transformer, or it does not matter.

        Parameters
        ----------
        rows : int ndarray (n,)
        weights : ndarray (n,) or None
            Their sample weights.
        mean, sd : ndarray (p,)
            What is known of their columns.
        """
        p, X = len(sd), self.prepared
        centred = self.center and not sparse.issparse(X)
        if self.scale == "standard":
            return Scaling(mean if centred else np.zeros(p), np.where(sd > 0, sd, 1.0), mean, sd)
        if self.scale == "none":
            return Scaling(np.zeros(p), np.ones(p), mean, sd)
        step = max(1, MEASURED // max(len(rows), 1))
        parts = [
            fit_scaling(self.scale, X[rows, start : start + step], weights, center=self.center) for start in range(0, p, step)
        ]
        center, scale = (np.concatenate([getattr(part, name) for part in parts]) for name in ("center", "scale"))
        return Scaling(center, scale, mean, sd)


@dataclass(frozen=True, slots=True)
class Preprocessor:
    """A recipe fitted to training rows.

    Attributes
    ----------
    transformer : object or None
        Fitted column transformer.
    scaling : Scaling
    outputs : tuple of Output
        The design's columns.
    """

    transformer: Any
    scaling: Scaling
    outputs: tuple[Output, ...]

    def apply(self, prepared: Any) -> Matrix:  # noqa: ANN401
        """New rows as design rows, scaled; the argument comes from `Recipe.rows`."""
        return self.scaling.apply(_matrix(prepared if self.transformer is None else self.transformer.transform(prepared)))


@dataclass(frozen=True, slots=True)
class Design:
    """A training set in the form the estimator sees.

    Attributes
    ----------
    X : ndarray (n, p), Fortran order, or csc_array (n, p)
    preprocessor : Preprocessor
    """

    X: Matrix
    preprocessor: Preprocessor


@dataclass(frozen=True, slots=True)
class Encoded:
    """Training rows as numbers, before scaling.

    Attributes
    ----------
    X : ndarray (n, p), Fortran order, or csc_array (n, p)
    transformer : object or None
        Fitted column transformer.
    outputs : tuple of Output
        The columns of X.
    """

    X: Matrix
    transformer: Any
    outputs: tuple[Output, ...]

    def apply(self, prepared: Any) -> Matrix:  # noqa: ANN401
        """New rows likewise; the argument comes from `Recipe.rows`."""
        return _matrix(prepared if self.transformer is None else self.transformer.transform(prepared))


def encode(recipe: Recipe, rows: IntArray, jobs: int = 1) -> Encoded:
    """Fit the preprocessing but for the scaler on training rows and apply it to them; arguments and errors are `fit_design`'s."""
    prepared = recipe.rows(rows, jobs)
    transformer = None
    if recipe.transformer is not None:
        from sklearn.base import clone

        transformer = clone(recipe.transformer)
        try:
            prepared = transformer.fit_transform(prepared)
        except ValueError as error:
            raise _explained(error, len(rows)) from error
    X = _matrix(prepared)
    if not X.shape[1] and recipe.features.names:
        raise DataError("preprocessing leaves no column to fit", "look at preprocess and dataset.columns in the configuration")
    return Encoded(X, transformer, columns.describe(recipe.features, transformer))


def fit_design(recipe: Recipe, rows: IntArray, weights: FloatArray | None, jobs: int = 1) -> Design:
    """Fit the preprocessing on training rows and apply it to them.

    Parameters
    ----------
    recipe : Recipe
    rows : int ndarray (n,)
        Positions of the training rows.
    weights : ndarray (n,) or None
        Their sample weights.
    jobs : int
        Threads that copy the rows.

    Raises
    ------
    DataError
        Where preprocessing leaves no column, or cannot be fitted.
    """
    encoded = encode(recipe, rows, jobs)
    X, transformer, outputs = encoded.X, encoded.transformer, encoded.outputs
    with np.errstate(over="ignore", invalid="ignore"):
        scaling = fit_scaling(recipe.scale, X, weights, center=recipe.center)
    if not np.isfinite(scaling.sd).all():
        huge = ", ".join(outputs[j].name for j in np.flatnonzero(~np.isfinite(scaling.sd))[:5])
        raise DataError(f"values too large to be squared in: {huge}", "give them in a larger unit")
    return Design(scaling.apply(X), Preprocessor(transformer, scaling, outputs))


def transformed(recipe: Recipe, train: IntArray, rows: IntArray) -> tuple[Matrix | None, tuple[Output, ...]]:
    """What the transformer, fitted to some training rows, makes of other rows, before scaling; None where it cannot be fitted."""
    from sklearn.base import clone

    transformer = clone(recipe.transformer)
    try:
        transformer.fit(recipe.rows(train))
        made = _matrix(transformer.transform(recipe.rows(rows)))
    except ValueError:
        return None, ()
    return made, columns.describe(recipe.features, transformer)


def _explained(error: ValueError, n: int) -> DataError:
    """Say in our words why scikit-learn could not fit the preprocessing."""
    reason = str(error)
    if any(words in reason for words in ("empty vocabulary", "no terms remain", "max_df corresponds")):
        return DataError(
            f"preprocess.text: no word of two letters or more is in enough of the {n} training texts",
            "lower preprocess.text.min_count, or name another preprocess.text.column",
        )
    return DataError(f"preprocessing failed on {n} training rows: {reason}", "look at preprocess in the configuration")


def _matrix(prepared: Any) -> Matrix:  # noqa: ANN401
    """As the solvers want it: a Fortran-ordered array, or compressed sparse columns; of rows that are a copy already."""
    if sparse.issparse(prepared):
        return sparse.csc_array(prepared, dtype=np.float64)
    return np.asarray(prepared, dtype=np.float64, order="F")
