"""The learning curve in a sentence: whether more rows would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.numerals import count, number
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

# A gain counts where it is more than so many of its standard errors.
BEYOND_NOISE = 2.0


def learning_notes(metrics: Mapping[str, Any]) -> list[str]:
    """What is to be made of the run's learning curve; nothing where it has none, or one of a single size."""
    found = metrics.get("learning_curve") or {}
    gain, error, n_before = (found.get(name) for name in ("gain", "gain_se", "n_train_before"))
    if gain is None or error is None or n_before is None:
        return []
    metric = harmless(found["metric"])
    sizes = f"{count(round(n_before))} to {count(round(found['n_train']), 'training row')}"
    moved = f"{metric} {'improved' if gain > 0 else 'worsened'} by {number(abs(gain))} ± {number(error)} per doubling"
    if gain > BEYOND_NOISE * error:
        return [f"More rows would probably help: from {sizes} of a fold validation {moved}; the curve has not levelled off."]
    return [f"No sign that more rows would help: from {sizes} of a fold validation {moved}, which is within noise."]
