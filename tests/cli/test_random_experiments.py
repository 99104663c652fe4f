"""A valid configuration works or is refused with a reason, whatever is in it: never a bug, never a library's own warning."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import random_experiments
from regcli_in_process import call

TABLES = ("sweep", "folds", "coefficients", "metrics")
# what a configuration or its data may be refused with, and what may come of a search
REFUSED = {2, 3, 4}


def lived_through(seed, folder):
    """The exit code of the experiment of a seed, all of whose output has been looked at."""
    config = random_experiments.write(seed, folder)
    command = "sweep" if seed % 5 == 0 else "fit"
    done = call(command, config, "--runs", folder / "runs")
    told = f"seed {seed}, exit code {done.code}:\n{done.err}\n{config.read_text(encoding='utf-8')}"
    assert done.code == 0 or done.code in REFUSED, told
    assert "Traceback" not in done.err, told
    assert not re.search(r"\w+Warning\b", done.err), told
    if done.code:
        assert re.search(r"^[Ee]rror: \S", done.err, re.MULTILINE), told
        return done.code
    run = done.out.strip()
    for table in TABLES:
        shown = call("show", run, "--table", table, "--json")
        assert shown.code == 0, f"{told}\nshow --table {table}: {shown.err}"
        assert not re.search(r"\b(NaN|Infinity)\b", shown.out), told
    if command == "fit":
        predicted = call("predict", run, folder / "rows.csv")
        # rows with missing cells may be refused
        assert predicted.code in {0, 3}, f"{told}\npredict: {predicted.err}"
    return 0


@pytest.mark.parametrize("first", [0, 6, 12])
def test_a_valid_configuration_never_meets_a_bug(first, tmp_path):
    codes = Counter()
    for seed in range(first, first + 6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        codes[lived_through(seed, folder)] += 1
    # experiments that are refused show nothing
    assert codes[0] >= 3, codes
