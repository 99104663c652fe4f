"""What a run's files hold: the configuration when it begins, an outcome when it is done, and what an interrupt left of one."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from regcli import config as configuration
from regcli.numerics.reproducible import steady
from regcli.run import encode, layout, manifest, tables
from regcli.run.fold_coefficients import fold_coefficients_table
from regcli.run.modelfile import encode_arrays, encode_model, types_to_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from regcli.outcome import Fitted, Outcome, Portrait
    from regcli.prepare import Prepared
    from regcli.run.reader import RunReader
    from regcli.run.writer import RunWriter

log = logging.getLogger(__name__)

_TABLES: dict[str, Callable[[Outcome], pa.Table | None]] = {
    layout.SWEEP: tables.sweep_table,
    layout.FOLDS: lambda outcome: tables.folds_table(outcome.plan, outcome.paths),
    layout.ASSIGNMENTS: lambda outcome: tables.assignments_table(outcome.plan),
    layout.COEFFICIENTS: tables.coefficients_table,
    layout.PREDICTIONS: tables.predictions_table,
}


def write_beginning(run: RunWriter, prepared: Prepared, command: str) -> None:
    """The configuration as given and as understood; the log says what is going to be done."""
    plan = prepared.plan
    origin, resolved = plan.config.origin, configuration.resolved_yaml(plan.config, run.path)
    run.put(layout.CONFIG, (origin.source_text or resolved).encode())
    run.put(layout.RESOLVED, resolved.encode())
    data, splits = plan.dataset, plan.splits
    log.info("%s %s: %s on %s", command, plan.config.name, plan.task, data.target)
    log.info("%d rows, %d for training, %d held out", len(data), len(splits.train), len(splits.holdout))
    log.info("%d inputs, %d features", len(data.features.names), len(prepared.outputs))
    log.info("%d folds (%s), %d fits", len(splits.folds), splits.kind, prepared.n_fits)
    for path in prepared.paths:
        log.debug(
            "path %s: %d values of %s from %.6g to %.6g, solver %s: %s",
            path.label, len(path.lambdas), path.axis, path.lambdas[0], path.lambdas[-1], *path.served_by,
        )  # fmt: skip


def write_outcome(run: RunWriter, outcome: Outcome, page: Callable[[RunReader], bytes] | None = None) -> None:
    """Everything an outcome tells, and the page made of that; the run is done then.

    Parameters
    ----------
    run : RunWriter
    outcome : Outcome
    page : callable, optional
        From the run, as it will be found, to its page.
    """
    start = time.perf_counter()
    with steady():
        for name, make in _TABLES.items():
            table = make(outcome)
            if table is not None:
                run.put(name, encode.encode_csv(table))
        for name, table in (
            (layout.PATH, tables.path_table(outcome.prepared, outcome.paths)),
            (layout.FOLD_COEFFICIENTS, fold_coefficients_table(outcome)),
        ):
            if table is not None:
                run.put(name, encode.encode_parquet(table))
        for audited in outcome.audits.values():
            for name, content in audited.tables.items():
                run.put(name, encode.encode_csv(tables.AUDIT_TABLES[name](content)))
    blocks = {name: audited.numbers for name, audited in outcome.audits.items()}
    run.put(layout.METRICS, encode.encode_json({**outcome.metrics, **blocks}))
    _put_model(run, outcome.portrait)
    took = time.perf_counter() - start
    run.tell(manifest.results(outcome), {**outcome.seconds, "writing": took})
    log.info("writing: %.2f s", took)
    for warning in outcome.warnings:
        log.info("warning: %s", warning)
    if page is not None:
        _put_page(run, page)
    run.finish("done")


def _put_model(run: RunWriter, portrait: Portrait) -> None:
    """The model in every form that it has; none after a sweep."""
    if portrait.pipeline is not None:
        content = encode_model(portrait.pipeline)
        run.put(layout.MODEL, content)
        run.tell({"model_types": types_to_trust(content)})
    if portrait.arrays is not None:
        run.put(layout.ARRAYS, encode_arrays(portrait.arrays))
    if portrait.affine is not None:
        run.put(layout.AFFINE, encode.encode_json(portrait.affine))


def _put_page(run: RunWriter, page: Callable[[RunReader], bytes]) -> None:
    """The page; a run is worth more than its page, and is done without it where it cannot be made."""
    start = time.perf_counter()
    try:
        content = page(run.as_done())
    except Exception:
        log.exception("the page could not be made; `regcli report` tries again")
        return
    run.put(layout.REPORT, content)
    took = time.perf_counter() - start
    run.tell({}, {"report": took})
    log.info("report: %.2f s", took)


def write_finished(run: RunWriter, prepared: Prepared, finished: Sequence[Fitted]) -> None:
    """What an interrupt left finished: paths that are done on all training rows, each with the folds that are done."""
    with steady():
        run.put(layout.ASSIGNMENTS, encode.encode_csv(tables.assignments_table(prepared.plan)))
        path = tables.path_table(prepared, finished)
        if path is not None:
            run.put(layout.PATH, encode.encode_parquet(path))
        with_folds = [path for path in finished if path.folds]
        if with_folds:
            run.put(layout.FOLDS, encode.encode_csv(tables.folds_table(prepared.plan, with_folds)))
