import pytest

from regcli.spoken import at_point, axis_name, is_beyond, size_name, sized


@pytest.mark.parametrize(("axis", "name"), [("lambda", "λ"), (None, "λ"), ("", "λ"), ("ccp_alpha", "ccp_alpha")])
def test_an_axis_has_its_own_name(axis, name):
    assert axis_name(axis) == name
    assert is_beyond({"axis": axis}) == (name != "λ")
    assert at_point({"axis": axis, "lambda": 0.25}) == f"{name} = 0.25"


def test_runs_of_an_earlier_regcli_know_lambda_alone():
    assert not is_beyond({})
    assert at_point({"lambda": None}) == "λ = undefined"


@pytest.mark.parametrize(
    ("size", "of", "said"),
    [(9.0, "leaves", "9 leaves"), (1.0, "leaves", "1 leaf"), (31.1, "leaves a tree", "31.1 leaves a tree"),
     (1.0, "numbers in vectors", "1 number in vectors")],
)  # fmt: skip
def test_a_size_is_said_with_what_it_counts(size, of, said):
    assert sized(size, of) == said


def test_what_says_nothing_of_its_size_counts_coefficients():
    assert [size_name(of) for of in ("", None, "weights")] == ["non-zeros", "non-zeros", "weights"]
