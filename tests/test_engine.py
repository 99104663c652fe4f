"""The engine on data whose treatment can be checked: folds apart, jobs alike, failures as data, the holdout closed."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import ALL, FOLD, RNG, TARGETS, TWO, N, X, Y, dataset, figures, fitted, planned

from regcli.data.types import Features
from regcli.engine import InMemory, run
from regcli.errors import DataError, FitError
from regcli.outcome import Interrupted


@pytest.mark.parametrize("target", TARGETS)
def test_jobs_change_no_bit(target):
    metrics = ["rmse", "median_ae"] if target == "y" else ["roc_auc", "ece"]
    outcomes = [
        fitted(dataset(target), penalty=ALL, execution={"jobs": jobs}, select={"metrics": metrics}, lambdas={"count": 8})
        for jobs in (1, 2)
    ]
    for one, two in zip(figures(outcomes[0]), figures(outcomes[1]), strict=True):
        np.testing.assert_array_equal(one, two)
    assert outcomes[0].choice == outcomes[1].choice


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", ["ridge", "lasso"])
def test_validation_rows_change_no_training_figure(target, kind):
    other_X = X.copy()
    other_X[FOLD == "0"] *= 1000
    metric = "mse" if target == "y" else "log_loss"
    plain = {"engine": "reference"}
    one, two = (fitted(dataset(target, X=columns), penalty=kind, execution=plain).paths[0] for columns in (X, other_X))
    assert (one.train[metric][0] == two.train[metric][0]).all()
    # on a shared design the same numbers, but for the last bits of sums over other rows
    one, two = (fitted(dataset(target, X=columns), penalty=kind).paths[0] for columns in (X, other_X))
    np.testing.assert_allclose(one.train[metric][0], two.train[metric][0], rtol=1e-9)
    assert (one.train[metric][1] != two.train[metric][1]).all()
    assert (one.validation[metric][0] != two.validation[metric][0]).all()


@pytest.mark.parametrize("target", TARGETS)
def test_units_of_a_column_change_no_prediction(target):
    other = fitted(dataset(target, X=X * [1e-4, 1, 1e5, -3] + [0, 100, 0, 1]), penalty=ALL, lambdas={"count": 6})
    one = fitted(dataset(target), penalty=ALL, lambdas={"count": 6})
    name = "probability" if target != "y" else "prediction"
    np.testing.assert_allclose(getattr(one.predictions, name), getattr(other.predictions, name), rtol=1e-6, atol=1e-9)
    for a, b in zip(one.paths, other.paths, strict=True):
        np.testing.assert_allclose(a.lambdas, b.lambdas, rtol=1e-9)
        np.testing.assert_allclose(a.details.coefficients[..., 1], b.details.coefficients[..., 1] * 1e-4, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", ["none", "ridge", "lasso"])
def test_a_weight_of_two_is_the_row_twice(target, kind):
    times = RNG.integers(1, 4, N)
    weighted = fitted(dataset(target, weight=times * 1.0), penalty=kind)
    values, _ = TARGETS[target]
    repeated = fitted(
        dataset(target, X=np.repeat(X, times, axis=0), y=np.repeat(values, times), fold=np.repeat(FOLD, times)), penalty=kind
    )
    for one, two in zip(weighted.summaries, repeated.summaries, strict=True):
        for field in ("train_mean", "train_se", "validation_mean", "validation_se", "sklearn_value"):
            np.testing.assert_allclose(getattr(one, field), getattr(two, field), rtol=1e-6)
    one, two = (outcome.paths[0].details.coefficients for outcome in (weighted, repeated))
    np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(weighted.paths[0].df, repeated.paths[0].df, rtol=1e-6)


def test_a_row_of_weight_zero_is_no_row():
    weight = (np.arange(N) % 4 > 0) * 1.0
    one = fitted(dataset(weight=weight))
    kept = weight > 0
    two = fitted(dataset(X=X[kept], y=Y[kept], fold=FOLD[kept]))
    np.testing.assert_allclose(one.summaries[0].validation_mean, two.summaries[0].validation_mean, rtol=1e-9)
    np.testing.assert_allclose(one.paths[0].details.coefficients, two.paths[0].details.coefficients, rtol=1e-7, atol=1e-10)


def test_class_weights_are_weights_in_the_fit_and_not_in_the_metrics():
    weights = {"no": 0.5, "yes": 3.0}
    by_class = fitted(dataset("two"), model={"class_weight": weights, "tol": 1e-8}, preprocess={"scale": "none"})
    rows = np.where(TWO == 1, 3.0, 0.5)
    by_row = fitted(dataset("two", weight=rows), preprocess={"scale": "none"})
    np.testing.assert_allclose(by_class.paths[0].details.coefficients, by_row.paths[0].details.coefficients, rtol=1e-6, atol=1e-9)
    assert by_class.prepared.problem.weight_sum == pytest.approx(rows.sum())
    assert not np.allclose(by_class.paths[0].validation["log_loss"], by_row.paths[0].validation["log_loss"], rtol=1e-3)


@pytest.mark.parametrize("target", ["two", "three"])
def test_class_weights_change_no_null_model(target):
    rows = dataset(target, weight=np.where(np.arange(N) % 4 == 0, 3.0, 1.0))
    plain, balanced = (fitted(rows, model={"class_weight": weight}).metrics for weight in (None, "balanced"))
    assert plain["null_model"] == balanced["null_model"]
    shares = np.bincount(rows.y.astype(int), rows.weight) / rows.weight.sum()
    assert balanced["null_prediction"] == pytest.approx(shares)
    assert balanced["null_model"]["log_loss"] == pytest.approx(-shares @ np.log(shares), rel=0.1)


@pytest.mark.parametrize("target", ["two", "three"])
def test_class_weights_are_told_to_shift_probabilities_and_by_how_much(target):
    rare = (np.arange(N) % 4 != 0) & (TARGETS[target][0] == 1)
    rows = dataset(target, y=np.where(rare, 0.0, TARGETS[target][0]))
    outcome = fitted(rows, model={"class_weight": "balanced"})
    (told,) = (warning for warning in outcome.warnings if "class_weight" in warning)
    probability, shares = outcome.predictions.probability.mean(axis=0), np.bincount(rows.y.astype(int)) / N
    k = 1 if target == "two" else int(np.argmax(np.abs(probability - shares)))
    said, truth = probability[k], shares[k]
    assert f"{rows.classes[k]!r} has a mean predicted probability of {said:.3g}, but a share of {truth:.3g}. log_loss" in told
    for quiet in ({"model": {}}, {"model": {"class_weight": "balanced"}, "select": {"metric": "accuracy"}}):
        assert not any("class_weight" in warning for warning in fitted(rows, **quiet).warnings)
    equal = dict.fromkeys(rows.classes, 2.0)
    assert not any("class_weight" in warning for warning in fitted(rows, model={"class_weight": equal}).warnings)


def test_calibration_alone_may_choose_the_null_model_and_says_so():
    assert any("select.metric ece" in warning for warning in fitted(dataset("two"), select={"metric": "ece"}).warnings)
    assert not any("ece" in warning for warning in fitted(dataset("two"), select={"metrics": ["ece"]}).warnings)


def test_balanced_is_computed_for_every_fit():
    outcome = fitted(dataset("two"), model={"class_weight": "balanced", "tol": 1e-8})
    train = np.flatnonzero(FOLD != "1")
    shares = np.bincount(TWO[train].astype(int))
    explicit = {name: len(train) / 2 / shares[c] for c, name in enumerate(("no", "yes"))}
    other = fitted(dataset("two"), model={"class_weight": explicit, "tol": 1e-8})
    np.testing.assert_allclose(outcome.paths[0].train["log_loss"][1], other.paths[0].train["log_loss"][1], rtol=1e-7)


HOLDOUT = np.array(["test" if i % 5 == 0 else "train" for i in range(N)], dtype=object)


@pytest.mark.parametrize("target", TARGETS)
def test_a_sweep_never_looks_at_the_holdout(target):
    held = HOLDOUT == "test"
    poisoned, values = X.copy(), TARGETS[target][0].copy()
    poisoned[held] = np.nan
    values[held] = np.nan
    wanted = {"holdout": {"column": "role", "test_value": "test"}, "penalty": ALL}
    clean = fitted(dataset(target, holdout=HOLDOUT), **wanted)
    spoilt = fitted(dataset(target, X=poisoned, y=values, holdout=HOLDOUT), **wanted)
    for one, two in zip(figures(clean), figures(spoilt), strict=True):
        np.testing.assert_array_equal(one, two)
    assert spoilt.metrics["holdout"] is None
    assert spoilt.portrait.pipeline is None
    assert set(spoilt.predictions.role) == {"train"}


@pytest.mark.parametrize("target", TARGETS)
def test_a_fit_opens_it_once_at_the_end(target):
    outcome = fitted(dataset(target, holdout=HOLDOUT), holdout={"column": "role", "test_value": "test"}, save_model=True)
    held = np.flatnonzero(HOLDOUT == "test")
    of_holdout = np.array(outcome.predictions.role) == "holdout"
    assert outcome.predictions.row[of_holdout].tolist() == held.tolist()
    if target == "y":
        error = np.mean((outcome.portrait.pipeline.made().predict(as_frame(X[held])) - Y[held]) ** 2)
        assert outcome.metrics["holdout"]["mse"] == pytest.approx(error)
    else:
        p = outcome.portrait.pipeline.made().predict_proba(as_frame(X[held]))
        loss = -np.mean(np.log(p[np.arange(len(held)), TARGETS[target][0][held].astype(int)]))
        assert outcome.metrics["holdout"]["log_loss"] == pytest.approx(loss)


def as_frame(values):
    import pandas as pd

    return pd.DataFrame(values, columns=[f"x{j}" for j in range(values.shape[1])])


TIGHT = {"model": {"max_iter": 1, "tol": 1e-8}}


def test_points_that_do_not_converge_are_counted_and_never_selected():
    """One Newton step from the null model is enough at a large λ alone."""
    lambdas = {"values": [1.0, 0.9, 0.001]}
    outcome = fitted(dataset("two"), lambdas=lambdas, **TIGHT, select={"rule": "min"})
    assert outcome.summaries[0].converged.tolist() == [True, True, False]
    assert (outcome.paths[0].kkt.max(axis=0) <= 1e-8).tolist() == [True, True, False]
    assert outcome.choice.index == 0
    assert outcome.choice.n_left_out == 1
    assert any("1 of 3 grid points did not converge" in warning for warning in outcome.warnings)
    fully = fitted(dataset("two"), lambdas=lambdas, select={"rule": "min"})
    assert fully.choice.index == 2


def test_where_nothing_converges_the_error_says_how_near_it_came():
    with pytest.raises(FitError, match="none of the 1 grid points converged in every fold") as caught:
        fitted(dataset("two"), lambdas={"values": [0.001]}, **TIGHT)
    assert caught.value.exit_code == 4


def test_a_metric_undefined_in_a_fold_everywhere_is_an_error():
    lone = FOLD.copy()
    lone[0] = "alone"  # one row: r2 has nothing to explain there
    with pytest.raises(FitError, match="r2 is undefined"):
        fitted(dataset(fold=lone), select={"metric": "r2"})


def test_a_fold_that_trains_on_a_constant_predicts_it():
    values = np.where(FOLD == "0", Y, 2.5)
    outcome = fitted(dataset(y=values), penalty=ALL)
    for path in outcome.paths:
        assert path.converged.all()
        np.testing.assert_allclose(path.train["mse"][0], 0, atol=1e-20)


def test_a_training_set_without_spread_is_refused():
    with pytest.raises(DataError, match=r"is 2\.5 in all training rows"):
        planned(dataset(y=np.where(HOLDOUT == "test", Y, 2.5), holdout=HOLDOUT), holdout={"column": "role", "test_value": "test"})
    with pytest.raises(DataError, match="too small to be squared"):
        planned(dataset(y=Y * 1e-200))
    with pytest.raises(DataError, match="too large to be squared"):
        planned(dataset(y=Y * 1e200))


@pytest.mark.parametrize("target", TARGETS)
def test_summaries_are_means_over_folds(target):
    outcome = fitted(dataset(target, weight=RNG.uniform(0.5, 2, N)), penalty=ALL)
    metric = outcome.plan.metric
    w = np.array([outcome.plan.dataset.weight[k == FOLD].sum() for k in "012"])
    for path, summary in zip(outcome.paths, outcome.summaries, strict=True):
        mean = np.average(path.validation[metric], axis=0, weights=w)
        np.testing.assert_allclose(summary.validation_mean, mean)
        error = np.sqrt(np.average((path.validation[metric] - mean) ** 2, axis=0, weights=w) / 2)
        np.testing.assert_allclose(summary.validation_se, error)
        np.testing.assert_allclose(summary.gap, summary.validation_mean - summary.train_mean)
        np.testing.assert_allclose(summary.gap_relative, summary.gap / np.abs(summary.train_mean))
        assert (summary.n_iter == path.n_iter.sum(axis=0)).all()


def test_the_edge_of_the_grid_is_told():
    low = fitted(dataset(), lambdas={"values": [1.0, 0.5]}, select={"rule": "min"})
    assert any("smallest λ of the grid (0.5)" in warning and "lower lambdas.min" in warning for warning in low.warnings)
    high = fitted(dataset(), lambdas={"values": [0.01, 0.001]}, select={"rule": "min"}, penalty="ridge")
    assert high.choice.best_index == 0
    assert any("largest λ of the grid (0.01): raise lambdas.max" in warning for warning in high.warnings)
    noise = fitted(dataset(y=np.random.default_rng(1).normal(size=N)), lambdas={"count": 20}, select={"rule": "min"})
    assert noise.choice.best_index == 0
    assert any("the columns do not help" in warning for warning in noise.warnings)


def test_standardised_coefficients_are_of_the_original_columns_whatever_the_scaler():
    values = [
        fitted(dataset(), penalty="none", preprocess={"scale": scale}).portrait.coefficients.standardized
        for scale in ("standard", "robust", "minmax", "maxabs", "none")
    ]
    raw = fitted(dataset(), penalty="none").portrait.coefficients.coefficient
    np.testing.assert_allclose(values[0][1:], raw[1:] * X.std(axis=0), rtol=1e-9)
    for other in values[1:]:
        np.testing.assert_allclose(other, values[0], rtol=1e-7)


def test_sklearn_parameters_use_each_entrys_own_scale():
    outcome = fitted(dataset(weight=np.full(N, 2.0)), penalty=["none", "ridge", "lasso"])
    none, ridge, lasso = (summary.sklearn_value for summary in outcome.summaries)
    assert none.tolist() == [0.0]
    np.testing.assert_allclose(ridge, np.array([0.2, 0.05, 0.01]) * 2 * N)
    np.testing.assert_allclose(lasso, [0.2, 0.05, 0.01])
    logistic = fitted(dataset("two"), penalty=["none", "ridge"]).summaries
    assert logistic[0].sklearn_value.tolist() == [np.inf]
    np.testing.assert_allclose(logistic[1].sklearn_value, 1 / (np.array([0.2, 0.05, 0.01]) * N))


def test_progress_counts_to_the_end():
    seen = []
    run(planned(dataset()), save_model=False, progress=lambda *step: seen.append(step))
    check_steps(seen, ["lasso on all folds"])
    seen.clear()
    run(planned(dataset(), execution={"engine": "reference"}), save_model=False, progress=lambda *step: seen.append(step))
    check_steps(seen, ["paths on all training rows", "paths fold by fold"])
    assert len(seen) > 4 * 3


def check_steps(seen, stages):
    assert list(dict.fromkeys(what for _, _, what in seen)) == stages
    done, total, _ = zip(*seen, strict=True)
    assert done[0] == 0
    assert list(done) == sorted(done)
    assert done[-1] == total[-1]
    assert all(n <= of for n, of in zip(done, total, strict=True))


@pytest.mark.parametrize(
    ("solver", "n", "p", "penalty", "classes"),
    [("sufficient-statistics", 60, 5, "lasso", ""), ("sufficient-statistics", 60, 5, "ridge", ""),
     ("lockstep", 40, 90, "lasso", ""), ("lagged-newton", 400, 4, "lasso", "two"), ("lockstep-newton", 40, 90, "lasso", "two")],
)  # fmt: skip
def test_a_path_reports_at_every_point(solver, n, p, penalty, classes):
    """No point of a long path passes in silence, whichever solver walks it."""
    draw, seen = np.random.default_rng(0), []
    wide = draw.normal(size=(n, p))
    signal = wide[:, 0] + draw.normal(size=n)
    TARGETS["made"] = (np.where(signal > 0, 1.0, 0.0) if classes else signal, ("no", "yes") if classes else ())
    rows = dataset("made", X=wide, fold=np.array([str(i % 3) for i in range(n)], dtype=object))
    plan = planned(rows, penalty=penalty, lambdas={"count": 12, "stop": "never"}, model={"tol": 1e-5})
    assert [spec.solver.name for spec in plan.paths] == [solver]
    run(plan, save_model=False, progress=lambda *step: seen.append(step))
    assert seen[-1][:2] == (12 * 4, 12 * 4)
    steps = np.diff([done for done, _, _ in seen])
    assert steps.max() <= 12


def test_a_plan_counts_its_fits():
    plan = planned(dataset(), penalty=ALL)
    assert plan.n_fits == (1 + 4 * 3) * 4
    assert {path.solver.name for path in plan.paths} == {"sufficient-statistics"}
    plain = planned(dataset(), penalty=ALL, execution={"engine": "reference"})
    assert [path.solver.name for path in plain.paths] == ["direct", "direct", "working-set", "working-set", "working-set"]


def test_rules_for_factors_name_columns():
    from regcli.errors import UsageError

    with pytest.raises(UsageError, match="'x9' matches no input column"):
        planned(dataset(), penalty={"kind": "lasso", "factors": {"x9": 2.0}})
    plan = planned(dataset(), penalty={"kind": "lasso", "factors": {"x*": 2.0, "x0": 0.0, "x3": 4.0}})
    factors = plan.paths[0].penalty_on(plan.outputs).factors
    assert factors == pytest.approx(np.array([0, 2, 2, 4]) * 3 / 8)


@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_a_separated_sample_has_no_finite_optimum_and_is_refused_or_left_out(engine):
    rows, how = dataset("two", y=(X[:, 0] > 0).astype(float)), {"execution": {"engine": engine}}
    with pytest.raises(FitError, match=r"finite optimum in every fold: .* in 3 of 3 folds and the full training data") as caught:
        fitted(rows, penalty="none", **how)
    assert caught.value.remedies == ({"penalty": "ridge"},)
    outcome = fitted(rows, penalty=["none", "ridge"], **how)
    assert outcome.paths[outcome.choice.path].path.penalty == "ridge"
    (warning,) = [warning for warning in outcome.warnings if "finite optimum" in warning]
    assert warning.startswith("1 of 4 grid points have no finite optimum in some fit and were left out")
    nearly = fitted(rows, penalty="ridge", lambdas={"values": [1e-9]}, model={"tol": 1e-6}, **how)
    assert any("separated perfectly" in warning for warning in nearly.warnings)


@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_classes_that_are_separated_in_one_fold_alone_are_found(engine):
    """An indicator whose rows of the other class are all in one fold, which the others train with."""
    fold, rare = np.arange(N) % 3, np.arange(N) % 10 == 0
    y = np.where(rare, fold != 1, TWO)
    rows = dataset("two", X=np.column_stack([X, rare]), y=y.astype(float), fold=np.array([f"f{k}" for k in fold], dtype=object))
    with pytest.raises(FitError, match=r"in 1 of 3 folds, where"):
        fitted(rows, penalty="none", execution={"engine": engine})


def test_a_fold_may_lack_a_level_that_all_rows_have():
    town = np.array(["a", "b"] * 29 + ["c", "c"], dtype=object)
    fold = FOLD.copy()
    fold[58:] = "0"
    rows = dataset(fold=fold)
    kinds = ("numeric",) * 4 + ("categorical",)
    features = Features((*rows.features.names, "town"), kinds, rows.features.numeric, (town,))
    outcome = fitted(replace(rows, features=features), penalty="ridge", lambdas={"values": [0.01]})
    at = outcome.portrait.coefficients.feature.index("town=c")
    assert outcome.portrait.coefficients.selection_frequency[at] == pytest.approx(2 / 3)


def test_a_numerical_failure_of_all_folds_together_is_told_and_leaves_other_paths(monkeypatch):
    from regcli.linear.solvers.sufficient_statistics import SufficientStatistics

    kinds = {"penalty": ["ridge", "lasso"], "select": {"metrics": ["mae", "median_ae"]}}
    plan = planned(dataset(), **kinds)
    walk = SufficientStatistics.walk

    def fails_on_the_lasso(self, sets, task, executor):
        if task.penalty.l1_ratio:
            raise np.linalg.LinAlgError("made to fail")
        return walk(self, sets, task, executor)

    monkeypatch.setattr(SufficientStatistics, "walk", fails_on_the_lasso)
    outcome = run(plan, save_model=True)
    assert outcome.choice.path == 0
    assert not outcome.paths[1].usable.any()
    assert all(np.isnan(values).all() for values in outcome.paths[1].validation.values())
    assert any("did not converge in every fit" in warning for warning in outcome.warnings)


def test_paths_walked_together_and_apart_keep_their_own_columns():
    """A level that one fold has not seen is a column of the shared design and none of the fold's own."""
    n, rng = 15, np.random.default_rng(2)
    town = np.array([*"abcde" * 3], dtype=object)
    town[0] = "once"
    x = rng.normal(size=(n, 1))
    rows = replace(
        dataset("two", X=x, y=(x[:, 0] + rng.normal(size=n) > 0).astype(float), fold=FOLD[:n]),
        features=Features(("x0", "town"), ("numeric", "categorical"), np.asfortranarray(x), (town,)),
    )
    for ratio in ([0.0, 1.0], [1.0, 0.0]):
        asked = {"kind": "elasticnet", "l1_ratio": ratio}
        mixed, plain = (
            fitted(rows, penalty=asked, lambdas={"values": [0.5, 0.1]}, select={"rule": "min"}, execution={"engine": engine})
            for engine in ("auto", "reference")
        )
        assert len({path.path.solver for path in mixed.paths}) == 2
        assert mixed.choice == plain.choice
        assert mixed.metrics["validation"] == pytest.approx(plain.metrics["validation"], rel=1e-6)
        np.testing.assert_allclose(mixed.predictions.probability, plain.predictions.probability, atol=1e-6)
        for column in ("fold_mean", "fold_sd", "standardized"):
            ours, theirs = (getattr(it.portrait.coefficients, column) for it in (mixed, plain))
            np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_rare_level_that_separates_is_told_with_the_remedy():
    town = np.array(["a", "b", "c"] * 20, dtype=object)
    town[[3, 17, 31, 45]] = "rare"
    y = TWO.copy()
    y[town == "rare"] = 1.0
    rows = replace(
        dataset("two", y=y), features=Features(("x0", "town"), ("numeric", "categorical"), np.asfortranarray(X[:, :1]), (town,))
    )
    for penalty in ("none", {"kind": "lasso", "factors": {"town": 0}}):
        with pytest.raises(FitError, match="finite optimum") as caught:
            fitted(rows, penalty=penalty)
        assert "min_frequency" in caught.value.hint
    assert not [w for w in fitted(rows, penalty="ridge", model={"tol": 1e-6}).warnings if "finite optimum" in w]


def test_a_solution_that_is_not_unique_is_told_with_its_columns():
    twins = np.column_stack([X, 3 * X[:, 0] + 1])

    def told(columns, penalty):
        outcome = fitted(dataset(X=columns), penalty=penalty)
        return [warning for warning in outcome.warnings if "not unique" in warning]

    for penalty, what in {"lasso": "x0, x4 depend", "none": "x0, x4 depend"}.items():
        (warning,) = told(twins, penalty)
        assert what in warning
    assert not told(twins, {"kind": "elasticnet", "l1_ratio": 0.5})
    assert not told(X, "lasso")
    assert not told(X, "none")


@pytest.mark.parametrize("size", [1e-100, 1e100, 1e150])
def test_a_target_that_cannot_be_squared_is_refused(size):
    with pytest.raises(DataError, match=r"'y' are too (small|large) to be squared: .* is wanted") as caught:
        planned(dataset(y=size * Y))
    assert "another unit" in str(caught.value)


@pytest.mark.parametrize("weight", [5e-324, 1e-300, 1e280])
def test_weights_that_have_lost_their_digits_are_refused(weight):
    with pytest.raises(DataError, match="weights of the training rows sum to"):
        planned(dataset(weight=np.full(N, weight)))


def interrupted_after(n, store, jobs, engine):
    """A search that its user interrupts after n fits."""
    prepared, done = planned(dataset(), penalty=["ridge", "lasso"], execution={"jobs": jobs, "engine": engine}), []

    def progress(fits, *_):
        done.append(fits)
        if fits >= n and len([fits for fits in done if fits >= n]) == 1:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        run(prepared, save_model=False, store=store, progress=progress)
    return caught.value


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("engine", ["auto", "reference"])
def test_an_interrupt_keeps_what_is_finished_and_the_rest_is_done_later(engine, jobs):
    """The default engine fits ridge on all sets, then the lasso; the other both in full, then fold by fold."""
    store = InMemory()
    caught = interrupted_after(14 if engine == "auto" else 10, store, jobs, engine)
    finished = {path.path.penalty: path.folds for path in caught.finished}
    if engine == "auto":
        assert finished == {"ridge": (0, 1, 2)}
        assert str(caught) == "1 of 2 paths on all training rows, 3 of 6 on folds"
    else:
        assert set(finished) == {"ridge", "lasso"}
        assert len(finished["lasso"]) < 3
    whole = planned(dataset(), penalty=["ridge", "lasso"], execution={"jobs": jobs, "engine": engine})
    resumed = run(whole, save_model=False, store=store)
    plain = run(whole, save_model=False)
    for one, two in zip(figures(resumed), figures(plain), strict=True):
        np.testing.assert_array_equal(one, two)


def test_nothing_is_finished_where_nothing_was():
    assert interrupted_after(1, InMemory(), 1, "auto").finished == ()
