"""Applies a run's model to new rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.config import load_config
from regcli.data import load_rows
from regcli.errors import RunError
from regcli.model import predict_with
from regcli.run import encode, layout
from regcli.steady import steady

if TYPE_CHECKING:
    from pathlib import Path

    from regcli.run.reader import RunReader

# Beyond what skops trusts by itself: it constructs nothing but a description of a number's type.
_TRUSTED = frozenset({"numpy.dtype"})


def predict_rows(run: RunReader, data: Path) -> tuple[bytes, tuple[str, ...]]:
    """Predict for the rows of a file.

    Parameters
    ----------
    run : RunReader
        Of a `fit`.
    data : Path
        CSV, Parquet or svmlight with the model's input columns.

    Returns
    -------
    csv : bytes
        ``row,prediction`` and, for a classification, the probability ``p_<class>`` of each class.
    warnings : tuple of str

    Raises
    ------
    RunError
        Where the run has no model, or the model's file is not to be trusted.
    DataError
        Where the rows cannot be read or lack columns.
    """
    run.require_done()
    if run.manifest.get("command") != "fit":
        raise RunError(f"{run.path}: a {run.manifest.get('command')} keeps no model.", "Make one with `regcli fit CONFIG`.")
    inputs = run.manifest["dataset"]["inputs"]
    config = load_config(run.path / layout.RESOLVED)
    features, row, warnings = load_rows(config, data, [i["name"] for i in inputs], [i["kind"] for i in inputs])
    pipeline = _load_model(run)
    with steady():
        prediction, probability = predict_with(pipeline, features)
    columns: dict[str, Any] = {"row": row, "prediction": prediction}
    if probability is not None:
        columns |= {f"p_{label}": probability[:, k] for k, label in enumerate(pipeline.classes_)}
    return encode.encode_csv(encode.arrow_table(columns)), warnings


def _load_model(run: RunReader) -> Any:  # noqa: ANN401
    """The fitted pipeline; nothing in the file is run, and no type is made that a regcli model does not consist of."""
    import skops.io

    content = run.content(layout.MODEL)
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(data=content)) - _TRUSTED)
    except Exception as error:
        raise RunError(f"{run.path / layout.MODEL}: the model cannot be read: {error}.", "Fit it again.") from error
    if unknown:
        raise RunError(
            f"{run.path / layout.MODEL}: the file holds types that no regcli model has: {', '.join(unknown)}.",
            "It was not written by regcli: do not use it.",
        )
    return skops.io.loads(content, trusted=sorted(_TRUSTED))
