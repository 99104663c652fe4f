"""The `preprocess` block."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from regcli.config.base import AtLeastOne, Flag, Part, Text, must, once, reject

Positions = Annotated[tuple[AtLeastOne, ...], AfterValidator(once)]


class Missing(Part):
    """What is done about missing cells."""

    short: ClassVar[str | None] = "strategy"

    strategy: Literal["error", "drop", "mean", "median", "most_frequent"] = Field(
        default="error", description="refuse them, drop the rows, or fill in a value learnt from the training rows"
    )
    indicator: Flag = Field(default=False, description="add a column that says where a cell was missing")

    @field_validator("indicator")
    @classmethod
    def _only_where_filled_in(cls, indicator: bool, info: ValidationInfo) -> bool:
        strategy = info.data.get("strategy")
        if indicator and strategy in {"error", "drop"}:
            raise reject(f"needs a strategy that fills in values (mean, median, most_frequent), not {strategy}")
        return indicator


class Categorical(Part):
    """How columns of text become numbers."""

    encode: Literal["onehot"] = Field(default="onehot", description="one column of 0 and 1 for each level")
    min_frequency: (
        Annotated[
            Annotated[int, Field(ge=1)] | Annotated[float, Field(gt=0, lt=1)],
            must("a whole number of at least 1 (rows), a number above 0 and below 1 (a share of the rows), or null"),
        ]
        | None
    ) = Field(default=None, description="levels rarer than this are combined into one; null: none are")
    drop: Literal["if_binary", "first"] | None = Field(
        default="if_binary", description="leave out the first level of columns that have two, of no column, or of each"
    )


class Polynomial(Part):
    """Powers and products of the numeric columns."""

    degree: Annotated[int, Field(ge=1, le=20), must("a whole number from 1 to 20")] = Field(
        default=2, description="the highest degree"
    )
    interaction_only: Flag = Field(default=False, description="products of different columns alone")


class TextColumn(Part):
    """One column of free text as counts of words."""

    column: Text = Field(description="the column that holds the text")
    kind: Literal["tfidf", "count"] = Field(default="tfidf", description="weighted by how rare a word is, or plain counts")
    ngrams: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10)], Annotated[int, Field(ge=1, le=10)]],
        must("a pair of whole numbers from 1 to 10, [shortest, longest]"),
    ] = Field(default=(1, 1), description="shortest and longest run of words that is counted")
    min_count: AtLeastOne = Field(default=1, description="words found in fewer texts than this are left out")

    @field_validator("ngrams")
    @classmethod
    def _ascending(cls, ngrams: tuple[int, int]) -> tuple[int, int]:
        if ngrams[0] > ngrams[1]:
            raise reject(f"must be [shortest, longest], not {list(ngrams)}")
        return ngrams


class Lags(Part):
    """Earlier values as features; never the row's own or later ones."""

    columns: Annotated[tuple[Text, ...], Field(min_length=1), AfterValidator(once)] = Field(
        description="columns whose past is used; the target may be one"
    )
    lags: Positions = Field(default=(), description="how many rows back")
    rolling_mean: Positions = Field(default=(), description="means over this many earlier rows", validate_default=True)

    @field_validator("rolling_mean")
    @classmethod
    def _something(cls, rolling_mean: Positions, info: ValidationInfo) -> Positions:
        if not rolling_mean and info.data.get("lags") == ():
            raise reject("missing: give lags or rolling_mean, for instance [1, 7]", "..", "lags")
        return rolling_mean


class Dates(Part):
    """Parts of dates as features."""

    parts: Annotated[tuple[Literal["year", "month", "weekday", "hour"], ...], Field(min_length=1), AfterValidator(once)] = Field(
        default=("year", "month", "weekday", "hour"), description="which; the hour only where a column has times of day"
    )
    cyclic: Flag = Field(
        default=True, description="month, weekday and hour as sine and cosine, so that December is next to January"
    )


class Preprocess(Part):
    """What happens to the columns before the fit, learnt from the training rows of each fit alone."""

    scale: Literal["standard", "robust", "minmax", "maxabs", "none"] = Field(
        default="standard", description="scaling of every column of the design; the last step"
    )
    target: Literal["none", "standard", "log", "log1p"] = Field(
        default="none",
        description="regression: λ and l1_ratio measure y as it is (none) or in units of its SD (standard); log and log1p: y is "
        "fitted and scored on that scale, predict gives y",
    )
    missing: Missing = Field(default=Missing(), description="what is done about missing cells")
    categorical: Categorical = Field(default=Categorical(), description="how columns of text become numbers")
    polynomial: Polynomial | None = Field(default=None, description="powers and products of the numeric columns")
    text: TextColumn | None = Field(default=None, description="one column of free text as counts of words")
    lags: Lags | None = Field(default=None, description="earlier values as features; needs dataset.time")
    dates: Dates | None = Field(default=None, description="parts of columns of type date that have no role, as features")
