"""What changed in the model: its coefficients where both runs tell theirs, and scores alone where one does not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest

from regcli.compare import Mark, compare, parse
from regcli.errors import UsageError
from regcli.run import open_run

RUNS = Path(__file__).parents[1] / "golden" / "compare" / "runs"


def without_coefficients(name, folder):
    """A run as a model without coefficients or certificates would leave it."""
    run = folder / name
    shutil.copytree(RUNS / name, run)
    (run / "coefficients.csv").unlink()
    header, *lines = (run / "sweep.csv").read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("kkt")
    cells = [line.split(",") for line in lines]
    sweep = "\n".join([header, *(",".join([*row[:at], "", *row[at + 1 :]]) for row in cells), ""])
    (run / "sweep.csv").write_text(sweep, encoding="utf-8")
    manifest = json.loads((run / "manifest.json").read_bytes())
    del manifest["files"]["coefficients.csv"]
    manifest["files"]["sweep.csv"] = hashlib.sha256(sweep.encode()).hexdigest()
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return open_run(str(run), folder)


def rows(comparison):
    return {row.name: row for row in comparison.rows}


def test_without_coefficients_scores_are_compared_alone(tmp_path):
    a, b = (without_coefficients(name, tmp_path) for name in ("reference", "worse"))
    found, full = compare(a, b), compare(*(open_run(str(RUNS / name), RUNS) for name in ("reference", "worse")))
    assert found.verdict.startswith("B is worse")
    missing = rows(full).keys() - rows(found).keys()
    assert missing
    assert {row.section for name, row in rows(full).items() if name in missing} == {"Coefficients", "Convergence"}
    assert rows(found)["validation.mse"].change == rows(full)["validation.mse"].change
    with pytest.raises(UsageError, match=re.escape("'coefficients.sign_flips' is not a name")):
        compare(a, b, [parse("coefficients.sign_flips > 0")])


def test_equal_scores_make_no_same_model_where_nobody_has_seen_the_coefficients(tmp_path):
    run = without_coefficients("reference", tmp_path)
    assert compare(run, run).verdict.startswith("B scores as A does")
    whole = open_run(str(RUNS / "reference"), RUNS)
    assert compare(whole, whole).verdict.startswith("B is the same model as A")


@pytest.mark.parametrize("which", ["A", "B"])
def test_coefficients_of_one_side_are_nothing_to_compare_with(tmp_path, which):
    sides = [without_coefficients("reference", tmp_path), open_run(str(RUNS / "reference"), RUNS)]
    found = compare(*(sides if which == "B" else sides[::-1]))
    assert any(f"Only the model of {which} has coefficients" in remark for remark in found.remarks)
    assert not any(row.section == "Coefficients" for row in found.rows)


def test_features_that_changed_are_named_and_their_coefficients_come_largest_move_first():
    found = rows(compare(*(open_run(str(RUNS / name), RUNS) for name in ("reference", "other-features"))))
    assert found["features.new"].items or found["features.gone"].items
    moves = [abs((row.b or 0.0) - (row.a or 0.0)) for name, row in found.items() if name.startswith("coefficient.")]
    assert moves == sorted(moves, reverse=True)
    largest = found["coefficients.largest_move"]
    assert largest.value == moves[0]
    assert found[f"coefficient.{largest.subject}"].mark in {Mark.NEW, Mark.GONE, Mark.CHANGED, Mark.WITHIN_NOISE}


def of_a_family(name, folder, run_id, **selected):
    """A run as one of another family would tell what it selected."""
    run = without_coefficients(name, folder / run_id).path
    for file in ("metrics.json", "manifest.json"):
        found = json.loads((run / file).read_bytes())
        found["selected"] |= {"penalty": "tree", "l1_ratio": None, "axis": "ccp_alpha", "complexity_of": "leaves"} | selected
        if file == "metrics.json":
            found["complexity"] = selected.get("complexity", 8.0)
        content = json.dumps(found)
        (run / file).write_text(content, encoding="utf-8")
        if file == "metrics.json":
            manifest = json.loads((run / "manifest.json").read_bytes())
            manifest["files"][file] = hashlib.sha256(content.encode()).hexdigest()
            (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return open_run(str(run), folder)


def test_two_models_of_a_family_are_held_against_each_other_by_its_own_axis_and_size(tmp_path):
    a = of_a_family("reference", tmp_path, "a", seeds=3, seed_se=0.5, setting="min_samples_leaf=4;criterion=gini")
    b = of_a_family("worse", tmp_path, "b", complexity=10.0, setting="min_samples_leaf=2;criterion=gini")
    found = compare(a, b, [parse("complexity.change > 20%")])
    told = rows(found)
    assert {name: told[name].label for name in ("lambda", "complexity", "n_nonzero", "penalty")} == {
        "lambda": "ccp_alpha", "complexity": "leaves", "n_nonzero": "columns in use", "penalty": "model",
    }  # fmt: skip
    assert (told["complexity"].change, told["complexity"].percent) == (2.0, 25.0)
    assert [gate.failed for gate in found.gates] == [True]
    assert (told["seed_se"].a, told["seed_se"].b) == (0.5, None)
    assert (told["setting.min_samples_leaf"].change, told["setting.min_samples_leaf"].minor) == (-2.0, False)
    assert (told["setting.criterion"].a, told["setting.criterion"].minor) == ("gini", True)
    assert "at the best λ" not in found.verdict + "".join(row.label for row in found.rows)


def test_sizes_of_two_kinds_are_not_held_against_each_other(tmp_path):
    a, b = of_a_family("reference", tmp_path, "a"), without_coefficients("worse", tmp_path)
    told = rows(compare(a, b))
    for name, note in (("lambda", "ccp_alpha against λ"), ("complexity", "leaves against non-zeros")):
        assert (told[name].mark, told[name].change, told[name].note) == (Mark.NOT_COMPARABLE, None, note)


def test_of_linear_models_nothing_is_said_of_axes(tmp_path):
    told = rows(compare(*(without_coefficients(name, tmp_path) for name in ("reference", "worse"))))
    assert not {"axis", "complexity", "seed_se"} & told.keys()
    assert told["n_nonzero"].label == "non-zero features"
