"""The list of other families."""

import pytest

from regcli.config.estimators import ESTIMATORS, Estimator, telling
from regcli.run import schema

HEAD = "version: 1\ndataset: {kind: make_regression}\n"


def test_with_other_families_the_penalty_may_be_left_out(load, problems):
    assert load(HEAD + "estimators: tree\n").penalty == ()
    assert [p.key for p in problems(HEAD)] == ["penalty"]
    assert [p.key for p in problems(HEAD + "penalty: []\nestimators: []\n")] == ["penalty"]


def test_settings_reach_into_the_list(load):
    assert load(HEAD, "estimators.0.kind=tree", "estimators.0.max_depth=4").estimators[0].max_depth == (4,)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_every_kind_is_a_word_of_runs_and_every_axis_a_lever_or_not(kind):
    model = ESTIMATORS[kind]
    schema.PENALTY(kind, "penalty")
    assert model.AXES
    assert model.model_fields["axis"].default in model.AXES
    assert set(model.model_fields) - set(Estimator.model_fields) >= model.SINGLE
    assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize(
    ("kind", "setting", "others", "said"),
    [("boosting", "learning_rate=0.1;max_depth=3", [], ""),
     ("boosting", "learning_rate=0.03;max_depth=3;colsample=0.5", [], "learning_rate=0.03, colsample=0.5"),
     ("boosting", "learning_rate=0.1;max_depth=3", ["learning_rate=0.03;max_depth=3"], "learning_rate=0.1"),
     ("network", "l1=0;hidden=64-32;batch_size=50", [], "batch_size=50"),
     ("of another version", "lever=1", [], "lever=1")],
)  # fmt: skip
def test_levers_are_told_that_somebody_has_moved(kind, setting, others, said):
    assert telling(kind, setting, others) == said
