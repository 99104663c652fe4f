"""What is wrong with the data: all of it at once, with settings that cure it; texts and names before they are features."""

import numpy as np
import pytest

from regcli.errors import DataError, UsageError


def table(**columns):
    """CSV text of columns of equal length."""
    rows = zip(*columns.values(), strict=True)
    return ",".join(columns) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def spoilt(n=60):
    """A table with one mistake of nearly every kind."""
    rng = np.random.default_rng(5)
    return table(
        name=[f"Name {i}" for i in range(n)],
        sms=[" ".join(rng.choice(list("abcdefgh"), 6)) + str(i) for i in range(n)],
        a=["x" if i == 3 else "" if i == 8 else i * i for i in range(n)],
        b=["inf" if i == 5 else -i for i in range(n)],
        y=["" if i == 9 else i % 6 for i in range(n)],
    )


SAYS = (
    "target 'y' could be a number or a class",
    "column 'a' is made of numbers, but line 5 says 'x' (1 such cell)",
    "column 'b' has 1 infinite value, the first in line 7",
    "column 'name' looks like an identifier: 60 different texts in 60 rows",
    "column 'sms' holds free text: 60 different texts in 60 rows, 6 words each",
    "1 cell is missing, in 'y' (1)",
)


def test_all_mistakes_come_at_once_and_one_command_cures_them(csv):
    with pytest.raises(DataError) as caught:
        csv(spoilt())
    lines = caught.value.message.split("\n")
    assert len(lines) == len(SAYS)
    for line, says in zip(sorted(lines), sorted(f"d.csv: {s}" for s in SAYS), strict=True):
        assert line.split("/")[-1].startswith(says)
    (remedy,) = caught.value.remedies
    assert remedy == {
        "task": "regression",
        "dataset.columns.exclude": ["a", "b", "name"],
        "preprocess.text": {"column": "sms"},
        "preprocess.missing": "drop",
    }


def test_a_file_that_cannot_be_read_has_a_cure_that_keeps_what_was_configured(csv):
    rows = "".join(f'{i},"{i},5",{i}.5,{3 * i}\n' for i in range(30))
    with pytest.raises(DataError, match="decimal commas") as caught:
        csv("id,a,b,y\n" + rows, dataset={"columns": {"exclude": ["id"]}})
    assert caught.value.remedies == ({"dataset.columns.exclude": ["id", "a"]}, {"dataset.columns.exclude": ["id", "b"]})


def test_the_cure_cures_and_keeps_what_was_configured(csv):
    text = spoilt()
    with pytest.raises(DataError) as caught:
        csv(text, dataset={"columns": {"exclude": ["b"]}})
    (remedy,) = caught.value.remedies
    assert remedy["dataset.columns.exclude"] == ["b", "a", "name"]
    dataset = csv(
        text,
        dataset={"columns": {"exclude": remedy["dataset.columns.exclude"]}},
        task=remedy["task"],
        preprocess={"missing": remedy["preprocess.missing"], "text": remedy["preprocess.text"]},
    )
    assert dataset.features.kinds == ("text",)
    assert len(dataset) == 59


def test_one_mistake_stays_a_sentence_with_its_own_exit_code(refusal):
    error = refusal(table(a=range(10), y=[0, 1, 2, 1, 0] * 2))
    assert isinstance(error, UsageError)
    assert [dict(r) for r in error.remedies] == [{"task": "classification"}, {"task": "regression"}]


def names(n, step=1):
    return [f"n{i // step}" for i in range(n)]


@pytest.mark.parametrize(("n", "step", "refused"), [(20, 1, False), (21, 1, True), (60, 2, False), (60, 1, True)])
def test_levels_that_come_back_are_a_factor(csv, refusal, n, step, refused):
    text = table(c=names(n, step), y=[i + 0.5 for i in range(n)])
    if refused:
        assert "column 'c' looks like an identifier" in refusal(text).message
    else:
        assert csv(text).features.kinds == ("categorical",)


def test_rare_levels_that_are_combined_may_stand(csv):
    text = table(c=names(60), d=["u", "v"] * 30, y=[i + 0.5 for i in range(60)])
    assert csv(text, preprocess={"categorical": {"min_frequency": 2}}).features.names == ("c", "d")


def test_many_levels_that_come_back_are_worth_a_word(csv):
    dataset = csv(table(c=names(120, 2), y=[i + 0.5 for i in range(120)]))
    assert dataset.warnings[0].startswith("Column 'c' has 60 levels, 60 of them in fewer than 10 rows; preprocess.categorical")


def test_words_are_counted_in_the_longest_text_alone(csv):
    rng = np.random.default_rng(6)
    texts = [" ".join(rng.choice(list("abcdefgh"), 6)) for _ in range(100)]
    with pytest.raises(DataError) as caught:
        csv(table(s=texts, t=[f"{t} {t}" for t in texts], y=np.arange(100) + 0.5))
    assert caught.value.remedies[0] == {"dataset.columns.exclude": ["s"], "preprocess.text": {"column": "t"}}


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("Obs", range(1, 31), "'Obs' counts the rows"),
        ("x", range(30), "'x' counts the rows"),
        ("customer_id", np.random.default_rng(0).permutation(30) * 7, "'customer_id' has another whole number in every row"),
        ("year", range(1947, 1977), None),
        ("x", np.arange(30) ** 2, None),
        ("idle", np.arange(30) * 3, None),
        ("x", np.arange(30) / 2, None),
    ],
)
def test_row_numbers_are_pointed_out(csv, name, values, says):
    dataset = csv(table(**{name: values, "a": np.arange(30) % 7, "y": np.arange(30) + 0.5}))
    assert name in dataset.features.names
    assert [says in warning for warning in dataset.warnings] == ([True] if says else [])


@pytest.mark.parametrize("texts", [[f"free text number {i} of the only kind" for i in range(60)], names(60)])
def test_the_only_feature_is_never_to_be_left_out(refusal, texts):
    error = refusal(table(c=texts, y=[i + 0.5 for i in range(60)]))
    assert len(error.remedies) == 1
    assert "exclude" not in error.hint + str(error.remedies)


def gaps(share):
    """100 rows, of which a share has a gap."""
    cells = ["" if i < 100 * share else str(i) for i in range(100)]
    return table(a=cells, b=range(0, 700, 7), y=[i + 0.5 for i in range(100)])


@pytest.mark.parametrize(("share", "remedies"), [(0.3, ["median", "drop"]), (0.6, ["median"]), (1 / 100, ["median", "drop"])])
def test_rows_are_dropped_where_enough_are_left(refusal, share, remedies):
    error = refusal(gaps(share))
    assert [remedy["preprocess.missing"] for remedy in error.remedies] == remedies
    assert f"drop (leaves {100 - round(100 * share)} of 100 rows)" in error.hint


def test_a_target_with_gaps_alone_has_one_remedy(refusal):
    error = refusal(table(a=range(0, 700, 7), y=["", *(i + 0.5 for i in range(99))]))
    assert error.hint == "Set preprocess.missing to drop, which leaves such rows out."
    assert [dict(remedy) for remedy in error.remedies] == [{"preprocess.missing": "drop"}]


def test_where_dropping_leaves_no_row_the_gaps_are_to_be_filled(refusal):
    odd, even = ([i if i % 2 == part else "" for i in range(40)] for part in (1, 0))
    error = refusal(table(a=odd, b=even, y=[i + 0.5 for i in range(40)]), preprocess={"missing": "drop"})
    assert "0 rows of 40 can be used" in error.message
    assert "drop" not in error.hint
    assert [dict(remedy) for remedy in error.remedies] == [{"preprocess.missing": "median"}]


@pytest.mark.parametrize("keys", [{"types": {"BB": "category"}}, {"columns": {"exclude": ["BB", "a"]}}])
def test_a_slip_in_a_list_or_mapping_has_no_command_that_would_replace_all_of_it(csv, keys):
    with pytest.raises(DataError, match="did you mean 'bb'") as caught:
        csv(table(a=range(60), bb=range(60), y=[i + 0.5 for i in range(60)]), dataset=keys)
    assert caught.value.remedies == ()
