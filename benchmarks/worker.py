"""One program at one task, in a process of its own: `python worker.py ROLE …`. What it found is printed as one line of JSON.

prepare FOLDER           make the data of the case in FOLDER/case.json, and regcli's grid of λ
table FOLDER SUFFIX      the same as a file, data.csv or data.parquet, target in the last column
solve PROGRAM FOLDER OUT [POINTS FOLDS]   warm up, load, start the clock, solve, stop the clock, keep the answer in OUT
idle PROGRAM FOLDER      only warm up: imports and compiled code, on a tiny task of the same kind
audit PROGRAM FOLDER     seconds of what is asked after a search: importance of columns, stability selection
limit FOLDER             seconds that the reads and products take which no solver can do without
certify FOLDER OUT       how far the models in OUT are from the optimum, by regcli's independent certificate
"""

from __future__ import annotations

import json
import re
import sys
import time
import warnings
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from answers import Answer, Sample, whole
from arrays import Task, load, make, request, save
from peers import PEERS
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Callable

    from cases import Case

# Whose version is reported: the first word of a program's name, where that is a package, or else scikit-learn.
PACKAGES = frozenset({"skglm", "glum", "celer", "adelie", "regcli"})
# The median of so many tries is the limit; it is small beside what it is compared with.
TRIES = 5


def prepare(folder: str) -> dict[str, Any]:
    """Make and lay down the data."""
    from ours import prepared, regcli_plan

    case = request(Path(folder))
    X, y, fold_of = make(case)
    task = Task(case, X, y, fold_of, np.zeros((len(case.l1_ratios), 0)))
    task = replace(task, lambdas=np.array([path.lambdas for path in regcli_plan(prepared(task)).paths]))
    save(task, Path(folder))
    return {"design_bytes": task.design_bytes}


def table(folder: str, suffix: str) -> dict[str, Any]:
    """Write the data of a case as a user would find them."""
    import pyarrow as pa
    from pyarrow import csv, parquet

    case = request(Path(folder))
    X, y, _ = make(case)
    columns = {f"x{j}": X[:, j] for j in range(case.p)} | {"y": y.astype(int) if case.n_classes else y}
    write = {"csv": csv.write_csv, "parquet": parquet.write_table}[suffix]
    write(pa.table(columns), str(Path(folder) / f"data.{suffix}"))
    return {}


def solve(program: str, folder: str, out: str, points: str = "", folds: str = "") -> dict[str, Any]:
    """Run a program against the clock; a sample's seconds are scaled up to the whole job."""
    warm_up(program, request(Path(folder)))
    task = load(Path(folder))
    part = Sample.of(task, int(points), int(folds)) if points else whole(task)
    run = program_for(program, task)
    start = time.perf_counter()
    answer, facts = run(part)
    seconds = time.perf_counter() - start
    np.savez(Path(out) / "answer.npz", intercept=answer.intercept, coef=answer.coef, lambdas=answer.lambdas)
    first = re.split(r"\W", program)[0]
    package = first if first in PACKAGES else "scikit-learn"
    facts |= {
        "seconds": (seconds - answer.once) * part.scale(task) + answer.once,
        "chosen": answer.chosen,
        "standardized": answer.standardized,
        "version": f"{package} {version(package)}",
    }
    return facts


def program_for(program: str, task: Task) -> Callable[[Sample], tuple[Answer, dict[str, Any]]]:
    """The program, with everything in memory that it may have before the clock starts."""
    if program != "regcli":
        return lambda part: (PEERS[program](task, part), {})
    from ours import prepared, regcli_solve

    ready, case = prepared(task), task.case

    def run(_: Sample) -> tuple[Answer, dict[str, Any]]:
        walked, chosen = regcli_solve(ready)
        first = walked[0]
        intercept, coef = first.coefficients[:, :, 0], first.coefficients[:, :, 1:].transpose(0, 2, 1)
        answer = Answer(chosen, first.lambdas, intercept, coef, standardized=False)
        return answer, {"kkt": max(path.kkt for path in walked), "paths": len(case.l1_ratios)}

    return run


def warm_up(program: str, case: Case) -> None:
    """Import everything and compile what is compiled at run time."""
    small = replace(case, n=120, p=12, n_signal=6, count=4, n_splits=2, density=0.3 if case.density < 1 else 1.0)
    X, y, fold_of = make(small)
    task = Task(small, X, y, fold_of, np.tile(np.geomspace(0.1, 0.01, 4), (len(case.l1_ratios), 1)))
    program_for(program, task)(whole(task))


def audit(program: str, folder: str) -> dict[str, Any]:
    """Seconds of what is asked after a search, of regcli's with those of the search itself."""
    warm_up("regcli", request(Path(folder)))
    task = load(Path(folder))
    if program == "regcli":
        from ours import audit_seconds, prepared

        return audit_seconds(prepared(task))
    from peers_audit import halves_seconds, importance_seconds

    found = {"by default": importance_seconds(task), "50 pairs of halves": halves_seconds(task)}
    return found | {"version": f"scikit-learn {version('scikit-learn')}"}


def idle(program: str, folder: str) -> dict[str, Any]:
    """Nothing but the warm-up; what is measured from outside is memory."""
    warm_up(program, request(Path(folder)))
    return {}


def limit(folder: str) -> dict[str, Any]:
    """The limit of a case, in seconds, at the better of one BLAS thread and as many as there are cores."""
    from threadpoolctl import threadpool_limits

    task = load(Path(folder))
    case, X = task.case, task.X

    def seconds(product: Callable[[], Any]) -> float:
        found = []
        for threads in (1, None):
            with threadpool_limits(threads):
                for _ in range(TRIES):
                    start = time.perf_counter()
                    product()
                    found.append(time.perf_counter() - start)
        return float(min(np.median(found[:TRIES]), np.median(found[TRIES:])))

    outputs = case.n_classes if case.n_classes > 2 else 1
    if case.limit == "gram":
        ones = np.ones(case.n)
        return {"limit": seconds(lambda: X.T @ ones) + seconds(lambda: X.T @ X)}
    residuals = np.ones((case.n, (case.n_splits + 1) * outputs))
    reads = case.count * (2 if case.limit == "two reads" else 1)
    return {"limit": reads * seconds(lambda: X.T @ residuals)}


def certify(folder: str, out: str) -> dict[str, Any]:
    """The worst certificate of the models in a folder, on the standardised design that all programs optimise."""
    from regcli import linear

    task, found = load(Path(folder)), Path(out)
    case, facts = task.case, json.loads((found / "facts.json").read_text(encoding="utf-8"))
    lambdas, intercept, coef = _models(found, case)
    Z, mean, sd = _standardized(task.X)
    if not facts["standardized"]:
        intercept = intercept + np.einsum("j,ljk->lk", mean, coef)
        coef = coef * sd[:, None]
    live = np.flatnonzero((coef != 0).any(axis=(0, 2)))
    penalty = linear.Penalty(case.l1_ratios[0], np.ones(case.p))
    kkt = linear.certify(Z, task.y, None, case.loss, penalty, lambdas, intercept, live, coef[:, live])
    return {
        "kkt": float(kkt.max()),
        "kkt_of": "path" if len(lambdas) > 1 else "selected",
        "points": len(lambdas),
        "n_nonzero": int((coef[-1] != 0).any(axis=1).sum()),
    }


def _models(found: Path, case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """λ (m,), intercepts (m, K) and coefficients (m, p, K), from Python's file or from R's."""
    if (found / "answer.npz").exists():
        with np.load(found / "answer.npz") as kept:
            return kept["lambdas"], kept["intercept"], kept["coef"]
    lambdas = np.fromfile(found / "fitted.bin")
    outputs = case.n_classes if case.n_classes > 2 else 1
    coef = np.fromfile(found / "coef.bin").reshape(outputs, len(lambdas), case.p).transpose(1, 2, 0)
    return lambdas, np.fromfile(found / "intercept.bin").reshape(len(lambdas), outputs), coef


def _standardized(X: Any) -> tuple[Any, np.ndarray, np.ndarray]:  # noqa: ANN401
    """The design, and what was subtracted (nothing from sparse columns) and divided by."""
    if sparse.issparse(X):
        mean = np.asarray(X.mean(axis=0)).ravel()
        sd = np.sqrt(np.asarray(X.multiply(X).mean(axis=0)).ravel() - mean**2)
        sd = np.where(sd > 0, sd, 1.0)
        return sparse.csc_array(X.multiply(1 / sd)), np.zeros_like(mean), sd
    mean, sd = X.mean(axis=0), X.std(axis=0)
    return np.asfortranarray((X - mean) / sd), mean, sd


ROLES: dict[str, Callable[..., dict[str, Any]]] = {
    "prepare": prepare, "table": table, "solve": solve, "idle": idle, "audit": audit, "limit": limit, "certify": certify,
}  # fmt: skip

if __name__ == "__main__":
    # That a peer has not converged shows in its certificate.
    warnings.simplefilter("ignore")
    print(json.dumps(ROLES[sys.argv[1]](*sys.argv[2:])))
