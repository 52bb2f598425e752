"""What a study's training runs start from and what has changed since the last."""

from django.db.models import Exists, OuterRef, Q

from annotation.enums import Decision, LabelStatus, ModelKind, Split
from annotation.models import Image, Label, ModelVersion, Study, TrainingRun

COMPARED = (Decision.REFUSED, Decision.WAITING, Decision.PROMOTED, Decision.DECLINED)
"""Decisions about a candidate that was measured beside the champion."""


def trainable(study: Study) -> ModelVersion | None:
    """The active version where it is a network of ours, else the newest one that the study may use."""
    usable = ModelVersion.objects.filter(Q(study=None) | Q(study=study), kind=ModelKind.SEAGULL, dropped=None)
    active = usable.filter(active_in=study).first()
    return active or usable.order_by("-pk").first()


def last_decided(study: Study) -> TrainingRun | None:
    """The newest run that was compared with the champion of its day."""
    return TrainingRun.objects.filter(study=study, decision__in=COMPARED).order_by("-pk").first()


def settled_sides(study: Study, *, train: int, test: int) -> tuple[int, int]:
    """Settled labels that a run begun now could learn from, and photographs of its hold-out that have one.

    Counted up to `train` and `test`; votes that a run leaves out because a guess was seen may make them fewer.
    """
    settled = Label.objects.filter(study=study, status=LabelStatus.SETTLED)
    learnt = settled.filter(region__image__split=Split.TRAIN)
    labelled = Exists(settled.filter(region__image=OuterRef("pk")))
    held_out = Image.objects.filter(labelled, study=study, split=Split.TEST)
    return learnt[:train].count(), held_out[:test].count()


def newly_settled(study: Study, *, at_most: int | None = None) -> int:
    """Labels settled since the last run, whatever became of it; counted up to `at_most`.

    Runs that ended at once because there were too few of them do not count: they would begin the count anew each time.
    """
    tried = TrainingRun.objects.filter(study=study).exclude(decision=Decision.TOO_FEW, snapshot=None)
    return _settled_since(tried.order_by("-pk").first(), study, at_most)


def settled_since_candidate(study: Study, *, at_most: int | None = None) -> int | None:
    """Labels settled since the last candidate's snapshot, counted up to `at_most`; None before the first candidate."""
    last = last_decided(study)
    return None if last is None else _settled_since(last, study, at_most)


def settled_more(run: TrainingRun) -> int | None:
    """Settled labels in the run's snapshot beyond those in the last candidate's before it; None without one of them."""
    before = TrainingRun.objects.filter(study=run.study_id, decision__in=COMPARED, pk__lt=run.pk).order_by("-pk")
    last = before.select_related("snapshot").first()
    if last is None or last.snapshot is None or run.snapshot is None:
        return None
    return run.snapshot.settled - last.snapshot.settled


def _settled_since(run: TrainingRun | None, study: Study, at_most: int | None) -> int:
    """What settled while a run waited for its worker is in its snapshot; a snapshot may be older than its run."""
    settled = Label.objects.filter(study=study, status=LabelStatus.SETTLED)
    if run is not None:
        frozen = run.snapshot.created_at if run.snapshot else run.requested_at
        settled = settled.filter(updated_at__gt=max(run.requested_at, frozen))
    return settled[:at_most].count()


def tries_on_this_holdout(run: TrainingRun, test_regions: int) -> int:
    """Candidates measured on this hold-out, this one included; one that has grown by a quarter since is another."""
    same = TrainingRun.objects.filter(study=run.study_id, decision__in=COMPARED, test_regions__gt=0.8 * test_regions)
    return 1 + same.exclude(pk=run.pk).count()
