"""The words of every table, explained: behind `--explain`, and as a page of the docs."""

from __future__ import annotations

import difflib

from regcli.errors import UsageError
from regcli.figures import FIGURES
from regcli.report.terms import METRIC_ENTRIES, TERMS, Entry

STATISTICS = (
    Entry("a", "A", "The reference: what it is compared with."),
    Entry("b", "B", "The run that is judged."),
    Entry(
        "change",
        "change, %",
        "B - A, and the same in per cent of |A|: X.change holds against a number, or against a number with %.",
    ),
    Entry(
        "detectable",
        "could tell",
        (
            "The smallest change that these two runs would have told from noise four times in five: SE · ν, ν the "
            "non-centrality at which the test of the row has a power of 80%. Where it is larger than what matters to you, "
            "`within noise` says little."
        ),
    ),
    Entry(
        "on",
        "on new rows",
        "Scores of both runs' models on the same labelled rows given with --on, the difference tested row by row.",
    ),
    Entry(
        "best",
        "validation at the best λ",
        (
            "The validation score at the best point of each run's grid, whatever the selection rule made of it: what two "
            "recipes can do, where the test of the row above it is about the two models at their selected λ."
        ),
    ),
    Entry(
        "noise",
        "p, limit",
        (
            "One-sided p of the change, and the limit below which it is more than noise. Same folds: corrected t-test (Nadeau "
            "& Bengio 2003), d̄ / √[(1/J + n_te/n_tr) s²] with J - 1 df; other folds: both standard errors, Welch's df; "
            "held-out rows: jackknife over 20 blocks. Scores beside the selection's are corrected together (Holm 1979). "
            "docs/calibration.md has the measured error rates."
        ),
        ("p", "limit", "p-value"),
    ),
    Entry(
        "margin",
        "margin",
        (
            "The share of A's score below which a change does not matter, given by --margin 1% or by `- margin: 1%` among the "
            "gates: a change that is real but smaller, or that is certainly no larger, is `within margin`."
        ),
    ),
    Entry(
        "support.jaccard",
        "support, Jaccard",
        (
            "|both supports| / |either support|: 1 where both models use the same features. With ridge a feature counts from "
            "5% of the largest coefficient on."
        ),
    ),
    Entry("support.added", "added to the support", "Features that B uses and A does not."),
    Entry("support.dropped", "dropped from the support", "Features that A uses and B does not."),
    Entry("features.new", "features new in B", "Features that were not offered to A."),
    Entry("features.gone", "features gone in B", "Features that were not offered to B."),
    Entry(
        "coefficients.cosine",
        "cosine",
        "a·b / (|a| |b|) of the two vectors of standardised coefficients: 1 is the same direction.",
    ),
    Entry(
        "coefficients.spearman",
        "Spearman",
        "Rank correlation of the two vectors of standardised coefficients, ties at their mean rank.",
    ),
    Entry(
        "coefficients.sign_flips",
        "sign flips on the common support",
        "Features in both supports whose coefficients have different signs.",
    ),
    Entry(
        "coefficients.rbo",
        "rank-biased overlap",
        (
            "How alike two rankings of features by the size of their coefficients are, with most weight at the top: the "
            "overlap at depth d counts (1-p) p^(d-1), p = 0.9; 1 is the same ranking, 0 no common feature (Webber et al. "
            "2010)."
        ),
        ("rbo",),
    ),
    Entry(
        "toplists.overlap",
        "top 10 lists, overlap",
        "Of models of ratings: which share of the ten items that A would recommend to a user B recommends as well, among those "
        "that both models know and the user has rated for neither; the mean over the users whom both know and who have more "
        "than ten such items left (at most 1,000 users, drawn at random).",
    ),
    Entry("top10.overlap", "top 10 overlap", "Share of the ten strongest features of A that are among the ten strongest of B."),
    Entry(
        "importance.overlap",
        "overlap of the 10 most important",
        "Share of the ten columns that are worth most to A that are among the ten that are worth most to B.",
    ),
    Entry(
        "coefficients.largest_move",
        "largest move (standardised)",
        "The largest change of a standardised coefficient, and whose.",
    ),
    Entry(
        "convergence.left_out",
        "grid points left out",
        "Points where a fold's fit or the full one has not converged: never selected.",
    ),
    Entry("warnings.new", "warnings new in B", "Warnings of B that A does not have."),
    Entry(
        "drift.columns",
        "columns that drifted",
        (
            "Columns with a statistic that is more than noise (Benjamini & Hochberg 1995, 5% of those named) and large enough "
            "to matter."
        ),
        ("drift",),
    ),
    Entry("drift.max", "largest shift of a mean, in SDs of A", "The largest |mean of B - mean of A| / SD of A over columns."),
    Entry(
        "drift.mean",
        "mean, in SDs of A",
        "(mean of B - mean of A) / SD of A, tested by its standard error; matters from 0.1 on.",
    ),
    Entry(
        "drift.sd",
        "SD, in SDs of A",
        (
            "(SD of B - SD of A) / SD of A. Var(log SD) ≈ (κ - 1)/4n, κ the kurtosis: long tails make SDs noisy. Matters from "
            "10% on; not tested where a manifest has no kurtosis."
        ),
    ),
    Entry(
        "drift.missing",
        "missing share",
        ("Share of missing cells in B less that in A, tested by counts (exactly, where they are small); matters from 0.02 on."),
    ),
    Entry(
        "drift.levels",
        "levels, shares that moved",
        (
            "Half the sum over levels of |share in B - share in A|, tested by chi-square over the counts, rare levels "
            "combined, or by Fisher's exact test; matters from 0.02 on."
        ),
        ("drift.new_levels", "drift.lost_levels"),
    ),
    Entry(
        "columns",
        "columns used in one run alone",
        (
            "columns.lost, columns.new: source columns that only one of the models looks at. Left out of an unchanged file is "
            "not drift."
        ),
        ("column", "columns.lost", "columns.new"),
    ),
    Entry(
        "dataset",
        "dataset",
        "Rows of section Data: the file's SHA-256, its rows, training and held-out rows, input columns.",
        ("n_inputs", "n_features"),
    ),
    Entry(
        "folds",
        "folds",
        "folds.sha256 is over all train and validation indices: where it is equal, folds are compared one by one.",
        ("cv",),
    ),
    Entry(
        "config",
        "configuration",
        "config.KEY: the resolved configuration's values; config.changes counts those that differ.",
        ("metric", "penalty"),
    ),
    Entry(
        "versions",
        "versions",
        "versions.NAME: Python, the dependencies and BLAS; versions.changes counts those that differ.",
    ),
)

MARKS = (
    Entry("worse", "✗ worse", "The score changed for the worse by more than noise."),
    Entry("better", "✓ better", "The score changed for the better by more than noise."),
    Entry("larger", "↑ larger", "A gap that grew by more than noise: neither better nor worse.", ("smaller",)),
    Entry(
        "within noise",
        "≈ within noise",
        ("The change is no larger than what chance makes of equally good models; not the same as no change: see `detectable`."),
    ),
    Entry("within margin", "≈ within margin", "The change is too small to matter: see `margin`."),
    Entry("changed", "→ changed", "It differs, and neither side is the better one; or nothing tells noise from change."),
    Entry("new", "+ new", "Only B has it."),
    Entry("gone", "− gone", "Only A has it."),
    Entry("not comparable", "? not comparable", "Both have it, but what would be needed to compare them is missing."),
    Entry(
        "same",
        "= same",
        "Equal, or no more apart than solvers may be: ten times the larger tol of the two runs, relative to the score.",
    ),
)

AUDIT = tuple(Entry(figure.name, figure.label, figure.text) for figure in FIGURES)
SECTIONS = {
    "Terms": TERMS,
    "Metrics": METRIC_ENTRIES,
    "Audit": AUDIT,
    "Statistics of a comparison": STATISTICS,
    "Marks": MARKS,
}
# Parts of a dotted name that stand before a metric, a column or a feature.
_SUFFIXES = ("change", "detectable", "a", "b")
_FAMILIES = {
    "coefficient": "coefficient_standardized",
    "column": "columns",
    "config": "config",
    "dataset": "dataset",
    "folds": "folds",
    "versions": "versions",
}


def explain(name: str) -> list[Entry]:
    """What a word or a dotted name of any table means; several entries where the name has several parts.

    Raises
    ------
    UsageError
        Nothing is known by that name.
    """
    known = _by_name()
    found = _found(" ".join(name.split()), known)
    if not found:
        near = difflib.get_close_matches(name.lower(), known, n=3)
        hint = f"Did you mean {' or '.join(repr(n) for n in near)}?" if near else "docs/glossary.md lists every term."
        raise UsageError(f"--explain: there is no {name!r} in the tables.", hint)
    return found


def _by_name() -> dict[str, Entry]:
    return {
        name.lower(): entry
        for entries in reversed(SECTIONS.values())
        for entry in entries
        for name in (*entry.also, entry.title, entry.name)
    }


def _found(name: str, known: dict[str, Entry]) -> list[Entry]:
    if name.lower() in known:
        return [known[name.lower()]]
    first, *rest = name.split(".")
    for i in range(1, len(rest)):
        if (any_one := ".".join([first, *rest[: i - 1], "*", *rest[i:]]).lower()) in known:
            return [known[any_one]]
    if rest and rest[-1] in _SUFFIXES and (stem := _found(name.rpartition(".")[0], known)):
        return [*stem, known[rest[-1]]]
    if first == "drift" and len(rest) > 1:
        return [known[key] for key in (f"drift.{rest[-1].lower()}",) if key in known]
    if rest and first in _FAMILIES:
        return [known[_FAMILIES[first]]]
    if rest and first in known:
        more = _found(".".join(rest), known)
        return [known[first], *more] if more else []
    return []


def page() -> str:
    """All of it, as Markdown."""
    parts = []
    for heading, entries in SECTIONS.items():
        lines = [f"- **{entry.title}** (`{entry.name}`): {entry.text}" for entry in entries]
        parts += [f"## {heading}", "\n".join(line.replace("|", "\\|") for line in lines)]
    return "\n\n".join(parts)
