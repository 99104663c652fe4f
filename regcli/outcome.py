"""What the engine hands on: everything a run directory tells, as frozen tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.selection import Candidates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.numerics.arrays import BoolArray, FloatArray, IntArray, TextArray
    from regcli.plan import Plan
    from regcli.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of one path: F folds (in the order of `Plan.splits.folds`) and the full fit, L points.

    Selection sees strength, complexity, scores and what is usable; what only the path's own family knows is in `details`.

    Attributes
    ----------
    path : Path
    lambdas : ndarray (L,)
        The strengths that were walked, from strong to weak.
    saturated : bool
        The path ended before the grid did.
    folds : tuple of int
        Which folds; all of them but after an interrupt.
    train, validation : dict of str to ndarray (F, L)
        By metric; NaN where the metric is undefined.
    n_nonzero : int ndarray (L,)
        Columns in use in the full fit, without the intercept (several classes: features with any coefficient).
    complexity : ndarray (L,)
        Of the full fit: what is the fewer the simpler, among models of one family.
    df : ndarray (L,)
        Effective degrees of freedom of the full fit; NaN where a family has none.
    n_nonzero_folds : int ndarray (F, L)
    n_iter, kkt, converged : ndarray (F + 1, L)
        Of the folds, then of the full fit in the last row; kkt is NaN where a family has no certificate.
    out_of_fold : ndarray (L, F) or (L, F, classes), or None
        Out-of-fold predictions, fold after fold, with leave-one-out where some metric is no mean over rows.
    details : object
    seed_error : ndarray (L,) or None
        Standard error of the mean over seeds of the selection metric's validation mean; None where nothing is random. All other
        scores are means over seeds.
    """

    path: Any
    lambdas: FloatArray
    saturated: bool
    folds: tuple[int, ...]
    train: dict[str, FloatArray]
    validation: dict[str, FloatArray]
    n_nonzero: IntArray
    complexity: FloatArray
    df: FloatArray
    n_nonzero_folds: IntArray
    n_iter: IntArray
    kkt: FloatArray
    converged: BoolArray
    out_of_fold: FloatArray | None
    details: Any
    seed_error: FloatArray | None = None

    @property
    def strengths(self) -> FloatArray:
        """The same order as numbers that descend, (L,): of some axes the small values are the strong ones."""
        return self.lambdas if self.lambdas[0] >= self.lambdas[-1] else -self.lambdas

    @property
    def usable(self) -> BoolArray:
        """Points at which every fold and the full fit have converged, (L,)."""
        return np.asarray(self.converged.all(axis=0))

    def candidates(self, mean: FloatArray, error: FloatArray) -> Candidates:
        """The path as selection sees it, with validation means and their standard errors, (L,) each."""
        gamma = 1.0 if self.path.gamma is None else float(self.path.gamma)
        return Candidates(self.strengths, mean, error, self.complexity, self.usable, gamma, self.path.rank)


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over folds of the chosen metric for one path; every array has shape (L,).

    Attributes
    ----------
    train_mean, train_se, validation_mean, validation_se : ndarray
        Weighted by the folds' validation weights, or of the pooled out-of-fold predictions; a standard error is NaN for a
        single fold.
    gap, gap_relative : ndarray
        How much worse validation is than train, > 0 whichever way the metric points; and divided by |train|.
    n_nonzero_folds_mean : ndarray
    n_iter : int ndarray
        Summed over folds and the full fit.
    kkt : ndarray
        The worst over folds and the full fit.
    converged : bool ndarray
        The conjunction over folds and the full fit.
    within_1se : bool ndarray
        The mean lies within one standard error of the overall best.
    sklearn_parameter : str
        ``alpha`` or ``C``; of other families the backend's own name.
    sklearn_value : ndarray
        The value of that parameter for the full training fit; C is inf at λ = 0.
    seed_se : ndarray
        Standard error of the validation mean over seeds; NaN where nothing is random.
    """

    train_mean: FloatArray
    train_se: FloatArray
    validation_mean: FloatArray
    validation_se: FloatArray
    gap: FloatArray
    gap_relative: FloatArray
    n_nonzero_folds_mean: FloatArray
    n_iter: IntArray
    kkt: FloatArray
    converged: BoolArray
    within_1se: BoolArray
    sklearn_parameter: str
    sklearn_value: FloatArray
    seed_se: FloatArray


@dataclass(frozen=True, slots=True)
class CoefficientTable:
    """The selected model, one row per (class and) output feature in file order, intercept first; R rows.

    Attributes
    ----------
    class_label : tuple of str, or None
        The row's class where there are more than two, else None.
    feature, source : tuple of str
        Output feature and its input column; `(intercept)` for the intercept, with an empty source.
    coefficient, standardized : ndarray (R,)
        In units of the original column; times the column's training SD.
    selection_frequency, sign_agreement, fold_mean, fold_sd : ndarray (R,)
        Over folds; NaN where undefined.
    over_folds : ndarray (F, R)
        Standardised coefficients of every fold's fit.
    """

    class_label: tuple[str, ...] | None
    feature: tuple[str, ...]
    source: tuple[str, ...]
    coefficient: FloatArray
    standardized: FloatArray
    selection_frequency: FloatArray
    sign_agreement: FloatArray
    fold_mean: FloatArray
    fold_sd: FloatArray
    over_folds: FloatArray


@dataclass(frozen=True, slots=True)
class PredictionTable:
    """Out-of-fold and holdout predictions of the selected point; R rows.

    Attributes
    ----------
    row : int ndarray (R,)
        Row number in the file.
    role : tuple of str
        ``train`` (out of fold) or ``holdout``.
    repeat : int ndarray (R,)
        -1 for the holdout.
    fold : tuple of str
        Empty for the holdout.
    y, prediction : ndarray (R,)
        Floats for regression, object arrays of class labels for classification.
    probability : ndarray (R, K) or None
        One column per class of `Dataset.classes`.
    weight : ndarray (R,) or None
        Sample weights, where the dataset has them.
    """

    row: IntArray
    role: tuple[str, ...]
    repeat: IntArray
    fold: tuple[str, ...]
    y: FloatArray | TextArray
    prediction: FloatArray | TextArray
    probability: FloatArray | None
    weight: FloatArray | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The selected grid point and what it was chosen among.

    Attributes
    ----------
    path : int
        Index into `Outcome.paths`.
    index : int
        Index into that path's λ.
    best_path, best_index : int
        The point with the best mean.
    rule : str
    metric : str
    n_left_out : int
        Grid points never considered because some fit had not converged (or the metric was undefined).
    """

    path: int
    index: int
    best_path: int
    best_index: int
    rule: str
    metric: str
    n_left_out: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """What a family tells of the selected point.

    Attributes
    ----------
    coefficients : CoefficientTable or None
        None of a model that has none.
    equivalent : dict or None
        The point in scikit-learn: `code` and `remarks`; None where there is no such thing.
    n_inputs : int
        Input columns that the model needs.
    pipeline : object or None
        The fitted scikit-learn pipeline; None after a sweep. Of a model that is kept as arrays, what makes its columns.
    arrays : mapping of str to ndarray, or None
        A model that is no pipeline, as plain arrays which its family reads (`Family.mean`).
    affine : dict or None
        The content of model.json; None after a sweep, or where some step is not affine.
    warnings : tuple of str
    """

    coefficients: CoefficientTable | None
    equivalent: dict[str, Any] | None
    n_inputs: int
    pipeline: Any
    affine: dict[str, Any] | None
    warnings: tuple[str, ...]
    arrays: Mapping[str, FloatArray] | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit found.

    Attributes
    ----------
    numbers : mapping
        Its block of metrics.json: numbers, text, lists and mappings of them. NaN stands for undefined.
    tables : mapping of str to object
        By the name of the file in which they are written, what its columns are made from (`run/tables.py`).
    warnings : tuple of str
    beside : mapping
        What derives from other runs and from the moment, for manifest.json: metrics.json is the same when a run is made again.
    """

    numbers: Mapping[str, Any]
    tables: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looks:
    """Evaluations of the same held-out rows, by the ledger beside the runs.

    Attributes
    ----------
    number : int
        The how-manieth this run's is, from 1.
    before, after : tuple of str
        The runs that looked earlier, and later.
    same : int
        How many of the earlier ones were of the very same configuration.
    """

    number: int
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    same: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside a run.

    Attributes
    ----------
    looks : Looks or None
        None where the run has no look, or nobody knows of it.
    baselines : int or None
        How many baselines there are of this experiment; None where nobody has looked.
    """

    looks: Looks | None = None
    baselines: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything a run directory tells.

    Attributes
    ----------
    prepared : Prepared
    paths : tuple of Fitted
    summaries : tuple of Summary
        One for each path.
    choice : Choice
    portrait : Portrait
    predictions : PredictionTable
    metrics : dict
        The content of metrics.json. NaN stands for undefined and becomes null in the file.
    warnings : tuple of str
        From all stages, in order, without repetition.
    seconds : dict of str to float
        Per stage.
    audits : mapping of str to Audited
        By the audit's name; see `audit`.
    around : Surroundings
        What stands beside the run.
    """

    prepared: Prepared
    paths: tuple[Fitted, ...]
    summaries: tuple[Summary, ...]
    choice: Choice
    portrait: Portrait
    predictions: PredictionTable
    metrics: dict[str, Any]
    warnings: tuple[str, ...]
    seconds: dict[str, float]
    audits: Mapping[str, Audited] = field(default_factory=dict)
    around: Surroundings = field(default_factory=Surroundings)

    @property
    def plan(self) -> Plan:
        """What was to be fitted."""
        return self.prepared.plan


class Interrupted(KeyboardInterrupt):
    """The user interrupted the engine.

    Parameters
    ----------
    prepared : Prepared
    finished : tuple of Fitted
        The paths that are done on all training rows, each with the folds that are done.
    """

    def __init__(self, prepared: Prepared, finished: tuple[Fitted, ...]) -> None:
        super().__init__()
        self.prepared, self.finished = prepared, finished

    def __str__(self) -> str:
        paths, folds = len(self.prepared.paths), len(self.prepared.plan.splits.folds)
        done = sum(len(path.folds) for path in self.finished)
        return f"{len(self.finished)} of {paths} paths on all training rows, {done} of {paths * folds} on folds"
