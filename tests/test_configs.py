"""Every configuration that is shipped: right by the schema, and run."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from regcli.cli.main import app
from regcli.config import load_config

ROOT = Path(__file__).parents[1]
CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
SCHEMA = json.loads((ROOT / "docs" / "schema.json").read_text(encoding="utf-8"))
TYPES = {"string": str, "boolean": bool, "integer": int, "number": int | float, "null": type(None), "array": list, "object": dict}
FILES = {
    "manifest.json", "config.yaml", "config.resolved.yaml", "sweep.csv", "folds.csv", "assignments.csv", "coefficients.csv",
    "path.parquet", "predictions.csv", "metrics.json", "model.skops", "log.txt", "report.html",
}  # fmt: skip

# What only some families have: a model may be kept as plain arrays.
BY_FAMILY = {"coefficients.csv", "path.parquet", "model.skops"}


def fits(value: object, schema: dict) -> bool:
    """Whether a value is valid: the part of JSON Schema that ours makes use of. Any other keyword is an error here."""
    rest = schema.keys() - {"description", "title", "default", "$defs", "$schema"}
    # The type is looked at first, so that the other keywords find what they expect.
    return all(KEYWORDS[key](value, schema[key], schema) for key in sorted(rest, key=lambda key: (key != "type", key)))


def is_a(value: object, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


KEYWORDS = {
    "$ref": lambda v, ref, _: fits(v, SCHEMA["$defs"][ref.removeprefix("#/$defs/")]),
    "anyOf": lambda v, options, _: any(fits(v, option) for option in options),
    "oneOf": lambda v, options, _: sum(fits(v, option) for option in options) == 1,
    "type": lambda v, kinds, _: any(is_a(v, kind) for kind in (kinds if isinstance(kinds, list) else [kinds])),
    "const": lambda v, only, _: v == only and type(v) is type(only),
    "enum": lambda v, allowed, _: v in allowed,
    "properties": lambda v, known, _: all(fits(item, known[key]) for key, item in v.items() if key in known),
    "required": lambda v, keys, _: set(keys) <= v.keys(),
    "additionalProperties": lambda v, more, schema: all(
        more is not False and fits(item, more) for key, item in v.items() if key not in schema.get("properties", {})
    ),
    "items": lambda v, item, _: all(fits(cell, item) for cell in v),
    "prefixItems": lambda v, items, _: all(fits(cell, item) for cell, item in zip(v, items, strict=False)),
    "minItems": lambda v, n, _: len(v) >= n,
    "maxItems": lambda v, n, _: len(v) <= n,
    "minLength": lambda v, n, _: len(v) >= n,
    "maxLength": lambda v, n, _: len(v) <= n,
    "pattern": lambda v, pattern, _: re.search(pattern, v) is not None,
    "minimum": lambda v, limit, _: v >= limit,
    "maximum": lambda v, limit, _: v <= limit,
    "exclusiveMinimum": lambda v, limit, _: v > limit,
    "exclusiveMaximum": lambda v, limit, _: v < limit,
}


def keys_of(schema: dict, prefix: str = "") -> set[str]:
    """Every dotted key that a schema knows; the kinds of a dataset are told apart."""
    if "$ref" in schema:
        return keys_of(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], prefix)
    found = set()
    for name, value in schema.get("properties", {}).items():
        found |= {f"{prefix}{name}"} | keys_of(value, f"{prefix}{name}.")
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *([schema["items"]] if "items" in schema else ())):
        found |= keys_of(option, prefix)
    return found


def keys_in(value: object, prefix: str = "") -> set[str]:
    """Every dotted key that a document uses."""
    if isinstance(value, list):
        return {key for item in value for key in keys_in(item, prefix)}
    if not isinstance(value, dict):
        return set()
    return {key for name, item in value.items() for key in ({f"{prefix}{name}"} | keys_in(item, f"{prefix}{name}."))}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def documents() -> dict[str, dict]:
    return {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in CONFIGS}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_begins_with_its_schema_and_says_what_it_shows(path):
    first, second, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=../docs/schema.json"
    assert re.match(r"# \w.{20,}", second)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_suits_the_schema(path):
    document = documents()[path.name]
    assert fits(document, SCHEMA)
    assert not fits(document | {"penaltie": "lasso"}, SCHEMA)
    assert not fits(document | {"penalty": "laso"}, SCHEMA)
    assert not fits({key: item for key, item in document.items() if key != "dataset"}, SCHEMA)
    load_config(path)


def test_together_they_show_every_key():
    # the grid of one penalty is written like the common one, outer folds like those of the run
    alike = {r"^penalty\.lambdas\.": "lambdas.", r"^nested\.outer\.": "cv."}
    every = keys_of(SCHEMA)
    for pattern, common in alike.items():
        every = {re.sub(pattern, common, key) for key in every}
    assert every - {key for document in documents().values() for key in keys_in(document)} == set()


def test_together_they_show_every_scheme_and_scaling():
    text = "\n".join(path.read_text(encoding="utf-8") for path in CONFIGS)
    shown = list(documents().values())
    kinds = set(SCHEMA["$defs"]["Cv"]["properties"]["kind"]["anyOf"][0]["enum"])
    assert {document["cv"]["kind"] for document in shown if "kind" in document.get("cv", {})} == kinds
    scales = set(SCHEMA["$defs"]["Preprocess"]["properties"]["scale"]["enum"])
    assert {document.get("preprocess", {}).get("scale", "standard") for document in shown} == scales
    assert all(penalty in text for penalty in ("none", "ridge", "lasso", "elasticnet"))
    assert {document["select"]["rule"] for document in shown if "select" in document} == {"min", "1se", "pct_loss"}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_runs(path, tmp_path):
    done = CliRunner().invoke(app, ["fit", str(path), "--runs", str(tmp_path), "--quiet", "--set", "execution.jobs=1"])
    assert done.exit_code == 0, done.output
    run = Path(done.stdout.strip())
    linear = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["selected"]["axis"] == "lambda"
    assert {file.name for file in run.iterdir()} >= (FILES if linear else FILES - BY_FAMILY)
    assert (run / "model.skops").exists() or (run / "model.npz").exists()
    assert fits(yaml.safe_load((run / "config.resolved.yaml").read_text(encoding="utf-8")), SCHEMA)
    config = load_config(path)
    points = read(run / "sweep.csv")
    assert sum(point["selected"] == "true" for point in points) == 1
    converged = [point for point in points if point["converged"] == "true"]
    assert len(converged) == len(points)
    # other families than the linear one have no certificate
    assert max((float(point["kkt"]) for point in converged if point["axis"] == "lambda"), default=0) <= config.model.tol
    metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
    metric = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["metric"]
    better = metrics["validation"][metric] - metrics["null_model"][metric]
    assert better > 0 if metric == "average_precision" else better < 0, "the model is no better than the null model"
    assert (metrics["holdout"] is None) == (config.holdout is None)
    affine = not {"text", "polynomial", "dates"} & documents()[path.name].get("preprocess", {}).keys()
    assert (run / "model.json").exists() == (affine and linear)
