"""Other programs are told what happened: summaries are written down, deliveries sent."""

from celery import shared_task

from annotation.actions.deliveries import send_due
from annotation.actions.summaries import tell_alarms, tell_finished, tell_settled

WORK_SECONDS = 20.0


@shared_task(soft_time_limit=110, time_limit=120)
def send_deliveries_task() -> int:
    """Sends what is due; how many were tried."""
    return send_due(seconds=WORK_SECONDS)


@shared_task(soft_time_limit=50, time_limit=60)
def tell_summaries_task() -> int:
    """Regions that settled and studies that are finished; how many."""
    return tell_settled() + tell_finished()


@shared_task(soft_time_limit=280, time_limit=300)
def tell_alarms_task() -> int:
    """Alarms that are new; how many."""
    return tell_alarms()
