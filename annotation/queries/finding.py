"""Finding regions of a study by what is known of them and of their labels."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import OrderBy

from annotation.enums import LabelStatus, RegionLevel
from annotation.models import Region, Remark, Study
from annotation.scales import DISTORTIONS, TOP_LEVEL

STATES: dict[str, Q] = {
    "none": Q(label=None) | Q(label__votes=0),
    "open": Q(label__status=LabelStatus.OPEN, label__votes__gt=0),
    "settled": Q(label__status=LabelStatus.SETTLED),
    "disputed": Q(label__status=LabelStatus.DISPUTED),
    "decided": Q(label__adjudication__isnull=False),
}
"""Of the label; decided is by a person."""
ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "image": ("image__sort_name", "image_id", "pk"),
    "recent": (F("label__updated_at").desc(nulls_last=True), "pk"),
    "fewest": (F("label__votes").asc(nulls_first=True), "pk"),
    "most": (F("label__votes").desc(nulls_last=True), "pk"),
    "worst": (F("label__quality_level").asc(nulls_last=True), "pk"),
    "best": (F("label__quality_level").desc(nulls_last=True), "pk"),
    "small": ("area", "pk"),
    "large": ("-area", "pk"),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """Empty is any. `distortion` is one that the label is with, `quality` and `importance` are its levels."""

    name: str = ""
    state: str = ""
    level: str = ""
    distortion: str = ""
    quality: int | None = None
    importance: int | None = None
    remarks: bool = False
    order: str = "image"


def sought_by(query: Any) -> Sought:
    """From the parameters of an address; values nobody knows seek nothing."""

    def one(name: str, known: Any) -> str:
        said = str(query.get(name, ""))
        return said if said in known else ""

    levels = {
        name: one(name, [str(level) for level in range(TOP_LEVEL[name] + 1)]) for name in ("quality", "importance")
    }
    return Sought(
        name=str(query.get("name", "")).replace("\0", "")[:200],
        state=one("state", STATES),
        level=one("level", RegionLevel.values),
        distortion=one("distortion", DISTORTIONS),
        remarks=query.get("remarks", "") == "1",
        order=one("order", ORDERS) or "image",
        **{name: int(level) if level else None for name, level in levels.items()},
    )


def found_in(study: Study, sought: Sought) -> QuerySet[Region]:
    """Accepted regions in the order that was asked for, with image and label."""
    rows = Region.objects.accepted().filter(study=study).select_related("image", "label")
    if sought.name:
        rows = rows.filter(image__name__icontains=sought.name)
    if sought.state:
        rows = rows.filter(STATES[sought.state])
    if sought.level:
        rows = rows.filter(level=sought.level)
    if sought.distortion:
        rows = rows.filter(**{f"label__{sought.distortion}_level__isnull": False})
    for name in ("quality", "importance"):
        if getattr(sought, name) is not None:
            rows = rows.filter(**{f"label__{name}_level": getattr(sought, name)})
    if sought.remarks:
        rows = rows.filter(Exists(Remark.objects.filter(region=OuterRef("pk"), handled_at=None)))
    return rows.order_by(*ORDERS[sought.order])
