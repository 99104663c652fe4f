"""The panels of a run's page, one question each, in the order in which one asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.page.panels.asked import Asked
from regcli.page.panels.audits import Audits
from regcli.page.panels.checklist import Checklist
from regcli.page.panels.classification import Classification
from regcli.page.panels.coefficients import Coefficients
from regcli.page.panels.curve import Curve
from regcli.page.panels.folds import Folds
from regcli.page.panels.importance import Importance
from regcli.page.panels.learning import Learning
from regcli.page.panels.models import Models
from regcli.page.panels.paths import Paths
from regcli.page.panels.provenance import Provenance
from regcli.page.panels.residuals import Residuals
from regcli.page.panels.stability import Stability
from regcli.page.panels.surface import Surface
from regcli.page.panels.variants import Variants
from regcli.page.panels.verdict import Verdict

if TYPE_CHECKING:
    from regcli.page.panel import Panel
    from regcli.page.shown import Shown

PANELS: tuple[Panel[Shown], ...] = (
    Asked(),
    Verdict(),
    Curve(),
    Variants(),
    Models(),
    Paths(),
    Coefficients(),
    Surface(),
    Residuals(),
    Classification(),
    Folds(),
    Learning(),
    Stability(),
    Importance(),
    Checklist(),
    Audits(),
    Provenance(),
)
