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


def test_what_was_planted_is_found_out_of_fold_by_the_defaults(tmp_path):
    """Ratings in whole stars of two tastes and two biases: the error is the noise, and no more rank is taken than there is."""
    rng, noise = np.random.default_rng(0), 0.5
    users, items, n = 80, 60, 2400
    cells = rng.choice(users * items, n, replace=False)
    u, i = cells // items, cells % items
    level, taste, style = rng.normal(size=users), rng.normal(size=(users, 2)), rng.normal(size=(items, 2))
    stars = np.round(5 + level[u] + rng.normal(size=items)[i] + (taste[u] * style[i]).sum(axis=1) + noise * rng.normal(size=n))
    file = tmp_path / "stars.csv"
    file.write_text("who,what,stars\n" + "".join(f"u{a},i{b},{c:.0f}\n" for a, b, c in zip(u, i, stars, strict=True)))
    entry = {"kind": "factorization", "rank": [1, 2, 4], "count": 8}
    run = regcli.sweep(
        config(file, entry, task="regression", cv={"n_splits": 4}, select={"metric": "rmse"}), runs=tmp_path / "runs"
    )
    sweep = run.sweep
    assert sweep["converged"].all()
    chosen = sweep[sweep["selected"]].iloc[0]
    assert "rank=2;" in chosen["setting"]
    # rounding adds a twelfth to the variance; vectors of some forty ratings are known that well
    floor = np.sqrt(noise**2 + 1 / 12)
    assert floor < chosen["validation_mean"] < 1.2 * floor
    assert chosen["validation_mean"] < 0.35 * float(np.std(stars))


def test_every_point_of_the_default_grid_comes_to_rest_and_it_ends_where_validation_has_turned(tmp_path):
    rng = np.random.default_rng(1)
    users, items, n = 100, 50, 1500
    u, i = rng.integers(0, users, n), np.minimum(rng.geometric(0.05, n) - 1, items - 1)
    mean = 3.5 + 0.4 * rng.normal(size=users)[u] + 0.4 * rng.normal(size=items)[i]
    mean += 0.5 * (rng.normal(size=(users, 3))[u] * rng.normal(size=(items, 3))[i]).sum(axis=1)
    stars = np.clip(np.round(mean + 0.7 * rng.normal(size=n)), 1, 5)
    file = tmp_path / "stars.csv"
    file.write_text("who,what,stars\n" + "".join(f"u{a},i{b},{c:.0f}\n" for a, b, c in zip(u, i, stars, strict=True)))
    run = regcli.sweep(config(file, {"kind": "factorization"}, task="regression"), runs=tmp_path / "runs")
    assert run.sweep["converged"].all()
    means = run.sweep["validation_mean"].to_numpy()
    assert 2 < means.argmin() < len(means) - 4
    assert means[-1] > 1.2 * means.min()


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


def test_where_everybody_is_new_there_is_what_is_known_of_the_items(fitted, tmp_path):
    new, found = predicted(fitted, [("x1", "i1"), ("x2", "i1"), ("x3", "i2")], tmp_path)
    assert [text.split(",")[0] for text in found.warnings] == ["Column 'who': all 3 rows have levels never seen in training"]
    assert new[0] == new[1] != new[2]
    nothing, found = predicted(fitted, [("x1", "j1"), ("x2", "j1")], tmp_path)
    assert nothing[0] == nothing[1] == pytest.approx(STARS.mean(), abs=0.3)
    assert len(found.warnings) == 2


def test_new_users_are_evaluated_likewise_and_counted(fitted, tmp_path):
    from regcli.run import open_run
    from regcli.run.evaluate import evaluate_run

    file = tmp_path / "labelled.csv"
    file.write_text("who,what,stars\n" + "".join(f"x{k},i{i},{y:.3f}\n" for k, (i, y) in enumerate(zip(I, STARS, strict=True))))
    found = evaluate_run(open_run(str(fitted.path), fitted.path.parent), file)
    assert "all 500 rows have levels never seen" in str(found.warnings)


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
