"""Vocabularies and levels that cannot be held: refused with the estimate, which is near the truth."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from regcli.config import config_from_data
from regcli.data.types import Features
from regcli.errors import DataError
from regcli.preprocess import Recipe
from regcli.preprocess.vocabulary import estimate, refuse_terms

RNG = np.random.default_rng(0)
WORDS = np.array([f"w{i}" for i in range(20_000)])
TEXTS = np.array([" ".join(WORDS[(20_000 * RNG.random(30) ** 2).astype(int)]) for _ in range(400)], dtype=object)


@pytest.fixture
def only(monkeypatch):
    """Leaves so many bytes of memory."""

    def leave(size):
        monkeypatch.setattr("regcli.numerics.memory.available", lambda: size)

    return leave


@pytest.mark.parametrize("kind", [CountVectorizer, TfidfVectorizer])
@pytest.mark.parametrize(("ngrams", "least"), [((1, 1), 1), ((1, 2), 1), ((2, 3), 1), ((1, 1), 3)])
def test_the_estimate_is_near_the_truth(kind, ngrams, least):
    vectorizer = kind(ngram_range=ngrams, min_df=least)
    n_terms, n_pairs, n_columns = estimate(TEXTS, vectorizer)
    every = CountVectorizer(ngram_range=ngrams).fit_transform(TEXTS)
    assert n_terms == pytest.approx(every.shape[1], rel=0.15)
    assert n_pairs == pytest.approx(every.nnz, rel=0.15)
    assert n_columns == pytest.approx(vectorizer.fit(TEXTS).transform(TEXTS).shape[1], rel=0.15)


def test_the_bound_without_counting_is_one(only, monkeypatch):
    """Where even a new word every three letters would fit, nobody counts."""
    monkeypatch.setattr("regcli.preprocess.vocabulary.estimate", lambda *_: pytest.fail("counted"))
    only(10**9)
    refuse_terms(TEXTS, CountVectorizer(ngram_range=(1, 2)))


def test_missing_texts_have_no_words(only):
    only(1)
    with pytest.raises(DataError, match="about"):
        refuse_terms(np.array([None, *TEXTS], dtype=object), CountVectorizer())


def recipe(kind, cells, **preprocess):
    settings = {
        "dataset": {"kind": "csv", "path": "none.csv", "target": "y", "columns": {"exclude": ["k"]}},
        "penalty": "ridge",
        "preprocess": preprocess,
    }
    columns = Features(("a", "b"), ("numeric", kind), np.arange(float(len(cells)))[:, None], (cells,))
    return Recipe.of(columns, config_from_data(settings, "test", Path()), np.arange(len(cells)))


def test_n_grams_are_refused_before_they_are_made(only, monkeypatch):
    monkeypatch.setattr(CountVectorizer, "fit", lambda *_: pytest.fail("taken"))
    only(15_000_000)
    with pytest.raises(DataError, match=r"about [\d,]+ terms, all of them columns, need 0\.0\d+ GB") as raised:
        recipe("text", TEXTS, text={"column": "b", "ngrams": [1, 2], "min_count": 1})
    assert raised.value.remedies == ({"preprocess.text.ngrams": [1, 1]}, {"preprocess.text.min_count": 10})


def test_a_remedy_for_n_grams_is_one(only):
    only(15_000_000)
    recipe("text", TEXTS, text={"column": "b", "ngrams": [1, 2], "min_count": 10})


@pytest.mark.parametrize("dense_cells", [60_000_000, 1000])
def test_levels_are_refused_before_they_are_columns(only, monkeypatch, dense_cells):
    monkeypatch.setattr("sklearn.preprocessing.OneHotEncoder.fit", lambda *_: pytest.fail("taken"))
    monkeypatch.setattr("regcli.preprocess.columns.DENSE_CELLS", dense_cells)
    levels = np.array([f"z{i % 700}" for i in range(2000)], dtype=object)
    only(1_500_000)
    with pytest.raises(DataError, match=r"column 'b' has 700 levels\): 2,000 rows × 701 columns need 0\.0\d+ GB") as raised:
        recipe("categorical", levels)
    assert raised.value.remedies == (
        {"preprocess.categorical.min_frequency": 10},
        {"dataset.columns.exclude": ["k", "b"]},
    )


def test_a_remedy_for_levels_is_one(only):
    levels = np.array([f"z{i % 700}" for i in range(2000)], dtype=object)
    only(1_500_000)
    recipe("categorical", levels, categorical={"min_frequency": 10})


def test_products_are_refused_before_they_are_made(only):
    only(50_000)
    with pytest.raises(DataError, match=r"preprocess\.polynomial: 1,000 rows × 5 columns") as raised:
        recipe("categorical", np.array(["u", "v"] * 500, dtype=object), polynomial={"degree": 5})
    assert "preprocess.polynomial.degree" in raised.value.hint
