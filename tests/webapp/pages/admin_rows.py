"""A row of every table that the admin shows."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from annotation.actions.anchors import put_anchor
from annotation.actions.codebooks import publish_codebook
from annotation.actions.exclusions import exclude
from annotation.actions.snapshots import take_snapshot
from annotation.actions.versions import promote
from annotation.models import (
    AccessToken,
    Assessment,
    Deed,
    DroppedWeights,
    Evaluation,
    Exam,
    Exposure,
    GateCheck,
    Message,
    Protocol,
    RaisedAlarm,
    SeatRequest,
    Sitting,
)
from tests.annotation.actions.sitters import make_check, make_gold
from tests.annotation.prelabels import make_prelabel
from tests.factories import make_version
from tests.webapp.pages.cast import Cast, make_cast, png


def one_of_each() -> dict[type[Model], Model]:
    scene = make_cast()
    _of_the_protocol(scene)
    _of_the_model(scene)
    _of_decisions(scene)
    _of_schedules()
    return {model: model._default_manager.all()[0] for model in admin.site._registry}


def _of_the_protocol(scene: Cast) -> None:
    study, ben = scene.study, scene.people["annotator"]
    Protocol.objects.create(study=study)
    Sitting.objects.create(study=study, annotator=ben, number=1)
    make_check(study, ben)
    make_gold(study)
    Exam.objects.create(study=study, annotator=ben, kind="exam", regions=1, codebook=1)
    put_anchor(study=study, scale="blur", level=2, name="gull.png", data=png(120, 150), by=None)


def _of_the_model(scene: Cast) -> None:
    study, version, ben = scene.study, scene.version, scene.people["annotator"]
    promote(study=study, version=version, reason="更好")
    prelabel = make_prelabel(scene.region, version)
    Exposure.objects.create(region=scene.region, annotator=ben, prelabel=prelabel, policy="after_vote", arm="shown")
    Assessment.objects.create(study=study, version=version, image=scene.image, clicks="5,5,+")
    Evaluation.objects.create(study=study, version=version, snapshot=take_snapshot(study=study))
    RaisedAlarm.objects.create(study=study, scale="quality", part="random")
    DroppedWeights.objects.create(version=make_version(study))
    numbers = {"champion": 0.5, "candidate": 0.6, "difference": 0.1, "low": 0.02, "high": 0.2, "bound": 0.0}
    GateCheck.objects.create(run=scene.run, measure="quality_srocc", p_value=0.01, passed=True, **numbers)


def _of_decisions(scene: Cast) -> None:
    study, ada = scene.study, scene.people["manager"]
    Deed.objects.create(study=study, kind="member_paused", by=ada, whom=scene.people["annotator"])
    AccessToken.issue(user=ada, name="脚本", scopes=["read"], days=9)
    Group.objects.create(name="实验员")
    Message.objects.create(study=study, sender=ada, text="早上好")
    publish_codebook(study=study, guidelines="看两遍。", by=ada, correction=False, number=1)
    exclude(study=study, annotator=scene.people["annotator"], by=ada, reason="总是同一个答案。")
    SeatRequest.objects.create(study=study, region=scene.region, seats=2, votes=7, reasons=["wide quality"])


def _of_schedules() -> None:
    every = IntervalSchedule.objects.create(every=10, period="seconds")
    PeriodicTask.objects.create(name="任务", task="none", interval=every)
    CrontabSchedule.objects.create()
    SolarSchedule.objects.create(event="sunrise", latitude=50, longitude=8)
    ClockedSchedule.objects.create(clocked_time="2030-01-01T00:00Z")
