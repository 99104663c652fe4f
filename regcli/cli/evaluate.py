"""`regcli evaluate`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from regcli.cli.options import AsJson, FormatOf, Quiet, RunName, Runs, form_of, runs_directory, warn


def evaluate(
    run: RunName,
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="New labelled rows: CSV, Parquet or svmlight; - reads CSV from stdin.")
    ],
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score a run's model on new labelled rows.

    Every metric with its standard error over the rows, what the null model (the mean or the class shares of the training rows)
    scores there, and whether it is worse than the run's own validation by more than noise.

    Example: regcli evaluate latest labelled.csv
    """
    from regcli.report.evaluation import evaluation_record, evaluation_table
    from regcli.report.render import render, write_json
    from regcli.run import evaluate_run, open_run

    form = form_of(form, as_json)
    found = evaluate_run(open_run(run, runs_directory(runs)), data)
    warn(found.warnings, quiet)
    if form == "json":
        write_json(evaluation_record(found), sys.stdout)
    else:
        render([evaluation_table(found, for_people=form != "csv")], form, sys.stdout)
