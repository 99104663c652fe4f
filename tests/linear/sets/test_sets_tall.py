"""A tall dataset read once, against sums over its scaled rows, and where it is not to be read so."""

import numpy as np
import pytest

from regcli.linear.sets import tall
from regcli.linear.sets.tall import Tall
from regcli.numerics.executor import Executor
from regcli.numerics.matrix import Dense, Design, Streamed

N, P, FOLDS = 300, 4, 5


def made(*, weighted=False, some=False, shuffled=True, repeats=1, seed=0):
    """A dataset with folds; with `some`, a part of its rows takes no part."""
    rng = np.random.default_rng(seed)
    X = np.asfortranarray(rng.normal(size=(N, P)) * [1, 10, 0.1, 1] + [0, 100, 1, -3])
    y, w = X[:, 0] + rng.normal(size=N) + 7, rng.uniform(0.2, 3, N) if weighted else np.ones(N)
    rows = np.sort(rng.permutation(N)[:240]) if some else np.arange(N)
    folds = []
    for _ in range(repeats):
        order = rng.permutation(rows) if shuffled else rows
        folds += [(np.setdiff1d(rows, part), np.sort(part)) for part in np.array_split(order, FOLDS)]
    X.flags.writeable = False
    return X, y, w, rows, folds


def read(X, y, w, rows, folds, *, intercept=True, jobs=2):
    return Tall.read(X if isinstance(X, Design) else Dense(X), y, w, rows, folds, Executor(jobs), intercept=intercept)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(
    "how",
    [{}, {"weighted": True}, {"some": True}, {"shuffled": False, "some": True}, {"repeats": 2, "weighted": True}],
    ids=str,
)
def test_what_is_read_is_what_the_rows_say(how, intercept, monkeypatch):
    X, y, w, rows, folds = made(**how)
    # as many pieces as there can be, by blocks and by parts
    for most in (1.0, 0.0):
        monkeypatch.setattr(tall, "MOST", most)
        monkeypatch.setattr(tall, "PIECE", 60)
        monkeypatch.setattr(tall, "A_FOLD", 1)
        found = read(X, y, w, rows, folds, intercept=intercept)
        shift, scale = np.array([0.5, 90.0, 1.0, 0.0]) * intercept, np.array([1.0, 9.0, 0.1, 2.0])
        seen = found.seen(shift, scale)
        assert found.full.center.any() == intercept
        for f, (train, held_out) in enumerate([*folds, (rows, rows)]):
            s = w[train] / w[train].sum()
            mean = s @ X[train]
            sd = np.sqrt(s @ (X[train] - mean) ** 2)
            np.testing.assert_allclose(found.full.center + found.mean[f], mean, rtol=1e-13)
            np.testing.assert_allclose(found.sd[f], sd, rtol=1e-10 if intercept else 1e-8)
            np.testing.assert_allclose(seen.mean[f], (mean - shift) / scale, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(seen.sd[f], found.sd[f] / scale)
            moments = [*seen.blocks, seen.full][f]
            z = (X[held_out] - shift) / scale - moments.center
            t, v = y[held_out] - moments.target_center, w[held_out]
            np.testing.assert_allclose(moments.xx, (z * v[:, None]).T @ z, rtol=1e-10, atol=1e-8)
            np.testing.assert_allclose(moments.xy, z.T @ (v * t), rtol=1e-9, atol=1e-8)
            np.testing.assert_allclose(moments.x, v @ z, atol=1e-8)
            assert (moments.weight, moments.y, moments.yy) == pytest.approx((v.sum(), v @ t, v @ t**2), abs=1e-9)


def test_the_number_of_threads_changes_no_bit(monkeypatch):
    monkeypatch.setattr(tall, "PIECE", 60)
    monkeypatch.setattr(tall, "A_FOLD", 1)
    one, two = (read(*made(weighted=True), jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.full.xx, two.full.xx)
    np.testing.assert_array_equal(one.sd, two.sd)
    assert all((a.xy == b.xy).all() for a, b in zip(one.blocks, two.blocks, strict=True))


def test_a_constant_column_has_no_spread_in_any_set():
    X, *rest = made()
    X = X.copy()
    X[:, 1] = 0.1 + 0.2
    found = read(X, *rest)
    assert (found.sd[:, 1] == 0).all()
    assert (found.sd[:, [0, 2, 3]] > 0).all()


def test_what_would_lose_its_digits_is_not_read_so():
    X, y, w, rows, folds = made()
    faint = X.copy()
    faint[folds[0][1], 1] += 1e4 * faint[folds[0][1], 1]
    assert read(faint, y, w, rows, folds) is None
    lone = np.where(np.arange(N) == folds[2][1][0], 1.0, 0.0)
    assert read(np.column_stack([X, lone]), y, w, rows, folds) is None
    # without an intercept nothing may be centred, and a spread far below the size is lost
    far = X + np.array([0, 1e6, 0, 0])
    assert read(far, y, w, rows, folds) is not None
    assert read(far, y, w, rows, folds, intercept=False) is None
    heavy = w.copy()
    heavy[folds[1][1]] = 1e6
    assert read(X, y, heavy, rows, folds) is None


def test_other_sets_than_complements_are_not_read_so():
    X, y, w, rows, folds = made()
    assert read(X, y, w, rows, folds) is not None
    (train, held_out), *others = folds
    assert read(X, y, w, rows, [(train[1:], held_out), *others]) is None
    assert read(X, y, w, rows, [(np.r_[train[1:], held_out[0]], held_out), *others]) is None
    assert read(X, y, w, rows, [(held_out[:10], train), *others]) is None
    one_by_one = [(np.delete(rows, i), rows[[i]]) for i in range(N)]
    assert read(X, y, w, rows, one_by_one) is None
    wide = np.random.default_rng(0).normal(size=(N, N))
    assert read(wide, y, w, rows, folds) is None
    assert read(np.where(X[0, 0] == X, 1e200, X), y, w, rows, folds) is None


@pytest.mark.parametrize("how", [{}, {"weighted": True, "some": True}, {"repeats": 2}], ids=str)
def test_rows_that_arrive_block_by_block_say_the_same(how, monkeypatch):
    monkeypatch.setattr(tall, "PIECE", 60)
    monkeypatch.setattr(tall, "A_FOLD", 1)
    X, y, w, rows, folds = made(**how)
    sizes, arrived = (70, 1, 129, 100), []

    def blocks():
        for stop, size in zip(np.cumsum(sizes), sizes, strict=True):
            arrived.append(size)
            yield np.array(X[stop - size : stop])

    found, expected = read(Streamed(blocks, sizes, P), y, w, rows, folds), read(X, y, w, rows, folds)
    assert arrived == [70, *sizes]  # once to see where they are, once to read them
    shift = expected.full.center
    one, two = (each.seen(shift, np.ones(P)) for each in (found, expected))
    for ours, theirs in zip((one.full, *one.blocks), (two.full, *two.blocks), strict=True):
        assert ours.weight == pytest.approx(theirs.weight)
    for name in ("mean", "sd"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=1e-9, atol=1e-11)
    for f, (train, _) in enumerate([*folds, (rows, rows)]):
        s = w[train] / w[train].sum()
        np.testing.assert_allclose(found.full.center + found.mean[f], s @ X[train], rtol=1e-12)
