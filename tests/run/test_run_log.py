"""The log of a run: everything while it is open, one record a line, and nothing afterwards."""

from __future__ import annotations

import logging

from small_runs import write

from regcli.run.log import RunLog


def test_the_log_is_let_go(tmp_path, outcome):
    before = list(logging.getLogger("regcli").handlers)
    write(tmp_path, outcome)
    assert logging.getLogger("regcli").handlers == before


def test_everything_is_collected_until_it_is_closed_and_no_text_passes_for_a_record(tmp_path):
    logger = logging.getLogger("regcli")
    level = logger.level
    collected = RunLog(tmp_path / "log.txt")
    logging.getLogger("regcli.somewhere").debug("one\ntwo")
    collected.close()
    collected.close()
    logger.error("late")
    lines = (tmp_path / "log.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith(" DEBUG   one")
    assert lines[1:] == ["    two"]
    assert logger.level == level
