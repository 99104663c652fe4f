"""Signs of leakage in the training rows themselves, among the columns that the chosen model uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from regcli.outcome import Outcome

# Looking at more cells would take as long as the fits.
MOST_CELLS = 1_000_000
# What tells the target as only the target itself does; the other signs are for people to judge.
SURE = frozenset({"copy_of_target", "tells_the_target", "sum_of_columns"})


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of leakage.

    Attributes
    ----------
    code : str
        As `regcli advise` calls it.
    text : str
        Sentences.
    """

    code: str
    text: str

    @property
    def sure(self) -> bool:
        """It leaves no doubt."""
        return self.code in SURE


def signs_of(outcome: Outcome) -> tuple[Sign, ...] | None:
    """Signs in the training rows; None where there are too many cells to look at by the way."""
    plan, table = outcome.plan, outcome.portrait.coefficients
    features = plan.dataset.features
    if len(plan.splits.train) * len(features.names) > MOST_CELLS:
        return None
    from regcli.advice.leakage import leakage

    found = leakage(plan.dataset, plan.splits)
    # where a model has no coefficients nobody knows which columns it leaves out
    if table is not None and table.source:
        used = {source for source, value in zip(table.source, table.coefficient, strict=True) if value != 0}
        found = tuple(each for each in found if not each.columns or used & set(each.columns))
    return tuple(Sign(each.code, each.text) for each in found)


def written(signs: Iterable[Sign]) -> list[dict[str, str]]:
    """As metrics.json has them."""
    return [{"code": sign.code, "text": sign.text} for sign in signs]


def read(block: Mapping[str, Any] | None) -> tuple[Sign, ...] | None:
    """From the block of a run; None where nobody has looked."""
    told = (block or {}).get("signs")
    if not isinstance(told, list):
        return None
    return tuple(Sign(str(each.get("code")), str(each.get("text"))) for each in told if isinstance(each, dict))
