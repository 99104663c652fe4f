from dataclasses import replace

import numpy as np
import pytest
from in_memory import dataset, fitted

from regcli.audit import audit
from regcli.audit.stability import Stability, representative
from regcli.engine import InMemory

UNSTABLE = "the chosen features are not the same in every fold"
N = 120
FOLD = np.array([str(i % 5) for i in range(N)], dtype=object)
NETS = ["lasso", {"kind": "elasticnet", "l1_ratio": [0.5]}]


def made(seed, *, twins):
    """Ten columns, four with an effect; and copies of these that differ by a little noise."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, 10))
    y = X[:, :4] @ np.array([1.0, -1.0, 0.8, 0.6]) + rng.normal(size=N)
    copies = [X[:, :4] + 0.03 * rng.normal(size=(N, 4)) for _ in range(twins)]
    return dataset(X=np.column_stack([X, *copies]), y=y, fold=FOLD)


def audited(rows, **config):
    outcome = audit(fitted(rows, lambdas={"count": 40}, **config), lambda *_: None)
    return outcome.audits["stability"].numbers, [text for text in outcome.warnings if UNSTABLE in text]


def test_nothing_is_cried_of_columns_that_are_all_their_own():
    for seed in range(6):
        numbers, warnings = audited(made(seed, twins=0))
        assert warnings == []
        assert numbers["weighted_frequency"] > 0.9


def test_columns_that_stand_in_for_one_another_lower_phi_and_are_warned_of_and_the_elastic_net_restores_it():
    plain = np.mean([audited(made(seed, twins=0))[0]["phi"] for seed in range(4)])
    numbers, warnings = zip(*(audited(made(seed, twins=2)) for seed in range(4)), strict=True)
    assert np.mean([found["phi"] for found in numbers]) < plain - 0.3
    assert sum(map(bool, warnings)) >= 3
    (text,) = next(found for found in warnings if found)
    assert "penalty: {kind: elasticnet, l1_ratio: 0.5}" in text
    net = [audited(made(seed, twins=2), penalty=NETS[1])[0]["phi"] for seed in range(4)]
    assert np.mean(net) > np.mean([found["phi"] for found in numbers]) + 0.3


def test_what_the_elastic_net_does_is_measured_where_the_run_has_one():
    told = []
    for seed in range(4):
        rows = made(seed, twins=2)
        outcome = fitted(rows, lambdas={"count": 40}, penalty=NETS)
        if outcome.paths[outcome.choice.path].path.penalty == "lasso":
            told += [text for text in audit(outcome, lambda *_: None).warnings if UNSTABLE in text]
    assert told
    assert all("elasticnet 0.5, among this run's paths, has Φ = 0." in text for text in told)


def test_a_path_is_represented_by_the_rule_or_by_its_best_point():
    outcome = fitted(dataset(), select={"rule": "min"})
    assert representative(outcome.paths[0], outcome.summaries[0], outcome.choice) == outcome.choice.index
    outcome = fitted(dataset())
    assert representative(outcome.paths[0], outcome.summaries[0], outcome.choice) == outcome.choice.index


@pytest.mark.parametrize("penalty", ["none", "ridge", "lasso"])
def test_every_penalty_has_numbers(penalty):
    numbers, _ = audited(made(0, twins=0), penalty=penalty)
    assert 0 < numbers["frequency"] <= 1


def test_a_model_without_coefficients_is_not_asked_and_who_asks_for_halves_is_told():
    for asked, told in (({}, None), ({"stability": "complementary_pairs"}, "has no coefficients")):
        outcome = fitted(dataset(), **asked)
        outcome = replace(outcome, portrait=replace(outcome.portrait, coefficients=None))
        found = Stability().look(outcome, lambda *_: None, InMemory())
        assert found is None if told is None else told in found.warnings[0]
