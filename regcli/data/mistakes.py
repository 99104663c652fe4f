"""What is wrong with the data, gathered column by column and told all at once, with the settings that would cure all of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from regcli.errors import DataError, RegcliError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from regcli.config import Config

# Keys whose remedies add to what the configuration has, instead of replacing it.
ADDED = ("dataset.columns.exclude", "dataset.types", "dataset.read.na")


class Mistakes:
    """Mistakes found so far.

    A mistake is an error whose remedies say what keys of the configuration should be; under a key of `ADDED` it names only what
    is to be added. Where several mistakes come together so do their first remedies: one setting cures them all.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._found: list[RegcliError] = []

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note the mistake with which the block ends, if it does; what the block makes may be used only once all is settled."""
        try:
            yield
        except RegcliError as error:
            self.note(error)

    def note(self, error: RegcliError) -> None:
        """Add a mistake."""
        self._found.append(error)

    def settle(self) -> None:
        """Go on where nothing is wrong.

        Raises
        ------
        RegcliError
            The mistake, or a `DataError` with all of them, a line each.
        """
        if not self._found:
            return
        if len(self._found) == 1:
            error = self._found[0]
            raise type(error)(error.message, error.hint, *(self._complete(remedy) for remedy in error.remedies))
        lines = dict.fromkeys(_sentences(error) for error in self._found)
        cures = [error.remedies[0] for error in self._found if error.remedies]
        together = [self._complete(*cures)] if len(cures) == len(self._found) else []
        raise DataError("\n".join(lines), "", *together)

    def _complete(self, *remedies: Mapping[str, Any] | str) -> Mapping[str, Any] | str:
        """Remedies as one, with what the configuration has already."""
        out: dict[str, Any] = {}
        for remedy in remedies:
            if isinstance(remedy, str):
                return remedy
            for key, value in remedy.items():
                out[key] = _united(out.get(key, self._given(key)), value) if key in ADDED else out.get(key, value)
        return out

    def _given(self, dotted: str) -> Any:  # noqa: ANN401
        value: Any = self._config
        for step in dotted.split("."):
            value = getattr(value, step, None)
        return value


def _united(had: Any, added: Any) -> Any:  # noqa: ANN401
    """A list or mapping with more in it."""
    if isinstance(added, dict):
        return dict(had or {}) | added
    return list(dict.fromkeys((*(had or ()), *added)))


def _sentences(error: RegcliError) -> str:
    return f"{error.message} {error.hint}".strip()
