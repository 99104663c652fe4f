"""Which of several kinds of model suits: no penalty, unless it over-fits; fewer columns, if they cost nothing; steady ones."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from regcli.metrics import METRICS
from regcli.noise import LEVEL
from regcli.numerals import count, number, relative
from regcli.spoken import LAMBDA, axis_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NONE = "none"
# In this order kinds of a family are asked for: what comes later must be wanted for something.
STEPS = (NONE, "ridge", "lasso", "elasticnet")
# A gap of this share of the training score is large.
LARGE_GAP = 0.10
# A share of a score that is rounding alone.
ROUNDING = 1e-12
# A model is sparse that needs no more than this share of another's input columns.
SPARSE = 0.5


@dataclass(frozen=True, slots=True)
class Point:
    """A grid point in a ranking.

    Attributes
    ----------
    l1_ratio : float or None
    lam : float
    mean, se : float
        Validation mean over folds and its standard error.
    gap, gap_relative : float
    n_nonzero : int
    worse, worse_relative : float
        How much worse than the best point of all, in the metric's unit, > 0 whichever way it points; and as a share of that.
    p : float
        Of that difference, corrected for the number of models; NaN for the best itself and where nothing can be tested.
    complexity : float
    """

    l1_ratio: float | None
    lam: float
    mean: float
    se: float
    gap: float
    gap_relative: float
    n_nonzero: int
    worse: float
    worse_relative: float
    p: float
    complexity: float = math.nan

    def numbers(self) -> dict[str, Any]:
        """What stands in metrics.json."""
        out = asdict(self)
        return {"l1_ratio": out.pop("l1_ratio"), "lambda": out.pop("lam"), **out}


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of model in a ranking.

    Attributes
    ----------
    key, kind : str
        What it is called in metrics.json, and what it is.
    entry : tuple of (str, int)
        Family, and position in its list of the configuration.
    best, chosen : Point
        The best mean, and the point that stands for it by the rule.
    n_inputs : int
        Input columns that the chosen point needs.
    phi : float
        Stability of the chosen point's support over the folds; NaN where undefined.
    is_steady : bool
        The folds' models keep what the chosen point rests on.
    axis, complexity_of : str
        What it is walked along, and what its complexity counts.
    """

    key: str
    kind: str
    entry: tuple[str, int]
    best: Point
    chosen: Point
    n_inputs: int
    phi: float
    is_steady: bool
    axis: str = "lambda"
    complexity_of: str = ""

    def numbers(self) -> dict[str, Any]:
        """What stands in metrics.json."""
        return {
            "family": self.entry[0],
            "kind": self.kind,
            "entry": self.entry[1],
            "axis": self.axis,
            "complexity_of": self.complexity_of,
            "best": self.best.numbers(),
            "chosen": {**self.chosen.numbers(), "n_inputs": self.n_inputs, "phi": self.phi},
        }

    @property
    def step(self) -> int:
        """When its turn comes, among models that are as good as each other."""
        return STEPS.index(self.kind) if self.kind in STEPS else len(STEPS)

    @property
    def name(self) -> str:
        """As people say it."""
        known = {"none": "the model without a penalty", "lasso": "the lasso", "elasticnet": "the elastic net"}
        return known.get(self.key, self.key)


class Advice(NamedTuple):
    """A model, or None where none is worth having; and the reason in a sentence."""

    model: Model | None
    reason: str


def recommend(models: Sequence[Model], best: Model, metric: str, null: float, rule: str) -> Advice:
    """Walk down the usual questions.

    Does anything beat the model without columns? Which kinds are as good as the best, within noise? Does the model without a
    penalty over-fit? Would a sparse one do? Are its columns the same from fold to fold? What does the rule give away?

    Parameters
    ----------
    models : sequence of Model
        In the order of the configuration, families from simple to complex.
    best : Model
        The one of the best mean.
    metric : str
    null : float
        Validation mean of the null model.
    rule : str
        By which each model's point was chosen.
    """
    gained, error = METRICS[metric].sign * (null - best.best.mean), best.best.se
    if gained <= (0.0 if math.isnan(error) else error):
        how = "is no better than" if gained <= ROUNDING * abs(null) else "is no more than one standard error better than"
        null_model = f"the null model, whose {metric} is {number(null)}"
        return Advice(None, _text([f"{best.name}, the best of them, {how} {null_model}: look at the data before any penalty"]))
    equals = [model for model in models if model is best or _is_equal(model, best)]
    # of families that are as good as each other the simplest, which comes first
    equals = sorted((m for m in equals if m.entry[0] == equals[0].entry[0]), key=lambda model: model.step)
    pick, said = _held_back_or_not(models, equals, best)
    few = [model for model in sorted(models, key=lambda model: model.step) if 0 < model.n_inputs <= SPARSE * pick.n_inputs]
    taken = next((model for model in few if model in equals), None)
    if taken is not None:
        said[-1] = f"{taken.name} {_beside(taken, best)} and {_fewer(taken, pick)}"
        pick = taken
    elif pick.kind != NONE and best in equals and best.is_steady and 0 < best.n_inputs < pick.n_inputs:
        said[-1] = f"{best.name} is the best and {_fewer(best, pick)}"
        pick = best
    elif few:
        said += [f"{few[0].name} {_fewer(few[0], pick)}, but {_beside(few[0], best)}"]
    if not pick.is_steady and pick.n_inputs < max(model.n_inputs for model in models):
        pick, more = _steadier(pick, equals, best)
        said += more
    if pick.chosen.worse > pick.best.worse:
        by, *chance = _by(pick.chosen)
        noise = "" if math.isnan(pick.chosen.p) else ", more than noise" if pick.chosen.p < LEVEL else ", within noise"
        known = f" ({chance[0]})" if chance else ""
        instead = "; select.rule: min does not pay it" if pick.chosen.p < LEVEL else ""
        what = LAMBDA if axis_name(pick.axis) == LAMBDA else "point"
        said += [f"its {what} by rule {rule} is {by} than the best of all{noise}{known}: the price of the simpler model{instead}"]
    return Advice(pick, _text(said))


def _fewer(model: Model, than: Model) -> str:
    return f"needs {count(model.n_inputs, 'input column')} where {than.name} needs {count(than.n_inputs)}"


def _text(sentences: Iterable[str]) -> str:
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)


def _is_equal(model: Model, best: Model) -> bool:
    """Within a standard error of the best, and no worse than it by more than noise."""
    return model.best.worse <= best.best.se and not model.best.p < LEVEL


def _held_back_or_not(models: Sequence[Model], equals: Sequence[Model], best: Model) -> tuple[Model, list[str]]:
    """No penalty where it does as well and does not over-fit, else the first that has one; and why, last what is said of it."""
    free, held = [m for m in models if m.kind == NONE], [m for m in equals if m.kind != NONE]
    if not free:
        return held[0], [f"{held[0].name} {_beside(held[0], best)}"]
    if free[0] not in equals:
        return held[0], [f"{free[0].name} {_beside(free[0], best)}", f"{held[0].name} {_beside(held[0], best)}"]
    gap = f"without a penalty the gap between train and validation is {relative(free[0].best.gap_relative)} of train"
    if not held or not free[0].best.gap_relative > LARGE_GAP:
        return free[0], [gap, f"{free[0].name} {_beside(free[0], best)}"]
    return held[0], [f"{gap}, which is large", f"{held[0].name} {_beside(held[0], best)}"]


def _steadier(pick: Model, equals: Sequence[Model], best: Model) -> tuple[Model, list[str]]:
    """Another sparse model that is as good and whose columns change less from fold to fold, where there is one; and why."""
    changing = f"its columns change from fold to fold (Φ = {number(pick.phi, 2)})"
    most = max(model.n_inputs for model in equals)
    others = [m for m in equals if m is not pick and m.n_inputs < most and m.is_steady]
    if not others:
        # a smaller l1_ratio keeps columns together that tell the same
        ratio = ", and try a smaller l1_ratio" if pick.kind in {"lasso", "elasticnet"} else ""
        return pick, [f"{changing}: look at the data before anything is explained by them{ratio}"]
    other = max(others, key=lambda model: model.phi)
    less = f"those of {other.name}, {other.n_inputs} in number, less (Φ = {number(other.phi, 2)})"
    return other, [f"{changing}, {less}", f"{other.name} {_beside(other, best)}"]


def _beside(model: Model, best: Model) -> str:
    """How it stands to the best."""
    if model is best:
        return "is the best"
    how = "is within noise of" if _is_equal(model, best) else "is more than a standard error worse than"
    if model.best.p < LEVEL:
        how = "is worse by more than noise than"
    return f"{how} {best.name}, the best ({', '.join(_by(model.best))})"


def _by(point: Point) -> list[str]:
    """`3.1% worse`, `p = 0.02`: by how much, and, where it is known, how often by chance."""
    by = number(point.worse) if math.isnan(point.worse_relative) else relative(point.worse_relative)
    chance = [] if math.isnan(point.p) else [f"p {'< 0.001' if point.p < 0.001 else f'= {number(point.p, 2)}'}"]
    return [f"{by} worse", *chance]
