"""The tree of errors a user can cause; each class carries the exit code it ends the program with.

Anything raised that is not a `RegcliError` is a bug in regcli and ends with exit code 70.

An error says what is wrong (message) and what to do about it (hint), and where it can it gives that as commands to type too, one
for each remedy, on the last lines of what is printed, the best one first::

    error: d.csv: column 'age' has 3 missing cells, the first in line 7. Fill them in, or drop the rows.
    try: regcli fit --data d.csv --target y --set preprocess.missing=median
    try: regcli fit --data d.csv --target y --set preprocess.missing=drop

The place where it is raised knows nothing of the command line that was typed. It says which keys of the configuration would have
to hold what, and the command line's own module (`regcli.cli.remedies`) puts that as the command that was typed with what is to be
changed in it::

    raise DataError(message, hint, {"preprocess.missing": "median"}, {"preprocess.missing": "drop"})

A key that names a list gives the whole list, with what it holds already:
`{"dataset.columns.exclude": [*columns.exclude, "id"]}`. Messages and hints name keys with dots (`dataset.target`,
`preprocess.missing: median`); where there was no configuration file, the same module writes them as the flags that were typed
(`--target`, `--set preprocess.missing=median`). A remedy that is no change of the configuration is a whole command line, as text:
`RunError(message, hint, "regcli resume runs/…")`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping


class RegcliError(Exception):
    """What went wrong, and what to do about it.

    Parameters
    ----------
    message : str
        What is wrong, naming the file, line, column or key concerned. One sentence.
    hint : str
        What the user can do about it. May be empty.
    *remedies : dict of str to plain data, or str
        Ways out, the best one first: what keys of the configuration should be, by their dotted names; or a whole command.
    """

    exit_code = 70

    def __init__(self, message: str, hint: str = "", *remedies: Mapping[str, Any] | str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.remedies = remedies

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class RegcliWarning(UserWarning):
    """What somebody who uses regcli from Python should know of a run, as the commands tell it in their tables."""


class GateError(RegcliError):
    """A gate or a row of the checklist failed."""

    exit_code = 1


class UsageError(RegcliError):
    """The command line asks for something that does not exist."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration.

    Attributes
    ----------
    where : str
        ``FILE:LINE:COLUMN``, or ``--set key=value`` where the value came from the command line.
    key : str
        Dotted key, such as ``cv.n_splits``; empty for the document itself.
    text : str
        What is wrong and what is allowed.
    """

    where: str
    key: str
    text: str

    def __str__(self) -> str:
        return ": ".join(harmless(part) for part in (self.where, self.key, self.text) if part)


class ConfigError(UsageError):
    """Everything that is wrong with a configuration, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class DataError(RegcliError):
    """The data cannot be read, or does not suit the configuration."""

    exit_code = 3


class FitError(RegcliError):
    """Fits failed or did not converge, so that nothing can be selected."""

    exit_code = 4


class RunError(RegcliError):
    """A run directory is missing, damaged or of an unknown format, or two cannot be compared."""

    exit_code = 5
