"""Numbers of a run beyond its scores: the dotted name of each, what tables call it, and what it is.

A number that an audit puts into metrics.json has one line here. Tables, comparisons, gates and the glossary ask this table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regcli.checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a run.

    Attributes
    ----------
    name : str
        Dotted: where it stands in metrics.json, and what gates know it by; ``*`` stands for any one word, a model's for one.
    label : str
        What people read.
    text : str
        What it is, with its formula and source.
    section : str
        Heading it stands under.
    minor : bool
        Shown only when all are asked for.
    """

    name: str
    label: str
    text: str
    section: str
    minor: bool = False


_P = (
    "By the corrected paired t-test over the folds (Nadeau & Bengio 2003), two-sided, with Holm's correction for the number of "
    "models; for a single K-fold it is conservative, and repeats of the folds (cv.repeats) make it sharper."
)
# Of each kind of model, at its best point and at the one that stands for it by the rule.
_RANKED = (
    ("mean", "validation mean", "Mean of the selecting metric over the validation folds."),
    ("se", "standard error", "Standard error of the validation mean."),
    ("worse", "worse than the best of all", "Difference to the best validation mean of all grid points, above zero where worse."),
    ("worse_relative", "worse, relative", "The same as a share of the best mean."),
    ("p", "p of being worse", f"p of that difference, undefined for the best itself. {_P}"),
    ("n_nonzero", "non-zeros", "Columns in use in the model of all training rows."),
    (
        "complexity",
        "complexity",
        "What the kind of model counts (`complexity_of`): non-zeros, leaves, weights; of all training rows.",
    ),
    ("gap", "gap", "How much worse validation is than train, in the metric's own unit."),
    ("gap_relative", "gap, relative", "The gap as a share of the training score."),
)
_STABILITY, _RANKING, _IMPORTANCE = "Stability over folds", "Models side by side", "Importance of columns"
_NESTED, _BOOTSTRAP = "Nested cross-validation", "Bootstrap of the final recipe"
_FOLDS = "Folds share most of their rows: it is no evidence of what new data would select."
_PAIRS, _BEYOND = "Stability selection", "Beyond linear"
CHECKLIST = "Checklist"
_COUNTED = "Of those that are not muted; in a run without those that look at other runs and baselines, which `regcli check` adds."
_OF_THE_CHECKLIST = (
    *(
        Figure(f"check.{check.name}.{n.key}", n.label, f"{check.code}, {check.title}: {n.text}", CHECKLIST, minor=True)
        for check in CHECKS
        for n in check.numbers
    ),
    *(
        Figure(
            f"check.{check.name}.level",
            f"{check.code}: {check.title}",
            "How the row of the checklist ends: 0 it holds, does not apply or is muted, 1 it is to be looked at, 2 it fails.",
            CHECKLIST,
            minor=True,
        )
        for check in CHECKS
    ),
    Figure("check.n_fail", "rows of the checklist that fail", _COUNTED, CHECKLIST, minor=True),
    Figure("check.n_look", "rows of the checklist to look at", _COUNTED, CHECKLIST, minor=True),
)

FIGURES: tuple[Figure, ...] = (
    Figure(
        "stability.phi",
        "likeness of the folds' supports, Φ",
        "How alike the supports of the folds' models are, corrected for chance: Φ = 1 - [M/(M-1)·mean p(1-p)] / [(k̄/d)(1-k̄/d)] "
        "for M folds of k̄ features each among d; 1: always the same support, 0: what chance would give (Nogueira et al. 2018). "
        f"With ridge a feature counts from 5% of the largest standardised coefficient on. {_FOLDS}",
        _STABILITY,
    ),
    Figure(
        "stability.weighted_frequency",
        "chosen size that a fold keeps",
        "Share of the folds' models that have a chosen feature in their support, averaged over the chosen features by their "
        "|standardised coefficient|: 1 where no fold lacks any, far below 1 where columns stand in for one another; noise at the "
        f"edge of the support hardly counts. {_FOLDS}",
        _STABILITY,
    ),
    Figure(
        "stability.frequency",
        "chosen features that a fold keeps",
        f"Share of the folds' models that have a chosen feature in their support, averaged over the chosen features. {_FOLDS}",
        _STABILITY,
    ),
    Figure(
        "stability.sign_agreement",
        "kept with the same sign",
        "Where a fold's model has a chosen feature: how often with the sign of the model on all training rows, averaged over the "
        f"chosen features. {_FOLDS}",
        _STABILITY,
    ),
    Figure(
        "stability.top10",
        "overlap of the folds' ten largest",
        "Mean over pairs of folds of the share of the ten largest |standardised coefficients| that both models have among "
        f"theirs. {_FOLDS}",
        _STABILITY,
    ),
    Figure("stability.n_chosen", "features chosen", "The support of the model on all training rows.", _STABILITY, minor=True),
    Figure("stability.n_mean", "features a fold chooses", "Mean size of the folds' supports.", _STABILITY, minor=True),
    Figure("stability.n_always", "features in every fold", "In the support of every fold's model.", _STABILITY, minor=True),
    Figure("stability.n_ever", "features in any fold", "In the support of some fold's model.", _STABILITY, minor=True),
    Figure(
        "stability.n_recommended",
        "features recommended",
        "Features that at least the asked share (stability.threshold) of the halves have in use where their paths have come to "
        "stability.max_selected of them. Halves of a pair have no row in common (Meinshausen & Bühlmann 2010; Shah & Samworth "
        "2013).",
        _PAIRS,
    ),
    Figure(
        "stability.expected_false",
        "false ones among them, at most",
        "Bound on the expected number of features that are recommended without having an effect: q² / ((2π - 1) p), q being "
        "stability.max_selected, π stability.threshold, p the features with a penalty; where false features are exchangeable and "
        "selection is no worse than a guess (Meinshausen & Bühlmann 2010).",
        _PAIRS,
    ),
    Figure(
        "stability.expected_false_unimodal",
        "the same, unimodal",
        "The sharper bound q² / (C p), which supposes that the share of pairs that select a false feature has a distribution "
        "with one mode: C = 2 (2π - 1 - 1/2B) for π up to 3/4, else (1 + 1/B) / (4 (1 - π + 1/2B)), for B pairs (Shah & Samworth "
        "2013).",
        _PAIRS,
    ),
    Figure("stability.n_selected", "features a half selects", "Mean over the halves; at most stability.max_selected.", _PAIRS),
    Figure("stability.n_candidates", "features to select from", "Features with a penalty.", _PAIRS, minor=True),
    Figure("stability.n_halves", "halves that count", "Halves whose fits have converged.", _PAIRS, minor=True),
    Figure(
        "ranking.lost",
        "worse than the best of all",
        "How much worse the selected point's validation mean is than the best of all grid points, as a share of that: what the "
        "rule gives away for a simpler model.",
        _RANKING,
        minor=True,
    ),
    Figure("ranking.lost_p", "worse than the best of all, p", f"p of that difference. {_P}", _RANKING, minor=True),
    *(
        Figure(f"ranking.*.{point}.{name}", f"{where}, {label}", text, _RANKING, minor=True)
        for point, where in (("best", "at its best"), ("chosen", "by the rule"))
        for name, label, text in _RANKED
    ),
    Figure(
        "ranking.*.chosen.n_inputs",
        "by the rule, input columns",
        "Input columns that a kind of model needs at the point that stands for it.",
        _RANKING,
        minor=True,
    ),
    Figure(
        "ranking.*.chosen.phi",
        "by the rule, Φ",
        "How alike the supports of the folds' models are, at the point that stands for a kind of model: see stability.phi.",
        _RANKING,
        minor=True,
    ),
    Figure(
        "beyond.gain",
        "what non-linearity buys",
        "How much better the best model of another family validates than the best linear one, each at its best point, in the "
        "metric's own unit; above zero where it is better, whichever way the metric points.",
        _BEYOND,
    ),
    Figure("beyond.gain_relative", "the same, relative", "The gain as a share of the best linear model's score.", _BEYOND),
    Figure("beyond.p", "p of the gain", f"One-sided p of that gain. {_P.replace(', two-sided', '')}", _BEYOND),
    Figure(
        "beyond.level", "limit of that p", "Below it the gain is more than noise: 0.1 for a single K-fold, else 0.05.", _BEYOND
    ),
    Figure(
        "importance.n_columns",
        "columns that matter at all",
        "Input columns that some fold's model looks at: to exchange their cells between rows changes its validation score.",
        _IMPORTANCE,
        minor=True,
    ),
    Figure(
        "importance.n_beyond_noise",
        "columns worth more than noise",
        "Input columns whose importance (how much worse the validation score is where their cells are exchanged between rows) is "
        "more than two standard errors over folds above zero.",
        _IMPORTANCE,
    ),
    Figure(
        "importance.largest_share",
        "share of the most important column",
        "The largest importance of a column over the sum of all that are above zero.",
        _IMPORTANCE,
    ),
    Figure(
        "importance.top10_share",
        "share of the ten most important",
        "The ten largest importances over the sum of all that are above zero.",
        _IMPORTANCE,
    ),
    Figure(
        "nested.mean",
        "estimate by the selecting metric",
        "Mean over outer folds of the scores of models that were searched for on the outer training rows alone: an estimate that "
        "selection has not made too good (Varma & Simon 2006).",
        _NESTED,
    ),
    Figure("nested.se", "± SE", "Standard error of that mean over the outer folds.", _NESTED),
    Figure(
        "nested.optimism",
        "optimism of the plain estimate",
        "How much better the plain validation mean of the selected point looks than the nested estimate, in the metric's own "
        "unit, > 0 whichever way it points. It holds the luck of the choice and of the folds, and where outer training rows are "
        "fewer than those of the plain folds, what fewer rows cost.",
        _NESTED,
    ),
    Figure(
        "nested.optimism_relative",
        "optimism, relative",
        "The optimism as a share of the plain validation mean.",
        _NESTED,
    ),
    Figure(
        "nested.same_model",
        "outer folds that choose the same kind",
        "Share of the outer folds whose search chose a model of the run's own entry.",
        _NESTED,
    ),
    Figure(
        "nested.lambda_spread",
        "largest over smallest λ, or value of its axis",
        "Of those chosen by outer folds that chose the run's kind of model; 1 where all chose the same.",
        _NESTED,
    ),
    Figure("nested.l1_ratio_spread", "spread of l1_ratio", "Largest less smallest l1_ratio that outer folds chose.", _NESTED),
    Figure(
        "nested.support_jaccard",
        "likeness of the supports, Jaccard",
        "Mean over pairs of outer folds of the features that both chosen models rest on, as a share of those that either does.",
        _NESTED,
    ),
    Figure(
        "nested.support_phi",
        "likeness of the supports, Φ",
        "The same corrected for chance (see stability.phi), over the outer folds' chosen models.",
        _NESTED,
    ),
    *(
        Figure(f"nested.scores.*.{name}", label, text, _NESTED, minor=True)
        for name, label, text in (
            ("mean", "nested mean", "Nested estimate by another metric."),
            ("se", "nested SE", "Its standard error over the outer folds."),
            ("optimism", "optimism", "How much better the plain estimate of this metric looks, in its own direction."),
        )
    ),
    Figure(
        "learning_curve.gain",
        "what the last doubling of the rows has brought",
        "By how much the validation score improved from about half of the training rows to all of them, divided by the number "
        "of doublings between the two; above zero is better, whichever way the metric points. At every size λ is chosen afresh "
        "along the selected path, by the rule of the run.",
        "Learning curve",
    ),
    Figure(
        "learning_curve.gain_se",
        "its standard error, paired over folds",
        "Standard error of the gain: the differences of each fold's two scores, which share their validation rows. A gain of "
        "more than two of them says that more rows would probably help.",
        "Learning curve",
    ),
    Figure(
        "learning_curve.gain_relative",
        "the same as a share of the score",
        "The gain divided by the size of the validation score with about half of the rows.",
        "Learning curve",
        minor=True,
    ),
    Figure(
        "learning_curve.n_train_before",
        "training rows of a fold, before that doubling",
        "Mean number of training rows of a fold at the size that the gain is measured from.",
        "Learning curve",
        minor=True,
    ),
    Figure(
        "vary.gain",
        "how much better the best value is",
        "By how much the model selected for the best of the other values validates better than the run's own, in the metric's "
        "own unit; above zero is better. The best of many looks better than it is.",
        "Other values of a key",
    ),
    Figure("vary.gain_se", "± SE, paired over folds", "Standard error of that gain.", "Other values of a key"),
    Figure(
        "vary.best_mean",
        "validation of the best value",
        "Validation mean of the model selected for the best of the other values.",
        "Other values of a key",
        minor=True,
    ),
    Figure(
        "bootstrap.estimate",
        "apparent score, corrected",
        "Score of the final model on its own training rows, made worse by the optimism: an estimate for new rows (Harrell 2015).",
        _BOOTSTRAP,
    ),
    Figure(
        "bootstrap.optimism",
        "optimism of the apparent score",
        "Mean over resamples of how much worse a model that was searched for on the resample scores on the training rows as they "
        "are than on the resample, > 0 whichever way the metric points; every step is repeated on each.",
        _BOOTSTRAP,
    ),
    Figure(
        "bootstrap.se", "± SE of the optimism", "What the number of resamples leaves open: SD over them / √resamples.", _BOOTSTRAP
    ),
    Figure("bootstrap.apparent", "apparent score", "Score of the final model on the rows that it was fitted on.", _BOOTSTRAP),
    Figure(
        "bootstrap.same_model",
        "resamples that choose the same kind",
        "Share of the resamples whose search chose a model of the run's own entry.",
        _BOOTSTRAP,
    ),
    *(
        Figure(f"bootstrap.scores.*.{name}", label, text, _BOOTSTRAP, minor=True)
        for name, label, text in (
            ("estimate", "corrected", "Apparent score by another metric, made worse by its optimism."),
            ("optimism", "optimism", "How much worse resamples' models score on the training rows than on their resample."),
        )
    ),
    *_OF_THE_CHECKLIST,
)


def known(metrics: Mapping[str, Any]) -> list[Figure]:
    """The figures that a run has, each by its own name."""
    found = []
    for figure in FIGURES:
        head, star, tail = figure.name.partition(".*.")
        among = value(metrics, head) if star else None
        names = [f"{head}.{word}.{tail}" for word in among if "." not in word] if isinstance(among, dict) else [figure.name]
        for name in names:
            label = f"{name.removeprefix(f'{head}.').removesuffix(f'.{tail}')}: {figure.label}" if star else figure.label
            if value(metrics, name) is not None:
                found.append(replace(figure, name=name, label=label))
    return found


def value(metrics: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401
    """What stands in metrics.json under a dotted name; None where nothing does."""
    found: Any = metrics
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def numbers(metrics: Mapping[str, Any]) -> dict[str, float | None]:
    """Every single number of metrics.json by its dotted name; None where it is undefined."""
    return dict(_numbers("", metrics))


def _numbers(head: str, block: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for key, item in block.items():
        if isinstance(item, dict):
            yield from _numbers(f"{head}{key}.", item)
        elif item is None or isinstance(item, (int, float)):
            yield f"{head}{key}", None if item is None or not math.isfinite(item) else float(item)
