import numpy as np

from regcli.report.points import (
    axis_of,
    choices,
    counted_by,
    growing,
    has_linear,
    has_others,
    name_of,
    paths_of,
    stage_of,
    stages,
    told_apart,
)


def sweep(**more):
    """A plain lasso, and one relaxed with two γ, of two points each."""
    return {
        "entry": np.array([0, 0, 1, 1, 1, 1]),
        "penalty": np.array(["lasso"] * 6, dtype=object),
        "l1_ratio": np.ones(6),
        "lambda_index": np.array([0, 1] * 3),
        "lambda": np.array([2.0, 1.0] * 3),
        "validation_mean": np.array([5.0, 4, 5, 4, 3, 6]),
        "converged": np.ones(6, dtype=bool),
        "selected": np.zeros(6, dtype=bool),
        "stage": np.array([None, None, *["relaxed"] * 4], dtype=object),
        "gamma": np.array([np.nan, np.nan, 1, 1, 0, 0]),
    } | more


def test_strength_and_gamma_are_one_choice():
    table = sweep()
    assert [[rows.tolist() for rows in spans] for spans in choices(table)] == [[[0, 1]], [[2, 3], [4, 5]]]
    manifest = {"higher_is_better": False}
    assert [rows.tolist() for rows in paths_of(table, manifest)] == [[0, 1], [4, 5]]
    assert [rows.tolist() for rows in paths_of(table, {"higher_is_better": True})] == [[0, 1], [4, 5]]
    chosen = sweep(selected=np.arange(6) == 3)
    assert [rows.tolist() for rows in paths_of(chosen, manifest)] == [[0, 1], [2, 3]]


def test_paths_are_told_by_their_second_stage():
    table = sweep()
    assert stage_of(table, 0) == (None, None)
    assert stage_of(table, 4) == ("relaxed", 0.0)
    assert [name_of(table, i) for i in (0, 4)] == ["lasso", "lasso, relaxed (γ = 0)"]
    assert stages(table) == ("stage", "gamma")


def test_runs_of_an_earlier_regcli_have_no_second_stage():
    table = {name: values[:2] for name, values in sweep().items() if name not in {"stage", "gamma"}}
    assert stages(table) == ()
    assert stage_of(table, 1) == (None, None)
    assert [rows.tolist() for rows in paths_of(table, {"higher_is_better": False})] == [[0, 1]]


# A ridge of two points, and a tree of three.
MIXED = {
    "lambda_index": np.array([0, 1, 0, 1, 2]),
    "axis": np.array(["lambda"] * 2 + ["ccp_alpha"] * 3, dtype=object),
    "n_nonzero": np.array([4, 4, 1, 2, 2]),
    "complexity": np.array([4.0, 4, 2, 5, 9]),
}
PATHS = {"paths": [{"axis": "lambda", "complexity_of": ""}, {"axis": "ccp_alpha", "complexity_of": "leaves"}]}
TREE = np.arange(2, 5)


def test_a_row_is_told_by_the_axis_and_the_size_of_its_own_family():
    assert [axis_of(MIXED, i) for i in (0, 2)] == ["λ", "ccp_alpha"]
    assert counted_by(MIXED, PATHS) == ["non-zeros"] * 2 + ["leaves"] * 3
    assert has_others(MIXED)
    assert has_linear(MIXED)
    assert not has_linear({"axis": MIXED["axis"][2:]})
    assert not has_others({"axis": MIXED["axis"][:2]})
    # runs of an earlier regcli
    assert axis_of({}, 0) == "λ"
    assert not has_others({})
    assert counted_by(MIXED, {}) == ["non-zeros"] * 5


def test_along_a_path_stands_what_grows_there():
    assert growing(MIXED, np.arange(2), PATHS) == ("non-zeros", [4.0, 4.0])
    assert growing(MIXED, TREE, PATHS) == ("leaves", [2.0, 5.0, 9.0])
    # leaves are shrunken, none is cut off
    assert growing(MIXED | {"complexity": np.full(5, 7.0)}, TREE, PATHS) == ("columns in use", [1.0, 2.0, 2.0])


def test_paths_of_a_name_are_told_apart_by_what_they_differ_in():
    settings = ["rate=0.1;depth=2", "rate=0.1;depth=4", None, "leaf=1"]
    table = {
        "penalty": np.array(["boosting", "boosting", "ridge", "tree"], dtype=object), "l1_ratio": np.array([np.nan] * 4),
        "lambda_index": np.zeros(4, dtype=int), "axis": np.array(["rounds", "rounds", "lambda", "ccp_alpha"], dtype=object),
        "setting": np.array(settings, dtype=object),
    }  # fmt: skip
    assert [told_apart(table, i) for i in range(4)] == ["boosting depth=2", "boosting depth=4", "ridge", "tree"]
    other = table | {"axis": np.array(["rounds", "shrinkage", "lambda", "ccp_alpha"], dtype=object)}
    assert told_apart(other, 1) == "boosting shrinkage depth=4"
