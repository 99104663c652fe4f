"""What `regcli compare` prints for committed runs, in every format; and that swapping the runs mirrors it."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

from regcli.cli.main import app

HERE = Path(__file__).parent
GATES = ("--fail-if", "validation.mse.change > 2%", "--fail-if", "gap.relative > 10%", "--fail-if", "coefficients.sign_flips > 0")
# name: (runs, options, exit code)
CASES = {
    "same": (("reference", "same"), GATES, 0),
    "worse": (("reference", "worse"), GATES, 1),
    "better": (("worse", "reference"), (), 0),
    "other-folds": (("reference", "other-folds"), (), 0),
    "other-features": (("reference", "other-features"), (), 0),
    "not-converged": (("reference", "not-converged"), (), 0),
    "changed-only": (("reference", "worse"), ("--only-changed", "--precision", "6"), 0),
    "every-row": (("reference", "other-features"), ("--all",), 0),
}
FORMS = {"table": "txt", "json": "json", "csv": "csv", "md": "md", "github": "github.md"}
# Every case as a table; every format of the one that has most to tell; pages for a pair without changes.
CALLS = [*((case, "table") for case in CASES), *(("worse", form) for form in list(FORMS)[1:]), ("same", "md"), ("same", "github")]
MIRRORED = {"worse": "better", "better": "worse", "new": "gone", "gone": "new"}


def compare(a, b, *options):
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            app(["compare", f"runs/{a}", f"runs/{b}", *options], prog_name="regcli")
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.chdir(HERE)
    monkeypatch.delenv("REGCLI_RUNS", raising=False)


def held(path, text, update):
    """The text is the golden one."""
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), "run pytest --update-golden tests/golden"
    assert text == path.read_text(encoding="utf-8"), f"{path.name}: if this is meant, run pytest --update-golden tests/golden"


@pytest.mark.parametrize(("case", "form"), CALLS)
def test_output_is_as_ever(case, form, update_golden):
    (a, b), options, expected = CASES[case]
    code, out, err = compare(a, b, *options, "--format", form)
    assert code == expected, err
    text = _rounded(out) if form == "json" else _rounded_csv(out) if form == "csv" else out
    held(HERE / "expected" / f"{case}.{FORMS[form]}", text, update_golden)
    if expected:
        assert err.splitlines()[-1] == "error: gate 'validation.mse.change > 2%' fails: validation.mse.change is +41.69%"
    else:
        assert err == ""


def _rounded(out):
    """Ten digits: enough to see a change, and the same on every machine."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return _ten(value) if isinstance(value, float) else value

    return "\n".join(json.dumps(plain(row)) for row in _lines(json.loads(out))) + "\n"


def _lines(content):
    """One line a row: a change shows in the difference of two files."""
    yield {key: value for key, value in content.items() if key != "rows"}
    yield from content["rows"]


def _ten(value):
    return 0.0 if abs(value) < 1e-12 else float(f"{value:.10g}")


def _rounded_csv(out):
    def cell(text):
        try:
            return text if text.isdigit() else repr(_ten(float(text)))
        except ValueError:
            return text

    return "".join(",".join(map(cell, line.split(","))) + "\n" for line in out.splitlines())


@pytest.mark.parametrize("other", ["same", "worse", "other-folds", "other-features", "not-converged"])
def test_swapping_the_runs_mirrors_every_row(other):
    forth, back = (json.loads(compare(a, b, "--json")[1]) for a, b in (("reference", other), (other, "reference")))
    forth_rows, back_rows = ({row["name"]: row for row in content["rows"]} for content in (forth, back))
    assert set(forth_rows) - _one_way(forth_rows) == set(back_rows) - _one_way(back_rows)
    for name in set(forth_rows) & set(back_rows):
        one, two = forth_rows[name], back_rows[name]
        if one["pair"]:
            continue
        assert (one["a"], one["b"]) == (two["b"], two["a"]), name
        assert two["mark"] == MIRRORED.get(one["mark"], one["mark"]), name
        if one["change"] is not None:
            assert two["change"] == -one["change"], name
    for name, mirror in (("support.added", "support.dropped"), ("features.new", "features.gone")):
        assert forth_rows[name]["value"] == back_rows[mirror]["value"]
        assert forth_rows[mirror]["value"] == back_rows[name]["value"]
    for name in ("support.jaccard", "coefficients.cosine", "coefficients.spearman", "coefficients.sign_flips", "top10.overlap"):
        assert forth_rows[name]["value"] == pytest.approx(back_rows[name]["value"], abs=1e-12), name


def _one_way(rows):
    """Rows in A's units of a column that the other run does not have."""
    return {name for name, row in rows.items() if row["section"] == "Input drift"}


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("three-classes", "two-classes", "cannot be compared: another set of labels"),
        ("reference", "three-classes", "cannot be compared: another task"),
        ("reference", "failed", "runs/failed: the run is failed and has no results"),
        ("failed", "reference", "runs/failed: the run is failed and has no results"),
        ("reference", "nowhere", "runs/nowhere: there is no such run"),
    ],
)
def test_what_cannot_be_compared_is_five(a, b, words):
    code, out, err = compare(a, b, "--fail-if", "validation.mse.change > 2%")
    assert code == 5
    assert out == ""
    assert words in err
    assert [line.partition(":")[0] for line in err.splitlines()] in (["error"], ["error", "try"])


def test_the_same_run_is_the_same_in_every_row():
    content = json.loads(compare("reference", "same", "--json")[1])
    assert {row["mark"] for row in content["rows"]} == {"same"}
    assert content["verdict"] == "B is the same model as A, with the same scores."
    assert compare("reference", "same", "--only-changed")[1].count("\n") <= 6
