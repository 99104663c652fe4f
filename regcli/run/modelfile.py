"""A model's file in skops' form: a zip archive of a description in JSON and of numpy's own files.

skops imports all of scikit-learn to write a few numbers. For the plain estimators that most models are made of, the file is
written here, field by field what skops writes (`tests/run/test_run_modelfile.py` holds it to that); others are left to skops.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.families.described import Estimator
from regcli.run.layout import TRUSTED_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

# The releases whose parameters and form are known; with others installed every model is left to skops.
RELEASES = {"scikit-learn": "1.9.", "skops": "0.16."}
PROTOCOL = 2
_DESCENT = {
    "alpha": 1.0, "fit_intercept": True, "precompute": False, "max_iter": 1000, "copy_X": True, "tol": 0.0001,
    "warm_start": False, "positive": False, "random_state": None, "selection": "cyclic",
}  # fmt: skip
# Class -> the module that it is defined in, and its parameters' defaults.
_CLASSES: dict[str, tuple[str, dict[str, Any]]] = {
    "Pipeline": ("sklearn.pipeline", {"transform_input": None, "memory": None, "verbose": False}),
    "StandardScaler": ("sklearn.preprocessing._data", {"copy": True, "with_mean": True, "with_std": True}),
    "Lasso": ("sklearn.linear_model._coordinate_descent", {**_DESCENT, "l1_ratio": 1.0}),
    "ElasticNet": ("sklearn.linear_model._coordinate_descent", {**_DESCENT, "l1_ratio": 0.5}),
    "LinearRegression": (
        "sklearn.linear_model._base",
        {"fit_intercept": True, "copy_X": True, "tol": 1e-06, "n_jobs": None, "positive": False},
    ),
    "Ridge": (
        "sklearn.linear_model._ridge",
        {
            "alpha": 1.0, "fit_intercept": True, "copy_X": True, "max_iter": None, "tol": 0.0001, "solver": "auto",
            "positive": False, "random_state": None,
        },
    ),
    "LogisticRegression": (
        "sklearn.linear_model._logistic",
        {
            "penalty": "deprecated", "C": 1.0, "l1_ratio": 0.0, "dual": False, "tol": 0.0001, "fit_intercept": True,
            "intercept_scaling": 1, "class_weight": None, "random_state": None, "solver": "lbfgs", "max_iter": 100,
            "verbose": 0, "warm_start": False, "n_jobs": None,
        },
    ),
}  # fmt: skip
_PLAIN = (str, int, float, bool, type(None))


class NotPlainError(Exception):
    """Something that only skops knows how to write."""


def encode_model(model: Estimator) -> bytes:
    """A fitted pipeline in skops' form: the same bytes for the same content."""
    try:
        return _archive(*plain_content(model))
    except NotPlainError:
        return _archive(*_content_by_skops(model.made()))


def encode_arrays(arrays: Mapping[str, Any]) -> bytes:
    """Plain arrays by name in numpy's form: the same bytes for the same content."""
    sink = io.BytesIO()
    np.savez_compressed(sink, allow_pickle=False, **dict(arrays))
    return sink.getvalue()


def types_to_trust(content: bytes) -> list[str]:
    """The types in a model's file that its reader must say are to be trusted."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        schema = archive.read("schema.json").decode()
    always, *others = TRUSTED_TYPES

    def is_there(name: str) -> bool:
        module, _, last = name.rpartition(".")
        return re.search(rf'"__class__": "{last}",\s+"__module__": "{re.escape(module)}"', schema) is not None

    return [always, *(name for name in others if is_there(name))]


def plain_content(model: Estimator) -> tuple[str, dict[str, bytes]]:
    """The description of a model, and the files of its arrays by name.

    Raises
    ------
    NotPlainError
        Where it holds something else than plain estimators, numbers, texts, lists, dicts and arrays, or with other releases.
    """
    versions = {name: metadata.version(name) for name in RELEASES}
    if not all(versions[name].startswith(release) for name, release in RELEASES.items()):
        raise NotPlainError
    plain = _Plain(versions["scikit-learn"])
    schema = plain.node(model) | {"protocol": PROTOCOL, "_skops_version": versions["skops"]}
    return json.dumps(schema, indent=2), plain.files


class _Plain:
    """Describes one value after the other.

    Parameters
    ----------
    version : str
        Of scikit-learn.

    Attributes
    ----------
    files : dict of str to bytes
        Those of the arrays.
    """

    def __init__(self, version: str) -> None:
        self.version = version
        self.files: dict[str, bytes] = {}
        self._last = 0

    def node(self, value: Any) -> dict[str, Any]:  # noqa: ANN401
        """What skops' schema says of a value."""
        self._last += 1
        number = self._last
        return self._described(value, number) | {"__id__": number}

    def _described(self, value: Any, number: int) -> dict[str, Any]:  # noqa: ANN401
        if isinstance(value, Estimator):
            if value.name not in _CLASSES:
                raise NotPlainError
            module, defaults = _CLASSES[value.name]
            state = defaults | value.given | value.fitted | {"_sklearn_version": self.version}
            return _head(value.name, module, "ObjectNode") | {"content": self.node(state)}
        if type(value) is dict:
            return self._dict(value)
        if type(value) in {list, tuple}:
            name = type(value).__name__
            return _head(name, "builtins", f"{name.capitalize()}Node") | {"content": [self.node(item) for item in value]}
        if type(value) is np.ndarray:
            return _head("ndarray", "numpy", "NdArrayNode") | self._array(value, number)
        if type(value) in _PLAIN:
            return _head("str", "builtins", "JsonNode") | {"content": json.dumps(value), "is_json": True}
        raise NotPlainError

    def _dict(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        if any(type(key) is not str for key in value):
            raise NotPlainError
        types = [_head("str", "builtins", "TypeNode") | {"__id__": self._next()} for _ in value]
        keys = _head("list", "builtins", "ListNode") | {"content": types, "__id__": self._next()}
        content = {key: self.node(item) for key, item in value.items()}
        return _head("dict", "builtins", "DictNode") | {"content": content, "key_types": keys}

    def _array(self, value: Any, number: int) -> dict[str, Any]:  # noqa: ANN401
        if value.dtype == object:
            return {"content": [self.node(item) for item in value.tolist()], "type": "json", "shape": self.node(value.shape)}
        file = io.BytesIO()
        np.save(file, value, allow_pickle=False)
        self.files[f"{number}.npy"] = file.getvalue()
        return {"type": "numpy", "file": f"{number}.npy"}

    def _next(self) -> int:
        self._last += 1
        return self._last


def _head(name: str, module: str, loader: str) -> dict[str, Any]:
    return {"__class__": name, "__module__": module, "__loader__": loader}


def _content_by_skops(pipeline: Any) -> tuple[str, dict[str, bytes]]:  # noqa: ANN401
    """The same by skops itself, without the memory addresses that it puts in.

    skops numbers objects by address, in the schema and in the names of the array files; here they are numbered as they appear.
    """
    import skops.io

    number: dict[str, str] = {}

    def renumber(text: str) -> str:
        return re.sub(r"\d+", lambda match: number.setdefault(match[0], str(len(number) + 1)), text, count=1)

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(pipeline))) as archive:
        schema = archive.read("schema.json").decode()
        schema = re.sub(r'"__id__": \d+|"file": "\d+\.\w+"', lambda match: renumber(match[0]), schema)
        return schema, {renumber(name): archive.read(name) for name in archive.namelist() if name != "schema.json"}


def _archive(schema: str, files: Mapping[str, bytes]) -> bytes:
    """The file, its members dated 1980."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as out:
        for name in sorted(files, key=lambda name: (len(name), name)):
            out.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
        out.writestr(zipfile.ZipInfo("schema.json"), schema, zipfile.ZIP_DEFLATED)
    return sink.getvalue()
