"""Estimators in words."""

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from regcli.families.described import Estimator, library_of, literal


def test_a_description_is_code_and_makes_the_object():
    tree = Estimator("DecisionTreeRegressor", {"ccp_alpha": 0.125, "max_features": "sqrt"}, {"mark_": 3})
    assert str(tree) == 'DecisionTreeRegressor(ccp_alpha=0.125, max_features="sqrt")'
    made = tree.made()
    assert isinstance(made, DecisionTreeRegressor)
    assert (made.ccp_alpha, made.mark_) == (0.125, 3)


def test_steps_may_be_descriptions_and_objects():
    fitted = DecisionTreeRegressor().fit([[0.0], [1.0]], [0, 1])
    scaled = Estimator("StandardScaler", {}, {"mean_": np.zeros(1), "scale_": np.ones(1), "n_features_in_": 1})
    made = Estimator("Pipeline", {"steps": [("scale", scaled), ("model", fitted)]}).made()
    assert made[-1] is fitted
    assert made.predict([[1.0]]).tolist() == [1.0]


@pytest.mark.parametrize(("value", "code"), [(np.inf, 'float("inf")'), (0.1, "0.1"), ("a", '"a"'), (None, "None"), (3, "3")])
def test_values_are_written_as_code(value, code):
    assert literal(value) == code


def test_code_is_the_library_that_its_class_is_of():
    codes = {"Lasso(alpha=1)": "scikit-learn", "make_pipeline(StandardScaler(), Lasso())": "scikit-learn"}
    codes |= {"LGBMRegressor()": "LightGBM", "XGBClassifier(max_depth=3)": "XGBoost"}
    assert {code: library_of(code) for code in codes} == codes
