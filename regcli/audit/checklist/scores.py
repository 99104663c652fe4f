"""Rows on scores: gap, room for a penalty, null model, rivals, folds, holdout, probabilities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regcli import checks
from regcli.audit.checklist.evidence import Found
from regcli.beyond import FLAG, buys, is_sure
from regcli.checks import Verdict
from regcli.metrics import METRICS
from regcli.noise import fold_error, paired
from regcli.numerals import number, percent

if TYPE_CHECKING:
    from regcli.audit.checklist.evidence import Evidence
    from regcli.metrics import Metric
    from regcli.numerics.arrays import FloatArray

NAN = float("nan")
TINY = 1e-12
# Schemes whose rows are tied together: noise is that of folds, not of rows.
TIED = frozenset({"group", "stratified_group", "time_series", "predefined"})
# Folds of fewer rows tell nothing of their own noise.
LEAST_ROWS = 20
RANKING = "roc_auc"
# What helps other models than linear ones against a gap.
_HELD_BACK = (
    "`select.rule: 1se`, levers that hold the model back, fewer columns, more rows; or mute it, since validation is what counts."
)
# Beyond this a logit is certainty.
CERTAIN = 1e-9


def gap(e: Evidence) -> Found:
    """How much of the fit is noise."""
    worse = e.sign * (e.score("validation") - e.score("train"))
    gained = e.sign * (e.score("null_model") - e.score("train"))
    points = worse / e.room
    share = worse / gained if gained > TINY * e.room else 0.0
    by_fold = e.sign * (e.by_fold("validation") - e.by_fold("train"))
    error = _error(e, by_fold)
    if not np.isfinite(error):  # of single rows, or of one fold
        error = e.score("validation_error")
    t = _ratio(worse, error)
    numbers = {"points": points, "share": share, "t": t}
    if not np.isfinite(points):
        return Found(Verdict.ABSENT, f"{e.metric} has no null model to measure a gap by", numbers)
    said = f"the gap is {percent(points)} of the null model's error"
    if points <= checks.GAP_POINTS or t <= checks.NOISE:
        noise = f", {number(t, 2)} standard errors" if points > checks.GAP_POINTS and np.isfinite(t) else ""
        return Found(Verdict.HOLDS, said + noise, numbers)
    known = "" if np.isnan(t) else f" ({number(t, 2)} standard errors)"
    said += f"{known}: {percent(share)} of what is gained on training rows is gone on others"
    if not e.along.is_linear:
        # a forest of full trees knows its training rows by heart, and may be the best model there is
        return Found(Verdict.LOOK, said, numbers, _HELD_BACK)
    return Found(Verdict.FAILS if share > checks.GAP_SHARE else Verdict.LOOK, said, numbers)


def underfit(e: Evidence) -> Found:
    """Whether any penalty could help."""
    best, weak = e.points.best, e.points.weakest
    worse = e.sign * (float(e.points.mean[weak]) - float(e.points.mean[best]))
    flat = _ratio(worse, _error(e, e.sign * (e.weakest_by_fold - e.best_by_fold)))
    if np.isnan(flat):
        flat = _ratio(worse, float(e.points.error[best]))
    curvature, z = bend(e)
    numbers = {"left": e.left, "flat": flat, "curvature": curvature}
    if not np.isfinite(e.left):
        return Found(Verdict.ABSENT, f"{e.metric} has no null model to measure by", numbers)
    over_fitted = e.sign * (e.score("validation") - e.score("train")) / e.room > checks.GAP_POINTS / 2
    if flat > 1.0 or over_fitted:
        what = "the weakest one does worse" if flat > 1.0 else "there is something to shrink"
        use = "the penalty is of use" if e.along.is_linear else f"{e.along.axis} is of use"
        return Found(Verdict.HOLDS, f"{use}: {what}", numbers)
    bent = curvature >= checks.CURVED and abs(z) > checks.CURVED_NOISE
    if e.left >= 1.0:
        return Found(Verdict.ABSENT, "there is no gain over the null model to be balanced", numbers)
    weakest = "penalty" if e.along.is_linear else e.along.axis
    said = f"the weakest {weakest} does as well as the best, nothing is over-fitted, and {percent(e.left)} of the error is left"
    remedy = "" if e.along.is_linear else "Other columns, or a model that can bend more: other levers, another family."
    if bent:
        return Found(Verdict.LOOK, f"{said}, {percent(curvature)} of which bends with the prediction", numbers, remedy)
    return Found(Verdict.LOOK if e.left >= checks.LITTLE_ROOM else Verdict.HOLDS, said, numbers, remedy)


def bend(e: Evidence) -> tuple[float, float]:
    """Share of the out-of-fold error that the square of the prediction explains, and its robust z; NaN for several classes.

    Regression: of the residuals' sum of squares (Ramsey 1969, with predictions of rows that were not fitted). Two classes: of
    the deviance, by the score test on the log-odds.
    """
    d = e.rows.scored
    if len(e.classes) > 2:
        return NAN, NAN
    mean, weight = e.rows.by_row(d.mean if not e.classes else d.mean[:, 1]), e.rows.by_row(d.weight)
    y = e.rows.by_row(d.y)
    residual, v, at = y - mean, weight, mean
    total = float(weight @ residual**2)
    if e.classes:
        p = np.clip(mean, CERTAIN, 1.0 - CERTAIN)
        v, at = weight * p * (1.0 - p), np.log(p / (1.0 - p))
        total = float(-2.0 * weight @ (y * np.log(p) + (1.0 - y) * np.log(1.0 - p)))
    spread = at.std()
    if not spread > 0 or not total > 0 or not v.sum() > 0:
        return NAN, NAN
    at = (at - np.average(at, weights=v)) / spread
    basis = np.column_stack([np.ones_like(at), at])
    square = at**2
    bent = square - basis @ np.linalg.lstsq(basis * np.sqrt(v)[:, None], square * np.sqrt(v), rcond=None)[0]
    pull, noise = float(bent @ (weight * residual)), float(np.sqrt(((bent * weight * residual) ** 2).sum()))
    size = float(v @ bent**2)
    return (pull**2 / size / total if size > 0 else NAN), _ratio(pull, noise)


def holdout(e: Evidence) -> Found:
    """Whether the one test says what cross-validation said."""
    if e.metrics.get("holdout") is None:
        return Found(Verdict.ABSENT, "there is no holdout" if not e.n_holdout else "a sweep does not look at the holdout")
    worse = e.sign * (e.score("holdout") - e.score("validation"))
    error = float(np.hypot(e.score("holdout_error"), e.score("validation_error")))
    z = _ratio(worse, error)
    numbers = {"difference": worse, "z": z}
    said = f"holdout {e.metric} {number(e.score('holdout'))}, validation {number(e.score('validation'))}"
    if np.isnan(z):
        return Found(Verdict.UNKNOWN, f"{said}; the noise of one of them is not known", numbers)
    said += f": {'worse' if worse > 0 else 'better'} by {number(abs(z), 2)} standard errors"
    if z > checks.HOLDOUT_FAILS:
        return Found(Verdict.FAILS, said, numbers)
    if z < -checks.HOLDOUT_FAILS:
        remedy = "See whether held-out rows are easier, or whether some of them stand among the training rows as well."
        return Found(Verdict.LOOK, said, numbers, remedy)
    return Found(Verdict.LOOK if z > checks.HOLDOUT_LOOK else Verdict.HOLDS, said, numbers)


def null(e: Evidence) -> Found:
    """Whether the columns help at all."""
    gone = 1.0 - e.left
    gain = e.sign * (e.score("null_model") - e.score("validation"))
    t = _paired_with_null(e)
    if np.isnan(t):
        t = _ratio(gain, e.score("validation_error"))
    numbers = {"gone": gone, "t": t}
    if not np.isfinite(gone):
        return Found(Verdict.ABSENT, f"{e.metric} is perfect for the null model", numbers)
    if not e.n_used:
        return Found(Verdict.FAILS, "no column is in use: this is the null model", numbers)
    if e.class_weight and METRICS[e.metric].takes_probabilities:
        return _ranked(e, gone)
    said = f"{percent(gone)} of the null model's error is gone, {number(t, 2)} standard errors"
    if np.isnan(t):
        return Found(Verdict.UNKNOWN, f"{percent(gone)} of the null model's error is gone; the noise of it is not known", numbers)
    return Found(Verdict.HOLDS if t >= checks.NOISE else Verdict.FAILS, said, numbers)


def _ranked(e: Evidence, gone: float) -> Found:
    """Whether rows are ranked better than by chance, where probabilities are shifted on purpose."""
    metric = METRICS[RANKING]
    auc, chance, error = (e.score(part, RANKING) for part in ("validation", "null_model", "validation_error"))
    t = _ratio(metric.sign * (chance - auc), error)
    said = f"class weights shift probabilities, which spoils {e.metric}; {RANKING} is {number(auc)} against {number(chance)}"
    said += "" if np.isnan(t) else f", {number(t, 2)} standard errors"
    verdict = Verdict.UNKNOWN if np.isnan(t) else Verdict.HOLDS if t >= checks.NOISE else Verdict.FAILS
    return Found(verdict, said, {"gone": gone, "t": t})


def _paired_with_null(e: Evidence) -> float:
    """Gain over the null model in standard errors, row by row; NaN where the metric, or an old run, does not allow it."""
    metric, prediction = METRICS[e.metric], e.metrics.get("null_prediction")
    if metric.per_row is None and metric.from_moments is not None:
        metric = METRICS["mse"]  # what explains none of the variance is no better by either
    if metric.per_row is None or prediction is None:
        return NAN
    d = e.rows.scored
    nothing = np.broadcast_to(np.asarray(prediction, dtype=np.float64), d.mean.shape)
    gain = metric.sign * (metric.per_row(type(d)(d.y, nothing, d.weight, d.task)) - metric.per_row(d))
    weight, by_row = e.rows.by_row(d.weight), e.rows.by_row(d.weight * gain)
    mean, n = float(by_row.sum() / weight.sum()), len(weight)
    error = float(np.sqrt(((by_row - weight * mean) ** 2).sum() * n / max(n - 1, 1)) / weight.sum())
    if e.cv in TIED:
        error = max(error, np.nan_to_num(_error(e, _fold_means(e, gain))))
    return _ratio(mean, error)


def stronger(e: Evidence) -> Found:
    """What the rule gave up, and what other families would gain."""
    found = _given_up(e)
    known = e.metrics.get("beyond")
    if not e.along.is_linear:
        return found
    if not known:
        if any(not path.is_linear for path in e.points.along):
            return found
        return replace(found, said=f"{found.said}; other families were not searched (`regcli sweep CONFIG {FLAG}` does)")
    told = buys(known).rstrip(".")
    verdict = Verdict.LOOK if is_sure(known) else found.verdict
    return replace(found, verdict=verdict, said=f"{found.said}; {told[0].lower()}{told[1:]}")


def _given_up(e: Evidence) -> Found:
    """Where the best point of the run is another one than the chosen."""
    if e.points.best == e.points.selected:
        return Found(Verdict.HOLDS, "the chosen point is the best of the run", {"cost": 0.0, "p": NAN})
    mean = e.points.mean
    worse = e.sign * (float(mean[e.points.selected]) - float(mean[e.points.best]))
    gained = e.sign * (e.score("null_model") - float(mean[e.points.best]))
    cost = worse / gained if gained > 0 else NAN
    test = paired(e.best_by_fold, e.by_fold("validation"), e.fold_weight, e.fold_ratio)
    p = test.p_value(worse)
    best, chosen = (number(float(mean[at])) for at in (e.points.best, e.points.selected))
    said = f"the best point's {e.metric} is {best}, the chosen one's {chosen}"
    if np.isfinite(cost):
        said += f": {percent(cost)} of the gain is given up"
    said += "" if np.isnan(p) else f", {'more than' if p < test.level else 'within'} noise (p = {number(p, 2)} over folds)"
    verdict = Verdict.LOOK if p < test.level and cost > checks.GIVEN_UP else Verdict.HOLDS
    return Found(verdict, said, {"cost": cost, "p": p})


def calibration(e: Evidence) -> Found:
    """Whether probabilities are right on average."""
    if not e.classes:
        return Found(Verdict.ABSENT, "a regression has no probabilities")
    d = e.rows.scored
    residual, weight = e.rows.by_row(d.mean - d.indicator), e.rows.by_row(d.weight)
    difference = weight @ residual / weight.sum()
    error = np.sqrt((weight[:, None] ** 2 * (residual - difference) ** 2).sum(axis=0)) / weight.sum()
    share = np.asarray(weight @ e.rows.by_row(d.indicator) / weight.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(error > 0, difference / error, 0.0)
    k = 1 if len(e.classes) == 2 else int(np.argmax(np.abs(z)))
    numbers = {"difference": float(difference[k]), "z": float(z[k])}
    said = f"mean probability of {e.classes[k]!r} {percent(share[k] + difference[k])}, its share {percent(float(share[k]))}"
    small = min(float(share[k]), 1.0 - float(share[k]))
    if abs(z[k]) <= checks.OFF_NOISE or abs(difference[k]) <= checks.OFF * small:
        return Found(Verdict.HOLDS, said, numbers)
    trusted = [name for name in e.asked if METRICS[name].takes_probabilities]
    said += f", off by {number(abs(float(z[k])), 2)} standard errors"
    if not trusted:
        return Found(Verdict.LOOK, f"{said}; no metric that was asked for takes probabilities at their word", numbers)
    return Found(Verdict.FAILS, said, numbers)


def folds(e: Evidence) -> Found:
    """Whether some fold is another world."""
    metric = METRICS[e.metric]
    loss = metric if metric.per_row is not None else METRICS["mse"] if not e.classes else METRICS["log_loss"]
    first = e.rows.fold < len(e.fold_weight) / e.repeats
    sizes = np.bincount(e.rows.fold[first])
    if len(sizes) < 2 or sizes.min() < LEAST_ROWS:
        return Found(Verdict.ABSENT, f"folds of fewer than {LEAST_ROWS} rows, or a single one, tell nothing of their own noise")
    q, df, worst = _cochran(e, loss)
    from scipy.special import chdtrc

    p = float(chdtrc(df, q))
    numbers = {"p": p, "worst": worst}
    said = f"the worst fold's {loss.name} is {percent(worst)} of the mean"
    if p >= checks.UNLIKE:
        return Found(Verdict.HOLDS, f"{said}, as rows of this noise make it", numbers)
    return Found(Verdict.LOOK, f"{said}, more than its rows' noise explains (p = {number(p, 2)})", numbers)


def _cochran(e: Evidence, metric: Metric) -> tuple[float, int, float]:
    """Q over the folds of the first repeat, its degrees of freedom, and the worst fold's loss over the mean of all."""
    if metric.per_row is None:
        raise AssertionError(metric.name)
    d, fold = e.rows.scored, e.rows.fold
    n_folds = round(len(e.fold_weight) / e.repeats)
    use = fold < n_folds
    fold, values, weight = fold[use], metric.sign * metric.per_row(d)[use], d.weight[use]
    total, n = np.bincount(fold, weight, n_folds), np.bincount(fold, minlength=n_folds)
    mean = np.bincount(fold, weight * values, n_folds) / total
    # by the noise of all rows together: that of a small fold with an outlier excuses itself
    spread = np.sqrt(np.average((values - mean[fold]) ** 2, weights=weight))
    squares = np.bincount(fold, weight**2, n_folds) / total**2
    own = np.sqrt(np.bincount(fold, (weight * (values - mean[fold])) ** 2, n_folds) * n / np.maximum(n - 1, 1)) / total
    error = np.maximum(own, spread * np.sqrt(squares))
    if not (error > 0).all():
        return 0.0, n_folds - 1, 1.0
    w = 1.0 / error**2
    middle = float(w @ mean / w.sum())
    overall = float(np.average(values, weights=weight))
    return (
        float(w @ (mean - middle) ** 2),
        n_folds - 1,
        float(mean.max() / overall) if overall > 0 else float(mean.min() / overall),
    )


def _fold_means(e: Evidence, values: FloatArray) -> FloatArray:
    weight, n = e.rows.scored.weight, len(e.fold_weight)
    return np.bincount(e.rows.fold, weight * values, n) / np.bincount(e.rows.fold, weight, n)


def _error(e: Evidence, by_fold: FloatArray) -> float:
    """Standard error of a mean over folds; NaN for a single one."""
    return fold_error(by_fold, e.fold_weight, e.fold_ratio)[0] if len(by_fold) > 1 else NAN


def _ratio(value: float, error: float) -> float:
    """In standard errors; 0 of nothing, and infinite of what has no noise."""
    if np.isnan(value) or np.isnan(error):
        return NAN
    if error > TINY * abs(value):
        return value / error
    return 0.0 if value == 0 else float(np.copysign(np.inf, value))
