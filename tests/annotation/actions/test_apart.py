import pytest
from django.db import IntegrityError

from annotation.actions.adjudications import adjudicate
from annotation.actions.apart import ask_where_apart
from annotation.actions.versions import promote
from annotation.enums import LabelStatus, Role, Split, StudyStatus
from annotation.errors import Conflict
from annotation.models import Assignment, Label, Protocol, Region, SeatRequest, Study, User
from annotation.queries.apart import apart_in
from annotation.queries.seat_verification import seat_differences
from annotation.queries.verification import replay_labels
from tests.annotation.actions.test_races import in_threads
from tests.annotation.prelabels import make_prelabel
from tests.factories import cast, make_image, make_member, make_region, make_study, make_version

pytestmark = pytest.mark.django_db


def study_with_a_model(**fields: object) -> Study:
    study = make_study(**{"votes_wanted": 2} | fields)
    promote(study=study, version=make_version(), reason="The first.")
    return study


def judged(study: Study, votes: int = 2, split: str = Split.TRAIN, **said: float) -> Region:
    """People say quality 3, importance 2 and no distortion; so does the model but for what is `said`."""
    region = make_region(study, make_image(study, split=split))
    assert study.active_version is not None
    make_prelabel(region, study.active_version, said)
    for _ in range(votes):
        cast(region, make_member(study))
    return region


def found(study: Study) -> list[tuple[int, str, float, float]]:
    return [(one.region.pk, one.scale, round(one.model, 6), one.people) for one in apart_in(study)[0]]


def open_seats(region: Region) -> int:
    return Assignment.objects.open().filter(region=region).count()


def test_the_furthest_come_first_each_with_its_scale() -> None:
    study = study_with_a_model()
    near, far = judged(study, quality=1.0), judged(study, quality=2.0, blur=0.5)
    judged(study, quality=1.5)  # not more than one and a half

    assert found(study) == [(far.pk, "blur", 0.5, 5.0), (near.pk, "quality", 1.0, 3.0)]
    assert apart_in(study)[1] == 2


def test_what_the_model_says_is_of_no_weight_before_people_have_spoken_nor_in_the_hold_out() -> None:
    study = study_with_a_model()
    judged(study, votes=1, quality=0.0)
    judged(study, split=Split.TEST, quality=0.0)
    decided = judged(study, quality=0.0)
    adjudicate(region=decided, by=make_member(study, Role.REVIEWER), levels={"quality": 3}, reason="Looked at it.")

    assert found(study) == []


def test_only_the_active_version_is_asked_and_none_is_no_error() -> None:
    study = study_with_a_model()
    region = judged(study, quality=0.0)
    promote(study=study, version=make_version(), reason="Better.")
    assert found(study) == []

    make_prelabel(region, study.active_version, {"quality": 1.2}) if study.active_version else None
    assert found(study) == [(region.pk, "quality", 1.2, 3.0)]
    assert found(make_study()) == []


def test_two_more_seats_are_made_the_log_says_why_and_no_label_changes() -> None:
    study = study_with_a_model()
    region, agreed = judged(study, quality=0.0), judged(study)
    before = list(Label.objects.order_by("pk").values())

    assert ask_where_apart(study=study) == 2

    request = SeatRequest.objects.get()
    assert (request.region, request.seats, request.votes, request.reasons) == (region, 2, 2, ["apart quality"])
    assert (open_seats(region), open_seats(agreed)) == (2, 0)
    assert list(Label.objects.order_by("pk").values()) == before
    assert list(seat_differences(study)) == []


def test_a_model_that_stays_wrong_asks_once() -> None:
    study = study_with_a_model()
    region = judged(study, quality=0.0)
    ask_where_apart(study=study)
    for _ in range(2):
        cast(region, make_member(study))

    assert (Label.objects.get().votes, Label.objects.get().status) == (4, LabelStatus.SETTLED)
    assert found(study) == []
    assert [row for rows in replay_labels(study) for row in rows] == []
    with pytest.raises(Conflict) as refusal:
        ask_where_apart(study=study)
    assert refusal.value.code == "nothing_to_ask"


def test_cap_and_budget_hold() -> None:
    study = study_with_a_model()
    Protocol.objects.create(study=study, votes_cap=3, votes_budget=2)
    regions = [judged(study, quality=level) for level in (0.0, 0.5, 1.0)]

    assert ask_where_apart(study=study) == 2
    assert [open_seats(region) for region in regions] == [1, 1, 0]
    with pytest.raises(Conflict):
        ask_where_apart(study=study)


def test_a_closed_study_asks_nobody() -> None:
    study = study_with_a_model(status=StudyStatus.CLOSED)

    with pytest.raises(Conflict) as refusal:
        ask_where_apart(study=study)

    assert refusal.value.code == "closed"


@pytest.mark.django_db(transaction=True)
def test_without_its_line_in_the_journal_no_seat_is_made() -> None:
    study = study_with_a_model()
    region = judged(study, quality=0.0)

    with pytest.raises(IntegrityError):
        ask_where_apart(study=study, by=User(pk=999_999))

    assert (SeatRequest.objects.count(), open_seats(region)) == (0, 0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_who_ask_at_once_get_two_seats_a_region() -> None:
    study = study_with_a_model()
    regions = [judged(study, quality=0.0) for _ in range(3)]
    answers: list[int] = []

    def ask(person: object) -> None:
        try:
            answers.append(ask_where_apart(study=study))
        except Conflict:
            answers.append(0)

    in_threads([make_member(study, Role.MANAGER) for _ in range(4)], ask)

    assert [open_seats(region) for region in regions] == [2, 2, 2]
    assert sum(answers) == 6
