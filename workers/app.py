"""The Celery app. Rows hold the work; a task may be lost or ring twice without harm."""

import os

from celery import Celery

from workers import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

app = Celery("gullery")
app.config_from_object("workers.config")
app.conf.imports = [
    "workers.tasks.anchors",
    "workers.tasks.adaptive",
    "workers.tasks.ahead",
    "workers.tasks.assessments",
    "workers.tasks.evaluations",
    "workers.tasks.exports",
    "workers.tasks.hooks",
    "workers.tasks.imports",
    "workers.tasks.prelabels",
    "workers.tasks.proposals",
    "workers.tasks.sketches",
    "workers.tasks.tidying",
    "workers.tasks.training",
    "workers.tasks.turns",
]
connections.keep(app)
