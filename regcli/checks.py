"""The ship checklist: each row's code, the question, its rule, why it is asked and what helps; data alone.

Judgement is in `regcli/audit/checklist/`, by the name of the row. Figures, configuration, tables and docs ask this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a row of the checklist ends."""

    HOLDS = "holds"
    LOOK = "look"
    FAILS = "fails"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    MUTED = "muted"

    @property
    def level(self) -> int | None:
        """What gates compare: 0 nothing to do, 1 to look at, 2 fails; None where nothing is known."""
        return {Verdict.LOOK: 1, Verdict.FAILS: 2, Verdict.UNKNOWN: None}.get(self, 0)


# --- limits, told by the rules below and held by the judges ------------------------------------------------

SD_RATIO = 3.0
NOISE = 2.0
HOLDOUT_LOOK, HOLDOUT_FAILS = 1.645, 2.326
GAP_POINTS, GAP_SHARE = 0.10, 0.5
LITTLE_ROOM, CURVED, CURVED_NOISE = 0.5, 0.02, 4.0
MANY_DRIVERS, FEW_CARRY = 10, 0.5
STEADY, UNSTABLE, SIGN = 0.9, 0.6, 0.8
ALONE, COPY, COPIED, PERFECT = 0.9, 0.8, 0.99, 0.999
GIVEN_UP = 0.1
OFF, OFF_NOISE = 0.1, 3.0
UNLIKE = 0.001
FEW_FOLDS, FEW_ROWS = 5, 100


@dataclass(frozen=True, slots=True)
class Number:
    """One number that a row rests on.

    Attributes
    ----------
    key : str
        ``check.<row>.<key>`` is its dotted name.
    label, text : str
        What people read, and what it is.
    """

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the checklist.

    Attributes
    ----------
    code : str
        What it is muted by; never given to another row.
    name : str
        ``check.<name>`` begins the dotted names of its numbers.
    title : str
        The question as a statement that holds where all is well.
    rule : str
        When it fails, and when it is to be looked at.
    why : str
    remedy : str
    numbers : tuple of Number
    of_the_moment : bool
        It looks at what stands beside the run, other runs and baselines: another day it may end otherwise, so that it stands in
        the manifest and not in metrics.json, which is the same whenever a run is made again.
    """

    code: str
    name: str
    title: str
    rule: str
    why: str
    remedy: str
    numbers: tuple[Number, ...] = ()
    of_the_moment: bool = False


CHECKS: tuple[Check, ...] = (
    Check(
        "RC001",
        "scaled",
        "the penalty sees columns on one scale",
        f"To look at where columns are penalised unscaled and the largest SD is more than {SD_RATIO:g} times the smallest.",
        "A penalty compares the sizes of coefficients. A column in metres has a coefficient a thousand times that of the same "
        "column in millimetres, and is punished a thousand times as hard for the same effect.",
        "Set `preprocess.scale: standard`.",
        (
            Number(
                "sd_ratio", "largest SD / smallest", "Largest SD of a feature in use over the smallest, as the penalty sees them."
            ),
        ),
    ),
    Check(
        "RC002",
        "grid",
        "the strength is chosen by cross-validation, inside the grid",
        "To look at where the path has a single λ (or value of another axis), or where the best point is the last of its grid "
        "and the score still improved there by more than a tenth of its standard error.",
        "At the edge of a grid nobody knows whether the optimum lies beyond it; a λ that was given was not chosen at all.",
        "Widen the grid on that side (`lambdas.min_ratio`, `lambdas.min`, `lambdas.max`, or `lambdas.stop: never`; `min` or "
        "`max` of an entry of `estimators`).",
        (
            Number("points", "points of the chosen path", "Grid points of the path that was chosen."),
            Number(
                "edge_gain",
                "gain of the last step, in SE",
                "Improvement over the last tenth of the grid towards the edge at "
                "which the best point lies, in standard errors; 0 inside the grid.",
            ),
        ),
    ),
    Check(
        "RC003",
        "looks",
        "the holdout was evaluated once",
        "Fails where these held-out rows had been evaluated before, with the same target, more often than `check.allow_looks` "
        "(1) allows. Every `fit` with the holdout is a look, that of the same configuration again too; sweeps and resumed runs "
        "are none.",
        "Whoever chooses among models by their scores on a holdout fits the holdout: the best of ten equal models looks better "
        "there than it is, by about 1.5 standard errors.",
        "Choose by cross-validation (`regcli sweep`) and evaluate what is chosen; hold out other rows (`holdout.seed`, new data) "
        "for a score that is to be believed; or say how many looks are planned: `check: {allow_looks: 3}`.",
        (Number("n", "looks at the holdout", "The how-manieth evaluation of these held-out rows this run is."),),
        of_the_moment=True,
    ),
    Check(
        "RC004",
        "gap",
        "validation is about as good as train",
        f"To look at where the gap is more than {NOISE:g} of its standard errors and more than {GAP_POINTS:.0%} of the null "
        f"model's error; fails where besides more than {GAP_SHARE:.0%} of what a linear model gains on its training rows is gone "
        "on new ones. Forests and the like may know their training rows by heart and still be good on others: theirs is to be "
        "looked at.",
        "What a model gains on rows it has seen and loses on others is noise that it has learnt.",
        "A stronger penalty (`select.rule: 1se`, a larger `lambdas.max`), fewer columns, or more rows.",
        (
            Number(
                "points",
                "gap / null model's error",
                "Gap between train and validation, as a share of what the null model has to lose.",
            ),
            Number(
                "share",
                "gap / gain on train",
                "Share of what the model gains over the null model on its training rows that is gone on validation rows.",
            ),
            Number("t", "gap / SE", "Gap in standard errors over folds."),
        ),
    ),
    Check(
        "RC005",
        "underfit",
        "regularisation has something to balance",
        "To look at where the weakest point of the path is as good as the best within noise and there is no gap, though at least "
        f"{LITTLE_ROOM:.0%} of the null model's error is left, or the residuals bend with the prediction (at least {CURVED:.0%} "
        f"of what is left, more than {CURVED_NOISE:g} standard errors).",
        "Where the validation curve is flat and nothing is over-fitted, no penalty will help: what is left is noise, or what "
        "these columns cannot say in a straight line.",
        "Other columns, `preprocess.polynomial: {degree: 2}`, `preprocess.target: log`, another family of models (`--beyond`); "
        "not λ.",
        (
            Number("left", "share of error left", "What validation leaves of the null model's error."),
            Number(
                "flat",
                "loss of the weakest point, in SE",
                "How much worse than the best point the weakest one of the chosen path "
                "is, in standard errors of the paired difference.",
            ),
            Number(
                "curvature",
                "bend of the residuals",
                "Share of the out-of-fold residuals' variance that the square of the prediction explains (Ramsey 1969).",
            ),
        ),
    ),
    Check(
        "RC006",
        "holdout",
        "the holdout is as good as validation",
        f"Fails where the holdout is worse than validation by more than {HOLDOUT_FAILS:g} standard errors of both (1 in 100 by "
        f"chance), to look at from {HOLDOUT_LOOK:g} on (1 in 20), and where it is better by more than {HOLDOUT_FAILS:g}.",
        "Held-out rows are the one test that nothing was chosen by. Where they are worse than cross-validation said, they are "
        "other rows (later, other groups), or cross-validation saw what it should not have.",
        "See how they differ (dates, groups, shares of levels); cross-validate the way the holdout is cut (`dataset.time`, "
        "`dataset.group`); look for columns that know the outcome.",
        (
            Number(
                "difference", "holdout less validation", "How much worse the holdout is than validation, in the metric's unit."
            ),
            Number("z", "difference / SE", "The same in standard errors of both scores together."),
        ),
    ),
    Check(
        "RC007",
        "drivers",
        "a handful of columns carry the model",
        f"To look at where more than {MANY_DRIVERS} input columns are in use and the ten strongest carry less than "
        f"{FEW_CARRY:.0%} of the permutation importance (of the standardised sizes, where there is none).",
        "Nobody can look at three hundred drivers one by one; what nobody has looked at nobody understands.",
        "If they must be explained: `lasso`, or a stronger penalty; if prediction alone counts, mute this row.",
        (
            Number("top10", "carried by the top 10", "Share of the ten strongest input columns in the sum of all."),
            Number("first", "carried by the first", "Share of the strongest input column in that sum."),
        ),
    ),
    Check(
        "RC008",
        "stability",
        "folds agree on the columns and their signs",
        f"To look at where folds' models lack more than {1 - STEADY:.0%} of the chosen model's size (where that is not told: Φ "
        f"below {UNSTABLE:g}), or one of the ten strongest features has another sign in more than {1 - SIGN:.0%} of the folds.",
        "Folds share most of their rows. Columns that change even so are interchangeable, and an explanation by them is "
        "arbitrary.",
        "Among correlated columns: `elasticnet` with l1_ratio 0.3 to 0.7, or `ridge`; `stability` selection on request.",
        (
            Number("phi", "Φ over folds", "How alike the folds' supports are, corrected for chance (Nogueira et al. 2018)."),
            Number("kept", "chosen size that a fold keeps", "As `stability.weighted_frequency`."),
            Number(
                "sign", "least sign agreement", "Of the ten strongest features the smallest share of folds with the sign shown."
            ),
        ),
    ),
    Check(
        "RC009",
        "convergence",
        "the fits have converged",
        "Fails where the chosen point is not certified in every fit, or its training has not ended properly; to look at "
        "where a point that was left out because it had not converged scored better than the best of the others.",
        "A fit that stopped early is another model than its λ says, and tells more of the solver than of the data.",
        "Raise `model.max_iter` or `model.tol` (of other families what their warning names), or penalise what grows without end.",
        (
            Number("kkt", "certificate of the chosen point", "The worst over folds and refit."),
            Number("left_out", "grid points left out", "Share of all grid points with a fit that has not converged."),
        ),
    ),
    Check(
        "RC010",
        "leakage",
        "nothing looks like a leak",
        "Fails where a column in use, or a sum of some, tells the target nearly perfectly; to look at where another sign of "
        "`regcli advise` is seen in the training rows (of at most a million cells: identifiers, repetitions across folds, "
        f"missing cells that tell the target …). By the run alone: fails where more than {COPIED:.0%} of the null model's error "
        f"is explained and one column carries more than {COPY:.0%} of the model; to look at where one carries more than "
        f"{ALONE:.0%} and more than {ALONE:.0%} is explained, where more than {PERFECT:.1%} is, and where the weakest penalty "
        "over-fits nothing though there is a column for every other row.",
        "A column that is made from the outcome, or recorded after it, is perfect here and missing where it counts.",
        "Ask of the strongest column when and how it is recorded; leave it out (`dataset.columns.exclude`) and compare; then "
        "mute this row if it is right.",
        (
            Number("explained", "explained of the null model's error", "1 - (what validation leaves of the null model's error)."),
            Number("first", "carried by the first", "As `check.drivers.first`."),
            Number(
                "n_signs",
                "signs of leakage",
                "Signs in the training rows that concern columns in use; undefined where nobody looked.",
            ),
        ),
    ),
    Check(
        "RC011",
        "null",
        "the null model is beaten by more than noise",
        f"Fails where validation beats the model without columns by less than {NOISE:g} standard errors, or no column is in use. "
        "Where class weights shift probabilities, and the metric takes these at their word, the ranking counts (roc_auc).",
        "A model that is no better than the mean is the mean at the price of a model.",
        "Other columns, more rows; or ship the mean.",
        (
            Number("gone", "share of error gone", "How much of the null model's error validation takes away."),
            Number("t", "gain / SE", "Gain over the null model in standard errors, paired where the metric allows it."),
        ),
    ),
    Check(
        "RC012",
        "stronger",
        "no stronger model is near at hand",
        f"To look at where the chosen point gives up more than {GIVEN_UP:.0%} of what the best point of the run gains over the "
        "null model, and that is more than noise (corrected paired t-test over folds, 5%); and where a linear model is chosen "
        "though another family in the run is better by more than noise.",
        "The rule pays for simplicity with accuracy; it should be known how much, and whether a rival of another kind wins.",
        "`select.rule: min`, or another penalty: the table of the run says which point is best. What other families would gain, "
        "`regcli sweep CONFIG --beyond` measures.",
        (
            Number(
                "cost",
                "given up by the rule",
                "How much worse the chosen point is than the best one, as a share of the best one's gain over the null model.",
            ),
            Number("p", "p of the difference", "One-sided p of the paired difference over folds (Nadeau & Bengio 2003)."),
        ),
    ),
    Check(
        "RC013",
        "calibration",
        "probabilities are right on average",
        f"Fails where a class's mean predicted probability is off its share by more than {OFF:.0%} of the share and more than "
        f"{OFF_NOISE:g} standard errors; only to look at where no metric that was asked for takes probabilities at their word.",
        "Costs, thresholds and expected values are computed from probabilities. Class weights shift all of them.",
        "Leave out `model.class_weight` and move the threshold instead (`regcli predict --threshold`).",
        (
            Number(
                "difference",
                "mean probability less share",
                "Out of fold, for the class for which it is largest in standard errors.",
            ),
            Number("z", "difference / SE", "The same in standard errors."),
        ),
    ),
    Check(
        "RC014",
        "baseline",
        "a baseline is set",
        "To look at where no run of this experiment is kept as a baseline beside the run.",
        "Tomorrow's retraining has to be compared with something that everybody agrees on and nobody deletes.",
        "`regcli baseline set NAME RUN`.",
        (Number("set", "baselines of this experiment", "How many baselines point to runs of this experiment."),),
        of_the_moment=True,
    ),
    Check(
        "RC015",
        "folds",
        "folds score alike",
        f"To look at where the folds' scores differ more than their rows' noise explains (Cochran's Q, p below {UNLIKE:g}).",
        "One fold that is much worse is a group, a time or a batch that the others know nothing of; means over folds hide it.",
        "See which rows are in the fold (`regcli show RUN --table folds`); say what ties rows together (`dataset.group`, "
        "`dataset.time`).",
        (
            Number("p", "p of equal folds", "Of Cochran's Q over the folds' scores, each with the noise of its rows."),
            Number(
                "worst",
                "worst fold / mean",
                "Score of the worst fold over the mean of all, for a metric of which less is better.",
            ),
        ),
    ),
    Check(
        "RC016",
        "resolution",
        "there are folds enough to tell noise",
        f"To look at where there are fewer than {FEW_FOLDS} folds, or fewer than {FEW_ROWS} training rows without repeats.",
        "Every rule here, and λ itself, rests on the spread over folds, and that of two or three folds is hardly known.",
        "`cv.n_splits: 10`; on few rows `cv.repeats: 5` too.",
        (Number("n", "folds", "Folds of all repeats."), Number("rows", "training rows", "Rows that cross-validation may use.")),
    ),
    Check(
        "RC017",
        "unique",
        "the coefficients are the only solution",
        "To look at where more columns are in use than there are degrees of freedom: some depend on each other exactly, and "
        "nothing penalises their squares.",
        "Coefficients that can be traded against each other without any change of a prediction mean nothing one by one.",
        "Leave out what is told twice, `preprocess.categorical.drop: first`, or take `ridge` or `elasticnet`.",
        (Number("spare", "coefficients to spare", "Features in use beyond the rank of their columns."),),
    ),
    Check(
        "RC018",
        "order",
        "rows in time are not shuffled",
        "To look at where there is a column of dates and rows were shuffled into folds, so that later rows teach what happened "
        "earlier.",
        "A model in use predicts forwards. Shuffled folds let it learn from next week what today was like.",
        "Give `dataset.time` (folds are `time_series` then), or mute this row where dates have no order to respect.",
        (Number("dates", "columns of dates", "Input columns that hold dates."),),
    ),
)

BY_CODE = {check.code: check for check in CHECKS}
BY_NAME = {check.name: check for check in CHECKS}
