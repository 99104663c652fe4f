"""What a newcomer meets first: the README, the documentation, the files around the package."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e[-+]\d+)?")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def numbers_and_words(text: str) -> tuple[list[float], list[str]]:
    """The figures of a text, and all the rest of it."""
    rest = NUMBER.sub(" ", text)
    return [float(number.replace("−", "-")) for number in NUMBER.findall(text)], re.sub(r"[─ ]+", " ", rest).split()


@pytest.mark.parametrize("name", [name for name in GENERATE["PAGES"] if name != "README.md"])
def test_documentation_is_current(name):
    assert (ROOT / name).read_text(encoding="utf-8") == GENERATE["PAGES"][name](), "run `make docs`"


def test_the_session_in_the_readme_is_current():
    figures, words = numbers_and_words(README)
    now_figures, now_words = numbers_and_words(GENERATE["readme"]())
    assert words == now_words, "run `make docs`"
    # Another BLAS may round differently, and what is zero but for rounding differs by all of itself.
    assert figures == pytest.approx(now_figures, rel=2e-3, abs=1e-6), "run `make docs`"


def test_the_readme_names_commands_and_files_that_exist():
    named = set(re.findall(r"(?:`|^\$ )regcli ([a-z]+)", README, re.MULTILINE))
    assert named == set(GENERATE["commands"]())
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for page in ("README.md", "CONTRIBUTING.md", "configs/README.md", "runs/README.md"):
        folder = (ROOT / page).parent
        for link in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (folder / link).exists(), f"{page}: {link}"


def test_contributing_names_what_exists():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in re.findall(r"`([\w./-]+/[\w.-]*\.(?:py|toml|md))`", text):
        assert (ROOT / path).exists() or (ROOT / "regcli" / path).exists(), path
    files = [path for part in ("regcli", "tests", "benchmarks") for path in (ROOT / part).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    for name in re.findall(r"`([A-Z][A-Z_0-9]+|[A-Z][a-z]+[A-Z]\w+)`", text):
        assert re.search(rf"\b{name}\b\s*[:=(]", code), name


def test_every_configuration_is_listed():
    listed = set(re.findall(r"^\| `([\w-]+\.yaml)`", (ROOT / "configs" / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == {path.name for path in (ROOT / "configs").glob("*.yaml")}


def test_the_lock_pins_every_dependency():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lock if line and not line.startswith("#"))
    canonical = {re.sub(r"[-_.]+", "-", name).lower() for name in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        name = re.match(r"[\w.-]+", requirement).group()
        assert re.sub(r"[-_.]+", "-", name).lower() in canonical, name


def test_the_version_is_the_same_everywhere():
    from regcli import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert __version__ == project["version"] == version("regcli")


def test_continuous_integration_is_make_test(tmp_path):
    # A make that only says what it was asked for, called from elsewhere.
    fake = tmp_path / "make"
    fake.write_text('#!/bin/sh\necho "$PWD" "$@"\n', encoding="utf-8")
    fake.chmod(0o755)
    env = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([ROOT / ".ci" / "run"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(ROOT), "test"]
