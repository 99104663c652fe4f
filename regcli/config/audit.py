"""What is asked of a chosen model: the blocks `stability`, `nested`, `bootstrap`, `learning_curve`, `vary` and `check`."""

import difflib
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from regcli.checks import CHECKS
from regcli.config.base import AtLeastOne, AtLeastTwo, Part, Seed, must, once, reject
from regcli.config.evaluation import Cv
from regcli.config.tree import shown

CODES = [check.code for check in CHECKS]


def _known(code: Any) -> Any:  # noqa: ANN401
    if code in CODES:
        return code
    near = difflib.get_close_matches(str(code).upper(), CODES, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise reject(f"{shown(code)} is no row of the checklist; allowed: {CODES[0]} to {CODES[-1]}{hint}")


Code = Annotated[str, BeforeValidator(_known), WithJsonSchema({"enum": CODES, "type": "string"})]


Threshold = Annotated[float, Field(gt=0.5, le=1), must("a number above 0.5, and at most 1")]
Pairs = Annotated[int, Field(ge=1, le=1000), must("a whole number from 1 to 1000")]


class Stability(Part):
    """Stability selection: which features halves of the training rows select, and how many of these are expected to be false."""

    short: ClassVar[str | None] = "kind"

    kind: Literal["complementary_pairs"] = Field(description="complementary_pairs: the rows are divided at random in two halves")
    pairs: Pairs = Field(default=50, description="how many pairs of halves")
    max_selected: AtLeastOne = Field(
        default=20, description="a half walks down its path until it has so many features in use, and selects these"
    )
    threshold: Threshold = Field(
        default=0.6, description="the share of halves from which on a feature that they select is recommended"
    )


class Nested(Part):
    """The whole search repeated on the training rows of outer folds, and judged on rows that no part of it has seen."""

    outer: Cv = Field(
        default=Cv(),
        description="the outer folds, by the keys of cv; their kind is that of cv unless given, and never splits a group",
    )


class Bootstrap(Part):
    """The whole recipe repeated on rows drawn with replacement: how much too good the final model looks on its own rows."""

    resamples: AtLeastTwo = Field(
        default=200, description="how many; each is a whole search, so that all cost about as many times what the run costs"
    )
    seed: Seed = Field(default=0, description="seed of the draws")


class Check(Part):
    """The ship checklist (`regcli check`)."""

    mute: Annotated[tuple[Code, ...], AfterValidator(once)] = Field(
        default=(), description="codes of rows that are not to be judged, such as RC011"
    )
    allow_looks: AtLeastOne = Field(
        default=1, description="how many evaluations of the holdout are planned; past them RC003 fails"
    )


RowShare = Annotated[float, Field(gt=0, le=1), must("a number above 0, and at most 1")]


def _with_all(shares: tuple[float, ...]) -> tuple[float, ...]:
    """Ascending, each once, all rows among them."""
    return tuple(sorted({*shares, 1.0}))


class LearningCurve(Part):
    """The selected path fitted on growing shares of each fold's training rows: whether more rows would help."""

    shares: Annotated[tuple[RowShare, ...], Field(min_length=1), AfterValidator(_with_all)] = Field(
        default=(0.125, 0.175, 0.25, 0.35, 0.5, 0.7, 1.0), description="shares of each fold's training rows; 1 is always one"
    )
    seed: Seed = Field(default=0, description="seed of the order in which rows are added")


# Keys whose change leaves rows, folds and the unit of the scores what they are.
VARIABLE = (
    "preprocess.scale",
    "preprocess.polynomial.degree",
    "preprocess.polynomial.interaction_only",
    "preprocess.missing.strategy",
    "preprocess.missing.indicator",
    "preprocess.categorical.min_frequency",
    "preprocess.categorical.drop",
    "preprocess.text.kind",
    "preprocess.text.min_count",
    "preprocess.dates.cyclic",
    "model.fit_intercept",
    "model.class_weight",
)


def _one_value(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict | list | tuple):
        raise reject("must be a single value: text, a number, true, false or null")
    return value


Value = Annotated[Any, BeforeValidator(_one_value), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})]


class Vary(Part):
    """The same experiment for other values of one key, on the same rows and folds."""

    key: Literal[VARIABLE] = Field(description="the key, such as preprocess.polynomial.degree")  # type: ignore[valid-type]
    values: Annotated[tuple[Value, ...], Field(min_length=1)] = Field(description="its values, in the order of the table")
