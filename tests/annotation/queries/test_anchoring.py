import pytest

from annotation.actions.votes import retract_vote
from annotation.enums import Arm, PrelabelPolicy
from annotation.models import Exposure, Prelabel, Study, User, Vote
from annotation.queries.anchoring import (
    _levels_of,
    anchoring_of,
    pull_in_words,
    signed,
    spread_in_words,
    time_in_words,
)
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def expose(prelabel: Prelabel, person: User, arm: str, policy: str = PrelabelPolicy.RANDOM_ARM) -> None:
    Exposure.objects.create(region=prelabel.region, annotator=person, prelabel=prelabel, policy=policy, arm=arm)


def make_experiment(regions: int = 20) -> tuple[Study, list[Prelabel], list[User]]:
    """The guess is bad (0). Who does not see it says 2 or 3, who sees it says 1: half of the way and a little more.

    It is always the same three people, so the interval is wide though all regions are alike.
    """
    study, version = make_study(votes_wanted=4), make_version()
    people = [make_member(study) for _ in range(4)]
    prelabels = [make_prelabel(make_region(study), version, {"quality": 0.0}) for _ in range(regions)]
    for prelabel in prelabels:
        for person, arm, quality in zip(people, (Arm.HIDDEN, Arm.HIDDEN, Arm.SHOWN), (2, 3, 1), strict=False):
            expose(prelabel, person, arm)
            cast(prelabel.region, person, quality=quality)
    return study, prelabels, people


def test_the_arms_of_a_study_are_compared() -> None:
    study, _, _ = make_experiment()

    audit = anchoring_of(study)

    assert (audit.shown, audit.hidden, audit.regions, audit.people) == (20, 40, 20, 3)
    quality = audit.scales[6]
    assert (quality.scale, quality.pull and quality.pull.compared) == ("quality", 20)
    assert pull_in_words(quality) == "Shown guesses pulled quality votes by 0.58 of the way [0.28, 0.89]."
    assert (quality.spread, spread_in_words(quality)) == (None, "")
    assert pull_in_words(audit.scales[2]) == "Too little data to say whether shown guesses pulled blur votes."
    assert time_in_words(audit.time) == "Too little data to compare times."


def test_votes_outside_the_experiment_do_not_count() -> None:
    """Those of people who are in no arm, of other studies, taken back ones, and ones that saw the guess otherwise."""
    study, prelabels, people = make_experiment()
    before = anchoring_of(study)
    make_experiment(1)
    first = prelabels[0]
    cast(first.region, make_member(study), quality=4)
    other = make_region(study)
    cast(other, people[0], quality=4)
    retracted = make_prelabel(make_region(study), first.version)
    expose(retracted, people[0], Arm.SHOWN)
    retract_vote(vote=cast(retracted.region, people[0]), annotator=people[0])
    both = make_prelabel(make_region(study), first.version)
    expose(both, people[1], Arm.HIDDEN)
    expose(both, people[1], Arm.SHOWN, PrelabelPolicy.AFTER_VOTE)
    cast(both.region, people[1])

    assert anchoring_of(study) == before
    assert Vote.objects.filter(region=both.region, prelabel=both).count() == 1


def test_a_study_without_an_experiment_has_too_little_data() -> None:
    audit = anchoring_of(make_study())

    assert (audit.shown, audit.hidden, audit.regions, audit.people) == (0, 0, 0, 0)
    assert {(scale.pull, scale.spread) for scale in audit.scales} == {(None, None)}
    assert audit.time is None


def test_numbers_have_a_real_minus_and_no_minus_zero() -> None:
    assert [signed(value) for value in (0.125, -0.5, -0.001, 0)] == ["0.12", "−0.50", "0.00", "0.00"]


def test_more_guesses_than_one_statement_has_room_for_are_all_read() -> None:
    """The server takes 65,535 values in a statement, and an audit has up to 100,000 votes."""
    study, version = make_study(), make_version()
    first, last = (make_prelabel(make_region(study), version, {"quality": quality}) for quality in (0.0, 4.0))

    levels = _levels_of([first.pk, *range(-70_000, 0), last.pk])

    assert {pk: guess[6] for pk, guess in levels.items()} == {first.pk: 0, last.pk: 4}
