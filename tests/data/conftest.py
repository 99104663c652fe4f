"""Small files and real configurations for the data stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from regcli.config import Config, config_from_data
from regcli.data import load, split
from regcli.errors import RegcliError

if TYPE_CHECKING:
    from pathlib import Path

    from regcli.data.types import Dataset, Splits

MakeConfig = Callable[..., Config]


@pytest.fixture
def config(tmp_path: Path) -> MakeConfig:
    """A configuration with the dataset's keys first and other blocks as keywords; paths are relative to the test's folder."""

    def make(dataset: dict[str, Any], **blocks: Any) -> Config:
        return config_from_data({"penalty": {"kind": "lasso"}, "dataset": dataset, **blocks}, "test", tmp_path)

    return make


@pytest.fixture
def csv(tmp_path: Path, config: MakeConfig) -> Callable[..., Dataset]:
    """Write a CSV file and load it; the target is y unless given."""

    def make(content: str | bytes, *, name: str = "d.csv", dataset: dict[str, Any] | None = None, **blocks: Any) -> Dataset:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return load(config({"kind": "csv", "path": name, "target": "y", **(dataset or {})}, **blocks))

    return make


@pytest.fixture
def refusal(csv: Callable[..., Dataset]) -> Callable[..., RegcliError]:
    """The error that loading a CSV file ends with; checks that it is one paragraph with a remedy."""

    def make(content: str | bytes, **keys: Any) -> RegcliError:
        with pytest.raises(RegcliError) as caught:
            csv(content, **keys)
        assert "\n" not in caught.value.message
        assert caught.value.hint
        return caught.value

    return make


@pytest.fixture
def splits(config: MakeConfig) -> Callable[..., Splits]:
    """Split a made-up dataset by a configuration with these blocks."""

    def make(data: Dataset, **blocks: Any) -> Splits:
        table: dict[str, Any] = {"kind": "csv", "path": "d.csv", "target": "y"}
        for role, on in (("group", data.group is not None), ("time", data.ordered)):
            table |= {role: role} if on else {}
        return split(data, config(table, task=data.task, **blocks))

    return make
