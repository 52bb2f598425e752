"""Rows for tests, made through the same doors as the product where there is a rule.

The cast: Ada manages the study, Ben rates in it, Dora reviews, Cleo is a stranger.
"""

import hashlib
import itertools
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from annotation.actions.seats import make_seats
from annotation.actions.votes import DisplayFacts, cast_vote
from annotation.enums import RegionStatus, Role
from annotation.models import Image, Membership, ModelVersion, Region, Study, User, Vote
from annotation.opinion import Opinion

_numbers = itertools.count(1)
PASSWORD = "correct horse battery"


def make_user(name: str = "", **fields: Any) -> User:
    return User.objects.create_user(username=name or f"person{next(_numbers)}", password=PASSWORD, **fields)


def make_study(**fields: object) -> Study:
    number = next(_numbers)
    return Study.objects.create(**{"name": f"Study {number}", "slug": f"study-{number}", "seed": 7} | fields)


def make_member(study: Study, role: Role = Role.ANNOTATOR, name: str = "") -> User:
    user = make_user(name)
    Membership.objects.create(study=study, user=user, role=role)
    return user


def make_image(study: Study, content: bytes | None = None, **fields: object) -> Image:
    number = next(_numbers)
    data = content if content is not None else f"image {number}".encode()
    image = Image(
        **{
            "study": study,
            "name": f"photo {number}.png",
            "sha256": hashlib.sha256(data).hexdigest(),
            "media_type": "image/png",
            "byte_size": len(data),
            "width": 64,
            "height": 48,
            "split": "train",
        }
        | fields
    )
    image.file.save(f"{image.sha256}.png", ContentFile(data), save=False)
    image.save()
    return image


def make_region(study: Study, image: Image | None = None, *, accepted: bool = True, **fields: object) -> Region:
    """A 40x32 rectangle at 10, 8; the run-length code is that of a 64x48 image."""
    from tests.masks import rectangle_rle

    image = image or make_image(study)
    status = RegionStatus.ACCEPTED if accepted else RegionStatus.CANDIDATE
    values = {"x": 10, "y": 8, "width": 40, "height": 32, "area": 1280, "level": "object", "source": "proposed"}
    rle = rectangle_rle(image.width, image.height, 10, 8, 40, 32)
    region = Region.objects.create(**{"study": study, "image": image, "rle": rle, "status": status} | values | fields)
    if accepted:
        make_seats(region_ids=[region.pk])
    return region


def make_opinion(**levels: int) -> Opinion:
    levels_of_five = dict.fromkeys(["exposure", "noise", "blur", "contrast", "colorfulness", "compression"], 5)
    return Opinion(**{**levels_of_five, "quality": 3, "importance": 2, **levels})


FACTS = DisplayFacts(duration_ms=12_000, device_pixel_ratio=1.0, viewport_width=1280, viewport_height=720)


def cast(region: Region, annotator: User, **levels: int) -> Vote:
    return cast_vote(
        annotator=annotator, region_id=region.pk, opinion=make_opinion(**levels), idempotency_key=uuid4(), facts=FACTS
    ).vote


def make_version(study: Study | None = None, **fields: object) -> ModelVersion:
    """A row without a directory."""
    number = next(_numbers)
    values = {"name": f"model {number}", "sha256": f"{number:064x}", "preset": "tiny", "byte_size": 1000}
    return ModelVersion.objects.create(**{"study": study} | values | fields)
