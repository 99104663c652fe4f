"""The kernels in C: the same answers as by the other way, and a refusal of what they would misread."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from regcli.linear.kernels import compiled
from regcli.numerics.library import SWITCH

ROOT = Path(__file__).parents[3]
HEADER = ROOT / "regcli" / "linear" / "kernels" / "vectors.h"
built = pytest.mark.skipif(not compiled.available, reason="the kernels are not built, or switched off")


def problem(seed, m, *, rank=None):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(3 * m, rank or m)) @ rng.normal(size=(rank or m, m)) + 0.3 * rng.normal(size=(3 * m, m))
    X /= np.sqrt((X**2).mean(axis=0))
    y = X[:, : min(m, 5)].sum(axis=1) + rng.normal(size=len(X))
    return X.T @ X / len(X), X.T @ y / len(X), rng.uniform(0.5, 2.0, size=m)


def off(Q, q, l1, l2, b, *, positive):
    pull = q - Q @ b - l2 * b
    at_zero = np.maximum((pull if positive else np.abs(pull)) - l1, 0.0)
    return np.where(b == 0, at_zero, np.abs(pull - l1 * np.sign(b))).max()


@pytest.mark.skipif(shutil.which("cc") is None and shutil.which("gcc") is None, reason="no compiler")
@pytest.mark.skipif(os.environ.get(SWITCH) == "0", reason="switched off")
def test_where_there_is_a_compiler_they_are_built():
    assert compiled.available, "out of date: pip install --no-deps --editable ."
    assert compiled.kernels_in_use() == "compiled"


def test_the_interface_has_one_number():
    assert re.search(r"#define INTERFACE (\d+)", HEADER.read_text(encoding="utf-8")).group(1) == str(compiled.INTERFACE)


def test_they_can_be_switched_off():
    code = "from regcli.linear.kernels import compiled; print(compiled.available, compiled.kernels_in_use())"
    environment = {**os.environ, SWITCH: "0"}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "scikit-learn"]


def test_no_memory_is_an_error_of_its_own():
    with pytest.raises(MemoryError):
        compiled.checked(-1)
    assert compiled.checked(3) == 3


@built
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize(("m", "share"), [(1, 0.1), (7, 0.01), (40, 0.5), (40, 1e-4), (90, 0.2)])
def test_descent_meets_the_optimality_conditions(m, share, positive):
    Q, q, weight = problem(m, m, rank=max(m // 2, 1))
    l1, l2 = share * np.abs(q).max() * weight, 0.01 * weight
    b, sweeps, settled = compiled.gram_descend(
        Q, q, l1, l2, slack=np.full(m, 1e-11), positive=positive, start=np.zeros(m), most=100_000
    )
    assert settled
    assert sweeps > 0
    assert off(Q, q, l1, l2, b, positive=positive) <= 1e-11 + 1e-13
    again = compiled.gram_descend(Q, q, l1, l2, slack=np.full(m, 2e-11), positive=positive, start=b, most=5)
    assert again[1:] == (0, True)
    assert (again[0] == b).all()


@built
def test_descent_says_when_it_was_not_enough():
    Q, q, weight = problem(3, 30, rank=4)
    b, sweeps, settled = compiled.gram_descend(
        Q, q, 1e-6 * weight, 0.0 * weight, slack=np.full(30, 1e-14), positive=False, start=np.zeros(30), most=3
    )
    assert (sweeps, settled) == (3, False)
    assert b.any()


@built
def test_a_column_of_nothing_stays_at_zero():
    Q, q, weight = problem(5, 6)
    Q[2] = Q[:, 2] = q[2] = 0.0
    b, _, settled = compiled.gram_descend(
        Q, q, 0.01 * weight, 0.0 * weight, slack=np.full(6, 1e-10), positive=False, start=np.ones(6), most=1000
    )
    assert settled
    assert b[2] == 0.0
    assert np.isfinite(b).all()


@built
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("rho", [1.0, 0.3])
def test_a_path_is_its_points(rho, positive):
    m = 25
    Q, q, weight = problem(11, m, rank=10)
    lambdas = np.abs(q / weight).max() / rho * np.geomspace(1.0, 1e-3, 30)
    points, sweeps = np.zeros((30, m)), np.zeros(30, dtype=np.int64)
    slack = np.full(m, 1e-11)
    arguments = {"slack": slack, "positive": positive, "l1_ratio": rho, "lambdas": lambdas, "points": points, "sweeps": sweeps}
    assert compiled.gram_path(Q, q, weight, part=slice(0, 12), most=100_000, **arguments) == 12
    assert not points[12:].any()
    assert compiled.gram_path(Q, q, weight, part=slice(12, 30), most=100_000, **arguments) == 30
    assert not points[0].any()
    assert sweeps[0] == 0
    for lam, b in zip(lambdas, points, strict=True):
        assert off(Q, q, lam * rho * weight, lam * (1 - rho) * weight, b, positive=positive) <= 1e-11 + 1e-13
    # the same path where it stops for every point that takes more than two sweeps and is set right by another
    stopped, at = np.zeros_like(points), 0
    arguments["points"] = stopped
    while (at := compiled.gram_path(Q, q, weight, part=slice(at, 30), most=2, **arguments)) < 30:
        assert sweeps[at] == 2
        stopped[at] = points[at]
        at += 1
    np.testing.assert_allclose(stopped, points, atol=1e-9)


@built
def test_calls_let_other_threads_run():
    # loaded so that the interpreter's lock is released: a PyDLL would keep it
    assert isinstance(compiled.library, ctypes.CDLL)
    assert not isinstance(compiled.library, ctypes.PyDLL)
