import json

import numpy as np
import pytest
from in_memory import dataset, fitted
from sklearn.linear_model import lasso_path
from sklearn.preprocessing import StandardScaler

import regcli
from regcli.audit import audit
from regcli.audit.halves import Halves
from regcli.audit.pairs import Pairs, end_of, selected_at
from regcli.engine import InMemory
from regcli.linear import PathFit

N, P, Q = 80, 30, 4
RNG = np.random.default_rng(2)
X = RNG.normal(size=(N, P))
Y = X[:, :3] @ [1.5, -1.0, 1.0] + RNG.normal(size=N)
FOLD = np.array([str(i % 4) for i in range(N)], dtype=object)
WANTED = {"kind": "complementary_pairs", "pairs": 12, "max_selected": Q, "threshold": 0.7}


def selection(rows, store=None, **config):
    outcome = audit(fitted(rows, lambdas={"count": 20}, stability=WANTED, **config), lambda *_: None, store)
    found = outcome.audits["stability"]
    return outcome, found.numbers, found.tables["stability.csv"].pairs, found.warnings


def by_scikit_learn(rows, q):
    """Columns in use on the lasso path of some rows where it has q of them; the largest where it has more."""
    Z = StandardScaler().fit_transform(X[rows])
    alphas = np.geomspace(1.0, 1e-3, 400) * np.abs(Z.T @ (Y[rows] - Y[rows].mean())).max() / len(rows)
    coef = lasso_path(Z, Y[rows] - Y[rows].mean(), alphas=alphas, tol=1e-10, max_iter=100_000)[1].T
    return set(np.flatnonzero(coef[np.flatnonzero((coef != 0).sum(axis=1) >= q)[0]]).tolist())


def test_halves_select_what_their_own_lasso_paths_do():
    outcome, numbers, pairs, warnings = selection(dataset(X=X, y=Y, fold=FOLD))
    rows = outcome.prepared.full.rows
    drawn = Halves.draw(outcome.prepared, 12)
    times, differ = np.zeros(P), 0
    for side in (side for first in drawn.first for side in (first, ~first)):
        theirs = by_scikit_learn(rows[side], Q)
        times[list(theirs)] += 1 / 24
        differ += len(theirs) - Q
    # on a finer grid a column more or less may be in use at the end
    assert np.abs(pairs.frequency - times).max() <= (2 + differ) / 24
    assert np.abs(pairs.frequency - times).sum() <= (4 + 2 * differ) / 24
    assert pairs.recommended[:3].all()
    assert numbers["n_selected"] == Q
    assert numbers["n_recommended"] == int((pairs.frequency >= 0.7).sum())
    assert numbers["expected_false"] == pytest.approx(Q**2 / (0.4 * P))
    assert not [text for text in warnings if text.startswith("stability")]


@pytest.mark.parametrize("target", ["two", "three"])
def test_classes_select_too(target):
    classes = 2 if target == "two" else 3
    y = np.digitize(Y, np.quantile(Y, np.arange(1, classes) / classes)).astype(float)
    _, numbers, pairs, _ = selection(dataset(target, X=X, y=y, fold=FOLD))
    assert pairs.recommended[0]
    assert numbers["n_selected"] == pytest.approx(Q, abs=0.5)
    assert pairs.frequency[3:].mean() < 0.15


@pytest.mark.parametrize("penalty", ["ridge", "none"])
def test_where_the_penalty_selects_nothing_the_lasso_does_and_it_is_said(penalty):
    plain = selection(dataset(X=X, y=Y, fold=FOLD))[2]
    _, numbers, pairs, warnings = selection(dataset(X=X, y=Y, fold=FOLD), penalty=penalty)
    assert numbers["pairs_by"] == "lasso"
    assert pairs.frequency.tolist() == plain.frequency.tolist()
    assert any(f"{penalty} selects no features; halves select them by the lasso" in text for text in warnings)


def test_columns_without_a_penalty_are_never_selected_nor_counted():
    _, numbers, pairs, _ = selection(dataset(X=X, y=Y, fold=FOLD), penalty={"kind": "lasso", "factors": {"x0": 0}})
    assert numbers["n_candidates"] == P - 1
    assert numbers["n_selected"] == Q
    assert pairs.frequency[0] == 0
    assert not pairs.recommended[0]
    assert pairs.recommended[1:3].all()


def test_an_elastic_net_selects_by_its_own_l1_ratio():
    _, numbers, pairs, _ = selection(dataset(X=X, y=Y, fold=FOLD), penalty={"kind": "elasticnet", "l1_ratio": 0.3})
    assert numbers["pairs_by"] == "elasticnet 0.3"
    assert pairs.recommended[:3].all()


def test_levels_of_a_column_count_together_for_their_source():
    plain = selection(dataset(X=X[:, :4], y=Y, fold=FOLD), preprocess={"polynomial": {"degree": 2}})[2]
    assert (plain.source_frequency >= plain.frequency).all()


def test_finished_pairs_are_taken_from_the_store_and_resumed():
    kept = InMemory()
    first = selection(dataset(X=X, y=Y, fold=FOLD), kept)[2]
    assert selection(dataset(X=X, y=Y, fold=FOLD), kept)[2].frequency.tolist() == first.frequency.tolist()
    assert kept.get("stability-10", lambda piece: piece) is not None


def test_rows_in_the_order_of_time_are_no_independent_samples():
    from dataclasses import replace

    warnings = selection(replace(dataset(X=X, y=Y, fold=FOLD), ordered=True))[3]
    assert any("order of time" in text for text in warnings)


def path(*points):
    coef = np.array(points, dtype=float)[:, :, None]
    n = len(coef)
    return PathFit(
        np.geomspace(1, 0.1, n), np.zeros((n, 1)), np.arange(coef.shape[1]), coef, coef.shape[1], np.zeros(n, dtype=int), False
    )


def test_a_half_selects_what_is_in_use_where_it_first_has_so_many():
    every, size = np.ones(4, dtype=bool), np.ones(4)
    walked = path([0, 0, 0, 0], [1, 0, 0, 0], [2, 0, 0.5, 0.1], [3, 1, 1, 1])

    def chosen(counted, most, size=size):
        return selected_at(end_of(walked, counted, most), size, counted, most).tolist()

    assert chosen(every, 1) == [0]
    # two enter at once, and one is too many: the larger stays
    assert chosen(every, 2) == [0, 2]
    assert chosen(every, 2, np.array([1, 1, 1, 9.0])) == [0, 3]
    assert sorted(chosen(every, 3)) == [0, 2, 3]
    assert sorted(chosen(every, 9)) == [0, 1, 2, 3]
    assert chosen(np.array([False, True, True, True]), 1) == [2]


def test_numbers_of_the_recommended_and_the_bound():
    found = Pairs(
        "lasso", 50, 100, 50, 0.6, 1000, np.array([0.6, 0.59, 0.9]), np.array([0.6] * 3), 50.0, np.array([True, True, False])
    )
    assert found.recommended.tolist() == [True, False, False]
    numbers = found.numbers()
    assert numbers["expected_false"] == pytest.approx(12.5)
    assert numbers["expected_false_unimodal"] == pytest.approx(6.57895, abs=5e-6)


def test_a_run_tells_what_halves_select(tmp_path):
    settings = {"stability": WANTED, "lambdas.count": 10}
    run = regcli.fit(data=(X, Y), penalty="lasso", settings=settings, runs=tmp_path)
    table = run.stability
    assert table["pairs_frequency"].iloc[:3].min() >= 0.7
    assert table["recommended"].sum() == run.metrics["stability"]["n_recommended"]
    assert json.loads((run.path / "metrics.json").read_text())["stability"]["max_selected"] == Q
