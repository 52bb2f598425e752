"""Is anybody there to answer clicks?"""

from datetime import timedelta

from django.db.models.functions import Now

from annotation.enums import JobStatus
from annotation.models import Assessment, Heartbeat

WORKER = "interactive"
"""The name of its heartbeat."""
AWAY_AFTER = timedelta(seconds=20)


def clicks_are_answered() -> bool:
    """Whether the worker for clicks has shown itself lately, by its own beat or by work that it does; by the database's
    clock, since that of its machine may differ."""
    since = Now() - AWAY_AFTER
    if Heartbeat.objects.filter(name=WORKER, beat_at__gt=since).exists():
        return True
    return Assessment.objects.filter(status=JobStatus.RUNNING, heartbeat_at__gt=since).exists()


def somebody_waits() -> bool:
    """Whether there is a click that nobody has begun to answer."""
    return Assessment.objects.filter(status=JobStatus.QUEUED).exists()
