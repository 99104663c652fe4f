"""Rows on the model itself."""

from dataclasses import replace

import numpy as np
import pytest
from judged import evidence

from regcli import checks
from regcli.audit.checklist import model
from regcli.audit.checklist.points import Along
from regcli.audit.stability import STEADY
from regcli.checks import Verdict

HOLDS, LOOK, FAILS, ABSENT, UNKNOWN = Verdict.HOLDS, Verdict.LOOK, Verdict.FAILS, Verdict.ABSENT, Verdict.UNKNOWN
NAMES = np.array(["a", "b", "c"], dtype=object)


def with_sizes(*sizes, **changes):
    names = np.array([f"x{i}" for i in range(len(sizes))], dtype=object)
    size = np.array([sizes], dtype=float)
    parts = {"coefficient": size, "standardized": size, "frequency": np.ones_like(size), "agreement": np.ones_like(size)}
    return evidence(feature=names, source=names, **{**parts, **changes})


def test_unscaled_columns_are_told_by_their_sds():
    def at(sd, scale="none"):
        return model.scaled(evidence(scale=scale, feature=NAMES, coefficient=np.ones((1, 3)), standardized=np.array([sd])))

    assert at([1.0, 2.0, 2.5]).verdict is HOLDS
    assert at([1.0, 20.0, 2.5]).verdict is LOOK
    assert at([1.0, 20.0, 2.5]).numbers == {"sd_ratio": 20.0}
    assert at([1.0, 20.0, 2.5], "standard").verdict is HOLDS
    assert model.scaled(evidence(penalty="none")).verdict is ABSENT


def on_path(mean, best, error=0.1, converged=None):
    n = len(mean)
    points = {
        "path": np.zeros(n, dtype=int),
        "lam": np.geomspace(1, 1e-3, n),
        "mean": np.array(mean),
        "error": np.full(n, error),
        "converged": np.ones(n, bool) if converged is None else converged,
        "kkt": np.full(n, 1e-9),
        "n_nonzero": np.arange(n),
        "df": np.arange(n) + 1.0,
    }
    return evidence(points={**points, "selected": best, "best": best, "weakest": n - 1})


def test_the_edge_of_a_grid_matters_where_the_curve_still_falls():
    falling = np.linspace(2.0, 1.0, 11)
    assert model.grid(on_path(falling, 10)).verdict is LOOK
    assert model.grid(on_path(falling, 10)).numbers["edge_gain"] == pytest.approx(1.0)
    assert "lambdas.min_ratio" in model.grid(on_path(falling, 10)).remedy
    assert model.grid(on_path(falling, 10, error=20.0)).verdict is HOLDS
    assert model.grid(on_path(falling[::-1], 0)).verdict is LOOK
    assert "lambdas.max" in model.grid(on_path(falling[::-1], 0)).remedy
    assert model.grid(on_path([2.0, 1.0, 2.0], 1)).numbers == {"points": 3, "edge_gain": 0.0}
    assert model.grid(on_path([1.0], 0)).verdict is LOOK


def test_a_point_that_was_left_out_counts_where_it_would_have_been_the_best():
    def at(mean, out):
        converged = np.ones(3, bool)
        converged[out] = False
        return model.convergence(on_path(mean, 1, converged=converged))

    assert at([2.0, 1.0, 1.5], [2]).verdict is HOLDS
    assert at([2.0, 1.0, 0.5], [2]).verdict is LOOK
    assert at([2.0, 1.0, 0.5], [1]).verdict is FAILS
    assert at([2.0, 1.0, np.nan], [2]).numbers["left_out"] == pytest.approx(1 / 3)


def test_many_drivers_that_carry_little_each_are_told():
    assert model.drivers(with_sizes(3, 1)).numbers == {"top10": 1.0, "first": 0.75}
    assert model.drivers(with_sizes(*[1.0] * 30)).verdict is LOOK
    assert model.drivers(with_sizes(*[1.0] * 30)).numbers["top10"] == pytest.approx(1 / 3)
    assert model.drivers(with_sizes(*[10.0] * 5, *[1.0] * 25)).verdict is HOLDS
    assert model.drivers(with_sizes(0, 0)).verdict is ABSENT
    assert model.drivers(with_sizes()).verdict is UNKNOWN


def test_drivers_are_those_of_permutation_importance_where_the_run_has_it():
    told = {"columns": ["b", "a"], "largest_share": 0.4, "top10_share": 0.45}
    e = with_sizes(9, 1, metrics={"importance": told})
    found = model.drivers(type(e)(**{**e.__dict__, "metrics": {**e.metrics, "n_inputs": 40}}))
    assert (found.verdict, found.numbers) == (LOOK, {"top10": 0.45, "first": 0.4})
    assert found.said == "the top 10 of 40 input columns carry 45%, b, a first (40%)"


def test_signs_that_change_and_supports_that_change_are_told():
    stable = {"metrics": {"stability": {"phi": 0.5, "weighted_frequency": 0.95}}}
    assert model.stability(with_sizes(3, 1, **stable)).verdict is HOLDS
    unstable = {"stability": {"phi": 0.9, "weighted_frequency": 0.7}}
    assert model.stability(with_sizes(3, 1, metrics=unstable)).verdict is LOOK
    assert checks.STEADY == STEADY
    # of an older run
    assert model.stability(with_sizes(3, 1, metrics={"stability": {"phi": 0.2}})).verdict is LOOK
    assert model.stability(with_sizes(3, 1, metrics={"stability": {"phi": 0.7}})).verdict is HOLDS
    found = model.stability(with_sizes(3, 1, agreement=np.array([[1.0, 0.5]]), **stable))
    assert found.verdict is LOOK
    assert "x1 keeps its sign in 50% of the folds" in found.said
    # what is next to nothing in a dense model has a sign by chance
    small = with_sizes(3, 1, 1e-14, penalty="none", agreement=np.array([[1.0, 1.0, 0.0]]), **stable)
    assert model.stability(small).verdict is HOLDS
    assert "the 2 strongest features keep their signs" in model.stability(small).said


def test_the_stability_of_an_older_run_follows_from_selection_frequencies():
    share = np.array([[1.0, 0.75, 0.25, 0.25]])
    e = with_sizes(1, 1, 1, 1, frequency=share, metrics={"stability": None})
    e = type(e)(**{**e.__dict__, "metrics": {**e.metrics, "folds": {**e.metrics["folds"], "weight": [1.0] * 4}}})
    # as of the four supports of Nogueira and others' example
    assert model.stability(e).numbers["phi"] == pytest.approx(0.2380952, abs=5e-8)


@pytest.mark.parametrize(
    ("left", "sizes", "verdict"),
    [
        (0.5, (9.9, 0.1), HOLDS),
        (0.05, (9.9, 0.1), LOOK),
        (0.005, (8.5, 1.5), FAILS),
        (0.05, (2, 3, 4), HOLDS),
        (0.0001, (2, 3, 4), LOOK),
    ],
)
def test_what_is_too_good_to_be_true_looks_like_a_leak(left, sizes, verdict):
    found = model.leakage(with_sizes(*sizes, metrics={"null_model": 1.0, "validation": left, "train": left}))
    assert found.verdict is verdict


def test_a_wide_model_that_over_fits_nothing_looks_like_a_leak():
    sizes = [1.0] * 40
    points = {"mean": np.array([0.05, 0.05]), "best": 0, "weakest": 1}
    e = with_sizes(*sizes, metrics={"null_model": 1.0, "validation": 0.05, "train": 0.05}, points=points)
    assert model.leakage(e).verdict is LOOK
    over_fitted = with_sizes(*sizes, metrics={"null_model": 1.0, "validation": 0.05, "train": 0.01}, points=points)
    assert model.leakage(over_fitted).verdict is HOLDS


def test_more_columns_than_degrees_of_freedom_have_no_single_solution():
    def at(df, penalty="lasso"):
        return model.unique(with_sizes(1, 1, 1, penalty=penalty, points={"df": np.array([df]), "selected": 0}))

    assert at(4.0).verdict is HOLDS
    assert at(3.0).verdict is LOOK
    assert at(3.0).numbers == {"spare": 1.0}
    assert at(2.2, "ridge").verdict is HOLDS
    assert at(np.nan).verdict is ABSENT


def beyond(values, mean, best, *, axis="shrinkage", last=0.0, **points):
    """A path of another family, whose model has no coefficients."""
    n = len(values)
    found = on_path(mean, best)
    more = {"lam": np.array(values, dtype=float), "along": (Along(axis, 2, last),), "n_nonzero": np.full(n, 3)}
    nothing = {name: np.zeros((1, 0)) for name in ("coefficient", "standardized", "frequency", "agreement")}
    empty = np.array([], dtype=object)
    return replace(found, points=replace(found.points, **{**more, **points}), feature=empty, source=empty, **nothing)


def test_the_edge_of_another_axis_is_told_by_its_name_and_what_widens_it():
    falling = [2.0, 1.5, 1.0]
    found = model.grid(beyond([9, 3, 1], falling, 2))
    assert found.verdict is LOOK
    assert "the weakest end of its grid (shrinkage = 1), and still gained" in found.said
    assert "`estimators.2.min`" in found.remedy
    assert "`estimators.2.max`" in model.grid(beyond([9, 3, 1], falling[::-1], 0)).remedy
    assert "`estimators.2.max`" in model.grid(beyond([1, 3, 9], falling, 2, axis="rounds", last=1e9)).remedy
    # weaker than nothing there is not
    assert model.grid(beyond([9, 3, 0], falling, 2)).verdict is HOLDS
    assert "a single rounds" in model.grid(beyond([4], [1.0], 0, axis="rounds")).said
    assert "3 values of shrinkage" in model.grid(beyond([9, 3, 1], [2, 1, 2], 1)).said


def test_nothing_is_said_of_coefficients_or_certificates_where_there_are_none():
    found = beyond([9, 3, 1], [2, 1, 2], 1)
    assert [judge(found).verdict for judge in (model.scaled, model.stability, model.unique)] == [ABSENT] * 3
    assert model.convergence(found).said == "every fit behind the choice ended properly"
    stopped = model.convergence(beyond([9, 3, 1], [2, 1, 2], 1, converged=np.array([True, False, True])))
    assert (stopped.verdict, "certificate" in stopped.said) == (FAILS, False)
    assert model.drivers(beyond([9, 3, 1], [2, 1, 2], 1, n_nonzero=np.zeros(3, dtype=int))).verdict is ABSENT
