"""What the end of a file's name tells."""

from pathlib import Path

import pytest

from regcli.data.endings import file_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("d.csv", "csv"), ("D.TSV", "csv"), ("d.tab", "csv"), ("d.csv.gz", "csv"), ("d.v2.txt", "csv"), ("d.csv.zip", "csv"),
        ("d.pq", "parquet"), ("d.svm", "svmlight"), ("d.libsvm.GZ", "svmlight"), ("d.gz", None), ("d.yaml", None), ("csv", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_file(name, kind):
    assert file_kind(Path("folder.csv") / name) == kind
