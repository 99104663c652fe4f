"""The solvers that serve all folds together against the plain ones on each fold's own rows, and against those rows themselves."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from engine_cases import LABELS, TOL, Case, cases, dataset
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from typer.testing import CliRunner

from regcli import linear
from regcli.cli.main import app
from regcli.engine import search
from regcli.errors import DataError, FitError
from regcli.preprocess import fit_design
from regcli.weights import fit_weights

# without hypothesis's explanations of failures, for which it traces every line that is run
EXAMPLES = settings(
    max_examples=16,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
TIE = 1e-6


def searched(case, engine, jobs=1):
    """What is prepared of an experiment and what comes of it, or why nothing does. Rows that cannot be folded are none."""
    try:
        prepared = case.plan(engine, jobs)
    except DataError:
        assume(False)
    try:
        return prepared, search(prepared)
    except FitError as error:
        return prepared, str(error)


def own_rows(prepared, f):
    """The design of one training set by itself, centred where there is an intercept: X, y, weights, column means."""
    recipe, plan = prepared.recipe, prepared.plan
    rows = plan.splits.train if f == len(plan.splits.folds) else plan.splits.folds[f].train
    weights = fit_weights(plan.dataset, rows, plan.config.model.class_weight)
    design = fit_design(recipe, rows, None if plan.dataset.weight is None else plan.dataset.weight[rows])
    X, mean = design.X, np.zeros(design.X.shape[1])
    if plan.config.model.fit_intercept and not sparse.issparse(X):
        mean = np.average(X, axis=0, weights=weights)
        X = X - mean
        X[:, np.ptp(design.X, axis=0) == 0] = 0.0
    return design.preprocessor, X, plan.dataset.y[rows], weights, mean


def certified(prepared, found):
    """The certificates of all points of all sets, by the rows of each alone; by path, (F + 1, L)."""
    plan = prepared.plan
    kkt = [[] for _ in found.paths]
    for f in range(len(plan.splits.folds) + 1):
        preprocessor, X, y, weights, mean = own_rows(prepared, f)
        for path, out in zip(found.paths, kkt, strict=True):
            walk = path.details.walks[f]
            known = [output.name for output in walk.made.outputs]
            # a level that the fold has not seen has no column there
            at = np.array([known.index(output.name) for output in preprocessor.outputs])
            scaling, own = walk.made.scaling.of(at), preprocessor.scaling
            np.testing.assert_allclose(scaling.scale, own.scale, rtol=1e-8)
            assert (np.abs(scaling.center - own.center) <= 1e-9 * (own.scale + np.abs(own.center))).all()
            coefficients = np.array([walk.fit.dense(i) for i in range(len(walk.fit.lambdas))])
            assert not np.delete(coefficients, at, axis=1).any()
            coefficients = coefficients[:, at]
            base = walk.fit.intercept + np.tensordot(coefficients, mean, axes=(1, 0))
            out.append(
                linear.certify(
                    X, y, weights, plan.loss, path.path.penalty_on(preprocessor.outputs), walk.fit.lambdas,
                    base if plan.config.model.fit_intercept else None, np.arange(len(at)), coefficients,
                )
            )  # fmt: skip
    return [np.array(values) for values in kkt]


def same_support(plan, one, two, path):
    """Columns that one engine uses and the other does not are in the noise."""
    sd = plan.preprocessor.scaling.sd
    for a, b in zip(one.paths[path].details.coefficients, two.paths[path].details.coefficients, strict=True):
        odd = (a[:, 1:] != 0) != (b[:, 1:] != 0)
        size = np.abs(np.where(odd, a[:, 1:] - b[:, 1:], 0.0)) * sd
        assert size.max(initial=0.0) <= 1e-5 * np.sqrt(plan.problem.null_rms.max())


def borderline(plan, found):
    """Whether figures that differ in the seventh digit may choose another point."""
    choice, rule = found.choice, plan.plan.config.select
    means = [summary.validation_mean for summary in found.summaries]
    best = means[choice.best_path][choice.best_index]
    error = found.summaries[choice.best_path].validation_se[choice.best_index]
    margin = {"min": 0.0, "1se": np.nan_to_num(error), "pct_loss": rule.tolerance * abs(best)}[rule.rule]
    every = np.concatenate(means)
    near = TIE * (abs(best) + margin)
    return np.count_nonzero(np.abs(every - best) <= near) > 1 or bool(
        (np.abs(every - best - margin) <= near).any() and margin > 0
    )


def scale_of(plan):
    """The size of the metric for the null model."""
    return float(plan.problem.null_rms.max() ** 2) if plan.plan.loss == "squared" else 1.0


def agree(plan, one, two, *, unique=True):
    """Grids, figures, supports and choice of one engine are those of the other, and hold on the rows of every set alone."""
    for i, (a, b) in enumerate(zip(one.paths, two.paths, strict=True)):
        np.testing.assert_allclose(a.lambdas, b.lambdas, rtol=1e-9, atol=0)
        assert max(a.kkt.max(), b.kkt.max()) <= TOL
        for side in ("train", "validation"):
            for metric in plan.plan.metrics:
                found, wanted = getattr(a, side)[metric], getattr(b, side)[metric]
                np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=100 * TOL * scale_of(plan))
        for name in ("train_mean", "validation_mean"):
            found, wanted = getattr(one.summaries[i], name), getattr(two.summaries[i], name)
            np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=100 * TOL * scale_of(plan))
        if unique:
            same_support(plan, one, two, i)
    assert one.choice == two.choice or borderline(plan, two)
    for kkt in certified(plan, one):
        assert kkt.max() <= TOL


@pytest.mark.parametrize("loss", LABELS)
@given(draw=st.data())
@EXAMPLES
def test_the_engines_agree(loss, draw):
    case = draw.draw(cases(loss))
    (plan, one), (plain, two) = searched(case, "auto"), searched(case, "reference")
    assert not any(spec.together for spec in plain.paths)
    if isinstance(one, str) or isinstance(two, str):
        # classes that unpenalised columns separate are refused by both, and in the same folds
        assert one == two
        assert "finite optimum" in one
    else:
        agree(plan, one, two)


def every_figure(found):
    """All arrays of a search that a run directory tells of."""
    for path, summary in zip(found.paths, found.summaries, strict=True):
        for table in (path, summary):
            for name in table.__dataclass_fields__:
                value = getattr(table, name)
                for array in value.values() if isinstance(value, dict) else [value]:
                    if isinstance(array, np.ndarray):
                        yield array
        for walk in path.details.walks:
            yield from (walk.kkt, walk.fit.intercept, walk.fit.columns, walk.fit.coef)


@given(draw=st.data())
@EXAMPLES
def test_jobs_change_no_byte(draw):
    case = draw.draw(cases(draw.draw(st.sampled_from(list(LABELS)))))
    (_, one), (_, two) = searched(case, "auto", jobs=1), searched(case, "auto", jobs=2)
    if isinstance(one, str):
        assert one == two
        return
    for a, b in zip(every_figure(one), every_figure(two), strict=True):
        assert a.tobytes() == b.tobytes()
    assert one.choice == two.choice


RNG = np.random.default_rng(11)
TREND = np.linspace(0, 1, 16)[:, None]
# columns that leave sums of squares and products too few digits
ILL = {
    "economy": 1e3 * (1 + TREND * [1, 2, 0.5, 3, 1.2] + 1e-5 * RNG.normal(size=(16, 5))),
    "powers": (1 + 2 * RNG.random((60, 1))) ** np.arange(1, 7),
    "copies": np.repeat(RNG.normal(size=(60, 3)), 2, axis=1) + 1e-6 * RNG.normal(size=(60, 6)),
}


@pytest.mark.parametrize("kind", ["none", "ridge", "lasso"])
@pytest.mark.parametrize("name", ILL)
def test_ill_conditioned_columns_are_taken_by_rows(name, kind):
    X = ILL[name]
    y = X[:, 0] / X[:, 0].std() + 0.3 * np.random.default_rng(2).normal(size=len(X))
    # a lasso with less penalty than the copies' differences weigh has no optimum that rounding leaves alone
    floor = 1e-4 if (name, kind) == ("copies", "lasso") else 1e-9
    grid = {"lambdas": {"count": 8, "max": 1.0, "min": floor, "stop": "never"}}
    case = Case(dataset(X, y, "squared"), {"cv": {"kind": "kfold", "n_splits": 4}, "penalty": kind, **grid})
    (plan, one), (_, two) = case.search("auto"), case.search("reference")
    agree(plan, one, two, unique=name != "copies")
    (spec,) = plan.paths
    assert spec.solver.name == ("lockstep" if kind == "lasso" else "direct")
    assert re.match(r"condition number \S+ > \S+, sums of squares would lose digits: ", spec.reason)


@pytest.mark.parametrize("engine", ["auto", "reference"])
@pytest.mark.parametrize("loss", ["logistic", "multinomial"])
@pytest.mark.parametrize("columns", [2, 40])
@pytest.mark.parametrize("kind", ["none", "ridge", "lasso"])
def test_separated_classes_come_to_an_end(engine, loss, columns, kind):
    k = len(LABELS[loss])
    y = np.arange(24) % k
    X = np.random.default_rng(4).normal(size=(24, columns))
    X[:, :2] = 0.2 * X[:, :2] + 4 * np.column_stack([np.cos(2 * np.pi * y / k), np.sin(2 * np.pi * y / k)])
    config = {
        "cv": {"kind": "stratified", "n_splits": 3},
        "penalty": kind,
        "lambdas": {"count": 20, "min": 1e-9, "stop": "never"},
    }
    start = time.perf_counter()
    if kind == "none":
        with pytest.raises(FitError, match=r"finite optimum in every fold: .* in 3 of 3 folds and the full training data"):
            Case(dataset(X, y, loss), config).search(engine)
    else:
        plan, found = Case(dataset(X, y, loss), config).search(engine)
        (path,) = found.paths
        assert np.isfinite(path.details.coefficients[path.usable]).all()
        assert path.usable[:10].all()
        told = any("did not converge" in warning for warning in found.warnings)
        assert told == (not path.usable.all())
        for kkt in certified(plan, found):
            assert kkt[path.converged].max() <= TOL
    assert time.perf_counter() - start < 20


def table(n, p, target, seed=1):
    """A file's worth of rows."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    values = {"number": X[:, 0] + rng.normal(size=n), "two": np.where(X[:, 0] + rng.normal(size=n) > 0, "yes", "no")}[target]
    return pd.DataFrame(X, columns=[f"x{j}" for j in range(p)]).assign(target=values)


SERVED = {
    "sufficient-statistics": (table(60, 3, "number"), "auto", "sums of squares and products serve all folds"),
    "lockstep": (table(20, 30, "number"), "auto", "all folds walk down together"),
    "lagged-newton": (table(80, 3, "two"), "auto", "all folds in one pass over the rows"),
    "lockstep-newton": (table(30, 40, "two"), "auto", "one product with it screens the columns for all folds"),
    "working-set": (table(60, 3, "number"), "reference", "execution.engine: reference"),
    "proximal-newton": (table(80, 3, "two"), "reference", "execution.engine: reference"),
}


@pytest.mark.parametrize("solver", SERVED)
def test_the_plan_and_the_manifest_name_solver_and_reason(solver, tmp_path):
    rows, engine, reason = SERVED[solver]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "rows.yaml").write_text(
        f"version: 1\ndataset: {{kind: csv, path: rows.csv, target: target}}\npenalty: lasso\nlambdas: {{count: 5}}\n"
        f"execution: {{engine: {engine}}}\n",
        encoding="utf-8",
    )
    config = str(tmp_path / "rows.yaml")
    shown = CliRunner().invoke(app, ["validate", config, "--json"])
    assert shown.exit_code == 0, shown.output
    (planned,) = json.loads(shown.stdout)["paths"]
    assert planned["solver"] == solver
    assert reason in planned["reason"]
    page = CliRunner().invoke(app, ["validate", config], env={"COLUMNS": "200"}).stdout
    assert solver in page
    assert planned["reason"].split()[-1] in page
    done = CliRunner().invoke(app, ["sweep", config, "--runs", str(tmp_path / "runs"), "--quiet"])
    assert done.exit_code == 0, done.output
    manifest = json.loads((Path(done.stdout.strip()) / "manifest.json").read_text(encoding="utf-8"))
    (walked,) = manifest["paths"]
    assert (walked["solver"], walked["reason"]) == (planned["solver"], planned["reason"])


def test_every_shared_solver_is_seen_at_work():
    assert {solver.name for solver in linear.SOLVERS} - {"direct", "working-set", "proximal-newton"} <= set(SERVED)


@pytest.mark.parametrize("loss", LABELS)
@pytest.mark.parametrize("kind", ["none", "lasso", "ridge"])
@pytest.mark.parametrize("p", [3, 90])
def test_unpenalised_near_twins_hide_nothing(loss, kind, p):
    """What two columns differ by, in the seventh digit, explains most: found by every engine, in every fold."""
    if kind == "none" and p > 3:
        pytest.skip("the classes are separable")
    rng = np.random.default_rng(8)
    n = 120
    z, X = rng.normal(size=n), rng.normal(size=(n, p))
    X[:, 1] = X[:, 0] + 1e-7 * z
    noisy = 2 * z + rng.normal(size=n)
    target = {"squared": noisy, "logistic": 3 * z + rng.logistic(size=n) > 0, "multinomial": np.digitize(noisy, [-1, 1])}
    config = {
        "cv": {"kind": "kfold", "n_splits": 3},
        "penalty": kind if kind == "none" else {"kind": kind, "factors": {"x0": 0, "x1": 0}},
        "lambdas": {"count": 4, "min_ratio": 0.03, "stop": "never"},
        "model": {"tol": 1e-6},
    }
    one, two = (Case(dataset(X, target[loss], loss), config).search(engine)[1] for engine in ("auto", "reference"))
    for a, b in zip(one.paths, two.paths, strict=True):
        assert max(a.kkt.max(), b.kkt.max()) <= 1e-6
        for metric, found in a.validation.items():
            np.testing.assert_allclose(found, b.validation[metric], rtol=1e-4, atol=1e-6)
        null = {"squared": 4.0, "logistic": 0.69, "multinomial": 1.09}[loss]
        assert next(iter(a.train.values())).max() < 0.8 * null


@pytest.mark.parametrize("loss", LABELS)
@pytest.mark.parametrize("scale", ["standard", "none", "minmax"])
@pytest.mark.parametrize("p", [6, 70])
def test_of_twins_the_first_in_file_order_speaks_in_every_fold_and_engine(loss, scale, p):
    rng = np.random.default_rng(3)
    n = 60
    X = rng.normal(size=(n, p))
    X[:, 4], X[:, 5] = 3 - X[:, 1], X[:, 2] if scale == "none" else 40 * X[:, 2]
    noisy = X[:, 1] + X[:, 2] + X[:, 0] + rng.normal(size=n)
    target = {"squared": noisy, "logistic": noisy > 0, "multinomial": np.digitize(noisy, [-1, 1])}[loss]
    config = {
        "cv": {"kind": "kfold", "n_splits": 3},
        "penalty": "lasso",
        "preprocess": {"scale": scale},
        "lambdas": {"count": 6, "min_ratio": 0.1, "stop": "never"},
        "model": {"tol": 1e-8},
    }
    one, two = (Case(dataset(X, target, loss), config).search(engine)[1] for engine in ("auto", "reference"))
    for a, b in zip(one.paths, two.paths, strict=True):
        assert (a.details.coefficients[:, :, 1 + np.array([4, 5])] == 0).all()
        assert a.details.coefficients[-1][:, 1 + np.array([1, 2])].any(axis=0).all()
        np.testing.assert_allclose(a.details.coefficients, b.details.coefficients, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(a.n_nonzero, b.n_nonzero)
        np.testing.assert_array_equal(a.n_nonzero_folds, b.n_nonzero_folds)
        assert max(a.kkt.max(), b.kkt.max()) <= 1e-8


@pytest.mark.parametrize("loss", LABELS)
@pytest.mark.parametrize("scale", ["standard", "none"])
@pytest.mark.parametrize("share", [3e-13, 0.9e-12, 1.1e-12, 3e-12, 1e-10])
def test_columns_at_the_edge_of_being_constant(loss, scale, share):
    """In some folds such a column is constant and in others it is not: every engine draws the line in the same place."""
    rng = np.random.default_rng(6)
    n = 60
    X = rng.normal(size=(n, 4))
    z = X[:, 0] + X[:, 1] + rng.normal(size=n)
    X[:, 1] = 7.0 * (1 + share * X[:, 1])
    target = {"squared": z, "logistic": z > 0, "multinomial": np.digitize(z, [-1, 1])}[loss]
    config = {
        "cv": {"kind": "kfold", "n_splits": 4},
        "penalty": "lasso",
        "preprocess": {"scale": scale},
        "lambdas": {"count": 5, "min_ratio": 0.05, "stop": "never"},
    }
    (plan, one), (_, two) = (Case(dataset(X, target, loss), config).search(engine) for engine in ("auto", "reference"))
    (a,), (b,) = one.paths, two.paths
    assert a.converged.all()
    assert b.converged.all()
    for metric, found in a.validation.items():
        np.testing.assert_allclose(found, b.validation[metric], rtol=1e-6)
    sds = [[walk.made.scaling.sd[1] for walk in found.paths[0].details.walks] for found in (one, two)]
    np.testing.assert_array_equal(*(np.array(of_engine) > 0 for of_engine in sds))
    assert plan.plan.loss == loss
