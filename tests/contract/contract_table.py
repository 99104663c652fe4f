"""A small data set with every role."""

import numpy as np
import pandas as pd

N, P = 120, 5


def make_table(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, P)) * [1, 10, 0.1, 3, 1] + [0, 50, 0, -2, 1]
    X[:, 4] += 0.8 * X[:, 0]
    signal = X[:, 0] + 0.05 * X[:, 1] - 8 * X[:, 2]
    table = pd.DataFrame(X, columns=[f"x{j}" for j in range(P)])
    table["y"] = signal + rng.normal(size=N)
    signal = signal / 3  # classes overlap in every fold, so that an unpenalised optimum exists
    table["two"] = np.where(signal + rng.logistic(size=N) > signal.mean(), "yes", "no")
    three = np.column_stack([signal, -signal, 0 * signal]) + rng.gumbel(size=(N, 3))
    table["three"] = np.array(["a", "b", "c"])[np.argmax(three, axis=1)]
    table["w"] = rng.integers(1, 5, size=N) / 2
    table["g"] = [f"g{i}" for i in rng.integers(0, 12, size=N)]
    table["t"] = rng.permutation(N)
    table["f"] = rng.integers(0, 4, size=N)
    return table


TABLE = make_table()
FEATURES = [f"x{j}" for j in range(P)]
