"""`stage` of a penalty's entry: a second fit on what the first one selects or weighs, inside every training set."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from regcli.config.base import Complaint, Number, Part, UnitInterval, once, reject

Kind = Literal["relaxed", "adaptive", "refit"]
Refit = Literal["none", "ridge", "elasticnet"]
# What `gamma` is for each kind, and its default.
GAMMA: dict[str, tuple[float, ...]] = {
    "relaxed": (0.0, 0.25, 0.5, 0.75, 1.0),
    "adaptive": (1.0,),
    "refit": (0.5, 0.2, 0.1, 0.03, 0.01),
}
RANGE = {
    "relaxed": "from 0 (the refit alone) to 1 (the first fit alone)",
    "adaptive": "above 0: the weights' exponent",
    "refit": "above 0 and below 1: the screen's share of its λ_max",
}


def listed(value: Any) -> Any:  # noqa: ANN401
    """A single value as a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


def _of_refit(given: dict[str, Any]) -> Kind:
    return "refit" if given.get("refit") is not None else "relaxed"


def _usual(given: dict[str, Any]) -> tuple[float, ...]:
    return (0.0,) if given.get("refit") == "none" else GAMMA[given["kind"]]


class Stage(Part):
    """A second stage: `relaxed`, `adaptive` or `{refit: …}`."""

    short: ClassVar[str | None] = "kind"

    refit: Refit | None = Field(
        default=None, description="what is fitted on the columns that the lasso selects: none (no penalty), ridge or elasticnet"
    )
    kind: Kind = Field(
        default_factory=_of_refit,
        description="relaxed: between the fit and one without a penalty on its columns; adaptive: a lasso with weights from "
        "a first fit; refit: the lasso screens, `refit` fits",
    )
    gamma: Annotated[
        tuple[Number, ...],
        Field(min_length=1),
        AfterValidator(once),
        BeforeValidator(listed, json_schema_input_type=Number | Annotated[tuple[Number, ...], Field(min_length=1)]),
    ] = Field(
        default_factory=_usual,
        description="chosen together with λ. relaxed: share of the first fit in the mixture, 0 to 1; adaptive: exponent of the "
        "weights 1/|β|^γ; refit ridge, elasticnet: λ of the screen divided by its λ_max",
    )
    first: Literal["ridge", "ols"] = Field(
        default="ridge",
        description="adaptive: where the weights are from; ridge, its λ by generalised cross-validation (AIC for classes) "
        "inside the training set, or ols",
    )
    l1_ratio: Annotated[
        tuple[UnitInterval, ...],
        Field(min_length=1),
        AfterValidator(once),
        BeforeValidator(listed, json_schema_input_type=UnitInterval | Annotated[tuple[UnitInterval, ...], Field(min_length=1)]),
    ] = Field(default=(0.5,), description="refit: elasticnet alone: share of the lasso in the second penalty, a path for each")

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        refit, kind = given.get("refit"), given.get("kind", _of_refit(given))
        if not given.keys() & {"kind", "refit"}:
            yield Complaint(("kind",), "missing: relaxed, adaptive or refit")
        if kind == "refit" and refit is None and "kind" in given:
            yield Complaint(("refit",), "missing: none, ridge or elasticnet")
        if refit is not None and kind in {"relaxed", "adaptive"}:
            yield Complaint(("refit",), f"has no meaning for {kind}; it belongs to refit", at_key=True)
        if "first" in given and kind in {"relaxed", "refit"}:
            yield Complaint(("first",), f"has no meaning for {kind}; it belongs to adaptive", at_key=True)
        if "l1_ratio" in given and refit != "elasticnet":
            yield Complaint(("l1_ratio",), "belongs to refit: elasticnet", at_key=True)
        if "gamma" in given and refit == "none":
            yield Complaint(("gamma",), "has no meaning for refit: none, whose λ is the screen's", at_key=True)

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        names = {"relaxed": {"refit", "first", "l1_ratio"}, "adaptive": {"refit", "l1_ratio"}, "refit": {"first"}}[self.kind]
        more = {"ridge": {"l1_ratio"}, "none": {"l1_ratio", "gamma"}}.get(self.refit or "", set[str]())
        return frozenset(names | more)

    @field_validator("gamma")
    @classmethod
    def _in_range(cls, gamma: tuple[float, ...], info: Any) -> tuple[float, ...]:  # noqa: ANN401
        kind = info.data.get("kind")
        for i, value in enumerate(gamma):
            good = {"relaxed": 0 <= value <= 1, "adaptive": value > 0, "refit": 0 < value < 1}
            if not good.get(kind, True):
                raise reject(f"must be {RANGE[kind]}, not {value:g}", i)
        return gamma

    @property
    def name(self) -> str:
        """What tables call it: `relaxed`, `adaptive`, `refit ridge`."""
        return f"refit {self.refit}" if self.kind == "refit" else self.kind
