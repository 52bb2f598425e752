import pytest

from annotation.actions.adaptive import ask_for_more, ask_for_seats, studies_that_ask
from annotation.actions.adjudications import adjudicate
from annotation.actions.exclusions import exclude
from annotation.actions.gold import mark_gold
from annotation.enums import LabelStatus, Role, StudyStatus
from annotation.models import Assignment, Label, Protocol, Region, SeatRequest, Study
from annotation.queries.asking import budget_left
from annotation.queries.seat_verification import seat_differences
from tests.factories import cast, make_member, make_opinion, make_region, make_study

pytestmark = pytest.mark.django_db


def make_asking_study(**protocol: object) -> Study:
    study = make_study(votes_wanted=3)
    Protocol.objects.create(study=study, **{"adaptive": True, "votes_cap": 9} | protocol)
    return study


def make_voted(study: Study, qualities: tuple[int, ...]) -> Region:
    region = make_region(study)
    for quality in qualities:
        cast(region, make_member(study), quality=quality)
    return region


def open_seats(region: Region) -> int:
    return Assignment.objects.open().filter(region=region).count()


def test_a_torn_label_gets_two_more_seats_and_the_log_says_why() -> None:
    study = make_asking_study()
    torn = make_voted(study, (0, 0, 4))
    make_voted(study, (3, 3, 3))

    added = ask_for_more(study=study)

    request = SeatRequest.objects.get(region=torn)
    assert (added >= 2, open_seats(torn), request.seats, request.votes) == (True, 2, 2, 3)
    assert "wide quality" in request.reasons
    assert list(seat_differences(study)) == []


def test_a_study_whose_protocol_does_not_ask_is_left_alone() -> None:
    study = make_asking_study(adaptive=False)
    torn = make_voted(study, (0, 0, 4))

    assert (ask_for_more(study=study), open_seats(torn), studies_that_ask()) == (0, 0, [])


def test_nothing_is_asked_twice_while_seats_are_open() -> None:
    study = make_asking_study()
    torn = make_voted(study, (0, 0, 4))
    ask_for_more(study=study)

    again = ask_for_more(study=study)

    assert (again, open_seats(torn)) == (0, 2)


def test_after_the_cap_nothing_is_asked() -> None:
    study = make_asking_study(votes_cap=4)
    torn = make_voted(study, (0, 0, 4))

    added = ask_for_more(study=study)

    cast(torn, make_member(study), quality=4)
    assert (added, ask_for_more(study=study), Label.objects.get(region=torn).votes) == (1, 0, 4)


def test_the_budget_goes_to_the_label_that_gains_most() -> None:
    study = make_asking_study(votes_budget=2)
    regions = [make_voted(study, qualities) for qualities in ((0, 0, 4), (0, 4, 2), (1, 1, 2))]

    added = ask_for_more(study=study)

    assert added == 2
    assert [open_seats(region) for region in regions] == [2, 0, 0]
    assert budget_left(Protocol.objects.get(study=study)) == 0
    assert ask_for_more(study=study) == 0


def test_a_label_that_a_reviewer_decided_is_not_asked_about() -> None:
    study = make_asking_study()
    torn = make_voted(study, (0, 0, 4))
    adjudicate(region=torn, by=make_member(study, Role.REVIEWER), levels={"quality": 1}, reason="Seen it.")

    assert ask_for_more(study=study) == 0


def test_a_region_with_a_known_answer_is_not_asked_about_and_takes_nothing_of_the_budget() -> None:
    study = make_asking_study(votes_budget=6)
    torn = make_voted(study, (0, 0, 4))
    mark_gold(region=torn, by=make_member(study, Role.MANAGER), use="hidden", opinion=make_opinion(quality=1))

    added = [ask_for_more(study=study), ask_for_seats(region_id=torn.pk, seats=2, most=9, reasons=["apart quality"])]

    assert (added, open_seats(torn), budget_left(Protocol.objects.get(study=study))) == ([0, 0], 0, 6)


def test_votes_that_are_still_to_come_are_waited_for() -> None:
    study = make_asking_study()
    region = make_voted(study, (0, 4))

    assert (ask_for_more(study=study), Label.objects.get(region=region).status) == (0, LabelStatus.OPEN)


def test_only_open_studies_with_the_rule_ask() -> None:
    study = make_asking_study()
    make_study(votes_wanted=3)
    paused = make_asking_study()
    Study.objects.filter(pk=paused.pk).update(status=StudyStatus.PAUSED)

    assert studies_that_ask() == [study]
    assert ask_for_more(study=make_study()) == 0


def test_seats_that_were_asked_for_survive_an_exclusion() -> None:
    study = make_asking_study()
    torn = make_voted(study, (0, 0, 4))
    ask_for_more(study=study)
    first = torn.votes.order_by("pk")[0].annotator

    exclude(study=study, annotator=first, by=make_member(study, Role.MANAGER), reason="Asleep.")

    assert (Label.objects.get(region=torn).votes, open_seats(torn)) == (2, 3)
