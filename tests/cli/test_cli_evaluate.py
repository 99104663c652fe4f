"""`regcli evaluate`: scores in every form."""

from __future__ import annotations

import csv
import io
import json

from regcli_in_process import call, run_of


def test_evaluate_prints_scores_in_every_form(folder):
    run = run_of(call("fit", "quick.yaml", "-q"))
    lines = "".join(f"{i % 5},{i % 3},{i % 7},{i % 2},{i * 37 % 101}\n" for i in range(30))
    (folder / "new.csv").write_text("x1,x2,x3,x4,y\n" + lines, encoding="utf-8")
    done = call("evaluate", "latest", "new.csv")
    assert done.code == 0
    for word in ("30 rows", "null model", "mse", "worse by", "Worse than the validation's"):
        assert word in done.out
    content = json.loads(call("evaluate", run, "new.csv", "--json").out)
    assert content["n_rows"] == 30
    rows = list(csv.DictReader(io.StringIO(call("evaluate", run, "new.csv", "--format", "csv").out)))
    assert float(rows[0]["value"]) == content["metrics"]["mse"]["value"]
    assert call("evaluate", run, "new.csv", "--format", "md").out.count("|") > 50
    (folder / "old.csv").write_text("x1,x2,x3,x4\n1,1,1,1\n", encoding="utf-8")
    assert call("evaluate", run, "old.csv").code == 3
