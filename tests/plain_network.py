"""A network as a textbook has it, in float64: layer by layer, Adam number by number, decay apart from the gradient."""

from itertools import pairwise

import numpy as np


def start(widths, seed):
    """Weights and biases of every layer: uniform within √(6 / (a + b)), zero."""
    draw, out = np.random.default_rng([seed, 0]), []
    for a, b in pairwise(widths):
        bound = np.sqrt(6.0 / (a + b))
        out.append((draw.uniform(-bound, bound, a * b).astype(np.float32).astype(float).reshape(a, b), np.zeros(b)))
    return out


def outputs(parts, X, *, classes):
    h = X
    for w, b in parts[:-1]:
        h = np.maximum(h @ w + b, 0)
    eta = h @ parts[-1][0] + parts[-1][1]
    if not classes:
        return eta
    p = np.exp(eta - eta.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def trained(X, target, weight, hidden, *, rate, batch, epochs, seed, weight_decay=0.0, l1=0.0, label_smoothing=0.0):
    """Weights and biases of every layer after each of `epochs` passes; `target` (n, K), one column for a regression."""
    n, k = target.shape
    classes, weight = k > 1, np.ones(n) if weight is None else weight / weight.mean()
    parts = start([X.shape[1], *hidden, k], seed)
    state = [[np.zeros_like(a) for a in pair] for pair in parts for _ in range(2)]
    draw, taken, out = np.random.default_rng([seed, 1]), 0, []
    if classes:
        target = (1 - label_smoothing) * target + label_smoothing / k
    for _ in range(epochs):
        order = draw.permutation(n)
        for at in range(0, n, batch):
            here = order[at : at + batch]
            h = [X[here]]
            for w, b in parts[:-1]:
                h.append(np.maximum(h[-1] @ w + b, 0))
            back = (outputs(parts[-1:], h[-1], classes=classes) - target[here]) * weight[here][:, None] / len(here)
            gradients = []
            for i in range(len(parts) - 1, -1, -1):
                gradients.insert(0, (h[i].T @ back, back.sum(axis=0)))
                back = (back @ parts[i][0].T) * (h[i] > 0)
            taken += 1
            for i, pair in enumerate(gradients):
                for j, g in enumerate(pair):
                    m, v, w = state[2 * i][j], state[2 * i + 1][j], parts[i][j]
                    m[:] = 0.9 * m + 0.1 * g
                    v[:] = 0.999 * v + 0.001 * g**2
                    move = (m / (1 - 0.9**taken)) / (np.sqrt(v / (1 - 0.999**taken)) + 1e-8)
                    w[:] = w - rate * (move + (weight_decay * w if j == 0 else 0))
                    if j == 0:
                        w[:] = np.sign(w) * np.maximum(np.abs(w) - rate * l1, 0)
        out.append([(w.copy(), b.copy()) for w, b in parts])
    return out


class PlainNetwork:
    """The same as an estimator: inputs, and the target of a regression, in SDs of the training rows."""

    def __init__(self, random_state, hidden, epochs, rate, batch, **levers):
        self.seed, self.hidden, self.levers = random_state, hidden, levers
        self.schedule = {"rate": rate, "batch": batch, "epochs": epochs}

    def fit(self, X, y, sample_weight):
        self.center = np.average(X, axis=0, weights=sample_weight)
        self.scale = np.sqrt(np.average((X - self.center) ** 2, axis=0, weights=sample_weight))
        if y.dtype.kind == "f":
            self.mean = np.average(y, weights=sample_weight)
            self.sd = np.sqrt(np.average((y - self.mean) ** 2, weights=sample_weight))
            target = ((y - self.mean) / self.sd)[:, None]
        else:
            target = np.eye(y.max() + 1)[y]
        found = trained(self._scaled(X), target, sample_weight, self.hidden, seed=self.seed, **self.schedule, **self.levers)
        self.parts = found[-1]
        return self

    def _scaled(self, X):
        return (X - self.center) / self.scale

    def predict(self, X):
        return self.mean + self.sd * outputs(self.parts, self._scaled(X), classes=False)[:, 0]

    def predict_proba(self, X):
        return outputs(self.parts, self._scaled(X), classes=True)
