"""Charts as lines of text."""

from __future__ import annotations

import numpy as np
import pytest

from regcli.report.terminal.chart import Chart, Mark, Series
from regcli.report.terminal.scale import along, around

LAMBDAS = np.geomspace(10, 0.01, 40)
MEAN = (np.log10(LAMBDAS) - 0.2) ** 2 + 1.0


def chart(**changes):
    series = (
        Series("validation", LAMBDAS, MEAN, "cyan", "*", error=np.full(40, 0.2)),
        Series("train", LAMBDAS, MEAN / 2, "yellow", ".", every=2),
    )
    given = {
        "title": "mse", "x": along(LAMBDAS), "y": around([*MEAN, *(MEAN / 2)]), "x_name": "λ", "series": series,
        "marks": (Mark("1se", 3.0), Mark("min", 1.5)), "levels": (("1 SE from the best", 1.2),),
        "top": ((10.0, "0"), (0.01, "10")), "top_name": "non-zeros",
    }  # fmt: skip
    return Chart(**(given | changes))


def drawn(picture, width=60, height=10, *, plain=False):
    return ["".join(text for text, _ in line) for line in picture.draw(width, height, plain=plain)]


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width, plain):
    lines = drawn(chart(), width, plain=plain)
    assert max(map(len, lines)) <= width
    assert "1 SE from the best" in lines[-1]


def test_plain_signs_are_ascii():
    lines = drawn(chart(), plain=True)
    assert "\n".join(lines).isascii()
    assert "*" in "".join(lines[2:12])


def test_axes_and_marks_stand_where_their_values_do():
    lines = drawn(chart(), plain=True)
    *_, axis, marks, legend = lines
    assert axis.split() == ["lambda", "10", "1", "0.1", "0.01"]
    assert marks.split() == ["1se", "^", "^", "min"]
    start, n = lines[-4].index("`") + 1, lines[-4].count("-")
    across = (marks.index("^") - start) / (n - 1)
    assert across == pytest.approx(along(LAMBDAS).at(3.0), abs=0.02)
    assert "validation +/- SE" in legend
    assert "1 SE from the best" in legend
    assert lines[1].split() == ["non-zeros", "0", "10"]


def test_the_curve_is_lowest_where_the_numbers_are():
    body = drawn(chart(marks=(), levels=(), series=(Series("", LAMBDAS, MEAN, "", "*"),), y=around(MEAN)), plain=True)[2:12]
    lowest = [j for j, sign in enumerate(body[-1]) if sign == "*"]
    edge = body[0].index("|") if "|" in body[0] else body[0].index("+")
    across = (np.mean(lowest) - edge - 1) / (len(body[0]) - edge - 2)
    assert across == pytest.approx(along(LAMBDAS).at(10**0.2), abs=0.03)


def test_names_at_the_ends_have_rows_of_their_own():
    curves = tuple(Series(f"column {k}", LAMBDAS, np.full(40, 1.0), "", str(k), named_at_end=True) for k in range(4))
    lines = drawn(chart(series=curves, levels=(), marks=(), top=()), plain=True)
    assert sorted(line.split()[-1] for line in lines if "column" in line) == ["0", "1", "2", "3"]


def test_a_curve_that_leaves_the_picture_is_not_bent_along_its_edge():
    steep = Series("", LAMBDAS, np.where(LAMBDAS > 1, 1e200, 1.0), "", "*")
    lines = drawn(chart(series=(steep,), y=around([0.5, 2.0]), levels=(), marks=()), plain=True)
    assert lines[2].count("*") <= 2


def test_what_is_undefined_breaks_the_line_and_points_stand_alone():
    y = np.where(np.arange(40) == 20, np.nan, 1.0)
    lines = drawn(chart(series=(Series("", LAMBDAS, y, "", "*"),), marks=(), levels=()), width=60, plain=True)
    assert any("* " in line.rstrip() and line.rstrip().endswith("*") for line in lines)
    points = Series("rows", LAMBDAS[::13], MEAN[::13], "", "o", dots=True)
    assert "".join(drawn(chart(series=(points,)), plain=True)[2:12]).count("o") == 4


@pytest.mark.parametrize("name", ["x" * 10_000, "列" * 50, "🙂" * 50, "a"])
def test_long_and_wide_names_take_no_more_than_their_share(name):
    from rich.cells import cell_len

    curve = Series(name, LAMBDAS, MEAN, "", "1", named_at_end=True)
    lines = drawn(chart(series=(curve,), title=f"of {name}", marks=(), top=()), 60)
    assert max(map(cell_len, lines)) <= 60
    assert any(name[0] in line for line in lines[1:])
