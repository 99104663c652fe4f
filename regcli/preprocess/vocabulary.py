"""How much a vocabulary takes, told before it is made: an n-gram of few texts is a column, and there may be millions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from regcli.numerics import memory
from regcli.numerics.memory import BYTES_PER_COLUMN, BYTES_PER_PRESENT, refuse

if TYPE_CHECKING:
    from regcli.numerics.arrays import TextArray

# A term while the vocabulary is made: its text, its places in a dict and in a sorted list (measured: 250 to 330 bytes).
BYTES_PER_TERM = 350
# A term in a text while it is counted, weighed, and brought into columns: five copies in turn, of which three live side by side.
BYTES_PER_PAIR = 3 * BYTES_PER_PRESENT
# One term of so many is counted where the bound from the texts' length is not enough.
SAMPLED = 32


def refuse_terms(texts: TextArray, vectorizer: Any) -> None:  # noqa: ANN401 - scikit-learn has no types
    """Refuse texts of which the vocabulary, its counts and the columns of its terms cannot be held.

    Parameters
    ----------
    texts : object ndarray (n,)
        Of the training rows.
    vectorizer : CountVectorizer
        Unfitted.

    Raises
    ------
    DataError
    """
    limit = memory.available()
    shortest, longest = vectorizer.ngram_range
    # a word has two letters and a sign behind it
    most = sum((len(text) + 1) // 3 for text in texts if text) * (longest - shortest + 1)
    if not limit or _bytes(most, most, most // vectorizer.min_df) <= limit:
        return
    n_terms, n_pairs, n_columns = estimate(texts, vectorizer)
    fewer = {"preprocess.text.min_count": 10 * vectorizer.min_df}
    words = {"preprocess.text.ngrams": [1, 1]}
    which = "all of them columns" if vectorizer.min_df == 1 else f"{n_columns:,} of them in {vectorizer.min_df:,} texts or more"
    refuse(
        f"preprocess.text: about {n_terms:,} terms, {which}, need",
        _bytes(n_terms, n_pairs, n_columns),
        "Count single words, preprocess.text.ngrams: [1, 1], "
        f"or only what is more frequent, preprocess.text.min_count: {10 * vectorizer.min_df}.",
        *([words] if longest > 1 else []),
        fewer,
    )


def estimate(texts: TextArray, vectorizer: Any) -> tuple[int, int, int]:  # noqa: ANN401
    """About how many terms there are, terms in texts, and terms in enough texts: from one term in `SAMPLED`."""
    terms_of = vectorizer.build_analyzer()
    found: dict[str, int] = {}
    for text in texts:
        for term in set(terms_of(text or "")):
            if crc32(term.encode("utf-8", "surrogatepass")) % SAMPLED == 0:
                found[term] = found.get(term, 0) + 1
    enough = sum(n >= vectorizer.min_df for n in found.values())
    return SAMPLED * len(found), SAMPLED * sum(found.values()), SAMPLED * enough


def _bytes(n_terms: int, n_pairs: int, n_columns: int) -> int:
    """What they take; a fold's design stands beside the full one."""
    return n_terms * BYTES_PER_TERM + n_columns * BYTES_PER_COLUMN + 2 * n_pairs * BYTES_PER_PAIR
