"""A user's script: scale, then LassoCV. `python lasso_cv.py FILE L1_RATIO FOLDS MIN_RATIO`."""

import sys

import pandas as pd
from sklearn.linear_model import LassoCV
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

path, _, folds, min_ratio = sys.argv[1:]
table = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
y = table.pop("y")
X = StandardScaler().fit_transform(table)
cv = KFold(int(folds), shuffle=True, random_state=0)
model = LassoCV(alphas=100, eps=float(min_ratio), cv=cv, n_jobs=-1).fit(X, y)
pd.Series(model.coef_, table.columns).to_csv("coefficients.csv")
print(model.alpha_)
