"""Libraries in C that `setup.py` builds wherever there is a compiler: found beside the module that calls them, loaded by ctypes.

Where one was not built, or REGCLI_COMPILED=0 is set, there is none, and whoever would call it takes its other way. Calls release
the interpreter's lock. A library is used only if it was built from the interface that its module knows.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import c_int64
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# The environment variable that switches them off.
SWITCH = "REGCLI_COMPILED"


def load(beside: str, interface: int, signatures: Mapping[str, Sequence[type]]) -> Any:  # noqa: ANN401 - functions by name
    """The library `_compiled` beside a file; None where it is not built, not of this interface, or switched off.

    Parameters
    ----------
    beside : str
        The module's `__file__`.
    interface : int
        What its `regcli_interface` must say.
    signatures : mapping of str to sequence of type
        Arguments of its functions; each returns an int64.
    """
    if os.environ.get(SWITCH) == "0":
        return None
    for suffix in EXTENSION_SUFFIXES:
        path = Path(beside).with_name(f"_compiled{suffix}")
        if not path.is_file():
            continue
        try:
            found = ctypes.CDLL(str(path))
            if found.regcli_interface() != interface:
                continue
            for name, arguments in signatures.items():
                function = getattr(found, name)
                function.argtypes, function.restype = arguments, c_int64
        except (OSError, AttributeError):
            # built for another machine, or before the function was written
            continue
        return found
    return None


def address(array: NDArray[Any], dtype: type = np.float64) -> int:
    """Where the numbers of a contiguous array are.

    Raises
    ------
    TypeError
        Where they are of another type, or not contiguous in C order.
    """
    if array.dtype != dtype or not array.flags.c_contiguous:
        raise TypeError(f"a kernel takes contiguous arrays of {np.dtype(dtype)}, not {array.dtype} with strides {array.strides}")
    return int(array.ctypes.data)
