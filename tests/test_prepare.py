"""From a plan to arrays: which folds share one design and why not, and that a fold there is the fold by itself."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import FOLD, TARGETS, N, X, dataset, planned

from regcli.data.types import Features
from regcli.engine import run
from regcli.errors import DataError
from regcli.linear import Penalty, solve_path
from regcli.numerics.matrix import Affine

TOWN = np.array(["a", "b", "c"] * 20, dtype=object)


def with_town(town=TOWN, **more):
    rows = dataset(**more)
    kinds = ("numeric",) * 4 + ("categorical",)
    return replace(rows, features=Features((*rows.features.names, "town"), kinds, rows.features.numeric, (town,)))


@pytest.mark.parametrize("scale", ["standard", "robust", "minmax", "none"])
@pytest.mark.parametrize("target", TARGETS)
def test_a_fold_on_the_shared_design_is_the_fold_by_itself(target, scale):
    """The same path, put through both: the same predictions for every row, the same certificate."""
    weight = np.random.default_rng(1).uniform(0.5, 2, N)
    prepared = planned(dataset(target, weight=weight), preprocess={"scale": scale})
    assert prepared.reason == ""
    sets = prepared.together.sets
    for f, fold in enumerate(prepared.plan.splits.folds):
        alone = prepared.alone(f)
        problem = alone.sets.problem
        np.testing.assert_allclose(prepared.together.preprocessors[f].scaling.scale, alone.preprocessors[0].scaling.scale)
        np.testing.assert_allclose(prepared.together.preprocessors[f].scaling.center, alone.preprocessors[0].scaling.center)
        assert sets.weight_sums[f] == pytest.approx(problem.weight_sum)
        penalty = Penalty(0.5, np.ones(4))
        fit = solve_path(problem, penalty, np.array([0.1, 0.01]), tol=1e-9, max_iter=10_000)
        for rows in (fold.train, fold.validation):
            np.testing.assert_allclose(prepared.together.predictors(f, fit, rows), alone.predictors(0, fit, rows), atol=1e-9)
        np.testing.assert_allclose(sets.certify(f, penalty, fit), alone.sets.certify(0, penalty, fit), atol=1e-9)


def test_pieces_of_a_group_are_all_its_rows_those_outside_too():
    prepared = planned(dataset())
    alone, fold = prepared.alone(1), prepared.plan.splits.folds[1]
    fit = solve_path(alone.sets.problem, Penalty(1.0, np.ones(4)), np.array([0.1, 0.01]), tol=1e-9, max_iter=10_000)
    found = {}
    for rows, points, eta in alone.pieces(0, fit, fold.validation):
        for row, values in zip(rows, eta[:, :, 0].T, strict=True):
            found.setdefault(int(row), np.zeros(2))[points] = values
    assert sorted(found) == list(range(N))
    for rows in (fold.train, fold.validation):
        np.testing.assert_allclose(np.array([found[int(r)] for r in rows]).T, alone.predictors(0, fit, rows)[:, :, 0])


def test_rows_that_are_validated_together_stand_together():
    together = planned(dataset("two")).together
    assert [int(FOLD[row]) for row in together.rows] == sorted(int(k) for k in FOLD)
    np.testing.assert_array_equal(together.place[together.rows], np.arange(N))
    assert [block.stop - block.start for block in together.sets.blocks] == [20, 20, 20]


@pytest.mark.parametrize("scale", ["standard", "none"])
def test_a_tall_dataset_is_seen_as_it_is_and_never_copied(scale):
    rows = dataset()
    rows.features.numeric.flags.writeable = False
    plan = planned(rows, preprocess={"scale": scale}, penalty=["ridge", "lasso"], holdout={"fraction": 0.2})
    design = plan.problem.design
    assert isinstance(design, Affine)
    assert design.base is rows.features.numeric
    np.testing.assert_array_equal(plan.together.rows, plan.plan.splits.train)
    outcome = run(plan, save_model=True)
    assert {path.path.solver.name for path in outcome.paths} == {"sufficient-statistics"}
    assert "array" not in vars(design)
    # whoever wants all of it at once is given what scaling gives
    scaling = plan.preprocessor.scaling
    scaled = (rows.features.numeric[plan.full.rows] - scaling.center) / scaling.scale - plan.problem.center
    np.testing.assert_allclose(plan.problem.X, scaled, atol=1e-12)


def test_rows_that_sums_tell_nothing_of_are_scaled():
    far = X.copy()
    far[FOLD == "1", 0] += 1e4
    for rows, more in (
        (dataset(X=far), {}),
        (with_town(), {}),
        (dataset("two"), {}),
        (dataset(), {"preprocess": {"scale": "robust"}}),
    ):
        assert isinstance(planned(rows, **more).problem.design, np.ndarray)


once = TOWN.copy()
once[0] = "once"
holey = X.copy()
holey[3, 0] = np.nan
WHY_NOT = [
    (dataset(), {"execution": {"engine": "reference"}}, "execution.engine: reference"),
    (with_town(), {"preprocess": {"scale": "robust"}}, "preprocessing and scale robust are fitted anew in every fold"),
    (dataset(X=holey), {"preprocess": {"missing": "mean"}}, "preprocessing gives folds other values"),
    (with_town(once), {"penalty": {"kind": "lasso", "factors": {"town": 2.0}}}, "preprocessing gives folds other columns"),
    (with_town(), {}, ""),
    (with_town(once), {}, ""),  # a level that a fold has not seen has no effect there
]


@pytest.mark.parametrize(("rows", "config", "why"), WHY_NOT)
def test_why_folds_do_not_share_a_design(rows, config, why):
    prepared = planned(rows, **config)
    assert prepared.reason == why
    assert (prepared.together is None) == bool(why)
    if why:
        np.testing.assert_array_equal(prepared.full.rows, prepared.plan.splits.train)
        assert all(path.reason.startswith(why) for path in prepared.paths)


def test_many_folds_of_many_rows_are_not_held_together(monkeypatch):
    monkeypatch.setattr("regcli.prepare.WEIGHTS", N * 3)
    assert planned(dataset()).reason == "3 folds of 60 rows are too many to hold together"


def test_columns_without_spread_and_too_many_columns_are_remarked_upon():
    columns = X.copy()
    columns[:, 2] = 7.0
    assert "constant in the training rows, so without effect: x2" in planned(dataset(X=columns)).warnings
    wide = np.random.default_rng(0).normal(size=(N, 70))
    (said,) = [w for w in planned(dataset(X=wide), penalty="none").warnings if "smallest norm" in w]
    assert said.startswith("penalty none with 70 columns and 60 rows")


def test_fits_are_counted_and_columns_named():
    prepared = planned(with_town(), penalty=["ridge", "none"])
    assert prepared.n_fits == (3 + 1) * 4
    assert [output.name for output in prepared.outputs] == ["x0", "x1", "x2", "x3", "town=a", "town=b", "town=c"]


def test_a_fold_that_cannot_be_squared_is_refused_before_anything_is_fitted():
    huge = X.copy()
    huge[5, 1] = 1e200
    with pytest.raises(DataError, match="x1"):
        planned(dataset(X=huge))
