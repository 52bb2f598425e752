"""What each kind of row says in a study's journal: when, who, to whom, about what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat

from annotation.enums import Decision, DeedKind, JobStatus, RegionSource, RegionStatus
from annotation.models import (
    Adjudication,
    Anchor,
    Codebook,
    Deed,
    Evaluation,
    Exclusion,
    Export,
    Gold,
    Import,
    Invitation,
    Membership,
    Message,
    Promotion,
    Region,
    Remark,
    Snapshot,
    Study,
    TrainingRun,
)

NUMBERS = ("place", "key", "by", "whom", "target", "count")
TEXTS = ("kind", "subject", "before", "after")
COLUMNS = tuple(f"j_{name}" for name in ("at", *NUMBERS, *TEXTS))
_CAME_IN = (DeedKind.STUDY_MADE, DeedKind.MEMBER_ADDED, DeedKind.MEMBER_JOINED)
_ENDED = (JobStatus.DONE, JobStatus.FAILED)
"""Who stopped something is a deed of its own."""

Says = tuple[DeedKind, QuerySet[Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that say one of `kinds`, with COLUMNS. `place` orders what happened at the same moment."""

    kinds: frozenset[str]
    place: int
    rows: QuerySet[Any]


def sources_of(study: Study) -> list[Source]:
    """Deeds; the rows that remember by themselves; and what is older than the table of deeds."""
    own = ("kind", "by", "whom", "subject", "target", "before", "after")
    deeds = Deed.objects.filter(study=study)
    says = {"at": "created_at", **{name: name for name in own}}
    found = [Source(frozenset(DeedKind.values), 0, _columns(deeds, place=Value(0), **says))]
    topics = (_of_study, _of_people, _of_regions, _of_labels, _of_model, _of_exports, _older)
    for kind, rows, says in (one for topic in topics for one in topic(study)):
        place = len(found)
        columns = _columns(rows, place=Value(place), kind=Value(str(kind)), **says)
        found.append(Source(frozenset([str(kind)]), place, columns))
    return found


def _columns(rows: QuerySet[Any], at: str, **says: Any) -> QuerySet[Any]:
    """Each column in one type, whatever the table, so that a union can be made of them."""
    says = {"count": Value(1), "key": "pk", **says}
    columns: dict[str, Any] = {"j_at": F(at)}
    for name in NUMBERS:
        columns[f"j_{name}"] = Cast(_expression(says.get(name, Value(None))), BigIntegerField())
    for name in TEXTS:
        columns[f"j_{name}"] = Cast(_expression(says.get(name, Value(""))), TextField())
    named: QuerySet[Any, Any] = rows.annotate(**columns).values_list(*COLUMNS)
    return named


def _expression(said: str | Combinable) -> Combinable:
    return F(said) if isinstance(said, str) else said


def _of_study(study: Study) -> Iterator[Says]:
    published = Codebook.objects.filter(study=study, number__gt=1)  # the first was there from the beginning
    says = {"at": "created_at", "by": "published_by", "subject": "number", "target": "number"}
    yield DeedKind.GUIDELINES_PUBLISHED, published, says
    brought = Anchor.objects.filter(study=study, added_by__isnull=False, created_at__gte=study.created_at)
    named = Concat("scale", Value(" "), Cast("level", TextField()), output_field=TextField())
    yield DeedKind.ANCHOR_PUT, brought, {"at": "created_at", "by": "added_by", "subject": named, "after": "note"}


def _of_people(study: Study) -> Iterator[Says]:
    links = Invitation.objects.filter(study=study)
    says = {"at": "created_at", "by": "made_by", "subject": "note", "target": "pk", "after": "role"}
    yield DeedKind.INVITATION_MADE, links, says | {"count": "uses_at_most"}
    sent = Message.objects.filter(study=study)
    yield DeedKind.MESSAGE_SENT, sent, {"at": "created_at", "by": "sender", "whom": "recipient", "after": "text"}
    out = Exclusion.objects.filter(study=study)
    about = {"whom": "annotator"}
    yield DeedKind.EXCLUDED, out, about | {"at": "created_at", "by": "made_by", "after": "reason"}
    lifted = out.filter(lifted_at__isnull=False)
    yield DeedKind.EXCLUSION_LIFTED, lifted, about | {"at": "lifted_at", "by": "lifted_by", "after": "lifted_reason"}


def _of_regions(study: Study) -> Iterator[Says]:
    """What was accepted in one moment is one line. A row holds the last decision; earlier ones are deeds."""
    jobs = Import.objects.filter(study=study)
    name = Func(F("source"), Value("^.*/"), Value(""), function="regexp_replace")  # where it lies is the server's
    says = {"subject": name, "target": "pk"}
    yield DeedKind.IMPORT_REQUESTED, jobs, says | {"at": "requested_at", "by": "requested_by"}
    ended = jobs.filter(status__in=_ENDED, finished_at__isnull=False)
    yield DeedKind.IMPORT_ENDED, ended, says | {"at": "finished_at", "after": "status", "count": "done"}
    decided = Region.objects.filter(study=study, decided_at__isnull=False)
    drawn = decided.filter(source=RegionSource.DRAWN)
    one = {"subject": "pk", "target": "image"}
    yield DeedKind.REGION_DRAWN, drawn, one | {"at": "created_at", "by": "drawn_by"}
    discarded = decided.filter(status=RegionStatus.DISCARDED)
    yield DeedKind.REGION_DISCARDED, discarded, one | {"at": "decided_at", "by": "decided_by"}
    accepted = decided.filter(status=RegionStatus.ACCEPTED).exclude(source=RegionSource.DRAWN)
    first = {"subject": Min("pk"), "target": Min("image"), "key": Min("pk"), "count": Count("pk")}
    at_once = accepted.order_by().values("decided_at", "decided_by")
    yield DeedKind.REGION_ACCEPTED, at_once, first | {"at": "decided_at", "by": "decided_by"}


def _of_labels(study: Study) -> Iterator[Says]:
    decisions = Adjudication.objects.filter(study=study)
    says = {"subject": "region", "target": "region"}
    yield DeedKind.ADJUDICATED, decisions, says | {"at": "created_at", "by": "made_by", "after": "reason"}
    withdrawn = decisions.filter(withdrawn_at__isnull=False)
    yield DeedKind.ADJUDICATION_WITHDRAWN, withdrawn, says | {"at": "withdrawn_at", "by": "withdrawn_by"}
    handled = Remark.objects.filter(study=study, handled_at__isnull=False)
    says = {"at": "handled_at", "by": "handled_by", "whom": "annotator", "subject": "reason"}
    yield DeedKind.REMARK_HANDLED, handled, says | {"target": "region__image"}


def _of_model(study: Study) -> Iterator[Says]:
    runs = TrainingRun.objects.filter(study=study)
    says = {"subject": "pk", "target": "pk"}
    asked = says | {"at": "requested_at", "by": "requested_by", "after": "trigger"}
    yield DeedKind.TRAINING_REQUESTED, runs, asked
    ended = runs.filter(status__in=_ENDED, finished_at__isnull=False)
    outcome = Case(  # at that time: what a person decided came later
        When(decided_by__isnull=False, then=Value(str(Decision.WAITING))),
        When(decision=Decision.NONE, then=F("status")),
        default=F("decision"),
    )
    yield DeedKind.TRAINING_ENDED, ended, says | {"at": "finished_at", "after": outcome}
    promoted = Promotion.objects.filter(study=study).order_by()
    says = {"at": "created_at", "by": "promoted_by", "subject": "version__name", "target": "version"}
    yield DeedKind.PROMOTED, promoted, says | {"after": "reason"}
    wanted = Evaluation.objects.filter(study=study, requested_by__isnull=False)
    says = {"at": "requested_at", "by": "requested_by", "subject": "version__name", "target": "version"}
    yield DeedKind.EVALUATION_REQUESTED, wanted, says


def _of_exports(study: Study) -> Iterator[Says]:
    rows = Export.objects.filter(study=study)
    says = {"subject": "format", "target": "pk"}
    yield DeedKind.EXPORT_REQUESTED, rows, says | {"at": "requested_at", "by": "requested_by"}
    ended = rows.filter(status__in=_ENDED, finished_at__isnull=False)
    yield DeedKind.EXPORT_ENDED, ended, says | {"at": "finished_at", "after": "status"}
    taken = Snapshot.objects.filter(study=study)
    says = {"at": "created_at", "by": "taken_by", "subject": "sha256", "target": "pk", "count": "votes"}
    yield DeedKind.SNAPSHOT_TAKEN, taken, says


def _older(study: Study) -> Iterator[Says]:
    """What happened before deeds were written down; by whom, the rows of that time mostly do not say."""
    deeds = Deed.objects.filter(study=study)
    made = Study.objects.filter(~Exists(deeds.filter(kind=DeedKind.STUDY_MADE)), pk=study.pk).order_by()
    yield DeedKind.STUDY_MADE, made, {"at": "created_at", "subject": "slug"}
    came = deeds.filter(kind__in=_CAME_IN, whom=OuterRef("user"))
    yield DeedKind.MEMBER_ADDED, Membership.objects.filter(~Exists(came), study=study), _MEMBER
    marked = deeds.filter(kind=DeedKind.GOLD_MARKED, target=OuterRef("region"))
    gold = Gold.objects.filter(~Exists(marked), study=study)
    says = {"at": "created_at", "by": "added_by", "subject": "region", "target": "region"}
    yield DeedKind.GOLD_MARKED, gold, says


_MEMBER = {"at": "created_at", "whom": "user"}
