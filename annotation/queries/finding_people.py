"""Finding people of a study by what is known of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from annotation.enums import Purpose, Role
from annotation.models import Exclusion, Membership, Study, Vote

_EXCLUDED = Exists(Exclusion.objects.filter(study=OuterRef("study"), annotator=OuterRef("user"), lifted_at=None))
_LIMITED = Q(votes_at_most__isnull=False) | Q(votes_per_day__isnull=False)
STATES: dict[str, Q] = {
    "free": Q(active=True, paused=False),
    "paused": Q(active=True, paused=True),
    "limited": Q(_LIMITED, active=True),
    "excluded": Q(_EXCLUDED, active=True),
    "new": Q(active=True, user__last_login=None),
    "left": Q(active=False),
}
"""New is who never signed in. Whoever has left is found by that state alone."""
ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "role": ("role", "user__username"),
    "name": ("user__username",),
    "recent": ("-created_at", "pk"),
    "most": ("-said", "user__username"),
    "fewest": ("said", "user__username"),
    "away": (F("user__last_login").asc(nulls_first=True), "user__username"),
}


@dataclass(frozen=True, slots=True)
class SoughtPeople:
    """Empty is any. `name` is part of a user name or of a pseudonym."""

    name: str = ""
    role: str = ""
    state: str = ""
    order: str = "role"


def sought_people(query: Any) -> SoughtPeople:
    """From the parameters of an address; values nobody knows seek nothing."""
    role, state, order = (str(query.get(name, "")) for name in ("role", "state", "order"))
    return SoughtPeople(
        name=str(query.get("name", "")).replace("\0", "")[:150],
        role=role if role in Role.values else "",
        state=state if state in STATES else "",
        order=order if order in ORDERS else "role",
    )


def found_people(study: Study, sought: SoughtPeople) -> QuerySet[Membership]:
    """Each with the person, whether their votes are `excluded`, and as `said` their number for the label, as on the board."""
    rows = Membership.objects.filter(STATES.get(sought.state, Q(active=True)), study=study).select_related("user")
    if sought.name:
        rows = rows.filter(Q(user__username__icontains=sought.name) | Q(pseudonym__icontains=sought.name))
    if sought.role:
        rows = rows.filter(role=sought.role)
    theirs = Vote.objects.filter(study=OuterRef("study"), annotator=OuterRef("user"))
    votes = theirs.filter(purpose=Purpose.LABEL, retracted_at=None)
    counted = votes.order_by().values("annotator").values(number=Count("pk"))
    return rows.annotate(said=Coalesce(Subquery(counted), 0), excluded=_EXCLUDED).order_by(*ORDERS[sought.order])
