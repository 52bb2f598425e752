"""What a manager may say about how a study is run, group by group."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.actions.protocols import SETTINGS, contradictions
from annotation.models import Protocol
from webapp.pages.forms.percent import PercentField, bound_by_columns
from webapp.pages.forms.studies import speak_choices

GROUPS = (
    (
        _("The screen and the room"),
        _("A page cannot measure a room, but it can refuse a telephone, and it can ask people to look."),
        ("viewing_check", "check_minutes", "least_width", "least_height", "least_view_ms"),
    ),
    (
        _("Sittings and breaks"),
        _("Tired eyes judge differently. After a sitting the screen rests until the break is over."),
        ("sitting_minutes", "break_minutes", "sittings_per_day", "warm_up"),
    ),
    (
        _("Hidden checks"),
        _("They look like ordinary work and never count for a label."),
        ("repeat_share", "repeat_gap", "gold_every"),
    ),
    (
        _("Becoming an annotator"),
        _(
            "Training and exam use regions with known answers; mark some before you ask for an exam, or nobody can rate."
        ),
        ("exam_wanted", "training_regions", "exam_regions", "exam_within", "exam_balanced", "qualified_days"),
    ),
    (_("Second thoughts"), _("Who sees their slip of the finger may put it right."), ("undo_votes", "undo_minutes")),
    (
        _("More votes where it is needed"),
        _("A region whose label is in doubt can get more votes than the study asks for."),
        ("adaptive", "votes_cap", "votes_budget"),
    ),
)
LABELS = {
    "viewing_check": _("Viewing check before rating"),
    "check_minutes": _("Check again after, minutes"),
    "least_width": _("Least width of the screen"),
    "least_height": _("Least height of the screen"),
    "least_view_ms": _("Least look, milliseconds"),
    "sitting_minutes": _("A sitting, minutes"),
    "break_minutes": _("The break, minutes"),
    "sittings_per_day": _("Sittings in a day"),
    "warm_up": _("Warm-up regions"),
    "repeat_share": _("Share of hidden repeats"),
    "repeat_gap": _("Regions until the repeat"),
    "gold_every": _("Hidden gold, one in"),
    "exam_wanted": _("Only who has passed the exam may rate"),
    "training_regions": _("Training, regions"),
    "exam_regions": _("Exam, regions"),
    "exam_within": _("Pass: answers within one level"),
    "exam_balanced": _("Pass: with and without told apart"),
    "qualified_days": _("A pass is good for, days"),
    "undo_votes": _("Own last votes to look back at"),
    "undo_minutes": _("Until they are final, minutes"),
    "adaptive": _("Ask for more votes where the label is in doubt"),
    "votes_cap": _("Votes on one region, at most"),
    "votes_budget": _("Extra votes in all"),
}
_HELP = {
    "viewing_check": _("What follows when it is not passed."),
    "check_minutes": _("5 to 1440; laboratories ask every 30."),
    "least_width": _("CSS pixels."),
    "least_height": _("CSS pixels."),
    "least_view_ms": _("A row of answers opens when the view it needs was shown so long."),
    "sitting_minutes": _("At most 30 by ITU-R BT.500; 0 for no limit."),
    "break_minutes": _("Before the next sitting."),
    "sittings_per_day": _("0 for no limit."),
    "warm_up": _("At the start of a sitting, never counted."),
    "repeat_share": _("0 to 50 %; 5 % is one in twenty."),
    "repeat_gap": _("So many regions lie between the two looks at least."),
    "gold_every": _("One region with a known answer among so many; 0 for none."),
    "exam_within": _("Percent of the answers on quality, importance and severity."),
    "exam_balanced": _("Percent, balanced accuracy."),
    "undo_votes": _("0 to 100."),
    "undo_minutes": _("0 to 1440."),
    "votes_cap": _("Not below the study’s votes per region."),
    "votes_budget": _("Empty for no limit."),
}
SHARES = ("repeat_share", "exam_within", "exam_balanced")


class ProtocolForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Protocol
        fields = SETTINGS
        field_classes = dict.fromkeys(SHARES, PercentField)
        labels = LABELS
        help_texts = _HELP | {name: "" for name in SETTINGS if name not in _HELP}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        speak_choices(self)
        bound_by_columns(self)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not self.errors:
            protocol = Protocol(study=self.instance.study, **{name: cleaned[name] for name in SETTINGS})
            for field, words in contradictions(protocol).items():
                self.add_error(field, words)
        return cleaned

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [(str(title), str(words), [self[name] for name in names]) for title, words, names in GROUPS]
