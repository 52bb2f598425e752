"""Celery: the app, the schedule, and tasks that fetch by id and make one call."""

from workers.app import app

__all__ = ["app"]
