"""What an outcome says of itself: which points can be chosen, and what an interrupt left."""

from dataclasses import replace

import numpy as np
from in_memory import dataset, fitted

from regcli.outcome import Interrupted


def test_a_point_is_usable_where_every_fit_has_converged():
    path = fitted(dataset()).paths[0]
    assert path.usable.all()
    converged = path.converged.copy()
    converged[0, 0] = converged[-1, 2] = False  # a fold's, and the full fit's
    assert replace(path, converged=converged).usable.tolist() == [False, True, False]


def test_an_interrupt_counts_paths_and_folds_of_all_that_were_planned():
    outcome = fitted(dataset(), penalty=["ridge", "lasso", "none"])
    partial = replace(outcome.paths[1], folds=(0, 2))
    caught = Interrupted(outcome.prepared, (outcome.paths[0], partial))
    assert str(caught) == "2 of 3 paths on all training rows, 5 of 9 on folds"
    assert isinstance(caught, KeyboardInterrupt)
    assert str(Interrupted(outcome.prepared, ())) == "0 of 3 paths on all training rows, 0 of 9 on folds"


def test_an_outcome_tells_the_plan_that_it_is_of():
    outcome = fitted(dataset())
    assert outcome.plan is outcome.prepared.plan
    assert len(outcome.summaries) == len(outcome.paths)
    assert np.isfinite(outcome.summaries[0].validation_mean).all()
