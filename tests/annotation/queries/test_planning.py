"""What is still to come: votes asked for, votes the rules will ask for, and the days that takes."""

from datetime import timedelta

import pytest

from annotation.actions.adaptive import ask_for_more
from annotation.actions.adjudications import adjudicate
from annotation.actions.gold import mark_gold
from annotation.enums import Role
from annotation.models import Protocol, Region, Study, User
from annotation.queries import planning
from annotation.queries.board_counts import work_of
from annotation.queries.planning import ahead_of
from tests.factories import cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db


def make_asking(
    regions: int = 8, qualities: tuple[int, ...] = (1, 2, 3), **protocol: object
) -> tuple[Study, list[User]]:
    """Everybody votes on every region; a wide interval asks for more, up to the cap."""
    study = make_study(votes_wanted=3)
    Protocol.objects.create(study=study, **{"adaptive": True, "votes_cap": 5} | protocol)
    people = [make_member(study) for _ in range(6)]
    for _ in range(regions):
        region = make_region(study)
        for person, quality in zip(people, qualities, strict=False):
            cast(region, person, quality=quality)
    return study, people


def later(monkeypatch: pytest.MonkeyPatch, study: Study, days: int) -> None:
    """So many days after the only day with votes; they cannot be dated back."""
    (voted,) = work_of(study)[1]
    monkeypatch.setattr("annotation.queries.board.timezone.localdate", lambda: voted + timedelta(days=days))


def test_days_are_the_open_votes_by_the_votes_of_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """12 votes in three days are 4 a day; 8 are still asked for."""
    study = make_study(votes_wanted=5)
    regions = [make_region(study) for _ in range(4)]
    people = [make_member(study) for _ in range(3)]
    for region in regions:
        for person in people:
            cast(region, person)
    later(monkeypatch, study, days=2)

    ahead = ahead_of(study)

    assert (ahead.open_seats, ahead.later, ahead.votes_a_day, ahead.days) == (8, None, 4.0, 2.0)


def test_days_hold_the_votes_that_the_rules_will_still_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three votes 1, 2, 3 leave too wide an interval: each of eight regions gets two more, and then it has all it may have."""
    study, _ = make_asking()
    later(monkeypatch, study, days=1)

    ahead = ahead_of(study)

    assert ahead.later is not None
    assert (ahead.open_seats, ahead.later.votes, ahead.votes_a_day, ahead.days) == (0, 16.0, 12.0, 16 / 12)


def test_votes_that_were_asked_for_are_not_forecast_again() -> None:
    study, _ = make_asking()

    added = ask_for_more(study=study)
    ahead = ahead_of(study)

    assert ahead.later is not None
    assert (added, ahead.open_seats, ahead.later.votes, ahead.asked) == (16, 16, 0.0, 16)


def test_regions_without_votes_and_with_few_are_in_the_forecast_but_not_their_open_seats() -> None:
    study, people = make_asking(regions=0)
    make_region(study)
    cast(make_region(study), people[0])

    ahead = ahead_of(study)

    assert ahead.later is not None
    assert ahead.open_seats == 5
    assert 0 < ahead.later.high <= 4  # two regions, two more votes each at most


def test_nothing_beyond_the_budget_is_forecast() -> None:
    study, _ = make_asking(votes_budget=5)

    ahead = ahead_of(study)

    assert ahead.later is not None
    assert (ahead.later.votes, ahead.later.high, ahead.budget_left) == (5.0, 5.0, 5)


def test_decided_regions_and_known_answers_are_no_votes_to_come() -> None:
    study, _ = make_asking()
    decided, golden, *_ = Region.objects.filter(study=study).order_by("pk")
    adjudicate(region=decided, by=make_member(study, Role.REVIEWER), levels={"quality": 2}, reason="Looked at it.")
    mark_gold(region=golden, by=make_member(study, Role.MANAGER), use="hidden", opinion=make_opinion(quality=2))

    ahead = ahead_of(study)

    assert ahead.later is not None
    assert ahead.later.votes == 12.0


def test_many_regions_are_forecast_from_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are alike here, so every third says what all would, but for how many there are of them."""
    study, _ = make_asking(regions=12)
    monkeypatch.setattr(planning, "MOST", 6)

    ahead = ahead_of(study)

    assert ahead.later is not None
    assert ahead.later.votes == 24.0


def test_without_votes_in_the_last_week_nobody_knows_the_days(monkeypatch: pytest.MonkeyPatch) -> None:
    study, _ = make_asking()
    later(monkeypatch, study, days=30)

    ahead = ahead_of(study)

    assert (ahead.votes_a_day, ahead.days) == (0.0, None)
