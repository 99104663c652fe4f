"""`regcli predict`: to stdout or a file, from a file or a pipe."""

from __future__ import annotations

import csv
import io
import json

from regcli_in_process import call, run_of


def test_predict_writes_to_stdout_or_a_file(folder):
    run_of(call("fit", "quick.yaml", "-q"))
    (folder / "new.csv").write_text("x1,x2,x3,x4\n0,0,0,0\n1,2,3,4\n", encoding="utf-8")
    done = call("predict", "latest", "new.csv")
    assert [row["row"] for row in csv.DictReader(io.StringIO(done.out))] == ["0", "1"]
    assert call("predict", "latest", "new.csv", "-o", "out.csv").out == ""
    assert (folder / "out.csv").read_text(encoding="utf-8") == done.out
    assert call("predict", "latest", "new.csv", "-o", "no/where.csv").code == 2
    assert call("predict", "latest", "none.csv").code == 3
    assert call("predict", "nothing", "new.csv").code == 5


def test_predict_reads_a_pipe_keeps_columns_and_writes_other_forms(folder, monkeypatch):
    run_of(call("fit", "quick.yaml", "-q"))
    text = "id,x1,x2,x3,x4\n007,0,0,0,0\n008,1,2,3,4\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    done = call("predict", "latest", "-", "--keep", "id")
    assert [row["id"] for row in csv.DictReader(io.StringIO(done.out))] == ["007", "008"]
    (folder / "new.csv").write_text(text, encoding="utf-8")
    as_json = json.loads(call("predict", "latest", "new.csv", "--keep", "id", "--json").out)
    assert [list(row) for row in as_json] == [["row", "prediction", "id"]] * 2
    assert call("predict", "latest", "new.csv", "-o", "out.json").out == ""
    assert json.loads((folder / "out.json").read_text(encoding="utf-8"))[1]["row"] == 1
    assert call("predict", "latest", "new.csv", "-o", "out.parquet").code == 0
    assert (folder / "out.parquet").read_bytes()[:4] == b"PAR1"
    for wrong in (("-o", "out.xlsx"), ("--threshold", "0.5"), ("--json", "--format", "csv")):
        assert call("predict", "latest", "new.csv", *wrong).code == 2
    assert call("predict", "latest", "new.csv", "--keep", "none").code == 3
