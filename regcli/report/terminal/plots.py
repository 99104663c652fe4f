"""What `show --plot` draws of a run: for each picture its table, and charts over the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regcli.numerals import count, number, percent
from regcli.report.points import axis_of, growing, paths_of, stages, told_apart
from regcli.report.table import Column, Table
from regcli.report.terminal.chart import Chart, Mark, Series
from regcli.report.terminal.scale import along, around
from regcli.report.terminal.varied import curves_plot, vary_plot
from regcli.run.points import same_path
from regcli.wording import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regcli.numerics.arrays import FloatArray, IntArray
    from regcli.report.terminal.scale import Scale
    from regcli.run import Columns, RunReader

VALIDATION, TRAIN = "cyan", "yellow"
# Curves of coefficients are drawn for so many features; each of the first has a colour and a sign of its own.
MOST_CURVES = 8
CURVES = ("cyan", "yellow", "magenta", "green", "blue", "red", "bright_cyan", "bright_yellow")
# A picture of scores shows this share of them at least.
MOST = 0.75
# Counts above a picture.
MOST_COUNTS = 9
# Several panels of one plot are lower.
LOW = 9


def cv_plot(run: RunReader) -> Table:
    """Validation and train means over the strengths, path by path."""
    sweep, manifest = run.sweep(), run.manifest
    names = ("lambda", "validation_mean", "validation_se", "train_mean", "train_se", "n_nonzero", "within_1se", "selected")
    return _of_points("cv", sweep, names, cv_charts(sweep, manifest))


def gap_plot(run: RunReader) -> Table:
    """How much worse validation is than train, over the strengths."""
    sweep, manifest = run.sweep(), run.manifest
    paths = paths_of(sweep, manifest)
    y = around([0.0, *sweep["gap"][sweep["converged"]]], log=False)
    charts = [
        _along_path(
            sweep, manifest, rows, f"Gap of {manifest['metric']} between validation and train", y,
            (Series("gap", sweep["lambda"][rows], _where(sweep, rows, "gap"), VALIDATION, "*"),),
            levels=(("no gap", 0.0),), height=LOW if len(paths) > 1 else None,
        )
        for rows in paths if len(rows) > 1
    ]  # fmt: skip
    return _of_points("gap", sweep, ("lambda", "gap", "gap_relative", "n_nonzero", "selected"), charts)


def path_plot(run: RunReader) -> Table:
    """The coefficients of the selected path over λ; drawn are those of the features that count most where it was selected."""
    sweep, found = run.sweep(), run.path_coefficients()
    rows = next(rows for rows in paths_of(sweep, run.manifest) if sweep["selected"][rows].any())
    of_path = same_path(found, sweep, int(rows[0])) & (found["feature"] != "(intercept)")
    names = ["feature", "lambda", "coefficient_standardized", "coefficient"]
    several = len(run.manifest["classes"]) > 2
    table = {name: found[name][of_path] for name in [*(["class"] if several else []), *names]}
    return _as_rows("path", table, _path_charts(run, sweep, rows, table))


def coefficients_plot(run: RunReader) -> Table:
    """The coefficients of the selected model that are not zero, the largest first."""
    from regcli.report.tables import largest_coefficients

    coefficients, manifest = run.coefficients(), run.manifest
    return largest_coefficients(coefficients, manifest, top=len(coefficients["feature"]))


def learning_plot(run: RunReader) -> Table:
    """Validation and train means over the number of rows."""
    found, metric = run.learning_curve(), run.manifest["metric"]
    n, mean, error = (found[name] for name in ("n_train", "validation_mean", "validation_se"))
    spread = np.nan_to_num(error)
    log = around([*mean, *found["train_mean"]]).log
    y = around([*(mean + spread), *(mean if log else mean - spread), *found["train_mean"]], log=log)
    series = (
        Series("validation", n, mean, VALIDATION, "*", error=error),
        Series("train", n, found["train_mean"], TRAIN, ".", every=2),
    )
    chart = Chart(f"{metric} by the number of training rows of a fold", along(n), y, "rows", series)
    names = ["n_train", "validation_mean", "validation_se", "train_mean", "train_se"]
    columns = {name: found[name] for name in [*names, *(name for name in found if name not in names)]}
    return _as_rows("learning", columns, [chart])


PLOTS = {
    "cv": cv_plot,
    "path": path_plot,
    "gap": gap_plot,
    "coefficients": coefficients_plot,
    "learning": learning_plot,
    "vary": vary_plot,
    "curves": curves_plot,
}


def cv_charts(sweep: Columns, manifest: dict[str, Any], *, selected_alone: bool = False) -> list[Chart]:
    """One picture for each path of more than one point, all with the same y axis."""
    paths = [rows for rows in paths_of(sweep, manifest) if len(rows) > 1]
    if selected_alone:
        paths = [rows for rows in paths if sweep["selected"][rows].any()]
    shown = np.concatenate([*paths, np.array([], dtype=np.int64)]).astype(np.int64)
    shown = shown[sweep["converged"][shown]]
    y, note = _scores_axis(sweep, manifest, shown)
    title = f"{'' if selected_alone else 'Cross-validation: '}{manifest['metric']}"
    levels = _levels(sweep, manifest)
    return [
        _along_path(
            sweep, manifest, rows, title, y,
            (
                Series("validation", sweep["lambda"][rows], _where(sweep, rows, "validation_mean"), VALIDATION, "*",
                       error=sweep["validation_se"][rows]),
                Series("train", sweep["lambda"][rows], _where(sweep, rows, "train_mean"), TRAIN, ".", every=2),
            ),
            levels=levels, height=LOW if len(paths) > 1 else None, note=note,
        )
        for rows in paths
    ]  # fmt: skip


def _scores_axis(sweep: Columns, manifest: dict[str, Any], rows: IntArray) -> tuple[Scale, str]:
    """The y axis of scores, and what is said of those beyond it.

    It shows all that is not much worse than most: the steep ends of the curves, where hardly anything is fitted, would leave what
    is to be seen no room.
    """
    if not len(rows):
        return around(()), ""
    mean, train, error = (sweep[name][rows] for name in ("validation_mean", "train_mean", "validation_se"))
    error = np.nan_to_num(error)
    side = -1.0 if manifest["higher_is_better"] else 1.0
    best = int(np.nanargmin(side * mean))
    bar = max(side * mean[best] + 3.0 * error[best], float(np.nanquantile(side * mean, MOST)))
    beyond = side * mean > bar
    near = ~beyond
    log = around([*mean[near], *train[near]]).log
    y = around([*(mean + error)[near], *(mean if log else mean - error)[near], *train[near]], log=log)
    if not beyond.any():
        return y, ""
    return y, f"{'down' if side < 0 else 'up'} to {number(side * float(np.nanmax(side * mean)))} beyond"


def _where(sweep: Columns, rows: IntArray, name: str) -> FloatArray:
    """A column along a path, undefined where a fit has not converged."""
    return np.where(sweep["converged"][rows], sweep[name][rows], np.nan)


def _along_path(
    sweep: Columns,
    manifest: dict[str, Any],
    rows: IntArray,
    title: str,
    y: Scale,
    series: tuple[Series, ...],
    levels: tuple[tuple[str, float], ...] = (),
    height: int | None = None,
    note: str = "",
) -> Chart:
    """A picture over one path's strengths, with the counts of columns above and the points of the rules marked."""
    selected = bool(sweep["selected"][rows].any())
    name = harmless(told_apart(sweep, int(rows[0])))
    x = along(sweep["lambda"][rows])
    top_name, values = _counts(sweep, rows, manifest)
    some = np.unique(np.linspace(0, len(rows) - 1, min(MOST_COUNTS, len(rows))).round().astype(int))
    top = tuple((float(sweep["lambda"][rows[i]]), values[i]) for i in some)
    told = f"{title} along {name}, the selected path" if selected else f"{title} along {name}"
    axis, marks = axis_of(sweep, int(rows[0])), _marks(sweep, manifest, rows)
    return Chart(told, x, y, axis, series, marks, levels, top, top_name, note, height)


def _counts(sweep: Columns, rows: IntArray, manifest: dict[str, Any]) -> tuple[str, list[str]]:
    """What grows along the path: what its models count, or where all columns stay the degrees of freedom."""
    (name, sizes), df = growing(sweep, rows, manifest), sweep["df"][rows]
    if len(set(sizes)) == 1 and np.isfinite(df).all():
        return "df", [number(float(value), 2) for value in df]
    return name, [count(round(size)) if size == round(size) else number(size, 3) for size in sizes]


def best_row(sweep: Columns, manifest: dict[str, Any]) -> int:
    """The point with the best mean of all."""
    loss = (-1.0 if manifest["higher_is_better"] else 1.0) * sweep["validation_mean"]
    return int(np.nanargmin(np.where(sweep["converged"], loss, np.nan)))


def _levels(sweep: Columns, manifest: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    """How bad a score the rule puts up with."""
    best = best_row(sweep, manifest)
    mean, error = float(sweep["validation_mean"][best]), float(sweep["validation_se"][best])
    by_share = manifest["rule"] == "pct_loss"
    spare = float(manifest["tolerance"]) * abs(mean) if by_share else error
    if not np.isfinite(spare):
        return ()
    side = -1.0 if manifest["higher_is_better"] else 1.0
    return ((f"{percent(manifest['tolerance']) if by_share else '1 SE'} from the best", mean + side * spare),)


def _marks(sweep: Columns, manifest: dict[str, Any], rows: IntArray) -> tuple[Mark, ...]:
    """Where the rule and the best of all stand, on their paths."""
    best, chosen = best_row(sweep, manifest), int(np.flatnonzero(sweep["selected"])[0])
    found = {} if manifest["rule"] == "min" else {manifest["rule"]: chosen}
    found["min"] = best
    return tuple(Mark(name, float(sweep["lambda"][i])) for name, i in found.items() if i in rows)


def _path_charts(run: RunReader, sweep: Columns, rows: IntArray, found: Columns) -> list[Chart]:
    """Curves of the features that count most, one picture for each class where there are several."""
    if len(rows) < 2:
        return []
    lambdas = sweep["lambda"][rows]
    y = around([0.0, *found["coefficient_standardized"]], log=False)
    charts = []
    for label in [None] if "class" not in found else list(dict.fromkeys(found["class"].tolist())):
        mine = np.ones(len(found["feature"]), dtype=bool) if label is None else found["class"] == label
        shown, n = _curves(found, mine, lambdas, float(lambdas[sweep["selected"][rows]][0]))
        of = f" of {harmless(label)!r}" if label is not None else ""
        more = f" ({len(shown)} of {count(n, 'feature')})" if n > len(shown) else ""
        title = f"Standardised coefficients{of}{more}"
        height = LOW if label is not None else None
        charts.append(_along_path(sweep, run.manifest, rows, title, y, shown, (("", 0.0),), height))
    return charts


def _curves(found: Columns, mine: Any, lambdas: FloatArray, selected: float) -> tuple[tuple[Series, ...], int]:  # noqa: ANN401
    """The curves of the features that are largest at the selected λ, then anywhere; and how many features there are."""
    names, codes = np.unique(found["feature"][mine].astype(str), return_inverse=True)
    lam, size = found["lambda"][mine], np.abs(found["coefficient_standardized"][mine])
    there, anywhere = np.zeros(len(names)), np.zeros(len(names))
    np.maximum.at(anywhere, codes, size)
    np.maximum.at(there, codes, np.where(np.isclose(lam, selected, rtol=1e-12, atol=0.0), size, 0.0))
    order = np.lexsort((-anywhere, -there))[:MOST_CURVES]
    place = {float(value): i for i, value in enumerate(lambdas)}
    signed = found["coefficient_standardized"][mine]
    series = []
    for k, code in enumerate(order):
        y = np.zeros(len(lambdas))
        for value, b in zip(lam[codes == code].tolist(), signed[codes == code].tolist(), strict=True):
            y[place[value]] = b
        series.append(Series(harmless(names[code]), lambdas, y, CURVES[k], str(k + 1), named_at_end=True))
    return tuple(series), len(names)


def _of_points(title: str, sweep: Columns, names: Sequence[str], charts: Sequence[Chart]) -> Table:
    """Columns of the sweep, what tells its paths apart behind the numbers."""
    names = [*names, "penalty", "l1_ratio", "entry", *stages(sweep)]
    return _as_rows(title, {name: sweep[name] for name in names}, charts)


def _as_rows(title: str, columns: Columns, charts: Sequence[Chart]) -> Table:
    rows = tuple(zip(*(values.tolist() for values in columns.values()), strict=True))
    return Table(title, tuple(Column(name, name) for name in columns), rows, pictures=tuple(charts))
