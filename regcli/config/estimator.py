"""What the entries of all families beyond the linear one have in common: an axis, its grid, and levers."""

from collections.abc import Iterator
from itertools import product
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from regcli.config.base import Complaint, Number, Part, must, once, reject
from regcli.config.stage import listed
from regcli.config.tree import shown


class Axis(NamedTuple):
    """What values a lever takes where it is the axis.

    Attributes
    ----------
    strong : {"large", "small"}
        Which values are the strong ones.
    whole : bool
        They are whole numbers.
    least : float
        None is below.
    most : float
        None is above.
    """

    strong: Literal["large", "small"]
    whole: bool
    least: float
    most: float = 1e9

    @property
    def allowed(self) -> str:
        """The same in words."""
        least = f"{self.least:g}"
        kind = "whole numbers" if self.whole else "numbers"
        return f"{kind} of at least {least}" if self.most >= 1e9 else f"{kind} from {least} to {self.most:g}"


def lever(kind: Any) -> Any:  # noqa: ANN401 - a type is made of a type
    """A value, or a list of values: every combination of the levers' values is one path."""
    many = Annotated[tuple[kind, ...], Field(min_length=1)]
    return Annotated[many, AfterValidator(once), BeforeValidator(listed, json_schema_input_type=kind | many)]


def written(value: Any) -> str:  # noqa: ANN401
    """A lever's value as it is configured."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "-".join(map(written, value))
    return f"{value:g}" if isinstance(value, float) else "none" if value is None else str(value)


class Estimator(Part):
    """What the entries of all families have in common.

    A family's own levers are the fields that its class adds.
    """

    short: ClassVar[str | None] = "kind"
    AXES: ClassVar[dict[str, Axis]] = {}
    SINGLE: ClassVar[frozenset[str]] = frozenset()
    """Keys of the class that are no levers: they have one value for all paths."""
    ROLES: ClassVar[tuple[str, ...]] = ()
    """Roles that some column must have."""

    kind: str = Field(description="the family")
    axis: str = Field(description="the lever that is walked from strong to weak")
    values: Annotated[tuple[Number, ...], Field(min_length=1)] | None = Field(
        default=None, description="the axis's whole grid, in any order; null: between max and min, or by the data"
    )
    max: Annotated[float, must("a number")] | None = Field(
        default=None, description="the axis's largest value; null: by the data"
    )
    min: Annotated[float, must("a number")] | None = Field(
        default=None, description="the axis's smallest value; null: by the data"
    )
    count: Annotated[int, Field(ge=1, le=10_000), must("a whole number from 1 to 10000")] = Field(
        default=50, description="at most so many values of the axis"
    )
    seeds: Annotated[int, Field(ge=1, le=100), must("a whole number from 1 to 100")] | None = Field(
        default=None,
        description="how often everything is fitted with other random numbers; null: 3 where anything is random, else 1",
    )

    @property
    def walked(self) -> Axis:
        """What is known of the axis."""
        return self.AXES[self.axis]

    def combinations(self) -> list[dict[str, Any]]:
        """Every combination of the fixed levers' values, as configured: one path each."""
        names = [name for name in type(self).model_fields if name not in _COMMON | self.SINGLE and name != self.axis]
        return [dict(zip(names, values, strict=True)) for values in product(*(getattr(self, name) for name in names))]

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        default = cls.model_fields["axis"].default
        axis = given.get("axis", default)
        if isinstance(axis, str) and axis in cls.AXES and axis in given:
            text = "is the axis, which is walked: give its grid by values, or by max, min and count"
            yield Complaint((axis,), text, at_key=True)
        if "values" in given:
            for key in ("max", "min", "count"):
                if key in given:
                    yield Complaint((key,), "has no meaning beside values; keep one of the two", at_key=True)

    @classmethod
    def usual(cls) -> frozenset[str]:
        """`key=value` of every lever that stays where it is unless something else is asked for."""
        defaults = {name: field.default for name, field in cls.model_fields.items() if name not in _COMMON | cls.SINGLE}
        return frozenset(f"{name}={written(default[0])}" for name, default in defaults.items())

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        return frozenset({self.axis} | ({"max", "min", "count"} if self.values is not None else {"values"}))

    @field_validator("values")
    @classmethod
    def _from_strong_to_weak(cls, values: tuple[float, ...] | None, info: ValidationInfo) -> tuple[float, ...] | None:
        axis = cls.AXES.get(info.data.get("axis", ""))
        if values is None or axis is None:
            return values
        for i, value in enumerate(values):
            _require(axis, value, i)
        return tuple(sorted(set(values), reverse=axis.strong == "large"))

    @field_validator("max", "min")
    @classmethod
    def _on_the_axis(cls, value: float | None, info: ValidationInfo) -> float | None:
        axis = cls.AXES.get(info.data.get("axis", ""))
        if value is not None and axis is not None:
            _require(axis, value)
            largest = info.data.get("max")
            if info.field_name == "min" and largest is not None and value > largest:
                raise reject(f"must not be above max ({largest:g}), is {value:g}")
        return value


_COMMON = frozenset(Estimator.model_fields)


def _require(axis: Axis, value: float, *path: int) -> None:
    """Refuse what has no place on an axis."""
    if value < axis.least or value > axis.most or (axis.whole and value != int(value)):
        raise reject(f"must be among {axis.allowed}, not {shown(value)}", *path)
