"""Families beyond the linear one beside the same done by hand. Standard library alone: `families.py` does the work."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from session import HERE, median, run, show

# Seconds for everything: one after another, hundreds of plain fits take as long as they take.
AT_MOST = 1800.0


@dataclass(frozen=True, slots=True)
class Family:
    """A path and its peers.

    Attributes
    ----------
    job : str
        What `families.py` calls it.
    title : str
    wanted : dict of str to float
        By peer, the least ratio of its time to regcli's.
    cores : {"one", "all"}
        Where it is asked for: beside one thread of regcli's, or beside as many as a user gets.
    """

    job: str
    title: str
    wanted: dict[str, float]
    cores: str = "one"

    @property
    def name(self) -> str:
        """As typed behind `run.py`."""
        return f"family, {self.job}"


FAMILIES = (
    Family("pruning", "a tree's pruning path of 50 α", {"GridSearchCV over ccp_alpha": 20.0}),
    Family("boosting", "boosting, up to 500 rounds", {"five plain fits": 1 / 1.3}),
    Family("rounds", "boosting, every number of rounds up to 500", {"GridSearchCV over max_iter": 50.0}),
    Family("networks", "150 networks, 64-32, 100 epochs", {"MLPRegressor, one after another": 20.0}, "all"),
)


def measure_family(family: Family, *, rounds: int, small: bool) -> dict[str, Any]:
    """Time a path and its peers, in turns."""
    show(f"\n{family.name}")
    quick = ["--quick"] if small else []
    found = [
        json.loads(run([sys.executable, str(HERE / "families.py"), family.job, *quick], at_most=AT_MOST).output)
        for _ in range(rounds)
    ]
    first = found[0]
    peers = {
        name: {
            "how": first["peers"][name]["how"],
            "wanted": wanted,
            **{cores: median([one["peers"][name]["seconds"] / one["own"][cores] for one in found]) for cores in ("one", "all")},
        }
        for name, wanted in family.wanted.items()
    }
    for name, ratios in peers.items():
        show(f"  {name:32s} {json.dumps(ratios)}")
    return {
        "title": f"{family.title}: {first['rows']:,} × {first['columns']}, {first['points']} points, {first['folds']} folds",
        "seconds": {cores: median([one["own"][cores] for one in found]) for cores in ("one", "all")},
        "cores": family.cores,
        "peers": peers,
    }
