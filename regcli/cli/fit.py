"""`regcli fit`."""

from typing import Annotated

import typer

from regcli.cli.options import (
    AsJson,
    Beyond,
    ConfigFile,
    Data,
    FormatOf,
    Penalty,
    Quiet,
    Runs,
    Settings,
    Target,
    Task,
    Verbose,
    form_of,
)


def fit(
    config: ConfigFile = None,
    penalty: Penalty = None,
    beyond: Beyond = False,
    data: Data = None,
    target: Target = None,
    task: Task = None,
    settings: Settings = None,
    learning_curve: Annotated[
        bool, typer.Option("--learning-curve", help="Ask whether more rows would help (learning_curve: {}).")
    ] = False,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Cross-validate, select, refit; write a run with a model.

    The holdout, where there is one, is evaluated once, by the selected model. The tables go to stderr and the
    run directory to stdout.

    Without CONFIG: --data and --target, or else regcli.yaml in this folder, or else a synthetic data set
    (make_regression with 200 rows and 50 columns, of which 10 count; make_classification with --task classification).

    Example: regcli fit --data houses.csv --target price --set select.rule=min
    """
    from regcli.cli.inputs import Input
    from regcli.cli.session import run_and_show

    given = Input(config, data, target, task, penalty, tuple(settings or ()), beyond=beyond, learning_curve=learning_curve)
    run_and_show(given, "fit", runs, form=form_of(form, as_json), quiet=quiet, verbose=verbose)
