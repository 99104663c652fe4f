"""Rows on scores, each driven to where it holds, is to be looked at and fails."""

import numpy as np
import pytest
from judged import evidence

from regcli import checks
from regcli.audit.checklist import scores
from regcli.audit.checklist.evidence import Rows
from regcli.audit.checklist.points import Along
from regcli.checks import Verdict
from regcli.scored import Scored

HOLDS, LOOK, FAILS, ABSENT, UNKNOWN = Verdict.HOLDS, Verdict.LOOK, Verdict.FAILS, Verdict.ABSENT, Verdict.UNKNOWN
RNG = np.random.default_rng(3)


def with_folds(train, validation, null=1.0, **more):
    """Scores by fold, the same rows in each; means follow."""
    n = len(train)
    folds = {
        "weight": [1.0] * n,
        "n_train": [90] * n,
        "n_validation": [30] * n,
        "train": {"mse": train},
        "validation": {"mse": validation},
    }
    parts = {"folds": folds, "train": float(np.mean(train)), "validation": float(np.mean(validation)), "null_model": null}
    return evidence(metrics={**parts, **more})


@pytest.mark.parametrize(
    ("train", "validation", "verdict"),
    [
        ([0.50, 0.51, 0.49, 0.50], [0.55, 0.56, 0.54, 0.56], HOLDS),  # 5 points
        ([0.50, 0.51, 0.49, 0.50], [0.70, 0.71, 0.69, 0.72], LOOK),  # 20 points of 50
        ([0.10, 0.11, 0.09, 0.10], [0.70, 0.71, 0.69, 0.72], FAILS),  # 60 points of 90
        ([0.50, 0.51, 0.49, 0.50], [0.10, 1.50, 0.20, 1.20], HOLDS),  # 25 points, less than their noise
    ],
)
def test_a_gap_is_judged_by_what_is_gained_and_by_its_noise(train, validation, verdict):
    found = scores.gap(with_folds(train, validation))
    assert found.verdict is verdict
    assert found.numbers["points"] == pytest.approx(np.mean(validation) - np.mean(train))
    assert found.numbers["share"] == pytest.approx((np.mean(validation) - np.mean(train)) / (1 - np.mean(train)))


def test_the_holdout_is_held_against_validation_with_the_noise_of_both():
    def at(holdout, error=0.03):
        return scores.holdout(
            evidence(metrics={"validation": 1.0, "validation_error": 0.04, "holdout": holdout, "holdout_error": error})
        )

    assert at(1.05).verdict is HOLDS
    assert at(1.05).numbers == pytest.approx({"difference": 0.05, "z": 1.0})
    assert at(1.10).verdict is LOOK
    assert at(1.20).verdict is FAILS
    assert at(0.80).verdict is LOOK
    assert "training rows as well" in at(0.80).remedy
    assert at(1.05, {}).verdict is UNKNOWN
    assert scores.holdout(evidence()).verdict is ABSENT


def test_a_null_model_that_is_not_beaten_fails():
    y = RNG.normal(size=400)
    rows = Rows(np.arange(400), np.arange(400) % 4, Scored(y, 0.5 * y, np.ones(400), "regression"))
    none = Rows(rows.row, rows.fold, Scored(y, 0.1 * RNG.normal(size=400), np.ones(400), "regression"))
    base = {"null_prediction": 0.0, "null_model": 1.0, "validation": 0.25}
    assert scores.null(evidence(metrics=base, rows=rows, cv="kfold")).verdict is HOLDS
    found = scores.null(evidence(metrics={**base, "validation": 1.0}, rows=none, cv="kfold"))
    assert found.verdict is FAILS
    gain = y**2 - (y - none.scored.mean) ** 2
    assert found.numbers["t"] == pytest.approx(gain.mean() / (gain.std(ddof=1) / 20))
    empty = scores.null(evidence(metrics=base, rows=rows, cv="kfold", coefficient=np.zeros((1, 4))))
    assert empty.said.startswith("no column is in use")


@pytest.mark.parametrize(("auc", "verdict"), [(0.7, HOLDS), (0.52, FAILS)])
def test_shifted_probabilities_are_judged_by_how_they_rank(auc, verdict):
    parts = {name: {"log_loss": 1.0, "roc_auc": value} for name, value in (("validation", auc), ("null_model", 0.5))}
    e = evidence("two", class_weight=True, metrics={**parts, "validation_error": {"log_loss": 0.1, "roc_auc": 0.02}})
    assert scores.null(e).verdict is verdict
    assert scores.null(e).numbers["t"] == pytest.approx((auc - 0.5) / 0.02)


def test_rows_of_an_earlier_run_without_a_null_prediction_are_judged_by_the_error_of_validation():
    found = scores.null(
        evidence(metrics={"null_prediction": None, "null_model": 1.0, "validation": 0.6, "validation_error": 0.1})
    )
    assert found.numbers["t"] == pytest.approx(4.0)


def test_a_flat_curve_with_much_left_says_that_no_penalty_will_help():
    def at(weak, left):
        mean = np.array([1.0, left, weak])
        return scores.underfit(
            evidence(
                metrics={"train": left - 0.001, "validation": left, "null_model": 1.0},
                points={"mean": mean, "error": np.full(3, 0.1), "best": 1, "weakest": 2, "selected": 1},
                best_by_fold=np.array([left - 0.01, left, left + 0.01]),
                weakest_by_fold=np.array([weak - 0.012, weak, weak + 0.012]),
            )
        )

    assert at(0.7001, 0.7).verdict is LOOK
    assert at(0.3001, 0.3).verdict is HOLDS
    assert at(0.9, 0.7).verdict is HOLDS
    assert "the weakest one does worse" in at(0.9, 0.7).said


def test_residuals_that_bend_with_the_prediction_are_seen_and_straight_ones_are_not():
    n = 2000
    at = RNG.normal(size=n)
    noise = 0.5 * RNG.normal(size=n)

    def rows(y):
        return evidence(rows=Rows(np.arange(n), np.arange(n) % 4, Scored(y, at, np.ones(n), "regression")))

    share, z = scores.bend(rows(at + 0.3 * (at**2 - 1) + noise))
    # 0.3² · Var(at²) of 0.5² + 0.3² · 2
    assert share == pytest.approx(0.18 / 0.43, abs=0.08)
    assert abs(z) > checks.CURVED_NOISE
    share, z = scores.bend(rows(at + noise))
    assert share < 0.01
    assert abs(z) < 4


def test_log_odds_that_bend_are_seen():
    n = 4000
    at = RNG.normal(size=n)

    def found(eta):
        y = (RNG.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
        p = 1 / (1 + np.exp(-at))
        rows = Rows(np.arange(n), np.arange(n) % 4, Scored(y, np.column_stack([1 - p, p]), np.ones(n), "classification"))
        return scores.bend(evidence("two", rows=rows))

    assert abs(found(at + at**2 - 1)[1]) > checks.CURVED_NOISE
    assert abs(found(at)[1]) < 3.5


def test_what_the_rule_gives_up_is_told_with_its_noise():
    def at(chosen, spread=0.001):
        by_fold = np.array([0.5 - spread, 0.5, 0.5 + spread])
        return scores.stronger(
            evidence(
                metrics={
                    "null_model": 1.0,
                    "folds": {
                        "weight": [1.0] * 3, "n_train": [40] * 3, "n_validation": [20] * 3, "train": {},
                        "validation": {"mse": (by_fold[::-1] + chosen - 0.5).tolist()},
                    },
                },
                points={"mean": np.array([chosen, 0.5]), "selected": 0, "best": 1},
                best_by_fold=by_fold,
            )
        )  # fmt: skip

    assert at(0.505).verdict is HOLDS  # one per cent of the gain
    assert at(0.54).verdict is HOLDS
    assert at(0.56).verdict is LOOK
    assert at(0.56).numbers["cost"] == pytest.approx(0.12)
    assert at(0.60, spread=0.2).verdict is HOLDS
    assert scores.stronger(evidence(points={"selected": 1, "best": 1})).verdict is HOLDS


@pytest.mark.parametrize(
    ("shift", "asked", "verdict"),
    [(0.0, ("log_loss",), HOLDS), (0.15, ("log_loss",), FAILS), (0.15, ("accuracy", "roc_auc"), LOOK)],
)
def test_probabilities_are_held_against_the_classes_shares(shift, asked, verdict):
    n = 2000
    p = np.clip(RNG.uniform(0.1, 0.6, n), 0, 1)
    y = (RNG.random(n) < p).astype(float)
    said = p + shift
    rows = Rows(np.arange(n), np.arange(n) % 4, Scored(y, np.column_stack([1 - said, said]), np.ones(n), "classification"))
    found = scores.calibration(evidence("two", rows=rows, asked=asked))
    assert found.verdict is verdict
    assert found.numbers["difference"] == pytest.approx(said.mean() - y.mean())


def test_a_fold_from_another_world_is_seen_and_chance_is_not():
    y = RNG.normal(size=800)
    fold = np.arange(800) // 200

    def found(y):
        e = evidence(rows=Rows(np.arange(800), fold, Scored(y, np.zeros(800), np.ones(800), "regression")))
        return scores.folds(
            type(e)(**{**e.__dict__, "metrics": {**e.metrics, "folds": {**e.metrics["folds"], "weight": [200.0] * 4}}})
        )

    assert found(y).verdict is HOLDS
    assert found(np.where(fold == 2, 2 * y, y)).verdict is LOOK
    assert found(np.where(fold == 2, 2 * y, y)).numbers["worst"] > 1.5


def test_folds_of_a_few_rows_say_nothing_of_their_own_noise():
    e = evidence()
    few = Rows(e.rows.row[:30], e.rows.row[:30] % 3, e.rows.scored.at(np.arange(30)))
    assert scores.folds(evidence(rows=few)).verdict is ABSENT


BEYOND = {"gain": 0.3, "gain_relative": 0.3, "p": 0.01, "metric": "mse", "linear": "ridge", "linear_mean": 1.0,
          "other": "boosting", "other_mean": 0.7}  # fmt: skip


@pytest.mark.parametrize(
    ("beyond", "verdict", "said"),
    [
        (None, HOLDS, "other families were not searched (`regcli sweep CONFIG --beyond` does)"),
        (BEYOND, LOOK, "non-linearity buys 30% of mse beyond noise: boosting against ridge (mse 0.7 against 1, p = 0.01)"),
        (BEYOND | {"p": 0.4}, HOLDS, "what non-linearity buys is within noise: boosting, the best of it, is 30% better"),
    ],
)
def test_what_other_families_would_gain_is_told_of_a_linear_model(beyond, verdict, said):
    found = scores.stronger(evidence(metrics={"beyond": beyond or {}}, points={"selected": 1, "best": 1}))
    assert found.verdict is verdict
    assert said in found.said


def of_a_forest(**changes):
    return evidence(points={"along": (Along("shrinkage", 0, 0.0),)}, **changes)


def test_of_another_family_nothing_is_said_of_what_it_buys():
    found = scores.stronger(
        evidence(metrics={"beyond": BEYOND}, points={"selected": 1, "best": 1, "along": (Along("shrinkage", 0, 0.0),)})
    )
    assert (found.verdict, found.said) == (HOLDS, "the chosen point is the best of the run")


def test_who_knows_the_training_rows_by_heart_is_to_be_looked_at():
    by_heart = {"train": 0.01, "validation": 0.8, "null_model": 1.0}
    folds = {
        "weight": [1.0] * 3, "n_train": [40] * 3, "n_validation": [20] * 3,
        "train": {"mse": [0.01] * 3}, "validation": {"mse": [0.79, 0.8, 0.81]},
    }  # fmt: skip
    assert scores.gap(evidence(metrics=by_heart | {"folds": folds})).verdict is FAILS
    found = scores.gap(of_a_forest(metrics=by_heart | {"folds": folds}))
    assert found.verdict is LOOK
    assert "penalty" not in found.remedy


def test_a_model_of_another_family_that_looks_at_no_column_is_the_null_model():
    nothing = {name: np.zeros((1, 0)) for name in ("coefficient", "standardized", "frequency", "agreement")}
    empty = np.array([], dtype=object)
    along = (Along("ccp_alpha", 0, 0.0),)
    for used, verdict in ((0, FAILS), (2, HOLDS)):
        points = {"along": along, "n_nonzero": np.full(3, used)}
        assert scores.null(evidence(points=points, feature=empty, source=empty, **nothing)).verdict is verdict
