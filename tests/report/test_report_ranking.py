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


def _model(kind, axis, complexity_of, worse):
    point = {"lambda": 0.5, "mean": 1.0, "se": 0.1, "worse": worse, "worse_relative": worse, "p": None, "gap_relative": 0.1,
             "n_nonzero": 3, "complexity": 7.0}  # fmt: skip
    chosen = {**point, "n_inputs": 3, "phi": 0.9 if axis == "lambda" else None}
    return {"kind": kind, "axis": axis, "complexity_of": complexity_of, "best": point, "chosen": chosen}


def _ranked(*models):
    told = {"recommended": models[0]["kind"], "selected": models[-1]["kind"], "reason": "So it is."}
    return {"ranking": told | {model["kind"]: model for model in models}}


def test_families_stand_side_by_side_each_with_its_axis_and_its_size():
    found = _ranked(_model("ridge", "lambda", "", 0.0), _model("tree", "ccp_alpha", "leaves", 0.1))
    (table,) = ranking_tables(found, MANIFEST)
    told = {"axis": ["λ", "ccp_alpha"], "complexity_of": ["non-zeros", "leaves"], "phi": [0.9, None]}
    assert {key: [row[key] for row in table.records()] for key in told} == told
    assert "n_nonzero" not in table.records()[0]
    (said,) = recommendation(found, MANIFEST)
    assert "since rule 1se asks for the simplest model near the best score and nothing else" in said


def test_without_a_linear_model_nothing_is_said_of_coefficients():
    (table,) = ranking_tables(_ranked(*(_model(k, "rounds", "leaves", i) for i, k in enumerate("ab"))), MANIFEST)
    titles = [column.title for column in table.columns]
    assert {"rounds by the rule", "leaves"} <= set(titles)
    assert not {"λ by the rule", "non-zeros", "axis", "Φ"} & set(titles)
    assert "Φ" not in " ".join(table.notes)
