"""The entry of models of ratings."""

import pytest

from regcli.errors import ConfigError

HEAD = "version: 1\ndataset: {{kind: csv, path: d.csv, target: y{roles}}}\nestimators: {entry}\n"
BOTH = ", user: u, item: i"


def test_defaults_and_one_path_for_each_combination(load):
    plain = load(HEAD.format(roles=BOTH, entry="factorization")).estimators[0]
    assert (plain.axis, plain.count, plain.combinations()) == ("l2", 20, [{"rank": 8, "biases": True, "iterations": 100}])
    several = load(HEAD.format(roles=BOTH, entry="{kind: factorization, rank: [2, 4], biases: [true, false], values: [1, 3]}"))
    assert len(several.estimators[0].combinations()) == 4
    assert several.estimators[0].values == (3.0, 1.0)


@pytest.mark.parametrize(
    ("roles", "entry", "says"),
    [
        ("", "factorization", "factorization needs dataset.user and dataset.item"),
        (", user: u", "[tree, {kind: factorization}]", "factorization needs dataset.item"),
        (BOTH, "{kind: factorization, rank: 201}", "from 0 to 200"),
        (BOTH, "{kind: factorization, values: [0]}", "at least 1e-12"),
        (BOTH, "{kind: factorization, l2: 1}", "is the axis"),
        (", user: y, item: i", "factorization", "'y' is the target already"),
    ],
)
def test_what_makes_no_sense_is_told(load, roles, entry, says):
    with pytest.raises(ConfigError) as error:
        load(HEAD.format(roles=roles, entry=entry))
    assert says in str(error.value)


def test_generated_data_have_no_users(load):
    with pytest.raises(ConfigError, match=r"needs dataset\.user and dataset\.item"):
        load("version: 1\ndataset: {kind: make_regression}\nestimators: factorization\n")
