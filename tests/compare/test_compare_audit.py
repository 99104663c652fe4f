from types import SimpleNamespace

from regcli.compare.audit import audit_rows
from regcli.compare.rows import Mark


def told(figures):
    return SimpleNamespace(run=SimpleNamespace(told=figures))


def test_a_figure_that_one_run_has_is_a_row_that_can_be_gated():
    def pair(a, b):
        return SimpleNamespace(a=told(a), b=told(b))

    assert list(audit_rows(pair({}, {}))) == []
    (row,) = audit_rows(pair({"stability": {"phi": 0.5}}, {"stability": {"phi": 0.25}}))
    assert row.names()["stability.phi.change"] == -0.25
    (row,) = audit_rows(pair({}, {"stability": {"phi": 0.25}}))
    assert row.mark is Mark.NEW


def test_the_columns_that_matter_most_are_compared():
    def side(*columns):
        return told({"importance": {"columns": list(columns)}})

    (row,) = audit_rows(SimpleNamespace(a=side("x", "y"), b=side("y", "z")))
    assert row.names() == {"importance.overlap": 0.5}
    assert row.note == "not in B's: x"
    (row,) = audit_rows(SimpleNamespace(a=side("x", "y"), b=side("y", "x")))
    assert row.mark is Mark.SAME
