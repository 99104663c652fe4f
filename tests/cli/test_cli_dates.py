"""A model of dates from the file to predictions for new rows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from regcli_in_process import call

TIMES = pd.Series(pd.date_range("2019-12-30T00:30", periods=400, freq="31h7min"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A fitted run whose target is a wave through the year, from dates with the day first."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    y = np.sin(2 * np.pi * (TIMES.dt.month - 1) / 12) + 0.1 * rng.normal(size=400)
    rows = [f"{t.day}.{t.month}.{t.year} {t:%H:%M};{f'{v:.6f}'.replace('.', ',')}" for t, v in zip(TIMES, y, strict=True)]
    Path("d.csv").write_text("when;y\n" + "\n".join(rows))
    Path("c.yaml").write_text(
        "version: 1\ndataset: {kind: csv, path: d.csv, target: y}\npreprocess: {dates: {parts: [month]}}\n"
        "penalty: ridge\nlambdas: {count: 30}\n"
    )
    done = call("fit", "c.yaml")
    assert done.code == 0, done.err
    return Path(done.out.strip())


def test_a_model_of_dates_is_saved_and_predicts(run):
    coefficients = pd.read_csv(run / "coefficients.csv").set_index("feature")
    assert set(coefficients["source"].drop("(intercept)")) == {"when"}
    assert coefficients.loc["when.month_sin", "coefficient"] == pytest.approx(1, abs=0.1)
    assert json.loads((run / "metrics.json").read_text())["n_inputs"] == 1
    Path("new.csv").write_text("when\n1.4.2024 12:00\n2024-10-01\n")
    done = call("predict", run, "new.csv")
    assert done.code == 0, done.err
    first, second = (float(line.split(",")[1]) for line in done.out.splitlines()[1:])
    assert first == pytest.approx(1, abs=0.15)
    assert second == pytest.approx(-1, abs=0.15)
    assert call("predict", run, "new.csv", "-o", "out.csv").code == 0


def test_the_pipeline_takes_dates_as_they_are_written(run):
    function = "regcli.preprocess.dates.date_parts"
    assert set(skops.io.get_untrusted_types(file=run / "model.skops")) <= {"numpy.dtype", function}
    pipeline = skops.io.load(run / "model.skops", trusted=["numpy.dtype", function])
    predicted = pipeline.predict(pd.DataFrame({"when": ["2024-04-01T12:00:00", "2024-10-01"]}))
    assert predicted == pytest.approx([1, -1], abs=0.15)
    model = run / "model.json"
    assert not model.exists() or json.loads(model.read_text()) is None


def test_the_printed_lines_load_it_and_read_the_file_as_it_is_written(run):
    done = call("show", run)
    lines = [line.strip() for line in done.out.splitlines()]
    first = next(i for i, line in enumerate(lines) if line.startswith("import pandas"))
    assert lines[first - 1] == "The model in Python, where regcli is installed for the parts of dates:"
    code = lines[first : next(i for i, line in enumerate(lines) if line.startswith("print(model.predict")) + 1]
    text = "\n".join(code).replace("NEW.csv", "new.csv")
    Path("new.csv").write_text("when;z\n1.4.2024 12:00;1,5\n13.10.2024 00:00;2\n")
    made = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert [float(v) for v in made.stdout.strip("[] \n").split()] == pytest.approx([1, -1], abs=0.15)


def test_what_was_found_out_is_in_the_resolved_configuration(run):
    text = (run / "config.resolved.yaml").read_text()
    assert re.search(r"decimal: '?,'?", text)
    assert "day_first: true" in text
