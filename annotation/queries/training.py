"""What a study's training runs start from and what has changed since the last."""

from django.db.models import Q

from annotation.enums import Decision, LabelStatus, ModelKind
from annotation.models import Label, ModelVersion, Study, TrainingRun

COMPARED = (Decision.REFUSED, Decision.WAITING, Decision.PROMOTED, Decision.DECLINED)
"""Decisions about a candidate that was measured beside the champion."""


def trainable(study: Study) -> ModelVersion | None:
    """The active version where it is a network of ours, else the newest one that the study may use."""
    usable = ModelVersion.objects.filter(Q(study=None) | Q(study=study), kind=ModelKind.SEAGULL)
    active = usable.filter(active_in=study).first()
    return active or usable.order_by("-pk").first()


def last_decided(study: Study) -> TrainingRun | None:
    """The newest run that was compared with the champion of its day."""
    return TrainingRun.objects.filter(study=study, decision__in=COMPARED).order_by("-pk").first()


def newly_settled(study: Study, *, at_most: int | None = None) -> int:
    """Labels settled since the last run was asked for, whatever became of it; counted up to `at_most`."""
    last = TrainingRun.objects.filter(study=study).order_by("-pk").first()
    settled = Label.objects.filter(study=study, status=LabelStatus.SETTLED)
    if last is not None:
        settled = settled.filter(updated_at__gt=last.requested_at)
    return settled[:at_most].count()


def tries_on_this_holdout(run: TrainingRun, test_regions: int) -> int:
    """Candidates measured on this hold-out, this one included; one that has grown by a quarter since is another."""
    same = TrainingRun.objects.filter(study=run.study_id, decision__in=COMPARED, test_regions__gt=0.8 * test_regions)
    return 1 + same.exclude(pk=run.pk).count()
