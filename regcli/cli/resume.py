"""`regcli resume`."""

from regcli.cli.options import AsJson, FormatOf, Quiet, RunName, Runs, Verbose, form_of, log_to_stderr, runs_directory


def resume(
    run: RunName,
    runs: Runs = None,
    form: FormatOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Finish a run that was interrupted or killed.

    What was finished is kept in the run's directory and is not done again; data, folds, configuration and regcli must be
    what they were (exit code 5). Prints what fit or sweep would have printed.

    Example: regcli resume latest
    """
    from regcli.cli.inputs import Input
    from regcli.cli.progress import progress_on_stderr
    from regcli.cli.session import show_run
    from regcli.experiment import Stages, go_on
    from regcli.run import open_run
    from regcli.run.layout import RESOLVED

    log_to_stderr(verbose, quiet)
    form = form_of(form, as_json)
    opened = open_run(run, runs_directory(runs))
    with progress_on_stderr(quiet, verbose) as progress:
        done = go_on(opened, Stages(progress) if progress else Stages())
    given = Input(done.path / RESOLVED)
    show_run(done, given, form, given.command("fit", runs) if done.manifest["command"] == "sweep" else None, quiet)
