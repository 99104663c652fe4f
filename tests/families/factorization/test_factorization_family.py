"""Models of ratings as a family: their grid, what they count, how they are kept and used."""

import csv
import io

import numpy as np
import pytest

import regcli
from regcli.advice import advise
from regcli.config import config_from_data
from regcli.errors import DataError, UsageError
from regcli.families.factorization.als import Ratings, path, vanishing

# with so little noise hardly anything need hold the vectors
pytestmark = pytest.mark.filterwarnings("ignore:.*weakest point of the grid")
RNG = np.random.default_rng(6)
N, USERS, ITEMS = 500, 25, 30
U, I = RNG.integers(0, USERS, N), RNG.integers(0, ITEMS, N)
TASTE, STYLE = RNG.normal(size=(USERS, 2)), RNG.normal(size=(ITEMS, 2))
STARS = 3 + (TASTE[U] * STYLE[I]).sum(axis=1) + 0.2 * RNG.normal(size=N)
ENTRY = {"kind": "factorization", "rank": 4, "min": 0.05, "count": 6, "iterations": 1000}


def written(folder, rows=slice(None), extra="", digits=3):
    lines = [f"u{u},i{i},{y:.{digits}f}{extra}" for u, i, y in zip(U[rows], I[rows], STARS[rows], strict=True)]
    folder.mkdir(exist_ok=True)
    file = folder / "ratings.csv"
    file.write_text("\n".join(["who,what,stars" + (",x" if extra else ""), *lines, ""]), encoding="utf-8")
    return file


def config(file, entry=None, **more):
    dataset = {"kind": "csv", "path": str(file), "target": "stars", "user": "who", "item": "what"}
    return {"version": 1, "name": "r", "dataset": dataset, "estimators": [ENTRY if entry is None else entry], **more}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fitted")
    return regcli.fit(config(written(folder), task="regression"), runs=folder / "runs")


def predicted(run, rows, tmp_path):
    file = tmp_path / "new.csv"
    file.write_text("\n".join(["what,who", *(f"{what},{who}" for who, what in rows), ""]), encoding="utf-8")
    from regcli.run import open_run
    from regcli.run.predict import predict_rows

    found = predict_rows(open_run(str(run.path), run.path.parent), file)
    return np.array([float(row["prediction"]) for row in csv.DictReader(io.StringIO(found.encoded("csv").decode()))]), found


def test_vectors_vanish_at_the_strong_end_and_grow_to_what_was_planted(fitted):
    sweep = fitted.sweep
    complexity = [float(value) for value in sweep["complexity"]]
    assert complexity[0] <= USERS + ITEMS
    assert max(complexity) >= 2 * (USERS + ITEMS)
    assert set(sweep["n_nonzero"]) == {2}


def test_without_biases_nothing_is_left_from_the_strong_end_on():
    ratings = Ratings(U, I, STARS, np.ones(N), USERS, ITEMS)
    dense = np.zeros((USERS, ITEMS))
    np.add.at(dense, (U, I), STARS - STARS.mean())
    top = vanishing(ratings)
    assert top == pytest.approx(np.linalg.norm(dense, 2), rel=1e-3)
    above, below = path(ratings, [1.2 * top, 0.8 * top], rank=2, biases=False, max_iter=2000)
    spread = float(np.std(STARS))
    assert (above.rank_in_use(spread), below.rank_in_use(spread)) == (0, 1)


def test_new_rows_get_what_the_model_knows_of_both_sides(fitted, tmp_path):
    known, found = predicted(fitted, [(f"u{u}", f"i{i}") for u, i in zip(U[:50], I[:50], strict=True)], tmp_path)
    assert np.sqrt(np.mean((known - STARS[:50]) ** 2)) < 0.5
    assert not found.warnings
    mixed, found = predicted(fitted, [("u1", "i1"), ("nobody", "i1"), ("u1", "nothing"), ("nobody", "nothing")], tmp_path)
    assert [f"Column {name!r}: 2 rows have levels never seen" in text for name, text in
            zip(("who", "what"), found.warnings, strict=True)] == [True, True]  # fmt: skip
    assert all("the mean and what is known of the rest of its row" in text for text in found.warnings)
    assert mixed[3] == pytest.approx(STARS.mean(), abs=0.5)
    # of nobody's rating of nothing there is the mean alone; known sides add what is theirs
    assert len(set(mixed.round(9))) == 4


def test_where_nobody_is_known_the_column_is_not_the_one_that_was_meant(fitted, tmp_path):
    with pytest.raises(DataError, match="'who' has no level that the model knows"):
        predicted(fitted, [("i1", "i1")], tmp_path)


def test_lists_of_two_retrainings_are_compared(fitted, tmp_path):
    other = regcli.fit(config(written(tmp_path, slice(40, None)), task="regression"), runs=tmp_path / "runs")
    again = regcli.fit(config(written(tmp_path / "same"), task="regression"), runs=tmp_path / "runs")
    apart, alike = (
        regcli.compare(fitted, run).rows.set_index("name").loc["toplists.overlap"] for run in (other, again)
    )  # fmt: skip
    assert 0.3 < apart["value"] < 1
    assert alike["value"] == 1.0


def test_other_columns_are_for_other_models(tmp_path):
    file = written(tmp_path, extra=",0.5")
    file.write_text("\n".join(f"{line[:-3]}{k % 7}" if k else line for k, line in enumerate(file.read_text().split("\n")[:-1])))
    run = regcli.fit(config(file, penalty=[{"kind": "ridge"}], lambdas={"count": 3}), runs=tmp_path / "runs")
    assert set(run.sweep["penalty"]) == {"ridge", "factorization"}


@pytest.mark.parametrize(
    ("entry", "task", "error", "says"),
    [
        (ENTRY, "classification", UsageError, "ratings are numbers"),
        ({**ENTRY, "rank": 0, "biases": False}, "regression", UsageError, "leaves nothing to fit"),
        ({"kind": "tree"}, "regression", DataError, "tree: no feature is left"),
    ],
)
def test_what_does_not_suit_is_told(tmp_path, entry, task, error, says):
    with pytest.raises(error, match=says):
        regcli.sweep(config(written(tmp_path, digits=0), entry, task=task), runs=tmp_path / "runs")


def test_where_there_are_no_input_columns_no_penalty_is_recommended(tmp_path):
    file = config(written(tmp_path), task="regression")
    with pytest.raises(DataError, match="no input column besides those with a role"):
        advise(config_from_data(file, "test", tmp_path))


def test_ratings_of_equal_value_are_no_repetitions(tmp_path):
    file = config(written(tmp_path, digits=0), task="regression")
    once = regcli.sweep(file, runs=tmp_path / "runs")
    assert not any("a second time" in text for text in once.warnings)
