"""Nested estimates: those of scikit-learn's own nested search, from rows that no part of the search has seen."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import N, X, Y, dataset, fitted, planned
from sklearn.linear_model import Lasso
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from regcli.audit import audit
from regcli.audit.nested import Nested
from regcli.engine import InMemory, run
from regcli.errors import DataError, FitError

LAMBDAS = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01]
KFOLD = {"kind": "kfold", "n_splits": 4, "seed": 3}


def nobody(*_):
    pass


def nested(rows, *, outer=None, **config):
    config = {"cv": KFOLD, "lambdas": {"values": LAMBDAS}, "select": {"rule": "min"}, **config}
    outcome = fitted(rows, nested={"outer": {"n_splits": 5} if outer is None else outer}, **config)
    found = Nested().look(outcome, nobody, InMemory())
    return outcome, found.numbers


def test_the_estimate_is_that_of_a_search_nested_in_scikit_learn():
    outcome, found = nested(dataset())
    scores, chosen = [], []
    for train, test in KFold(5, shuffle=True, random_state=0).split(X):
        model = make_pipeline(StandardScaler(), Lasso(tol=1e-10, max_iter=100_000))
        inner = KFold(4, shuffle=True, random_state=3)
        search = GridSearchCV(model, {"lasso__alpha": LAMBDAS}, cv=inner, scoring="neg_mean_squared_error").fit(
            X[train], Y[train]
        )
        scores.append(mean_squared_error(Y[test], search.predict(X[test])))
        chosen.append(search.best_params_["lasso__alpha"])
    assert found["mean"] == pytest.approx(np.mean(scores), rel=1e-6)
    assert found["se"] == pytest.approx(np.std(scores, ddof=1) / 5**0.5, rel=1e-5)
    assert found["folds"]["score"] == pytest.approx(scores, rel=1e-6)
    assert found["folds"]["lambda"] == pytest.approx(chosen)
    assert found["lambda_spread"] == pytest.approx(max(chosen) / min(chosen))
    assert found["optimism"] == pytest.approx(found["mean"] - outcome.metrics["validation"]["mse"])
    assert found["scores"]["r2"]["optimism"] == pytest.approx(outcome.metrics["validation"]["r2"] - found["scores"]["r2"]["mean"])


@pytest.mark.parametrize("target", ["y", "two", "three"])
def test_rows_of_the_holdout_and_outer_rows_are_in_no_part_of_a_search(target):
    held = np.array(["F"] * 12 + ["T"] * (N - 12), dtype=object)
    rows = replace(dataset(target), holdout=held)
    config = {
        "penalty": ["ridge", "lasso"],
        "cv": {"kind": "kfold" if target == "y" else "stratified", "n_splits": 3},
        "lambdas": {"values": [0.2, 0.05]},
        "model": {"tol": 1e-6},
        "holdout": {"column": "held", "test_value": "F"},
        "nested": {"outer": {"n_splits": 3}},
    }

    def swept(spoil=slice(0), X=0.0, y=None):
        numeric, target = rows.features.numeric.copy(order="F"), rows.y.copy()
        numeric[spoil, :], target[spoil] = X, target[spoil] if y is None else y
        prepared = planned(replace(rows, y=target, features=replace(rows.features, numeric=numeric)), **config)
        return audit(run(prepared, save_model=False), nobody)

    def numbers(outcome):
        return repr([outcome.metrics, *(found.numbers for found in outcome.audits.values())])

    before = swept()
    if target == "y":
        assert numbers(swept(slice(12), np.nan, np.nan)) == numbers(before)
    assert numbers(swept(slice(12), 1e200, 1e200 if target == "y" else 0.0)) == numbers(before)
    # the rows that an outer fold is judged on change its score, and nothing of its search
    mine, theirs = (
        found.audits["nested"].numbers["folds"] for found in (before, swept(before.plan.splits.outer[1].validation, 1e6))
    )
    for key in ("model", "lambda", "n_nonzero", "plain"):
        assert mine[key][1] == theirs[key][1]
    assert mine["score"][1] != theirs["score"][1]


@pytest.mark.parametrize(
    ("target", "cv", "outer", "kind"),
    [
        ("y", KFOLD, {}, "kfold"),
        ("two", {"kind": "stratified", "n_splits": 3}, {}, "stratified"),
        ("two", {"kind": "leave_one_out"}, {"n_splits": 2}, "stratified"),
        ("y", {"kind": "shuffle_split", "n_splits": 3}, {}, "kfold"),
        ("y", {"kind": "predefined", "column": "fold"}, {}, "predefined"),
        ("y", {"kind": "time_series", "n_splits": 3}, {"n_splits": 3}, "time_series"),
        ("y", KFOLD, {"kind": "leave_one_out"}, "leave_one_out"),
    ],
)
def test_outer_folds_take_after_the_folds(target, cv, outer, kind):
    outcome, found = nested(dataset(target), outer=outer, cv=cv, lambdas={"values": [0.1, 0.05]})
    assert found["kind"] == outcome.plan.splits.outer_kind == outcome.plan.config.nested.outer.kind == kind
    assert np.isfinite(found["mean"])
    assert np.isfinite(found["scores"]["r2" if target == "y" else "roc_auc"]["mean"])


def test_what_would_leak_is_refused():
    groups = replace(dataset(), group=np.array([str(i // 2) for i in range(N)], dtype=object))
    config = {"dataset": {"kind": "csv", "path": "made.csv", "target": "y", "group": "g"}, "nested": {"outer": {"n_splits": 3}}}
    assert planned(groups, **config, cv={"kind": "group"}).plan.splits.outer_kind == "group"
    with pytest.raises(DataError, match="one group on both sides") as caught:
        planned(groups, **config, cv={"kind": "kfold"})
    assert caught.value.remedies == ({"nested.outer.kind": "group"},)
    ordered = replace(dataset(), ordered=True)
    with pytest.raises(DataError, match="rows that are later"):
        planned(ordered, nested={"outer": {"kind": "kfold"}})
    assert planned(ordered, nested={}, cv={"kind": "time_series"}).plan.splits.outer_kind == "time_series"


def test_rows_that_do_not_suffice_are_told_of_before_anything_is_fitted():
    with pytest.raises(DataError, match=r"the training rows of outer fold 0 alone: made here: 40 training rows for 50 folds"):
        planned(dataset(), cv={"kind": "kfold", "n_splits": 50}, nested={"outer": {"n_splits": 3}})
    with pytest.raises(DataError, match=r"70 folds of nested\.outer\.kind kfold"):
        planned(dataset(), cv=KFOLD, nested={"outer": {"n_splits": 70}})


def test_finished_outer_folds_are_not_searched_again():
    outcome = fitted(dataset(), cv=KFOLD, nested={"outer": {"n_splits": 3}})
    store, seen = InMemory(), []

    def interrupt(done, of, what):
        seen.append((done, of, what))
        if what.startswith("outer fold 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Nested().look(outcome, interrupt, store)
    total = outcome.prepared.n_fits
    assert {of for _, of, _ in seen} == {3 * total}
    assert [done for done, *_ in seen] == sorted(done for done, *_ in seen)
    resumed: list[str] = []
    found = Nested().look(outcome, lambda _done, _of, what: resumed.append(what), store)
    assert not any(what.startswith("outer fold 1") for what in resumed)
    assert repr(found.numbers) == repr(Nested().look(outcome, nobody, InMemory()).numbers)


def test_kept_pieces_read_back_as_they_were():
    from regcli.audit.nested import Judged

    outcome = fitted(
        dataset("three"), cv={"kind": "kfold", "n_splits": 3}, penalty=["ridge", "lasso"], nested={"outer": {"n_splits": 3}}
    )
    store = InMemory()
    before = Nested().look(outcome, nobody, store)

    class Read:
        def get(self, key, read):
            return read(store.get(key, Judged.of).piece())

    assert repr(Nested().look(outcome, nobody, Read()).numbers) == repr(before.numbers)


def test_an_outer_fold_on_which_nothing_can_be_selected_gives_no_estimate_and_a_warning(monkeypatch):
    def nothing(*_, **__):
        raise FitError("none of the 3 grid points converged")

    outcome = fitted(dataset(), cv=KFOLD, nested={"outer": {"n_splits": 3}})
    monkeypatch.setattr("regcli.audit.nested.search", nothing)
    found = Nested().look(outcome, nobody, InMemory())
    assert found.numbers == {}
    assert found.warnings == (
        "no nested estimate: the search on the training rows of outer fold 0 found nothing: none of the 3 grid points converged",
    )
