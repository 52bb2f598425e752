"""Screening and recovery of a running study, proved from its raw votes by SQL."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from annotation.actions.exclusions import exclude
from annotation.actions.votes import retract_vote
from annotation.aggregation.recovery import Recovered
from annotation.aggregation.signals import DIAGNOSTIC
from annotation.enums import Purpose, Role
from annotation.models import Region, Sitting, Study, User, Vote
from annotation.queries import analyses
from annotation.queries.analyses import forget, recoveries_at, screenings_at
from annotation.queries.panel_verification import panel_differences
from annotation.scales import DISTORTIONS, SCALES
from tests.annotation.queries.test_panel import check, make_gold, make_panel
from tests.annotation.queries.test_verification import run_sql
from tests.factories import make_image, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db
PEOPLE, REGIONS, VOTES = 8, 50, 6


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget()


def differences(study: Study) -> list[str]:
    return [str(one) for found in panel_differences(study) for one in found]


def say(region: Region, person: User, levels: dict[str, int], **facts: object) -> Vote:
    values = {scale: getattr(make_opinion(**levels), scale) for scale in SCALES}
    known = {"duration_ms": 9_000, "idempotency_key": uuid4(), **facts}
    return Vote.objects.create(study=region.study, region=region, annotator=person, **known, **values)


def make_crowd() -> tuple[Study, list[User]]:
    """Person 0 votes at random, hastily, knowing nothing; 1 is mild, 2 says the same through a sitting, 3 forgets."""
    rng, study = np.random.default_rng(8), make_study(votes_wanted=VOTES)
    people = [make_member(study) for _ in range(PEOPLE)]
    sittings = [Sitting.objects.create(study=study, annotator=person, number=1) for person in people]
    truth, image = rng.uniform(0.3, 3.7, REGIONS), make_image(study)
    for number in range(REGIONS):
        region = make_region(study, image)
        for place in rng.permutation(PEOPLE)[:VOTES].tolist():
            levels = levels_of(rng, truth[number] + 0.6 * (place == 1), at_random=place == 0)
            levels |= {"quality": 2} if place == 2 and number < 45 else {}
            facts = {"duration_ms": int(rng.lognormal(9.5, 0.3)) // (4 if place == 0 else 1)}
            say(region, people[place], levels, **facts, sitting=sittings[place] if number < 45 else None)
            if number % 2 == 0:
                again = levels_of(rng, truth[number], at_random=place == 3)
                check(region, people[place], Purpose.REPEAT, **again)
    golden = [make_region(study, image) for _ in range(12)]
    for region in golden:
        make_gold(region, quality=1, importance=3)
        for place, person in enumerate(people):
            wrong = {"quality": 4, "importance": 0} if place == 0 else {}
            check(region, person, Purpose.GOLD, **levels_of(rng, 1.0, at_random=False) | wrong)
    return study, people


def levels_of(rng: np.random.Generator, score: float, *, at_random: bool) -> dict[str, int]:
    scores = rng.integers(0, 5, 2) if at_random else np.clip(np.rint(score + rng.normal(0, 0.6, 2)), 0, 4)
    seen = {scale: int(rng.integers(0, 5)) if rng.random() < 0.4 else 5 for scale in DISTORTIONS}
    return {**seen, "quality": int(scores[0]), "importance": int(scores[1])}


def test_all_that_the_pages_say_of_a_panel_follows_from_its_votes() -> None:
    """Every signal but the one by condition has something to say here, and most of them somebody to point at."""
    study, people = make_crowd()
    vote = Vote.objects.filter(annotator=people[5], purpose=Purpose.LABEL).earliest("pk")
    retract_vote(vote=vote, annotator=people[5])

    assert differences(study) == []
    signals = [signal for person in screenings_at(study)["quality"] for signal in person.every]
    assert {signal.name for signal in signals if signal.value is None} == {"vqeg"}
    assert {signal.name for signal in signals if signal.flagged and signal.name not in DIAGNOSTIC} == {
        "leave_one_out", "inconsistency", "constant", "gold", "repeats", "too_fast", "pace",
    }  # fmt: skip


def test_somebody_excluded_is_held_against_the_others_scores_by_sql_too() -> None:
    study, people = make_crowd()

    exclude(study=study, annotator=people[0], by=make_member(study, Role.MANAGER), reason="Votes at random.")

    assert differences(study) == []
    assert len(list(panel_differences(study))) == len(SCALES) + 2


def test_few_people_and_perfect_agreement_and_nothing_at_all_follow_too() -> None:
    for study in (make_panel(people=2, regions=3)[0], make_panel(people=4, regions=1)[0], make_study()):
        assert differences(study) == []


def test_votes_that_were_changed_after_the_pages_were_counted_are_noticed() -> None:
    """Behind the product's back, so that nobody counts them anew."""
    study, people = make_crowd()
    recoveries_at(study)
    screenings_at(study)
    run_sql("UPDATE annotation_vote SET quality = 4 - quality WHERE annotator_id = %s", people[4].pk)

    found = differences(study)

    subjects = {one.split(":")[0].split(", ")[-1] for one in found}
    assert subjects == {"recovery of quality", "screening on quality"}
    assert [one for one in found if f"leave_one_out of person {people[4].pk} is" in one] != []


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda one: replace(one, score=one.score + np.eye(len(one.score))[0]), "the score is"),
        (lambda one: replace(one, bias=one.bias + np.eye(len(one.bias))[2]), "the bias of person"),
        (lambda one: replace(one, inconsistency=one.inconsistency * 1.01), "the variance of person"),
        (lambda one: replace(one, prior_sd=one.prior_sd + 0.1), "a typical variance is"),
    ],
)
def test_each_number_of_a_recovery_is_compared(
    spoil: Callable[[Recovered], Recovered], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, _ = make_panel(people=6, regions=8)
    wrong = {scale: spoil(one) if scale == "quality" else one for scale, one in recoveries_at(study).items()}
    monkeypatch.setattr("annotation.queries.panel_verification.recoveries_at", lambda _: wrong)

    found = [one for one in differences(study) if f"recovery of quality: {expected}" in one]

    assert len(found) >= 1


def test_each_signal_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    study, _ = make_crowd()
    right = screenings_at(study)
    first = right["quality"][0]
    every = tuple(replace(one, value=(one.value or 0) + 0.01) for one in first.every)
    wrong = {**right, "quality": [replace(first, every=every), *right["quality"][1:]]}
    monkeypatch.setattr("annotation.queries.panel_verification.screenings_at", lambda _: wrong)

    found = differences(study)

    assert len(found) == len(every)
    assert found[3].startswith("screening on quality: leave_one_out of person ")


def test_a_flag_is_compared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    study, _ = make_crowd()
    right = screenings_at(study)
    first = right["quality"][0]
    every = tuple(replace(one, flagged=not one.flagged) if one.name == "gold" else one for one in first.every)
    wrong = {**right, "quality": [replace(first, every=every), *right["quality"][1:]]}
    monkeypatch.setattr("annotation.queries.panel_verification.screenings_at", lambda _: wrong)

    (found,) = differences(study)

    assert found.endswith("(a flag).")


def test_a_panel_that_counts_what_does_not_count_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the pages had forgotten that a retracted vote is none."""
    study, people = make_panel(people=5, regions=8)
    panel = analyses.panel_at(study)
    vote = Vote.objects.filter(annotator=people[1]).earliest("pk")
    retract_vote(vote=vote, annotator=people[1])
    monkeypatch.setattr(analyses, "_panel", lambda _: panel)

    found = differences(study)

    assert [one for one in found if f"person {people[1].pk} has 8 votes, by SQL 7." in one] != []
