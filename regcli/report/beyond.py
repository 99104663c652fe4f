"""In one sentence: what non-linearity buys, beyond noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.noise import LEVEL
from regcli.numerals import number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping


def beyond_notes(metrics: Mapping[str, Any]) -> list[str]:
    """The sentence; none where a run has no linear models, or no others."""
    found = metrics.get("beyond")
    if not found:
        return []
    gain, relative, p, metric = (found[name] for name in ("gain", "gain_relative", "p", "metric"))
    linear = {"none": "no penalty"}.get(found["linear"], found["linear"])
    size = number(abs(gain)) if relative is None else percent(abs(relative))
    chance = "" if p is None else f", p {'< 0.001' if p < 0.001 else f'= {number(p, 2)}'}"
    scores = f"{metric} {number(found['other_mean'])} against {number(found['linear_mean'])}{chance}"
    if gain > 0 and p is not None and p < LEVEL:
        return [f"Non-linearity buys {size} of {metric} beyond noise: {found['other']} against {linear} ({scores})."]
    how = "is as good as" if gain == 0 else f"is {size} {'better' if gain > 0 else 'worse'} than"
    surely = "" if p is None or not p < LEVEL else ", by more than noise"
    unknown = "; one fold tells nothing of noise" if p is None and gain > 0 else ""
    nothing = "nothing" if gain <= 0 else "nothing beyond noise" if p is not None else "perhaps something"
    return [f"Non-linearity buys {nothing}: {found['other']}, the best of it, {how} {linear}{surely} ({scores}){unknown}."]
