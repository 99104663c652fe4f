"""The verdict in a sentence, and the numbers it rests on."""

from __future__ import annotations

from regcli.page.panels.verdict import Verdict, headline
from regcli.page.shown import Shown


def test_the_headline_says_what_is_gained(shown):
    said = headline(shown.manifest, shown.metrics)
    assert said.startswith("An elastic net (l1_ratio 0.")
    assert "of the null model's error; validation is" in said


def test_a_model_that_is_no_use_says_so_first(shown):
    metrics = {**shown.metrics, "n_nonzero": 0}
    assert headline(shown.manifest, metrics).startswith("The columns do not help")


def test_cards_hold_the_holdout_where_there_is_one(shown, three):
    assert [card.label for card in Verdict().look(shown).cards] == [
        "validation mse",
        "holdout mse",
        "gap to train",
        "features kept",
        "λ",
    ]
    assert "holdout log_loss" not in [card.label for card in Verdict().look(Shown(three)).cards]


def test_a_sweep_says_how_to_keep_a_model(three):
    assert "a sweep keeps no model" in Verdict().look(Shown(three)).notes[-1]


def test_a_model_of_another_family_is_told_in_its_own_words(tree):
    said = headline(tree.manifest, tree.metrics)
    assert said.startswith("Tree (")
    assert " leaves, " in said
    labels = [card.label for card in Verdict().look(tree).cards]
    assert labels[-3:] == ["leaves", "columns in use", "ccp_alpha"]


def test_code_is_set_apart_whosever_it_is(tree):
    assert any(note.startswith("In scikit-learn: `DecisionTreeRegressor(") for note in Verdict().look(tree).notes)
    tree.metrics["selected"]["sklearn"]["library"] = "XGBoost"
    assert any(note.startswith("In XGBoost: `") for note in Verdict().look(tree).notes)
    tree.metrics["selected"]["sklearn"]["library"] = "scikit-learn"
