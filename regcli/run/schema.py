"""What the JSON files of a run hold, by type: what is read was written by anybody, and is checked once, before anybody uses it.

Keys that are not named here pass as they are, so that a run of a later regcli reads; a key that is named must be there unless it
is `optional`, and must hold what a run holds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from regcli.figures import FIGURES
from regcli.metrics import metrics_of
from regcli.order import ORDER
from regcli.wording import harmless

Check = Callable[[Any, str], None]

# What a document may hold at most; far beyond what any run needs, and far below what the machine falls over.
LARGEST = 1 << 62


class MistypedError(ValueError):
    """Something in a document is not what a run has there; the message names it."""


def load_json(content: bytes) -> Any:  # noqa: ANN401
    """A JSON document as it was written: UTF-8, no constants that JSON does not know.

    Raises
    ------
    ValueError
        What is wrong, in words.
    """
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise MistypedError("it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise MistypedError(f"it is not UTF-8 (byte 0x{content[error.start]:02x} at offset {error.start})") from None
    except json.JSONDecodeError as error:
        raise MistypedError(f"it is no JSON: {error}") from None


def _no_constant(name: str) -> None:
    raise MistypedError(f"it is no JSON: {name} is no number")


def _fail(where: str, wanted: str, value: object) -> None:
    raise MistypedError(f"{harmless(where) or 'the document'} holds {_described(value)}, not {wanted}")


def _described(value: object) -> str:
    if value is None:
        return "null"
    names: dict[type, str] = {bool: "a truth value", dict: "an object", list: "a list"}
    if type(value) in names:
        return names[type(value)]
    text = harmless(repr(value)) if not isinstance(value, int) or abs(value) < LARGEST else "a number of too many digits"
    return text if len(text) <= 40 else f"{text[:37]}…"


def text(value: Any, where: str) -> None:  # noqa: ANN401
    """Any text."""
    if not isinstance(value, str):
        _fail(where, "text", value)


def number(value: Any, where: str) -> None:  # noqa: ANN401
    """A finite number."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or (abs(value) >= LARGEST if isinstance(value, int) else not math.isfinite(value)):
        _fail(where, "a number", value)


def count(value: Any, where: str) -> None:  # noqa: ANN401
    """A whole number from 0."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST:
        _fail(where, "a whole number from 0", value)


def truth(value: Any, where: str) -> None:  # noqa: ANN401
    """True or false."""
    if not isinstance(value, bool):
        _fail(where, "true or false", value)


def maybe(check: Check) -> Check:
    """Null, or what is wanted."""

    def run(value: Any, where: str) -> None:  # noqa: ANN401
        if value is not None:
            check(value, where)

    return run


def one_of(*words: str) -> Check:
    """One of a few words."""

    def run(value: Any, where: str) -> None:  # noqa: ANN401
        if not isinstance(value, str) or value not in words:
            _fail(where, f"one of {', '.join(words)}", value)

    return run


def list_of(check: Check) -> Check:
    """A list of such values."""

    def run(value: Any, where: str) -> None:  # noqa: ANN401
        if not isinstance(value, list):
            _fail(where, "a list", value)
        for i, item in enumerate(value):
            check(item, f"{where}[{i}]")

    return run


def map_of(check: Check) -> Check:
    """An object with such values, whatever its keys."""

    def run(value: Any, where: str) -> None:  # noqa: ANN401
        if not isinstance(value, dict):
            _fail(where, "an object", value)
        for key, item in value.items():
            check(item, f"{where}.{key}" if where else key)

    return run


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object that has these keys, may have those, and whatever else."""

    def run(value: Any, where: str) -> None:  # noqa: ANN401
        if not isinstance(value, dict):
            _fail(where, "an object", value)
        for key, check in required.items():
            if key not in value:
                raise MistypedError(f"{harmless(where) or 'the document'} has no {key!r}")
            check(value[key], f"{where}.{key}" if where else key)
        for key, check in (optional or {}).items():
            if key in value:
                check(value[key], f"{where}.{key}" if where else key)

    return run


def plain(value: Any, where: str) -> None:  # noqa: ANN401
    """Whatever JSON holds, its numbers within reason."""
    if isinstance(value, dict):
        map_of(plain)(value, where)
    elif isinstance(value, list):
        list_of(plain)(value, where)
    elif value is not None and not isinstance(value, (str, bool)):
        number(value, where)


def _ranking(value: Any, where: str) -> None:  # noqa: ANN401
    """Kinds of model by name, beside what is said of all of them."""
    point = {name: maybe(number) for name in ("lambda", "mean", "se", "worse_relative", "p", "gap_relative", "n_nonzero")}
    chosen = record({**point, "n_inputs": count, "phi": maybe(number)}, {"complexity": maybe(number)})
    model = record({"best": record({**point, "worse": number}), "chosen": chosen}, _AXIS)
    record({"recommended": maybe(text), "reason": text})(value, where)
    for name, item in value.items():
        if isinstance(item, dict):
            model(item, f"{where}.{name}")
    if value["recommended"] is not None and not isinstance(value.get(value["recommended"]), dict):
        raise MistypedError(f"{harmless(where)}.recommended is none of the models")
    plain(value, where)


def _beyond(value: Any, where: str) -> None:  # noqa: ANN401
    """The best linear model and the best other one; nothing where a run has not both."""
    if value != {}:
        scores = dict.fromkeys(("gain", "linear_mean", "other_mean"), number)
        names = dict.fromkeys(("metric", "linear", "other"), text)
        record({**scores, **names, "gain_relative": maybe(number), "p": maybe(number)})(value, where)
    map_of(plain)(value, where)


def _nested(value: Any, where: str) -> None:  # noqa: ANN401
    """An estimate, and the outer folds it comes from; nothing where there was none."""
    if value == {}:
        return
    columns = {name: list_of(maybe(number)) for name in ("n_train", "n_validation", "lambda", "n_nonzero", "plain", "score")}
    folds = record({"fold": list_of(text), "model": list_of(text), **columns})
    record(
        {"mean": maybe(number), "se": maybe(number), "optimism": maybe(number), "kind": text, "folds": folds},
        {"optimism_relative": maybe(number)},
    )(value, where)
    if len({len(value["folds"][name]) for name in ("fold", "model", *columns)}) > 1:
        raise MistypedError(f"{harmless(where)}.folds have columns of different lengths")
    if value["mean"] is not None and value["optimism"] is None:
        raise MistypedError(f"{harmless(where)} has no 'optimism'")
    plain(value, where)


def _bootstrap(value: Any, where: str) -> None:  # noqa: ANN401
    """An estimate, or nothing."""
    if value != {}:
        record({**{name: maybe(number) for name in ("estimate", "optimism", "se", "apparent")}, "resamples": count})(value, where)
    map_of(plain)(value, where)


def _prediction(value: Any, where: str) -> None:  # noqa: ANN401
    """A value, or the probability of each class."""
    (list_of(number) if isinstance(value, list) else number)(value, where)


# of linear models the penalty, of other families their kind
# The linear family's penalties, and the other families by their names.
PENALTY = one_of("none", "ridge", "lasso", "elasticnet", *ORDER[1:])
# What audits find stands under their names (`regcli/figures.py`).
AUDITS = sorted({figure.name.partition(".")[0] for figure in FIGURES})
_SCORES = map_of(maybe(number))
# Of the second stage of a penalty; null where there is none.
_STAGE: dict[str, Check] = {"stage": maybe(text), "gamma": maybe(number)}
# Of a path beyond λ: its family, its axis, the levers that stay where they are, and what its complexity counts.
_AXIS: dict[str, Check] = dict.fromkeys(("family", "axis", "setting", "complexity_of"), maybe(text))
_BY_FOLD = map_of(list_of(maybe(number)))
_COLUMN = record(
    {"name": text, "role": text, "type": text, "mean": maybe(number), "sd": maybe(number), "missing": maybe(number)},
    {"levels": maybe(map_of(number))},
)

MANIFEST = record(
    {
        "id": text,
        "name": text,
        "status": one_of("running", "done", "failed", "interrupted"),
        "reason": maybe(text),
        "command": one_of("fit", "sweep"),
        "started": maybe(text),
        "finished": maybe(text),
        "task": one_of("regression", "classification"),
        "target": text,
        "classes": list_of(text),
        "metric": text,
        "higher_is_better": truth,
        "rule": one_of("1se", "min", "pct_loss"),
        "tolerance": maybe(number),
        "metrics": list_of(text),
        "metric_definitions": count,
        "dataset": record(
            {
                "source": text,
                "sha256": text,
                **dict.fromkeys(("n_source_rows", "n_source_columns", "n_rows", "n_train", "n_holdout"), count),
                **dict.fromkeys(("n_inputs", "n_features"), count),
                "inputs": list_of(record({"name": text, "kind": text})),
                "columns": list_of(_COLUMN),
            }
        ),
        "folds": record({"sha256": text, "kind": text, "n": count, "repeats": count}),
        "selected": maybe(
            record(
                {
                    "penalty": PENALTY,
                    "l1_ratio": maybe(number),
                    "lambda": maybe(number),
                    "n_nonzero": count,
                    "validation_mean": maybe(number),
                    "validation_se": maybe(number),
                },
                _STAGE | _AXIS,
            )
        ),
        "warnings": list_of(text),
        "versions": map_of(maybe(text)),
        "files": map_of(text),
    },
    {"n_left_out": count, "seconds": map_of(number), "tol": number, "target_scale": maybe(text)}
    | {"model_types": list_of(text), "paths": list_of(record({}, _AXIS))}
    | {"resumed": list_of(record({"at": text, "was": text})), "beside": map_of(map_of(plain))},
)

METRICS = record(
    {
        "selected": record(
            {
                "penalty": PENALTY,
                "l1_ratio": maybe(number),
                "lambda": maybe(number),
                "sklearn_parameter": text,
                "sklearn_value": maybe(number),
                "validation_mean": maybe(number),
                "validation_se": maybe(number),
                "metric": text,
            },
            {
                "sklearn": maybe(record({"code": text, "remarks": list_of(text)}, {"library": text})),
                "seed_se": maybe(number),
                "seeds": count,
            }
            | _STAGE
            | _AXIS,
        ),
        **dict.fromkeys(("train", "validation", "gap", "refit", "null_model"), _SCORES),
        "holdout": maybe(_SCORES),
        "folds": record(
            {
                "weight": list_of(number),
                "n_train": list_of(count),
                "n_validation": list_of(count),
                "train": _BY_FOLD,
                "validation": _BY_FOLD,
            }
        ),
        **dict.fromkeys(("n_features", "n_inputs", "n_nonzero"), count),
    },
    {
        "validation_error": _SCORES,
        "complexity": maybe(number),
        **dict.fromkeys(("holdout_error", "holdout_null"), maybe(_SCORES)),
        "null_prediction": _prediction,
        **{name: map_of(plain) for name in AUDITS},
        "ranking": _ranking,
        "beyond": _beyond,
        "nested": _nested,
        "bootstrap": _bootstrap,
    },
)


def check_manifest(manifest: Any) -> None:  # noqa: ANN401
    """Refuse a manifest that is not one.

    Raises
    ------
    MistypedError
    """
    MANIFEST(manifest, "")
    classes = manifest["classes"]
    if len(set(classes)) < len(classes) or bool(classes) != (manifest["task"] == "classification"):
        raise MistypedError(f"classes do not suit a {manifest['task']}")
    known = metrics_of(manifest["task"])
    if unknown := [name for name in manifest["metrics"] if name not in known]:
        raise MistypedError(f"metrics hold {harmless(repr(unknown[0]))}, which is no metric of a {manifest['task']}")
    if manifest["metric"] not in manifest["metrics"]:
        raise MistypedError("metrics do not hold the metric")
    if manifest["rule"] == "pct_loss" and manifest["tolerance"] is None:
        raise MistypedError("tolerance holds null, not a number")


def check_metrics(metrics: Any, manifest: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Refuse a metrics.json that is not one of this run.

    Raises
    ------
    MistypedError
    """
    METRICS(metrics, "")
    _check_null_prediction(metrics.get("null_prediction"), len(manifest["classes"]))
    folds = metrics["folds"]
    n = len(folds["weight"])
    for part in ("train", "validation", "gap", "refit", "null_model"):
        for name in manifest["metrics"]:
            if name not in metrics[part]:
                raise MistypedError(f"{part} has no {harmless(name)!r}")
    if metrics["holdout"] is not None and (missing := set(metrics["validation"]) - set(metrics["holdout"])):
        raise MistypedError(f"holdout has no {harmless(min(missing))!r}")
    lists = {f"{part}.{name}": values for part in ("train", "validation") for name, values in folds[part].items()}
    for name, values in ({key: folds[key] for key in ("n_train", "n_validation")} | lists).items():
        if len(values) != n:
            raise MistypedError(f"folds.{harmless(name)} has {len(values)} values for {n} folds")
    if not set(metrics["validation"]) <= set(folds["train"]) & set(folds["validation"]) or not n:
        raise MistypedError("folds do not hold every metric")
    if metrics["selected"]["validation_mean"] is None or metrics["validation"][manifest["metric"]] is None:
        raise MistypedError(f"the selected point has no {harmless(manifest['metric'])!r}")


def _check_null_prediction(null: Any, n_classes: int) -> None:  # noqa: ANN401
    """A value for a regression, a probability of each class for a classification; a run may have none."""
    if null is not None and (len(null) != n_classes if isinstance(null, list) else n_classes):
        raise MistypedError(f"null_prediction does not suit {n_classes} classes")
    if isinstance(null, list) and not all(0 <= p <= 1 for p in null):
        raise MistypedError("null_prediction holds what is no probability")
