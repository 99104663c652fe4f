"""`regcli predict`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from regcli.cli.options import AsJson, Quiet, RunName, Runs, runs_directory, warn, write_result

if TYPE_CHECKING:
    from regcli.run.predict import FileForm

ENDINGS: "dict[str, FileForm]" = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".pq": "parquet"}


def predict(
    run: RunName,
    data: Annotated[Path, typer.Argument(metavar="DATA", help="New rows: CSV, Parquet or svmlight; - reads CSV from stdin.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there (default: stdout).")] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="COLUMN", help="Carry a column of DATA over, as it stands; globs allowed. Repeatable."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", metavar="P", help="Two classes: say the second where its probability is at least P."),
    ] = None,
    form: Annotated[
        Literal["csv", "json", "parquet"] | None,
        typer.Option("--format", metavar="csv|json|parquet", help="How to write (default: as FILE ends, or else csv)."),
    ] = None,
    as_json: AsJson = False,
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Predict for new rows with a run's model.

    Writes row (counted from 0 behind the header), prediction and, for a classification, the probability p_<class> of each class.
    What the model has never seen is counted by column in warnings; a column with no known level is an
    error, but for users and items, who may all be new.

    Example: regcli predict latest new.csv --keep id -o predictions.csv
    """
    from regcli.run import open_run, predict_rows

    chosen = _form(output, form, as_json)
    predictions = predict_rows(open_run(run, runs_directory(runs)), data, keep=keep or (), threshold=threshold)
    warn(predictions.warnings, quiet)
    write_result(predictions.encoded(chosen), output)


def _form(output: Path | None, form: "FileForm | None", as_json: bool) -> "FileForm":
    """The format asked for, or the one the file's name tells."""
    from regcli.errors import UsageError

    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json contradicts --format {form}.", "Give one of the two.")
    if as_json or form is not None:
        return "json" if as_json or form is None else form
    if output is None or not output.suffix:
        return "csv"
    found = ENDINGS.get(output.suffix.lower())
    if found is None:
        known = ", ".join(ENDINGS)
        raise UsageError(f"{output}: {output.suffix!r} does not say how to write.", f"End the name in {known}, or give --format.")
    return found
