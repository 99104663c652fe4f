"""What an experiment is made from: a configuration file, or else flags that name the data, or else a synthetic data set."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.data.endings import ENDINGS, PACKED, file_kind
from regcli.data.wording import listing
from regcli.errors import DataError, UsageError
from regcli.given import named_penalties

if TYPE_CHECKING:
    from regcli.config import Config

HERE = Path("regcli.yaml")
LEARN = "learning_curve={}"
# What is fitted where nothing is given: ten of fifty columns count, under noise.
SYNTHETIC: dict[str, dict[str, Any]] = {
    "regression": {
        "kind": "make_regression", "n_samples": 200, "n_features": 50, "n_informative": 10, "noise": 20.0, "random_state": 0,
    },
    "classification": {
        "kind": "make_classification", "n_samples": 200, "n_features": 50, "n_informative": 10, "random_state": 0,
    },
}  # fmt: skip


# What --beyond sets beside the linear models, each with the grid that the data give. A hundred trees tell what a forest is worth;
# most of the time goes into them.
BEYOND: list[dict[str, Any]] = [
    {"kind": "tree"},
    {"kind": "forest", "n_estimators": 100, "max_features": 0.33, "seeds": 1},
    {"kind": "boosting", "max_depth": [2, 4]},
]


@dataclass(frozen=True, slots=True)
class Input:
    """What the command line says of the experiment.

    Attributes
    ----------
    config : Path or None
        A configuration file.
    data : Path or None
        A data file, instead of a configuration.
    target, task, penalty : str or None
        What they set in the configuration; `penalty` is a list between commas.
    settings : tuple of str
        ``dotted.key=value``, applied after all the others.
    learning_curve : bool
        Ask for one, with its defaults where the configuration says nothing of it.
    """

    config: Path | None = None
    data: Path | None = None
    target: str | None = None
    task: str | None = None
    penalty: str | None = None
    settings: tuple[str, ...] = ()
    learning_curve: bool = False
    beyond: bool = False

    @property
    def from_file(self) -> Path | None:
        """The configuration file: the one that is named, or else the one that lies here."""
        return HERE if self.config is None and self.data is None and HERE.is_file() else self.config

    @property
    def is_synthetic(self) -> bool:
        """Whether nothing says what the data are."""
        return self.from_file is None and self.data is None

    def words(self) -> list[str]:
        """The same as words of a command line."""
        flags = {"--data": self.data, "--target": self.target, "--task": self.task, "--penalty": self.penalty}
        return [
            *([str(self.config)] if self.config is not None else []),
            *(word for flag, value in flags.items() if value is not None for word in (flag, str(value))),
            *(["--beyond"] if self.beyond else []),
            *(word for setting in self.settings for word in ("--set", setting)),
            *(["--learning-curve"] if self.learning_curve else []),
        ]

    def command(self, name: str, runs: Path | None = None) -> str:
        """A command line that another command could be given with the same input, and the same directory of runs."""
        return shlex.join(["regcli", name, *self.words(), *([] if runs is None else ["--runs", str(runs)])])

    def load(self) -> Config:
        """The configuration from a file with the flags on top, or from the flags alone.

        Raises
        ------
        UsageError
            The flags contradict each other or leave something open.
        ConfigError
            The configuration is wrong.
        """
        config = self._loaded()
        if not self.learning_curve or config.learning_curve is not None:
            return config
        return replace(self, settings=(*self.settings, LEARN), learning_curve=False).load()

    def _loaded(self) -> Config:
        penalties = self._penalties()
        if self.config is not None and (file_kind(self.config) is not None or self.data is not None):
            raise self._no_configuration(self.config)
        if self.data is None and self.from_file is None and self.target is not None:
            raise UsageError("--target needs a data file.", "Name it with --data FILE.")
        described = None if self.from_file is not None else self._described(penalties)
        if described is not None:
            self._refuse_penalty_kind()
        from regcli.config import config_from_data, load_config

        if self.from_file is not None:
            return load_config(self.from_file, [*self._overrides(penalties), *self.settings])
        assert described is not None  # noqa: S101 - either a file or the flags
        return config_from_data(described, "command line", Path(), self.settings)

    def _refuse_penalty_kind(self) -> None:
        """Without a file the penalties are a list that one flag makes."""
        for setting in self.settings:
            key, _, value = setting.partition("=")
            if key.strip() == "penalty.kind":
                message = f"--set {setting}: without a configuration file, --penalty says which penalties there are."
                raise UsageError(message, f"Give --penalty {shlex.quote(value.strip())}.")

    def _no_configuration(self, given: Path) -> UsageError:
        """Two inputs, or data in the place of a configuration."""
        if file_kind(given) is None or self.data is not None:
            return UsageError("--data contradicts a configuration, which names its data.", "Give CONFIG or --data, not both.")
        if not given.is_file():
            return UsageError(f"{given}: there is no such file.", "Check the path; data are named with --data FILE.")
        return self._needs_target(given, f"{given} is a file of data, and not a configuration.")

    def _needs_target(self, data: Path, message: str) -> UsageError:
        """Name the columns to choose from, and how the command would be typed for one of them."""
        if file_kind(data) == "svmlight":
            return UsageError(message, "Name it with --data FILE.", {"dataset.path": str(data)})
        if self.target is not None:
            known = {"dataset.path": str(data), "dataset.target": self.target}
            return UsageError(message, "Name it with --data FILE.", known)
        from regcli.data.header import header_of

        try:
            columns = f", where COLUMN is one of {listing(header_of(data, file_kind(data) or 'csv'))}"
        except DataError:  # what is wrong with the file is said once the command is complete
            columns = ""
        return UsageError(message, f"Name the column to predict: --data {shlex.quote(str(data))} --target COLUMN{columns}.")

    def _penalties(self) -> list[dict[str, Any]] | None:
        """The penalty list that --penalty stands for; None where it was not given."""
        if self.penalty is None:
            return None
        return named_penalties(self.penalty, "--penalty")

    def _overrides(self, penalties: list[dict[str, Any]] | None) -> list[str]:
        """The flags as settings, which are applied before the user's own."""
        import json

        found = [] if penalties is None else [f"penalty={json.dumps(penalties)}"]
        found += [f"estimators={json.dumps(BEYOND)}"] if self.beyond else []
        found += [] if self.target is None else [f"dataset.target={json.dumps(self.target)}"]
        return found + ([] if self.task is None else [f"task={self.task}"])

    def _described(self, penalties: list[dict[str, Any]] | None) -> dict[str, Any]:
        """The flags as a configuration."""
        name = "synthetic" if self.data is None else name_of(self.data)
        described: dict[str, Any] = {"version": 1, "name": name, "penalty": penalties or [{"kind": "elasticnet"}]}
        if self.task is not None:
            described["task"] = self.task
        if self.beyond:
            described["estimators"] = BEYOND
        if self.data is None:
            return described | {"dataset": SYNTHETIC[self.task or "regression"]}
        kind = file_kind(self.data) or "csv"
        dataset: dict[str, Any] = {"kind": kind, "path": str(self.data)}
        if kind == "svmlight" and self.target is not None:
            raise UsageError(
                f"--target has no meaning for {self.data}: the target of an svmlight file is the number that begins each line.",
                "Leave --target out.",
                {"dataset.target": None},
            )
        if kind != "svmlight":
            if self.target is None:
                raise self._needs_target(self.data, f"{self.data}: nothing says which column is to be predicted.")
            dataset["target"] = self.target
        return described | {"dataset": dataset}


def name_of(path: Path) -> str:
    """An experiment's name after its file: `riboflavin.csv.gz` is riboflavin, made of a-z, 0-9 and -."""
    from regcli.config.load import slug

    while path.suffix.lower() in PACKED or path.suffix.lower() in ENDINGS:
        path = path.with_suffix("")
    return slug(path.name)
