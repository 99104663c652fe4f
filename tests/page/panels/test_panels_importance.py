"""What each column is worth."""

from __future__ import annotations

import numpy as np

from regcli.page.panels.importance import Importance


def test_bars_are_what_the_run_holds(shown):
    section = Importance().look(shown)
    bars, held = section.pictures[0].data["bars"], shown.run.importance()
    worth = dict(zip(held["source"], held["permutation"], strict=True))
    assert [worth[name] for name in bars["text"]] == list(bars["worth"])
    assert (np.diff(bars["worth"]) <= 0).all()
    assert section.tables[0].title.startswith("Most important columns")
