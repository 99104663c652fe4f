"""The tree of errors a user can cause; each class carries the exit code it ends the program with.

Anything raised that is not a `RegcliError` is a bug in regcli and ends with exit code 70.
"""

from __future__ import annotations

from dataclasses import dataclass

from regcli.wording import harmless


class RegcliError(Exception):
    """What went wrong, and what to do about it.

    Parameters
    ----------
    message : str
        What is wrong, naming the file, line, column or key concerned. One sentence.
    hint : str
        What the user can do about it. May be empty.
    """

    exit_code = 70

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


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
