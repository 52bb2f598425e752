"""What is told once a while, not vote by vote: labels that settled, studies that are finished, alarms of the honest curve."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from annotation.actions.telling import tell, write_down
from annotation.enums import HookEvent
from annotation.exchange.hooks import bodies
from annotation.models import RaisedAlarm, Study, Webhook
from annotation.queries.honesty import alarms_of
from annotation.queries.hooks import is_finished, settled_now

TOLD = 5_000
"""Regions in one delivery; when the rules change, all labels may settle at once."""
TAKEN = 50_000

_TAKE = """
DELETE FROM annotation_justsettled WHERE id IN (
    SELECT id FROM annotation_justsettled ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING study_id, region_id
"""


def tell_settled() -> int:
    """Summaries of what has settled since the last ones; how many regions. A region that is open again by now is left out."""
    told = 0
    with transaction.atomic():
        taken = _taken()
        for study in Study.objects.in_bulk(list(taken)).values():
            settled = settled_now(taken[study.pk])
            for part in _parts(settled):
                tell(study=study, event=HookEvent.REGIONS_SETTLED, facts=bodies.regions_settled(study.slug, part))
            told += len(settled)
    return told


def tell_finished() -> int:
    """Of studies that were not finished at the last look; how many webhooks were told."""
    wanting = Webhook.objects.wanting(HookEvent.STUDY_FINISHED)
    studies = Study.objects.filter(pk__in=wanting.values("study")).order_by("pk")
    return sum(_look(study) for study in studies)


def tell_alarms() -> int:
    """Of alarms that were not there at the last look, in studies where somebody wants to know; how many."""
    wanting = Webhook.objects.wanting(HookEvent.ALARM_RAISED)
    return sum(_follow(study) for study in Study.objects.filter(pk__in=wanting.values("study")).order_by("pk"))


def _taken() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [TAKEN])
        for study, region in cursor.fetchall():
            found[study].add(region)
    return found


def _parts(regions: list[int]) -> Iterator[list[int]]:
    return (regions[start : start + TOLD] for start in range(0, len(regions), TOLD))


def _look(study: Study) -> int:
    with transaction.atomic():
        finished = is_finished(study)
        wanting = Webhook.objects.wanting(HookEvent.STUDY_FINISHED).filter(study=study)
        changed = list(wanting.filter(finished=not finished).select_for_update(no_key=True, skip_locked=True))
        Webhook.objects.filter(pk__in=[one.pk for one in changed]).update(finished=finished)
        if not finished:
            return 0
        return write_down(changed, study, HookEvent.STUDY_FINISHED, bodies.study_finished(study.slug))


def _follow(study: Study) -> int:
    there = {(scale, part) for scale, part, _ in alarms_of(study)}
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)  # one look at a time
        standing = RaisedAlarm.objects.filter(study=study, cleared_at=None)
        known = {(alarm.scale, alarm.part): alarm.pk for alarm in standing}
        gone = [pk for name, pk in known.items() if name not in there]
        RaisedAlarm.objects.filter(pk__in=gone).update(cleared_at=timezone.now())
        fresh = sorted(there - set(known))
        for scale, part in fresh:
            RaisedAlarm.objects.create(study=study, scale=scale, part=part)
            facts = bodies.alarm_raised(study.slug, scale, part)
            tell(study=study, event=HookEvent.ALARM_RAISED, facts=facts)
        return len(fresh)
