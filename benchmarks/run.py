"""How long the same job takes with regcli and with scikit-learn: `make bench`, or `python benchmarks/run.py [CASE…]`.

Every case is one cross-validated path: the same rows, folds and grid of λ for all, the best mean wins. Programs take turns in
one session, and what is printed is the median of the ratios of neighbouring runs, not seconds: a ratio of 3 means that the other
one took three times as long. Data are in memory before the clock starts and each program has one process; regcli keeps to one
BLAS thread, the others take what they find. scikit-learn runs at its default tolerances, and times mean little without accuracy:
`kkt` is the certificate of the model each program selects, worked out for all by the same code, on the standardised design.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet, ElasticNetCV, LassoCV, LogisticRegression, LogisticRegressionCV, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from regcli.config import config_from_data
from regcli.data import load, split
from regcli.engine import run_plan
from regcli.linear import Penalty, certify
from regcli.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 3
STARTS = 9
# Both ways of showing help: with rich, as typer does by default, and plain, as regcli does.
TYPER_PROGRAM = """
import typer
app = typer.Typer(add_completion=False{options})
@app.command()
def one(path: str, number: int = 1) -> None: "The first."
@app.command()
def two(path: str, number: int = 1) -> None: "The second."
app()
"""


@dataclass(frozen=True, slots=True)
class Task:
    """What every program gets.

    Attributes
    ----------
    X : ndarray (n, p)
    y : ndarray (n,)
    folds : list of (train, validation)
        Positions of rows; all training sets have the same size.
    lambdas : ndarray (L,)
        Descending, in regcli's scale.
    l1_ratio : float
    loss : {"squared", "logistic"}
    """

    X: np.ndarray
    y: np.ndarray
    folds: list[tuple[np.ndarray, np.ndarray]]
    lambdas: np.ndarray
    l1_ratio: float
    loss: str

    @property
    def n_fold(self) -> int:
        """Rows of a training fold."""
        return len(self.folds[0][0])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program found.

    Attributes
    ----------
    lam : float
        The selected λ.
    fitted_at : float
        The λ of the model on all rows: some programs keep the estimator's parameter instead of λ when they refit.
    coef : ndarray (p,)
        On the standardised columns.
    intercept : float
    """

    lam: float
    fitted_at: float
    coef: np.ndarray
    intercept: float



def grid_search(task: Task) -> Answer:
    """GridSearchCV over a pipeline: what a user writes who wants the scaler inside the folds."""
    logistic = task.loss == "logistic"
    # The parameter of a sum over rows belongs to one number of rows: the folds', then that of all rows.
    of_sum = logistic or task.l1_ratio == 0

    def parameter(lam: Any, n: int) -> Any:  # noqa: ANN401
        return 1 / (lam * n) if logistic else lam * n if of_sum else lam

    if logistic:
        estimator, name = LogisticRegression(solver="saga", l1_ratio=task.l1_ratio), "C"
    else:
        estimator, name = (ElasticNet(l1_ratio=task.l1_ratio) if task.l1_ratio else Ridge()), "alpha"
    pipeline = make_pipeline(StandardScaler(), estimator)
    key = f"{type(estimator).__name__.lower()}__{name}"
    scoring = "neg_log_loss" if logistic else "neg_mean_squared_error"
    search = GridSearchCV(
        pipeline, {key: parameter(task.lambdas, task.n_fold).tolist()}, scoring=scoring, cv=task.folds, refit=False
    ).fit(task.X, task.y)
    lam = float(task.lambdas[search.best_index_])
    final = pipeline.set_params(**{key: parameter(lam, len(task.y))}).fit(task.X, task.y)[-1]
    return Answer(lam, lam, np.ravel(final.coef_), float(np.ravel(final.intercept_)[0]))


def path_search(task: Task) -> Answer:
    """LassoCV, ElasticNetCV: paths with warm starts, but all rows are scaled together before the folds are made."""
    options = {"alphas": task.lambdas, "cv": task.folds}
    model = LassoCV(**options) if task.l1_ratio == 1 else ElasticNetCV(l1_ratio=task.l1_ratio, **options)
    model.fit(StandardScaler().fit_transform(task.X), task.y)
    return Answer(float(model.alpha_), float(model.alpha_), model.coef_, float(model.intercept_))


def logistic_search(task: Task) -> Answer:
    """LogisticRegressionCV: warm starts, one scaling for all folds, and the folds' C for the model on all rows."""
    model = LogisticRegressionCV(
        Cs=1 / (task.lambdas * task.n_fold), l1_ratios=(task.l1_ratio,), solver="saga", scoring="neg_log_loss", cv=task.folds,
        use_legacy_attributes=False,
    ).fit(StandardScaler().fit_transform(task.X), task.y)  # fmt: skip
    C = float(model.C_)
    return Answer(1 / (C * task.n_fold), 1 / (C * len(task.y)), np.ravel(model.coef_), float(model.intercept_[0]))


@dataclass(frozen=True, slots=True)
class Case:
    """One job: data as a configuration describes them, a penalty, a grid, and the programs beside regcli."""

    name: str
    dataset: dict[str, Any]
    penalty: dict[str, Any]
    lambdas: dict[str, Any]
    peers: dict[str, Callable[[Task], Answer]]


REGRESSION = {"kind": "make_regression", "noise": 20.0, "random_state": 1}
CLASSES = {"kind": "make_classification", "n_informative": 8, "class_sep": 0.7, "random_state": 1}
CASES = (
    Case(
        "tall elastic net",
        {**REGRESSION, "n_samples": 10000, "n_features": 50},
        {"kind": "elasticnet", "l1_ratio": 0.5},
        {"count": 50, "stop": "never"},
        {"GridSearchCV": grid_search, "ElasticNetCV": path_search},
    ),
    Case(
        "ridge",
        {**REGRESSION, "n_samples": 5000, "n_features": 100, "noise": 1000.0},
        {"kind": "ridge"},
        {"count": 50, "min_ratio": 1e-6, "stop": "never"},
        {"GridSearchCV": grid_search},
    ),
    Case(
        "wide lasso",
        {**REGRESSION, "n_samples": 150, "n_features": 2000},
        {"kind": "lasso"},
        {"count": 50, "min_ratio": 0.03, "stop": "never"},
        {"GridSearchCV": grid_search, "LassoCV": path_search},
    ),
    Case(
        "L1 logistic",
        {**CLASSES, "n_samples": 2000, "n_features": 40},
        {"kind": "lasso"},
        {"count": 25, "min_ratio": 0.003, "stop": "never"},
        {"GridSearchCV": grid_search, "LogisticRegressionCV": logistic_search},
    ),
)


def run_case(case: Case) -> None:
    """Let the programs take turns at one case, and print what came of it."""
    data = {
        "version": 1,
        "dataset": case.dataset,
        "penalty": case.penalty,
        "lambdas": case.lambdas,
        "cv": {"kind": "kfold", "n_splits": 5},
        "select": {"rule": "min"},
        "execution": {"jobs": 1},
    }
    config = config_from_data(data, case.name, Path())
    dataset = load(config)
    splits = split(dataset, config)
    plan = make_plan(config, dataset, splits)
    X, folds = np.array(dataset.features.numeric, order="F"), [(fold.train, fold.validation) for fold in splits.folds]
    task = Task(X, dataset.y, folds, plan.paths[0].lambdas, float(plan.paths[0].l1_ratio or 0), plan.loss)

    def regcli(task: Task) -> Answer:
        outcome = run_plan(make_plan(config, dataset, splits), save_model=False)
        at = outcome.choice.index
        lam, model = float(outcome.paths[0].lambdas[at]), outcome.paths[0].coefficients[at, 0]
        return Answer(lam, lam, model[1:] * task.X.std(axis=0), float(model[0] + task.X.mean(axis=0) @ model[1:]))

    print(f"\n{case.name}: {len(task.y)} × {task.X.shape[1]}, {len(task.lambdas)} λ, {len(folds)} folds")
    ratios: dict[str, list[float]] = {name: [] for name in case.peers}
    for _ in range(REPEATS):
        own, answer = timed(regcli, task)
        answers = {"regcli": answer}
        for name, peer in case.peers.items():
            seconds, answers[name] = timed(peer, task)
            ratios[name].append(seconds / own)
    for name, answer in answers.items():
        ratio = f"{statistics.median(ratios[name]):8.2f} ×" if name in ratios else "         1"
        print(f"  {name:22s} {ratio:>10s}   λ = {answer.lam:.4g}   kkt = {certificate(task, answer):.1e}")


def timed(program: Callable[[Task], Answer], task: Task) -> tuple[float, Answer]:
    """Seconds and answer; that a peer has not converged shows in its certificate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        start = time.perf_counter()
        answer = program(task)
        return time.perf_counter() - start, answer


def certificate(task: Task, answer: Answer) -> float:
    """How far a model is from the optimum at its λ, on the standardised design."""
    Z = StandardScaler().fit_transform(task.X)
    p = Z.shape[1]
    at, intercept = np.array([answer.fitted_at]), np.array([[answer.intercept]])
    shape = Penalty(task.l1_ratio, np.ones(p))
    return float(certify(Z, task.y, None, task.loss, shape, at, intercept, np.arange(p), answer.coef[None, :, None])[0])


def start_up() -> None:
    """Print what `regcli --help` costs beside the least program that typer can make."""

    def seconds(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    own = str(Path(sys.executable).parent / "regcli")
    print("\nregcli --help, relative to a typer program with two commands")
    for name, options in {"help with rich": "", "plain help": ", rich_markup_mode=None"}.items():
        program = (sys.executable, "-c", TYPER_PROGRAM.format(options=options), "--help")
        ratio = statistics.median(seconds(own, "--help") / seconds(*program) for _ in range(STARTS))
        print(f"  {name:22s} {ratio:8.2f} ×")


def main() -> None:
    """Run the cases named on the command line, or all of them."""
    wanted = sys.argv[1:] or [case.name for case in CASES]
    unknown = set(wanted) - {case.name for case in CASES}
    if unknown:
        sys.exit(f"no such case: {', '.join(sorted(unknown))}; there are: {', '.join(case.name for case in CASES)}")
    print(f"time relative to regcli (more than 1 is slower), median of {REPEATS} paired runs")
    for case in CASES:
        if case.name in wanted:
            run_case(case)
    start_up()


if __name__ == "__main__":
    main()
