"""Calls the command line in this process, as the entry point does."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from regcli.cli.main import app


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def call(*arguments, encoding="utf-8"):
    raw, err, code = io.BytesIO(), io.StringIO(), 0
    out = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            app([str(a) for a in arguments], prog_name="regcli")
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, raw.getvalue().decode(encoding), err.getvalue())


def run_of(done):
    """The run directory that a command has printed."""
    assert done.code == 0, done.err
    return done.out.strip()
