"""The `dataset` block: one model for each kind."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from regcli.config.base import (
    AtLeastOne,
    AtLeastTwo,
    Complaint,
    Flag,
    NonNegative,
    Number,
    Part,
    Positive,
    Seed,
    Text,
    UnitInterval,
    Whole,
    must,
    reject,
)
from regcli.config.moved import moved
from regcli.config.tree import shown

Task = Literal["regression", "classification"]

BUILTIN_TASKS: dict[str, Task] = {
    "diabetes": "regression",
    "breast_cancer": "classification",
    "wine": "classification",
    "iris": "classification",
    "digits": "classification",
}


def _absolute(value: object, info: ValidationInfo) -> Path:
    """The file that opening `value` from the configuration's folder would open.

    The folder's links are followed, so that a path relative to it stays right wherever it is written; the file's are not, since
    its name is how the user knows it. In a run directory, which may have been copied, the file is looked for further on.
    """
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise reject(f"must be the path of a file, not {shown(value)}")
    if "://" in value:
        raise reject(f"must be a file on this machine, not {shown(value)}; download it first")
    base = Path((info.context or {}).get("base", ""))
    try:
        path = base / Path(value).expanduser()
    except RuntimeError:
        raise reject(f"begins with the home folder of somebody unknown here, in {shown(value)}; write the path out") from None
    if not os.path.exists(path):  # noqa: PTH110 - pathlib's raises where a name is too long
        path = moved(value, base) or path
    return path.resolve() if path.name in {"", ".."} else path.parent.resolve() / path.name


FilePath = Annotated[Path, BeforeValidator(_absolute, json_schema_input_type=str)]
_Numbers = float | tuple[float, ...] | None
Globs = Annotated[tuple[Text, ...], Field(min_length=1)]


class Columns(Part):
    """Which columns are features, by name or glob."""

    include: Globs = Field(default=("*",), description="columns to use, names or globs; role columns are never features")
    exclude: tuple[Text, ...] = Field(default=(), description="columns to leave out, names or globs")


ColumnType = Annotated[Literal["number", "category", "date"], must("number, category or date")]
Sign = Annotated[
    str, Field(min_length=1, max_length=1, pattern=r"^[\t !#-/:-@\[-`{-~]$"), must("a single sign, such as ';' or '\\t'")
]


def _known_encoding(value: str) -> str:
    try:
        b"text".decode(value, "replace")
    except (LookupError, ValueError):
        raise reject(f"{shown(value)} is no encoding of text; utf-8, utf-16, latin-1 and cp1252 are usual") from None
    return value


class Read(Part):
    """How a CSV file is written; what is not said is found out."""

    delimiter: Sign | None = Field(default=None, description="what separates cells; null: a comma, semicolon, tab or bar")
    decimal: Annotated[Literal[".", ","], must("'.' or ','")] | None = Field(
        default=None, description="the decimal sign; null: found out from whole columns"
    )
    thousands: Annotated[Literal[",", ".", " ", "'"], must("',', '.', ' ' or \"'\"")] | None = Field(
        default=None, description="what groups digits by three; null: found out from whole columns"
    )
    encoding: Annotated[Text, AfterValidator(_known_encoding)] | None = Field(
        default=None, description="such as utf-8, utf-16, latin-1, cp1252; null: found out"
    )
    na: tuple[Annotated[str, must("text")], ...] | None = Field(
        default=None, description="cells that are missing, besides empty ones; null: NA, NaN, null and the like, and found out"
    )
    day_first: Flag | None = Field(default=None, description="whether 3/4/2024 is in April; null: found out from whole columns")

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        sign = given.get("thousands")
        if sign in (".", ",") and sign == given.get("decimal", "."):  # a tuple: what was given may be of any type
            other = "," if sign == "." else "."
            yield Complaint(("thousands",), f"is the decimal sign as well; set decimal to {other!r}, or another thousands")


class _Kind(Part):
    """The first key of all kinds."""

    kind: Literal["csv", "parquet", "memory"] = Field(description="the kind of data")


class _File(_Kind):
    """What files have in common."""

    path: FilePath = Field(description="the data file, relative to the configuration file")


class _Named(_Kind):
    """What data with named columns have in common."""

    target: Text = Field(description="the column to predict")
    columns: Columns = Field(default=Columns(), description="which columns are features")
    types: dict[str, ColumnType] = Field(
        {}, description="number, category or date by column or glob; otherwise the cells decide, as `validate` shows"
    )
    weight: Text | None = Field(default=None, description="column with sample weights")
    group: Text | None = Field(default=None, description="column naming the group a row belongs to; a group is never split")
    time: Text | None = Field(default=None, description="column that orders the rows in time")
    user: Text | None = Field(default=None, description="ratings: column naming who has rated; never a feature")
    item: Text | None = Field(default=None, description="ratings: column naming what is rated; never a feature")

    @field_validator("types")
    @classmethod
    def _of_features(cls, types: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if info.data.get("target") in types:
            raise reject("is the target, whose type follows from task", str(info.data["target"]), at_key=True)
        return types

    @field_validator("weight", "group", "time", "user", "item")
    @classmethod
    def _not_the_target(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value == info.data.get("target"):
            raise reject(f"{value!r} is the target already; a column has one role")
        return value


class _Table(_Named, _File):
    """A file with named columns; of two parents the last one's keys come first."""


class CsvDataset(_Table):
    """A CSV file with a header line, compressed or not."""

    kind: Literal["csv"] = Field(description="the kind of data")
    read: Read | None = Field(default=None, description="how the file is written; what is not said is found out")


class ParquetDataset(_Table):
    """A Parquet file."""

    kind: Literal["parquet"] = Field(description="the kind of data")


class MemoryDataset(_Named):
    """Data that a Python program hands over beside the configuration; no file holds them."""

    kind: Literal["memory"] = Field(description="the kind of data")


class SvmlightDataset(Part):
    """A file in svmlight (libsvm) format; read as a sparse matrix."""

    kind: Literal["svmlight"] = Field(description="the kind of data")
    path: FilePath = Field(description="the data file, relative to the configuration file")
    n_features: AtLeastOne | None = Field(default=None, description="number of features; null: the highest index in the file")
    zero_based: Annotated[Literal["auto"] | bool, must("auto, true or false")] = Field(
        default="auto", description="whether indices count from 0 (true) or 1 (false)"
    )


class BuiltinDataset(Part):
    """A data set that comes with scikit-learn; nothing is downloaded."""

    kind: Literal["builtin"] = Field(description="the kind of data")
    name: Literal["diabetes", "breast_cancer", "wine", "iris", "digits"] = Field(description="which one")
    columns: Columns = Field(default=Columns(), description="which columns are features")


class MakeRegressionDataset(Part):
    """scikit-learn's make_regression: a random linear model with noise."""

    kind: Literal["make_regression"] = Field(description="the kind of data")
    n_samples: AtLeastTwo = Field(default=100, description="number of rows")
    n_features: AtLeastOne = Field(default=100, description="number of columns")
    n_informative: Whole = Field(default=10, description="number of columns with a non-zero coefficient")
    bias: Number = Field(default=0.0, description="the intercept of the true model")
    effective_rank: AtLeastOne | None = Field(default=None, description="approximate rank of the design; null: full")
    tail_strength: UnitInterval = Field(default=0.5, description="weight of small singular values, with effective_rank")
    noise: NonNegative = Field(default=0.0, description="standard deviation of the noise added to the target")
    shuffle: Flag = Field(default=True, description="whether rows and columns are shuffled")
    random_state: Seed = Field(default=0, description="seed of the generator")


class MakeClassificationDataset(Part):
    """scikit-learn's make_classification: clusters of points around the corners of a hypercube."""

    kind: Literal["make_classification"] = Field(description="the kind of data")
    n_samples: AtLeastTwo = Field(default=100, description="number of rows")
    n_features: AtLeastOne = Field(default=20, description="number of columns")
    n_informative: AtLeastOne = Field(default=2, description="number of informative columns")
    n_redundant: Whole = Field(default=2, description="number of columns that are combinations of informative ones")
    n_repeated: Whole = Field(default=0, description="number of columns that repeat others", validate_default=True)
    n_classes: AtLeastTwo = Field(default=2, description="number of classes")
    n_clusters_per_class: AtLeastOne = Field(default=2, description="number of clusters in a class", validate_default=True)
    weights: tuple[UnitInterval, ...] | None = Field(
        default=None, description="share of each class, the last may be left out; null: equal"
    )
    flip_y: UnitInterval = Field(default=0.01, description="share of rows whose class is drawn at random")
    class_sep: Positive = Field(default=1.0, description="distance between the classes; larger is easier")
    hypercube: Flag = Field(default=True, description="clusters at the corners of a hypercube rather than of a random polytope")
    shift: Annotated[float | tuple[float, ...], must("a number, a list of numbers or null")] | None = Field(
        0.0, description="added to every column (or a list, one for each); null: random"
    )
    scale: (
        Annotated[
            Annotated[float, Field(gt=0)] | tuple[Annotated[float, Field(gt=0)], ...],
            must("a number above 0, a list of such numbers or null"),
        ]
        | None
    ) = Field(default=1.0, description="multiplies every column (or a list, one for each); null: random")
    shuffle: Flag = Field(default=True, description="whether rows and columns are shuffled")
    random_state: Seed = Field(default=0, description="seed of the generator")

    @field_validator("n_repeated")
    @classmethod
    def _columns_suffice(cls, n_repeated: int, info: ValidationInfo) -> int:
        data = info.data
        if {"n_features", "n_informative", "n_redundant"} <= data.keys():
            used = data["n_informative"] + data["n_redundant"] + n_repeated
            if used > data["n_features"]:
                sums = f"n_informative + n_redundant + n_repeated is {used}"
                raise reject(f"must be at least as many as are described: {sums}, not {data['n_features']}", "..", "n_features")
        return n_repeated

    @field_validator("n_clusters_per_class")
    @classmethod
    def _corners_suffice(cls, n_clusters: int, info: ValidationInfo) -> int:
        data = info.data
        if {"n_classes", "n_informative"} <= data.keys():
            clusters = data["n_classes"] * n_clusters
            # Every cluster has a corner of the hypercube to itself. (No shift by a huge number: 64 columns hold any count.)
            if data["n_informative"] < 64 and clusters > 2 ** data["n_informative"]:
                raise reject(
                    f"must be large enough for n_classes × n_clusters_per_class = {clusters} corners of a hypercube: "
                    f"2^{data['n_informative']} is {2 ** data['n_informative']}",
                    "..",
                    "n_informative",
                )
        return n_clusters

    @field_validator("weights")
    @classmethod
    def _shares(cls, weights: tuple[float, ...] | None, info: ValidationInfo) -> tuple[float, ...] | None:
        if weights is None:
            return None
        n_classes = info.data.get("n_classes", len(weights))
        if not n_classes - 1 <= len(weights) <= n_classes:
            raise reject(f"must hold a share for each of the {n_classes} classes (the last may be left out), not {len(weights)}")
        if sum(weights) > 1 + 1e-9:
            raise reject(f"must sum to at most 1, not {sum(weights):g}")
        return weights

    @field_validator("shift", "scale")
    @classmethod
    def _one_for_each_column(cls, value: _Numbers, info: ValidationInfo) -> _Numbers:
        n_features = info.data.get("n_features")
        if isinstance(value, tuple) and n_features is not None and len(value) != n_features:
            raise reject(f"must hold one number for each of the {n_features} columns, not {len(value)}")
        return value


Columned = CsvDataset | ParquetDataset | MemoryDataset
Dataset = Columned | SvmlightDataset | BuiltinDataset | MakeRegressionDataset | MakeClassificationDataset


def implied_task(dataset: Dataset) -> Task | None:
    """The task that a generated or bundled data set decides; None for files."""
    if isinstance(dataset, MakeRegressionDataset):
        return "regression"
    if isinstance(dataset, MakeClassificationDataset):
        return "classification"
    return BUILTIN_TASKS[dataset.name] if isinstance(dataset, BuiltinDataset) else None


def role(dataset: Dataset, name: Literal["target", "weight", "group", "time", "user", "item"]) -> str | None:
    """The column with a role; None where there is none, or where the kind of data has no such columns."""
    return getattr(dataset, name, None)
