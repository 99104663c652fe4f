"""Write the runs that the golden comparisons are made of: `python tests/golden/compare/make_runs.py`.

Fitted from shipped data on a few λ. What a comparison does not read (models, paths, logs) is left out to keep the files small,
and so is what tells of the machine they were made on.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
KEPT = ("config.resolved.yaml", "metrics.json", "sweep.csv", "coefficients.csv", "predictions.csv")

DIABETES = {
    "name": "diabetes",
    "dataset": {"kind": "csv", "path": "diabetes.csv", "target": "progression"},
    "penalty": {"kind": "lasso"},
    "lambdas": {"count": 5, "min_ratio": 0.01},
    "cv": {"kind": "kfold", "n_splits": 5, "shuffle": True, "seed": 0},
    "select": {"metric": "mse", "rule": "min", "metrics": ["mae", "r2"]},
    "holdout": {"fraction": 0.2},
}
WINE = {
    "name": "wine",
    "task": "classification",
    "dataset": {"kind": "csv", "path": "wine.csv", "target": "cultivar"},
    "penalty": {"kind": "lasso"},
    "lambdas": {"values": [0.1, 0.03]},
    "cv": {"kind": "stratified", "n_splits": 3, "seed": 0},
}
RUNS = {
    "reference": DIABETES,
    "same": DIABETES,
    "worse": DIABETES | {"lambdas": {"values": [25.0]}},
    "other-folds": DIABETES | {"cv": DIABETES["cv"] | {"seed": 1}},
    "other-features": DIABETES | {"dataset": DIABETES["dataset"] | {"columns": {"exclude": ["s5", "age"]}}},
    "not-converged": DIABETES | {"model": {"tol": 2e-15}, "lambdas": {"count": 12, "min_ratio": 0.01}},
    "failed": DIABETES | {"model": {"tol": 1e-300, "max_iter": 1}},
    "three-classes": WINE,
    "two-classes": WINE | {"dataset": WINE["dataset"] | {"path": "two.csv"}},
}
# One run from another environment.
UPGRADED = "other-features"


def main() -> None:
    """Fit every run in a folder of its own and keep what is read."""
    shutil.rmtree(HERE / "runs", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("diabetes.csv", "wine.csv"):
            shutil.copy(ROOT / "data" / name, work / name)
        lines = (work / "wine.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (work / "two.csv").write_text("".join(line for line in lines if "class_2" not in line), encoding="utf-8")
        for name, content in RUNS.items():
            path = work / f"{name}.yaml"
            path.write_text(json.dumps({"version": 1} | content), encoding="utf-8")
            code = "from regcli.cli.main import main; main()"
            subprocess.run([sys.executable, "-c", code, "fit", path.name, "-q", "--runs", name], cwd=work, check=name != "failed")
            (made,) = (work / name).glob("2*")
            keep(made, HERE / "runs" / name)


def keep(made: Path, into: Path) -> None:
    """Copy the files that a comparison reads, and the manifest without what is this machine's."""
    into.mkdir(parents=True)
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"id": f"20261121T090000Z-{into.name}-000000", "started": None, "finished": None, "seconds": {}}
    manifest |= {"git": None, "host": {}, "threads": {}}
    manifest["files"] = {name: digest for name, digest in manifest["files"].items() if name in KEPT}
    manifest["versions"]["python"] = "3.12.0" if into.name == UPGRADED else "3.11.0"
    (into / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    for name in KEPT:
        if (made / name).exists():
            shutil.copy(made / name, into / name)


if __name__ == "__main__":
    main()
