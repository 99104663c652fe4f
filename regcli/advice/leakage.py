"""Signs that the training rows know what will not be known where predictions are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.advice.alone import copies, sums
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
    every = [*ahead(view), *copies(view), *identifiers(view)]
    known = {name for finding in every for name in finding.columns}
    every += sums(view, known)
    every += [finding for finding in missing(view) if finding.topic == "leakage"]
    every += twins(dataset, splits)
    every += unpenalised(view, splits)
    named, out = set(), []
    for finding in every:
        if not finding.columns or not named.issuperset(finding.columns):
            out.append(finding)
        named.update(finding.columns)
    return tuple(out)
