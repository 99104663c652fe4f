"""What every part of the configuration is made of: the model's base class, and types whose errors speak plainly.

Pydantic decides what is valid; the words are ours. A validator that refuses something raises `Rejected`, which carries complaints
with paths relative to the value refused; every level passes on those of the level below, so that all of them come out at once.
"""

import difflib
import re
from collections.abc import Collection, Iterator
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

from regcli.config.tree import Path, shown


class Complaint(NamedTuple):
    """What is wrong, and where, relative to the value that was refused.

    Attributes
    ----------
    path : tuple of str and int
        Steps down to the value (or, where something is missing, to where it should be); ``..`` at the front: beside the value.
    text : str
    at_key : bool
        It is the key that is wrong, not its value.
    """

    path: Path
    text: str
    at_key: bool = False


class Rejected(ValueError):  # noqa: N818 - it carries any number of errors
    """A value refused, with all that is wrong with it."""

    def __init__(self, *complaints: Complaint) -> None:
        super().__init__("; ".join(complaint.text for complaint in complaints))
        self.complaints = complaints


def reject(text: str, *path: str | int, at_key: bool = False) -> Rejected:
    """A refusal with one complaint."""
    return Rejected(Complaint(path, text, at_key=at_key))


def did_you_mean(word: object, known: Collection[str]) -> str:
    """`` (did you mean 'x'?)``, or nothing where no known word is near."""
    near = difflib.get_close_matches(str(word).lower().replace("-", "_"), known, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


# Counts beyond this are slips, and overflow in the libraries below. λ beyond this has no products within float64's range.
LARGEST = 2**31 - 1
LARGEST_LAMBDA = 1e100

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")


def once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values, unless one of them stands twice."""
    for i, value in enumerate(values):
        if value in values[:i]:
            raise reject(f"{shown(value)} stands twice", i)
    return values


def must(what: str) -> WrapValidator:
    """Whatever is wrong with the value, say ``must be {what}``."""

    def check(value: Any, handler: Any) -> Any:  # noqa: ANN401
        try:
            return handler(value)
        except ValidationError:
            hint = ""
            if "number" in what and isinstance(value, str) and _NUMBER.match(value):
                hint = "; leave out the quotes"
            elif what.startswith("text") and isinstance(value, bool | int | float):
                hint = "; put it in quotes"
            elif isinstance(value, int) and value > LARGEST:
                hint = f", and {LARGEST} at most"
            raise reject(f"must be {what}, not {shown(value)}{hint}") from None

    return WrapValidator(check)


Text = Annotated[str, Field(min_length=1), must("text")]
Flag = Annotated[bool, must("true or false")]
Number = Annotated[float, must("a number")]
Positive = Annotated[float, Field(gt=0), must("a number above 0")]
NonNegative = Annotated[float, Field(ge=0), must("a number of at least 0")]
UnitInterval = Annotated[float, Field(ge=0, le=1), must("a number from 0 to 1")]
Share = Annotated[float, Field(gt=0, lt=1), must("a number above 0 and below 1")]
Whole = Annotated[int, Field(ge=0, le=LARGEST), must("a whole number of at least 0")]
AtLeastOne = Annotated[int, Field(ge=1, le=LARGEST), must("a whole number of at least 1")]
AtLeastTwo = Annotated[int, Field(ge=2, le=LARGEST), must("a whole number of at least 2")]
Seed = Annotated[int, Field(ge=0, lt=2**32), must("a whole number from 0 to 4294967295")]
ShareOrRows = Annotated[
    Annotated[int, Field(ge=1, le=LARGEST)] | Annotated[float, Field(gt=0, lt=1)],
    must("a number above 0 and below 1 (a share of the rows) or a whole number of at least 1 (rows)"),
]


class Part(BaseModel):
    """A block of the configuration: a mapping with known keys, immutable once validated.

    An empty block (``cv:`` and nothing behind it) stands for its defaults.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    short: ClassVar[str | None] = None
    """The key that a plain word in place of the mapping stands for."""

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:  # noqa: ARG003
        """What is wrong with the combination of the keys given; `given` has no nulls, and values that may be anything."""
        yield from ()

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values, and so are not written out."""
        return frozenset()

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401
        if isinstance(data, cls):
            return data
        if data is None:
            data = {}
        if cls.short and isinstance(data, str):
            data = {cls.short: data}
        keys = list(cls.model_fields)
        if not isinstance(data, dict):
            raise reject(f"must be a mapping with the keys {', '.join(keys)}, not {shown(data)}")
        found = [_unknown_key(key, keys) for key in data if key not in cls.model_fields]
        found += cls._complaints({key: value for key, value in data.items() if value is not None})
        part = None
        try:
            part = handler({key: value for key, value in data.items() if key in cls.model_fields})
        except ValidationError as error:
            found += [complaint for line in error.errors(include_url=False) for complaint in _in_plain_words(cls, line)]
        if part is None or found:
            raise Rejected(*found)
        return part

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The mapping, or the plain word that stands for it."""
        reference = handler(schema)
        if cls.short:
            definition = handler.resolve_ref_schema(reference)
            mapping = dict(definition)
            definition.clear()
            definition["anyOf"] = [mapping["properties"][cls.short], mapping]
        return reference


def complaints_of(error: ValidationError) -> list[Complaint]:
    """All that is wrong, from the outermost error of a `Part`."""
    return [complaint for line in error.errors(include_url=False) for complaint in carried(line)]


def _unknown_key(key: str, known: list[str]) -> Complaint:
    return Complaint((key,), f"unknown key; allowed: {', '.join(known)}{did_you_mean(key, known)}", at_key=True)


def carried(line: ErrorDetails) -> tuple[Complaint, ...]:
    """The complaints of a `Rejected` that pydantic has wrapped."""
    error = line.get("ctx", {}).get("error")
    return error.complaints if isinstance(error, Rejected) else ()


def _in_plain_words(cls: type[Part], line: ErrorDetails) -> Iterator[Complaint]:
    """One of pydantic's errors as complaints relative to `cls`."""
    where, kind = line["loc"], line["type"]
    field = cls.model_fields[str(where[0])]
    tag = field.discriminator
    # A default that depends on a value which is wrong; a list that is short of an entry which is wrong.
    if kind == "default_factory_not_called" or (kind == "too_short" and line["input"]):
        return
    if tag and len(where) > 1:  # pydantic puts the kind of a union behind the key
        where = (where[0], *where[2:])
    if complaints := carried(line):
        for complaint in complaints:
            beside = complaint.path[:1] == ("..",)
            yield complaint._replace(path=(*where[:-1], *complaint.path[1:]) if beside else (*where, *complaint.path))
    elif kind == "union_tag_invalid" and line["input"][tag] is not None:
        yield Complaint((*where, str(tag)), not_among(line["input"][tag], _quoted(line["ctx"]["expected_tags"])))
    elif kind.startswith("union_tag"):
        yield Complaint((*where, str(tag)), f"missing: {field.description}")
    else:
        yield Complaint(where, _words(line, field.description))


def _words(line: ErrorDetails, description: str | None) -> str:
    """What one of pydantic's own errors says."""
    kind, value = line["type"], line["input"]
    if kind == "missing" or (kind == "model_attributes_type" and value is None):
        return f"missing: {description}"
    if kind == "literal_error":
        return not_among(value, _quoted(line["ctx"]["expected"]))
    if kind == "too_short":
        return "must not be empty"
    if kind == "tuple_type":
        return f"must be a list, not {shown(value)}"
    if kind in {"dict_type", "model_attributes_type"}:
        return f"must be a mapping, not {shown(value)}"
    return f"{shown(value)} is not allowed; expected: {description}"


def not_among(value: object, allowed: list[str]) -> str:
    """What is said of a word that is none of those allowed."""
    return f"{shown(value)} is not known; allowed: {', '.join(allowed)}{did_you_mean(value, allowed)}"


def _quoted(expected: str) -> list[str]:
    """The options in pydantic's ``'a', 'b' or 'c'``."""
    return re.findall(r"'([^']*)'", expected) or [expected]
