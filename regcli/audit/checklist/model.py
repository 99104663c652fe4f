"""Rows on the model itself: scale, grid, convergence, drivers, stability, uniqueness, signs of a leak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from regcli import checks
from regcli.audit.checklist.evidence import Evidence, Found
from regcli.audit.checklist.signs import written
from regcli.checks import Verdict
from regcli.data.wording import listing
from regcli.numerals import count, number, percent
from regcli.support import TOP, in_support

SHOWN = 3
NAN = float("nan")
# Of the grid's log range, towards the edge; and of a standard error.
LAST_STEP, NOTICEABLE = 0.1, 0.1


def scaled(e: Evidence) -> Found:
    """Whether a penalty compares like with like."""
    if not e.along.is_linear or e.penalty == "none":
        return Found(Verdict.ABSENT, "nothing is penalised by the size of a coefficient")
    used = e.in_use
    if e.scale != "none":
        return Found(Verdict.HOLDS, f"preprocess.scale is {e.scale}", {"sd_ratio": NAN if e.scale != "standard" else 1.0})
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.nanmax(np.abs(e.standardized / e.coefficient), axis=0, initial=0.0)[used] if used.any() else np.ones(1)
    ratio = float(sd.max() / sd.min()) if sd.min() > 0 else float("inf")
    said = f"preprocess.scale is none, and the largest SD of a feature in use is {number(ratio, 3)} times the smallest"
    return Found(Verdict.LOOK if ratio > checks.SD_RATIO else Verdict.HOLDS, said, {"sd_ratio": ratio})


def grid(e: Evidence) -> Found:
    """Whether λ, or what the path is walked along, was chosen, and from within."""
    p = e.points
    axis, best = e.along.axis, p.walked(p.best)
    path = np.flatnonzero(p.path == p.path[p.best])
    n = int((p.path == p.path[p.selected]).sum())
    if e.penalty == "none":
        return Found(Verdict.ABSENT, "there is no penalty to choose", {"points": n, "edge_gain": 0.0})
    if n == 1:
        return Found(Verdict.LOOK, f"the path has a single {axis}: it was given, not chosen", {"points": 1, "edge_gain": 0.0})
    gain, where = _edge_gain(e, path)
    numbers = {"points": n, "edge_gain": gain}
    if where is None:
        return Found(Verdict.HOLDS, f"one of {n} values of {axis} on its path, the best point inside the grid", numbers)
    value = float(p.lam[p.best])
    end = f"{where} λ of its grid" if best.is_linear else f"{where} end of its grid ({best.axis} = {number(value)})"
    said = f"the best point is at the {end}"
    if where == "weakest" and value == best.last:
        return Found(Verdict.HOLDS, f"{said}, and nothing is weaker", {"points": n, "edge_gain": 0.0})
    if not gain > NOTICEABLE:
        return Found(
            Verdict.HOLDS, f"{said}, where the curve is flat ({number(gain, 2)} standard errors over the last tenth)", numbers
        )
    key = {"largest": "lambdas.max", "smallest": "lambdas.min_ratio"}.get(where) or _widened(e, best.entry, where)
    said += f", and still gained {number(gain, 2)} standard errors over the last tenth of it"
    return Found(Verdict.LOOK, said, numbers, f"Widen the grid on that side (`{key}`).")


def _widened(e: Evidence, entry: int, where: str) -> str:
    """The key of an entry of another family that widens its grid on one side."""
    p = e.points
    values = p.lam[p.path == p.path[p.best]]
    falls = bool(values[0] > values[-1])
    return f"estimators.{entry}.{'min' if falls == (where == 'weakest') else 'max'}"


def _edge_gain(e: Evidence, path: np.ndarray) -> tuple[float, str | None]:
    """Improvement over the last tenth of the grid where the best point is its last one, in standard errors."""
    p = e.points
    usable = path[p.converged[path] & np.isfinite(p.mean[path])]
    if len(usable) < 2 or p.best not in {usable[0], usable[-1]} or p.path[p.best] != p.path[usable[0]]:
        return 0.0, None
    at_weak = p.best == usable[-1]
    with np.errstate(divide="ignore"):
        position = np.log(p.lam[usable]) if (p.lam[usable] > 0).all() else np.arange(len(usable), dtype=np.float64)
    far = np.abs(position - position[-1 if at_weak else 0])
    inner = usable[int(np.argmin(np.abs(far - LAST_STEP * far.max())))]
    if inner == p.best:
        inner = usable[-2 if at_weak else 1]
    gain, error = e.sign * float(p.mean[inner] - p.mean[p.best]), float(p.error[p.best])
    strong, weak = ("largest", "smallest") if p.walked(p.best).is_linear else ("strongest", "weakest")
    return (gain / error if error > 0 else (0.0 if gain <= 0 else float("inf"))), weak if at_weak else strong


def convergence(e: Evidence) -> Found:
    """Whether fits are what their λ says; of other families, whether training ended properly."""
    p = e.points
    kkt, out = float(p.kkt[p.selected]), ~p.converged
    numbers = {"kkt": kkt, "left_out": float(out.mean())}
    if not p.converged[p.selected] and not e.along.is_linear:
        return Found(Verdict.FAILS, "the chosen point's training did not end properly in every fit", numbers)
    if not p.converged[p.selected]:
        return Found(Verdict.FAILS, f"the chosen point's certificate is {number(kkt, 2)}, and model.tol {e.tol:g}", numbers)
    beaten = out & np.isfinite(p.mean) & (e.sign * p.mean < e.sign * p.mean[p.best])
    if beaten.any():
        n = int(out.sum())
        return Found(
            Verdict.LOOK,
            f"{count(n, 'point')} of {len(out)} left out, of which {int(beaten.sum())} scored better than the best",
            numbers,
        )
    told = "" if np.isnan(kkt) else f", the chosen point to {number(kkt, 2)}"
    left = f"; {percent(float(out.mean()))} of the points were left out, none of which scored better" if out.any() else ""
    done = f"is certified{told}" if e.along.is_linear else "ended properly"
    return Found(Verdict.HOLDS, f"every fit behind the choice {done}{left}", numbers)


def drivers(e: Evidence) -> Found:
    """Who carries the model."""
    found = e.drivers
    if found is None:
        if e.n_used:
            return Found(Verdict.UNKNOWN, "nothing tells what this model's columns are worth")
        return Found(Verdict.ABSENT, "no column is in use")
    numbers = {"top10": found.top10, "first": found.first}
    names = listing(list(found.columns[:SHOWN]), SHOWN)
    if found.n <= checks.MANY_DRIVERS:
        return Found(Verdict.HOLDS, f"{count(found.n, 'input column')} in use, {names} first ({percent(found.first)})", numbers)
    said = f"the top 10 of {count(found.n, 'input column')} carry {percent(found.top10)}, {names} first ({percent(found.first)})"
    return Found(Verdict.LOOK if found.top10 < checks.FEW_CARRY else Verdict.HOLDS, said, numbers)


def stability(e: Evidence) -> Found:
    """Whether other folds would have told another story."""
    if not len(e.feature):
        kind = Verdict.UNKNOWN if e.along.is_linear else Verdict.ABSENT
        return Found(kind, "this model has no coefficients to compare")
    if not e.in_use.any():
        return Found(Verdict.ABSENT, "no column is in use")
    told = e.metrics.get("stability") or {}
    phi, kept = (NAN if value is None else float(value) for value in (told.get("phi", _phi(e)), told.get("weighted_frequency")))
    size = np.abs(e.standardized)
    order = [np.unravel_index(i, size.shape) for i in np.argsort(-size, axis=None, kind="stable")[:TOP]]
    # the sign of what is next to nothing in a dense model says nothing
    counts = in_support(size, dense=e.penalty in {"none", "ridge"})
    top = [(e.agreement[at], str(e.feature[at[1]])) for at in order if counts[at] and np.isfinite(e.agreement[at])]
    sign, unsure = min(top, default=(NAN, ""))
    numbers = {"phi": phi, "kept": kept, "sign": float(sign)}
    parts = [] if np.isnan(phi) else [f"Φ is {number(phi, 2)}"]
    parts += [] if np.isnan(kept) else [f"folds keep {percent(kept)} of the model's size"]
    if np.isfinite(sign):
        same = (
            f"the {count(len(top))} strongest features keep their signs"
            if sign == 1
            else f"{unsure} keeps its sign in {percent(float(sign))} of the folds"
        )
        parts.append(same)
    if not parts:
        return Found(Verdict.UNKNOWN, "a single fold cannot agree with others", numbers)
    bad = (kept < checks.STEADY if np.isfinite(kept) else phi < checks.UNSTABLE) or sign < checks.SIGN
    return Found(Verdict.LOOK if bad else Verdict.HOLDS, "; ".join(parts), numbers)


def _phi(e: Evidence) -> float:
    """Φ of a run that does not tell it: of sparse models it depends on selection frequencies alone."""
    m, share = len(e.fold_weight), e.frequency.max(axis=0, initial=0.0)
    if e.penalty not in {"lasso", "elasticnet"} or m < 2 or len(e.frequency) > 1:
        return NAN
    expected = share.mean() * (1.0 - share.mean())
    return float(1.0 - m / (m - 1.0) * (share * (1.0 - share)).mean() / expected) if expected > 0 else NAN


def leakage(e: Evidence) -> Found:
    """Whether it is too good to be true: by the training rows, and by the run itself; the worse of the two."""
    by_run = _by_run(e)
    if e.signs is None:
        return by_run
    numbers, details = {**by_run.numbers, "n_signs": float(len(e.signs))}, {"signs": written(e.signs)}
    if not e.signs or (by_run.verdict is Verdict.FAILS and not any(sign.sure for sign in e.signs)):
        return replace(by_run, numbers=numbers, details=details)
    worst = min(e.signs, key=lambda sign: not sign.sure)
    said = worst.text.split(". ")[0].rstrip(".")
    if len(e.signs) > 1:
        said += f", and {count(len(e.signs) - 1, 'more sign')} (`regcli advise` tells them all)"
    return Found(Verdict.FAILS if worst.sure else Verdict.LOOK, said, numbers, details=details)


def _by_run(e: Evidence) -> Found:
    """What scores and importances tell of leaks."""
    explained = 1.0 - e.left
    name, first = (e.drivers.columns[0], e.drivers.first) if e.drivers else ("", NAN)
    numbers = {"explained": explained, "first": first}
    if not np.isfinite(explained):
        return Found(Verdict.ABSENT, f"{e.metric} has no null model to measure by", numbers)
    told = f"{percent(explained)} of the null model's error is explained"
    if len(e.feature) != 1 and explained > checks.ALONE:
        said = f"{told}, and {name!r} carries {percent(first)} of the model"
        if explained > checks.COPIED and first > checks.COPY:
            return Found(Verdict.FAILS, said, numbers)
        if first > checks.ALONE:
            return Found(Verdict.LOOK, said, numbers)
    if explained > checks.PERFECT:
        return Found(Verdict.LOOK, f"{told}: implausibly much", numbers)
    free = e.sign * float(e.points.mean[e.points.weakest] - e.points.mean[e.points.best]) / e.room
    overfits = e.sign * (e.score("validation") - e.score("train")) / e.room
    if len(e.feature) > e.n_train / 2 and explained > checks.ALONE and max(free, overfits) < 0.01:
        return Found(
            Verdict.LOOK, f"{told}, and with {len(e.feature)} columns on {e.n_train} rows nothing is over-fitted", numbers
        )
    return Found(Verdict.HOLDS, f"{told}, and {name} carries {percent(first)} of the model" if e.drivers else told, numbers)


def unique(e: Evidence) -> Found:
    """Whether coefficients can be traded."""
    p = e.points
    df = float(p.df[p.selected])
    if not e.along.is_linear or np.isnan(df):
        return Found(Verdict.ABSENT, "this model has no coefficients")
    if e.metrics["selected"].get("stage") is not None:
        return Found(Verdict.ABSENT, "degrees of freedom of a second stage do not tell")
    if e.penalty in {"ridge", "elasticnet"}:
        return Found(Verdict.HOLDS, f"{e.penalty} has one solution", {"spare": 0.0})
    if len(e.classes) > 2:
        return Found(Verdict.UNKNOWN, "degrees of freedom of several classes do not tell")
    spare = float(round(int(e.in_use.sum()) + 1 - df))
    spare = max(spare, 0.0)
    said = f"{count(int(e.in_use.sum()), 'feature')} in use, {number(df - 1.0)} of them independent"
    return Found(Verdict.LOOK if spare > 0 else Verdict.HOLDS, said, {"spare": spare})
