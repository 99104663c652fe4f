from in_memory import ALL, dataset, fitted

from regcli.audit import audit
from regcli.report.ranking import ranking_tables, recommendation

MANIFEST = {"metric": "mse"}


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
    (said,) = recommendation(found)
    assert said.startswith("Recommended: ")
    assert said.endswith(found["ranking"]["reason"])
    (said,) = recommendation({"ranking": {"recommended": None, "reason": "Look."}})
    assert said == "Recommended: nothing yet. Look."


def test_one_kind_alone_has_neither():
    assert ranking_tables(metrics(), MANIFEST) == []
    assert recommendation(metrics()) == []
