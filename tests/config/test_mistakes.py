"""Each mistake is reported where it stands, under its dotted key, in plain words."""

from __future__ import annotations

import re

import pytest

# Lines 1 to 3 of most cases.
REGRESSION = "version: 1\ndataset: {kind: make_regression}\npenalty: lasso\n"
CLASSES = "version: 1\ndataset: {kind: make_classification}\npenalty: lasso\n"
TABLE = "version: 1\ndataset: {kind: csv, path: d.csv, target: y}\npenalty: lasso\n"
UNTIL_PENALTY = "version: 1\ndataset: {kind: make_regression}\n"

# text, position, key, fragments of the message
CASES = {
    # the document
    "empty": ("", "1:1", "", ["the file is empty"]),
    "comments alone": ("# nothing\n", "1:1", "", ["the file is empty"]),
    "a list": ("- 1\n- 2\n", "1:1", "", ["must be a mapping"]),
    "a word": ("hello\n", "1:1", "", ["must be a mapping"]),
    "two documents": (REGRESSION + "---\nversion: 1\n", "4:1", "", ["second document"]),
    "tab": ("version: 1\ncv:\n\tkind: kfold\n", "3:1", "", ["a tab"]),
    "open bracket": ("version: 1\ncv: {kind: kfold\nname: x\n", "3:5", "", ["never closed", "line 2"]),
    "open quote": ('version: 1\nname: "x\n', "3:1", "", ["quote that is never closed"]),
    "colon in text": ("version: 1\nname: a: b\n", "2:8", "", ["':' is not allowed here"]),
    "indentation": ("version: 1\n  name: x\n", "2:7", "", ["':' is not allowed here"]),
    "control character": ("version: 1\nname: \x01\n", "2:7", "", ["U+0001", "UTF-8"]),
    "unknown alias": (REGRESSION + "name: *x\n", "4:7", "", ["anchor"]),
    "alias of itself": (REGRESSION + "cv: &a {kind: *a}\n", "4:5", "cv.kind", ["contains itself"]),
    "foreign tag": (REGRESSION + "name: !!python/name:os.system x\n", "4:7", "name", ["tag", "not known"]),
    "tag that lies": (REGRESSION + "cv: {n_splits: !!int five}\n", "4:16", "cv.n_splits", ["'five' is not of type int"]),
    "nested too deeply": (REGRESSION + "name: " + "[" * 600, "1:1", "", ["too deeply"]),
    "repeated key": (REGRESSION + "name: a\nname: b\n", "5:1", "name", ["stands twice", "line 4", "keep one"]),
    "repeated inner key": (REGRESSION + "cv:\n  seed: 1\n  seed: 1\n", "6:3", "cv.seed", ["line 5"]),
    "list as key": (REGRESSION + "? [a]\n: 1\n", "4:3", "", ["a key must be a plain word"]),
    # required keys stand missing at the mapping around them
    "no version": ("penalty: lasso\ndataset: {kind: make_regression}\n", "1:1", "version", ["missing", "write 1"]),
    "no dataset": ("version: 1\npenalty: lasso\n", "1:1", "dataset", ["missing", "csv, parquet"]),
    "no penalty": (UNTIL_PENALTY, "1:1", "penalty", ["missing", "ridge"]),
    "no kind of data": ("version: 1\ndataset: {path: x}\npenalty: lasso\n", "2:10", "dataset.kind", ["missing", "svmlight"]),
    "no target": (
        "version: 1\ndataset:\n  kind: csv\n  path: x\npenalty: lasso\n",
        "3:3",
        "dataset.target",
        ["column to predict"],
    ),
    "no path": ("version: 1\ndataset: {kind: parquet, target: y}\npenalty: lasso\n", "2:10", "dataset.path", ["missing"]),
    "no kind of penalty": (UNTIL_PENALTY + "penalty: {positive: true}\n", "3:10", "penalty.kind", ["missing", "elasticnet"]),
    "empty penalty": (UNTIL_PENALTY + "penalty:\n", "3:9", "penalty", ["missing", "elasticnet"]),
    # unknown keys, at the key
    "unknown block": (REGRESSION + "preproces: {}\n", "4:1", "preproces", ["unknown key", "did you mean 'preprocess'"]),
    "unknown key": (
        REGRESSION + "cv: {kind: kfold, n_split: 5}\n",
        "4:19",
        "cv.n_split",
        ["allowed: kind, n_splits", "'n_splits'?"],
    ),
    "dash for underscore": (REGRESSION + "cv: {n-splits: 5}\n", "4:6", "cv.n-splits", ["did you mean 'n_splits'?"]),
    "key of another kind": (
        "version: 1\ndataset: {kind: make_regression, target: y}\npenalty: lasso\n",
        "2:34",
        "dataset.target",
        ["unknown key"],
    ),
    "merge key": (REGRESSION + "cv: {<<: {seed: 1}}\n", "4:6", "cv.<<", ["unknown key"]),
    "no n_targets": (
        "version: 1\ndataset: {kind: make_regression, n_targets: 2}\npenalty: lasso\n",
        "2:34",
        "dataset.n_targets",
        ["unknown"],
    ),
    "motor is no key": (
        REGRESSION + "execution: {motor: fast}\n",
        "4:13",
        "execution.motor",
        ["unknown key; allowed: engine, jobs"],
    ),
    # wrong types
    "version 2": ("version: 2\n" + REGRESSION[11:], "1:10", "version", ["must be 1, not 2"]),
    "version as text": ("version: '1'\n" + REGRESSION[11:], "1:10", "version", ["must be 1, not '1'"]),
    "name in capitals": (REGRESSION + "name: My Run\n", "4:7", "name", ["a-z, 0-9 and -", "'My Run'"]),
    "number as name": (REGRESSION + "name: 5\n", "4:7", "name", ["a-z", "not 5"]),
    "block as word": (REGRESSION + "cv: kfold\n", "4:5", "cv", ["mapping with the keys kind, n_splits", "'kfold'"]),
    "block as list": (REGRESSION + "model: [1]\n", "4:8", "model", ["mapping", "not a list"]),
    "number in quotes": (
        REGRESSION + 'cv: {n_splits: "5"}\n',
        "4:16",
        "cv.n_splits",
        ["whole number of at least 2", "leave out the quotes"],
    ),
    "real for whole": (REGRESSION + "cv: {n_splits: 5.0}\n", "4:16", "cv.n_splits", ["whole number", "not 5.0"]),
    "true for number": (REGRESSION + "cv: {seed: true}\n", "4:12", "cv.seed", ["whole number", "not true"]),
    "true for real": (REGRESSION + "model: {tol: true}\n", "4:14", "model.tol", ["number above 0, not true"]),
    "no is a word": (REGRESSION + "model: {fit_intercept: no}\n", "4:24", "model.fit_intercept", ["true or false, not 'no'"]),
    "null for a number": (REGRESSION + "cv: {n_splits: null}\n", "4:16", "cv.n_splits", ["not null"]),
    "target as number": (TABLE.replace("y}", "5}"), "2:43", "dataset.target", ["must be text, not 5", "put it in quotes"]),
    "path as number": (TABLE.replace("d.csv", "7"), "2:28", "dataset.path", ["path of a file"]),
    "address": (TABLE.replace("d.csv", "'https://x.org/d.csv'"), "2:28", "dataset.path", ["on this machine", "download"]),
    "word for list": (
        TABLE.replace("y}", "y, columns: {exclude: a}}"),
        "2:65",
        "dataset.columns.exclude",
        ["must be a list, not 'a'"],
    ),
    "nothing included": (
        TABLE.replace("y}", "y, columns: {include: []}}"),
        "2:65",
        "dataset.columns.include",
        ["must not be empty"],
    ),
    "list for mapping": (
        UNTIL_PENALTY + "penalty: {kind: ridge, factors: [1]}\n",
        "3:33",
        "penalty.factors",
        ["must be a mapping"],
    ),
    # values out of range
    "one fold": (REGRESSION + "cv: {n_splits: 1}\n", "4:16", "cv.n_splits", ["at least 2, not 1"]),
    "negative seed": (REGRESSION + "cv: {seed: -1}\n", "4:12", "cv.seed", ["from 0 to 4294967295"]),
    "infinite": (REGRESSION + "model: {tol: .inf}\n", "4:14", "model.tol", ["number above 0, not inf"]),
    "not a number": (REGRESSION + "lambdas: {values: [1, .nan]}\n", "4:23", "lambdas.values.1", ["at least 0", "not nan"]),
    "too large": (REGRESSION + "model: {tol: 1e999}\n", "4:14", "model.tol", ["not inf"]),
    "huge": (REGRESSION + f"model: {{tol: {10**400}}}\n", "4:14", "model.tol", ["number above 0"]),
    "lambda beyond reason": (REGRESSION + "lambdas: {max: 1e300}\n", "4:16", "lambdas.max", ["at most 1e+100", "not 1e+300"]),
    "grid beyond reason": (REGRESSION + "lambdas: {count: 1000000000}\n", "4:18", "lambdas.count", ["from 1 to 10000"]),
    "lag beyond reason": (
        TABLE.replace("y}", "y, time: t}") + "preprocess: {lags: {columns: [a], lags: [100000000000000000000]}}\n",
        "4:42",
        "preprocess.lags.lags.0",
        ["at least 1, not 100000000000000000000", "2147483647 at most"],
    ),
    "one row": (REGRESSION.replace("n}", "n, n_samples: 1}"), "2:45", "dataset.n_samples", ["at least 2, not 1"]),
    "home of nobody": (TABLE.replace("d.csv", "~nobody-here/d.csv"), "2:28", "dataset.path", ["home folder"]),
    "endless digits": (REGRESSION + f"cv: {{seed: {'9' * 5000}}}\n", "4:12", "cv.seed", ["too many digits"]),
    "no tolerance": (REGRESSION + "model: {tol: 0}\n", "4:14", "model.tol", ["above 0, not 0"]),
    "negative lambda": (REGRESSION + "lambdas: {values: [-1]}\n", "4:20", "lambdas.values.0", ["at least 0"]),
    "no lambda": (REGRESSION + "lambdas: {values: []}\n", "4:19", "lambdas.values", ["must not be empty"]),
    "ratio": (
        REGRESSION + "lambdas: {min_ratio: 1}\n",
        "4:22",
        "lambdas.min_ratio",
        ["auto, or a number above 0 and below 1, not 1"],
    ),
    "min above max": (REGRESSION + "lambdas: {max: 1, min: 2}\n", "4:24", "lambdas.min", ["below max (1), not 2"]),
    "values and count": (REGRESSION + "lambdas: {values: [1], count: 3}\n", "4:24", "lambdas.count", ["beside values"]),
    "min and min_ratio": (REGRESSION + "lambdas: {min: 1, min_ratio: 0.1}\n", "4:19", "lambdas.min_ratio", ["beside min"]),
    "degree": (
        REGRESSION + "preprocess: {polynomial: {degree: 21}}\n",
        "4:35",
        "preprocess.polynomial.degree",
        ["1 to 20"],
    ),
    "frequency": (
        REGRESSION + "preprocess: {categorical: {min_frequency: 1.0}}\n",
        "4:43",
        "preprocess.categorical.min_frequency",
        ["not 1.0"],
    ),
    "jobs": (REGRESSION + "execution: {jobs: 0}\n", "4:19", "execution.jobs", ["auto or a whole number from 1 to 1024"]),
    "rule": (REGRESSION + "select: {rule: 1-se}\n", "4:16", "select.rule", ["allowed: 1se, min, pct_loss", "did you mean '1se'"]),
    "scale": (
        REGRESSION + "preprocess: {scale: standart}\n",
        "4:21",
        "preprocess.scale",
        ["'standart'", "did you mean 'standard'"],
    ),
    "kind of data": (
        "version: 1\ndataset: {kind: cvs}\npenalty: lasso\n",
        "2:17",
        "dataset.kind",
        ["allowed: csv", "did you mean 'csv'"],
    ),
    "bundled data": (
        "version: 1\ndataset: {kind: builtin, name: boston}\npenalty: lasso\n",
        "2:32",
        "dataset.name",
        ["allowed: diabetes, breast"],
    ),
    "kind of missing": (REGRESSION + "preprocess: {missing: meen}\n", "4:23", "preprocess.missing", ["did you mean 'mean'"]),
    # the penalty
    "penalty": (
        UNTIL_PENALTY + "penalty: {kind: laso}\n",
        "3:17",
        "penalty.kind",
        ["none, ridge, lasso, elasticnet", "'lasso'?"],
    ),
    "penalty as a word": (UNTIL_PENALTY + "penalty: laso\n", "3:10", "penalty", ["did you mean 'lasso'"]),
    "penalty in a list": (UNTIL_PENALTY + "penalty:\n- ridge\n- {kind: rigde}\n", "5:10", "penalty.1.kind", ["'ridge'?"]),
    "no penalties": (UNTIL_PENALTY + "penalty: []\n", "3:10", "penalty", ["must not be empty"]),
    "penalty as number": (UNTIL_PENALTY + "penalty: 3\n", "3:10", "penalty", ["mapping with the keys kind"]),
    "ratio of lasso": (
        UNTIL_PENALTY + "penalty: {kind: l1, l1_ratio: 1}\n",
        "3:21",
        "penalty.l1_ratio",
        ["belongs to elasticnet"],
    ),
    "ratio above 1": (
        UNTIL_PENALTY + "penalty: {kind: enet, l1_ratio: [0, 2]}\n",
        "3:37",
        "penalty.l1_ratio.1",
        ["0 to 1, not 2"],
    ),
    "single ratio": (UNTIL_PENALTY + "penalty: {kind: enet, l1_ratio: 2}\n", "3:33", "penalty.l1_ratio", ["0 to 1, not 2"]),
    "ratio twice": (
        UNTIL_PENALTY + "penalty: {kind: enet, l1_ratio: [1, 1.0]}\n",
        "3:37",
        "penalty.l1_ratio.1",
        ["stands twice"],
    ),
    "negative factor": (
        UNTIL_PENALTY + "penalty: {kind: ridge, factors: {a: -1}}\n",
        "3:37",
        "penalty.factors.a",
        ["at least 0"],
    ),
    "factors of none": (
        UNTIL_PENALTY + "penalty: {kind: none, factors: {a: 1}}\n",
        "3:23",
        "penalty.factors",
        ["no meaning for none"],
    ),
    # rules between keys and between blocks
    "task of data": (
        REGRESSION + "task: classification\n",
        "2:17",
        "dataset.kind",
        ["make_regression is regression", "classification"],
    ),
    "task of bundled data": (
        "version: 1\ntask: regression\ndataset: {kind: builtin, name: wine}\npenalty: lasso\n",
        "3:32",
        "dataset.name",
        ["wine is classification data, but task is regression"],
    ),
    "two roles": (TABLE.replace("y}", "y, weight: y}"), "2:54", "dataset.weight", ["'y' is the target already"]),
    "class weight": (
        REGRESSION + "model: {class_weight: balanced}\n",
        "4:9",
        "model.class_weight",
        ["belongs to classification"],
    ),
    "class weight word": (
        CLASSES + "model: {class_weight: equal}\n",
        "4:23",
        "model.class_weight",
        ["balanced, a mapping", "'equal'"],
    ),
    "class weight value": (
        CLASSES + "model: {class_weight: {0: 1, 1: x}}\n",
        "4:33",
        "model.class_weight.1",
        ["above 0, not 'x'"],
    ),
    "stratified": (REGRESSION + "cv: {kind: stratified}\n", "4:12", "cv.kind", ["classes", "use kfold"]),
    "metric": (REGRESSION + "select: {metric: acuracy}\n", "4:18", "select.metric", ["did you mean 'accuracy'"]),
    "metric of the task": (
        REGRESSION + "select: {metric: brier}\n",
        "4:18",
        "select.metric",
        ["not a metric of regression", "mse, rmse"],
    ),
    "further metric": (CLASSES + "select: {metrics: [f1, r2]}\n", "4:24", "select.metrics.1", ["not a metric of classification"]),
    "tolerance": (REGRESSION + "select: {tolerance: 0.1}\n", "4:10", "select.tolerance", ["no meaning for 1se", "pct_loss"]),
    "group without group": (TABLE + "cv: {kind: group}\n", "4:12", "cv.kind", ["needs dataset.group"]),
    "no fold column": (TABLE + "cv: {kind: predefined}\n", "4:5", "cv.column", ["missing", "each row's fold"]),
    "fold column of kfold": (TABLE + "cv: {kind: kfold, column: f}\n", "4:19", "cv.column", ["belongs to predefined"]),
    "fold column by default": (TABLE + "cv: {column: f}\n", "4:6", "cv.column", ["no meaning for kfold"]),
    "fold column is target": (TABLE + "cv: {kind: predefined, column: y}\n", "4:32", "cv.column", ["is the target already"]),
    "fold column of no table": (REGRESSION + "cv: {kind: predefined, column: y}\n", "4:32", "cv.column", ["csv or parquet"]),
    "gap": (REGRESSION + "cv: {kind: kfold, gap: 1}\n", "4:19", "cv.gap", ["belongs to time_series"]),
    "repeats over time": (TABLE.replace("y}", "y, time: t}") + "cv: {repeats: 2}\n", "4:6", "cv.repeats", ["for time_series"]),
    "repeats of one order": (REGRESSION + "cv: {shuffle: false, repeats: 2}\n", "4:31", "cv.repeats", ["shuffle is false"]),
    "shares of time": (
        REGRESSION + "cv: {kind: time_series, test_size: 0.2}\n",
        "4:36",
        "cv.test_size",
        ["whole number of rows"],
    ),
    "splits of all": (
        REGRESSION + "cv: {kind: leave_one_out, n_splits: 3}\n",
        "4:27",
        "cv.n_splits",
        ["no meaning for leave_one_out"],
    ),
    "no holdout": (TABLE + "holdout: {}\n", "4:10", "holdout", ["needs one of {fraction: 0.2}"]),
    "holdout share": (TABLE + "holdout: {fraction: 1.5}\n", "4:21", "holdout.fraction", ["below 1, not 1.5"]),
    "holdout rows": (TABLE + "holdout: {last: 0}\n", "4:17", "holdout.last", ["share of the rows", "not 0"]),
    "two holdouts": (TABLE + "holdout: {fraction: 0.2, last: 3}\n", "4:26", "holdout.last", ["cannot stand beside fraction"]),
    "no test value": (TABLE + "holdout: {column: train}\n", "4:10", "holdout.test_value", ["missing"]),
    "seed of the last": (TABLE + "holdout: {last: 3, seed: 1}\n", "4:20", "holdout.seed", ["no meaning without fraction"]),
    "holdout of no table": (REGRESSION + "holdout: {column: a, test_value: 1}\n", "4:19", "holdout.column", ["csv or parquet"]),
    "lags without time": (
        TABLE + "preprocess: {lags: {columns: [a], lags: [1]}}\n",
        "4:14",
        "preprocess.lags",
        ["needs dataset.time"],
    ),
    "lags of no table": (
        REGRESSION + "preprocess: {lags: {columns: [a], lags: [1]}}\n",
        "4:14",
        "preprocess.lags",
        ["csv or parquet"],
    ),
    "no lags": (
        TABLE.replace("y}", "y, time: t}") + "preprocess: {lags: {columns: [a]}}\n",
        "4:20",
        "preprocess.lags.lags",
        ["give lags or"],
    ),
    "lag of itself": (
        TABLE + "preprocess: {lags: {columns: [a], lags: [0]}}\n",
        "4:42",
        "preprocess.lags.lags.0",
        ["at least 1"],
    ),
    "text of no table": (REGRESSION + "preprocess: {text: {column: a}}\n", "4:14", "preprocess.text", ["csv or parquet"]),
    "text is target": (TABLE + "preprocess: {text: {column: y}}\n", "4:29", "preprocess.text.column", ["is the target"]),
    "ngrams": (
        TABLE + "preprocess: {text: {column: a, ngrams: [2, 1]}}\n",
        "4:40",
        "preprocess.text.ngrams",
        ["[shortest, longest]"],
    ),
    "one ngram": (
        TABLE + "preprocess: {text: {column: a, ngrams: 2}}\n",
        "4:40",
        "preprocess.text.ngrams",
        ["pair of whole numbers"],
    ),
    "indicator": (
        TABLE + "preprocess: {missing: {strategy: drop, indicator: true}}\n",
        "4:51",
        "preprocess.missing.indicator",
        ["fills in"],
    ),
    "too few columns": (
        "version: 1\ndataset: {kind: make_classification, n_features: 3}\npenalty: lasso\n",
        "2:50",
        "dataset.n_features",
        ["is 4, not 3"],
    ),
    "too few corners": (
        "version: 1\ndataset: {kind: make_classification, n_classes: 3}\npenalty: lasso\n",
        "2:10",
        "dataset.n_informative",
        ["6 corners"],
    ),
    "shares of classes": (
        "version: 1\ndataset: {kind: make_classification, weights: [0.7, 0.7]}\npenalty: lasso\n",
        "2:47",
        "dataset.weights",
        ["at most 1"],
    ),
    "number of shifts": (
        "version: 1\ndataset: {kind: make_classification, shift: [1, 2]}\npenalty: lasso\n",
        "2:45",
        "dataset.shift",
        ["each of the 20"],
    ),
    "noise": (
        "version: 1\ndataset: {kind: make_regression, noise: -1}\npenalty: lasso\n",
        "2:41",
        "dataset.noise",
        ["at least 0"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_reported_where_it_stands(case, problems):
    text, position, key, fragments = CASES[case]
    found = problems(text)
    assert len(found) == 1, found
    assert found[0].where == f"c.yaml:{position}"
    assert found[0].key == key
    for fragment in fragments:
        assert fragment in found[0].text
    # Pydantic's and PyYAML's own words would not help anyone who writes a configuration.
    assert not re.search(r"(?i:input should|pydantic|errors\.|expected a|undefined|traceback)|<class|\bNone\b", found[0].text)
    assert len(found[0].text) < 300
