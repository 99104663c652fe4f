"""Whether other rows would have selected the same columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regcli.audit.base import Audit
from regcli.outcome import Audited

if TYPE_CHECKING:
    from regcli.numerics.arrays import BoolArray
    from regcli.outcome import Outcome
    from regcli.pace import Progress

# A dense model's support: standardised coefficients of at least this share of the largest.
DENSE_SUPPORT = 0.05


class Stability(Audit):
    """Over the folds of every run."""

    name = "stability"
    what = "stability"

    def look(self, outcome: Outcome, tell: Progress) -> Audited | None:  # noqa: ARG002
        over_folds = outcome.portrait.coefficients.over_folds[:, 1:]
        if len(over_folds) < 2:
            return None
        size = np.abs(over_folds)
        return Audited({"phi": phi(size > DENSE_SUPPORT * size.max(axis=1, keepdims=True))})


def phi(selected: BoolArray) -> float:
    """Selection stability of M supports of d features, bool (M, d): 1 the same every time, 0 as by chance; NaN undefined.

    Nogueira, Sechidis & Brown (2018), On the stability of feature selection algorithms, JMLR 18.
    """
    m, d = selected.shape
    share = selected.mean(axis=0)
    expected = share.mean() * (1.0 - share.mean())
    if m < 2 or expected == 0:
        return float("nan")
    return float(1.0 - m / (m - 1.0) * (share * (1.0 - share)).sum() / d / expected)
