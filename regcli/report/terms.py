"""Words of the tables, explained: terms and metrics. `glossary.py` has those of comparisons, and finds them."""

from __future__ import annotations

from dataclasses import dataclass

from regcli.metrics import METRICS


@dataclass(frozen=True, slots=True)
class Entry:
    """One term.

    Attributes
    ----------
    name : str
        As typed behind ``--explain``; a number's dotted name, where it has one.
    title : str
        As tables print it.
    text : str
        What it is, with its formula.
    also : tuple of str
        Other names for it.
    """

    name: str
    title: str
    text: str
    also: tuple[str, ...] = ()


TERMS = (
    Entry("train", "train", "Mean over folds of the score on the rows that the fold's model was trained on."),
    Entry(
        "validation",
        "validation",
        (
            "Mean over folds of the score on the rows left out of the fold, weighted by the folds' validation weight: m̄ = Σ "
            "w_k m_k / Σ w_k."
        ),
    ),
    Entry(
        "refit",
        "refit",
        "Score of the final model, fitted to all training rows, on those same rows: too good by construction.",
    ),
    Entry(
        "holdout",
        "holdout",
        (
            "Score of the final model on rows that took no part in anything before. It is an honest estimate as long as "
            "nothing is decided by it."
        ),
    ),
    Entry(
        "se",
        "± SE",
        (
            "Standard error of a mean over folds: √[ Σ w_k (m_k - m̄)² / Σ w_k · J/(J-1) / min(J, n/n_te) ] with J folds of "
            "n_te validation rows each, n rows in all. Repeats add no rows, so that they do not shrink it."
        ),
        ("1 SE", "standard error", "validation_se", "train_se"),
    ),
    Entry(
        "1se",
        "1 SE rule",
        (
            "The largest λ whose mean validation score lies within one standard error of the best: simpler, and not "
            "noticeably worse (Breiman et al. 1984)."
        ),
        ("within_1se", "one standard error", "rule"),
    ),
    Entry(
        "lambda",
        "λ",
        (
            "Strength of the penalty, per observation: (1/S) Σ s_i loss_i + λ Σ v_j [ρ |b_j| + (1-ρ)/2 b_j²]. In "
            "scikit-learn: alpha = λ for Lasso and ElasticNet, alpha = λS for Ridge, C = 1/(λS) for LogisticRegression."
        ),
        ("λ",),
    ),
    Entry("l1_ratio", "l1_ratio", "ρ, the mixture of an elastic net: 1 is the lasso, 0 is ridge.", ("ρ", "rho")),
    Entry(
        "stage",
        "second stage",
        (
            "A second fit on what the first one selects or weighs, inside every training set. relaxed: γ × the fit + (1-γ) × the "
            "fit without a penalty on its columns (Meinshausen 2007; Hastie et al. 2020). adaptive: a lasso with penalty "
            "factors 1/|β|^γ, β from ridge or least squares (Zou 2006). refit none, ridge, elasticnet: the lasso screens, the "
            "second fits; with ridge and elasticnet λ is the second's, and γ the screen's λ divided by its λ_max."
        ),
        ("relaxed", "adaptive"),
    ),
    Entry("gamma", "γ", "The second stage's parameter, chosen together with λ; see second stage.", ("γ",)),
    Entry(
        "gap",
        "gap",
        (
            "How much worse validation is than train, in the metric's own unit: above zero is over-fitted, whichever way the "
            "metric points. A model that is worse everywhere may have the smaller gap: on its own it says nothing about "
            "quality."
        ),
    ),
    Entry(
        "gap.relative",
        "gap / |train|",
        "The gap of the selection's metric, divided by the size of the train score.",
        ("gap_relative",),
    ),
    Entry(
        "null_model",
        "null model",
        (
            "What can be predicted without looking at any column: the mean, or the classes' shares, by sample weights. The "
            "share of its error that a model takes away is what the columns are worth."
        ),
        ("null model",),
    ),
    Entry(
        "certificate",
        "certificate (kkt)",
        (
            "How far a fit is from the optimum, computed from the optimality conditions by code that shares nothing with the "
            "solvers: for each column the violation, divided by that column's root mean square times the null residuals' one; "
            "the largest counts. Where a column is not penalised, the Newton decrement belongs to it. A fit has converged "
            "where it is at most tol."
        ),
        ("kkt", "converged"),
    ),
    Entry(
        "n_nonzero",
        "non-zeros",
        (
            "Features with a coefficient other than zero in the fit on all training rows, without the intercept; several "
            "classes: with any. Of other families the input columns in use."
        ),
        ("non-zeros", "non-zero features", "in use", "columns in use"),
    ),
    Entry(
        "axis",
        "axis",
        (
            "The lever that a path is walked along from strong to weak: λ of linear models, of other families the lever that the "
            "entry of `estimators` names, such as ccp_alpha of a tree or rounds of boosting. `at` is its value, in its own unit."
        ),
        ("at", "by the rule"),
    ),
    Entry(
        "setting",
        "setting",
        "The levers of a family that stay where they are along a path; every combination of their values is a path of its own.",
    ),
    Entry(
        "complexity",
        "complexity",
        (
            "How large a model is by what its family counts: non-zeros of linear models, leaves of a tree, leaves a tree of a "
            "forest (the mean), leaves of all rounds of boosting, weights of a network, numbers in vectors of a factorization. "
            "Of models of one kind that are as good as each other the rule takes the smallest; two kinds are not compared."
        ),
        ("complexity_of", "leaves", "weights"),
    ),
    Entry(
        "seed_se",
        "± seeds",
        (
            "Where anything is random, scores are means over several seeds (`seeds`), and this is the standard error of that "
            "mean over them: what other random numbers would change. It stands beside that over folds and is no part of it."
        ),
        ("seeds",),
    ),
    Entry(
        "df",
        "df",
        (
            "Effective degrees of freedom: ridge 1 + Σ d²/(d² + Sλ) over the eigenvalues d² of X'SX, lasso 1 + the rank of "
            "the active columns, elastic net between the two (Zou et al. 2007); the 1 with an intercept alone, logistic with "
            "the weighted design."
        ),
    ),
    Entry(
        "selection_frequency",
        "in folds",
        (
            "Share of the folds' models in which a feature has a coefficient. Folds share most of their rows, so that noise "
            "columns may well be kept in all of them: it is no significance. Stability selection measures that."
        ),
        ("in folds",),
    ),
    Entry(
        "sign_agreement",
        "same sign",
        (
            "Of the folds in which a feature has a coefficient, the share in which its sign is that of the refit. Folds share "
            "most of their rows: 100% is usual for noise too."
        ),
        ("sign agreement", "same sign"),
    ),
    Entry(
        "coefficient_standardized",
        "standardised coefficient",
        ("The coefficient times the SD of its column over the training rows: comparable between columns, whatever the scaler."),
        ("coefficient",),
    ),
    Entry(
        "importance",
        "worse by",
        (
            "Permutation importance: by how much the validation score of the folds' models worsens where the cells of one input "
            "column, and all features made of it, are exchanged between the rows of the fold, the mean over folds with its "
            "standard error. Squared errors are those expected over all exchanges; other scores are tried, at least 5,000 rows a "
            "fold or ten times. Weighted rows are drawn by weight. Folds of fewer than ten rows take the cells of all training "
            "rows (Breiman 2001; Fisher, Rudin & Dominici 2019)."
        ),
        ("permutation", "permutation importance", "permutation_se"),
    ),
    Entry(
        "size",
        "size",
        (
            "SD over the training rows of what an input column adds to the predictor: |standardised coefficient| of a column "
            "that makes one feature, levels and products taken together; several classes: root mean square over them."
        ),
        ("fold_mean", "fold_sd"),
    ),
)

METRIC_ENTRIES = tuple(
    Entry(name, name, f"{metric.formula} {metric.better.capitalize()} is better{metric.remark}.")
    for name, metric in METRICS.items()
)
