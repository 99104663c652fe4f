"""A user's script: scale, then LogisticRegressionCV with an ℓ1 penalty. `python logistic_cv.py FILE L1_RATIO FOLDS MIN_RATIO`."""

import sys

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

path, l1_ratio, folds, min_ratio = sys.argv[1:]
table = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
y = table.pop("y").to_numpy()
X = StandardScaler().fit_transform(table)
# from the smallest C at which anything enters
smallest = 1 / np.abs(X.T @ (y - y.mean())).max()
model = LogisticRegressionCV(
    Cs=np.geomspace(smallest, smallest / float(min_ratio), 100),
    l1_ratios=(float(l1_ratio),),
    solver="liblinear",
    scoring="neg_log_loss",
    cv=StratifiedKFold(int(folds), shuffle=True, random_state=0),
    use_legacy_attributes=False,
    n_jobs=-1,
).fit(X, y)
pd.Series(model.coef_.ravel(), table.columns).to_csv("coefficients.csv")
print(model.C_)
