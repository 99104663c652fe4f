import numpy as np
import pytest
from in_memory import Y, dataset, planned

from regcli.sharing import shared


def test_a_set_on_the_shared_design_has_its_own_weights_and_scaling():
    prepared = planned(dataset())
    plan, whole = prepared.plan, prepared.preprocessor.scaling
    some = np.arange(0, len(Y), 3)
    made = shared(
        plan, prepared.recipe, prepared.problem, whole, prepared.full.place, [some, prepared.full.rows], prepared.executor
    )
    assert made.plain[:, 0].sum() == len(some)
    assert np.flatnonzero(made.plain[:, 0]).tolist() == np.sort(prepared.full.place[some]).tolist()
    X = plan.dataset.features.numeric[some]
    assert made.scalings[0].center == pytest.approx(X.mean(axis=0))
    assert made.scalings[0].scale == pytest.approx(X.std(axis=0))
    assert made.scalings[1] is whole
    assert made.sets.unit[0] * whole.scale == pytest.approx(X.std(axis=0))
    assert made.sets.null_intercept[0] == pytest.approx([Y[some].mean()])
