"""regcli: an experiment runner for regularised models, from the command line and from Python.

>>> import regcli
>>> run = regcli.fit("diabetes.yaml")  # doctest: +SKIP
>>> run.coefficients  # doctest: +SKIP

What stands here is fetched when it is asked for (PEP 562): importing regcli imports none of what it computes with.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regcli.errors import (
        ConfigError,
        DataError,
        FitError,
        GateError,
        RegcliError,
        RegcliWarning,
        RunError,
        UsageError,
    )
    from regcli.experiment import check, compare, fit, read_run, resume, sweep, validate
    from regcli.views import Checklist, Comparison, PlanView, Run

__version__ = "0.1.0"

__all__ = [
    "Checklist",
    "Comparison",
    "ConfigError",
    "DataError",
    "FitError",
    "GateError",
    "PlanView",
    "RegcliError",
    "RegcliWarning",
    "Run",
    "RunError",
    "UsageError",
    "check",
    "compare",
    "fit",
    "read_run",
    "resume",
    "sweep",
    "validate",
]

_DOORS = ("check", "compare", "fit", "read_run", "resume", "sweep", "validate")
_ELSEWHERE = {
    **dict.fromkeys(_DOORS, "regcli.experiment"),
    **dict.fromkeys(("Checklist", "Comparison", "PlanView", "Run"), "regcli.views"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import what is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "regcli.errors")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# Doors that have the name of a package.
_PACKAGES = ("check", "compare")


class _Door(ModuleType):
    """The package `regcli.compare` as the function of that name: it can be called, and imported from; so can `regcli.check`."""

    def __call__(self, *args: Any, **keys: Any) -> Any:  # noqa: ANN401
        """See the function of `regcli.experiment`."""
        return getattr(import_module("regcli.experiment"), self.__name__.rpartition(".")[2])(*args, **keys)


class _Package(ModuleType):
    """The package regcli. The import system makes `regcli.compare` the package of that name, once something of it is imported."""

    def __setattr__(self, name: str, value: Any) -> None:  # noqa: ANN401
        if name in _PACKAGES and isinstance(value, ModuleType):
            value.__class__ = _Door
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
