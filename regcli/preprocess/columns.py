"""Column transformers built from the configuration: scikit-learn's own, so that the saved model needs nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from regcli.numerics.memory import refuse_beyond_memory
from regcli.preprocess.dates import DAY, date_parts, part_names
from regcli.preprocess.vocabulary import refuse_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regcli.config import Config
    from regcli.data.types import Features
    from regcli.numerics.arrays import IntArray

# One-hot blocks stay dense up to this many cells of the whole design; beyond, and with text, the design is sparse.
DENSE_CELLS = 60_000_000
RARE = "(rare)"


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the design.

    Attributes
    ----------
    name : str
        ``age``, ``age^2``, ``age*bmi``, ``famhist=Present``, ``town=(rare)``, ``age=missing``, ``sms:free``,
        ``when.year``, ``when.month_sin``.
    source : str
        Its input column; ``age*bmi`` for a product.
    inputs : tuple of str
        The input columns it is computed from.
    level : str or None
        The category it indicates.
    """

    name: str
    source: str
    inputs: tuple[str, ...]
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Takes:
    """What models take as it is, so that nothing need be made of it.

    Attributes
    ----------
    gaps : bool
        Missing numbers; missing levels are a level of their own then.
    levels : bool
        Levels as numbers of no order.
    """

    gaps: bool = False
    levels: bool = False


def build(
    features: Features,
    config: Config,
    rows: IntArray,
    takes: Takes = Takes(),
) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """The unfitted transformer for these columns, or None where the numeric columns are the design already.

    Which columns have two levels, one of which is left out, is settled on all training `rows`: a fold that has not seen a third
    level still codes the others as all do.
    """
    wanted = config.preprocess
    poly = wanted.polynomial
    fills = wanted.missing.strategy in {"mean", "median", "most_frequent"} and (poly is not None or not takes.gaps)
    impute = wanted.missing.strategy if fills else None
    categorical = _of_kind(features, "categorical")
    numeric = list(features.numeric_names)
    if poly:
        p, d = len(numeric), poly.degree
        n_products = sum(comb(p, k) for k in range(1, d + 1)) if poly.interaction_only else comb(p + d, d) - 1
        n_dense = 0 if sparse.issparse(features.numeric) else len(features)  # products of sparse columns are sparser still
        smaller = "Lower preprocess.polynomial.degree, set interaction_only: true, or use fewer columns (dataset.columns)."
        refuse_beyond_memory("preprocess.polynomial", n_dense, n_products, smaller)
    if not (impute or poly or features.texts):
        return None
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.preprocessing import PolynomialFeatures

    if sparse.issparse(features.numeric):
        return PolynomialFeatures(poly.degree, interaction_only=poly.interaction_only, include_bias=False) if poly else None

    blocks: list[tuple[str, Any, Any]] = []
    if numeric:
        blocks += _numeric_blocks(features, config, impute)
    if categorical and takes.levels:
        blocks.append(("levels", _numbered(wanted.categorical.min_frequency), categorical))
    elif categorical:
        _refuse_levels(features, config, rows, categorical)
        blocks += _categorical(features, config, rows, categorical, impute=impute is not None)
    blocks += _date_blocks(features, config, impute)
    if wanted.text is not None:
        kind = TfidfVectorizer if wanted.text.kind == "tfidf" else CountVectorizer
        vectorizer = kind(ngram_range=tuple(wanted.text.ngrams), min_df=wanted.text.min_count)
        texts = features.texts[features.text_names.index(wanted.text.column)]
        refuse_terms(texts[rows], vectorizer)
        blocks.append(("text", vectorizer, wanted.text.column))
    return ColumnTransformer(blocks, sparse_threshold=1.0 if wanted.text is not None or _is_sparse(blocks) else 0.0)


def _numeric_blocks(features: Features, config: Config, impute: str | None) -> list[tuple[str, Any, list[str]]]:
    """What is made of the numeric columns, and the indicators of those with gaps."""
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    poly, numeric = config.preprocess.polynomial, list(features.numeric_names)
    steps: list[Any] = []
    if impute:
        steps.append(SimpleImputer(strategy=impute, keep_empty_features=True))
    if poly:
        steps.append(PolynomialFeatures(poly.degree, interaction_only=poly.interaction_only, include_bias=False))
    blocks: list[tuple[str, Any, list[str]]] = [("numeric", make_pipeline(*steps) if steps else "passthrough", numeric)]
    missing = np.isnan(np.asarray(features.numeric)).any(axis=0).tolist()
    gaps = [name for name, some in zip(numeric, missing, strict=True) if some]
    if impute and config.preprocess.missing.indicator and gaps:
        blocks.append(("missing", MissingIndicator(features="all"), gaps))
    return blocks


def _categorical(
    features: Features, config: Config, rows: IntArray, names: list[str], *, impute: bool
) -> list[tuple[str, Any, list[str]]]:
    """Encoders of the columns of levels: those with one level of two left out, and the others."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    wanted = config.preprocess.categorical

    def encoder(drop: str | None) -> Any:  # noqa: ANN401
        last = OneHotEncoder(
            drop=drop,
            min_frequency=wanted.min_frequency,
            handle_unknown="infrequent_if_exist",
            sparse_output=_indicator_cells(features, names) > DENSE_CELLS,
            dtype=np.float64,
        )
        # an average of categories does not exist: whatever the strategy for numbers, the most frequent level fills the gap
        return make_pipeline(SimpleImputer(strategy="most_frequent", missing_values=None), last) if impute else last

    if wanted.drop != "if_binary":
        return [("categorical", encoder(wanted.drop), names)]
    trial = encoder("if_binary").fit(frame(features)[names].iloc[rows])
    dropped = (trial[-1] if impute else trial).drop_idx_
    pairs = [] if dropped is None else [name for name, index in zip(names, dropped, strict=True) if index is not None]
    others = [name for name in names if name not in pairs]
    found = [("pairs", encoder("if_binary"), pairs), ("categorical", encoder(None), others)]
    return [block for block in found if block[2]]


def numbered(features: Features) -> Any:  # noqa: ANN401
    """The unfitted transformer of columns that name somebody or something: each name gets a number, however rare it is."""
    from sklearn.compose import ColumnTransformer

    return ColumnTransformer([("levels", _numbered(None), list(features.names))])


def _numbered(min_frequency: float | None) -> Any:  # noqa: ANN401
    """The encoder that gives every level a number; a gap, and a level that it has not seen, are missing."""
    from sklearn.preprocessing import OrdinalEncoder

    return OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        min_frequency=min_frequency,
    )


def _indicator_cells(features: Features, names: list[str]) -> int:
    """Cells of a dense design with a column for every level of these columns."""
    return len(features) * (sum(_n_levels(features, names).values()) + len(features.numeric_names))


def _n_levels(features: Features, names: list[str], rows: IntArray | None = None) -> dict[str, int]:
    """How many different texts each of these columns holds, in some rows or in all."""
    found = zip(features.text_names, features.texts, strict=True)
    return {name: len(set((text if rows is None else text[rows]).tolist())) for name, text in found if name in names}


def _refuse_levels(features: Features, config: Config, rows: IntArray, names: list[str]) -> None:
    """Refuse levels of which the indicators cannot be held, before an encoder tries."""
    if config.preprocess.categorical.min_frequency is not None:  # far fewer than there are levels
        return
    n_levels = _n_levels(features, names, rows)
    is_sparse = _indicator_cells(features, names) > DENSE_CELLS
    most = max(n_levels, key=lambda name: n_levels[name])
    excluded = list(config.dataset.columns.exclude) if hasattr(config.dataset, "columns") else []
    refuse_beyond_memory(
        f"preprocess.categorical (column {most!r} has {n_levels[most]:,} levels)",
        len(rows),
        sum(n_levels.values()) + len(features.numeric_names),
        "Combine rare levels, preprocess.categorical.min_frequency: 10, "
        f"or leave the column out: dataset.columns: {{exclude: [{most!r}]}}.",
        {"preprocess.categorical.min_frequency": 10},
        {"dataset.columns.exclude": [*excluded, most]},
        n_present=len(rows) * (len(names) + len(features.numeric_names)) if is_sparse else None,
    )


def _of_kind(features: Features, kind: str) -> list[str]:
    """Names of the columns of a kind, in file order."""
    return [name for name, k in zip(features.names, features.kinds, strict=True) if k == kind]


def _date_blocks(features: Features, config: Config, impute: str | None) -> list[tuple[str, Any, Any]]:
    """The transformer that takes the parts of dates, if there are any; no hour of a column where no cell has one."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    dated, wanted = _of_kind(features, "date"), config.preprocess.dates
    if not dated or wanted is None:
        return []
    cells = dict(zip(features.text_names, features.texts, strict=True))
    timed = [any(cell and len(cell) > DAY for cell in set(cells[name].tolist())) for name in dated]
    parts = [part_names(wanted.parts, cyclic=wanted.cyclic, timed=hours) for hours in timed]
    made = FunctionTransformer(date_parts, kw_args={"parts": parts})
    return [("dates", make_pipeline(made, SimpleImputer(strategy=impute)) if impute else made, dated)]


def _is_sparse(blocks: list[tuple[str, Any, Any]]) -> bool:
    def is_sparse(transformer: Any) -> bool:  # noqa: ANN401
        last = transformer[-1] if hasattr(transformer, "steps") else transformer
        return bool(getattr(last, "sparse_output", False))

    return any(is_sparse(transformer) for _, transformer, _ in blocks)


def inputs(features: Features, transformer: Any) -> Any:  # noqa: ANN401
    """The rows in the form the transformer takes: a data frame by column name, or the numeric matrix itself."""
    return features.numeric if transformer is None or sparse.issparse(features.numeric) else frame(features)


def frame(features: Features) -> Any:  # noqa: ANN401
    """Input columns as a data frame in file order: float64 numbers, objects (str or None) for texts."""
    import pandas as pd

    columns: dict[str, Any] = dict(zip(features.numeric_names, np.asarray(features.numeric).T, strict=True))
    for name, text in zip(features.text_names, features.texts, strict=True):
        columns[name] = pd.Series(text, dtype=object)
    return pd.DataFrame({name: columns[name] for name in features.names}, copy=False)


def describe(features: Features, transformer: Any) -> tuple[Output, ...]:  # noqa: ANN401
    """Names of the columns a fitted transformer puts out, in its order."""
    if transformer is None:
        return tuple(Output(n, n, (n,)) for n in features.numeric_names)
    if sparse.issparse(features.numeric):
        return tuple(_products(transformer, list(features.numeric_names)))
    found: list[Output] = []
    for name, block, columns in transformer.transformers_:
        if name == "remainder":
            continue
        steps = [step for _, step in block.steps] if hasattr(block, "steps") else [block]
        found += _OUTPUTS[name](steps, columns)
    return tuple(found)


def _numeric(steps: list[Any], columns: list[str]) -> Iterator[Output]:
    if hasattr(steps[-1], "powers_"):
        yield from _products(steps[-1], columns)
    else:
        yield from (Output(n, n, (n,)) for n in columns)


def _products(polynomial: Any, columns: list[str]) -> Iterator[Output]:  # noqa: ANN401
    for powers in polynomial.powers_:
        parts = [(columns[j], int(powers[j])) for j in np.flatnonzero(powers)]
        name = "*".join(n if power == 1 else f"{n}^{power}" for n, power in parts)
        used = tuple(n for n, _ in parts)
        yield Output(name, "*".join(used), used)


def _missing(steps: list[Any], columns: list[str]) -> Iterator[Output]:  # noqa: ARG001
    yield from (Output(f"{n}=missing", n, (n,)) for n in columns)


def _dates(steps: list[Any], columns: list[str]) -> Iterator[Output]:
    for column, parts in zip(columns, steps[0].kw_args["parts"], strict=True):
        yield from (Output(f"{column}.{part}", column, (column,)) for part in parts)


def _levels(steps: list[Any], columns: list[str]) -> Iterator[Output]:
    encoder = steps[-1]
    combiner = encoder.feature_name_combiner
    encoder.feature_name_combiner = lambda column, level: f"{column}\0{level}"
    try:
        pairs = [name.split("\0", 1) for name in encoder.get_feature_names_out(columns)]
    finally:
        encoder.feature_name_combiner = combiner
    for column, level in pairs:
        shown = RARE if level == "infrequent_sklearn" else level
        yield Output(f"{column}={shown}", column, (column,), shown)


def _terms(steps: list[Any], column: str) -> Iterator[Output]:
    yield from (Output(f"{column}:{term}", column, (column,), str(term)) for term in steps[-1].get_feature_names_out())


def _level_numbers(steps: list[Any], columns: list[str]) -> Iterator[Output]:  # noqa: ARG001
    yield from (Output(n, n, (n,)) for n in columns)


_OUTPUTS: dict[str, Callable[[Any, Any], Iterator[Output]]] = {
    "numeric": _numeric,
    "missing": _missing,
    "levels": _level_numbers,
    "pairs": _levels,
    "categorical": _levels,
    "dates": _dates,
    "text": _terms,
}


def natural_order(outputs: tuple[Output, ...], names: tuple[str, ...]) -> list[int]:
    """Positions of the outputs as a reader expects them: by input column in file order, products last."""
    place = {name: i for i, name in enumerate(names)}

    def key(i: int) -> tuple[int, int]:
        output = outputs[i]
        simple = len(output.inputs) == 1 and not re.search(r"\^\d+$", output.name)
        return (place[output.inputs[0]] if simple else len(names), i)

    return sorted(range(len(outputs)), key=key)
