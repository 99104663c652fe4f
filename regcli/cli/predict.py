"""`regcli predict`."""

from pathlib import Path
from typing import Annotated

import typer

from regcli.cli.options import Quiet, RunName, Runs, runs_directory, warn, write_result


def predict(
    run: RunName,
    data: Annotated[Path, typer.Argument(metavar="DATA", help="New rows: CSV, Parquet or svmlight.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there (default: stdout).")
    ] = None,
    runs: Runs = None,
    quiet: Quiet = False,
) -> None:
    """Predict for new rows with a run's model.

    Prints CSV: row, prediction and, for a classification, the probability p_<class> of each class.

    Example: regcli predict latest new.csv -o predictions.csv
    """
    from regcli.run import open_run, predict_rows

    content, warnings = predict_rows(open_run(run, runs_directory(runs)), data)
    warn(warnings, quiet)
    write_result(content, output)
