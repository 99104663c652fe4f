"""The learning curve in a sentence."""

from __future__ import annotations

from regcli.report.learning import learning_notes


def found(**changes):
    return {"learning_curve": {"metric": "mse", "n_train": 160.0, "n_train_before": 80.0, "gain": 2.0, "gain_se": 0.5} | changes}


def test_a_gain_beyond_noise_says_that_more_rows_would_help():
    (note,) = learning_notes(found())
    assert note.startswith("More rows would probably help: from 80 to 160 training rows of a fold validation mse improved by 2 ±")


def test_noise_is_called_noise():
    assert "No sign" in learning_notes(found(gain_se=1.5))[0]
    (note,) = learning_notes(found(gain=-2.0))
    assert "worsened by 2" in note
    assert "No sign" in note


def test_nothing_is_said_where_nothing_is_known():
    assert learning_notes({}) == learning_notes(found(gain_se=None)) == learning_notes(found(gain=None)) == []
