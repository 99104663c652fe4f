"""What was asked: of which data, of which models, judged by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regcli.data.wording import brief
from regcli.numerals import count, percent
from regcli.page.names import shortened
from regcli.page.panel import Panel, Section
from regcli.report.points import has_linear
from regcli.report.table import Column, Table

if TYPE_CHECKING:
    from regcli.page.shown import Shown

RULES = {
    "1se": "the simplest model within one standard error of the best",
    "min": "the best mean",
}


class Asked(Panel["Shown"]):
    """The question, and the conditions it was asked under."""

    name = "asked"
    title = "What was asked"
    question = "What is predicted from what, which models were tried, and how were they judged?"

    def look(self, shown: Shown) -> Section:
        m = shown.manifest
        data, folds = m["dataset"], m["folds"]
        scale = f"{m['target_scale']} of " if m.get("target_scale") else ""
        held = f"; {count(data['n_holdout'], 'row')} held out for one final test" if data["n_holdout"] else ""
        classes = f" ({', '.join(shortened(label, 20) for label in _few(m['classes']))})" if m["classes"] else ""
        lead = (
            f"Predict {scale}{shortened(m['target'])}{classes} from {count(data['n_inputs'], 'column')} of "
            f"{shortened(brief(data['source']), 80)}: {count(data['n_train'], 'row')} to train and cross-validate on{held}."
        )
        rows: list[tuple[str, Any]] = [
            ("task", m["task"]),
            ("models", _models(shown)),
            *([("features after preprocessing", count(data["n_features"]))] if has_linear(shown.sweep) else []),
            ("cross-validation", _folds(folds)),
            ("judged by", f"{m['metric']} ({'higher' if m['higher_is_better'] else 'lower'} is better)"),
            ("chosen by", f"rule {m['rule']}: {_rule(m)}"),
            ("command", f"regcli {m['command']}"),
        ]
        if (left_out := data["n_source_rows"] - data["n_rows"]) > 0:
            rows.append(("rows left out", f"{count(left_out)} of {count(data['n_source_rows'])}"))
        table = Table("", (Column("what", "what"), Column("value", "value", right=False)), tuple(rows))
        return Section(lead, tables=(table,))


def _few(classes: list[str]) -> list[str]:
    return classes if len(classes) <= 4 else [*classes[:3], f"{len(classes) - 3} more classes"]


def _models(shown: Shown) -> str:
    names = [shown.path_name(path) for path in shown.paths]
    listed = ", ".join(names) if len(names) <= 8 else f"{', '.join(names[:7])} and {len(names) - 7} more"
    return f"{listed}; {count(len(shown.sweep['lambda']), 'grid point')} in all"


def _folds(folds: dict[str, Any]) -> str:
    repeats = f", {folds['repeats']} repeats" if folds["repeats"] > 1 else ""
    return f"{count(folds['n'], 'fold')} ({folds['kind'].replace('_', ' ')}{repeats})"


def _rule(manifest: dict[str, Any]) -> str:
    return RULES.get(manifest["rule"]) or f"the simplest model within {percent(manifest['tolerance'])} of the best"
