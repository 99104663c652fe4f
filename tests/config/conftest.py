from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from regcli.config import load_config
from regcli.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from regcli.config import Config
    from regcli.errors import Problem

HEAD = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Loads a text written to `c.yaml` in the current folder."""
    monkeypatch.chdir(tmp_path)

    def from_text(text: str, *overrides: str) -> Config:
        path = tmp_path / "c.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path.relative_to(tmp_path), overrides)

    return from_text


@pytest.fixture
def problems(load: Callable[..., Config]) -> Callable[..., list[Problem]]:
    """The problems that loading a text ends with."""

    def of_text(text: str, *overrides: str) -> list[Problem]:
        with pytest.raises(ConfigError) as caught:
            load(text, *overrides)
        return caught.value.problems

    return of_text
