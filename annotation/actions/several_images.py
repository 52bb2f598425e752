"""One decision about several images of a study, region by region; what cannot be decided so is left alone."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from annotation.actions.deeds import note
from annotation.actions.regions import accept, discard
from annotation.actions.several_people import Tally
from annotation.enums import DeedKind, RegionStatus
from annotation.errors import Conflict, InvalidInput
from annotation.models import Image, Region, Study, User

MOST_IMAGES = 500
LIVE = (RegionStatus.CANDIDATE, RegionStatus.ACCEPTED)
VOTED, KNOWN, BARE = "region_frozen", "region_gold", "bare"
"""Why an image cannot be taken out; the first two are what the refusal of a region says."""


@dataclass(frozen=True, slots=True)
class DiscardTally(Tally):
    """And how many were left because a region of theirs has votes, or a known answer, or because they have no region."""

    voted: int = 0
    known: int = 0
    bare: int = 0


def accept_images(*, study: Study, image_ids: Sequence[int], by: User) -> Tally:
    """Takes in every region of theirs that waits for a decision. Images without any are left.

    Raises InvalidInput for images that are none of the study's, as all here do.
    """
    return _tally(_images(study, image_ids), lambda image: _accept(image, by))


def discard_images(*, study: Study, image_ids: Sequence[int], by: User) -> DiscardTally:
    """Takes all their regions out of the study, so that nobody is asked about these images. Regions that have votes or a known
    answer stay, and an image with such a region, or without any, counts as left.
    """
    images = _images(study, image_ids)
    why = Counter(_discard(image, by) for image in images)
    return DiscardTally(why[""], len(images) - why[""], why[VOTED], why[KNOWN], why[BARE])


def propose_for_images(*, study: Study, image_ids: Sequence[int], by: User) -> Tally:
    """A worker proposes regions anew, by the settings of now, where that failed or where all regions were discarded."""
    return _tally(_images(study, image_ids), lambda image: _propose(image, by))


def _accept(image: Image, by: User) -> bool:
    waiting = list(Region.objects.filter(image=image, status=RegionStatus.CANDIDATE).order_by("pk"))
    for region in waiting:
        accept(region=region, by=by)
    return bool(waiting)


def _discard(image: Image, by: User) -> str:
    """Empty when the image is out, else why it is not: votes before a known answer."""
    kept, live = set(), list(Region.objects.filter(image=image, status__in=LIVE).order_by("pk"))
    for region in live:
        try:
            discard(region=region, by=by)
        except Conflict as refusal:
            kept.add(refusal.code)
    if not live:
        return BARE
    return min(kept, key=[VOTED, KNOWN].index, default="")


def _propose(image: Image, by: User) -> bool:
    with transaction.atomic():
        fresh = Image.objects.select_for_update().get(pk=image.pk)
        if fresh.proposed_at is None and not fresh.proposal_error:
            return False  # a worker is about to
        if Region.objects.filter(image=fresh, status__in=LIVE).exists():
            return False
        fresh.proposed_at, fresh.proposal_error = None, ""
        fresh.proposal_attempts, fresh.proposal_claimed_at = 0, None
        fresh.save(update_fields=["proposed_at", "proposal_error", "proposal_attempts", "proposal_claimed_at"])
        kind = DeedKind.PROPOSED_AGAIN
        note(study_id=fresh.study_id, kind=kind, by=by, subject=fresh.name, target=fresh.pk)
        return True


def _tally(images: Sequence[Image], act: Callable[[Image], bool]) -> Tally:
    done = sum(map(act, images))
    return Tally(done, len(images) - done)


def _images(study: Study, ids: Sequence[int]) -> list[Image]:
    wanted = set(ids)
    if not 1 <= len(wanted) <= MOST_IMAGES:
        raise InvalidInput(f"Choose 1 to {MOST_IMAGES} images, not {len(wanted)}.")
    found = list(Image.objects.filter(study=study, pk__in=wanted).order_by("pk"))
    if len(found) < len(wanted):
        raise InvalidInput("Some of these images are not in this study.")
    return found
