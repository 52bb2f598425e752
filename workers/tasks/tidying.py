"""What nobody needs any more, so that months of running fill no disk."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from annotation.actions.deliveries import forget_deliveries
from annotation.actions.sketches import forget_sketches
from annotation.actions.uploads import forget_uploads
from workers.tidying import tidy_scratch


@shared_task(soft_time_limit=280, time_limit=300)
def tidy_task() -> int:
    """Old sketches and deliveries, uploads that were imported, sessions that have expired, what killed workers left here; how
    many of all but the sessions.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return forget_sketches() + forget_deliveries() + forget_uploads() + tidy_scratch()
