"""Other values of a key, as a table and in a sentence."""

from __future__ import annotations

import numpy as np

from regcli.report.variants import variants_notes, variants_table

FOUND = {"key": "preprocess.polynomial.degree", "metric": "mse", "best_value": "2", "best_path": "ridge", "best_mean": 1.5}
VARIANTS = {
    "value": np.array(["1", "1", "2", "2"], dtype=object),
    "entry": np.array([0, 1, 0, 1]),
    "path": np.array(["none", "ridge", "none", "ridge"], dtype=object),
    "train_mean": np.array([3.0, 3.1, 1.0, 1.1]),
    "validation_mean": np.array([4.0, 3.9, 2.0, 1.5]),
    "selected": np.array([True, False, False, True]),
}


def test_paths_stand_beside_one_another():
    table = variants_table(VARIANTS, FOUND, "mse")
    assert table.rows == (("1", 3.0, 4.0, 3.1, 3.9, "none"), ("2", 1.0, 2.0, 1.1, 1.5, "ridge"))
    assert [column.title for column in table.columns][:3] == ["degree", "none: train", "none: validation mse"]
    assert table.marked == {1}


def test_the_sentence_tells_noise_from_a_gain():
    better = variants_notes({"vary": FOUND | {"gain": 1.0, "gain_se": 0.2, "best_se": 0.1}})
    best = "Of the other values, preprocess.polynomial.degree 2 with ridge validates best: mse 1.5 ± 0.1"
    assert better == [f"{best}, better than this run by 1 ± 0.2."]
    assert "beyond noise" in variants_notes({"vary": FOUND | {"gain": 1.0, "gain_se": 0.9}})[0]
    assert variants_notes({}) == []
