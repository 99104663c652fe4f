import numpy as np
import pytest
from in_memory import RNG, X, Y, dataset, fitted
from scipy import stats

from regcli.audit.beyond import Beyond
from regcli.engine import InMemory
from regcli.noise import holm

OTHERS = [{"kind": "tree", "count": 10}, {"kind": "boosting", "max": 30, "count": 5, "min_samples_leaf": 5}]


def found(rows, **config):
    outcome = fitted(rows, **config)
    audited = Beyond().look(outcome, lambda *_: None, InMemory())
    return outcome, None if audited is None else audited.numbers


def test_without_both_sides_it_is_not_asked():
    assert found(dataset(), penalty=["ridge", "lasso"])[1] is None
    assert found(dataset(), penalty=[], estimators=OTHERS)[1] is None


@pytest.mark.parametrize("metric", ["mse", "r2"])
def test_the_gain_is_tested_over_the_folds_and_corrected_for_the_number_of_kinds(metric):
    config = {"penalty": ["ridge", "lasso"], "estimators": OTHERS, "select": {"metric": metric}}
    outcome, told = found(dataset(), **config)
    sign = 1 if metric == "mse" else -1
    losses = {}
    for path in outcome.paths:
        by_fold = sign * path.validation[metric]
        losses[path.path.penalty] = by_fold[:, np.argmin(by_fold.mean(axis=0))]
    linear = min(("ridge", "lasso"), key=lambda name: losses[name].mean())
    others = sorted(("tree", "boosting"), key=lambda name: losses[name].mean())
    p = []
    for name in others:
        d = losses[name] - losses[linear]
        p.append(stats.t.cdf(d.mean() / np.sqrt((1 / 3 + 1 / 2) * d.var(ddof=1)), 2))
    gain = (losses[linear] - losses[others[0]]).mean()
    assert (told["linear"], told["other"]) == (linear, others[0])
    assert told["gain"] == pytest.approx(gain)
    assert told["gain_relative"] == pytest.approx(gain / abs(losses[linear].mean()))
    assert told["p"] == pytest.approx(holm(p)[0])
    assert told["level"] == 0.1  # of a single K-fold
    assert (told["linear_mean"], told["other_mean"]) == pytest.approx(
        (sign * losses[linear].mean(), sign * losses[others[0]].mean())
    )


def test_a_step_is_worth_a_tree_and_a_line_is_not():
    step = np.where(X[:, 0] * (X[:, 1] - 5) > 0, 3.0, 0.0) + 0.1 * RNG.normal(size=len(X))
    _, told = found(dataset(y=step), penalty=["ridge"], estimators=OTHERS)
    assert told["gain_relative"] > 0.3
    _, told = found(dataset(y=Y), penalty=["ridge"], estimators=OTHERS)
    assert told["gain"] < 0
