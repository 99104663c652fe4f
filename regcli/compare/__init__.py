"""Two runs into rows with names: what changed, whether it is more than noise, and whether it may ship."""

from regcli.compare.comparison import Comparison, compare
from regcli.compare.gates import Checked, Gate, parse, read_gates
from regcli.compare.record import empty_record, record
from regcli.compare.rows import Mark, Row

__all__ = ["Checked", "Comparison", "Gate", "Mark", "Row", "compare", "empty_record", "parse", "read_gates", "record"]
