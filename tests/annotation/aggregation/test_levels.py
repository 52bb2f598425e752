"""Eq. 1 with the vectors of the label rules: what the paper fixes and what it leaves open."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.aggregation.levels import category


@pytest.mark.parametrize(
    "mean, level",
    [
        ("0", 0),
        ("0.8", 0),
        ("0.81", 1),
        ("1.6", 1),
        ("2", 2),
        ("2.4", 2),
        ("2.5", 3),
        ("3.2", 3),
        ("3.21", 4),
        ("4", 4),
    ],
)
def test_cuts_of_quality_are_open_below_and_closed_above(mean: str, level: int) -> None:
    score = Fraction(mean)

    assert category(score.numerator, score.denominator, 4) == level


@pytest.mark.parametrize("word, literal", [(0, 0), (1, 0), (2, 1), (3, 2), (4, 3)])
def test_unanimous_votes_keep_their_word_with_four_and_lose_it_with_five(word: int, literal: int) -> None:
    assert category(7 * word, 7, 4) == word
    assert category(7 * word, 7, 5) == literal


@given(st.integers(1, 60), st.integers(0, 300), st.sampled_from([4, 5]))
def test_category_is_eq_1_in_exact_fractions(votes: int, total: int, top: int) -> None:
    mean = Fraction(total, votes)
    by_the_book = [i for i in range(5) if Fraction(top * i, 5) < mean <= Fraction(top * (i + 1), 5)]

    expected = by_the_book[0] if by_the_book else (0 if mean == 0 else 4)
    assert category(total, votes, top) == expected


def test_no_votes_have_no_class() -> None:
    with pytest.raises(ValueError, match="no class without votes"):
        category(0, 0, 4)
