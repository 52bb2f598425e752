"""One decision about several people of a study: each is a line of its journal, and those where it cannot be are left alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotation.actions.members import limit_member, pause_member
from annotation.actions.messages import send_message
from annotation.actions.studies import remove_member
from annotation.errors import Conflict, InvalidInput
from annotation.models import Membership, Study, User

MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """For how many it is so now, and how many were left as they are."""

    done: int
    left: int


def pause_several(*, study: Study, member_ids: Sequence[int], paused: bool, by: User) -> Tally:
    """Raises InvalidInput for people who are not in the study, as all here do. Who is excluded does not go on."""
    people = _people(study, member_ids)
    others = [member for member in people if member.paused != paused]
    return _each(people, others, lambda member: pause_member(membership=member, paused=paused, by=by))


def limit_several(
    *, study: Study, member_ids: Sequence[int], votes_at_most: int | None, votes_per_day: int | None, by: User
) -> Tally:
    """The same limits for all of them; None is no limit. Raises InvalidInput for a limit below 1, too."""
    people = _people(study, member_ids)
    limits = {"votes_at_most": votes_at_most, "votes_per_day": votes_per_day}
    return _each(people, people, lambda member: limit_member(membership=member, **limits, by=by))


def tell_several(*, study: Study, member_ids: Sequence[int], text: str, by: User) -> Tally:
    """A message to each but whoever sends it, with a receipt of its own. Raises InvalidInput for no text, too."""
    people = _people(study, member_ids)
    others = [member for member in people if member.user_id != by.pk]
    return _each(people, others, lambda member: send_message(study=study, by=by, text=text, to=member.user))


def remove_several(*, study: Study, member_ids: Sequence[int], by: User) -> Tally:
    """What they said stays; so do the last manager and whoever asks."""
    people = _people(study, member_ids)
    return _each(people, people, lambda member: remove_member(membership=member, by=by))


def _each(chosen: Sequence[Membership], those: Sequence[Membership], act: Callable[[Membership], object]) -> Tally:
    done = 0
    for member in those:
        try:
            act(member)
            done += 1
        except Conflict:
            continue
    return Tally(done, len(chosen) - done)


def _people(study: Study, ids: Sequence[int]) -> list[Membership]:
    wanted = set(ids)
    if not 1 <= len(wanted) <= MOST_PEOPLE:
        raise InvalidInput(f"Choose 1 to {MOST_PEOPLE} people, not {len(wanted)}.")
    rows = Membership.objects.filter(study=study, active=True, pk__in=wanted).select_related("user", "study")
    found = list(rows.order_by("pk"))
    if len(found) < len(wanted):
        raise InvalidInput("Some of these people are not in this study.")
    return found
