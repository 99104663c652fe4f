"""Signs that the training rows know what will not be known where predictions are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.advice.alone import SURE, copies, sums
from regcli.advice.identity import ahead, identifiers
from regcli.advice.missingness import missing
from regcli.advice.overfitting import unpenalised
from regcli.advice.twins import twins
from regcli.advice.view import View

if TYPE_CHECKING:
    from regcli.advice.finding import Finding
    from regcli.data.types import Dataset, Splits


def leakage(dataset: Dataset, splits: Splits) -> tuple[Finding, ...]:
    """Every sign of leakage in the training rows; rows that are held out are not looked at.

    Parameters
    ----------
    dataset : Dataset
    splits : Splits

    Returns
    -------
    tuple of Finding
        Of the topic ``leakage``. A column is named once, by the plainest sign.
    """
    view = View.of(dataset, splits)
    alone, added = copies(view), []
    if not any(finding.found >= SURE for finding in alone):
        added = sums(view)
    every = [*ahead(view), *added, *alone, *identifiers(view)]
    every += [finding for finding in missing(view) if finding.topic == "leakage"]
    every += twins(dataset, splits)
    every += unpenalised(view, splits)
    named: set[str] = set()
    out = []
    for finding in every:
        if not finding.columns or not named.issuperset(finding.columns):
            out.append(finding)
        named.update(finding.columns)
    return tuple(out)
