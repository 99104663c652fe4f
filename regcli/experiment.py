"""An experiment from top to bottom: load, split, plan, prepare, fit, choose, judge, write.

The commands are one door to it, Python is the other (`regcli.fit`, `regcli.sweep`, …); both write the same bytes.
"""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regcli.config import Config
    from regcli.data.types import Dataset, Splits
    from regcli.pace import Progress
    from regcli.prepare import Prepared
    from regcli.run import RunReader

log = logging.getLogger(__name__)


def _nobody(_done: int, _total: int, _what: str) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Stages:
    """What the stages of an experiment take, and whoever is told when one begins."""

    tell: Progress = _nobody
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, what: str) -> Iterator[None]:
        """Time one stage."""
        self.tell(0, 0, what)
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        log.info("%s: %.2f s", name, self.seconds[name])


def lay_out(config: Config, stages: Stages) -> Prepared:
    """Load, split, plan and prepare; nothing is written, so that a mistake leaves nothing behind.

    Parameters
    ----------
    config : Config
    stages : Stages
    """
    # what is heavy is imported where it is needed: a file that is not there is told at once
    from regcli.data.source import require_file

    path = getattr(config.dataset, "path", None)
    if path is not None:
        require_file(path, *(["Check the path."] if config.origin.source_path is None else []))
    with stages.stage("loading", "reading the data"):
        from regcli.data import load, split

        dataset = load(config)
        splits = split(dataset, config)
    with stages.stage("planning", "planning"):
        return ready(config, dataset, splits)


def ready(config: Config, dataset: Dataset, splits: Splits) -> Prepared:
    """What will be fitted on a dataset and its splits, prepared, with the paths of all families."""
    from regcli.families import expand
    from regcli.plan import make_plan
    from regcli.prepare import prepare

    return expand(prepare(make_plan(config, dataset, splits)))


def conduct(config: Config, command: str, runs: Path, stages: Stages) -> RunReader:
    """The whole of it: a run directory, done.

    Parameters
    ----------
    config : Config
    command : {"fit", "sweep"}
        Whether the selected model is refitted, tested on the holdout and saved.
    runs : Path
        Where the run's directory is made.
    stages : Stages

    Raises
    ------
    RegcliError
        Whatever the user can mend; where the run had begun, its manifest says so as well.
    """
    from regcli.run.layout import require_place

    require_place(runs)
    prepared = lay_out(config, stages)
    from regcli.engine import run
    from regcli.run import open_run, write_outcome, writing

    with writing(runs, prepared, command, stages.seconds) as writer:
        write_outcome(writer, run(prepared, save_model=command == "fit", store=writer.store, progress=stages.tell))
    return open_run(str(writer.path), runs)
