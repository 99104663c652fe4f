"""An experiment from top to bottom: load, split, plan, prepare, fit, choose, judge, audit, write.

The commands are one door to it, Python is the other (`regcli.fit`, `regcli.sweep`, …); both write the same bytes.

From Python nothing is printed and nothing of the process stays changed; warnings come through `warnings` as `RegcliWarning`,
mistakes are raised as the errors of `regcli.errors`. Experiments of several threads wait for each other: each uses all cores.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.errors import RunError
from regcli.given import configured, handed_over
from regcli.views import Checklist, Comparison, PlanView, Run, remark, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from regcli.config import Config
    from regcli.data.memory import Source
    from regcli.data.types import Dataset, Splits
    from regcli.pace import Progress
    from regcli.prepare import Prepared
    from regcli.run import RunReader

log = logging.getLogger(__name__)

RUNS_VARIABLE, DEFAULT_RUNS = "REGCLI_RUNS", "runs"
# A run's log hears everything that is done while it is open.
_ALONE = threading.RLock()


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


def lay_out(config: Config, stages: Stages, source: Source | None = None) -> Prepared:
    """Load, split, plan and prepare; nothing is written, so that a mistake leaves nothing behind.

    Parameters
    ----------
    config : Config
    stages : Stages
    source : Source, optional
        Of data that are handed over.
    """
    # what is heavy is imported where it is needed: a file that is not there is told at once
    from regcli.data.source import require_file

    path = getattr(config.dataset, "path", None)
    if path is not None:
        require_file(path, *(["Check the path."] if config.origin.source_path is None else []))
    with stages.stage("loading", "reading the data"):
        from regcli.data import load, split

        dataset = load(config, source)
        splits = split(dataset, config)
    with stages.stage("planning", "planning"):
        return ready(config, dataset, splits)


def ready(config: Config, dataset: Dataset, splits: Splits) -> Prepared:
    """What will be fitted on a dataset and its splits, prepared, with the paths of all families."""
    from regcli.families import expand
    from regcli.plan import make_plan
    from regcli.prepare import prepare

    return expand(prepare(make_plan(config, dataset, splits)))


def conduct(config: Config, command: str, runs: Path, stages: Stages, source: Source | None = None) -> RunReader:
    """The whole of it: a run directory, done.

    Parameters
    ----------
    config : Config
    command : {"fit", "sweep"}
        Whether the selected model is refitted, tested on the holdout and saved.
    runs : Path
        Where the run's directory is made.
    stages : Stages
    source : Source, optional
        Of data that are handed over.

    Raises
    ------
    RegcliError
        Whatever the user can mend; where the run had begun, its manifest says so as well.
    """
    from regcli.run.layout import require_place

    require_place(runs)
    with _ALONE:
        prepared = lay_out(config, stages, source)
        from regcli.audit import audit
        from regcli.engine import run
        from regcli.run import noted, open_run, write_outcome, writing

        with writing(runs, prepared, command, stages.seconds) as writer:
            outcome = run(prepared, save_model=command == "fit", store=writer.store, progress=stages.tell)
            write_outcome(writer, audit(noted(outcome, writer.path), stages.tell, writer.store), _page(prepared))
        return open_run(str(writer.path), runs)


def _page(prepared: Prepared) -> Callable[[RunReader], bytes] | None:
    """What makes the run's page, unless none is wanted."""
    if not prepared.plan.config.output.report:
        return None
    from regcli.page import run_page

    return run_page


def go_on(opened: RunReader, stages: Stages, source: Source | None = None) -> RunReader:
    """Finish a run that was interrupted or killed, in its own directory, with the pieces of work that are finished.

    Parameters
    ----------
    opened : RunReader
    stages : Stages
    source : Source, optional
        Of data that were handed over.

    Raises
    ------
    RunError
        Where the run has ended, is still going on, or its data, folds, settings or program are not what they were.
    """
    from regcli.run import noted, open_run, rewriting, write_outcome
    from regcli.run.layout import hold, release

    with _ALONE:
        release(hold(opened.path))  # nobody is at work on it
        opened = open_run(str(opened.path), opened.path.parent)  # nor has finished it meanwhile
        if opened.status not in {"interrupted", "running"}:
            hint = "Only what was interrupted, or killed, can be resumed."
            raise RunError(f"{opened.path}: the run is {opened.status}; there is nothing to resume.", hint)
        prepared = lay_out(opened.config, stages, source)
        from regcli.audit import audit
        from regcli.engine import run

        is_fit = opened.manifest["command"] == "fit"
        with rewriting(opened, prepared, stages.seconds) as writer:
            outcome = run(prepared, save_model=is_fit, store=writer.store, progress=stages.tell)
            write_outcome(writer, audit(noted(outcome, writer.path), stages.tell, writer.store), _page(prepared))
        return open_run(str(opened.path), opened.path.parent)


def fit(
    config: Any = None,  # noqa: ANN401
    *,
    data: Any = None,  # noqa: ANN401
    target: str | None = None,
    penalty: Any = None,  # noqa: ANN401
    settings: Mapping[str, Any] | Sequence[str] | None = None,
    runs: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Cross-validate, select, refit, evaluate the holdout once; write a run with a model.

    Parameters
    ----------
    config : path, str or dict, optional
        A configuration: its file, its text (YAML of more than one line), or what it holds. Without one, elastic nets on `data`.
    data : path, DataFrame, Arrow table, or (X, y), optional
        In place of the configured dataset; which columns are what (`target`, `columns`, `types`, `weight`, `group`, `time`) stays
        as configured. X may be a DataFrame, a matrix (its columns are x1, x2, …) or sparse. An index is no column.
    target : str, optional
        The column to predict; of (X, y), what y is called (default: its name, or ``y``).
    penalty : str, or list, optional
        In place of the configured ones: ``"ridge,lasso"``, ``"all"``, or a list as the configuration has it.
    settings : dict or sequence of str, optional
        Changes of the configuration: ``{"cv.n_splits": 10}``, or ``["cv.n_splits=10"]``.
    runs : path, optional
        Where the run's directory is made; default: the environment's REGCLI_RUNS, or else `output.dir`.
    progress : callable (done, total, what), optional
        Told how far it has come.

    Raises
    ------
    RegcliError
        Whatever can be mended by whoever called.
    """
    return _conducted("fit", config, data, target, penalty, settings, runs, progress)


def sweep(
    config: Any = None,  # noqa: ANN401
    *,
    data: Any = None,  # noqa: ANN401
    target: str | None = None,
    penalty: Any = None,  # noqa: ANN401
    settings: Mapping[str, Any] | Sequence[str] | None = None,
    runs: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Cross-validate penalties in one table; touch no holdout, save no model. Arguments are those of `fit`."""
    return _conducted("sweep", config, data, target, penalty, settings, runs, progress)


def validate(
    config: Any = None,  # noqa: ANN401
    *,
    data: Any = None,  # noqa: ANN401
    target: str | None = None,
    penalty: Any = None,  # noqa: ANN401
    settings: Mapping[str, Any] | Sequence[str] | None = None,
) -> PlanView:
    """Check configuration and data, and show the plan; fit nothing. Arguments are those of `fit`."""
    from regcli.report.plan import plan_record

    known, source = configured(config, data, target, penalty, settings)
    with _ALONE:
        record = plan_record(lay_out(known, Stages(), source))
    remark(record["warnings"], 2)
    return PlanView.of(record)


def compare(
    a: Run | str | os.PathLike[str],
    b: Run | str | os.PathLike[str],
    fail_if: str | Sequence[str] = (),
    gates: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    on: Any = None,  # noqa: ANN401
    *,
    margin: str | None = None,
    runs: str | os.PathLike[str] | None = None,
) -> Comparison:
    """Compare run B with run A, the reference.

    Parameters
    ----------
    a, b : Run, or as the commands name runs
        A path, a unique prefix, ``latest``, ``latest~1``, ``baseline:NAME``.
    fail_if : str or sequence of str
        Gates, such as ``"validation.mse.change > 2%"``.
    gates : path or sequence of paths, optional
        YAML files of gates.
    on : path, DataFrame or (X, y), optional
        New labelled rows on which both models are scored as well.
    margin : str, optional
        Such as ``"1%"``: changes of a score by less do not matter.
    runs : path, optional
        Where runs are that are not named by their paths.

    Raises
    ------
    RunError
        Where the two cannot be compared.
    """
    from regcli.compare import compare as compared
    from regcli.compare import gathered, record

    files = [gates] if isinstance(gates, (str, os.PathLike)) else gates or ()
    asked, share = gathered([fail_if] if isinstance(fail_if, str) else fail_if, [Path(file) for file in files], margin)
    reference, judged = (read_run(run, runs).reader for run in (a, b))
    return Comparison.of(record(compared(reference, judged, asked, margin=share, data=None if on is None else rows_of(on))))


def check(
    run: Run | str | os.PathLike[str],
    fail_if: str | Sequence[str] = (),
    gates: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    *,
    mute: str | Sequence[str] = (),
    runs: str | os.PathLike[str] | None = None,
) -> Checklist:
    """Go through the ship checklist of one run.

    Parameters
    ----------
    run : Run, or as the commands name runs
    fail_if : str or sequence of str
        Gates, such as ``"check.drivers.level > 0"``.
    gates : path or sequence of paths, optional
        YAML files of gates.
    mute : str or sequence of str
        Codes of rows that are not to be judged, besides those that the run's configuration mutes.
    runs : path, optional
        Where runs are that are not named by their paths.

    Raises
    ------
    RunError
        Where there is no such run, it is damaged, or it is not done.
    """
    from regcli.check import check as judged
    from regcli.check.record import record
    from regcli.gates import gathered

    files = [gates] if isinstance(gates, (str, os.PathLike)) else gates or ()
    asked, _ = gathered([fail_if] if isinstance(fail_if, str) else fail_if, [Path(file) for file in files], None)
    return Checklist.of(record(judged(read_run(run, runs).reader, asked, [mute] if isinstance(mute, str) else mute)))


def read_run(run: Run | str | os.PathLike[str], runs: str | os.PathLike[str] | None = None) -> Run:
    """Open a run.

    Parameters
    ----------
    run : Run, path, or as the commands name runs
        A unique prefix, ``latest``, ``latest~1``, ``baseline:NAME``.
    runs : path, optional
        Where runs are; default: the environment's REGCLI_RUNS, or else ``runs``.

    Raises
    ------
    RunError
        Where there is no such run, or it is damaged.
    """
    if isinstance(run, Run):
        return run
    from regcli.run import open_run

    return Run(open_run(os.fspath(run), _directory(runs)))


def resume(
    run: Run | str | os.PathLike[str],
    *,
    data: Any = None,  # noqa: ANN401
    runs: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Finish a run that was interrupted or killed; what was finished is not done again.

    Parameters
    ----------
    run : Run, or as the commands name runs
    data : DataFrame, Arrow table, or (X, y), optional
        The same once more, where they were handed over.
    runs, progress
        As `fit` takes them.

    Raises
    ------
    RunError
        Where there is nothing to resume, or what the run was begun with has changed.
    """
    opened, stages = read_run(run, runs).reader, Stages(progress or _nobody)
    source = None if data is None else handed_over(data, opened.manifest["target"] if isinstance(data, tuple) else None)[1]
    done = Run(go_on(opened, stages, source))
    remark(done.warnings, 2)
    return done


def _conducted(
    command: str,
    config: Any,  # noqa: ANN401
    data: Any,  # noqa: ANN401
    target: str | None,
    penalty: Any,  # noqa: ANN401
    settings: Mapping[str, Any] | Sequence[str] | None,
    runs: str | os.PathLike[str] | None,
    progress: Progress | None,
) -> Run:
    known, source = configured(config, data, target, penalty, settings)
    done = Run(conduct(known, command, _directory(runs, known), Stages(progress or _nobody), source))
    remark(done.warnings, 3)
    return done


def _directory(given: str | os.PathLike[str] | None, config: Config | None = None) -> Path:
    """Where runs are: as given, or as the environment says, or as configured, or else ``runs``."""
    given = given or os.environ.get(RUNS_VARIABLE)
    return Path(given or (config.output.dir if config is not None else DEFAULT_RUNS))
