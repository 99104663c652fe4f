"""The entry `network` of `estimators`."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from regcli.config.base import AtLeastOne, Complaint, NonNegative, Part, Positive, must, once, reject
from regcli.config.estimator import Axis, Estimator, lever

NetworkAxis = Literal["weight_decay", "l1", "dropout", "label_smoothing", "noise", "mixup", "epochs"]
# None of what is learned would be left beyond these.
MOST_DROPOUT, MOST_SMOOTHING = 0.95, 0.95
Dropout = Annotated[float, Field(ge=0, le=MOST_DROPOUT), must(f"a number from 0 to {MOST_DROPOUT}")]
Smoothing = Annotated[float, Field(ge=0, le=MOST_SMOOTHING), must(f"a number from 0 to {MOST_SMOOTHING}")]
Width = Annotated[int, Field(ge=1, le=4096), must("a whole number from 1 to 4096")]
Widths = Annotated[tuple[Width, ...], Field(max_length=8)]
Degrees = Annotated[float, Field(ge=0, le=180), must("degrees, a number from 0 to 180")]


def _list_of_lists(value: Any) -> Any:  # noqa: ANN401
    """One list of widths as a list of one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return ((value,),)
    if isinstance(value, list | tuple) and not any(isinstance(item, list | tuple) for item in value):
        return (tuple(value),)
    return value


class Augment(Part):
    """What is done to rows that are images, anew at every step."""

    shape: tuple[AtLeastOne, AtLeastOne] = Field(description="height and width in pixels: the columns, line by line")
    shift: Annotated[int, Field(ge=0, le=100), must("a whole number of pixels from 0")] = Field(
        default=0, description="at most so many pixels up, down, left and right"
    )
    flip: Literal["horizontal", "vertical"] | None = Field(default=None, description="mirrored every other time")
    rotate: Degrees = Field(default=0.0, description="turned by at most so many degrees")


class Network(Estimator):
    """A network of dense layers with rectified units between them."""

    AXES: ClassVar[dict[str, Axis]] = {
        "weight_decay": Axis("large", whole=False, least=0.0),
        "l1": Axis("large", whole=False, least=0.0),
        "dropout": Axis("large", whole=False, least=0.0, most=MOST_DROPOUT),
        "label_smoothing": Axis("large", whole=False, least=0.0, most=MOST_SMOOTHING),
        "noise": Axis("large", whole=False, least=0.0),
        "mixup": Axis("large", whole=False, least=0.0),
        "epochs": Axis("small", whole=True, least=1),
    }
    SINGLE: ClassVar[frozenset[str]] = frozenset({"patience", "augment"})

    kind: Literal["network"] = Field(description="the family")
    axis: NetworkAxis = Field(default="weight_decay", description="what is walked from strong to weak")
    count: Annotated[int, Field(ge=1, le=1000), must("a whole number from 1 to 1000")] = Field(
        default=10, description="at most so many values of the axis"
    )
    weight_decay: lever(NonNegative) = Field(  # type: ignore[valid-type]
        default=(0.0,),
        description="decoupled: after every step weights lose learning_rate × this of themselves (biases do not)",
    )
    l1: lever(NonNegative) = Field(  # type: ignore[valid-type]
        default=(0.0,), description="after every step weights are soft-thresholded by learning_rate × this"
    )
    dropout: lever(Dropout) = Field(  # type: ignore[valid-type]
        default=(0.0,), description="share of hidden units that a step leaves out"
    )
    label_smoothing: lever(Smoothing) = Field(  # type: ignore[valid-type]
        default=(0.0,), description="classes: share of a label that is spread over all classes"
    )
    noise: lever(NonNegative) = Field(  # type: ignore[valid-type]
        default=(0.0,), description="SD of what is added to inputs at every step, in SDs of the column"
    )
    mixup: lever(NonNegative) = Field(  # type: ignore[valid-type]
        default=(0.0,), description="rows are mixed with others by shares from Beta(this, this); 0: not"
    )
    hidden: Annotated[
        tuple[Widths, ...],
        Field(min_length=1),
        AfterValidator(once),
        BeforeValidator(_list_of_lists, json_schema_input_type=Width | Widths | tuple[Widths, ...]),
    ] = Field(default=((64, 32),), description="units of the hidden layers; a list of such lists makes a path of each")
    learning_rate: lever(Positive) = Field(default=(1e-3,), description="step size of Adam")  # type: ignore[valid-type]
    batch_size: lever(AtLeastOne) = Field(  # type: ignore[valid-type]
        default=(200,), description="rows of a step; all of them where there are fewer"
    )
    max_epochs: lever(AtLeastOne) = Field(  # type: ignore[valid-type]
        default=(100,), description="passes over the training rows; where epochs is the axis, the most of them"
    )
    patience: AtLeastOne | None = Field(
        default=None,
        description="for each strength take the epoch with the best mean over all folds, looking no further than so many epochs "
        "past it; null: train for max_epochs",
    )
    augment: Augment | None = Field(default=None, description="rows are images, shifted, flipped and turned at every step")

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        yield from super()._complaints(given)
        if given.get("axis") == "epochs" and "patience" in given:
            text = "has no meaning where epochs is the axis: the number of epochs is chosen there"
            yield Complaint(("patience",), text, at_key=True)

    @field_validator("hidden")
    @classmethod
    def _some(cls, hidden: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        if any(not widths for widths in hidden) and len(hidden) > 1:
            raise reject("an empty list has no hidden layer; it must stand alone")
        return hidden
