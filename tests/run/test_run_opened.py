"""A run that is done, as those look at it who read much of it."""

from types import SimpleNamespace

from regcli.compare.sides import Side
from regcli.page.shown import Shown
from regcli.run.opened import Opened

RUN = SimpleNamespace(manifest={"metric": "mse"}, metrics={"validation": {"mse": 2.0}})


def test_what_everybody_asks_for_is_at_hand():
    for kind in (Opened, Side, Shown):
        opened = kind(RUN)
        assert (opened.metric, opened.manifest, opened.metrics) == ("mse", RUN.manifest, RUN.metrics)
