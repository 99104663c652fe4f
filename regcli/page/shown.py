"""A run as panels look at it: its tables, read once, and what several panels ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from regcli.report.points import axis_of, levers_of, name_of, paths_of
from regcli.run.opened import Opened
from regcli.spoken import LAMBDA

if TYPE_CHECKING:
    from regcli.numerics.arrays import IntArray
    from regcli.run import Columns


@dataclass(frozen=True)
class Shown(Opened):
    """One run."""

    @cached_property
    def sweep(self) -> Columns:
        """Columns of sweep.csv."""
        return self.run.sweep()

    @cached_property
    def coefficients(self) -> Columns:
        """Columns of coefficients.csv."""
        return self.run.coefficients()

    @cached_property
    def predictions(self) -> Columns:
        """Columns of predictions.csv."""
        return self.run.predictions()

    def has(self, name: str) -> bool:
        """Whether the run holds the file: those of an earlier regcli, and of some kinds of model, lack some."""
        return name in self.manifest["files"]

    @property
    def sign(self) -> float:
        """1 where less is better, -1 where more is."""
        return -1.0 if self.manifest["higher_is_better"] else 1.0

    @property
    def reference(self) -> str:
        """How commands name the run from anywhere: no page says where things are on a machine."""
        return self.run.path.resolve().name

    @cached_property
    def selected(self) -> int:
        """The selected row of the sweep."""
        return int(np.flatnonzero(self.sweep["selected"])[0])

    @cached_property
    def paths(self) -> list[IntArray]:
        """Rows of the sweep, path by path; of paths that differ in γ alone the one with the selected or best point."""
        return paths_of(self.sweep, self.manifest)

    @cached_property
    def chosen_path(self) -> IntArray:
        """Rows of the sweep on the path of the selected point."""
        return next(path for path in self.paths if path[0] <= self.selected <= path[-1])

    def best_of(self, path: IntArray) -> int | None:
        """The best usable row of a path; ties go to the largest λ."""
        means = self.sweep["validation_mean"][path]
        usable = path[self.sweep["converged"][path] & np.isfinite(means)]
        if not len(usable):
            return None
        return int(usable[np.argmin(self.sign * self.sweep["validation_mean"][usable])])

    def path_name(self, path: IntArray) -> str:
        """A path in a few words: ``lasso``, ``elasticnet 0.5``; with its entry where there are two of a name."""
        name = self._plain_name(path)
        alike = sum(self._plain_name(other) == name for other in self.paths) > 1
        return f"{name}, entry {int(self.sweep['entry'][path[0]])}" if alike else name

    @property
    def axis(self) -> str:
        """What the path of the selected point is walked along: λ, or another lever of another kind of model."""
        return axis_of(self.sweep, self.selected)

    def _plain_name(self, path: IntArray) -> str:
        first = int(path[0])
        name, lever = name_of(self.sweep, first), axis_of(self.sweep, first)
        if lever == LAMBDA:
            return name
        return f"{name} ({', '.join(filter(None, [lever, levers_of(self.sweep, first)]))})"
