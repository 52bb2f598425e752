"""What the people of a study are called before whom: reviewers see pseudonyms, so that they judge work and not people."""

from collections import defaultdict

from annotation.enums import Role
from annotation.models import Membership, Study


def names_in(study: Study, reader_id: int) -> dict[int, str]:
    """By the person's key: user names for the study's managers, pseudonyms for all others. Who left no trace is somebody."""
    people = Membership.objects.filter(study=study).values_list("user", "user__username", "pseudonym", "role", "active")
    rows = list(people)
    manages = any(pk == reader_id and role == Role.MANAGER and active for pk, _, _, role, active in rows)
    known = {pk: name if manages else pseudonym for pk, name, pseudonym, _, _ in rows}
    return defaultdict(lambda: "somebody", known)
