import pytest
from django.db import DatabaseError, transaction
from pytest_django import DjangoAssertNumQueries

from annotation.actions.exposures import Hint, arm_of, hint_after_vote, hint_before_vote
from annotation.actions.leases import lease_next
from annotation.actions.votes import retract_vote
from annotation.enums import Arm, PrelabelPolicy, PrelabelSeen, Split
from annotation.errors import Conflict
from annotation.models import Assignment, Exposure, Label, Prelabel, Region, Study, User, Vote
from annotation.queries.verification import replay_labels
from tests.annotation.actions.test_races import in_threads
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db
NEVER, AFTER, RANDOM = PrelabelPolicy.NEVER, PrelabelPolicy.AFTER_VOTE, PrelabelPolicy.RANDOM_ARM


def guessed(policy: str, share: float = 1.0, split: str = "train") -> tuple[Study, Region, User, Prelabel]:
    """A study with one region that its active version has judged, and somebody who rates in it."""
    version = make_version(name="gull 1")
    study = make_study(prelabel_policy=policy, arm_share=share, active_version=version)
    region = make_region(study, make_image(study, split=split))
    return study, region, make_member(study), make_prelabel(region, version)


def lease(study: Study, annotator: User) -> Assignment:
    seat = lease_next(study=study, annotator=annotator).assignment
    assert seat is not None
    return seat


def look(study: Study, annotator: User) -> Hint | None:
    return hint_before_vote(seat=lease(study, annotator), annotator=annotator)


def looks() -> list[tuple[str, str]]:
    return list(Exposure.objects.order_by("pk").values_list("policy", "arm"))


def test_the_shown_arm_sees_words_and_the_version_and_it_is_written_down() -> None:
    study, region, ben, prelabel = guessed(RANDOM)

    hint = look(study, ben)

    assert hint == Hint(str(prelabel.version), hint.words if hint else {})
    assert hint is not None
    assert hint.words["quality"] == "good"
    exposure = Exposure.objects.get()
    assert (exposure.region, exposure.annotator, exposure.prelabel) == (region, ben, prelabel)
    assert looks() == [(RANDOM, Arm.SHOWN)]


def test_the_hidden_arm_is_written_down_and_sees_nothing() -> None:
    study, region, ben, _ = guessed(RANDOM, share=0.0)

    assert look(study, ben) is None
    vote = cast(region, ben)

    assert looks() == [(RANDOM, Arm.HIDDEN)]
    assert (vote.prelabel_seen, vote.prelabel_id, Label.objects.get().exposed_votes) == (PrelabelSeen.NOTHING, None, 0)


@pytest.mark.parametrize("policy", [NEVER, AFTER])
def test_other_policies_show_nothing_before_the_vote_without_a_statement(
    policy: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    study, _, ben, _ = guessed(policy)
    seat = lease(study, ben)

    with django_assert_num_queries(0):
        assert hint_before_vote(seat=seat, annotator=ben) is None
    assert looks() == []


@pytest.mark.parametrize("policy", [RANDOM, AFTER])
def test_nothing_is_ever_shown_of_the_hold_out(policy: str) -> None:
    study, region, ben, _ = guessed(policy, split=Split.TEST)

    assert look(study, ben) is None
    assert hint_after_vote(vote=cast(region, ben), annotator=ben) is None
    assert looks() == []


def test_only_the_active_version_s_prelabel_is_shown() -> None:
    study, region, ben, _ = guessed(RANDOM)
    study.active_version = make_version()
    study.save()

    assert look(study, ben) is None
    make_prelabel(region, study.active_version)
    hint = look(study, ben)

    assert hint is not None
    assert hint.version == str(study.active_version)


def test_the_first_look_decides_whatever_is_promoted_or_drawn_later() -> None:
    study, region, ben, prelabel = guessed(RANDOM)
    first = look(study, ben)
    study.active_version, study.arm_share = make_version(), 0.0
    study.save()
    make_prelabel(region, study.active_version)

    assert look(study, ben) == first
    assert Exposure.objects.get().prelabel == prelabel


def test_a_vote_says_what_was_seen_before_it_and_the_label_counts_it() -> None:
    study, region, ben, prelabel = guessed(RANDOM)
    look(study, ben)

    vote = cast(region, ben)

    assert (vote.prelabel_seen, vote.prelabel_id) == (PrelabelSeen.BEFORE_VOTE, prelabel.pk)
    vote.refresh_from_db()
    assert (vote.prelabel_seen, vote.prelabel) == (PrelabelSeen.BEFORE_VOTE, prelabel)
    assert (Label.objects.get().votes, Label.objects.get().exposed_votes) == (1, 1)
    assert list(replay_labels(study)) == [[]]


def test_what_was_shown_under_an_earlier_policy_counts_all_the_same() -> None:
    study, region, ben, _ = guessed(RANDOM)
    look(study, ben)
    Study.objects.update(prelabel_policy=NEVER)

    assert cast(region, ben).prelabel_seen == PrelabelSeen.BEFORE_VOTE


def test_what_others_saw_or_what_was_seen_elsewhere_does_not_count() -> None:
    study, region, ben, _ = guessed(RANDOM)
    other = make_region(study)
    look(study, ben)

    assert cast(region, make_member(study)).prelabel_seen == PrelabelSeen.NOTHING
    assert cast(other, ben).prelabel_seen == PrelabelSeen.NOTHING


def test_a_vote_costs_no_statement_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    never = guessed(NEVER)
    shown = guessed(RANDOM)
    look(shown[0], shown[2])

    for _, region, ben, _ in (never, shown):
        with django_assert_num_queries(6):
            cast(region, ben)


def test_after_the_vote_the_guess_is_shown_and_a_second_vote_is_exposed() -> None:
    _, region, ben, prelabel = guessed(AFTER)
    first = cast(region, ben)

    hints = [hint_after_vote(vote=first, annotator=ben) for _ in range(2)]
    retract_vote(vote=first, annotator=ben)
    second = cast(region, ben)

    assert hints[0] == hints[1]
    assert hints[0] is not None
    assert looks() == [(AFTER, Arm.SHOWN)]
    first.refresh_from_db()
    assert (first.prelabel_seen, first.prelabel_id) == (PrelabelSeen.NOTHING, None)
    assert (second.prelabel_seen, second.prelabel_id) == (PrelabelSeen.BEFORE_VOTE, prelabel.pk)
    assert (Label.objects.get().votes, Label.objects.get().exposed_votes) == (1, 1)


@pytest.mark.parametrize("policy", [NEVER, RANDOM])
def test_other_policies_show_nothing_after_the_vote(policy: str) -> None:
    _, region, ben, _ = guessed(policy)

    assert hint_after_vote(vote=cast(region, ben), annotator=ben) is None
    assert looks() == []


def test_a_vote_that_was_taken_back_shows_nothing() -> None:
    _, region, ben, _ = guessed(AFTER)
    vote = retract_vote(vote=cast(region, ben), annotator=ben)

    with pytest.raises(Conflict, match="taken back"):
        hint_after_vote(vote=vote, annotator=ben)
    assert looks() == []


def test_who_had_voted_or_seen_a_guess_otherwise_is_not_drawn_into_the_experiment() -> None:
    study, region, ben, _ = guessed(NEVER)
    retract_vote(vote=cast(region, ben), annotator=ben)
    Study.objects.update(prelabel_policy=RANDOM)
    study.refresh_from_db()

    assert look(study, ben) is None

    eve = make_member(study)
    Study.objects.update(prelabel_policy=AFTER)
    vote = cast(region, eve)
    hint_after_vote(vote=vote, annotator=eve)
    retract_vote(vote=vote, annotator=eve)
    Study.objects.update(prelabel_policy=RANDOM)

    assert look(study, eve) is None
    assert looks() == [(AFTER, Arm.SHOWN)]


def test_arms_are_drawn_by_seed_in_the_study_s_share() -> None:
    study, other = make_study(arm_share=0.3), make_study(arm_share=0.3, seed=8)
    pairs = [(region, person) for region in range(200) for person in range(10)]

    drawn = [arm_of(study, *pair) for pair in pairs]

    assert drawn == [arm_of(study, *pair) for pair in pairs]
    assert drawn != [arm_of(other, *pair) for pair in pairs]
    assert 0.27 < drawn.count(Arm.SHOWN) / len(drawn) < 0.33


def test_what_was_shown_is_never_changed_or_deleted() -> None:
    study, _, ben, _ = guessed(RANDOM)
    look(study, ben)

    with pytest.raises(DatabaseError), transaction.atomic():
        Exposure.objects.update(arm=Arm.HIDDEN)
    with pytest.raises(DatabaseError), transaction.atomic():
        Exposure.objects.all().delete()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_look_and_a_vote_at_the_same_moment_are_one_after_the_other() -> None:
    """Whatever is shown was written down before: a vote is exposed, or its giver was drawn into no arm."""
    study, region, ben, _ = guessed(RANDOM)
    seat = lease(study, ben)
    hints: list[Hint | None] = []
    votes: list[Vote] = []
    work = [
        lambda: votes.append(cast(region, ben)),
        *[lambda: hints.append(hint_before_vote(seat=seat, annotator=ben))] * 5,
    ]

    in_threads([ben] * 6, lambda person: work.pop()())

    shown = [hint for hint in hints if hint is not None]
    assert len(hints) == 5
    assert Exposure.objects.count() == (1 if shown else 0)
    assert all(hint == shown[0] for hint in shown)
    assert (votes[0].prelabel_id is None) or bool(shown)
