"""Finding images of a study by what is known of them and of their regions."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.enums import RegionStatus, Split
from annotation.models import Image, Region, Study

_REGIONS = Region.objects.filter(image=OuterRef("pk"))
STATES: dict[str, Q] = {
    "waiting": Q(proposed_at=None, proposal_error=""),
    "undecided": Q(Exists(_REGIONS.filter(status=RegionStatus.CANDIDATE))),
    "empty": ~Q(Exists(_REGIONS.filter(status=RegionStatus.ACCEPTED))),
    "failed": ~Q(proposal_error=""),
}
ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("sort_name", "pk"),
    "recent": ("-created_at", "pk"),
    "undecided": ("-undecided", "sort_name", "pk"),
}


@dataclass(frozen=True, slots=True)
class SoughtImages:
    """Empty is any."""

    name: str = ""
    split: str = ""
    state: str = ""
    order: str = "name"


def sought_images(query: Any) -> SoughtImages:
    """From the parameters of an address; values nobody knows seek nothing."""
    split, state, order = (str(query.get(name, "")) for name in ("split", "state", "order"))
    return SoughtImages(
        name=str(query.get("name", "")).replace("\0", "")[:200],
        split=split if split in Split.values else "",
        state=state if state in STATES else "",
        order=order if order in ORDERS else "name",
    )


def found_images(study: Study, sought: SoughtImages) -> QuerySet[Image]:
    rows = Image.objects.filter(study=study)
    if sought.name:
        rows = rows.filter(name__icontains=sought.name)
    if sought.split:
        rows = rows.filter(split=sought.split)
    if sought.state:
        rows = rows.filter(STATES[sought.state])
    if sought.order == "undecided":
        rows = rows.annotate(undecided=Count("regions", Q(regions__status=RegionStatus.CANDIDATE)))
    return rows.order_by(*ORDERS[sought.order])
