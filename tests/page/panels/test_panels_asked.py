"""What was asked."""

from __future__ import annotations

from regcli.page.panels.asked import Asked
from regcli.page.shown import Shown


def test_the_question_in_a_sentence(shown):
    section = Asked().look(shown)
    rows = "72 rows to train and cross-validate on; 18 rows held out for one final test."
    assert section.lead == f"Predict y from 8 columns of make_regression: {rows}"
    facts = dict(section.tables[0].rows)
    assert facts["models"] == f"elasticnet 0.5, elasticnet 0.9; {len(shown.sweep['lambda'])} grid points in all"
    assert facts["judged by"] == "mse (lower is better)"
    assert facts["cross-validation"] == "5 folds (kfold)"


def test_classes_are_named(three):
    assert "(setosa, versicolor, virginica)" in Asked().look(Shown(three)).lead


def test_features_are_told_where_a_model_sees_them(shown, tree):
    told = [{row[0] for row in Asked().look(of).tables[0].rows} for of in (shown, tree)]
    assert ["features after preprocessing" in rows for rows in told] == [True, False]
