import numpy as np
import pytest
from scipy.stats import chi2
from scipy.stats import t as student

from annotation.aggregation.ballots import Ballots
from annotation.aggregation.recovery import project, subtract_biases
from tests.annotation.aggregation.crowds import panel
from tests.annotation.aggregation.panels import V, ballots, by_region


def near(*values: float):
    return pytest.approx(np.array(values), abs=1e-6)


def test_bias_subtraction() -> None:
    found = subtract_biases(by_region(V))

    assert found.bias == near(0.257143, -0.285714, 0.125, -0.371429, 0.075, 0.6, -0.485714, 0.044444)
    assert found.score == near(
        *(3.156825, 2.668968, 2.283571, 1.456111, 0.285714, 3.187540),
        *(1.396825, 1.899683, 3.575, 0.688254, 2.478968, 1.722540),
    )


def test_exact_projection_degenerates_on_few_votes_and_says_so() -> None:
    found = project(by_region(V), prior_votes=0)

    expected = [4, 3, 2, 1, 0, 3, 1, 1, 3, 0, 2, 1]
    assert found.score == near(*(whole + 0.313988 for whole in expected))
    assert found.inconsistency == pytest.approx([0.494872, 0, 0.695971, 0.534522, 0.484123, 0, 0, 2.211083], abs=1e-6)
    assert (found.passes, found.converged) == (25, True)
    assert (found.degenerate, found.perfect, found.outside(4)) == (True, (1, 5, 6), 1)


def test_shrunk_projection() -> None:
    found = project(by_region(V), prior_votes=3, prior_variance=0.5)

    assert found.score == near(
        *(3.771633, 3.270168, 2.283416, 0.917062, 0.333228, 3.189827),
        *(1.742424, 1.366697, 3.557897, 0.329885, 2.588833, 1.404581),
    )
    assert found.bias == near(0.116965, -0.206765, 0.038346, -0.284235, 0.090316, 0.666983, -0.468154, 0.046543)
    assert found.inconsistency == near(0.455868, 0.443412, 0.557053, 0.550807, 0.475041, 0.397320, 0.407984, 1.937539)
    assert found.error[:3] == near(0.236900, 0.236151, 0.204349)
    assert (found.passes, found.degenerate, found.outside(4)) == (21, False, 0)


@pytest.mark.parametrize("prior", [0.0, 10.0])
def test_intervals_of_people_are_student_s_and_those_of_chi_squared(prior: float) -> None:
    """P.910's reference: sd * sqrt(n / chi2(n)), here with the earlier votes that a variance is shrunk by counted in."""
    votes = by_region(V)
    votes = votes.where(votes.annotator != 7)
    found = project(votes, prior_votes=prior)
    active = found.votes > 0
    known, sd = found.votes[active] + prior, found.inconsistency[active]

    low, high = (sd * np.sqrt(known / chi2.ppf(share, known)) for share in (0.975, 0.025))
    half = student.ppf(0.975, known - 1) * sd / np.sqrt(found.votes[active])

    assert found.inconsistency_low[active] == near(*low)
    assert found.inconsistency_high[active] == near(*high)
    assert (found.bias - found.bias_low)[active] == near(*half)
    assert (found.bias_high - found.bias)[active] == near(*half)


def test_the_default_is_never_degenerate_even_with_a_vote_each() -> None:
    found = project(ballots([["4", "."], [".", "0"]]))

    assert found.converged
    numbers = [found.score, found.error, found.error_of_votes, found.bias, found.bias_low, found.bias_high]
    assert np.isfinite(np.concatenate([*numbers, found.inconsistency, found.inconsistency_high])).all()


def test_unanimous_votes_are_their_own_recovery() -> None:
    found = project(ballots([["4", "4", "4"], ["1", "1", "1"]]))

    assert found.score == near(4, 1)
    assert found.prior_sd == pytest.approx(0.02**0.5)
    assert not found.degenerate
    assert project(ballots([["4", "4"], ["1", "1"]]), prior_votes=0).perfect == (0, 1)


def test_the_prior_does_not_follow_perfect_fits_down() -> None:
    found = project(ballots([list("0.1.."), list("00..."), list("1...."), list("..0.1"), list("...0.")]))

    assert (found.converged, found.degenerate) == (True, False)
    assert found.prior_sd > 0.1


def test_an_annotator_without_votes_is_like_the_others() -> None:
    votes = by_region(V)
    found = project(votes.where(votes.annotator != 7))

    assert (found.votes[7], found.bias[7]) == (0, 0)
    assert found.inconsistency[7] == pytest.approx(found.prior_sd)


def test_a_region_without_votes_is_refused() -> None:
    empty = Ballots(np.array([0]), np.array([0]), np.array([1.0]), 2, 1)

    with pytest.raises(ValueError, match="Every region needs a vote"):
        project(empty)
    with pytest.raises(ValueError, match="0 votes or more"):
        project(by_region(V), prior_votes=-1)


def test_ballots_refuse_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="twice"):
        Ballots(np.array([0, 0]), np.array([0, 0]), np.array([1.0, 2.0]), 1, 1)
    with pytest.raises(ValueError, match="not a number"):
        Ballots(np.array([0]), np.array([0]), np.array([np.nan]), 1, 1)
    with pytest.raises(ValueError, match="outside 0 to 0"):
        Ballots(np.array([1]), np.array([0]), np.array([1.0]), 1, 1)
    with pytest.raises(ValueError, match="same length"):
        Ballots(np.array([0]), np.array([0]), np.array([1.0, 2.0]), 1, 1)


def test_known_biases_and_inconsistencies_are_found_again() -> None:
    crowd = panel(seed=4, regions=3000, annotators=24, votes=7, rounded=False)

    found = project(crowd.ballots)

    inside = (found.bias_low <= crowd.bias) & (crowd.bias <= found.bias_high)
    assert np.abs(found.bias - crowd.bias).max() < 0.1
    assert np.corrcoef(found.inconsistency, crowd.sd)[0, 1] > 0.98
    assert np.median(found.inconsistency / crowd.sd) == pytest.approx((6 / 7) ** 0.5, abs=0.03)
    assert inside.sum() >= 20
    assert np.sqrt(np.mean((found.score - crowd.truth) ** 2)) < np.sqrt(
        np.mean((crowd.ballots.means() - crowd.truth) ** 2)
    )
