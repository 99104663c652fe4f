"""The paths of a plan: for each penalty entry and l1_ratio a grid of λ, a solver, and where the path may end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli import linear
from regcli.data.wording import listing, nearest
from regcli.errors import UsageError
from regcli.families.linear.ground import Ground, spread
from regcli.families.linear.staged import staged
from regcli.numerals import number
from regcli.order import ORDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regcli.config.fit import Lambdas, Penalty
    from regcli.families.linear.second import Second
    from regcli.numerics.arrays import FloatArray
    from regcli.prepare import Prepared
    from regcli.preprocess import Output

L1_RATIOS = {"none": None, "ridge": 0.0, "lasso": 1.0}
# Without preprocess.target: standard the l1_ratio of an elastic net means something else where the target's SD is not within
# this factor of one.
UNIT = 3.0


@dataclass(frozen=True, slots=True)
class PathSpec:
    """One λ path to walk on the full training data and on every fold.

    Attributes
    ----------
    entry : int
        Position in the configuration's list of penalties.
    penalty : {"none", "ridge", "lasso", "elasticnet"}
    l1_ratio : float or None
        1 for the lasso, 0 for ridge, None for none.
    rules : dict of str to float
        Penalty factors as configured, by input column or glob.
    positive : bool
        Coefficients must be >= 0.
    unit : float
        What λ and l1_ratio measure y in: its SD with `preprocess.target: standard`, else 1.
    lambdas : ndarray (L,)
        The grid, descending; `[0.0]` for none.
    ending : Ending or None
        Where the path may end early as saturated.
    by_df : bool
        The grid is ridge's own: from next to the null model to where all but 0.1 % of the design's rank are in use.
    solver : Solver
    together : bool
        It walks the folds and the full training data together, on one design.
    reason : str
        Why that solver.
    second : Second or None
        Its second stage; then λ and l1_ratio are what it fits with.
    """

    entry: int
    penalty: str
    l1_ratio: float | None
    rules: dict[str, float]
    positive: bool
    unit: float
    lambdas: FloatArray
    ending: linear.Ending | None
    by_df: bool
    solver: linear.Solver
    together: bool
    reason: str
    second: Second | None = None

    @property
    def family(self) -> str:
        return "linear"

    @property
    def rank(self) -> int:
        return ORDER.index(self.family)

    @property
    def axis(self) -> str:
        return "lambda"

    @property
    def setting(self) -> str:
        return ""

    @property
    def seeds(self) -> int:
        """Nothing is random."""
        return 1

    @property
    def complexity_of(self) -> str:
        return ""

    @property
    def served_by(self) -> tuple[str, str]:
        """Name of the solver, as in the manifest, and why that one."""
        return self.solver.name, self.reason

    @property
    def name(self) -> str:
        """The path without its γ: `lasso`, `elasticnet 0.5`, `lasso, relaxed`."""
        ratio = f" {self.l1_ratio:g}" if self.fits == "elasticnet" else ""
        if self.stage is None or self.penalty == self.fits:
            return f"{self.penalty}{ratio}" + ("" if self.stage is None else f", {self.stage}")
        return f"{self.penalty}, {self.stage}{ratio}"

    @property
    def label(self) -> str:
        """What the path is called where only some differ."""
        return self.name if self.second is None else f"{self.name} (γ = {self.second.gamma:g})"

    @property
    def stage(self) -> str | None:
        return None if self.second is None else self.second.name

    @property
    def gamma(self) -> float | None:
        return None if self.second is None else self.second.gamma

    @property
    def fits(self) -> str:
        """The penalty that λ belongs to: the entry's, or that of the refit on what the entry selects."""
        return self.second.name.removeprefix("refit ") if self.second is not None and self.second.screens else self.penalty

    def told_by_sums(self, problem: linear.Problem) -> bool:
        """Its certificates may be those of sums, where it is walked with the folds."""
        if self.second is None:
            return not self.solver.from_rows
        return self.together and problem.loss.name == "squared" and not problem.is_sparse

    @property
    def undivided(self) -> tuple[FloatArray, float]:
        """Grid and l1_ratio of the same objective for y in its own unit: what solvers take."""
        share, ratio = _undivided(self.l1_ratio or 0.0, self.unit)
        return self.lambdas * share, ratio

    def penalty_on(self, outputs: Sequence[Output]) -> linear.Penalty:
        """The penalty for the columns of one design and y in its own unit."""
        return linear.Penalty(self.undivided[1], factors_for(outputs, self.rules), self.positive)

    def task(self, prepared: Prepared, lambdas: FloatArray | None = None, outputs: Sequence[Output] | None = None) -> linear.Task:
        """The path as solvers take it: the whole grid, or one that has ended already, on these columns."""
        model = prepared.plan.config.model
        penalty = self.penalty_on(prepared.outputs if outputs is None else outputs)
        if lambdas is None:
            return linear.Task(penalty, self.undivided[0], model.tol, model.max_iter, self.ending)
        return linear.Task(penalty, lambdas, model.tol, model.max_iter)

    def native(self, prepared: Prepared, lambdas: FloatArray) -> tuple[str, FloatArray]:
        """Name and values of scikit-learn's parameter for the fit on all training rows."""
        classification = prepared.plan.task == "classification"
        name, values = self.sklearn(prepared.problem.weight_sum, lambdas, classification=classification)
        return name, np.asarray(values)

    def sklearn(self, weight_sum: float, lam: FloatArray | float, *, classification: bool) -> tuple[str, FloatArray | float]:
        """Name and value of scikit-learn's parameter for λ on a fit with that S, y being in its own unit.

        C Σ s ℓ + pen = S·C (1/S Σ s ℓ + pen/(S C)), so C = 1/(λS); ½Σ s r² + ½α b² gives Ridge α = λS; Lasso and
        ElasticNet divide by S themselves.
        """
        lam = np.asarray(lam, dtype=np.float64) * _undivided(self.l1_ratio or 0.0, self.unit)[0]
        if classification:
            with np.errstate(divide="ignore"):
                return "C", 1.0 / (lam * weight_sum)
        return "alpha", lam * weight_sum if self.fits == "ridge" else lam


def _undivided(l1_ratio: float, unit: float) -> tuple[float, float]:
    """What λ is multiplied by, and the l1_ratio, where y is not divided by its unit u.

    With b = u·b̃ the objective ½(y/u - x b̃)² + λ[ρ|b̃| + (1-ρ)/2 b̃²], multiplied by u², is
    ½(y - x b)² + λ[ρu|b| + (1-ρ)/2 b²], which has λ' = λ(ρu + 1-ρ) and ρ' = ρu / (ρu + 1-ρ).
    """
    if unit == 1:
        return 1.0, l1_ratio
    share = l1_ratio * unit + 1.0 - l1_ratio
    return share, l1_ratio * unit / share


class Layout:
    """Lays out all paths of a plan: grids, solvers, where a path may end.

    Parameters
    ----------
    prepared : Prepared
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared, self.config, self.problem = prepared, prepared.plan.config, prepared.problem
        self.unit = spread(self.problem) if self.config.preprocess.target == "standard" else 1.0

    def paths(self) -> tuple[list[PathSpec], list[str]]:
        """One path for each penalty entry and l1_ratio; and what is to be said about them.

        Raises
        ------
        UsageError
            Where a penalty factor names no column, or a grid would end above its top.
        """
        names, outputs = self.prepared.plan.dataset.features.names, self.prepared.outputs
        paths: list[PathSpec] = []
        warnings: list[str] = []
        known: dict[bytes, Ground] = {}
        for entry, wanted in enumerate(self.config.penalty):
            _check_rules(dict(wanted.factors), names, entry if len(self.config.penalty) > 1 else None)
            factors = factors_for(outputs, wanted.factors)
            key = factors.tobytes() + bytes([wanted.positive])
            ground = known.setdefault(key, Ground(self.prepared, linear.Penalty(0.0, factors, wanted.positive), self.unit))
            ratios = wanted.l1_ratio if wanted.kind == "elasticnet" else (L1_RATIOS[wanted.kind],)
            for l1_ratio in ratios:
                found = self._staged(entry, wanted, l1_ratio, ground)
                paths += [path for path, _ in found]
                warnings += [
                    f"penalty {wanted.kind}: no penalised column can enter, the grid is λ = {path.lambdas[0]:g} alone"
                    for path, empty in found
                    if empty
                ]
        return paths, list(dict.fromkeys([*warnings, *self._on_the_unit()]))

    def _staged(self, entry: int, wanted: Penalty, l1_ratio: float | None, ground: Ground) -> list[tuple[PathSpec, bool]]:
        """One path, or where there is a second stage one for each γ; and whether no penalised column can enter."""
        if wanted.stage is None:
            return [self._path(entry, wanted, l1_ratio, ground)]
        found = []
        for second, ratio, its in staged(self.prepared, wanted.stage, l1_ratio, ground, self.config):
            path, empty = self._path(entry, wanted, ratio, its, ground.penalty)
            found.append((replace(path, second=second), empty))
        return found

    def _on_the_unit(self) -> list[str]:
        """An elastic net's l1_ratio depends on the unit of y: said where that is far from the SD."""
        mixed = [r for e in self.config.penalty if e.kind == "elasticnet" for r in e.l1_ratio if 0 < r < 1]
        if self.problem.loss.name != "squared" or self.config.preprocess.target != "none" or not mixed:
            return []
        sd = spread(self.problem)
        if 1 / UNIT <= sd <= UNIT:
            return []
        said = f"the target's SD is {number(sd)}: with squared loss an elastic net's l1_ratio depends on the unit of the target"
        return [f"{said}; set preprocess.target: standard to measure it in SDs"]

    def _path(
        self, entry: int, wanted: Penalty, l1_ratio: float | None, ground: Ground, penalty: linear.Penalty | None = None
    ) -> tuple[PathSpec, bool]:
        """One path, and whether no penalised column can enter it; `penalty` is that of all columns, if the ground has some."""
        common: dict[str, Any] = {
            "entry": entry, "penalty": wanted.kind, "l1_ratio": l1_ratio, "rules": dict(wanted.factors),
            "positive": wanted.positive, "unit": self.unit,
        }  # fmt: skip
        grid = self.config.lambdas if wanted.lambdas is None else wanted.lambdas
        empty, ending, by_df = False, None, False
        if l1_ratio is None:
            lambdas = np.zeros(1)
        elif grid.values is not None:
            lambdas = np.array(sorted(set(grid.values), reverse=True), dtype=np.float64)
        else:
            top = ground.top(l1_ratio) if grid.max is None else grid.max
            empty = top <= 0
            lambdas = np.array([grid.min or 0.0]) if empty else _geometric(grid, top, ground.bottom(grid, l1_ratio, top))
            ending = ground.ending() if grid.stop == "saturated" and not empty else None
            by_df = l1_ratio == 0 and grid.max is None and grid.min is None and grid.min_ratio == "auto"
        share, ratio = _undivided(l1_ratio or 0.0, self.unit)
        model = self.config.model
        task = linear.Task(replace(penalty or ground.penalty, l1_ratio=ratio), lambdas * share, model.tol, model.max_iter, ending)
        solver, together, reason = self._solver(task, screened=ground.screened)
        path = PathSpec(**common, lambdas=lambdas, ending=ending, by_df=by_df, solver=solver, together=together, reason=reason)
        return path, empty

    def _solver(self, task: linear.Task, *, screened: bool) -> tuple[linear.Solver, bool, str]:
        """The solver of one path, whether it walks all sets together, and why it is the one.

        What all sets' screens have left together is fitted set by set where no solver takes them together.
        """
        prepared, why = self.prepared, self.prepared.reason
        if prepared.together is not None:
            solver, why = linear.choose(prepared.together.sets, task, prepared.executor)
            if solver is not None:
                return solver, True, why
        solver, reason = linear.choose(prepared.full.sets, task, prepared.executor)
        if solver is None:
            raise ValueError(reason)
        if screened and prepared.together is not None:
            return solver, True, reason
        return solver, False, f"{why}: {reason}" if why else reason


def _geometric(grid: Lambdas, top: float, bottom: float) -> FloatArray:
    if bottom > top:
        raise UsageError(
            f"lambdas.min: {bottom:g} is larger than the grid's top, {top:g}", "give a smaller min, or lambdas.max as well"
        )
    return linear.geometric_grid(top, bottom, grid.count)


def factors_for(outputs: Sequence[Output], rules: Mapping[str, float]) -> FloatArray:
    """v_j of every output column, rescaled so that the positive ones sum to their number; (p,).

    A rule names an input column or is a glob over them; an exact name wins over globs, the first matching glob over later
    ones. A level inherits its column's factor, a product of columns the largest of theirs.
    """
    if not rules:
        return np.ones(len(outputs))

    def factor(column: str) -> float:
        if column in rules:
            return rules[column]
        return next((value for pattern, value in rules.items() if fnmatchcase(column, pattern)), 1.0)

    known: dict[str, float] = {}
    for output in outputs:
        for column in output.inputs:
            if column not in known:
                known[column] = factor(column)
    raw = np.array([max(known[column] for column in output.inputs) for output in outputs])
    positive = raw > 0
    return raw * (positive.sum() / raw[positive].sum()) if positive.any() else raw


def _check_rules(rules: Mapping[str, float], names: tuple[str, ...], entry: int | None) -> None:
    for pattern in rules:
        if pattern not in names and not any(fnmatchcase(name, pattern) for name in names):
            near = nearest(pattern, names)
            key = "penalty.factors" if entry is None else f"penalty.{entry}.factors"
            raise UsageError(
                f"{key}: {pattern!r} matches no input column",
                f"input columns: {listing(names)}" if near is None else f"did you mean {near!r}?",
            )
