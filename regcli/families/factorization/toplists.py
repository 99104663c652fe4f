"""What users would be recommended, and how it moved between two models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regcli.families.base import Moved
from regcli.numerals import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.families.factorization.als import Factors
    from regcli.numerics.arrays import FloatArray, IntArray

# Items on a list; users who are asked at most; predictions that are held at a time.
TOP, MOST, CELLS = 10, 1_000, 4_000_000


@dataclass(frozen=True, slots=True)
class Toplists:
    """A model, with the names of whom and what it knows.

    Attributes
    ----------
    factors : Factors
    rated : int ndarray (2, n)
        Who has rated what, by number.
    users, items : dict of str to int
        Their numbers.
    """

    factors: Factors
    rated: IntArray
    users: dict[str, int]
    items: dict[str, int]

    @classmethod
    def of(cls, factors: Factors, rated: FloatArray, users: Sequence[str], items: Sequence[str]) -> Toplists:
        """From names in the order of their numbers."""
        user, item = ({name: i for i, name in enumerate(names)} for names in (users, items))
        return cls(factors, np.asarray(rated, dtype=np.int64), user, item)

    def known(self, users: Sequence[str], items: Sequence[str]) -> np.ndarray:
        """Whether some users have rated some items, bool (users, items)."""
        row, column = np.full(len(self.users), -1), np.full(len(self.items), -1)
        row[[self.users[name] for name in users]] = np.arange(len(users))
        column[[self.items[name] for name in items]] = np.arange(len(items))
        u, i = row[self.rated[0]], column[self.rated[1]]
        here = (u >= 0) & (i >= 0)
        out = np.zeros((len(users), len(items)), dtype=bool)
        out[u[here], i[here]] = True
        return out

    def scores(self, users: Sequence[str], items: Sequence[str]) -> FloatArray:
        """By what a user's items are ranked, (users, items)."""
        u, i = [self.users[name] for name in users], [self.items[name] for name in items]
        return np.asarray(self.factors.item_bias[i] + self.factors.user[u] @ self.factors.item[i].T)


def moved(a: Toplists, b: Toplists) -> list[Moved]:
    """Mean overlap of the users' lists, among what both models know and the user has rated for neither."""
    users, items = sorted(a.users.keys() & b.users.keys()), sorted(a.items.keys() & b.items.keys())
    asked = users
    if len(users) > MOST:
        picked = np.random.default_rng(0).choice(len(users), MOST, replace=False)
        asked = [users[i] for i in np.sort(picked)]
    step = max(1, CELLS // max(len(items), 1))
    overlaps = np.concatenate([_overlaps(a, b, asked[i : i + step], items) for i in range(0, len(asked), step)] or [np.zeros(0)])
    overlaps = overlaps[~np.isnan(overlaps)]
    note = f"mean over {count(len(overlaps), 'user')} whom both models know, of what they have not rated"
    if len(asked) < len(users):
        note += f"; {len(asked):,} of {len(users):,} such users were drawn at random"
    return [Moved("toplists.overlap", f"top {TOP} lists, overlap", float(overlaps.mean()) if len(overlaps) else None, note)]


def _overlaps(a: Toplists, b: Toplists, users: Sequence[str], items: Sequence[str]) -> FloatArray:
    """Each user's share of common items on both lists, (users,); NaN for whom no more is left than a list holds."""
    rated = a.known(users, items) | b.known(users, items)
    lists = []
    for side in (a, b):
        # of equal ones the first by name
        order = np.argsort(np.where(rated, np.inf, -side.scores(users, items)), axis=1, kind="stable")[:, :TOP]
        on = np.zeros(rated.shape, dtype=bool)
        np.put_along_axis(on, order, values=True, axis=1)
        lists.append(on)
    return np.where((~rated).sum(axis=1) > TOP, (lists[0] & lists[1]).sum(axis=1) / TOP, np.nan)
