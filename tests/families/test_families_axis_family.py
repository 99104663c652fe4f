"""What families beyond the linear one share: seeds, stores, remarks on the grid."""

import numpy as np
from in_memory import dataset, fitted, planned

from regcli.engine import InMemory, search
from regcli.families import FAMILIES
from regcli.pace import Pace


def tree(**entry):
    return {"penalty": [], "estimators": [{"kind": "tree", **entry}]}


RANDOM = {"axis": "max_depth", "values": [1, 3], "max_features": 1, "seeds": 3}


def test_scores_are_means_over_seeds_and_their_spread_stands_beside():
    outcome = fitted(dataset(), **tree(**RANDOM), cv={"kind": "predefined", "column": "fold", "seed": 4})
    alone = [
        fitted(dataset(), **tree(**RANDOM | {"seeds": 1}), cv={"kind": "predefined", "column": "fold", "seed": seed})
        for seed in (4, 5, 6)
    ]
    each = np.array([one.summaries[0].validation_mean for one in alone])
    assert np.ptp(each, axis=0).min() > 0
    np.testing.assert_allclose(outcome.summaries[0].validation_mean, each.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(outcome.summaries[0].seed_se, each.std(axis=0, ddof=1) / np.sqrt(3), rtol=1e-12)
    chosen = outcome.choice.index
    np.testing.assert_allclose(outcome.metrics["validation"]["mse"], outcome.summaries[0].validation_mean[chosen], rtol=1e-12)
    np.testing.assert_allclose(outcome.metrics["train"]["mse"], outcome.summaries[0].train_mean[chosen], rtol=1e-12)
    # the model that is kept is the first seed's
    np.testing.assert_array_equal(outcome.paths[0].n_nonzero, alone[0].paths[0].n_nonzero)


def test_nothing_random_is_fitted_once():
    assert [path.seeds for path in planned(dataset(), **tree()).paths] == [1]
    assert np.isnan(fitted(dataset(), **tree(values=[0])).summaries[0].seed_se).all()


class Counting(InMemory):
    """Remembers what was put; as if read back from files."""

    def __init__(self):
        super().__init__()
        self.puts = []

    def get(self, key, read):
        found = super().get(key, read)
        return None if found is None else read({name: np.asarray(v) for name, v in found.piece().items()})

    def put(self, key, piece):
        self.puts.append(key)
        super().put(key, piece)


def test_what_is_in_the_store_is_not_fitted_again_and_gives_the_same():
    store, prepared = Counting(), planned(dataset("three"), **tree(min_samples_leaf=[1, 4]))
    first = search(prepared, store)
    assert len(set(store.puts)) == len(store.puts) == 2 * 4
    again = search(planned(dataset("three"), **tree(min_samples_leaf=[1, 4])), store)
    assert len(store.puts) == 2 * 4
    for one, two in zip(first.paths, again.paths, strict=True):
        np.testing.assert_array_equal(one.validation["log_loss"], two.validation["log_loss"])
    assert first.choice == again.choice


def test_an_interrupt_leaves_the_paths_that_are_done_on_all_rows():
    store, prepared = InMemory(), planned(dataset(), **tree(min_samples_leaf=[1, 4]))
    family = FAMILIES["tree"]
    done = family.fit(prepared, prepared.paths, store, Pace(0, None))
    held = store._held
    lost = sorted(key for key in held if key.endswith(("-3-0", "-1-0")))
    assert len(lost) == 4
    del held[lost[0]], held[lost[1]]  # a fold of each, or the full fits
    left = family.finished(prepared, prepared.paths, store)
    assert len(done) == 2
    assert all(len(path.folds) <= 3 for path in left)
    assert len(left) < 2 or any(len(path.folds) < 3 for path in left)


def test_a_path_of_which_no_fold_is_done_is_told_without_scores():
    store, prepared = InMemory(), planned(dataset(), **tree())
    done = FAMILIES["tree"].fit(prepared, prepared.paths, store, Pace(0, None))
    for key in [key for key in store._held if not key.endswith("-3-0")]:
        del store._held[key]
    (left,) = FAMILIES["tree"].finished(prepared, prepared.paths, store)
    assert (left.folds, left.validation["mse"].shape) == ((), (0, len(left.lambdas)))
    assert left.n_nonzero_folds.shape == (0, len(left.lambdas))
    np.testing.assert_array_equal(left.complexity, done[0].complexity)


def test_a_best_point_at_the_end_of_the_grid_is_remarked_upon_where_there_is_more():
    deep = fitted(dataset(), **tree(axis="min_samples_leaf", values=[25, 20]))
    assert any("lower min" in warning for warning in deep.warnings)
    natural = fitted(dataset(), **tree(axis="min_samples_leaf", values=[30, 1]), select={"rule": "min"})
    assert not any("to look further" in warning for warning in natural.warnings)


def test_columns_that_do_not_help_are_told():
    noise = np.random.default_rng(0).normal(size=60)
    outcome = fitted(dataset(y=noise), **tree())
    assert outcome.paths[0].n_nonzero[0] == 0
    assert any("columns do not help" in warning for warning in outcome.warnings)


def test_a_grid_that_forbids_every_split_says_nothing_of_columns():
    outcome = fitted(dataset(), **tree(axis="min_samples_leaf", values=[1000, 500]))
    (said,) = [warning for warning in outcome.warnings if "looks at any column" in warning]
    assert "lower min" in said
    assert not any("do not help" in warning for warning in outcome.warnings)
