"""What a manager may say about how a study is run, group by group."""

from django import forms

from annotation.actions.protocols import SETTINGS, contradictions
from annotation.models import Protocol

GROUPS = (
    (
        "The screen and the room",
        "A page cannot measure a room, but it can refuse a telephone, and it can ask people to look.",
        ("viewing_check", "check_minutes", "least_width", "least_height", "least_view_ms"),
    ),
    (
        "Sittings and breaks",
        "Tired eyes judge differently. After a sitting the screen rests until the break is over.",
        ("sitting_minutes", "break_minutes", "sittings_per_day", "warm_up"),
    ),
    (
        "Hidden checks",
        "They look like ordinary work and never count for a label.",
        ("repeat_share", "repeat_gap", "gold_every"),
    ),
    (
        "Becoming an annotator",
        "Training and exam use regions with known answers; mark some before you ask for an exam, or nobody can rate.",
        ("exam_wanted", "training_regions", "exam_regions", "exam_within", "exam_balanced", "qualified_days"),
    ),
    ("Second thoughts", "Who sees their slip of the finger may put it right.", ("undo_votes", "undo_minutes")),
    (
        "More votes where it is needed",
        "A region whose label is in doubt can get more votes than the study asks for.",
        ("adaptive", "votes_cap", "votes_budget"),
    ),
)
_LABELS = {
    "viewing_check": "Viewing check before rating",
    "check_minutes": "Check again after, minutes",
    "least_width": "Least width of the screen",
    "least_height": "Least height of the screen",
    "least_view_ms": "Least look, milliseconds",
    "sitting_minutes": "A sitting, minutes",
    "break_minutes": "The break, minutes",
    "sittings_per_day": "Sittings in a day",
    "warm_up": "Warm-up regions",
    "repeat_share": "Share of hidden repeats",
    "repeat_gap": "Regions until the repeat",
    "gold_every": "Hidden gold, one in",
    "exam_wanted": "Only who has passed the exam may rate",
    "training_regions": "Training, regions",
    "exam_regions": "Exam, regions",
    "exam_within": "Pass: answers within one level",
    "exam_balanced": "Pass: with and without told apart",
    "qualified_days": "A pass is good for, days",
    "undo_votes": "Own last votes to look back at",
    "undo_minutes": "Until they are final, minutes",
    "adaptive": "Ask for more votes where the label is in doubt",
    "votes_cap": "Votes on one region, at most",
    "votes_budget": "Extra votes in all",
}
_HELP = {
    "viewing_check": "What follows when it is not passed.",
    "check_minutes": "5 to 1440; laboratories ask every 30.",
    "least_width": "CSS pixels.",
    "least_height": "CSS pixels.",
    "least_view_ms": "A row of answers opens when the view it needs was shown so long.",
    "sitting_minutes": "At most 30 by ITU-R BT.500; 0 for no limit.",
    "break_minutes": "Before the next sitting.",
    "sittings_per_day": "0 for no limit.",
    "warm_up": "At the start of a sitting, never counted.",
    "repeat_share": "0 to 0.5; 0.05 is one in twenty.",
    "repeat_gap": "So many regions lie between the two looks at least.",
    "gold_every": "One region with a known answer among so many; 0 for none.",
    "exam_within": "0 to 1, of the answers on quality, importance and severity.",
    "exam_balanced": "0 to 1, balanced accuracy.",
    "undo_votes": "0 to 100.",
    "undo_minutes": "0 to 1440.",
    "votes_cap": "Not below the study’s votes per region.",
    "votes_budget": "Empty for no limit.",
}


class ProtocolForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Protocol
        fields = SETTINGS
        labels = _LABELS
        help_texts = _HELP | {name: "" for name in SETTINGS if name not in _HELP}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not self.errors:
            protocol = Protocol(study=self.instance.study, **{name: cleaned[name] for name in SETTINGS})
            for field, words in contradictions(protocol).items():
                self.add_error(field, words)
        return cleaned

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [(title, words, [self[name] for name in names]) for title, words, names in GROUPS]
