"""The whole configuration, and the rules between its blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator

from regcli.config.audit import Bootstrap, Check, LearningCurve, Nested, Stability, Vary
from regcli.config.base import Complaint, Flag, Part, Rejected, Text, did_you_mean, must, reject
from regcli.config.dataset import Columned, Dataset, Task, implied_task, role
from regcli.config.estimators import Estimators
from regcli.config.evaluation import NO_OUTER, Cv, Holdout, Select, misplaced
from regcli.config.fit import Lambdas, Model, Penalties
from regcli.config.preprocess import Preprocess
from regcli.config.tree import Node, Place


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a configuration came from; configurations that mean the same are equal wherever they came from.

    Attributes
    ----------
    source_path : Path or None
        The file; None where there is none.
    source_text : str
        The file as it was given, before overrides; empty where there is none.
    base : Path
        The folder that relative paths start from.
    tree : Node
        What was read, overrides applied, with positions.
    """

    source_path: Path | None = field(default=None, compare=False)
    source_text: str = field(default="", compare=False)
    base: Path = field(default=Path(), compare=False)
    tree: Node = field(default_factory=lambda: Node({}, Place("")), compare=False)


Jobs = Annotated[Literal["auto"] | Annotated[int, Field(ge=1, le=1024)], must("auto or a whole number from 1 to 1024")]


class Execution(Part):
    """How the work is done; changes no result."""

    engine: Literal["auto", "reference"] = Field(
        default="auto",
        description="auto: all folds together wherever that is safe; reference: every fold on its own rows by the plain solvers",
    )
    jobs: Jobs = Field(default="auto", description="number of threads; auto: one for each core where the work is worth it")


class Output(Part):
    """Where runs are written, and what goes into them."""

    dir: Text = Field(default="runs", description="the folder of runs, relative to where the command is started")
    report: Flag = Field(default=True, description="whether a run gets its page, report.html")


T = TypeVar("T")
Name = Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=100), must("at most 100 of the characters a-z, 0-9 and -")]


class Config(Part):
    """A configuration, validated and with its defaults."""

    version: Annotated[Literal[1], must("1")] = Field(description="version of the configuration's format; write 1")
    name: Name = Field(
        default="sweep", description="name of the experiment, a part of the run's directory; default: the file's stem"
    )
    task: Task | None = Field(default=None, description="what is predicted; may be left out where the dataset decides it")
    dataset: Dataset = Field(
        discriminator="kind",
        description="the data; its kind is csv, parquet, svmlight, builtin, make_regression or make_classification",
    )
    preprocess: Preprocess = Field(default=Preprocess(), description="what happens to the columns before the fit")
    penalty: Penalties = Field(
        default=(),
        description="the penalty, or a list of penalties: none, ridge, lasso or elasticnet; may be left out beside estimators",
    )
    lambdas: Lambdas = Field(default=Lambdas(), description="the grid of λ")
    model: Model = Field(default=Model(), description="what holds for every fit")
    cv: Cv = Field(default=Cv(), description="cross-validation")
    select: Select = Field(default=Select(), description="how λ is chosen")
    estimators: Estimators = Field(
        default=(),
        description="other families of models, on the same folds, in the same table: tree, forest, boosting, or a list of them",
    )
    holdout: Holdout | None = Field(default=None, description="rows kept for the one final test; null: none")
    stability: Stability | None = Field(
        default=None, description="stability selection over halves of the training rows; null: only what the folds say"
    )
    nested: Nested | None = Field(
        default=None, description="an estimate that selection has not made too good, from outer folds; null: none"
    )
    bootstrap: Bootstrap | None = Field(
        default=None, description="the optimism of the final model's score on its own rows, by resampling; null: none"
    )
    learning_curve: LearningCurve | None = Field(
        default=None, description="fit the selected path on growing shares of the rows as well; null: do not"
    )
    vary: Vary | None = Field(
        default=None, description="the same experiment for other values of one key, on the same rows and folds; null: no others"
    )
    check: Check = Field(default=Check(), description="the ship checklist")
    execution: Execution = Field(default=Execution(), description="how the work is spread")
    output: Output = Field(default=Output(), description="where runs are written")

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @classmethod
    def _complaints(cls, given: dict[str, Any]) -> Iterator[Complaint]:
        if not given.get("penalty") and not given.get("estimators"):
            empty = "must not be empty" if "penalty" in given else "missing: the penalty"
            allowed = "one of none, ridge, lasso and elasticnet, or a list of them; or give estimators"
            yield Complaint(("penalty",), f"{empty}; {allowed}")

    def unused(self) -> frozenset[str]:
        """Keys that mean nothing beside the others' values."""
        return frozenset() if self.penalty else frozenset({"penalty"})

    @property
    def origin(self) -> Origin:
        """The file and the text behind this configuration."""
        return self._origin

    @field_validator("dataset")
    @classmethod
    def _suits_the_task(cls, dataset: Dataset, info: ValidationInfo) -> Dataset:
        task, implied = info.data.get("task"), implied_task(dataset)
        if task and implied and task != implied:
            name = getattr(dataset, "name", None)
            raise reject(f"{name or dataset.kind} is {implied} data, but task is {task}", "name" if name else "kind")
        return dataset

    @field_validator("preprocess")
    @classmethod
    def _suits_the_dataset(cls, preprocess: Preprocess, info: ValidationInfo) -> Preprocess:
        dataset, found = info.data.get("dataset"), []
        if preprocess.target != "none" and _known_task(info) == "classification":
            found.append(reject(f"{preprocess.target} has no meaning for classification; classes have no unit", "target"))
        if dataset is None:
            return _unless(found, preprocess)
        table = isinstance(dataset, Columned)
        for key, block in (("text", preprocess.text), ("lags", preprocess.lags), ("dates", preprocess.dates)):
            if block is not None and not table:
                found.append(reject(f"needs named columns, of a csv or parquet dataset, not {dataset.kind}", key, at_key=True))
        if preprocess.lags is not None and table and role(dataset, "time") is None:
            found.append(reject("needs dataset.time, the column that orders the rows", "lags", at_key=True))
        if preprocess.text is not None and preprocess.text.column == role(dataset, "target"):
            found.append(reject(f"{preprocess.text.column!r} is the target", "text", "column"))
        if preprocess.text is not None and preprocess.text.column in getattr(dataset, "types", {}):
            found.append(reject(f"{preprocess.text.column!r} is something else in dataset.types", "text", "column"))
        return _unless(found, preprocess)

    @field_validator("model")
    @classmethod
    def _weights_classes(cls, model: Model, info: ValidationInfo) -> Model:
        if model.class_weight is not None and _known_task(info) == "regression":
            raise reject("has no meaning for regression; it belongs to classification", "class_weight", at_key=True)
        return model

    @field_validator("cv")
    @classmethod
    def _can_split(cls, cv: Cv, info: ValidationInfo) -> Cv:
        found = _split_wrongly(cv, info)
        if cv.kind is None and info.data.get("dataset") is not None:
            found.append(Rejected(*misplaced(scheme(cv, info.data["dataset"]), cv.given())))
        return _unless(found, cv)

    @field_validator("estimators")
    @classmethod
    def _have_their_columns(cls, estimators: Estimators, info: ValidationInfo) -> Estimators:
        dataset = info.data.get("dataset")
        if dataset is None:
            return estimators
        lacking = [(i, [name for name in e.ROLES if getattr(dataset, name, None) is None]) for i, e in enumerate(estimators)]
        return _unless(
            [
                reject(
                    f"{estimators[i].kind} needs {' and '.join(f'dataset.{name}' for name in names)}: name the columns",
                    *([i] if len(estimators) > 1 else []),
                )
                for i, names in lacking
                if names
            ],
            estimators,
        )

    @field_validator("nested")
    @classmethod
    def _can_nest(cls, nested: Nested | None, info: ValidationInfo) -> Nested | None:
        cv = info.data.get("cv")
        if nested is None or cv is None:
            return nested
        outer, dataset = nested.outer, info.data.get("dataset")
        found = _split_wrongly(outer, info)
        if outer.kind is None and dataset is not None:
            found.append(Rejected(*misplaced(outer_scheme(outer, cv, dataset), outer.given())))
        if outer.column is not None and outer.column != cv.column:
            found.append(
                reject(f"must be cv.column, {cv.column!r}" if cv.column else "cv.kind must be predefined as well", "column")
            )
        inside = [complaint for rejected in found for complaint in rejected.complaints]
        return _unless([Rejected(complaint._replace(path=("outer", *complaint.path))) for complaint in inside], nested)

    @field_validator("select")
    @classmethod
    def _measures_the_task(cls, select: Select, info: ValidationInfo) -> Select:
        task = _known_task(info)
        if task is None:
            return select
        named = [(("metric",), select.metric), *((("metrics", i), metric) for i, metric in enumerate(select.metrics))]
        named = [(path, metric) for path, metric in named if metric is not None]
        if not named:
            return select
        from regcli.metrics import metrics_of  # with numpy: not before some metric is named

        allowed = metrics_of(task)
        return _unless(
            [
                reject(f"{metric} is not a metric of {task}; allowed: {', '.join(allowed)}{did_you_mean(metric, allowed)}", *path)
                for path, metric in named
                if metric not in allowed
            ],
            select,
        )

    @field_validator("holdout")
    @classmethod
    def _can_hold_out(cls, holdout: Holdout | None, info: ValidationInfo) -> Holdout | None:
        dataset = info.data.get("dataset")
        return holdout if holdout is None or dataset is None else _unless(_column(holdout.column, dataset), holdout)

    @field_validator("bootstrap")
    @classmethod
    def _can_resample(cls, bootstrap: Bootstrap | None, info: ValidationInfo) -> Bootstrap | None:
        if bootstrap is not None and _shuffles_time(info):
            raise reject("draws rows as if their order did not matter; rows in order of time are judged by nested")
        return bootstrap


def scheme(cv: Cv, dataset: Dataset) -> str:
    """The cross-validation in force, as far as the keys of `cv` go: stratified schemes take those of the plain ones."""
    if cv.kind is not None:
        return cv.kind
    if role(dataset, "time") is not None:
        return "time_series"
    return "kfold" if role(dataset, "group") is None else "group"


def _shuffles_time(info: ValidationInfo) -> bool:
    """Whether rows stand in an order that nothing may shuffle."""
    cv, dataset = info.data.get("cv"), info.data.get("dataset")
    return cv is not None and dataset is not None and (scheme(cv, dataset) == "time_series" or role(dataset, "time") is not None)


def outer_scheme(outer: Cv, cv: Cv, dataset: Dataset) -> str:
    """The same of the outer folds of a nested cross-validation, which take after `cv`."""
    return cv.kind if outer.kind is None and cv.kind is not None and cv.kind not in NO_OUTER else scheme(outer, dataset)


def _known_task(info: ValidationInfo) -> str | None:
    """The task, as far as the blocks validated before decide it."""
    dataset = info.data.get("dataset")
    task = info.data.get("task") or (implied_task(dataset) if dataset is not None else None)
    return str(task) if task else None


def _split_wrongly(cv: Cv, info: ValidationInfo) -> list[Rejected]:
    """What is wrong with a scheme for these data, as far as the configuration tells."""
    found, dataset = [], info.data.get("dataset")
    if _known_task(info) == "regression" and cv.kind in {"stratified", "stratified_group"}:
        other = {"stratified": "kfold", "stratified_group": "group"}[cv.kind]
        found.append(reject(f"{cv.kind} keeps the shares of classes, but task is regression; use {other}", "kind"))
    if dataset is None:
        return found
    if cv.kind in {"group", "stratified_group"} and role(dataset, "group") is None:
        found.append(reject(f"{cv.kind} needs dataset.group, the column naming each row's group", "kind"))
    return [*found, *_column(cv.column, dataset)]


def _column(column: str | None, dataset: Dataset) -> list[Rejected]:
    """What is wrong with a column that splits the rows."""
    if column is None:
        return []
    if not isinstance(dataset, Columned):
        return [reject(f"needs named columns, of a csv or parquet dataset, not {dataset.kind}", "column")]
    if column == dataset.target:
        return [reject(f"{column!r} is the target already; a column has one role", "column")]
    return []


def _unless(found: list[Rejected], value: T) -> T:
    """The value, unless something was found wrong with it."""
    complaints = [complaint for rejected in found for complaint in rejected.complaints]
    if complaints:
        raise Rejected(*complaints)
    return value
