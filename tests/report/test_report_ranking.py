from in_memory import ALL, dataset, fitted

from regcli.audit import audit
from regcli.report.ranking import ranking_tables, recommendation

MANIFEST = {"metric": "mse", "rule": "1se"}


def metrics(**config):
    outcome = audit(fitted(dataset(), **config), lambda *_: None)
    return {name: found.numbers for name, found in outcome.audits.items()}


def test_kinds_stand_side_by_side_the_best_first_and_the_recommended_one_marked():
    found = metrics(penalty=ALL)
    (table,) = ranking_tables(found, MANIFEST)
    assert table.rows[0][0] == found["ranking"]["best"]
    assert {row[0] for row in table.rows} == {"none", "ridge", "lasso", "elasticnet"}
    (marked,) = table.marked
    assert table.rows[marked][0] == found["ranking"]["recommended"]
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_recommendation_comes_with_its_reason():
    found = metrics(penalty=ALL)
    (said,) = recommendation(found, MANIFEST)
    assert said.startswith("Recommended: ")
    assert found["ranking"]["reason"] in said
    (said,) = recommendation({"ranking": {"recommended": None, "reason": "Look."}}, MANIFEST)
    assert said == "Recommended: nothing yet. Look."


def test_one_kind_alone_has_neither():
    assert ranking_tables(metrics(), MANIFEST) == []
    assert recommendation(metrics(), MANIFEST) == []


def test_why_another_one_is_selected():
    ranking = {"recommended": "ridge", "selected": "lasso", "reason": "Ridge is the best."}
    (said,) = recommendation({"ranking": ranking}, MANIFEST)
    assert "Selected is lasso, since rule 1se asks for the fewest columns near the best score and nothing else." in said
    assert said.endswith("To keep what is recommended, `--penalty ridge`.")
    (said,) = recommendation({"ranking": ranking | {"selected": "ridge"}}, MANIFEST)
    assert said == "Recommended: ridge. Ridge is the best."
