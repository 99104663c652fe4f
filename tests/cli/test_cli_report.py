"""`regcli report`."""

from __future__ import annotations

import json

from regcli_in_process import call as regcli


def fitted(*more):
    done = regcli("fit", "quick.yaml", *more)
    assert done.code == 0, done.err
    return done.out.strip()


def test_every_run_has_its_page_unless_none_is_wanted(folder):
    run = fitted()
    assert (folder / run / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    without = fitted("--set", "output.report=false")
    assert not (folder / without / "report.html").exists()
    done = regcli("report", "latest")
    assert (done.code, done.out.strip()) == (0, f"{without}/report.html")
    manifest = json.loads((folder / without / "manifest.json").read_text(encoding="utf-8"))
    assert "report.html" in manifest["files"]
    assert regcli("show", "latest").code == 0


def test_a_page_may_stand_elsewhere(folder):
    fitted("--set", "output.report=false")
    done = regcli("report", "latest", "-o", "page.html")
    assert (done.code, done.out) == (0, "page.html\n")
    assert (folder / "page.html").stat().st_size < 3e6
    assert regcli("report", "latest", "-o", "nowhere/page.html").code == 2


def test_a_run_without_results_is_refused(folder):
    run = folder / fitted()
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}), encoding="utf-8")
    done = regcli("report", "latest")
    assert done.code == 5
    assert "interrupted and has no results" in done.err


def test_pictures_are_files(folder):
    fitted("--set", "output.report=false")
    done = regcli("report", "latest", "--plots", "plots")
    assert done.code == 0
    assert "plots/curve.png" in done.out.split()
    assert sorted(path.name for path in (folder / "plots").iterdir()) == sorted(line.split("/")[-1] for line in done.out.split())
    both = regcli("report", "latest", "--plots", "plots", "-o", "page.html")
    assert both.code == 2
    assert "--plots contradicts -o" in both.err


def test_a_comparison_has_a_page(folder):
    fitted("--set", "output.report=false")
    fitted("--set", "output.report=false", "--set", "select.rule=min")
    done = regcli("compare", "latest~1", "latest", "--html", "compare.html")
    assert done.code == 0
    page = (folder / "compare.html").read_text(encoding="utf-8")
    assert "What changed from A to B" in page
    assert "This part could not be made" not in page


def test_a_page_of_a_run_of_before_is_made_too():
    from pathlib import Path

    from regcli.page import run_page
    from regcli.run import open_run

    runs = Path(__file__).parents[1] / "golden" / "compare" / "runs"
    for name in ("reference", "two-classes", "three-classes"):
        page = run_page(open_run(str(runs / name), runs)).decode()
        assert "This part could not be made" not in page
        assert 'id="curve"' in page
