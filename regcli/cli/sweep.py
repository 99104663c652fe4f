"""`regcli sweep`."""

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


def sweep(
    config: ConfigFile = None,
    penalty: Penalty = None,
    beyond: Beyond = False,
    data: Data = None,
    target: Target = None,
    task: Task = None,
    settings: Settings = None,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Cross-validate penalties in one table; save no model.

    The holdout is never touched.

    Without CONFIG: --data and --target, or else regcli.yaml in this folder, or else a synthetic data set
    (make_regression with 200 rows and 50 columns, of which 10 count; make_classification with --task classification).

    Example: regcli sweep --penalty all --data houses.csv --target price
    """
    from regcli.cli.inputs import Input
    from regcli.cli.session import run_and_show

    given = Input(config, data, target, task, penalty, tuple(settings or ()), beyond=beyond)
    run_and_show(given, "sweep", runs, form=form_of(form, as_json), quiet=quiet, verbose=verbose)
