"""Large files in segments: whole lines, all of them once, and none where quotes make line ends doubtful."""

import pytest
from text_content import Text

from regcli.data import csvblocks
from regcli.data.csvblocks import divide

LINES = [f"{i},{i * i}" for i in range(40)]


@pytest.mark.parametrize("n", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("stretch", [16, 50, 10_000])
@pytest.mark.parametrize("end", ["", "\n"])
def test_segments_are_whole_lines_and_all_of_them(n, stretch, end, monkeypatch):
    monkeypatch.setattr(csvblocks, "STRETCH", stretch)
    text = "head\n" + "\n".join(LINES) + end
    content, row, at = Text(text), 0, 5
    for segment in divide(content, 5, n):
        assert (segment.start, segment.row) == (at, row)
        part = text[segment.start : segment.stop]
        assert part.splitlines() == LINES[row : row + segment.n_lines]
        at, row = segment.stop, row + segment.n_lines
    assert (at, row) == (len(text), 40)
    assert len(divide(content, 5, n)) <= n


def test_a_quote_anywhere_makes_line_ends_doubtful():
    assert divide(Text("\n".join(LINES) + '\n"a\nb",1\n'), 0, 2) is None
