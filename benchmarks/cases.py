"""The cases: what data, penalty, grid and folds each one has, who else is asked, and what must hold. Standard library alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Loss = Literal["squared", "logistic", "multinomial"]
# The kinds of limit: a Gram matrix at BLAS speed, one read of X per λ, two reads of X per λ.
Limit = Literal["gram", "read", "two reads"]


@dataclass(frozen=True, slots=True)
class Case:
    """One job: cross-validate a path on synthetic rows.

    Attributes
    ----------
    name : str
    loss : {"squared", "logistic", "multinomial"}
    n, p : int
        Rows and columns.
    penalty : {"ridge", "lasso", "elasticnet"}
    limit : {"gram", "read", "two reads"}
        What bounds the solving time from below.
    targets : dict of str to float
        Peer -> the largest share of its time that regcli may take.
    peers : tuple of str
        cv.glmnet, or names in `peers.PEERS`.
    samples : dict of str to (int, int)
        Peers too slow to run in full -> grid points and folds they run; their time is scaled up. Who starts from the last
        λ's solution gets every λ, and who uses both cores two folds at least.
    n_classes : int
        0 for numbers.
    density : float
        Share of cells that are not zero; 1 is a dense array.
    n_signal : int
        Columns with an effect.
    strength : float
        Numbers: variance of the signal over that of the noise. Classes: standard deviation of the linear predictor.
    l1_ratios : tuple of float
        One path each.
    count, n_splits : int
        λs of a path; folds.
    seed : int
    outer : int
        Outer folds of a nested cross-validation beside the plain one; 0 for none.
    of : str
        The case this one is a variant of; empty for the others.
    growth : dict of str to float
        Variants of this case and the most time they may take relative to it; inf where nothing is asked.
    """

    name: str
    loss: Loss
    n: int
    p: int
    penalty: str
    limit: Limit
    targets: dict[str, float]
    peers: tuple[str, ...]
    samples: dict[str, tuple[int, int]] = field(default_factory=dict)
    n_classes: int = 0
    density: float = 1.0
    n_signal: int = 30
    strength: float = 1.0
    l1_ratios: tuple[float, ...] = (1.0,)
    count: int = 100
    n_splits: int = 5
    seed: int = 1
    outer: int = 0
    of: str = ""
    growth: dict[str, float] = field(default_factory=dict)

    def configuration(self) -> dict[str, Any]:
        """The same job as a regcli configuration; its dataset stands in memory (or is put in by the caller)."""
        penalty: dict[str, Any] = {"kind": self.penalty}
        if self.penalty == "elasticnet":
            penalty["l1_ratio"] = list(self.l1_ratios)
        return {
            "version": 1,
            "name": "benchmark",
            "task": "classification" if self.n_classes else "regression",
            "dataset": {"kind": "csv", "path": "data.csv", "target": "y"},
            "penalty": penalty,
            # every program walks the whole grid
            "lambdas": {"count": self.count, "stop": "never"},
            "cv": {"kind": "kfold", "n_splits": self.n_splits},
            "select": {"rule": "min"},
            "nested": {"outer": {"kind": "kfold", "n_splits": self.outer}} if self.outer else None,
        }

    @property
    def title(self) -> str:
        """Name, shape, λs and folds, for tables."""
        density = "" if self.density == 1 else f", density {self.density:g}"
        classes = f", {self.n_classes} classes" if self.n_classes > 2 else ""
        outer = f", nested in {self.outer} outer folds" if self.outer else ""
        return f"{self.name}, {self.n:,} × {self.p:,}{density}{classes}, {self.count} λ, {self.n_splits} folds{outer}"


INF = float("inf")
CASES = (
    Case(
        "tall elastic net", "squared", 100_000, 200, "elasticnet", "gram",
        {"cv.glmnet": 1 / 25, "ElasticNetCV": 1 / 10, "GridSearchCV": 1 / 500},
        ("cv.glmnet", "ElasticNetCV", "skglm", "celer", "glum", "adelie", "adelie on fold matrices", "GridSearchCV"),
        {"GridSearchCV": (10, 2), "glum": (100, 2), "skglm": (100, 1), "celer": (100, 1), "adelie": (100, 1)},
        n_signal=40, l1_ratios=(0.5,), n_splits=10,
        growth={"rows × 2": 2.1, "folds × 2": 1.15, "λ × 2": 1.3, "five l1_ratios": 1.8, "nested in 5": 8.0},
    ),
    Case(
        "nested elastic net", "squared", 100_000, 200, "elasticnet", "gram",
        {"GridSearchCV": 1 / 400},
        ("GridSearchCV",),
        {"GridSearchCV": (10, 2)},
        n_signal=40, l1_ratios=(0.5,), n_splits=10, outer=5,
    ),
    Case(
        "ridge", "squared", 20_000, 500, "ridge", "gram",
        {"cv.glmnet": 1 / 40, "GridSearchCV": 1 / 50},
        ("cv.glmnet", "RidgeCV", "glum", "GridSearchCV"),
        {"GridSearchCV": (10, 2), "glum": (10, 2)},
        n_signal=500, strength=0.5, l1_ratios=(0.0,), n_splits=10, seed=2,
        growth={"rows × 2": 2.1, "folds × 2": 1.15, "λ × 2": 1.3},
    ),
    Case(
        "wide lasso", "squared", 500, 20_000, "lasso", "read",
        {"cv.glmnet": 1 / 3, "LassoCV": 1 / 6, "adelie": 1.0},
        ("cv.glmnet", "LassoCV", "skglm", "celer", "adelie", "adelie, tight", "GridSearchCV"),
        {"GridSearchCV": (10, 1)},
        n_signal=30, strength=3.0, seed=3, growth={"rows × 2": 2.1},
    ),
    Case(
        "tall L1 logistic", "logistic", 50_000, 100, "lasso", "two reads",
        {"cv.glmnet": 1 / 2, "LogisticRegressionCV": 1 / 30},
        ("cv.glmnet", "LogisticRegressionCV", "skglm", "glum", "adelie", "GridSearchCV"),
        {"GridSearchCV": (10, 1), "LogisticRegressionCV": (100, 2), "glum": (100, 2), "skglm": (100, 1), "adelie": (100, 1)},
        n_classes=2, n_signal=20, strength=1.5, seed=4, growth={"rows × 2": 2.1},
    ),
    Case(
        "wide L1 logistic", "logistic", 300, 10_000, "lasso", "two reads",
        {"cv.glmnet": 1.0, "adelie": 1.0},
        ("cv.glmnet", "LogisticRegressionCV", "skglm", "adelie", "adelie, tight", "GridSearchCV"),
        {"GridSearchCV": (10, 1), "LogisticRegressionCV": (100, 2)},
        n_classes=2, n_signal=15, strength=3.0, seed=5, growth={"rows × 2": 2.1},
    ),
    Case(
        "sparse L1 logistic", "logistic", 20_000, 50_000, "lasso", "two reads",
        {"cv.glmnet": 1.0},
        ("cv.glmnet", "LogisticRegressionCV", "skglm", "adelie", "GridSearchCV"),
        {"GridSearchCV": (10, 1), "LogisticRegressionCV": (50, 2), "adelie": (50, 1)},
        n_classes=2, density=1e-3, n_signal=1000, strength=2.0, count=50, seed=6, growth={"rows × 2": 2.1},
    ),
    Case(
        "multinomial lasso", "multinomial", 5_000, 100, "lasso", "two reads",
        {"cv.glmnet": 1.0},
        ("cv.glmnet", "LogisticRegressionCV", "GridSearchCV"),
        {"GridSearchCV": (10, 1), "LogisticRegressionCV": (100, 2)},
        n_classes=5, n_signal=20, strength=1.5, seed=7, growth={"rows × 2": 2.1},
    ),
)  # fmt: skip
FIVE = (0.1, 0.3, 0.5, 0.7, 0.9)


def variant(case: Case, which: str) -> Case:
    """The case grown in one direction; nobody else is asked."""
    changes: dict[str, dict[str, Any]] = {
        "rows × 2": {"n": 2 * case.n},
        "folds × 2": {"n_splits": 2 * case.n_splits},
        "λ × 2": {"count": 2 * case.count},
        "five l1_ratios": {"l1_ratios": FIVE},
        "nested in 5": {"outer": 5},
    }
    return replace(
        case, name=f"{case.name}, {which}", of=case.name, targets={}, peers=(), samples={}, growth={}, **changes[which]
    )


def quick(case: Case) -> Case:
    """The case with fewer rows, columns and λs: to see whether all runs, not to measure."""
    if case.density < 1:
        n, p, density = case.n // 10, case.p // 10, case.density * 10
    else:
        (n, p), density = (case.n // 25, case.p // 2) if case.n > case.p else (case.n // 2, case.p // 25), 1.0
    samples = {name: (min(points, 20), folds) for name, (points, folds) in case.samples.items()}
    signal = min(case.n_signal, p // 2)
    return replace(case, n=n, p=p, density=density, n_signal=signal, count=20, samples=samples)
