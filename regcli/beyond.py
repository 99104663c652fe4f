"""What non-linearity buys, beyond noise: the one place that says it, of a run, in the checklist and in advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.noise import LEVEL
from regcli.numerals import number, relative

if TYPE_CHECKING:
    from collections.abc import Mapping

# What measures it, with a tree, a forest and boosting beside the linear models.
FLAG = "--beyond"
# A gain of this share is worth the trouble of telling it from noise.
WORTH = 0.05


def is_sure(found: Mapping[str, Any]) -> bool:
    """Whether something is gained, by more than noise."""
    return bool(found["gain"] > 0 and found["p"] is not None and found["p"] < found.get("level", LEVEL))


def buys(found: Mapping[str, Any]) -> str:
    """The sentence.

    Parameters
    ----------
    found : mapping
        As the audit of that name writes it: `gain` (above zero where another family is better than the best linear model),
        `gain_relative`, `p` (one-sided), `level` it is held against, `metric`, `linear`, `linear_mean`, `other`, `other_mean`.
    """
    gain, share, p, metric = (found[name] for name in ("gain", "gain_relative", "p", "metric"))
    linear = {"none": "no penalty"}.get(found["linear"], found["linear"])
    size = number(abs(gain)) if share is None else relative(abs(share))
    chance = "" if p is None else f", p {'< 0.001' if p < 0.001 else f'= {number(p, 2)}'}"
    means = f"{metric} {number(found['other_mean'])} against {number(found['linear_mean'])}"
    scores = f"{means}{chance}"
    if is_sure(found):
        return f"Non-linearity buys {size} of {metric} beyond noise: {found['other']} against {linear} ({scores})."
    how = "is as good as" if gain == 0 else f"is {size} {'better' if gain > 0 else 'worse'} than"
    best = f"{found['other']}, the best of it, {how} {linear}"
    if gain <= 0:
        return f"Non-linearity buys nothing: {best} ({means})."
    if p is None:
        return f"Non-linearity buys perhaps something: {best} ({scores}); one fold tells nothing of noise."
    # few folds that share their rows tell large differences alone
    more = "; repeated folds (cv.repeats) would tell more" if share is not None and share > WORTH else ""
    return f"What non-linearity buys is within noise: {best} ({scores}){more}."


def beyond_notes(metrics: Mapping[str, Any]) -> list[str]:
    """The sentence of a run; none where it has no linear models, or no others."""
    found = metrics.get("beyond")
    return [buys(found)] if found else []
