"""What a run holds of an outcome, and what an interrupt leaves of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regcli.outcome import Interrupted
from regcli.run import open_run, writing


def test_an_interrupt_keeps_what_is_finished(tmp_path, outcome):
    def cut(path, folds):
        at = [*folds, -1]
        return replace(
            path,
            folds=folds,
            train={m: v[list(folds)] for m, v in path.train.items()},
            validation={m: v[list(folds)] for m, v in path.validation.items()},
            n_nonzero_folds=path.n_nonzero_folds[list(folds)],
            n_iter=path.n_iter[at],
            kkt=path.kkt[at],
            converged=path.converged[at],
        )

    first, *_, last = outcome.paths
    with pytest.raises(KeyboardInterrupt), writing(tmp_path, outcome.prepared, "fit") as run:
        raise Interrupted(outcome.prepared, (first, cut(last, (0, 2))))
    kept = open_run(str(run.path), tmp_path)
    folds = kept.folds()
    assert (kept.status, len(first.folds)) == ("interrupted", 6)
    by_path = {
        (e, r): (rep, f) for e, r, rep, f in zip(*(folds[c] for c in ("entry", "l1_ratio", "repeat", "fold")), strict=True)
    }
    assert len(by_path) == 2
    told = set(zip(folds["entry"], folds["repeat"], folds["fold"], strict=True))
    assert len({(rep, f) for entry, rep, f in told if entry == first.path.entry}) == 6
    assert {(int(rep), f) for entry, rep, f in told if entry == last.path.entry} == {(0, "0"), (0, "2")}
    assert "2 of 3 paths on all training rows, 8 of 18 on folds" in kept.manifest["reason"]
    assert len(kept.path_coefficients()["lambda"]) > 0


def test_an_interrupt_before_anything_is_finished_leaves_the_assignments_alone(tmp_path, outcome):
    with pytest.raises(KeyboardInterrupt), writing(tmp_path, outcome.prepared, "fit") as run:
        raise Interrupted(outcome.prepared, ())
    files = set(open_run(str(run.path), tmp_path).manifest["files"])
    assert "assignments.csv" in files
    assert not {"folds.csv", "path.parquet", "sweep.csv"} & files
