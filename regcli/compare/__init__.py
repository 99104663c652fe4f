"""Two runs into rows with names: what changed, whether it is more than noise, and whether it may ship."""

from regcli.compare.comparison import Comparison, compare
from regcli.compare.halves import compare_halves
from regcli.compare.record import empty_record, record
from regcli.compare.rows import Mark, Row
from regcli.compare.sides import Side
from regcli.gates import Checked, Gate, Margin, gathered, one_margin, parse, parse_margin, read_gates

__all__ = [
    "Checked",
    "Comparison",
    "Gate",
    "Margin",
    "Mark",
    "Row",
    "Side",
    "compare",
    "compare_halves",
    "empty_record",
    "gathered",
    "one_margin",
    "parse",
    "parse_margin",
    "read_gates",
    "record",
]
