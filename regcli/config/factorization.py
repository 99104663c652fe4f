"""The entry `factorization` of `estimators`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from regcli.config.base import AtLeastOne, Flag, must
from regcli.config.estimator import Axis, Estimator, lever

# Nobody's normal equations are to be larger.
MOST_RANK = 200
Rank = Annotated[int, Field(ge=0, le=MOST_RANK), must(f"a whole number from 0 to {MOST_RANK}")]


class Factorization(Estimator):
    """Ratings of items by users: a mean, two biases and a product of short vectors."""

    AXES: ClassVar[dict[str, Axis]] = {"l2": Axis("large", whole=False, least=1e-12)}
    ROLES: ClassVar[tuple[str, ...]] = ("user", "item")

    kind: Literal["factorization"] = Field(description="the family")
    axis: Literal["l2"] = Field(default="l2", description="weight of squared biases and vectors beside the squared errors")
    count: Annotated[int, Field(ge=1, le=1000), must("a whole number from 1 to 1000")] = Field(
        default=20, description="at most so many values of the axis"
    )
    rank: lever(Rank) = Field(default=(8,), description="length of the vectors; 0: biases alone")  # type: ignore[valid-type]
    biases: lever(Flag) = Field(  # type: ignore[valid-type]
        default=(True,), description="whether each user and each item has a level of its own"
    )
    iterations: lever(AtLeastOne) = Field(  # type: ignore[valid-type]
        default=(100,), description="at most so many passes over users and items at each strength"
    )
