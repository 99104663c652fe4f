"""The bootstrap's optimism: that of an independent computation, from training rows alone."""

from dataclasses import replace

import numpy as np
import pytest
from in_memory import TWO, N, X, Y, dataset, fitted
from sklearn.linear_model import Lasso
from sklearn.preprocessing import StandardScaler

from regcli.audit.bootstrap import Bootstrap, Resampled, counts
from regcli.engine import InMemory
from regcli.errors import DataError

KFOLD = {"kind": "kfold", "n_splits": 3}


def nobody(*_):
    pass


def asked(rows, resamples=5, **config):
    outcome = fitted(rows, **{"cv": KFOLD, "bootstrap": {"resamples": resamples}, **config})
    return outcome, Bootstrap().look(outcome, nobody, InMemory())


def test_it_is_not_made_unless_it_is_asked_for():
    assert Bootstrap().look(fitted(dataset()), nobody, InMemory()) is None


def test_the_optimism_is_that_of_weighted_fits_of_scikit_learn():
    outcome, found = asked(dataset(), lambdas={"values": [0.1]})
    optimism = []
    for b in range(5):
        times = counts(outcome.plan, np.random.default_rng([0, b, 0]))
        assert times.sum() == N
        scaler = StandardScaler().fit(X, sample_weight=times)
        model = Lasso(alpha=0.1, tol=1e-12, max_iter=100_000).fit(scaler.transform(X), Y, sample_weight=times)
        squared = (Y - model.predict(scaler.transform(X))) ** 2
        optimism.append(squared.mean() - np.average(squared, weights=times))
    numbers = found.numbers
    assert numbers["optimism"] == pytest.approx(np.mean(optimism), rel=1e-6)
    assert numbers["se"] == pytest.approx(np.std(optimism, ddof=1) / 5**0.5, rel=1e-5)
    assert numbers["apparent"] == outcome.metrics["refit"]["mse"]
    assert numbers["estimate"] == pytest.approx(numbers["apparent"] + np.mean(optimism))
    r2 = numbers["scores"]["r2"]
    assert r2["estimate"] == pytest.approx(r2["apparent"] - r2["optimism"])


def test_every_step_is_repeated_so_that_resamples_choose_for_themselves():
    outcome, found = asked(dataset(), 8, penalty=["ridge", "lasso"], lambdas={"count": 10}, select={"rule": "min"})
    assert 0 < found.numbers["same_model"] <= 1
    chosen = outcome.metrics["selected"]
    _, held = asked(dataset(), 8, penalty=chosen["penalty"], lambdas={"values": [chosen["lambda"]]})
    assert found.numbers["apparent"] == pytest.approx(held.numbers["apparent"], rel=1e-6)
    assert found.numbers["optimism"] != pytest.approx(held.numbers["optimism"], rel=1e-3)


def test_rows_of_the_holdout_are_never_drawn():
    rows = replace(dataset(), holdout=np.array(["F"] * 12 + ["T"] * (N - 12), dtype=object))
    held = {"holdout": {"column": "held", "test_value": "F"}}
    spoilt = rows.features.numeric.copy(order="F")
    spoilt[:12] = np.nan
    y = np.where(np.arange(N) < 12, np.nan, rows.y)
    poisoned = replace(rows, y=y, features=replace(rows.features, numeric=spoilt))
    assert repr(asked(poisoned, **held)[1].numbers) == repr(asked(rows, **held)[1].numbers)


def test_groups_are_drawn_as_a_whole():
    group = np.array([str(i // 3) for i in range(N)], dtype=object)
    settings = {
        "dataset": {"kind": "csv", "path": "made.csv", "target": "y", "group": "g"},
        "cv": {"kind": "group", "n_splits": 3},
    }
    outcome, found = asked(replace(dataset(), group=group), **settings)
    times = counts(outcome.plan, np.random.default_rng(0)).reshape(-1, 3)
    assert (times == times[:, :1]).all()
    assert np.isfinite(found.numbers["estimate"])


def test_a_resample_without_a_class_is_drawn_again():
    y = np.zeros(N)
    y[:2] = 1.0  # as good as always one of the two is drawn, seldom both
    _, found = asked(dataset("two", y=y), 4, cv={"kind": "stratified", "n_splits": 2}, penalty="ridge")
    assert found.numbers["redrawn"] > 0
    assert np.isfinite(found.numbers["estimate"])


def test_what_cannot_be_searched_however_often_it_is_drawn_gives_a_warning(monkeypatch):
    def nothing(*_):
        raise DataError("fold 0 has no rows.")

    outcome = fitted(dataset("two", y=TWO), cv=KFOLD, bootstrap={"resamples": 3})
    monkeypatch.setattr("regcli.audit.bootstrap.inner_splits", nothing)
    found = Bootstrap().look(outcome, nobody, InMemory())
    assert found.numbers == {}
    assert found.warnings == ("no bootstrap estimate: resample 1, drawn 20 times, cannot be searched: fold 0 has no rows.",)


def test_finished_resamples_are_kept_and_read_back_as_they_were():
    outcome = fitted(dataset(), cv=KFOLD, bootstrap={"resamples": 3})
    store, told = InMemory(), []

    def interrupt(done, of, _what):
        told.append((done, of))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Bootstrap().look(outcome, interrupt, store)
    assert told == [(0, 3), (1, 3), (2, 3)]
    piece = store.get("bootstrap-1", Resampled.of).piece()
    assert repr(Resampled.of(piece)) == repr(store.get("bootstrap-1", Resampled.of))
    resumed = Bootstrap().look(outcome, nobody, store)
    assert repr(resumed.numbers) == repr(Bootstrap().look(outcome, nobody, InMemory()).numbers)
