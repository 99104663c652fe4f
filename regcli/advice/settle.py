"""What `fit` would refuse, answered by the first of its own remedies, one after the other until the data can be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regcli.config import changed
from regcli.data import load, split
from regcli.errors import RegcliError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regcli.config import Config
    from regcli.data.memory import Source
    from regcli.data.types import Dataset, Splits

# Answers after which something else must be wrong.
MOST = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What an error said, and what was set for it.

    Attributes
    ----------
    said : str
    keys : mapping of str to plain data
    """

    said: str
    keys: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """A configuration whose data can be used.

    Attributes
    ----------
    config : Config
    dataset : Dataset
    splits : Splits
    answers : tuple of Answer
    """

    config: Config
    dataset: Dataset
    splits: Splits
    answers: tuple[Answer, ...]


def settle(config: Config, source: Source | None = None) -> Settled:
    """Read the data and fold them; what stands in the way is answered as the error suggests.

    Parameters
    ----------
    config : Config
    source : Source, optional
        Of data that are handed over.

    Raises
    ------
    RegcliError
        What no key of the configuration can mend.
    """
    answers: list[Answer] = []
    while True:
        try:
            dataset = load(config, source)
            return Settled(config, dataset, split(dataset, config), tuple(answers))
        except RegcliError as error:
            keys = next((remedy for remedy in error.remedies if not isinstance(remedy, str)), None)
            if keys is None or len(answers) == MOST or any(answer.keys == keys for answer in answers):
                raise
            answers.append(Answer(f"{error.message} {error.hint}".strip(), keys))
            config = changed(config, keys)
