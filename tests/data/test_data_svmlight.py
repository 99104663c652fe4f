"""svmlight files stay sparse and keep their own count of the features."""

import gzip

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

from regcli.data import load
from regcli.errors import DataError

TEXT = b"# made up\n1 qid:3 1:0.5 4:2 # first\n\n-1 2:1.5\n1 1:-1 2:1e-3 3:4\n"


@pytest.fixture
def svmlight(tmp_path, config):
    def make(raw, *, name="d.svmlight", dataset=None, **blocks):
        (tmp_path / name).write_bytes(raw)
        return load(config({"kind": "svmlight", "path": name, **(dataset or {})}, **blocks))

    return make


def test_a_file_is_read_as_it_counts(svmlight):
    dataset = svmlight(TEXT)
    assert isinstance(dataset.features.numeric, csr_array)
    assert dataset.features.names == ("f1", "f2", "f3", "f4")
    assert dataset.features.numeric.toarray().tolist() == [[0.5, 0, 0, 2], [0, 1.5, 0, 0], [-1, 1e-3, 4, 0]]
    assert (dataset.task, dataset.classes, dataset.y.tolist()) == ("classification", ("-1", "1"), [1, 0, 1])
    assert isinstance(dataset.features.take(np.array([1])).numeric, csr_array)
    assert dataset.features.numeric.indices.dtype == dataset.features.take(np.array([1])).numeric.indptr.dtype == np.int32


def test_the_index_base(svmlight):
    assert svmlight(TEXT.replace(b" 1:", b" 0:")).features.names == ("f0", "f1", "f2", "f3", "f4")
    assert svmlight(TEXT, dataset={"zero_based": True}).features.names == ("f0", "f1", "f2", "f3", "f4")
    with pytest.raises(DataError, match="an index is 0"):
        svmlight(TEXT.replace(b" 1:", b" 0:"), dataset={"zero_based": False})


def test_n_features(svmlight):
    assert svmlight(TEXT, dataset={"n_features": 7}).features.numeric.shape == (3, 7)
    with pytest.raises(DataError, match="the highest index is 4, which is beyond n_features: 3"):
        svmlight(TEXT, dataset={"n_features": 3})


def test_it_agrees_with_scikit_learn_and_with_dense_profiles(svmlight, tmp_path):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(60, 12)) * (rng.random((60, 12)) < 0.3)
    dump_svmlight_file(X, rng.normal(size=60), str(tmp_path / "own"), zero_based=False)
    raw = (tmp_path / "own").read_bytes()
    dataset = svmlight(gzip.compress(raw), name="d.svmlight.gz")
    want, y = load_svmlight_file(str(tmp_path / "own"))
    assert dataset.task == "regression"
    assert (dataset.y == y).all()
    assert (dataset.features.numeric.toarray() == want.toarray()).all()
    np.testing.assert_allclose([p.mean for p in dataset.profile[:-1]], want.toarray().mean(axis=0), atol=1e-14)
    np.testing.assert_allclose([p.sd for p in dataset.profile[:-1]], want.toarray().std(axis=0), rtol=1e-12)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"1 1:2\nx 1:3\n", "line 2: the label 'x' is not a number"),
        (b"1 1:2\n\n-1 1:a\n", "line 3: '1:a' is not index:value"),
        (b"1 1:2\n-1 3\n", "line 2: '3' is not index:value"),
        (b"1 2:2 1:3\n-1 1:1\n", "line 1: index 1 follows 2"),
        (b"# nothing\n", "no rows"),
        (b"1 1:2\n-1 1:inf\n", "line 2 has an infinite value"),
        (b"# c\n1 1:2\n-1 1:nan\n", "1 value is missing, the first in line 3"),
        (b"1 1:2\n-1 999999999:1\n", "the highest index is 999999999: 999,999,999 columns need 2,500 GB of memory"),
        (b"1 1:2\n1 1:3\n", "is 1 in all rows"),
        (b"1\n-1\n", "no features"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(svmlight, raw, says):
    with pytest.raises(DataError) as caught:
        svmlight(raw)
    assert says in caught.value.message
    assert "\n" not in caught.value.message


def test_missing_values_by_strategy(svmlight):
    raw = b"1 1:2\n-1 1:nan\n-1 2:1\n"
    dropped = svmlight(raw, preprocess={"missing": "drop"})
    assert dropped.row.tolist() == [0, 2]
    assert "1 row with missing values left out" in dropped.warnings[0]
    assert np.isnan(svmlight(raw, preprocess={"missing": "mean"}).features.numeric.data).sum() == 1
