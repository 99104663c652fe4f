"""Proximal Newton in C for binary logistic loss: the point of one set, on working columns that stay in the shared design."""

from __future__ import annotations

import ctypes
from ctypes import c_double, c_int64, c_void_p
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from regcli.linear.kernels import compiled
from regcli.numerics.library import address

if TYPE_CHECKING:
    from regcli.linear.objective.problem import Problem
    from regcli.numerics.arrays import FloatArray, IntArray, Matrix

_POINTERS = ("values", "columns", "inverse", "l1", "l2", "scale", "y", "s", "b", "eta", "mean")
_LENT = {"syrk": ("cython_blas", "dsyrk"), "potrf": ("cython_lapack", "dpotrf"), "potrs": ("cython_lapack", "dpotrs")}


class _Layout(ctypes.Structure):
    """`Set` in newton.c."""

    _fields_ = (
        ("n", c_int64),
        ("m", c_int64),
        *((name, c_void_p) for name in _POINTERS),
        *((name, c_double) for name in ("level", "value", "scale0")),
        *((name, c_int64) for name in ("intercept", "positive")),
        *((name, c_void_p) for name in _LENT),
    )


@cache
def _lent() -> dict[str, int]:
    """Addresses of the routines of BLAS and LAPACK that scipy's compiled parts call one another by."""
    from scipy.linalg import cython_blas, cython_lapack

    name_of, pointer_of = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.py_object]
    pointer_of.restype, pointer_of.argtypes = c_void_p, [ctypes.py_object, ctypes.c_char_p]
    modules = {"cython_blas": cython_blas, "cython_lapack": cython_lapack}
    found = {}
    for name, (module, routine) in _LENT.items():
        capsule = modules[module].__pyx_capi__[routine]
        found[name] = pointer_of(capsule, name_of(capsule))
    return found


def serves(X: Matrix, loss: str) -> bool:
    """Whether there is a kernel for a design and a loss."""
    if not compiled.available or loss != "logistic" or sparse.issparse(X):
        return False
    return bool(X.flags.f_contiguous and X.dtype == np.float64)


class Point:
    """Where a training set has got to.

    Parameters
    ----------
    X : ndarray (n, p), Fortran order
        The shared design.
    problem : Problem
        For the intercept and the target (n, 1).
    s : ndarray (n,)
        Row weights of the set.
    level, unit : float
        The null model's linear predictor, and the root mean square of its residuals.
    positive : bool

    Attributes
    ----------
    columns : int ndarray (m,)
    coef : ndarray (m,)
        Of the set's own columns.
    eta, mean : ndarray (n,)
    """

    def __init__(self, X: Matrix, problem: Problem, s: FloatArray, *, level: float, unit: float, positive: bool) -> None:
        n = X.shape[0]
        self._arrays: dict[str, FloatArray | IntArray] = {}
        self._set = _Layout(n=n, scale0=unit, level=level, positive=positive, intercept=problem.intercept)
        for name, routine in _lent().items():
            setattr(self._set, name, routine)
        self.eta, self.mean = np.empty(n), np.empty(n)
        for name, array in (("values", X.T), ("y", problem.Y[:, 0]), ("s", s), ("eta", self.eta), ("mean", self.mean)):
            self._keep(name, np.ascontiguousarray(array))
        self.columns: IntArray = np.zeros(0, dtype=np.int64)
        self.coef = np.zeros(0)
        self.include(self.columns, self.coef, self.coef)
        self.place(level, self.coef)

    def _keep(self, name: str, array: FloatArray | IntArray) -> None:
        self._arrays[name] = array
        setattr(self._set, name, address(array, array.dtype.type))

    @property
    def level(self) -> float:
        """The intercept where the shared columns are zero."""
        return float(self._set.level)

    @property
    def loss(self) -> float:
        """Σ s_i ℓ(y_i, η_i)."""
        return float(self._set.value)

    def include(self, new: IntArray, inverse: FloatArray, scale: FloatArray) -> None:
        """Add columns of the design, with what makes them the set's own and the units of their gradients."""
        more = {"columns": new, "inverse": inverse, "scale": scale, "b": np.zeros(len(new))}
        for name, added in more.items():
            here = self._arrays.get(name)
            self._keep(name, np.ascontiguousarray(added if here is None else np.concatenate([here, added])))
        self.columns, self.coef = np.asarray(self._arrays["columns"], np.int64), np.asarray(self._arrays["b"], np.float64)
        self._set.m = len(self.columns)

    def place(self, level: float, coef: FloatArray) -> None:
        """Go to a point."""
        self._set.level = level
        self.coef[:] = coef
        compiled.library.regcli_newton_place(ctypes.addressof(self._set))

    def converge(self, l1: FloatArray, l2: FloatArray, *, goal: float, tol: float, most: int) -> tuple[int, bool]:
        """Newton steps until every condition holds to the goal, or nothing improves any more below half of `tol`.

        Parameters
        ----------
        l1, l2 : ndarray (m,)
            Weights of |b_j| and ½b_j².
        goal, tol : float
            Relative violations.
        most : int
            The most steps.

        Returns
        -------
        steps : int
        settled : bool
        """
        self._keep("l1", np.ascontiguousarray(l1))
        self._keep("l2", np.ascontiguousarray(l2))
        state = c_int64()
        steps = compiled.checked(
            compiled.library.regcli_newton_converge(ctypes.addressof(self._set), goal, tol, most, ctypes.addressof(state))
        )
        return steps, state.value == 0
