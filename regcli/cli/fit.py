"""`regcli fit`."""

from regcli.cli.options import (
    AsJson,
    ConfigFile,
    FormatOf,
    Quiet,
    Runs,
    Settings,
    Verbose,
    form_of,
    log_to_stderr,
    runs_directory,
)


def fit(
    config: ConfigFile,
    settings: Settings = None,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Cross-validate, select, refit; write a run with a model.

    The holdout, where there is one, is evaluated once, by the selected model. The tables go to stderr and the
    run directory to stdout.

    Example: regcli fit configs/diabetes.yaml --set select.rule=min
    """
    from regcli.cli.session import run_and_show
    from regcli.config import load_config

    log_to_stderr(verbose)
    form = form_of(form, as_json)
    loaded = load_config(config, settings or ())
    run_and_show(loaded, "fit", runs_directory(runs, loaded), form=form, quiet=quiet)
