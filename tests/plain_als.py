"""Alternating least squares as a textbook has it: one ridge regression after the other, rating by rating."""

import numpy as np
from sklearn.utils.extmath import randomized_svd

TOLERANCE, NUDGE = 1e-5, 0.1


class PlainRatings:
    """Ratings of everybody and everything by name, walked along strengths from strong to weak."""

    def __init__(self, users, items, y, w, *, rank, biases, passes):
        self.users, self.items = ({name: i for i, name in enumerate(sorted(set(names)))} for names in (users, items))
        self.rows = [(self.users[u], self.items[i], float(r), float(v)) for u, i, r, v in zip(users, items, y, w, strict=True)]
        self.rank, self.biases, self.passes = rank, biases, passes
        self.mean = np.average(y, weights=w)
        self.null = sum(v * (r - self.mean) ** 2 for *_, r, v in self.rows)
        table = np.zeros((len(self.users), len(self.items)))
        for u, i, r, v in self.rows:
            table[u, i] += v * (r - self.mean)
        self.away = np.zeros((len(self.items), rank))
        if found := min(rank, *table.shape):
            size = NUDGE * (self.null / w.sum()) ** 0.25 / rank**0.5 * len(self.items) ** 0.5
            self.away[:, :found] = size * randomized_svd(table, found, n_iter=7, random_state=0)[2].T
        self.bias = [np.zeros(len(side)) for side in (self.users, self.items)]
        self.vector = [np.zeros((len(side), rank)) for side in (self.users, self.items)]

    def walk(self, strengths):
        for strength in strengths:
            self.vector[1] = self.vector[1] + self.away
            before, self.ended = np.inf, False
            for _ in range(self.passes):
                for side in (0, 1):
                    self.solve(side, strength)
                errors = [(w, r - self.rating(u, i)) for u, i, r, w in self.rows]
                shift = sum(w * e for w, e in errors) / sum(w for w, _ in errors)
                sizes = sum((part**2).sum() for part in (*self.vector, *self.bias))
                objective = sum(w * (e - shift) ** 2 for w, e in errors) + strength * sizes
                self.mean += shift
                if before - objective <= TOLERANCE * self.null:
                    self.ended = True
                    break
                before = objective
            yield self

    def solve(self, side, strength):
        other, first = 1 - side, int(self.biases)
        for one in range(len(self.bias[side])):
            gram, moment = strength * np.eye(self.rank + first), np.zeros(self.rank + first)
            for *pair, rating, weight in self.rows:
                if pair[side] == one:
                    x = np.append(np.ones(first), self.vector[other][pair[other]])
                    gram += weight * np.outer(x, x)
                    moment += weight * x * (rating - self.mean - self.bias[other][pair[other]])
            found = np.linalg.solve(gram, moment)
            self.bias[side][one] = found[0] if self.biases else 0.0
            self.vector[side][one] = found[first:]

    def rating(self, u, i):
        return self.mean + self.bias[0][u] + self.bias[1][i] + self.vector[0][u] @ self.vector[1][i]

    def predict(self, users, items):
        out = []
        for user, item in zip(users, items, strict=True):
            u, i = self.users.get(user), self.items.get(item)
            product = self.vector[0][u] @ self.vector[1][i] if u is not None and i is not None else 0.0
            out.append(self.mean + (0 if u is None else self.bias[0][u]) + (0 if i is None else self.bias[1][i]) + product)
        return np.array(out)
