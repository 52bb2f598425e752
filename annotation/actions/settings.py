"""A study's settings, changed together: a label rule that changes changes the labels too."""

from collections.abc import Mapping

from django.db import transaction

from annotation.actions.codebooks import check_guidelines, keep_followed
from annotation.actions.deeds import note_changes, note_correction
from annotation.actions.studies import check_fields, reweigh, set_status
from annotation.enums import DeedKind
from annotation.errors import InvalidInput
from annotation.models import Study, User

PLAIN = (
    *("name", "guidelines", "regions_per_image", "min_region_area", "lease_minutes"),
    *("prelabel_policy", "arm_share", "random_share", "retrain_after", "promotion_policy"),
)
LABEL_RULES = ("severity_votes", "severity_top")
CHANGEABLE = (*PLAIN, *LABEL_RULES, "votes_wanted", "status")


def change_settings(*, study: Study, changes: Mapping[str, object], by: User | None = None) -> Study:
    """All of the changes or none. Raises InvalidInput naming the first that makes no sense."""
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown:
        raise InvalidInput(f"Unknown settings: {', '.join(unknown)}. Known: {', '.join(CHANGEABLE)}.")
    with transaction.atomic():
        fresh = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        before = {name: getattr(fresh, name) for name in CHANGEABLE}
        if changes.get("guidelines", fresh.guidelines) != fresh.guidelines:
            check_guidelines(str(changes["guidelines"]))
            keep_followed(study=fresh)  # as a correction; a new version has its own page
        for name, value in changes.items():
            setattr(fresh, name, value)
        check_fields(fresh)
        fresh.save(update_fields=[name for name in changes if name in {*PLAIN, *LABEL_RULES}])
        _note(fresh, before, changes, by)
        if any(before[name] != getattr(fresh, name) for name in (*LABEL_RULES, "votes_wanted")):
            reweigh(study=fresh, votes_wanted=fresh.votes_wanted)
        if "status" in changes:
            set_status(study=fresh, status=fresh.status, by=by)
        return fresh


def _note(study: Study, before: Mapping[str, object], changes: Mapping[str, object], by: User | None) -> None:
    """What `set_status` says itself is left out, and so are the guidelines' thousand words among settings."""
    after = {name: getattr(study, name) for name in changes if name not in {"status", "guidelines"}}
    note_changes(study_id=study.pk, kind=DeedKind.SETTING_CHANGED, by=by, before=before, after=after)
    if study.guidelines != before["guidelines"]:
        note_correction(study=study, by=by, before=str(before["guidelines"]))
