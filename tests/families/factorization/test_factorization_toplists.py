"""What users would be recommended by two models."""

import numpy as np
import pytest

from regcli.families.factorization import toplists
from regcli.families.factorization.als import Factors
from regcli.families.factorization.toplists import TOP, Toplists, moved

RNG = np.random.default_rng(4)
USERS, ITEMS = [f"u{k:02d}" for k in range(30)], [f"i{k:02d}" for k in range(60)]


def model(users, items, seed):
    rng = np.random.default_rng(seed)
    factors = Factors(
        3.0, rng.normal(size=len(users)), rng.normal(size=len(items)),
        rng.normal(size=(len(users), 2)), rng.normal(size=(len(items), 2)),
    )  # fmt: skip
    rated = np.array([rng.integers(0, len(users), 200), rng.integers(0, len(items), 200)])
    return Toplists.of(factors, rated, users, items)


def list_of(side, user, items, rated):
    """Item by item, the best first."""
    u = side.users[user]
    scores = {}
    for item in items:
        if item not in rated:
            i = side.items[item]
            at = [np.array([k]) for k in (u, i)]
            scores[item] = float(side.factors.predict(*at)[0])
    return set(sorted(scores, key=lambda item: (-scores[item], item))[:TOP])


def expected(a, b):
    items = sorted(a.items.keys() & b.items.keys())
    overlaps = []
    for user in sorted(a.users.keys() & b.users.keys()):
        rated = {
            name for side in (a, b) for name, i in side.items.items() if [side.users[user], i] in side.rated.T.tolist()
        }  # fmt: skip
        lists = [list_of(side, user, items, rated) for side in (a, b)]
        if len(set(items) - rated) > TOP:
            overlaps.append(len(lists[0] & lists[1]) / len(lists[0]))
    return np.mean(overlaps)


def test_the_overlap_is_that_of_lists_made_one_by_one(monkeypatch):
    # neither knows all of the other's, in another order
    a, b = model(USERS[:25], ITEMS[:50], 1), model(USERS[:4:-1], ITEMS[:2:-1], 2)
    (found,) = moved(a, b)
    assert (found.name, found.value) == ("toplists.overlap", pytest.approx(expected(a, b)))
    assert "20 users" in found.note
    assert 0 < found.value < 1
    monkeypatch.setattr(toplists, "CELLS", 100)  # two users at a time
    assert moved(a, b)[0].value == pytest.approx(found.value)


def test_a_model_recommends_what_it_recommends_itself():
    a = model(USERS, ITEMS, 1)
    assert moved(a, a)[0].value == 1.0


def test_whom_only_one_knows_has_no_list():
    assert moved(model(USERS[:5], ITEMS, 1), model(USERS[5:], ITEMS, 1))[0].value is None
    assert moved(model(USERS, ITEMS[:5], 1), model(USERS, ITEMS[5:], 1))[0].value is None


def test_a_list_of_all_that_is_left_says_nothing():
    few = ITEMS[: TOP + 3]
    a, b = model(USERS, few, 1), model(USERS, few, 2)
    (found,) = moved(a, b)
    assert found.value is None or found.value == pytest.approx(expected(a, b))
    assert moved(model(USERS, ITEMS[:TOP], 1), model(USERS, ITEMS[:TOP], 2))[0].value is None


def test_of_many_users_some_are_asked(monkeypatch):
    a, b = model(USERS, ITEMS, 1), model(USERS, ITEMS, 2)
    every = moved(a, b)[0].value
    monkeypatch.setattr(toplists, "MOST", 12)
    some = moved(a, b)[0]
    assert "12 of 30 such users were drawn at random" in some.note
    assert some.value == moved(a, b)[0].value
    assert some.value == pytest.approx(every, abs=0.2)
