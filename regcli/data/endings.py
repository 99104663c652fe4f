"""The kind of a data file, as the end of its name tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import PurePath

FileKind = Literal["csv", "parquet", "svmlight"]

ENDINGS: dict[str, FileKind] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".dat": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".svmlight": "svmlight", ".svm": "svmlight", ".libsvm": "svmlight",
}  # fmt: skip
# What may follow; whether it can be unpacked is for the reader to say.
PACKED = frozenset({".gz", ".bz2", ".xz", ".zst", ".zip"})


def file_kind(path: PurePath) -> FileKind | None:
    """The kind of data in a file; None where its name tells none."""
    plain = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return ENDINGS.get(plain.suffix.lower())
