"""What must not matter: who is called what, in which order votes came, a constant in one person's votes, a study done twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.aggregation.agreement import agreement_of
from annotation.aggregation.alpha import METRICS, alpha, alpha_without_each
from annotation.aggregation.ballots import Ballots
from annotation.aggregation.crossed import crossed
from annotation.aggregation.dawid_skene import second_opinion
from annotation.aggregation.fleiss import kappa
from annotation.aggregation.icc import one_way
from annotation.aggregation.recovery import project, subtract_biases
from annotation.aggregation.screening import screen
from annotation.aggregation.sos import sos
from annotation.aggregation.tables import table_of
from tests.annotation.aggregation.crowds import panel

REGIONS, ANNOTATORS = 30, 8
seeds = st.integers(0, 10_000)
few = settings(max_examples=25, deadline=None)


def votes_of(seed: int, regions: int = REGIONS) -> Ballots:
    return panel(seed=seed, regions=regions, annotators=ANNOTATORS, votes=5).ballots


def renamed(votes: Ballots, regions: np.ndarray, annotators: np.ndarray, order: np.ndarray) -> Ballots:
    return Ballots(
        regions[votes.region][order],
        annotators[votes.annotator][order],
        votes.level[order],
        votes.regions,
        votes.annotators,
    )


@few
@given(seeds)
def test_names_and_order_do_not_matter(seed: int) -> None:
    rng, votes = np.random.default_rng(seed), votes_of(seed)
    regions, annotators = rng.permutation(REGIONS), rng.permutation(ANNOTATORS)
    other = renamed(votes, regions, annotators, rng.permutation(len(votes)))

    for metric in METRICS:
        assert alpha(table_of(votes), metric, 0).value == pytest.approx(alpha(table_of(other), metric, 0).value)
    before, after = alpha_without_each(votes, "ordinal"), alpha_without_each(other, "ordinal")
    assert [after[one] for one in annotators] == pytest.approx(before)
    assert crossed(other).region == pytest.approx(crossed(votes).region, abs=1e-4)
    for recover in (project, subtract_biases):
        found, again = recover(votes), recover(other)
        assert again.score[regions] == pytest.approx(found.score, abs=1e-6)
        assert again.bias[annotators] == pytest.approx(found.bias, abs=1e-6)
        assert again.inconsistency[annotators] == pytest.approx(found.inconsistency, abs=1e-6)


@few
@given(seeds)
def test_names_do_not_matter_to_screening_and_second_opinions(seed: int) -> None:
    rng, votes = np.random.default_rng(seed), votes_of(seed, regions=60)
    regions, annotators = rng.permutation(60), rng.permutation(ANNOTATORS)
    other = renamed(votes, regions, annotators, np.arange(len(votes)))

    flags = [one.flags for one in screen(other)]
    assert [flags[one] for one in annotators] == [one.flags for one in screen(votes)]
    assert second_opinion(other, 5).classes[regions] == pytest.approx(second_opinion(votes, 5).classes, abs=1e-6)


@few
@given(seeds, st.floats(-3, 3))
def test_a_constant_in_one_persons_votes_is_bias_and_nothing_else(seed: int, constant: float) -> None:
    votes = votes_of(seed, regions=100)
    level = votes.level + np.where(votes.annotator == 2, constant, 0.0)
    moved = Ballots(votes.region, votes.annotator, level, votes.regions, votes.annotators)

    before, after = project(votes), project(moved)

    assert after.score - after.score.mean() == pytest.approx(before.score - before.score.mean(), abs=1e-5)
    change = after.bias - before.bias
    assert change[2] - np.delete(change, 2) == pytest.approx(np.full(ANNOTATORS - 1, constant), abs=1e-5)
    assert after.inconsistency == pytest.approx(before.inconsistency, abs=1e-5)
    same = crossed(votes).consistency.value
    assert 0 <= same <= 1


@few
@given(seeds)
def test_a_study_done_twice_says_the_same(seed: int) -> None:
    votes = votes_of(seed)
    twice = Ballots(
        np.concatenate([votes.region, votes.region + REGIONS]),
        np.tile(votes.annotator, 2),
        np.tile(votes.level, 2),
        2 * REGIONS,
        ANNOTATORS,
    )

    once, again = table_of(votes), table_of(twice)
    assert kappa(again, 5, 0).fleiss.value == pytest.approx(kappa(once, 5, 0).fleiss.value)
    assert sos(again, 4, resamples=0).value == pytest.approx(sos(once, 4, resamples=0).value)
    assert one_way(again, resamples=0).within == pytest.approx(one_way(once, resamples=0).within)
    for metric in METRICS:  # alpha knows how many votes it has seen: (n - 1) / n of the disagreement expected
        count = len(votes)
        factor = (2 * count - 1) / (2 * count) * count / (count - 1)
        disagreement = 1 - alpha(once, metric, 0).value
        assert 1 - alpha(again, metric, 0).value == pytest.approx(disagreement * factor)
    found = project(twice, prior_votes=20).score  # twice the prior for twice the votes
    assert found[:REGIONS] == pytest.approx(project(votes).score, abs=1e-6)
    assert found[REGIONS:] == pytest.approx(found[:REGIONS], abs=1e-9)


@few
@given(seeds)
def test_turning_the_scale_over_turns_the_scores_over(seed: int) -> None:
    votes = votes_of(seed)
    turned = Ballots(votes.region, votes.annotator, 4 - votes.level, votes.regions, votes.annotators)

    assert project(turned).score == pytest.approx(4 - project(votes).score, abs=1e-6)
    assert alpha(table_of(turned), "ordinal", 0).value == pytest.approx(alpha(table_of(votes), "ordinal", 0).value)
    assert sos(table_of(turned), 4, resamples=0).value == pytest.approx(sos(table_of(votes), 4, resamples=0).value)


def test_everything_about_agreement_is_the_same_for_the_same_seed() -> None:
    votes = votes_of(1)

    found = agreement_of(votes, 4, resamples=200, splits=20)

    assert found == agreement_of(votes, 4, resamples=200, splits=20)
    assert (found.regions, found.annotators, found.votes) == (REGIONS, ANNOTATORS, 150)
    assert found.one_way.single.low < found.one_way.single.value < found.ceiling.value < 1
    assert found.ceiling.low < found.ceiling.value < found.ceiling.high <= 1


def test_agreement_of_nothing() -> None:
    empty = Ballots(np.zeros(0, int), np.zeros(0, int), np.zeros(0), 0, 0)

    found = agreement_of(empty, 4)

    assert (found.regions, found.votes, found.ceiling.value, found.crossed, found.one_way) == (0, 0, None, None, None)
    assert (found.ordinal.value, found.sos.value, found.split_half.srocc.value) == (None, None, None)
    assert screen(empty) == []
