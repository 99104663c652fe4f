"""Types of arrays, the words in which all stages speak of shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.object_]
# A dense array (n, p) or a compressed sparse one; scipy ships no types.
Matrix = Any
