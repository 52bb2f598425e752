"""Shows that beat and a worker are alive."""

from celery import shared_task
from django.db.models.functions import Now

from annotation.models import Heartbeat


@shared_task(soft_time_limit=5, time_limit=10)
def heartbeat_task() -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"beat_at": Now()})
