"""The blocks `cv`, `select` and `holdout`: how what was fitted is judged."""

from collections.abc import Collection, Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, ValidationInfo, WithJsonSchema, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from regcli.config.base import (
    AtLeastOne,
    AtLeastTwo,
    Complaint,
    Flag,
    NonNegative,
    Part,
    Seed,
    Share,
    ShareOrRows,
    Text,
    Whole,
    must,
    not_among,
    reject,
)


def _known_metric(name: Any) -> Any:  # noqa: ANN401
    from regcli.metrics import METRICS  # with numpy: not before some metric is named

    if not isinstance(name, str) or name not in METRICS:
        raise reject(not_among(name, list(METRICS)))
    return name


class _MetricNames:
    """The names in the JSON Schema."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        from regcli.metrics import METRICS

        return {"enum": list(METRICS), "type": "string"}


Metric = Annotated[str, BeforeValidator(_known_metric), _MetricNames]

CvKind = Literal[
    "kfold", "stratified", "group", "stratified_group", "time_series", "shuffle_split", "leave_one_out", "predefined"
]

# The keys that mean something to each scheme. The seed may stand anywhere: it is ignored where nothing is shuffled.
KEYS_OF_CV: dict[str, tuple[str, ...]] = {
    "kfold": ("n_splits", "shuffle", "repeats"),
    "stratified": ("n_splits", "shuffle", "repeats"),
    "group": ("n_splits", "shuffle"),
    "stratified_group": ("n_splits", "shuffle"),
    "time_series": ("n_splits", "gap", "test_size", "max_train_size"),
    "shuffle_split": ("n_splits", "test_size"),
    "leave_one_out": (),
    "predefined": ("column",),
}
# Schemes that outer folds of a nested cross-validation do not take over: too many folds, or rows that are never judged.
NO_OUTER = frozenset({"leave_one_out", "shuffle_split"})


def misplaced(scheme: str, keys: Collection[str]) -> Iterator[Complaint]:
    """Keys of `cv` that mean nothing to a scheme."""
    for key in keys:
        owners = [kind for kind, names in KEYS_OF_CV.items() if key in names]
        if owners and scheme not in owners:
            yield Complaint((key,), f"has no meaning for {scheme}; it belongs to {', '.join(owners)}", at_key=True)


class Cv(Part):
    """Cross-validation, on the training rows alone."""

    kind: CvKind | None = Field(
        default=None, description="the scheme; null: time_series or group where dataset has the column, else by task"
    )
    n_splits: AtLeastTwo = Field(default=5, description="number of folds")
    shuffle: Flag = Field(default=True, description="whether rows are shuffled before the split (group: false unless given)")
    repeats: AtLeastOne = Field(default=1, description="how often the whole is repeated with other folds")
    seed: Seed = Field(default=0, description="seed of the shuffling")
    column: Text | None = Field(default=None, description="predefined: the column that names each row's fold")
    gap: Whole = Field(default=0, description="time_series: rows left out between training and validation")
    test_size: ShareOrRows | None = Field(default=None, description="shuffle_split: share or number of rows; time_series: number")
    max_train_size: AtLeastOne | None = Field(default=None, description="time_series: most training rows")

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        kind = given.get("kind")
        if kind == "predefined" and "column" not in given:
            yield Complaint(("column",), "missing: predefined needs the column that names each row's fold")
        if isinstance(kind, str) and kind in KEYS_OF_CV:
            yield from misplaced(kind, given)

    def given(self) -> frozenset[str]:
        """Keys that were given, and not as null."""
        return frozenset(key for key in self.model_fields_set if getattr(self, key) is not None)

    @field_validator("repeats")
    @classmethod
    def _differ(cls, repeats: int, info: ValidationInfo) -> int:
        if repeats > 1 and info.data.get("shuffle") is False:
            raise reject("must be 1 where shuffle is false: every repeat would have the same folds")
        return repeats

    @field_validator("test_size")
    @classmethod
    def _rows(cls, test_size: float | None, info: ValidationInfo) -> float | None:
        if info.data.get("kind") == "time_series" and isinstance(test_size, float):
            raise reject(f"must be a whole number of rows for time_series, not {test_size:g}")
        return test_size


class Select(Part):
    """How λ is chosen."""

    metric: Metric | None = Field(
        default=None, description="what λ is chosen by; null: mse for regression, log_loss for classification"
    )
    rule: Literal["1se", "min", "pct_loss"] = Field(
        default="1se", description="the simplest within one standard error of the best, the best, or the simplest in tolerance"
    )
    tolerance: NonNegative = Field(default=0.02, description="pct_loss: how much worse than the best, relative to it")
    metrics: tuple[Metric, ...] = Field(default=(), description="further metrics for folds.csv")

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        rule = given.get("rule", "1se")
        if "tolerance" in given and isinstance(rule, str) and rule in {"1se", "min"}:
            yield Complaint(("tolerance",), f"has no meaning for {rule}; it belongs to rule: pct_loss", at_key=True)

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        return frozenset() if self.rule == "pct_loss" else frozenset({"tolerance"})

    @field_validator("metrics")
    @classmethod
    def _once(cls, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
        return tuple(dict.fromkeys(metrics))


CellText = Annotated[str, must("the text of a cell"), WithJsonSchema({"type": ["string", "number", "boolean"]})]

# Each form of the holdout and the key that goes with it.
_FORMS = {"fraction": "seed", "column": "test_value", "last": None}
_EXAMPLES = "{fraction: 0.2}, {column: train, test_value: F} or {last: 0.2}"


class Holdout(Part):
    """Rows that are kept for the one final test."""

    fraction: Share | None = Field(default=None, description="share of the rows, at random (the last where there is a time)")
    seed: Seed | None = Field(
        default_factory=lambda given: None if given.get("fraction") is None else 0, description="fraction: seed, 0 unless given"
    )
    column: Text | None = Field(default=None, description="the column that says which rows are held out")
    test_value: CellText | None = Field(default=None, description="the cell's text that marks the rows held out")
    last: ShareOrRows | None = Field(default=None, description="the last rows: a share or a number")

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        forms = [form for form in _FORMS if form in given]
        if not forms:
            yield Complaint((), f"needs one of {_EXAMPLES}; null is no holdout")
        for form in forms[1:]:
            yield Complaint((form,), f"cannot stand beside {forms[0]}; give one of {_EXAMPLES}", at_key=True)
        for form, key in _FORMS.items():
            if key and forms and key in given and form not in given:
                yield Complaint((key,), f"has no meaning without {form}", at_key=True)
        if "column" in given and "test_value" not in given:
            yield Complaint(("test_value",), "missing: column needs the value that marks the rows held out")

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        return frozenset(key for key in type(self).model_fields if getattr(self, key) is None)
