"""What the table of routes is asked about."""

from uuid import uuid4

from annotation.actions.anchors import put_anchor
from annotation.actions.invitations import make_invitation
from annotation.actions.leases import lease_next, lease_token
from annotation.actions.messages import send_message
from annotation.actions.seat_numbers import number_of
from annotation.actions.versions import promote
from annotation.enums import ExportFormat, JobStatus, Role
from annotation.models import (
    AccessToken,
    Assessment,
    Evaluation,
    Exam,
    Export,
    Image,
    Import,
    Membership,
    Remark,
    Sketch,
    Snapshot,
    Study,
    TrainingRun,
    User,
)
from tests.annotation.hooks import make_delivery, make_hook
from tests.factories import cast, make_image, make_region, make_version
from tests.pictures import picture_bytes
from tests.webapp.api.client import ballot


class World:
    """One row of each kind in the study; seats, votes and tokens are Ben's, the assessment is the reviewer's."""

    def __init__(self, study: Study, ben: User) -> None:
        self.voted = make_region(study, make_image(study, name="secret name.png"))
        vote = cast(self.voted, ben)
        region = make_region(study)
        seat = lease_next(study=study, annotator=ben).assignment
        self.lease = lease_token(seat, ben)
        promote(study=study, version=make_version(), reason="The first.")
        assessment = make_assessment(study, region.image, study.memberships.filter(role=Role.REVIEWER).first())
        token, _ = AccessToken.issue(user=ben, name="x", scopes=["read"], days=1)
        self.ids = {
            "tokens": token.pk,
            "studies": study.memberships.get(user=ben).pk,
            "images": region.image_id,
            "regions": region.pk,
            "assessments": assessment.pk,
            "sketches": Sketch.objects.create(image=region.image, clicks="1,1,+").pk,
            "exports": Export.objects.create(study=study, format=ExportFormat.CSV, status=JobStatus.QUEUED).pk,
            "evaluations": make_evaluation(study).pk,
            "imports": Import.objects.create(study=study, source="uploads/a.zip", uploaded=True).pk,
            "assignments": number_of(seat.pk),
            "votes": vote.pk,
            "invitations": make_invitation(study=study, by=ben)[0].pk,
            "messages": send_message(study=study, by=ben, text="Hello.", to=ben).pk,
            "remarks": Remark.objects.create(
                study=study, region=region, annotator=ben, kind="flag", reason="small", idempotency_key=uuid4()
            ).pk,
            "exams": Exam.objects.create(study=study, annotator=ben, kind="exam", codebook=1, regions=1).pk,
            "anchors": put_anchor(
                study=study, scale="blur", level=2, name="a.png", data=picture_bytes("PNG", 64, 48), by=None
            ).pk,
            "webhooks": (webhook := make_hook(study)).pk,
            "deliveries": make_delivery(webhook).pk,
            "training-runs": TrainingRun.objects.create(
                study=study, trigger="person", status="done", decision="waiting", candidate=make_version(study)
            ).pk,
        }

    def path(self, route: str) -> str:
        return route.format(slug="birds", id=self.ids.get(route.split("/")[0]))

    def body(self, body: object) -> object:
        if body == "click":
            return {"image": self.ids["images"], "clicks": [[20, 20, True]]}
        if body == "remark":
            return {"lease": self.lease, "idempotency_key": str(uuid4()), "kind": "flag", "reason": "small"}
        return ballot(self.lease) if body == "ballot" else body


def make_evaluation(study: Study) -> Evaluation:
    snapshot = Snapshot.objects.create(
        study=study, sha256="a" * 64, file="x", rule="r", images=1, regions=1, settled=1, votes=1
    )
    return Evaluation.objects.create(study=study, version=study.active_version, snapshot=snapshot)


def make_assessment(study: Study, image: Image, whose: Membership | None) -> Assessment:
    by = whose.user if whose else None
    return Assessment.objects.create(
        study=study, version=study.active_version, image=image, clicks="1,1,+", requested_by=by
    )
