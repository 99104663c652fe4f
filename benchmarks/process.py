"""The second table: from the command to the finished run directory, against a script with each peer. Standard library alone."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cases import CASES, Case, quick
from session import HERE, SLOW, ProgramError, Run, median, ratio, rscript, run, show, worker

OWN = "regcli fit"
DIABETES = HERE.parent / "data" / "diabetes.csv"
SCRIPTS = HERE / "scripts"
BY_NAME = {case.name: case for case in CASES}


@dataclass(frozen=True, slots=True)
class Process:
    """One job that begins with a file.

    Attributes
    ----------
    name : str
    case : Case or None
        The data; None for the diabetes data that regcli ships with.
    suffix : {"csv", "parquet"}
    scripts : tuple of str
        Peers: names in `COMMANDS`.
    targets : dict of str to float
        Peer -> the largest multiple of its time that regcli may take.
    """

    name: str
    case: Case | None
    suffix: str
    scripts: tuple[str, ...]
    targets: dict[str, float]

    @property
    def title(self) -> str:
        """Name and shape."""
        if self.case is None:
            return f"{self.name}: 442 × 10, ridge, lasso and elastic net, 100 λ each, 10 folds"
        return f"{self.name}: {self.case.n:,} × {self.case.p:,}, {self.case.count} λ, {self.case.n_splits} folds"

    def configuration(self, data: Path) -> dict[str, Any]:
        """What the user writes."""
        if self.case is None:
            job: dict[str, Any] = {
                "version": 1,
                "name": "diabetes",
                "penalty": ["ridge", "lasso", "elasticnet"],
                "cv": {"n_splits": 10},
            }
            return {**job, "dataset": {"kind": "csv", "path": str(data), "target": "progression"}}
        job = self.case.configuration()
        job["dataset"] = {"kind": self.suffix, "path": str(data), "target": "y"}
        job["lambdas"] = {"count": self.case.count, "min_ratio": self.min_ratio}
        return job

    @property
    def min_ratio(self) -> float:
        """The smallest λ as a share of the largest, for everyone."""
        return 1e-4 if self.case is None or self.case.n > self.case.p else 1e-2


PROCESSES = (
    Process(
        "diabetes from CSV", None, "csv", ("import sklearn", "import sklearn.linear_model"),
        {"import sklearn": 3.0},
    ),
    Process(
        "tall elastic net from CSV", BY_NAME["tall elastic net"], "csv",
        ("reading alone (pyarrow)", "ElasticNetCV", "cv.glmnet"), {},
    ),
    Process(
        "tall elastic net from Parquet", BY_NAME["tall elastic net"], "parquet",
        ("reading alone (pyarrow)", "ElasticNetCV"), {"ElasticNetCV": 1 / 3},
    ),
    Process(
        "wide lasso from Parquet", BY_NAME["wide lasso"], "parquet", ("reading alone (pyarrow)", "LassoCV"), {},
    ),
    Process(
        "L1 logistic from Parquet", BY_NAME["tall L1 logistic"], "parquet",
        ("reading alone (pyarrow)", "LogisticRegressionCV"), {},
    ),
)  # fmt: skip

READ = {
    "csv": "import sys, pyarrow.csv; pyarrow.csv.read_csv(sys.argv[1])",
    "parquet": "import sys, pyarrow.parquet; pyarrow.parquet.read_table(sys.argv[1])",
}
PYTHON_SCRIPTS = {"ElasticNetCV": "elasticnet_cv.py", "LassoCV": "lasso_cv.py", "LogisticRegressionCV": "logistic_cv.py"}


def command(name: str, process: Process, data: Path, config: Path) -> list[str]:
    """What is typed."""
    if name == OWN:
        return [str(Path(sys.executable).parent / "regcli"), "fit", str(config), "--quiet", "--runs", str(config.parent / "runs")]
    if name.startswith("import "):
        return [sys.executable, "-c", name]
    if name.startswith("reading"):
        return [sys.executable, "-c", READ[process.suffix], str(data)]
    if process.case is None:
        raise ProgramError(f"{name} has no script for {process.name}")
    job = (str(data), str(process.case.l1_ratios[0]), str(process.case.n_splits), str(process.min_ratio))
    if name == "cv.glmnet":
        return [rscript(), str(SCRIPTS / "glmnet.R"), *job]
    return [sys.executable, str(SCRIPTS / PYTHON_SCRIPTS[name]), *job]


def measure_process(process: Process, *, rounds: int, small: bool) -> dict[str, Any]:
    """All programs at one file, in turns.

    Returns
    -------
    dict
        What `results.json` keeps of the job.
    """
    if small and process.case:
        process = replace(process, case=quick(process.case))
    show(f"\n{process.title}")
    names = (OWN, *process.scripts)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="regcli-bench-") as scratch:
        folder = Path(scratch)
        data = _data(process, folder)
        config = folder / "config.yaml"
        # JSON is YAML
        config.write_text(json.dumps(process.configuration(data)), encoding="utf-8")
        for _ in range(rounds):
            for name in names:
                if name in failures or (runs[name] and runs[name][0].seconds > SLOW):
                    continue
                try:
                    runs[name].append(run(command(name, process, data, config), cwd=folder))
                except ProgramError as error:
                    failures[name] = str(error)
    if OWN in failures:
        raise ProgramError(failures[OWN])
    own = [each.seconds for each in runs[OWN]]
    programs: dict[str, Any] = {}
    for name in names:
        programs[name] = {"failure": failures[name]} if name in failures else _figures(runs[name], own)
        if name in process.targets and name not in failures:
            programs[name]["wanted"] = 1 / process.targets[name]
        show(_line(name, programs[name]))
    return {"title": process.title, "programs": programs}


def _figures(runs: list[Run], own: list[float]) -> dict[str, Any]:
    seconds = [each.seconds for each in runs]
    return {
        "seconds": median(seconds),
        "rounds": len(runs),
        "ratio": ratio(seconds, own),
        "peak_mib": median([each.peak for each in runs]) / 2**20,
    }


def _line(name: str, found: dict[str, Any]) -> str:
    if "failure" in found:
        return f"  {name:28s} left out: {found['failure']}"
    wanted = f" (wanted {found['wanted']:.2g})" if "wanted" in found else ""
    return f"  {name:28s} {found['seconds']:9.3f} s {found['ratio']:8.2f} ×{wanted:14s} {found['peak_mib']:8.0f} MiB"


def _data(process: Process, folder: Path) -> Path:
    """The file everyone reads; just written, and so in the page cache."""
    if process.case is None:
        return DIABETES
    (folder / "case.json").write_text(json.dumps(asdict(process.case)), encoding="utf-8")
    worker("regcli", "table", str(folder), process.suffix)
    return folder / f"data.{process.suffix}"
