"""What Python programs are handed: runs, plans and comparisons with their tables as pandas DataFrames."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regcli.errors import RegcliWarning
from regcli.numerals import count, number
from regcli.spoken import at_point, is_beyond

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from regcli.data.memory import Source
    from regcli.run import Columns, RunReader

# Of a table in a notebook.
FEW_ROWS = 12


def remark(texts: Iterable[str], depth: int) -> None:
    """Warn of each, as if the caller's caller, `depth` steps up, had."""
    for text in dict.fromkeys(texts):
        warnings.warn(text, RegcliWarning, stacklevel=depth + 1)


def rows_of(data: Any) -> Path | Source:  # noqa: ANN401
    """A path as such, and what is no path as rows in memory."""
    import os

    if isinstance(data, (str, os.PathLike)):
        return Path(data)
    from regcli.data.memory import in_memory

    return in_memory(data)


@dataclass(frozen=True)
class Run:
    """A run: its numbers, its tables and its model. Files are read when they are asked for, and compared with their hashes.

    Attributes
    ----------
    path : Path
        The run's directory.
    manifest : dict
        What the run was made of and how: manifest.json.
    """

    reader: RunReader = field(repr=False)

    @property
    def path(self) -> Path:
        """The run's directory."""
        return self.reader.path

    @property
    def manifest(self) -> dict[str, Any]:
        """The content of manifest.json."""
        return self.reader.manifest

    @property
    def status(self) -> str:
        """running, done, failed or interrupted; there are tables where it is done."""
        return self.reader.status

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should be known of the run."""
        return tuple(self.manifest["warnings"])

    @property
    def metrics(self) -> dict[str, Any]:
        """The content of metrics.json: `selected`, `train`, `validation`, `gap`, `refit`, `holdout`, `null_model` and more."""
        return self._done().metrics

    @property
    def selected(self) -> dict[str, Any]:
        """The selected point: `penalty`, `l1_ratio`, `lambda`, `validation_mean`, its equivalent in scikit-learn and more."""
        found: dict[str, Any] = self.metrics["selected"]
        return found

    @cached_property
    def sweep(self) -> pd.DataFrame:
        """One row per grid point, strong to weak, path by path."""
        return _frame(self._done().sweep())

    @cached_property
    def folds(self) -> pd.DataFrame:
        """One row per grid point, fold and metric."""
        return _frame(self._done().folds())

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """Which row is validated in which fold, or held out."""
        return _frame(self._done().assignments())

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """The selected model, one row per feature; `class` first where there are more than two."""
        return _frame(self._done().coefficients())

    @cached_property
    def stability(self) -> pd.DataFrame:
        """How often the folds' models choose each feature, and with which sign."""
        return _frame(self._done().stability())

    @cached_property
    def importance(self) -> pd.DataFrame:
        """What each input column is worth: how much worse predictions are where its cells are exchanged between rows."""
        return _frame(self._done().importance())

    @cached_property
    def learning_curve(self) -> pd.DataFrame:
        """Train and validation scores by the number of training rows, where they were asked for."""
        return _frame(self._done().learning_curve())

    @cached_property
    def variants(self) -> pd.DataFrame:
        """Train and validation scores for the other values of a key, where `vary` asks for them."""
        return _frame(self._done().variants())

    @cached_property
    def curves(self) -> pd.DataFrame:
        """The rows and what each variant predicts along a single column of numbers."""
        return _frame(self._done().curves())

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Out-of-fold and holdout predictions of the selected point."""
        return _frame(self._done().predictions())

    @cached_property
    def path_coefficients(self) -> pd.DataFrame:
        """Every coefficient along the paths that is not zero."""
        return _frame(self._done().path_coefficients())

    def predict(self, data: Any, *, keep: Sequence[str] = (), threshold: float | None = None) -> pd.DataFrame:  # noqa: ANN401
        """Predict for new rows.

        Parameters
        ----------
        data : path, DataFrame, matrix or sparse matrix
            With the model's input columns.
        keep : sequence of str
            Names or globs of columns to carry over.
        threshold : float, optional
            Two classes: the label is the second one where its probability is at least this.

        Returns
        -------
        DataFrame
            `row` (its number in the data), `prediction`, for a classification `p_<class>`, then what was kept; with the rows'
            own index where they come from a DataFrame of pandas.
        """
        from regcli.run import predict_rows

        found = predict_rows(self.reader, rows_of(data), keep=tuple(keep), threshold=threshold)
        remark(found.warnings, 2)
        frame: pd.DataFrame = found.table.to_pandas()
        index = getattr(data, "index", None)
        return frame if index is None or callable(index) else frame.set_axis(index[frame["row"].to_numpy()], axis="index")

    def evaluate(self, data: Any) -> pd.DataFrame:  # noqa: ANN401
        """Score the model on new labelled rows.

        Parameters
        ----------
        data : path, DataFrame, or (X, y)

        Returns
        -------
        DataFrame
            One row per metric, the selecting one first: its value and standard error, the null model's, the validation's, how
            much worse it is than that, and whether by more than noise.
        """
        import pandas as pd

        from regcli.report.evaluation import evaluation_table
        from regcli.run import evaluate_run

        found = evaluate_run(self.reader, rows_of(data))
        remark(found.warnings, 2)
        return pd.DataFrame(evaluation_table(found, for_people=False).records())

    def model(self) -> Any:  # noqa: ANN401
        """The fitted pipeline of scikit-learn, loaded without running code from its file."""
        from regcli.run import load_model

        self.reader.require_model()
        return load_model(self.reader)

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        if self.status != "done":
            return f"<Run {self.path}: {self.status}>"
        return f"<Run {self.path}: {self._sentence()}>"

    def _repr_html_(self) -> str:
        if self.status != "done":
            return f"<p>{_escaped(repr(self))}</p>"
        sweep = self.sweep
        best = sweep[sweep["selected"]].iloc[:, : sweep.columns.get_loc("converged")]
        return f"<p>{_escaped(str(self.path))}: {_escaped(self._sentence())}</p>{best.to_html(index=False)}"

    def _sentence(self) -> str:
        chosen, metric = self.manifest["selected"], self.manifest["metric"]
        ratio = f" with l1_ratio {chosen['l1_ratio']:g}" if chosen["penalty"] == "elasticnet" else ""
        ratio += f", {chosen['stage']} with γ = {number(chosen['gamma'])}" if chosen.get("stage") else ""
        error = chosen["validation_se"]
        spread = "" if error is None else f" ± {number(error)}"
        features = count(chosen["n_nonzero"], "input column" if is_beyond(chosen) else "feature")
        score = f"validation {metric} {number(chosen['validation_mean'])}{spread}"
        return f"{chosen['penalty']}{ratio}, {at_point(chosen)}, {features}, {score}"

    def _done(self) -> RunReader:
        self.reader.require_done()
        return self.reader


@dataclass(frozen=True)
class PlanView:
    """What would be fitted.

    Attributes
    ----------
    data : DataFrame
        `what` and `value`: rows, columns, target, metric.
    reading : DataFrame
        How a CSV file is read, and whether that was configured or found out; without rows where the data say it themselves.
    columns : DataFrame
        Role, type and values of every column in use.
    folds : DataFrame
        Training and validation rows of each fold.
    paths : DataFrame
        The grid of each path, its solver, and why that one.
    n_fits : int
        Training sets × grid points.
    warnings : tuple of str
    """

    data: pd.DataFrame = field(repr=False)
    reading: pd.DataFrame = field(repr=False)
    columns: pd.DataFrame = field(repr=False)
    folds: pd.DataFrame = field(repr=False)
    paths: pd.DataFrame = field(repr=False)
    n_fits: int
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, record: dict[str, Any]) -> PlanView:
        """From the plan as one plain object."""
        import pandas as pd

        data = pd.DataFrame(list(record["data"].items()), columns=["what", "value"])
        reading, columns, folds, paths = (pd.DataFrame(record[name]) for name in ("read", "columns", "folds", "paths"))
        return cls(data, reading, columns, folds, paths, record["n_fits"], tuple(record["warnings"]))

    def __repr__(self) -> str:
        points, folds = int(self.paths["n_lambdas"].sum()), len(self.folds)
        told = f", {count(len(self.warnings), 'warning')}" if self.warnings else ""
        return f"<Plan: {count(self.n_fits, 'fit')}, {count(points, 'grid point')} on {count(folds, 'fold')} and all rows{told}>"

    def _repr_html_(self) -> str:
        return f"<p>{_escaped(repr(self))}</p>" + self.paths.head(FEW_ROWS).to_html(index=False)


@dataclass(frozen=True)
class Comparison:
    """What changed from run A to run B, and whether it may ship.

    Attributes
    ----------
    a, b : str
        The runs.
    verdict : str
        One sentence, the worst first.
    rows : DataFrame
        Every number by its dotted `name`: `a`, `b`, `change`, `mark`, `note` and more.
    gates : DataFrame
        Each with its value, whether it failed, and the reason.
    failed : tuple of str
        Reasons of the gates that do not hold.
    remarks : tuple of str
        What limits the comparison.
    """

    a: str
    b: str
    verdict: str
    rows: pd.DataFrame = field(repr=False)
    gates: pd.DataFrame = field(repr=False)
    failed: tuple[str, ...]
    remarks: tuple[str, ...]

    @classmethod
    def of(cls, record: dict[str, Any]) -> Comparison:
        """From the comparison as one plain object."""
        import pandas as pd

        failed = tuple(gate["reason"] for gate in record["gates"] if gate["failed"])
        rows, gates = pd.DataFrame(record["rows"]), pd.DataFrame(record["gates"], columns=_GATE_COLUMNS)
        return cls(record["a"], record["b"], record["verdict"], rows, gates, failed, tuple(record["remarks"]))

    @property
    def ok(self) -> bool:
        """All gates hold."""
        return not self.failed

    def __repr__(self) -> str:
        return f"<Comparison of {self.b} with {self.a}: {self.verdict}>"

    def _repr_html_(self) -> str:
        shown = self.rows[~self.rows["minor"] & ~self.rows["mark"].isin(["same", "within noise"])]
        table = shown[["section", "label", "a", "b", "change_percent", "mark", "note"]].head(FEW_ROWS)
        return f"<p>{_escaped(self.verdict)}</p>" + table.to_html(index=False)


@dataclass(frozen=True)
class Checklist:
    """The ship checklist of a run.

    Attributes
    ----------
    run : str
    verdict : str
        One sentence, the worst first.
    rows : DataFrame
        `code`, `name`, `title`, `verdict` (holds, look, fails, absent, unknown or muted), `found`, `rule`, `remedy` and more.
    gates : DataFrame
        Each with its value, whether it failed, and the reason.
    numbers : dict of str to float or None
        Every number of the run that gates know, by its dotted name.
    failed : tuple of str
        Codes of the rows that fail, then reasons of the gates that do not hold.
    """

    run: str
    verdict: str
    rows: pd.DataFrame = field(repr=False)
    gates: pd.DataFrame = field(repr=False)
    numbers: dict[str, float | None] = field(repr=False)
    failed: tuple[str, ...]

    @classmethod
    def of(cls, record: dict[str, Any]) -> Checklist:
        """From the checklist as one plain object."""
        import pandas as pd

        failed = [row["code"] for row in record["rows"] if row["verdict"] == "fails"]
        failed += [gate["reason"] for gate in record["gates"] if gate["failed"]]
        rows, gates = pd.DataFrame(record["rows"]), pd.DataFrame(record["gates"], columns=_GATE_COLUMNS)
        return cls(record["run"], record["verdict"], rows, gates, record["numbers"], tuple(failed))

    @property
    def ok(self) -> bool:
        """No row fails, and all gates hold."""
        return not self.failed

    def __repr__(self) -> str:
        return f"<Checklist of {self.run}: {self.verdict}>"

    def _repr_html_(self) -> str:
        table = self.rows[["code", "verdict", "title", "found"]]
        return f"<p>{_escaped(self.verdict)}</p>" + table.to_html(index=False)


_GATE_COLUMNS = ["gate", "name", "value", "unit", "failed", "reason", "where", "excess"]


def _frame(columns: Columns) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
