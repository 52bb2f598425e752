"""Turns for the next seats."""

from celery import shared_task

from annotation.actions.turns import deal_turns, studies_to_deal


@shared_task(soft_time_limit=50, time_limit=60)
def deal_turns_task() -> int:
    """Deals in every study that runs short; how many seats got a turn."""
    return sum(deal_turns(study=study) for study in studies_to_deal())
