import numpy as np
import pytest
from in_memory import dataset, fitted, planned

from regcli.families.linear.second import Before, adapted, judged, mixture, unmixed
from regcli.linear import PathFit, Penalty
from regcli.linear.stages.initial import First


def path(values, lambdas=(0.2,)):
    coef = np.array(values, dtype=float)[:, :, None]
    n = len(coef)
    return PathFit(
        np.array(lambdas), np.ones((n, 1)), np.arange(coef.shape[1]), coef, coef.shape[1], np.zeros(n, dtype=int), False
    )


def test_a_mixture_and_the_way_back():
    first, refit = path([[1.0, 0.0]]), path([[3.0, 0.0]])
    assert mixture(first, refit, 1.0) is first
    assert mixture(first, refit, 0.0) is refit
    mixed = mixture(first, refit, 0.25)
    assert mixed.coef.ravel().tolist() == [2.5, 0.0]
    np.testing.assert_allclose(unmixed(mixed, first, 0.25).coef, refit.coef)
    assert unmixed(refit, first, 0.0) is refit


def test_weights_are_powers_of_sizes_and_leave_what_is_not_penalised():
    first = First(path([[2.0, -4.0, 0.0, 9.0]]), 0.0)
    ((_, weights),) = adapted([first], Penalty(1.0, np.array([1.0, 1.0, 1.0, 0.0])), 0.5, 2.0)
    np.testing.assert_allclose(weights, [1.0, np.sqrt(2.0), 0.0, 1.0])


def test_relaxed_at_one_is_the_lasso():
    plain = fitted(dataset())
    relaxed = fitted(dataset(), penalty={"kind": "lasso", "stage": "relaxed"})
    lasso, at_one = plain.paths[0], relaxed.paths[0]
    assert at_one.path.gamma == 1
    np.testing.assert_array_equal(lasso.validation["mse"], at_one.validation["mse"])
    np.testing.assert_array_equal(lasso.details.coefficients, at_one.details.coefficients)
    np.testing.assert_array_equal(lasso.df, at_one.df)


def test_refit_none_is_relaxed_at_zero():
    relaxed = fitted(dataset(), penalty={"kind": "lasso", "stage": {"kind": "relaxed", "gamma": 0}})
    alone = fitted(dataset(), penalty={"kind": "lasso", "stage": {"refit": "none"}})
    assert (relaxed.paths[0].path.stage, alone.paths[0].path.stage) == ("relaxed", "refit none")
    np.testing.assert_array_equal(relaxed.paths[0].validation["mse"], alone.paths[0].validation["mse"])


def test_paths_of_an_entry_share_the_first_stage():
    prepared = planned(dataset(), penalty={"kind": "lasso", "stage": {"kind": "relaxed", "gamma": [0, 1]}})
    specs = prepared.paths
    found = judged(prepared.together.sets, specs, [spec.task(prepared) for spec in specs], prepared.executor)
    (one, zero) = found
    for (fit, _, before), (_, _, its) in zip(one, zero, strict=True):
        assert isinstance(before, Before)
        assert before.fit is its.fit is fit


@pytest.mark.parametrize("stage", ["relaxed", "adaptive", {"refit": "ridge", "gamma": 0.2}])
def test_the_certificate_from_the_rows_sees_what_is_wrong(stage):
    outcome = fitted(dataset(), penalty={"kind": "lasso", "stage": stage}, model={"tol": 1e-9}, select={"rule": "min"})
    fitted_path, index = outcome.paths[outcome.choice.path], outcome.choice.index
    assert (fitted_path.kkt[:, index] <= 1e-9).all()
    assert fitted_path.usable[index]
