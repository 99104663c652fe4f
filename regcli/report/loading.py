"""The lines of Python that load a run's model, without regcli where it is no model of dates, and predict with it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from regcli.data.endings import file_kind
from regcli.data.notation import USUAL_NA
from regcli.errors import RunError
from regcli.run.layout import ARRAYS, MODEL, TRUSTED_TYPES

if TYPE_CHECKING:
    from regcli.run import RunReader


def loading_lines(run: RunReader) -> list[str]:
    """Code that works as it stands once NEW is there: a file of the training file's kind; none where the inputs must be made.

    Texts are read as texts (a zip code is a level, not a number), and their gaps as None, which is what the model fills in.
    """
    dataset = run.manifest["dataset"]
    inputs = {entry["name"]: entry["kind"] for entry in dataset["inputs"]}
    if run.manifest.get("command") != "fit" or made_inputs(run):
        return []
    # a run of an earlier regcli has plain models, and those of dates
    usual = list(TRUSTED_TYPES[:2] if "date" in inputs.values() else TRUSTED_TYPES[:1])
    if ARRAYS in run.manifest["files"]:
        return ["import regcli", f"run = regcli.read_run({str(run.path)!r})", "print(run.predict('NEW.csv'))"]
    trusted = list(run.manifest.get("model_types", usual))
    load = f"model = skops.io.load({str(run.path / MODEL)!r}, trusted={trusted!r})"
    kind = file_kind(PurePath(dataset["source"]))
    if kind == "svmlight":
        base = int(next(iter(inputs))[1:])
        return [
            "import skops.io",
            "from sklearn.datasets import load_svmlight_file",
            load,
            f"X, _ = load_svmlight_file('NEW.svmlight', n_features={len(inputs)}, zero_based={base == 0})",
            # trees take no wider indices than these
            *(["X.indices, X.indptr = X.indices.astype('i4'), X.indptr.astype('i4')"] if _is_of_trees(run) else []),
            "print(model.predict(X))",
        ]
    texts = [name for name, kind in inputs.items() if kind in {"categorical", "text"}]
    types = "{" + ", ".join(f"{name!r}: str" for name in texts) + "}"
    if kind == "parquet":
        read = "rows = pandas.read_parquet('NEW.parquet')" + (f".astype({types})" if texts else "")
    else:
        dates = [name for name, kind in inputs.items() if kind == "date"]
        options = {"dtype": types} if texts else {}
        options |= _as_written(dataset.get("read") or {}, dates)
        read = f"rows = pandas.read_csv('NEW.csv'{''.join(f', {key}={value}' for key, value in options.items())})"
    return [
        "import pandas, skops.io",
        load,
        read,
        *(["rows = rows.astype(object).where(rows.notna(), None)"] if texts else []),
        "print(model.predict(rows[model.feature_names_in_]))",
    ]


def _is_of_trees(run: RunReader) -> bool:
    return run.manifest["selected"].get("family") in {"tree", "forest"}


def _as_written(how: dict[str, Any], dates: list[str]) -> dict[str, str]:
    """Options of pandas for a file that is not written as it supposes, as they stand in code."""
    options = {name: how.get(key) for name, key in (("sep", "delimiter"), ("decimal", "decimal"), ("thousands", "thousands"))}
    usual = {"sep": ",", "decimal": "."}
    found = {name: repr(value) for name, value in options.items() if value is not None and value != usual.get(name)}
    own = [cell for cell in how.get("na", ()) if cell not in USUAL_NA]
    found |= {"na_values": repr(own)} if own else {}
    found |= {"encoding": repr(how["encoding"])} if how.get("encoding") not in {None, "utf-8", "utf-8-sig"} else {}
    found |= {"parse_dates": repr(dates)} if dates else {}
    return found | ({"dayfirst": "True"} if dates and how.get("day_first") else {})


def loading_heading(run: RunReader) -> str:
    """What stands above these lines."""
    dated = any(entry["kind"] == "date" for entry in run.manifest["dataset"]["inputs"])
    return f"The model in Python, {'where regcli is installed for the parts of dates' if dated else 'without regcli'}:"


def require_loading_lines(run: RunReader) -> list[str]:
    """The same, where it must be.

    Raises
    ------
    RunError
        Of a run without a model, or with one whose inputs no file holds.
    """
    run.require_model()
    made = made_inputs(run)
    if made:
        names = f"{made[0]!r}" if len(made) == 1 else f"{made[0]!r} and {len(made) - 1} more"
        raise RunError(f"{run.path}: the model takes what no file holds: {names}.", "`regcli predict` makes these: use that.")
    return loading_lines(run)


def made_inputs(run: RunReader) -> list[str]:
    """Inputs of the model that no file holds, such as lags: `regcli predict` makes them."""
    dataset = run.manifest["dataset"]
    read = {entry["name"] for entry in dataset["columns"] if entry["role"] == "feature"}
    return [entry["name"] for entry in dataset["inputs"] if entry["name"] not in read]
