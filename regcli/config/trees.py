"""Entries of `estimators` that are made of trees."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from regcli.config.base import AtLeastOne, must
from regcli.config.estimator import Axis, Estimator, lever

Depth = Annotated[int, Field(ge=1, le=10_000), must("a whole number of at least 1, or null for no limit")] | None
LeafRows = AtLeastOne
FeatureShare = Annotated[
    Literal["sqrt", "log2"] | Annotated[int, Field(ge=1)] | Annotated[float, Field(gt=0, le=1)],
    must("sqrt, log2, a whole number of columns, or a share of them above 0 and at most 1"),
]
Alpha = Annotated[float, Field(ge=0), must("a number of at least 0")]
TreeAxis = Literal["ccp_alpha", "max_depth", "min_samples_leaf"]
Criterion = Literal["squared_error", "friedman_mse", "absolute_error", "poisson", "gini", "entropy", "log_loss"]


class Tree(Estimator):
    """One decision tree: grown once, then pruned."""

    AXES: ClassVar[dict[str, Axis]] = {
        "ccp_alpha": Axis("large", whole=False, least=0.0),
        "max_depth": Axis("small", whole=True, least=1),
        "min_samples_leaf": Axis("large", whole=True, least=1),
    }

    kind: Literal["tree"] = Field(description="the family")
    axis: TreeAxis = Field(default="ccp_alpha", description="ccp_alpha (cost-complexity pruning), max_depth or min_samples_leaf")
    ccp_alpha: lever(Alpha) = Field(default=(0.0,), description="what a leaf more must gain")  # type: ignore[valid-type]
    max_depth: lever(Depth) = Field(default=(None,), description="most splits one below another; null: any")  # type: ignore[valid-type]
    min_samples_leaf: lever(LeafRows) = Field(default=(1,), description="fewest rows of a leaf")  # type: ignore[valid-type]
    max_features: lever(FeatureShare | None) = Field(  # type: ignore[valid-type]
        default=(None,), description="columns that are looked at for a split; null: all"
    )
    criterion: lever(Criterion | None) = Field(  # type: ignore[valid-type]
        default=(None,), description="what splits are judged by; null: squared_error, or gini"
    )
