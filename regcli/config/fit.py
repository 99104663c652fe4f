"""The blocks `penalty`, `lambdas` and `model`: what is fitted."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo, WrapValidator, field_validator

from regcli.config.base import (
    LARGEST_LAMBDA,
    AtLeastOne,
    Complaint,
    Flag,
    NonNegative,
    Part,
    Positive,
    Rejected,
    Share,
    UnitInterval,
    carried,
    must,
    once,
    reject,
)
from regcli.config.stage import Stage, listed
from regcli.config.tree import shown

_ALIASES = {"l2": "ridge", "l1": "lasso", "enet": "elasticnet"}


def _canonical(kind: Any) -> Any:  # noqa: ANN401
    return _ALIASES.get(kind, kind) if isinstance(kind, str) else kind


PenaltyKind = Annotated[
    Literal["none", "ridge", "lasso", "elasticnet"],
    BeforeValidator(_canonical, json_schema_input_type=Literal["none", "ridge", "lasso", "elasticnet", "l2", "l1", "enet"]),
]


Lambda = Annotated[float, Field(ge=0, le=LARGEST_LAMBDA), must("a number of at least 0, and at most 1e+100")]
PositiveLambda = Annotated[float, Field(gt=0, le=LARGEST_LAMBDA), must("a number above 0, and at most 1e+100")]


def _default_stop(given: dict[str, Any]) -> Literal["saturated", "never"]:
    return "saturated" if given.get("values") is None else "never"


class Lambdas(Part):
    """The grid of λ, shared by all folds: generated from λ_max down, between given ends, or given."""

    values: Annotated[tuple[Lambda, ...], Field(min_length=1)] | None = Field(
        default=None, description="the whole grid, in any order"
    )
    max: PositiveLambda | None = Field(
        default=None,
        description="the largest λ; null: λ_max of the full training data, for ridge where 0.05 degrees of freedom are left",
    )
    min: PositiveLambda | None = Field(default=None, description="the smallest λ; null: by min_ratio")
    count: Annotated[int, Field(ge=1, le=10_000), must("a whole number from 1 to 10000")] = Field(
        default=100, description="number of values, geometrically spaced"
    )
    min_ratio: Annotated[Literal["auto"] | Share, must("auto, or a number above 0 and below 1")] = Field(
        default="auto",
        description="the smallest λ divided by the largest; auto: 1e-4 where rows outnumber columns, else 1e-2; "
        "ridge, and an elastic net's ridge part, down to 99.9 % of the degrees of freedom",
    )
    stop: Literal["saturated", "never"] = Field(
        default_factory=_default_stop,
        description="end a path early where the fit no longer improves (saturated, the default for generated grids), or never",
    )

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        if "values" in given:
            for key in ("max", "min", "count", "min_ratio"):
                if key in given:
                    yield Complaint((key,), "has no meaning beside values; keep one of the two", at_key=True)
        elif "min" in given and "min_ratio" in given:
            yield Complaint(("min_ratio",), "has no meaning beside min; keep one of the two", at_key=True)

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        if self.values is not None:
            return frozenset({"max", "min", "count", "min_ratio"})
        return frozenset({"values", "min_ratio"} if self.min is not None else {"values"})

    @field_validator("values")
    @classmethod
    def _descending(cls, values: tuple[float, ...] | None) -> tuple[float, ...] | None:
        return None if values is None else tuple(sorted(set(values), reverse=True))

    @field_validator("min")
    @classmethod
    def _below_max(cls, smallest: float | None, info: ValidationInfo) -> float | None:
        largest = info.data.get("max")
        if smallest is not None and largest is not None and smallest >= largest:
            raise reject(f"must be below max ({largest:g}), not {smallest:g}")
        return smallest


class Penalty(Part):
    """One penalty, with a λ path for each l1_ratio."""

    short: ClassVar[str | None] = "kind"

    kind: PenaltyKind = Field(description="none, ridge (l2), lasso (l1) or elasticnet (enet)")
    l1_ratio: Annotated[
        tuple[UnitInterval, ...],
        Field(min_length=1),
        AfterValidator(once),
        BeforeValidator(listed, json_schema_input_type=UnitInterval | Annotated[tuple[UnitInterval, ...], Field(min_length=1)]),
    ] = Field(default=(0.1, 0.5, 0.9), description="elasticnet alone: share of the lasso in the penalty, one path for each value")
    factors: dict[str, NonNegative] = Field(
        {}, description="penalty factors by column or glob, 1 elsewhere, 0 for no penalty; a level inherits its column's"
    )
    positive: Flag = Field(default=False, description="coefficients must not be negative")
    lambdas: Lambdas | None = Field(default=None, description="the grid of this entry alone; null: the common one")
    stage: Stage | None = Field(
        default=None, description="a second fit inside every training set: relaxed, adaptive or {refit: none|ridge|elasticnet}"
    )

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        kind = _canonical(given.get("kind"))
        if isinstance(kind, str) and kind in {"none", "ridge", "lasso"} and "l1_ratio" in given:
            yield Complaint(("l1_ratio",), f"has no meaning for {kind}; it belongs to elasticnet", at_key=True)
        for key in ("factors", "lambdas"):
            if kind == "none" and key in given:
                yield Complaint((key,), "has no meaning for none; it belongs to ridge, lasso and elasticnet", at_key=True)
        yield from _complaints_of_stage(kind, given)

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        names = {"none": {"l1_ratio", "factors", "lambdas", "stage"}, "ridge": {"l1_ratio", "stage"}, "elasticnet": set[str]()}
        return frozenset(names.get(self.kind, {"l1_ratio"}))


def _complaints_of_stage(kind: Any, given: dict[str, Any]) -> Iterator[Complaint]:  # noqa: ANN401
    """A second stage needs a first one that selects; what weighs or screens is a lasso."""
    stage = given.get("stage")
    if stage is None or not isinstance(kind, str):
        return
    plain = stage if isinstance(stage, str) else stage.get("kind") if isinstance(stage, dict) else getattr(stage, "kind", None)
    refit = stage.get("refit") if isinstance(stage, dict) else getattr(stage, "refit", None)
    if kind in {"none", "ridge"}:
        yield Complaint(("stage",), f"belongs to lasso and elasticnet; {kind} selects no columns", at_key=True)
    elif kind == "elasticnet" and (plain == "adaptive" or refit in {"ridge", "elasticnet"}):
        what = "adaptive" if plain == "adaptive" else f"refit: {refit}"
        yield Complaint(("stage",), f"{what} belongs to lasso; an elasticnet may be relaxed", at_key=True)
    elif kind == "elasticnet" and 0 in listed(given.get("l1_ratio", ())):
        yield Complaint(("l1_ratio",), "must be above 0 beside stage: an elasticnet without a lasso part selects no columns")


def _none_or_listed(value: Any) -> Any:  # noqa: ANN401
    """Without a penalty there are only other families."""
    return () if value is None else listed(value)


Penalties = Annotated[
    tuple[Penalty, ...],
    BeforeValidator(_none_or_listed, json_schema_input_type=Penalty | Annotated[tuple[Penalty, ...], Field(min_length=1)]),
]


def _by_label(value: Any, handler: Any) -> Any:  # noqa: ANN401
    """Of a union's errors those that concern the form which was given."""
    try:
        return handler(value)
    except ValidationError as error:
        if not isinstance(value, dict):
            raise reject(f"must be balanced, a mapping of label to weight, or null, not {shown(value)}") from None
        entries = [line for line in error.errors(include_url=False) if len(line["loc"]) > 1]
        raise Rejected(*(c._replace(path=line["loc"][1:]) for line in entries for c in carried(line))) from None


class Model(Part):
    """What holds for every fit."""

    fit_intercept: Flag = Field(default=True, description="whether there is an intercept, which is never penalised")
    class_weight: Annotated[Literal["balanced"] | dict[str, Positive] | None, WrapValidator(_by_label)] = Field(
        default=None, description="weight of each class's rows: balanced, or a mapping of label to weight (1 where not named)"
    )
    tol: Positive = Field(default=1e-6, description="a fit has converged where its kkt is at most this")
    max_iter: AtLeastOne = Field(default=10_000, description="most iterations for one fit")
