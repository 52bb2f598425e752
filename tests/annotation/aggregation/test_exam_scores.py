import pytest

from annotation.aggregation.exam_scores import Tally, is_right, score, tally

EXPERT = (5, 5, 2, 5, 5, 4, 3, 2)


def test_the_experts_own_answers_are_perfect() -> None:
    found = score([(EXPERT, EXPERT)] * 3)

    assert (found.total.within_share, found.total.balanced) == (1.0, 1.0)
    assert found.scales["blur"] == Tally(levels=3, within=3, there=3, found=3)
    assert found.scales["noise"] == Tally(absent=3, spared=3)
    assert found.scales["quality"] == Tally(levels=3, within=3)


@pytest.mark.parametrize(
    ("scale", "said", "true", "right"),
    [
        ("blur", 2, 2, True),
        ("blur", 3, 2, True),
        ("blur", 4, 2, False),
        ("blur", 5, 4, False),
        ("blur", 4, 5, False),
        ("blur", 5, 5, True),
        ("quality", 0, 1, True),
        ("quality", 0, 2, False),
        ("importance", 4, 4, True),
    ],
)
def test_one_answer(scale: str, said: int, true: int, right: bool) -> None:
    assert is_right(scale, said, true) == right


def test_a_level_is_asked_of_a_distortion_only_where_both_see_it() -> None:
    assert tally("noise", 5, 0) == Tally(there=1)
    assert tally("noise", 0, 5) == Tally(absent=1)
    assert tally("noise", 0, 3) == Tally(levels=1, lower=1, there=1, found=1)


def test_seeing_nothing_anywhere_is_half_right_at_best() -> None:
    found = score([((5, 5, 5, 5, 5, 5, 3, 2), EXPERT)])

    assert (found.total.found, found.total.there, found.total.spared, found.total.absent) == (0, 2, 4, 4)
    assert found.total.balanced == 0.5
    assert found.passes(within=0.8, balanced=0.8) is False


def test_the_shares_by_hand() -> None:
    """Blur 2 for 2 within, compression missed, noise invented; quality two off, importance one off."""
    found = score([((5, 4, 2, 5, 5, 5, 1, 3), EXPERT)]).total

    assert (found.levels, found.within, found.higher, found.lower) == (3, 2, 1, 1)
    assert found.balanced == pytest.approx((1 / 2 + 3 / 4) / 2)


def test_where_experts_see_a_distortion_nowhere_only_sparing_counts() -> None:
    assert tally("noise", 5, 5).balanced == 1.0
    assert tally("quality", 3, 3).balanced is None
    assert tally("noise", 5, 5).within_share is None


def test_a_share_that_is_just_enough_passes() -> None:
    """Eight of ten levels: 0.8 is enough, 0.81 is not."""
    clean = (5,) * 6
    answers = [((*clean, 3, 4 if number < 2 else 2), (*clean, 3, 2)) for number in range(5)]
    found = score(answers)

    assert found.total.within_share == 0.8
    assert (found.passes(within=0.8, balanced=0.8), found.passes(within=0.81, balanced=0.8)) == (True, False)


def test_nothing_said_passes_nothing() -> None:
    assert score([]).passes(within=0.0, balanced=0.0) is False
