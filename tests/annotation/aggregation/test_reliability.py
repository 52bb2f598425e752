import numpy as np
import pytest

from annotation.aggregation.agreement import agreement_of
from annotation.aggregation.ballots import Ballots
from annotation.aggregation.crossed import crossed
from annotation.aggregation.fleiss import kappa
from annotation.aggregation.honesty import ceiling_of
from annotation.aggregation.icc import ceiling, one_way
from annotation.aggregation.sos import sos
from annotation.aggregation.split_half import by_chance, halves, split_half
from annotation.aggregation.tables import table_of, table_of_counts
from annotation.exchange.report.agreement_page import HEADS
from tests.annotation.aggregation.crowds import panel
from tests.annotation.aggregation.panels import SHROUT, V, ballots, by_region, fleiss_counts


def near(value: float):
    return pytest.approx(value, abs=1e-6)


def test_one_way_of_an_unbalanced_panel() -> None:
    votes = by_region(V)

    found, without = one_way(table_of(votes)), one_way(table_of(votes.where(votes.annotator != 7)))

    assert (found.between, found.within, found.typical, found.votes) == (near(5.066667), near(1), near(5), near(5))
    assert (found.single.value, found.several.value) == (near(0.448529), near(0.802632))
    assert (without.between, without.within, without.typical) == (near(6.738503), near(0.274359), near(4.245989))
    assert without.single.value == near(0.847304)


def test_one_way_of_shrout_and_fleiss() -> None:
    found = one_way(table_of(by_region(SHROUT)))

    assert (found.single.value, found.several.value) == (near(0.165742), near(0.442797))
    assert found.ceiling == near(0.442797**0.5)


def test_the_ceiling_goes_by_each_labels_own_votes() -> None:
    votes = by_region(V).where(by_region(V).annotator != 7)
    counts, sums = votes.per_region(), votes.per_region(votes.level)

    found = ceiling(one_way(table_of(votes), resamples=0).single.value, counts)

    assert found == pytest.approx(ceiling_of(counts, sums, votes.per_region(votes.level**2)))


def test_one_way_needs_two_votes_on_a_region() -> None:
    assert one_way(table_of(ballots([["1", "."], [".", "3"]]))) is None
    assert one_way(table_of(ballots([["1", "2"]]))) is None


def test_crossed_of_shrout_and_fleiss() -> None:
    found = crossed(by_region(SHROUT))

    assert (found.region, found.annotator, found.rest) == (
        pytest.approx(2.555555, abs=2e-5),
        pytest.approx(5.244445, abs=2e-5),
        pytest.approx(1.019444, abs=2e-5),
    )
    assert found.agreement.value == pytest.approx(0.289764, abs=1e-5)
    assert found.consistency.value == pytest.approx(0.714841, abs=1e-5)
    assert found.agreement_of_mean.value == pytest.approx(0.620051, abs=1e-5)
    assert found.consistency_of_mean.value == pytest.approx(0.909316, abs=1e-5)


def test_crossed_of_an_unbalanced_panel() -> None:
    votes = by_region(V)

    found = crossed(votes.where(votes.annotator != 7), votes=5)

    assert (found.region, found.annotator, found.rest) == (
        pytest.approx(1.512194, abs=2e-5),
        pytest.approx(0.105818, abs=2e-5),
        pytest.approx(0.169217, abs=2e-5),
    )
    assert found.agreement.value == pytest.approx(0.846111, abs=1e-5)
    assert found.agreement_of_mean.value == pytest.approx(0.964901, abs=1e-5)
    assert found.agreement.low < found.agreement.value < found.agreement.high


def test_crossed_says_nothing_of_nothing() -> None:
    assert crossed(ballots([["2", "2"], ["2", "2"]])) is None
    assert crossed(ballots([["1", "."], [".", "3"]])) is None


def photographs(rng: np.random.Generator, of_image: float, own: float) -> tuple[Ballots, np.ndarray]:
    """Three regions on each of 30 photographs, 5 of 12 people on each, with biases; and each region's photograph."""
    image = np.repeat(np.arange(30), 3)
    score = rng.normal(0, of_image, 30)[image] + rng.normal(0, own, 90)
    who = rng.random((90, 12)).argsort(axis=1)[:, :5].ravel()
    level = np.repeat(score, 5) + rng.normal(0, 0.3, 12)[who] + rng.normal(0, 0.65, 450)
    return Ballots(np.repeat(np.arange(90), 5), who, level, 90, 12), image


def crossed_hits(of_image: float, own: float, runs: int = 60) -> tuple[int, int]:
    """How many intervals of ICC(A,1) hold the truth: over photographs, and over regions."""
    rng, truth = np.random.default_rng(3), of_image**2 + own**2
    truth /= truth + 0.3**2 + 0.65**2
    hits = np.zeros(2, int)
    for _ in range(runs):
        votes, image = photographs(rng, of_image, own)
        for place, known in enumerate((image, None)):
            found = crossed(votes, image=known).agreement
            hits[place] += found.low <= truth <= found.high
    return int(hits[0]), int(hits[1])


def test_crossed_intervals_cover_where_regions_of_a_photograph_are_alike() -> None:
    of_photographs, of_regions = crossed_hits(of_image=0.9, own=0.3)

    assert 54 <= of_photographs <= 60
    assert of_regions < 51


def test_crossed_intervals_cover_where_regions_are_not_alike() -> None:
    hits = crossed_hits(of_image=0.0, own=0.9)

    assert [54 <= one <= 60 for one in hits] == [True, True]


def test_a_component_that_there_is_not_is_0() -> None:
    rng = np.random.default_rng(2)
    level = rng.normal(0, 1, 40)[:, None] + rng.normal(0, 0.5, (40, 6))
    level -= level.mean(axis=0)  # nobody is milder than anybody else

    found = crossed(Ballots(np.repeat(np.arange(40), 6), np.tile(np.arange(6), 40), level.ravel(), 40, 6))

    assert (found.annotator, found.agreement) == (0.0, found.consistency)
    assert found.agreement.low < found.agreement.value < found.agreement.high


def test_crossed_intervals_need_some_photographs() -> None:
    votes, image = photographs(np.random.default_rng(1), 0.9, 0.3)

    few = crossed(votes, image=image // 10).agreement

    assert (few.value, few.low, few.high) == (crossed(votes, image=image).agreement.value, None, None)


def test_kappa() -> None:
    found, of_v = kappa(table_of_counts(fleiss_counts()), 5), kappa(table_of(by_region(V)), 5)

    assert (found.fleiss.value, found.randolph.value) == (near(0.209931), near(0.222527))
    assert of_v.fleiss.value == near(0.190042)
    assert of_v.fleiss.low < of_v.fleiss.value < of_v.fleiss.high
    assert kappa(table_of(ballots([["2", "2"]])), 5).fleiss.value is None


def test_sos() -> None:
    table = table_of(by_region(V))

    assert sos(table, 4).value == near(0.323590)
    assert sos(table, 4, ddof=0).value == near(0.258872)
    assert sos(table_of(ballots([["4", "4"]])), 4).value is None


def test_one_split() -> None:
    votes = by_region(V)

    found = halves(votes, votes.annotator % 2 == 0)

    assert (found.srocc, found.plcc, found.stepped) == (near(0.826246), near(0.716387), near(0.904857))
    assert (found.regions, found.dropped) == (12, 0)


def test_random_splits_are_halves() -> None:
    votes = by_region(V)
    first = by_chance(votes, np.argsort(votes.region), np.random.default_rng(0))

    assert set(np.bincount(votes.region[first])) == {2, 3}


def test_split_half() -> None:
    found = split_half(by_region(V))

    assert found == split_half(by_region(V))
    assert found.srocc.low < found.srocc.value < found.srocc.high
    assert found.srocc.value < found.stepped.value < 1
    assert (found.regions, found.dropped) == (12, 0)
    assert split_half(ballots([["1", "."], [".", "3"]])).srocc.value is None


def test_every_statistic_of_agreement_has_an_interval_around_its_value() -> None:
    crowd = panel(seed=5, regions=120, annotators=12, votes=5)

    found = agreement_of(crowd.ballots, 4, resamples=200, splits=40, image=np.arange(120) // 3)

    assert sorted(found.statistics) == sorted(HEADS)
    wrong = [
        name
        for name, one in found.statistics.items()
        if one.value is None or one.low is None or one.high is None or not one.low < one.value < one.high
    ]
    assert wrong == []
    assert len(found.without_each) == 12
