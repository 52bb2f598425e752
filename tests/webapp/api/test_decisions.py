import pytest

from annotation.actions.exclusions import exclude
from annotation.enums import LabelStatus, Role
from annotation.models import Adjudication, Exclusion, Label, Membership
from tests.factories import cast, make_member, make_region, make_study
from tests.webapp.api.client import Api

pytestmark = pytest.mark.django_db


def test_a_manager_excludes_and_lifts() -> None:
    study = make_study(votes_wanted=1)
    region, ada, ben = make_region(study), make_member(study, Role.MANAGER), make_member(study)
    cast(region, ben)
    api, base = Api(ada), f"studies/{study.slug}/exclusions"

    made = api.post(base, {"member": Membership.objects.get(user=ben).pk, "reason": "Asleep."})
    again = api.post(base, {"member": Membership.objects.get(user=ben).pk, "reason": "Asleep."})
    assert Label.objects.get(region=region).votes == 0
    lifted = api.post(f"{base}/{made.json()['id']}/lifting", {"reason": "Awake."})

    assert [answer.status_code for answer in (made, again, lifted)] == [201, 409, 200]
    assert (made.json()["annotator"], lifted.json()["lifted_reason"]) == (ben.username, "Awake.")
    assert [row["id"] for row in api.get(base).json()["results"]] == [Exclusion.objects.get().pk]
    assert Label.objects.get(region=region).votes == 1


def test_a_reviewer_learns_who_is_excluded_by_pseudonym_alone() -> None:
    study = make_study(votes_wanted=1)
    ada, dora, ben = make_member(study, Role.MANAGER), make_member(study, Role.REVIEWER), make_member(study)
    exclude(study=study, annotator=ben, by=ada, reason="Asleep.")

    (row,) = Api(dora).get(f"studies/{study.slug}/exclusions").json()["results"]

    assert row["annotator"] == Membership.objects.get(user=ben).pseudonym


def test_a_reviewer_decides_and_withdraws() -> None:
    study = make_study(votes_wanted=2)
    region, dora = make_region(study), make_member(study, Role.REVIEWER)
    for blur in (1, 5):
        cast(region, make_member(study), blur=blur)
    api, base = Api(dora), f"studies/{study.slug}/adjudications"

    undecided = api.post(base, {"region": region.pk, "levels": {"quality": 1}, "reason": "Seen."})
    wrong = api.post(base, {"region": region.pk, "levels": {"blur": 6}, "reason": "Seen."})
    made = api.post(base, {"region": region.pk, "levels": {"blur": 3}, "reason": "Seen."})
    assert Label.objects.get(region=region).status == LabelStatus.SETTLED
    withdrawn = api.post(f"{base}/{made.json()['id']}/withdrawal")

    assert [answer.status_code for answer in (undecided, wrong, made, withdrawn)] == [400, 400, 201, 200]
    assert (made.json()["levels"]["blur"], made.json()["levels"]["noise"]) == (3, None)
    assert withdrawn.json()["withdrawn_at"] is not None
    assert [row["id"] for row in api.get(base).json()["results"]] == [Adjudication.objects.get().pk]
