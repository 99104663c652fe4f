"""Rows that are images, changed a little at every step: shifted, flipped, turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Augment:
    """What may happen to an image; pixels from outside are those of its edge.

    Attributes
    ----------
    shape : (int, int)
        Height and width: columns of a row are pixels, line by line.
    shift : int
        Pixels up or down and to the left or right, each uniform from -shift to shift.
    flip : {"horizontal", "vertical"} or None
        Mirrored, every other time.
    rotate : float
        Degrees, uniform from -rotate to rotate.
    center, scale : ndarray (p,)
        Of the columns in the training set: what comes out is in SDs.
    """

    shape: tuple[int, int]
    shift: int
    flip: Literal["horizontal", "vertical"] | None
    rotate: float
    center: Floats
    scale: Floats

    def apply(self, x: Floats, draw: np.random.Generator) -> Floats:
        """Every row changed by itself and scaled, (m, p)."""
        m, (height, width) = len(x), self.shape
        rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
        middle = (height - 1) / 2, (width - 1) / 2
        r, c = (np.repeat(grid[None] - mid, m, axis=0) for grid, mid in zip((rows, columns), middle, strict=True))
        if self.flip is not None:
            sign = np.where(draw.random(m) < 0.5, -1.0, 1.0)[:, None, None]
            r, c = (r, c * sign) if self.flip == "horizontal" else (r * sign, c)
        if self.rotate:
            angle = np.deg2rad(draw.uniform(-self.rotate, self.rotate, m))[:, None, None]
            r, c = r * np.cos(angle) - c * np.sin(angle), r * np.sin(angle) + c * np.cos(angle)
        if self.shift:
            r = r + draw.integers(-self.shift, self.shift + 1, m)[:, None, None]
            c = c + draw.integers(-self.shift, self.shift + 1, m)[:, None, None]
        out = _between(x.reshape(m, height, width), r + middle[0], c + middle[1]).reshape(m, -1)
        return np.asarray((out - self.center) / self.scale, dtype=np.float32)


def _between(images: Floats, r: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Images (m, h, w) read at places (m, h, w) between pixels, linearly; outside of the image the nearest pixel counts."""
    m, height, width = images.shape
    r, c = np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)
    top, left = np.floor(r).astype(int), np.floor(c).astype(int)
    down, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    dr, dc = r - top, c - left
    which = np.arange(m)[:, None, None]
    upper = images[which, top, left] * (1 - dc) + images[which, top, right] * dc
    lower = images[which, down, left] * (1 - dc) + images[which, down, right] * dc
    return np.asarray(upper * (1 - dr) + lower * dr)
