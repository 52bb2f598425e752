import json

import pytest

from annotation.actions import summaries
from annotation.actions.adjudications import adjudicate
from annotation.actions.settings import change_settings
from annotation.actions.summaries import tell_alarms, tell_finished, tell_settled
from annotation.actions.votes import retract_vote
from annotation.enums import HookEvent, LabelStatus
from annotation.models import Delivery, JustSettled, Label, RaisedAlarm, Study, User
from tests.annotation.hooks import ADDRESS, make_hook, told
from tests.annotation.queries.test_honesty import settle, study_with_a_model
from tests.factories import cast, make_member, make_region, make_study

pytestmark = pytest.mark.django_db
SETTLED, FINISHED, ALARM = HookEvent.REGIONS_SETTLED, HookEvent.STUDY_FINISHED, HookEvent.ALARM_RAISED


@pytest.fixture
def study() -> Study:
    return make_study(slug="gulls", votes_wanted=1)


@pytest.fixture
def ben(study: Study) -> User:
    return make_member(study)


def test_a_summary_names_all_that_settled_since_the_last(study: Study, ben: User) -> None:
    make_hook(study, SETTLED)
    make_hook(study, HookEvent.EXPORT_FINISHED, address=f"{ADDRESS}/1")
    regions = [make_region(study) for _ in range(3)]
    for region in regions[:2]:
        cast(region, ben)

    counts = [tell_settled(), tell_settled()]
    cast(regions[2], ben)
    counts.append(tell_settled())

    assert counts == [2, 0, 1]
    first, second = told()
    assert first.pop("at") < second["at"]
    assert first == {
        "event": "regions_settled",
        "study": "gulls",
        "url": "/api/v1/studies/gulls/labels",
        "regions": [region.pk for region in regions[:2]],
    }
    assert second["regions"] == [regions[2].pk]
    assert JustSettled.objects.count() == 0


def test_nothing_is_written_down_where_nobody_wants_to_know(study: Study, ben: User) -> None:
    make_hook(study, FINISHED, ALARM)
    make_hook(make_study(), SETTLED)
    make_hook(study, SETTLED, address=f"{ADDRESS}/1", active=False)

    cast(make_region(study), ben)

    assert (JustSettled.objects.count(), tell_settled()) == (0, 0)


def test_an_open_label_is_no_news_and_neither_is_another_vote_on_a_settled_one(ben: User) -> None:
    study = make_study(votes_wanted=2)
    make_hook(study, SETTLED)
    region = make_region(study)

    told_after = []
    for person in (ben, *(make_member(study) for _ in range(2))):
        cast(region, person)
        told_after.append(tell_settled())

    assert told_after == [0, 1, 0]


def test_a_region_that_is_open_again_is_left_out_and_told_when_it_settles_anew(study: Study, ben: User) -> None:
    make_hook(study, SETTLED)
    region = make_region(study)
    retract_vote(vote=cast(region, ben), annotator=ben)

    assert tell_settled() == 0
    cast(region, ben)
    assert tell_settled() == 1
    assert told()[0]["regions"] == [region.pk]


def test_a_reviewer_s_decision_settles_a_dispute(ben: User) -> None:
    study = make_study(votes_wanted=2)
    make_hook(study, SETTLED)
    region = make_region(study)
    cast(region, ben, blur=0)
    cast(region, make_member(study), blur=5)
    assert (Label.objects.get().status, tell_settled()) == (LabelStatus.DISPUTED, 0)

    adjudicate(region=region, by=make_member(study, "reviewer"), levels={"blur": 1}, reason="Seen.")

    assert tell_settled() == 1


def test_other_rules_settle_many_at_once_which_are_told_in_parts(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "TOLD", 2)
    study = make_study(votes_wanted=2)
    make_hook(study, SETTLED)
    regions = [make_region(study) for _ in range(5)]
    for region in regions:
        cast(region, ben)
    assert tell_settled() == 0

    change_settings(study=study, changes={"votes_wanted": 1}, by=None)

    assert tell_settled() == 5
    assert [len(body["regions"]) for body in told()] == [2, 2, 1]


def test_each_study_has_a_summary_of_its_own(study: Study, ben: User) -> None:
    other = make_study(votes_wanted=1)
    for one, person in ((study, ben), (other, make_member(other))):
        make_hook(one, SETTLED)
        cast(make_region(one), person)

    assert tell_settled() == 2
    assert sorted((row.webhook.study.slug, json.loads(row.body)["study"]) for row in Delivery.objects.all()) == sorted(
        (one.slug, one.slug) for one in (study, other)
    )


def test_a_study_is_finished_once_until_there_is_more_to_do(study: Study, ben: User) -> None:
    make_hook(study, FINISHED)
    make_hook(study, SETTLED, address=f"{ADDRESS}/1")
    looks = [tell_finished()]  # nothing is there yet
    first = make_region(study)
    looks.append(tell_finished())
    cast(first, ben)
    looks += [tell_finished(), tell_finished()]
    second = make_region(study)
    looks.append(tell_finished())
    cast(second, ben)
    looks.append(tell_finished())

    assert looks == [0, 0, 1, 0, 0, 1]
    bodies = told(FINISHED)
    assert [body.pop("at") != "" for body in bodies] == [True, True]
    assert bodies == [{"event": "study_finished", "study": "gulls", "url": "/api/v1/studies/gulls/progress"}] * 2


def test_a_dispute_is_not_finished(ben: User) -> None:
    study = make_study(votes_wanted=2)
    make_hook(study, FINISHED)
    region = make_region(study)
    cast(region, ben, blur=0)
    cast(region, make_member(study), blur=5)
    region.assignments.filter(vote=None).delete()

    assert tell_finished() == 0


def test_an_alarm_is_told_when_it_rises_and_again_only_after_it_was_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    study, _, _ = study_with_a_model(slug="gulls")
    make_hook(study, ALARM)
    there: list[list[tuple[str, str, None]]] = [
        [("quality", "random", None)],
        [("quality", "random", None), ("importance", "model", None)],
        [("importance", "model", None)],
        [("quality", "random", None), ("importance", "model", None)],
    ]
    monkeypatch.setattr(summaries, "alarms_of", lambda _: there.pop(0))

    assert [tell_alarms() for _ in range(4)] == [1, 1, 0, 1]
    assert [(body["scale"], body["part"]) for body in told()] == [
        ("quality", "random"),
        ("importance", "model"),
        ("quality", "random"),
    ]
    assert told()[0]["page"] == "/studies/gulls/models/honesty"
    assert RaisedAlarm.objects.filter(cleared_at=None).count() == 2


def test_an_alarm_of_the_curve_itself() -> None:
    study, version, people = study_with_a_model()
    make_hook(study, ALARM)
    make_hook(make_study(), ALARM)
    settle(study, version, people, 60)
    assert tell_alarms() == 0
    settle(study, version, people, 31, error=1.5)

    assert (tell_alarms(), tell_alarms()) == (1, 0)
    assert [(body["scale"], body["part"]) for body in told()] == [("quality", "random")]
