"""The annotators of a study one by one: what the statistics say, and whether a person has decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotation.models import Exclusion, Membership, Study
from annotation.queries.analyses import panel_at, recoveries_at, screenings_at

if TYPE_CHECKING:
    from annotation.aggregation.seen import Seen

JUDGED = ("quality", "importance")


@dataclass(frozen=True, slots=True)
class Annotator:
    """`exclusion` is the one that stands."""

    membership: Membership
    votes: int
    seen: "tuple[Seen, ...]"
    exclusion: Exclusion | None

    @property
    def flags(self) -> list[str]:
        """The rules that speak against the person on any scale."""
        return sorted({flag for one in self.seen for flag in one.signals.flags})


def annotators_of(study: Study) -> list[Annotator]:
    """Those with votes; most flags first, then by name."""
    from annotation.aggregation.seen import seen_of  # slow import

    panel, signals, recovered = panel_at(study), screenings_at(study), recoveries_at(study)
    members = {one.pseudonym: one for one in Membership.objects.filter(study=study).select_related("user")}
    standing = {one.annotator_id: one for one in Exclusion.objects.filter(study=study, lifted_at=None)}
    found = [
        Annotator(
            members[name],
            signals[JUDGED[0]][place].votes,
            seen_of(place, signals, recovered),
            standing.get(members[name].user_id),
        )
        for place, name in enumerate(panel.annotators)
        if name in members and signals[JUDGED[0]][place].votes
    ]
    return sorted(found, key=lambda one: (-len(one.flags), one.membership.user.username))


def exclusions_of(study: Study) -> Sequence[Exclusion]:
    """Newest first, standing and lifted."""
    found = Exclusion.objects.filter(study=study).select_related("annotator", "made_by", "lifted_by")
    return list(found.order_by("-created_at", "-pk"))
