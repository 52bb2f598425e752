"""Regions: proposed by a model or drawn by a person, then accepted into the study or discarded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotation.actions.deeds import note
from annotation.actions.prelabels import want_prelabels
from annotation.actions.seats import drop_open_seats, hold_wanted, make_seats
from annotation.enums import DeedKind, RegionLevel, RegionSource, RegionStatus
from annotation.errors import Conflict, InvalidInput
from annotation.masks import Mask
from annotation.models import Gold, Image, Region, User


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposer's mask. `chosen` ones go into the study at once, the others wait for the manager."""

    mask: Mask
    level: str
    score: float
    chosen: bool


def propose(*, image: Image, candidates: Sequence[Candidate], proposer: str) -> int:
    """Stores a proposer's answer once; how many regions. A second answer for the same image changes nothing.

    Somebody may have drawn or clicked before: a mask that the image has already is not stored beside itself.
    """
    with transaction.atomic():
        hold_wanted(image.study_id)
        fresh = Image.objects.select_for_update().get(pk=image.pk)
        if fresh.proposed_at is not None:
            return 0
        known = set(_live(fresh).values_list("rle", flat=True))
        rows = [_candidate_row(fresh, one, proposer) for one in candidates if one.mask.rle not in known]
        regions = Region.objects.bulk_create(rows)
        make_seats(region_ids=[region.pk for region in regions if region.status == RegionStatus.ACCEPTED])
        fresh.proposed_at, fresh.prelabel_due = timezone.now(), True
        fresh.save(update_fields=["proposed_at", "prelabel_due"])
        return len(regions)


def draw(*, image: Image, mask: Mask, level: str, by: User, proposer: str = "") -> Region:
    """A region a person drew, or clicked and took; it goes into the study.

    Raises InvalidInput when it is smaller than the study allows or the level is unknown, Conflict when the same mask is there.
    """
    least = image.study.min_region_area
    if mask.area < least:
        raise InvalidInput(f"The region has {mask.area} pixels; this study wants at least {least}.")
    if level not in RegionLevel.values:
        raise InvalidInput(f"The level must be object or component, not {level!r}.")
    with transaction.atomic():
        hold_wanted(image.study_id)
        _refuse_twins(image, mask.rle)
        region = Region.objects.create(
            **_geometry(image, mask),
            level=level,
            source=RegionSource.DRAWN,
            proposer=proposer,
            status=RegionStatus.ACCEPTED,
            drawn_by=by,
            decided_by=by,
            decided_at=timezone.now(),
        )
        make_seats(region_ids=[region.pk])
        want_prelabels(image=image)
        return region


def accept(*, region: Region, by: User) -> Region:
    """Takes a region into the study and makes its seats. Accepting twice changes nothing.

    Raises Conflict when it was discarded and the same mask is there by now.
    """
    with transaction.atomic():
        hold_wanted(region.study_id)
        fresh = _lock(region)
        if fresh.status == RegionStatus.DISCARDED:
            _refuse_twins(fresh.image, fresh.rle)
        if fresh.status != RegionStatus.ACCEPTED:
            _decide(fresh, RegionStatus.ACCEPTED, by)
            make_seats(region_ids=[fresh.pk])
            want_prelabels(image=fresh.image)
        return fresh


def discard(*, region: Region, by: User) -> Region:
    """Takes a region out of the study. Raises Conflict once somebody has voted on it, or while its answer is known."""
    with transaction.atomic():
        fresh = _lock(region)
        if fresh.votes.exists():
            raise Conflict("Somebody has voted on this region, so it stays in the study.", code="region_frozen")
        if Gold.objects.filter(region=fresh, retired_at=None).exists():
            raise Conflict("This region has a known answer; take that out of use first.", code="region_gold")
        if fresh.status != RegionStatus.DISCARDED:
            drop_open_seats(region=fresh)
            _decide(fresh, RegionStatus.DISCARDED, by)
        return fresh


def put_back(*, region: Region, status: str, times: tuple[datetime, datetime], by: User) -> Region:
    """Undoes a discarding: the region is in the study again, or waits for a decision again.

    Raises Conflict unless `by` discarded it between these times and it has been left so since.
    """
    with transaction.atomic():
        fresh = _lock(region)
        at = fresh.decided_at
        theirs = fresh.decided_by_id == by.pk and at is not None and times[0] <= at <= times[1]
        if fresh.status != RegionStatus.DISCARDED or not theirs:
            raise Conflict("Somebody has decided about this region since.", code="decided_since")
        _refuse_twins(fresh.image, fresh.rle)
        if status == RegionStatus.ACCEPTED:
            return accept(region=fresh, by=by)
        _decide(fresh, RegionStatus.CANDIDATE, by)
        fresh.decided_by, fresh.decided_at = None, None
        fresh.save(update_fields=["decided_by", "decided_at"])
        return fresh


def _refuse_twins(image: Image, rle: str) -> None:
    """Locks the image, so that no twin comes while this one does. Raises Conflict."""
    Image.objects.select_for_update().get(pk=image.pk)
    if _live(image).filter(rle=rle).exists():
        raise Conflict("This image has a region with the very same mask.", code="same_mask")


def _live(image: Image) -> QuerySet[Region]:
    return Region.objects.filter(image=image).exclude(status=RegionStatus.DISCARDED)


def _lock(region: Region) -> Region:
    return Region.objects.select_for_update(of=("self",)).select_related("study", "image").get(pk=region.pk)


def _decide(region: Region, status: RegionStatus, by: User) -> None:
    """The row holds who decided last; an earlier decision is written down before it is overwritten."""
    if region.decided_at is not None:
        note(
            study_id=region.study_id,
            kind=DeedKind.REGION_REDECIDED,
            by=by,
            whom_id=region.decided_by_id,
            subject=str(region.pk),
            target=region.image_id,
            before=region.status,
            after=status,
        )
    region.status, region.decided_by, region.decided_at = status, by, timezone.now()
    region.save(update_fields=["status", "decided_by", "decided_at"])


def _geometry(image: Image, mask: Mask) -> dict[str, object]:
    x, y, width, height = mask.box
    if x + width > image.width or y + height > image.height:
        raise InvalidInput(f"The mask reaches outside the image of {image.width}×{image.height} pixels.")
    box = {"x": x, "y": y, "width": width, "height": height, "area": mask.area, "rle": mask.rle}
    return {"study_id": image.study_id, "image": image, **box}


def _candidate_row(image: Image, candidate: Candidate, proposer: str) -> Region:
    return Region(
        **_geometry(image, candidate.mask),
        level=candidate.level,
        source=RegionSource.PROPOSED,
        proposer=proposer,
        score=candidate.score,
        status=RegionStatus.ACCEPTED if candidate.chosen else RegionStatus.CANDIDATE,
    )
