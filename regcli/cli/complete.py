"""What the shell offers for arguments that name runs and baselines."""

from pathlib import Path

import typer


def complete_run(ctx: typer.Context, incomplete: str) -> list[str]:
    """`latest`, the runs' names from the newest, and the baselines."""
    from regcli.run import PREFIX, baseline_names, find_runs

    runs = _directory(ctx)
    names = ["latest", *(path.name for path in find_runs(runs)), *(PREFIX + name for name in baseline_names(runs))]
    return [name for name in names if name.startswith(incomplete)]


def complete_baseline(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of baselines."""
    from regcli.run import baseline_names

    return [name for name in baseline_names(_directory(ctx)) if name.startswith(incomplete)]


def complete_example(incomplete: str) -> list[str]:
    """Names of the examples."""
    from regcli.examples import names

    return [name for name in ("list", *names()) if name.startswith(incomplete)]


def _directory(ctx: typer.Context) -> Path:
    from regcli.cli.options import runs_directory

    return runs_directory(ctx.params.get("runs"))
