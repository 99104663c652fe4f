"""Rows of the model: penalty, sparsity, support, coefficients, convergence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.compare import similarity
from regcli.compare.rows import NAMED, Mark, Row, changed_if, count, fact, number, of_pair
from regcli.compare.sides import DEFAULT_TOL
from regcli.spoken import LAMBDA, axis_name, size_name
from regcli.support import DENSE_SUPPORT, TOP, in_support

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regcli.compare.sides import Pair, Side

MODEL, COEFFICIENTS, CONVERGENCE = "Model", "Coefficients", "Convergence"


def model_rows(pair: Pair) -> Iterator[Row]:
    """What kind of model was chosen, and how large it is."""
    chosen = [side.metrics["selected"] for side in (pair.a, pair.b)]

    def both(name: str, label: str, key: str, *, minor: bool = False) -> Row:
        # runs of an earlier regcli know of no second stage
        return fact(name, MODEL, label, chosen[0].get(key), chosen[1].get(key), minor=minor)

    axes = [axis_name(side.get("axis")) for side in chosen]
    is_linear = set(axes) == {LAMBDA}
    yield both("penalty", "penalty" if is_linear else "model", "penalty")
    yield both("l1_ratio", "l1_ratio", "l1_ratio", minor=all(side.get("l1_ratio") is None for side in chosen) and not is_linear)
    if any(side.get("stage") for side in chosen):
        yield both("stage", "second stage", "stage")
        yield both("gamma", "γ of the second stage", "gamma")
    if not is_linear:
        yield fact("axis", MODEL, "axis", *axes)
        yield from _levers(chosen)
    yield _unless(axes, both("lambda", axes[0] if axes[0] == axes[1] else "where on its axis", "lambda"))
    yield both("rule", "selection rule", "rule", minor=True)
    yield both("metric", "selection metric", "metric", minor=True)
    if not is_linear:
        yield from _sizes(pair, chosen)
    for name, label, minor in (
        ("n_nonzero", "non-zero features" if is_linear else "columns in use", False),
        ("n_inputs", "input columns needed", False),
        ("n_features", "features offered", LAMBDA not in axes),
    ):
        yield fact(name, MODEL, label, pair.a.metrics[name], pair.b.metrics[name], minor=minor)


def _levers(chosen: list[dict[str, Any]]) -> Iterator[Row]:
    """The levers that stay where they are, one row each: what differs between two models of a kind is shown."""
    a, b = (dict(lever.partition("=")[::2] for lever in (side.get("setting") or "").split(";") if lever) for side in chosen)
    alike = chosen[0]["penalty"] == chosen[1]["penalty"]
    for name in dict.fromkeys([*a, *b]):
        row = fact(f"setting.{name}", MODEL, name, *(_as_number(side.get(name)) for side in (a, b)))
        yield replace(row, minor=not alike or row.mark is Mark.SAME)


def _as_number(value: str | None) -> float | str | None:
    """A lever's value as a number, where it is one."""
    try:
        return None if value is None else float(value)
    except ValueError:
        return value


def _unless(kinds: list[str], row: Row) -> Row:
    """A row of numbers, which are not held against each other where they are of two kinds."""
    if kinds[0] == kinds[1]:
        return row
    return replace(row, mark=Mark.NOT_COMPARABLE, note=f"{kinds[0]} against {kinds[1]}")


def _sizes(pair: Pair, chosen: list[dict[str, Any]]) -> Iterator[Row]:
    """How large each model is by what its kind counts, and what other random numbers make of its score."""
    units = [size_name(side.get("complexity_of")) for side in chosen]
    sizes = [side.metrics.get("complexity") for side in (pair.a, pair.b)]
    yield _unless(units, fact("complexity", MODEL, units[0] if units[0] == units[1] else "complexity", *sizes))
    spreads = [side.get("seed_se") for side in chosen]
    if any(spread is not None for spread in spreads):
        yield fact("seed_se", MODEL, "± of the score over seeds", *spreads)


def coefficient_rows(pair: Pair) -> Iterator[Row]:
    """Drift of the standardised coefficients and of the set of features in use; nothing where a model has none."""
    if not (pair.a.has_coefficients and pair.b.has_coefficients):
        return
    a, b = pair.a.standardized, pair.b.standardized
    features = list(dict.fromkeys([*a, *b]))
    offered = [set(a), set(b)]
    new, gone = [f for f in features if f not in offered[0]], [f for f in features if f not in offered[1]]
    supports = _support(pair.a), _support(pair.b)
    common = supports[0] & supports[1]
    added, dropped = (
        [f for f in features if f in supports[1] - supports[0]],
        [f for f in features if f in supports[0] - supports[1]],
    )
    dense = f"support: at least {DENSE_SUPPORT:.0%} of the largest coefficient" if pair.a.is_dense or pair.b.is_dense else ""

    yield count("features.new", COEFFICIENTS, "features new in B", new)
    yield count("features.gone", COEFFICIENTS, "features gone in B", gone)
    shared = similarity.jaccard(*supports)
    yield of_pair("support.jaccard", COEFFICIENTS, "support, Jaccard", shared, changed_if(shared < 1), note=dense)
    yield count("support.added", COEFFICIENTS, "added to the support", added)
    yield count("support.dropped", COEFFICIENTS, "dropped from the support", dropped)
    exact = pair.limits.numerical
    x = np.array([a.get(f, 0.0) for f in features])
    y = np.array([b.get(f, 0.0) for f in features])
    alike = similarity.cosine(x, y)
    yield of_pair("coefficients.cosine", COEFFICIENTS, "cosine", alike, changed_if(alike is None or alike < 1 - exact))
    ranks = similarity.spearman(x, y)
    yield of_pair("coefficients.spearman", COEFFICIENTS, "Spearman", ranks, changed_if(ranks is None or ranks < 1 - exact))
    flips = [f for f in features if f in common and a[f] * b[f] < 0]
    yield count("coefficients.sign_flips", COEFFICIENTS, "sign flips on the common support", flips)
    rankings = _ranking(pair.a), _ranking(pair.b)
    overlap = similarity.rank_biased_overlap(*rankings)
    yield of_pair("coefficients.rbo", COEFFICIENTS, "rank-biased overlap", overlap, changed_if(overlap < 1 - exact))
    top = similarity.top_overlap(*rankings, TOP)
    yield of_pair("top10.overlap", COEFFICIENTS, f"top {TOP} overlap", top, changed_if(top < 1))
    yield from _moves(pair, features)


def _moves(pair: Pair, features: list[str]) -> Iterator[Row]:
    """Every coefficient, the largest moves first; only these are shown unasked."""
    a, b = pair.a.standardized, pair.b.standardized
    by_move = sorted(features, key=lambda f: -abs(b.get(f, 0.0) - a.get(f, 0.0)))
    largest = by_move[0] if by_move else None
    move = None if largest is None else abs(b.get(largest, 0.0) - a.get(largest, 0.0))
    exact = _exactness(pair)
    moved = move is not None and move > exact
    label = "largest move (standardised)"
    name = largest if moved and largest else ""
    yield of_pair("coefficients.largest_move", COEFFICIENTS, label, move, changed_if(moved), note=name, subject=name)
    for place, feature in enumerate(by_move):
        row = fact(f"coefficient.{feature}", COEFFICIENTS, feature, a.get(feature), b.get(feature), subject=feature)
        mark, note = row.mark, row.note
        if mark is Mark.CHANGED:
            move = abs(row.change or 0.0)
            error = float(np.hypot(_jackknife_error(pair.a, feature), _jackknife_error(pair.b, feature)))
            if move <= exact:
                mark, note = Mark.SAME, "no more than what solvers may differ by"
            elif np.isfinite(error) and move <= 2 * error:
                mark, note = Mark.WITHIN_NOISE, "within two standard errors over folds"
        yield replace(row, mark=mark, note=note, minor=place >= NAMED or mark is Mark.SAME)


def _exactness(pair: Pair) -> float:
    """What solvers may differ by in a standardised coefficient: relative to the largest one."""
    sizes = [abs(v) for side in (pair.a, pair.b) for v in side.standardized.values()]
    return pair.limits.numerical * max(sizes, default=0.0)


def _jackknife_error(side: Side, feature: str) -> float:
    """Standard error of a coefficient from its SD over K folds, each leaving out 1/K of the rows: SD (K-1)/√K."""
    folds = side.manifest["folds"]
    k = folds["n"] / folds["repeats"]
    return float(side.fold_sd.get(feature, 0.0) * (k - 1) / k**0.5)


def convergence_rows(pair: Pair) -> Iterator[Row]:
    """Whether the fits behind the numbers are what they claim to be; fits without a certificate say so themselves."""
    points = [_selected_point(side) for side in (pair.a, pair.b)]
    if any(kkt is not None for kkt in points):
        row = fact("kkt", CONVERGENCE, "worst certificate at the selected point", points[0], points[1], minor=True)
        tols = [side.manifest.get("tol", DEFAULT_TOL) for side in (pair.a, pair.b)]
        if all(kkt is not None and kkt <= tol for kkt, tol in zip(points, tols, strict=True)):
            row = replace(row, mark=Mark.SAME, note="" if row.mark is Mark.SAME else "both within tol")
        yield row
    left_out = [float(side.manifest.get("n_left_out", 0)) for side in (pair.a, pair.b)]
    row = fact("convergence.left_out", CONVERGENCE, "grid points left out", *left_out)
    if row.mark is Mark.CHANGED:
        mark = Mark.WORSE if left_out[1] > left_out[0] else Mark.BETTER
        row = Row(row.name, row.section, row.label, row.a, row.b, mark, note="fits that did not converge")
    yield row
    warnings = [set(side.manifest["warnings"]) for side in (pair.a, pair.b)]
    fresh = sorted(warnings[1] - warnings[0])
    yield of_pair(
        "warnings.new", CONVERGENCE, "warnings new in B", float(len(fresh)), changed_if(bool(fresh)), note="; ".join(fresh)
    )


def _selected_point(side: Side) -> float | None:
    """The certificate of the selected point; None where it has none."""
    sweep = side.run.sweep()
    return number(float(sweep["kkt"][np.flatnonzero(sweep["selected"])[0]]))


def _support(side: Side) -> set[str]:
    b = side.standardized
    chosen = in_support(np.abs(np.array(list(b.values()), dtype=np.float64)), dense=side.is_dense)
    return {feature for feature, is_in in zip(b, chosen, strict=True) if is_in}


def _ranking(side: Side) -> list[str]:
    """Features in use, the strongest first; ties in file order."""
    b = side.standardized
    return sorted((f for f, v in b.items() if v != 0), key=lambda f: -abs(b[f]))
