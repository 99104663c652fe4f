"""What an audit is: a question that is asked of a run once its model is chosen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from regcli.families.base import Store
    from regcli.outcome import Audited, Outcome
    from regcli.pace import Progress


class Audit(ABC):
    """One question. Audits hold no state; what they need to fit, they hand to the engine as training sets or as a plan."""

    name: ClassVar[str]
    """What it is called in metrics.json."""
    what: ClassVar[str]
    """What it does, for whoever watches."""

    @abstractmethod
    def look(self, outcome: Outcome, tell: Progress, store: Store) -> Audited | None:
        """What is found; None where the question is not asked, or makes no sense of this model.

        Parameters
        ----------
        outcome : Outcome
            With what the audits before this one have found.
        tell : callable (done, total, what)
        store : Store
            Where finished pieces of long work are kept, so that an interrupted run can be resumed.
        """
