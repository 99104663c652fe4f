"""Pages in a real browser: they draw, ask nothing of a network, sort, filter, tell, and are read on a phone and on paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import regcli
from regcli.page import run_page


@pytest.fixture(scope="module", params=["regression", "two", "three"])
def page(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(run_page(request.getfixturevalue(request.param)))
    return path


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_it_draws_without_a_complaint_and_without_a_network(chromium, page, width, dark):
    tab = chromium.open(page, width, dark=dark)
    assert tab.complaints() == []
    assert [address for address in tab.requests() if not address.startswith("data:")] == [page.resolve().as_uri()]
    assert tab.run("document.querySelectorAll('[data-picture]').length") > 0
    assert tab.run("[...document.querySelectorAll('[data-picture]')].filter((e) => !e.querySelector('svg')).length") == 0
    assert tab.run("document.documentElement.scrollWidth") <= width
    tab.close()


@pytest.fixture
def tab(chromium, regression, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(run_page(regression))
    tab = chromium.open(path)
    yield tab
    tab.close()


def test_heads_sort_and_fields_filter(tab):
    cells = (
        "[...document.querySelectorAll('#coefficients table tbody tr')].filter((r) => !r.hidden).map((r) => r.cells[1].dataset.v)"
    )
    before = [float(v) for v in tab.run(cells)]
    tab.run("document.querySelectorAll('#coefficients th button')[1].click()")
    assert [float(v) for v in tab.run(cells)] == sorted(before)
    tab.run("document.querySelectorAll('#coefficients th button')[1].click()")
    assert [float(v) for v in tab.run(cells)] == sorted(before, reverse=True)
    assert tab.run("document.querySelectorAll('#coefficients th')[1].getAttribute('aria-sort')") == "descending"
    tab.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    tab.run("(() => { const f = document.querySelector('.filter'); f.value = 'zzz'; f.dispatchEvent(new Event('input')); })()")
    assert tab.run("[...document.querySelector('.filter').parentElement.querySelectorAll('tbody tr')].every((r) => r.hidden)")


def test_the_pointer_is_told_what_it_is_over(tab):
    x, y = tab.run("""(() => {
        const figure = document.querySelector('[data-picture=curve]');
        figure.scrollIntoView({ behavior: 'instant' });
        const box = figure.querySelector('.mark-symbol path:nth-child(5)').getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
    })()""")
    tab.point(x - 1, y)
    tab.point(x, y)
    told = tab.run("document.getElementById('tip').hidden ? '' : document.getElementById('tip').textContent")
    assert "validation mse" in told
    assert "non-zeros" in told


def test_the_theme_changes_by_key_and_the_pictures_with_it(tab):
    ink = "getComputedStyle(document.querySelector('[data-picture=curve] .mark-line path')).stroke"
    assert tab.run(f"document.getElementById('theme').focus() || {ink}") == "rgb(179, 71, 11)"
    tab.press("Enter")
    tab.press("Enter")
    assert tab.run("document.documentElement.dataset.theme") == "dark"
    assert tab.run(ink) == "rgb(242, 155, 91)"


def test_without_scripts_there_are_the_numbers(chromium, regression, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(run_page(regression))
    tab = chromium.open(path, scripts=False)
    tab.send("Emulation.setScriptExecutionDisabled", value=False)
    assert tab.run("document.querySelector('#curve details').open")
    assert tab.run("document.querySelector('#curve tbody tr').offsetHeight") > 0
    tab.close()


def test_on_paper_it_is_light_and_nothing_is_folded_away(tab):
    tab.theme(dark=True)
    tab.run("dispatchEvent(new Event('beforeprint')) || 0")
    assert tab.run("document.querySelector('.folded').open")
    tab.send("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    assert tab.run("getComputedStyle(document.querySelector('h2')).color") == "rgb(27, 35, 48)"
    assert tab.run("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert tab.pdf().startswith(b"%PDF")


def test_a_line_is_followed_and_the_others_fade(tab):
    x, y = tab.run("""(() => {
        const figure = document.querySelector('[data-picture=paths]');
        figure.scrollIntoView({ behavior: 'instant' });
        const line = figure.querySelector('.layer_3_marks path');
        const at = line.getPointAtLength(line.getTotalLength() * 0.7).matrixTransform(line.getScreenCTM());
        return [at.x, at.y];
    })()""")
    tab.point(x - 2, y)
    tab.point(x, y)
    tab.run("new Promise((done) => setTimeout(done, 150))")
    shown = tab.run("""[...document.querySelectorAll('[data-picture=paths] .layer_2_marks path')]
        .map((line) => getComputedStyle(line).opacity)""")
    assert sorted(set(shown)) == ["0.13", "1"]
    assert shown.count("1") == 1


def test_names_from_outside_do_nothing(chromium, tmp_path):
    evil = [
        "</script><script>document.title='x'</script>",
        "a.b[0]['c']",
        "datum.x + 1",
        "<img src=y onerror=alert(1)>",
        "x\u202ey",
        "z" * 9999,
    ]
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, len(evil)))
    frame = pd.DataFrame(X, columns=evil).assign(**{"y </script>": X @ np.arange(1, len(evil) + 1.0) + rng.normal(size=80)})
    settings = {"preprocess.target": "standard", "lambdas.count": 8}
    run = regcli.fit(data=frame, target="y </script>", penalty="elasticnet", settings=settings, runs=tmp_path).reader
    tab = chromium.open(run.path / "report.html")
    assert tab.complaints() == []
    assert tab.run("document.title.startsWith('regcli') || document.title.endsWith('regcli')")
    assert tab.run("document.querySelectorAll('img').length") == 0
    said = tab.run("document.querySelector('[data-picture=coefficients]').textContent")
    assert "datum.x + 1" in said
    assert "a.b[0]['c']" in said
    assert tab.run("document.documentElement.scrollWidth") <= 1280
    tab.close()
