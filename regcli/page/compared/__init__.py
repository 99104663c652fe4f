"""The panels of a comparison's page, in the order in which one asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regcli.page.compared.changes import Changes
from regcli.page.compared.drift import Drift
from regcli.page.compared.judged import Judged
from regcli.page.compared.rows import Rows
from regcli.page.compared.slopes import Slopes

if TYPE_CHECKING:
    from regcli.page.compared.compared import Compared
    from regcli.page.panel import Panel

PANELS: tuple[Panel[Compared], ...] = (Judged(), Changes(), Slopes(), Drift(), Rows())
