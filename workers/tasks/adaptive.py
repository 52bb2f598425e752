"""More seats for labels in doubt."""

from celery import shared_task

from annotation.actions.adaptive import ask_for_more, studies_that_ask


@shared_task(soft_time_limit=50, time_limit=60)
def ask_for_more_task() -> int:
    """Looks at labels that changed lately; how many seats were added."""
    return sum(ask_for_more(study=study, only_recent=True) for study in studies_that_ask())


@shared_task(soft_time_limit=1700, time_limit=1800)
def look_at_all_labels_task() -> int:
    """Finds what a lost tick left; how many seats were added."""
    return sum(ask_for_more(study=study) for study in studies_that_ask())
