"""Entries of `estimators` that are made of trees."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from regcli.config.base import AtLeastOne, AtLeastTwo, Flag, NonNegative, Share, must
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


PointsOfForest = Annotated[int, Field(ge=1, le=10_000), must("a whole number from 1 to 10000")]


class Forest(Estimator):
    """Many trees on random rows and columns, averaged; their leaves are drawn towards the nodes above."""

    AXES: ClassVar[dict[str, Axis]] = {
        "shrinkage": Axis("large", whole=False, least=0.0),
        "min_samples_leaf": Axis("large", whole=True, least=1),
        "max_depth": Axis("small", whole=True, least=1),
    }

    kind: Literal["forest"] = Field(description="the family")
    axis: Literal["shrinkage", "min_samples_leaf", "max_depth"] = Field(
        default="shrinkage", description="shrinkage (hierarchical, after fitting), min_samples_leaf or max_depth"
    )
    count: PointsOfForest = Field(default=20, description="at most so many values of the axis")
    shrinkage: lever(NonNegative) = Field(  # type: ignore[valid-type]
        default=(0.0,), description="rows' worth by which a node's mean is drawn to that of the node above"
    )
    min_samples_leaf: lever(LeafRows) = Field(default=(1,), description="fewest rows of a leaf")  # type: ignore[valid-type]
    max_depth: lever(Depth) = Field(default=(None,), description="most splits one below another; null: any")  # type: ignore[valid-type]
    n_estimators: lever(AtLeastOne) = Field(default=(300,), description="number of trees")  # type: ignore[valid-type]
    max_features: lever(FeatureShare | None) = Field(  # type: ignore[valid-type]
        default=(None,), description="columns that are looked at for a split; null: all, or for classes their square root"
    )
    max_samples: lever(Share | None) = Field(  # type: ignore[valid-type]
        default=(None,), description="share of the rows that are drawn for a tree; null: as many as there are"
    )
    extra: lever(Flag) = Field(  # type: ignore[valid-type]
        default=(False,), description="extremely randomised: thresholds at random, every tree on all rows"
    )


class Boosting(Estimator):
    """Small trees, one after the other, each for what the ones before it left."""

    AXES: ClassVar[dict[str, Axis]] = {"rounds": Axis("small", whole=True, least=1)}
    SINGLE: ClassVar[frozenset[str]] = frozenset({"backend"})

    kind: Literal["boosting"] = Field(description="the family")
    axis: Literal["rounds"] = Field(default="rounds", description="rounds: how many trees, for several classes of each")
    count: PointsOfForest = Field(default=100, description="at most so many values of the axis")
    learning_rate: lever(Share | Literal[1]) = Field(default=(0.1,), description="part of each tree that counts")  # type: ignore[valid-type]
    max_depth: lever(Depth) = Field(default=(3,), description="most splits one below another; null: any")  # type: ignore[valid-type]
    max_leaves: lever(AtLeastTwo | None) = Field(default=(None,), description="most leaves of a tree; null: 31")  # type: ignore[valid-type]
    min_samples_leaf: lever(LeafRows | None) = Field(default=(None,), description="fewest rows of a leaf; null: the backend's")  # type: ignore[valid-type]
    subsample: lever(Share | None) = Field(  # type: ignore[valid-type]
        default=(None,), description="share of the rows that each round sees; null: all. Not of backend sklearn"
    )
    colsample: lever(Share | None) = Field(default=(None,), description="share of the columns that are looked at; null: all")  # type: ignore[valid-type]
    l2: lever(NonNegative | None) = Field(default=(None,), description="penalty on the leaves' squares; null: the backend's")  # type: ignore[valid-type]
    backend: Literal["sklearn", "lightgbm", "xgboost"] = Field(
        default="sklearn", description="whose: scikit-learn's histogram boosting, or an extra: regcli[lightgbm], regcli[xgboost]"
    )
