"""The script that follows errors to the letter, on a file with several mistakes."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="module")
def first_hour():
    path = Path(__file__).parents[1] / "benchmarks" / "first_hour.py"
    spec = importlib.util.spec_from_file_location("first_hour", path)
    module = sys.modules["first_hour"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_one_step_cures_all_that_is_wrong(first_hour, tmp_path):
    rng = np.random.default_rng(2)
    rows = [
        f"{i};name {i};{1 + i % 28}.{1 + i % 12}.2023;{'?' if i % 9 == 4 else f'{rng.normal():.3f}'.replace('.', ',')};{i % 6}"
        for i in range(90)
    ]
    (tmp_path / "d.csv").write_text("no;who;when;x;grade\n" + "\n".join(rows))
    settings = ["--set", "lambdas.count=3", "--set", "cv.n_splits=2", "--set", "penalty=ridge"]
    story = first_hour.told(["fit", "--data", "d.csv", "--target", "grade", *settings], tmp_path, 3, 300)
    assert story.code == 0, story.said
    assert len(story.commands) == 2
    for setting in ("dataset.columns.exclude=[who]", "preprocess.dates.cyclic=true", "preprocess.missing=median", "regression"):
        assert setting in story.commands[1]


def test_what_cannot_be_cured_ends_the_story(first_hour, tmp_path):
    (tmp_path / "d.csv").write_text("a,y\n")
    story = first_hour.told(["fit", "--data", "d.csv", "--target", "y"], tmp_path, 3, 300)
    assert (story.code, len(story.commands)) == (3, 1)
