import pytest

from regcli.beyond import beyond_notes

FOUND = {"gain": 0.12, "gain_relative": 0.12, "p": 0.01, "metric": "mse", "linear": "ridge", "linear_mean": 1.0,
         "other": "boosting", "other_mean": 0.88}  # fmt: skip


def said(**changed):
    (line,) = beyond_notes({"beyond": FOUND | changed})
    return line


def test_a_run_of_one_sort_has_no_such_sentence():
    assert beyond_notes({}) == []


def test_a_gain_beyond_noise_is_said_with_its_p():
    assert said() == ("Non-linearity buys 12% of mse beyond noise: boosting against ridge (mse 0.88 against 1, p = 0.01).")
    assert "against no penalty (" in said(linear="none")
    assert "p < 0.001" in said(p=1e-5)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"p": 0.3},
            "is within noise: boosting, the best of it, is 12% better than ridge (mse 0.88 against 1, p = 0.3); repeated folds",
        ),
        ({"gain_relative": 0.02, "p": 0.3}, "is 2% better than ridge (mse 0.88 against 1, p = 0.3)."),
        ({"gain": -0.1, "gain_relative": -0.1, "p": 0.6}, "nothing: boosting, the best of it, is 10% worse than ridge (mse"),
        ({"p": 0.07}, "What non-linearity buys is within noise"),
        ({"gain": 0.0, "gain_relative": 0.0, "p": 1.0}, "nothing: boosting, the best of it, is as good as ridge"),
        ({"p": None}, "perhaps something: boosting, the best of it, is 12% better than ridge (mse 0.88 against 1); one fold"),
        ({"gain_relative": None, "p": 0.3}, "is 0.12 better than ridge"),
    ],
)
def test_what_is_no_gain_beyond_noise_is_not_called_one(changed, words):
    assert words in said(**changed)


def test_the_limit_is_the_audits_own():
    assert said(p=0.07, level=0.1).startswith("Non-linearity buys 12% of mse beyond noise")
