"""`regcli validate`."""

import sys

from regcli.cli.options import (
    AsJson,
    Beyond,
    ConfigFile,
    Data,
    FormatOf,
    Penalty,
    Settings,
    Target,
    Task,
    Verbose,
    form_of,
    log_to_stderr,
)


def validate(
    config: ConfigFile = None,
    penalty: Penalty = None,
    data: Data = None,
    target: Target = None,
    task: Task = None,
    settings: Settings = None,
    beyond: Beyond = False,
    form: FormatOf = None,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Check configuration and data, print the plan; fit nothing.

    Finds its input as fit does.

    Example: regcli validate diabetes.yaml
    """
    from regcli.cli.inputs import Input
    from regcli.cli.session import spoken
    from regcli.experiment import Stages, lay_out
    from regcli.report.plan import plan_record, plan_tables
    from regcli.report.render import render, write_json

    log_to_stderr(verbose)
    form = form_of(form, as_json)
    given = Input(config, data, target, task, penalty, tuple(settings or ()), beyond=beyond)
    prepared = lay_out(given.load(), Stages())
    if form == "json":
        write_json(plan_record(prepared), sys.stdout)
    else:
        render(spoken(plan_tables(prepared, every_column=form != "table"), given), form, sys.stdout)
