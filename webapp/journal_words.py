"""The lines of a journal as people read them: names, words of choices, and where each leads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _

from annotation.enums import (
    Decision,
    DeedKind,
    ExportFormat,
    JobStatus,
    RegionStatus,
    RemarkReason,
    Role,
    TrainingTrigger,
)
from annotation.models import Membership, Protocol, Study
from annotation.queries.journal import Line, names_of
from webapp.pages.forms import protocol, studies
from webapp.pages.forms.percent import percent_text
from webapp.spoken import counted, spoken

LONG = 140
"""Characters after which a text is folded."""
_SETTINGS: Mapping[DeedKind, type[Model]] = {
    DeedKind.STATUS_CHANGED: Study,
    DeedKind.SETTING_CHANGED: Study,
    DeedKind.PROTOCOL_CHANGED: Protocol,
    DeedKind.ROLE_CHANGED: Membership,
    DeedKind.LIMIT_CHANGED: Membership,
}
"""Of which rows `subject` is a column."""
_LABELS: Mapping[str, object] = studies.LABELS | studies.LOOP_LABELS | protocol.LABELS
_SHARES = {*studies.LOOP_SHARES, *protocol.SHARES}
_VALUES: Sequence[tuple[str, Sequence[type[TextChoices]]]] = (
    ("member_", (Role,)),
    ("invitation_", (Role,)),
    ("training_", (TrainingTrigger, Decision, JobStatus)),
    ("import_", (JobStatus,)),
    ("export_", (JobStatus,)),
    ("region_", (RegionStatus,)),
)
"""Whose words `before` and `after` are, by how the kind begins."""
_SUBJECTS: Sequence[tuple[str, type[TextChoices]]] = (("export_", ExportFormat), ("remark_", RemarkReason))
_PAGES = (
    ("region_", "review"),
    ("remark_", "review"),
    ("proposed_", "review"),
    ("score_", "review"),
    ("gold_", "gold-region"),
    ("adjudicat", "dispute"),
    ("import_", "import"),
    ("training_", "training-run"),
    ("candidate_", "training-run"),
    ("webhook_", "webhook"),
)
"""Where `target` is shown."""
_OF_A_REGION = ("region_", "gold_", "adjudicat")
_CODE = (
    *(DeedKind.GOLD_MARKED, DeedKind.GOLD_RETIRED, DeedKind.PROTOCOL_GIVEN, DeedKind.PROTOCOL_DROPPED),
    *(DeedKind.WEBHOOK_MADE, DeedKind.WEBHOOK_CHANGED),
)
"""Their texts name columns, events and numbers."""


_UNNAMED = re.compile(r"[0-9a-f]{32}\.zip")
"""What the page for uploads packs has no name that anybody gave."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`link` leads to what it was about, `person` to whom it was done."""

    at: datetime
    who: str
    what: str
    whom: str
    person: str
    about: str
    link: str
    before: str
    after: str
    is_change: bool
    is_code: bool

    @property
    def is_long(self) -> bool:
        return len(self.before) + len(self.after) > LONG


def shown_lines(study: Study, lines: Sequence[Line]) -> list[Shown]:
    """Two queries."""
    names = names_of(lines)
    members = dict(Membership.objects.filter(study=study, user__in=names).values_list("user_id", "pk"))
    return [_shown(study, line, names, members) for line in lines]


def _shown(study: Study, line: Line, names: Mapping[int, str], members: Mapping[int, int]) -> Shown:
    member = members.get(line.whom) if line.whom else None
    return Shown(
        at=line.mark.at,
        who=names.get(line.by, "") if line.by else "",
        what=spoken(line.kind.label),
        whom=names.get(line.whom, "") if line.whom else "",
        person=reverse("person", args=[study.slug, member]) if member else "",
        about=_about(line),
        link=_link(study, line),
        before=_value(line, line.before),
        after=_value(line, line.after),
        is_change=line.kind in _SETTINGS or bool(line.before and line.after),
        is_code=line.kind in _CODE,
    )


def _about(line: Line) -> str:
    """What the subject names, in words."""
    if line.kind in {DeedKind.STATUS_CHANGED, DeedKind.ROLE_CHANGED}:
        return ""  # the kind says it
    if line.kind in _SETTINGS:
        return str(_LABELS.get(line.subject) or getattr(_column(line), "verbose_name", line.subject))
    if line.kind.startswith(_OF_A_REGION):
        many = f"{line.count} {counted(line.count, 'region', 'regions')}"
        return _("Region {id}").format(id=line.subject) if line.count == 1 else many
    if line.kind.startswith("training_"):
        return _("Run {number}").format(number=line.subject)
    if line.kind.startswith("guidelines_"):
        return _("Number {number}").format(number=line.subject)
    if line.kind == DeedKind.ANCHOR_PUT:
        scale, _blank, level = line.subject.partition(" ")
        return f"{spoken(scale, 'scale')} {level}"
    if line.kind == DeedKind.SNAPSHOT_TAKEN:
        return f"{line.subject[:12]}, {line.count} {counted(line.count, 'vote', 'votes')}"
    if line.kind.startswith("import_"):
        name = _("Brought in by browser") if _UNNAMED.fullmatch(line.subject) else line.subject
        if line.target is None:
            return _("Outside scores from {name}").format(name=name)
        files = f"{line.count} {counted(line.count, 'file', 'files')}"
        return f"{name}, {files}" if line.kind == DeedKind.IMPORT_ENDED else name
    choices = [words for begin, words in _SUBJECTS if line.kind.startswith(begin)]
    return _word(choices, line.subject)


def _column(line: Line) -> object:
    """None for one that is no longer there."""
    return next((one for one in _SETTINGS[line.kind]._meta.fields if one.name == line.subject), None)


def _value(line: Line, text: str) -> str:
    """The word of a choice, yes and no, percent, or the text as it is; a dash for a setting that is empty."""
    if line.kind in _SETTINGS:
        if line.subject in _SHARES and text:
            return percent_text(float(text))
        words = {str(value): str(label) for value, label in getattr(_column(line), "flatchoices", ())}
        return words.get(text) or {"True": _("yes"), "False": _("no"), "": "–"}.get(text, text)
    return _word([one for begin, all_of in _VALUES if line.kind.startswith(begin) for one in all_of], text)


def _word(choices: Sequence[type[TextChoices]], text: str) -> str:
    known = [spoken(str(one(text).label)) for one in choices if text and text in one.values]
    return known[0] if known else text


def _link(study: Study, line: Line) -> str:
    if line.target is None or (line.count > 1 and line.kind == DeedKind.REGION_ACCEPTED):
        return ""
    page = next((page for begin, page in _PAGES if line.kind.startswith(begin)), "")
    return reverse(page, args=[study.slug, line.target]) if page else ""
