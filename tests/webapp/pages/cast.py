"""One study with everything in it, and the five kinds of people who may come to its pages."""

from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Pillow

from annotation.actions.invitations import make_invitation
from annotation.actions.pictures import bring_picture
from annotation.enums import RegionStatus, Role
from annotation.models import (
    Adjudication,
    Delivery,
    Export,
    Image,
    Import,
    ImportedFile,
    Invitation,
    ModelVersion,
    Picture,
    Region,
    Remark,
    Sketch,
    Study,
    TrainingRun,
    User,
    Webhook,
)
from tests.annotation.hooks import make_delivery, make_hook
from tests.factories import cast, make_image, make_member, make_region, make_study, make_user, make_version
from tests.signing_in import sign_in


@dataclass(frozen=True)
class Cast:
    study: Study
    image: Image
    region: Region
    candidate: Region
    job: Import
    export: Export
    sketch: Sketch
    picture: Picture
    version: ModelVersion
    run: TrainingRun
    invitation: Invitation
    remark: Remark
    decision: Adjudication
    webhook: Webhook
    delivery: Delivery
    people: dict[str, User]


def png(width: int = 64, height: int = 48) -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (width, height), (200, 40, 90)).save(out, "PNG")
    return out.getvalue()


def make_cast() -> Cast:
    """Ada manages, Dora reviews, Ben rates and has voted once; Cleo is in no study."""
    study = make_study(name="Gulls", slug="gulls", votes_wanted=1, guidelines="Look at the **region**.")
    people = {
        "outsider": make_user("cleo"),
        "annotator": make_member(study, Role.ANNOTATOR, "ben"),
        "reviewer": make_member(study, Role.REVIEWER, "dora"),
        "manager": make_member(study, Role.MANAGER, "ada"),
    }
    image = make_image(study, png(), name="herring gull.png")
    region = make_region(study, image)
    candidate = make_region(study, image, accepted=False, status=RegionStatus.CANDIDATE)
    cast(region, people["annotator"])
    job = Import.objects.create(study=study, source="uploads/x.zip", uploaded=True, status="done", done=2, total=2)
    ImportedFile.objects.create(job=job, path="herring gull.png", verdict="imported", image=image)
    ImportedFile.objects.create(job=job, path="notes.txt", verdict="refused", message="This is no image.")
    export = Export.objects.create(study=study, format="csv", status="done", byte_size=3)
    export.file.save("labels.zip", ContentFile(b"zip"))
    sketch = Sketch.objects.create(image=image, clicks="5,5,+")
    picture = bring_picture(study=study, name="mine.png", data=png(50, 40), by=people["manager"])
    version = make_version(study)
    run = TrainingRun.objects.create(study=study, trigger="person", status="done", decision="refused")
    invitation, _ = make_invitation(study=study, by=people["manager"])
    remark = Remark.objects.create(
        study=study, region=region, annotator=people["annotator"], kind="flag", reason="small", idempotency_key=uuid4()
    )
    decision = Adjudication.objects.create(
        study=study, region=candidate, made_by=people["reviewer"], quality=2, reason="Seen."
    )
    webhook = make_hook(study)
    delivery = make_delivery(webhook, tries=1, status=500, answer="Sorry.")
    return Cast(
        study,
        image,
        region,
        candidate,
        job,
        export,
        sketch,
        picture,
        version,
        run,
        invitation,
        remark,
        decision,
        webhook,
        delivery,
        people,
    )


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        sign_in(client, user)
    return client
