from typing import Any

import pytest

from annotation.actions.checks import make_check_seat
from annotation.enums import ExamKind, GoldUse, Purpose
from annotation.models import Exam, Gold, User, Vote
from tests.annotation.actions.teaching import TRUTH, sit, teaching_study
from tests.factories import cast, make_member, make_opinion, make_region
from tests.webapp.api.client import Api, ballot, error_of

pytestmark = pytest.mark.django_db


def opinion(**levels: int) -> dict[str, int]:
    said = make_opinion(**{**TRUTH, **levels})
    return {name: getattr(said, name) for name in said.__slots__}


def next_of(api: Api, exam: int, holding: list[int] | None = None) -> Any:
    return api.post(f"exams/{exam}/assignments", {"holding": holding or []}).json()


def test_a_training_through_the_api_with_feedback_after_each_vote() -> None:
    study = teaching_study(training=2, exam=3)
    api = Api(make_member(study))
    exam = api.post(f"studies/{study.slug}/exams", {"kind": "training"}).json()
    assert (exam["kind"], exam["regions"], exam["answered"], exam["ended_at"]) == ("training", 2, 0, None)

    seat = next_of(api, exam["id"])["assignment"]
    vote = api.post("votes", ballot(seat["lease"], opinion=opinion(noise=3, importance=3))).json()
    feedback = api.get(f"votes/{vote['id']}/feedback").json()

    wrong = [one["scale"] for one in feedback["scales"] if not one["right"]]
    assert (feedback["answered"], feedback["regions"], feedback["ended"]) == (1, 2, False)
    assert (wrong, feedback["explanation"]) == (["noise"], "Soft edges.")
    assert feedback["scales"][1] == {"scale": "noise", "own": 3, "expert": 5, "right": False}

    seat = next_of(api, exam["id"])["assignment"]
    api.post("votes", ballot(seat["lease"], opinion=opinion()))
    assert next_of(api, exam["id"])["answer"] == "all_done"
    ended = api.get(f"exams/{exam['id']}").json()
    assert (ended["answered"], ended["passed"], ended["within"]) == (2, None, 1.0)
    counts = ended["scales"][1]
    assert counts.pop("scale") == "noise"
    assert {name: count for name, count in counts.items() if count} == {"absent": 2, "spared": 1}


def test_an_exam_tells_nothing_before_its_end_and_no_answer_after() -> None:
    study = teaching_study(training=0, exam=3)
    ben = make_member(study)
    api = Api(ben)
    exam = api.post(f"studies/{study.slug}/exams", {"kind": "exam"}).json()

    seat = next_of(api, exam["id"])["assignment"]
    vote = api.post("votes", ballot(seat["lease"], opinion=opinion())).json()
    assert error_of(api.get(f"votes/{vote['id']}/feedback")) == (404, "not_found")
    under_way = api.get(f"exams/{exam['id']}").json()
    assert {under_way[name] for name in ("within", "balanced", "passed", "scales")} == {None}

    sit(study, ben)
    ended = api.get(f"exams/{exam['id']}").json()
    assert (ended["passed"], ended["within"], ended["scales"]) == (True, 1.0, None)
    assert error_of(api.get(f"votes/{vote['id']}/feedback")) == (404, "not_found")


def test_ten_regions_are_enough_to_tell_scale_by_scale() -> None:
    study = teaching_study(training=0, exam=10)
    ben = make_member(study)
    exam = sit(study, ben)

    told = Api(ben).get(f"exams/{exam.pk}").json()["scales"]

    assert [one["scale"] for one in told if one["there"]] == ["blur"]
    assert {one["levels"] for one in told} == {0, 10}


@pytest.mark.parametrize("use", GoldUse.values)
def test_no_route_gives_an_annotator_the_answer_of_gold(use: str) -> None:
    """Whatever is asked about a region with a known answer, the answer and the explanation are not in it."""
    study = teaching_study(training=1, exam=3)
    ben, ada = make_member(study), study.memberships.get(role="manager").user
    region = make_region(study)
    Gold.objects.update(explanation="the explanation is secret")
    Gold.objects.create(
        region=region, study=study, use=use, explanation="the explanation is secret",
        **{name: getattr(make_opinion(blur=3), name) for name in make_opinion().__slots__},
    )  # fmt: skip
    seat = make_check_seat(study=study, annotator=ben, region=region, purpose=Purpose.GOLD)
    api = Api(ben)
    from annotation.actions.leases import lease_token
    from annotation.actions.seat_numbers import number_of

    number = number_of(seat.pk)
    vote = api.post("votes", ballot(lease_token(seat, ben), opinion=opinion())).json()
    paths = [
        *(f"assignments/{number}", f"votes/{vote['id']}/feedback", f"votes/{vote['id']}/hint", f"regions/{region.pk}"),
        *(f"studies/{study.slug}", f"studies/{study.slug}/votes/mine", f"studies/{study.slug}/votes/recent"),
        *(f"studies/{study.slug}/progress", f"studies/{study.slug}/labels", f"studies/{study.slug}/exams"),
        *(f"studies/{study.slug}/anchors", f"images/{region.image_id}", f"images/{region.image_id}/regions"),
    ]

    answers = [api.get(path) for path in paths]

    for answer in answers:
        said = answer.content.decode()
        assert "secret" not in said
        assert "gold" not in said
    assert answers[1].status_code == 404
    assert ada != ben


def test_feedback_is_for_ones_own_vote_alone() -> None:
    study = teaching_study(training=1)
    ben, eve = make_member(study), make_member(study)
    sit(study, ben, ExamKind.TRAINING)
    vote = Vote.objects.get()

    assert Api(ben).get(f"votes/{vote.pk}/feedback").status_code == 200
    assert [Api(who).get(f"votes/{vote.pk}/feedback").status_code for who in (eve, manager_of(study))] == [404, 404]


def manager_of(study: Any) -> User:
    found: User = study.memberships.get(role="manager").user
    return found


def test_an_ordinary_vote_has_no_feedback_even_where_the_region_is_gold_now() -> None:
    study = teaching_study(training=1)
    ben = make_member(study)
    region = make_region(study)
    vote = cast(region, ben)
    Gold.objects.create(
        region=region, study=study, use="training", **{name: getattr(vote, name) for name in make_opinion().__slots__}
    )

    assert Api(ben).get(f"votes/{vote.pk}/feedback").status_code == 404


def test_somebody_elses_exam_is_not_there() -> None:
    study = teaching_study(training=0)
    ben, eve = make_member(study), make_member(study)
    exam = Exam.objects.create(study=study, annotator=ben, kind="exam", codebook=1, regions=3)

    assert Api(eve).post(f"exams/{exam.pk}/assignments").status_code == 404
    assert Api(eve).get(f"exams/{exam.pk}").status_code == 404


def test_what_makes_no_sense(ben: User) -> None:
    study = teaching_study()
    api = Api(make_member(study))

    assert api.post(f"studies/{study.slug}/exams", {"kind": "quiz"}).status_code == 400
    assert error_of(api.post(f"studies/{study.slug}/exams", {"kind": "exam"})) == (409, "training_due")
