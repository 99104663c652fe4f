"""Random valid experiments: a file with the troubles that files have, and a configuration over it that the schema allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import yaml

if TYPE_CHECKING:
    from pathlib import Path

METRICS = {
    "regression": ["mse", "rmse", "mae", "r2", "median_ae", "explained_variance"],
    "classification": [
        "log_loss", "deviance", "brier", "roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1", "ece",
    ],
}  # fmt: skip


class Maker:
    """One experiment, every choice of which comes from its seed."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self.n = int(self._rng.choice([12, 20, 35, 50]))
        self.rows: dict[str, np.ndarray] = {}
        self.dataset: dict[str, Any] = {"kind": "csv", "path": "rows.csv", "target": "y"}

    def chance(self, share: float) -> bool:
        """True so often."""
        return bool(self._rng.random() < share)

    def one(self, *options: Any) -> Any:
        """Any of them."""
        return options[int(self._rng.integers(len(options)))]

    def some(self, options: list[str]) -> list[str]:
        """Each of them half the time."""
        return [option for option in options if self.chance(0.5)]

    def numbers(self) -> None:
        """Numeric columns, each of which may have a trouble of its own."""
        n, rng = self.n, self._rng
        for j in range(self.one(1, 2, 3, 5, 5, 5, 5, 5, n + 3)):
            x = rng.normal(size=n)
            trouble = self.one(*[""] * 8, "twin", "near", "sum", "lone", "offset", "large", "small", "whole", "gaps", "steady")
            earlier = np.nan_to_num(self.rows[f"x{rng.integers(j)}"]) if j else x
            x = {
                "twin": lambda x=earlier: 2.0 * x,
                "near": lambda x=x, z=earlier: z + 1e-7 * x,
                "sum": lambda x=x, z=earlier: z + np.nan_to_num(self.rows.get("x0", x)),
                "lone": lambda: (np.arange(n) == n // 3).astype(float),
                "offset": lambda x=x: x + 1e8,
                "large": lambda x=x: 1e9 * x,
                "small": lambda x=x: 1e-9 * x,
                "whole": lambda x=x: np.round(x),
                "gaps": lambda x=x: np.where(rng.random(n) < 0.1, np.nan, x),
                "steady": lambda x=x: 1.0 + 1e-9 * x,
            }.get(trouble, lambda x=x: x)()
            self.rows[f"x{j}"] = x

    def texts(self) -> None:
        """Columns of text, some with a level in one row or with gaps."""
        for name in ("town", "kind"):
            if self.chance(0.5):
                level = np.array([f"l{i}" for i in self._rng.integers(self.one(2, 3, 6), size=self.n)], dtype=object)
                if self.chance(0.6):
                    level[self._rng.integers(self.n)] = "rare"
                if self.chance(0.15):
                    level[self._rng.integers(self.n)] = None
                self.rows[name] = level

    def target(self) -> str:
        """The column y; and the task."""
        noise = self._rng.normal(size=self.n)
        score = np.nan_to_num(self.rows["x0"])
        z = self.one(1.0, 1.0, 3.0) * score / (score.std() or 1.0) + self.one(0.3, 1.0) * noise
        task = self.one("regression", "two", "three")
        if task == "regression":
            self.rows["y"] = self.one(1.0, 1.0, 1e6, 1e-6) * z + self.one(0.0, 100.0)
            return task
        labels = np.array([["no", "yes", "maybe"], [1, 2, 3]][self.one(0, 1)], dtype=object)
        k = 2 if task == "two" else 3
        self.rows["y"] = labels[np.argsort(np.argsort(z)) * k // self.n]
        if self.chance(0.1):
            # a class of three rows
            self.rows["y"] = np.where(np.arange(self.n) < 3, labels[1], labels[0])
        return "classification"

    def roles(self) -> None:
        """Columns with a role."""
        n, rng = self.n, self._rng
        if self.chance(0.3):
            weights = rng.uniform(0.1, 3.0, n), rng.integers(0, 3, n) * 1.0, 10.0 ** rng.uniform(-6, 6, n)
            self.rows["w"] = self.one(*weights)
            self.dataset["weight"] = "w"
        if self.chance(0.3):
            self.rows["who"] = np.array([f"p{i}" for i in rng.integers(0, 8, n)])
            self.dataset["group"] = "who"
        if self.chance(0.2):
            self.rows["day"] = pd.date_range("2024-01-01", periods=n).strftime("%Y-%m-%d").to_numpy()
            self.dataset["time"] = "day"
        self.rows["part"] = np.array([f"f{i}" for i in rng.choice(3, n, p=[0.1, 0.3, 0.6])])
        self.rows["set"] = rng.choice(["old", "new"], n, p=[0.8, 0.2])
        self.dataset["columns"] = {"exclude": ["part", "set"]}

    def preprocess(self) -> dict[str, Any]:
        """What is done to the columns."""
        out: dict[str, Any] = {
            "scale": self.one("standard", "standard", "robust", "minmax", "maxabs", "none"),
            "missing": self.one("drop", "mean", "median", "most_frequent", {"strategy": "mean", "indicator": True}, "error"),
            "categorical": {"drop": self.one(None, "first", "if_binary"), "min_frequency": self.one(None, None, 2, 0.1)},
        }
        if self.chance(0.15) and len(self.rows) < 12:
            out["polynomial"] = {"degree": 2, "interaction_only": self.chance(0.5)}
        return out

    def penalty(self) -> dict[str, Any]:
        """One entry."""
        entry: dict[str, Any] = {"kind": self.one("none", "ridge", "lasso", "elasticnet", "elasticnet")}
        if entry["kind"] == "elasticnet":
            entry["l1_ratio"] = self.one([0, 1], [0.5], [0, 0.5, 1], [0.01, 0.99])
        if entry["kind"] != "none" and self.chance(0.4):
            entry["factors"] = {self.one("x0", "x*", "*"): self.one(0, 0.5, 3)}
            if self.chance(0.5):
                entry["factors"]["x0"] = self.one(0, 1e-3, 10)
        if self.chance(0.2):
            entry["positive"] = True
        return entry

    def lambdas(self) -> dict[str, Any]:
        """The grid."""
        return self.one(
            {"count": 6}, {"count": 6}, {"count": 4, "min_ratio": 0.01, "stop": "never"},
            {"values": [1.0, 0.1, 0.0]}, {"max": 10.0, "min": 1e-9, "count": 5},
        )  # fmt: skip

    def cv(self, task: str) -> dict[str, Any]:
        """The scheme."""
        kinds = ["kfold", "kfold", "shuffle_split", "predefined"]
        kinds += ["leave_one_out"] if self.n < 30 else []
        kinds += ["stratified", "stratified"] if task == "classification" else []
        kinds += ["time_series"] * 2 * ("time" in self.dataset) + ["group"] * 2 * ("group" in self.dataset)
        kinds += ["stratified_group"] if task == "classification" and "group" in self.dataset else []
        kind = self.one(*kinds)
        splits = {"n_splits": self.one(2, 3, 5), "seed": self.one(0, 1)}
        more = {
            "kfold": {"repeats": self.one(1, 2)} if self.chance(0.5) else {"shuffle": self.chance(0.5)},
            "time_series": {"gap": self.one(0, 2), "max_train_size": self.one(None, 10)},
            "shuffle_split": {"test_size": self.one(0.2, 0.5, 4)},
        }
        if kind == "predefined":
            return {"kind": kind, "column": "part"}
        return {"kind": kind} | ({} if kind == "leave_one_out" else {**splits, **more.get(kind, {})})

    def config(self, task: str) -> dict[str, Any]:
        """The whole file."""
        model: dict[str, Any] = {"tol": self.one(1e-6, 1e-6, 1e-4, 1e-9), "fit_intercept": self.chance(0.85)}
        if task == "classification" and self.chance(0.4):
            model["class_weight"] = "balanced"
        select: dict[str, Any] = {"rule": self.one("1se", "min", "pct_loss")}
        if self.chance(0.5):
            select["metric"] = self.one(*METRICS[task])
        if self.chance(0.5):
            select["metrics"] = self.some(METRICS[task])
        holdout = self.one(None, None, {"fraction": 0.2}, {"last": self.one(0.2, 3)}, {"column": "set", "test_value": "new"})
        return {
            "version": 1,
            "task": task,
            "dataset": self.dataset,
            "preprocess": self.preprocess(),
            "penalty": self.penalty() if self.chance(0.7) else [self.penalty(), self.penalty()],
            "lambdas": self.lambdas(),
            "model": model,
            "cv": self.cv(task),
            "select": select,
            "holdout": holdout,
            "execution": {"engine": self.one("auto", "auto", "auto", "reference"), "jobs": self.one(1, 1, 2)},
        }


def write(seed: int, folder: Path) -> Path:
    """Write the experiment of a seed into a folder; its configuration."""
    maker = Maker(seed)
    maker.numbers()
    maker.texts()
    task = maker.target()
    maker.roles()
    pd.DataFrame(maker.rows).to_csv(folder / "rows.csv", index=False)
    path = folder / "random.yaml"
    path.write_text(yaml.safe_dump(maker.config(task), sort_keys=False), encoding="utf-8")
    return path
