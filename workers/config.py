"""Celery's settings. The visibility timeout is above every time limit, so that no task runs twice while it is alive."""

from django.conf import settings

broker_url = settings.BROKER_URL
broker_connection_retry_on_startup = True
broker_transport_options = {
    "visibility_timeout": 6 * 3600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 10,
}
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
task_default_queue = "default"
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_max_tasks_per_child = 1000
timezone = settings.TIME_ZONE
enable_utc = True
beat_scheduler = "workers.clock:Clock"

# Each tick expires soon, so that a worker that was away wakes to a few of them and not to a heap, but none before half a
# minute is over: the worker goes by its own clock, which may be ahead of beat's (SLACK in workers/clock.py). Those of the GPU's
# queue outlive a task that prelabels, or whoever stands behind it would never have a turn. The scheduler that keeps its
# entries in the database knows `expire_seconds`, and overlooks Celery's own `expires`.
beat_schedule = {
    "proposals": {
        "task": "workers.tasks.proposals.propose_regions_task",
        "schedule": 5.0,
        "options": {"queue": "gpu", "expire_seconds": 300},
    },
    "prelabels": {
        "task": "workers.tasks.prelabels.prelabel_regions_task",
        "schedule": 5.0,
        "options": {"queue": "gpu", "expire_seconds": 300},
    },
    "imports": {
        "task": "workers.tasks.imports.run_imports_task",
        "schedule": 5.0,
        "options": {"queue": "imports", "expire_seconds": 30},
    },
    "exports": {
        "task": "workers.tasks.exports.run_exports_task",
        "schedule": 5.0,
        "options": {"queue": "default", "expire_seconds": 30},
    },
    "expired exports": {
        "task": "workers.tasks.exports.expire_exports_task",
        "schedule": 3600.0,
        "options": {"queue": "default", "expire_seconds": 3000},
    },
    "trainings": {
        "task": "workers.tasks.training.run_trainings_task",
        "schedule": 5.0,
        "options": {"queue": "gpu", "expire_seconds": 300},
    },
    "evaluations": {
        "task": "workers.tasks.evaluations.run_evaluations_task",
        "schedule": 5.0,
        "options": {"queue": "gpu", "expire_seconds": 300},
    },
    "tidied trainings": {
        "task": "workers.tasks.training.tidy_trainings_task",
        "schedule": 3600.0,
        "options": {"queue": "gpu", "expire_seconds": 3000},
    },
    "tidying": {
        "task": "workers.tasks.tidying.tidy_task",
        "schedule": 3600.0,
        "options": {"queue": "default", "expire_seconds": 3000},
    },
    "due trainings": {
        "task": "workers.tasks.training.request_due_trainings_task",
        "schedule": 30.0,
        "options": {"queue": "default", "expire_seconds": 30},
    },
    "assessments": {
        "task": "workers.tasks.assessments.answer_assessments_task",
        "schedule": 3.0,
        "options": {"queue": "interactive", "expire_seconds": 30},
    },
    "forgetting": {
        "task": "workers.tasks.assessments.forget_assessments_task",
        "schedule": 900.0,
        "options": {"queue": "default", "expire_seconds": 600},
    },
    "sketches": {
        "task": "workers.tasks.sketches.answer_sketches_task",
        "schedule": 3.0,
        "options": {"queue": "interactive", "expire_seconds": 30},
    },
    "more votes": {
        "task": "workers.tasks.adaptive.ask_for_more_task",
        "schedule": 10.0,
        "options": {"queue": "default", "expire_seconds": 30},
    },
    "more votes, all labels": {
        "task": "workers.tasks.adaptive.look_at_all_labels_task",
        "schedule": 3600.0,
        "options": {"queue": "default", "expire_seconds": 3000},
    },
    "anchors": {
        "task": "workers.tasks.anchors.make_anchors_task",
        "schedule": 15.0,
        "options": {"queue": "default", "expire_seconds": 30},
    },
    "deliveries": {
        "task": "workers.tasks.hooks.send_deliveries_task",
        "schedule": 5.0,
        "options": {"queue": "default", "expire_seconds": 30},
    },
    "summaries": {
        "task": "workers.tasks.hooks.tell_summaries_task",
        "schedule": 60.0,
        "options": {"queue": "default", "expire_seconds": 50},
    },
    "alarms": {
        "task": "workers.tasks.hooks.tell_alarms_task",
        "schedule": 600.0,
        "options": {"queue": "default", "expire_seconds": 500},
    },
    "turns": {
        "task": "workers.tasks.turns.deal_turns_task",
        "schedule": 5.0,
        "options": {"queue": "default", "expire_seconds": 30},
    },
}
