"""What a manager may say about a study."""

from collections.abc import Iterable
from itertools import chain, count
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from annotation.actions.studies import OUR_WORDS
from annotation.models import Study
from webapp.pages.forms.percent import PercentField, bound_by_columns
from webapp.spoken import spoken

_FIELDS = [
    "name",
    "guidelines",
    "votes_wanted",
    "regions_per_image",
    "min_region_area",
    "lease_minutes",
    "severity_votes",
    "severity_top",
]
LABELS = {
    "name": _("Name"),
    "guidelines": _("Guidelines"),
    "votes_wanted": _("Votes wanted"),
    "regions_per_image": _("Regions per image"),
    "min_region_area": _("Smallest region"),
    "lease_minutes": _("Minutes per turn"),
    "severity_votes": _("Severity is the mean of"),
    "severity_top": _("Highest severity"),
}
_HELP = {
    "votes_wanted": _("Different people per region before its label is settled."),
    "regions_per_image": _("Proposals taken into the study for each image; the others wait for you."),
    "min_region_area": _("In pixels. Smaller regions are dropped; the paper has 32×32 = 1024."),
    "lease_minutes": _("How long a region waits for a person who went away."),
    "severity_votes": _("Whether votes “non-existent” count for the severity of a distortion that most people see."),
    "severity_top": _("M of the paper’s Eq. 1 for severity."),
    "guidelines": _("Markdown. What annotators read before and while they rate."),
}
LOOP_SHARES = ("arm_share", "random_share")
_LOOP = ["prelabel_policy", "arm_share", "random_share", "retrain_after", "promotion_policy"]
LOOP_LABELS = {
    "prelabel_policy": _("The model’s guess is"),
    "arm_share": _("Share of the arm that sees it"),
    "random_share": _("Share of random order"),
    "retrain_after": _("Train again after"),
    "promotion_policy": _("A better model speaks"),
}
_LOOP_HELP = {
    "prelabel_policy": _(
        "A guess that is seen pulls votes; a random arm measures how far. The hold-out never shows one."
    ),
    "arm_share": _("0 to 100 %; only for the random arm."),
    "random_share": _("30 to 100 %. The other turns go to what the model is least sure of."),
    "retrain_after": _("Newly settled labels. Empty: only when somebody or a schedule asks."),
    "promotion_policy": _("Only one that passes the gate, whoever has the last word."),
}


def speak_choices(form: forms.BaseForm) -> None:
    """A model's choices are the domain's English."""
    for field in form.fields.values():
        if isinstance(field, forms.TypedChoiceField):
            choices = cast(Iterable[tuple[object, object]], field.choices)
            field.choices = [(value, spoken(str(label))) for value, label in choices]


class _StudyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = Study
        fields = _FIELDS
        help_texts = _HELP
        labels = LABELS
        widgets = {"guidelines": forms.Textarea(attrs={"rows": 10, "spellcheck": "true"})}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        speak_choices(self)


class NewStudyForm(_StudyForm):
    """The first step; everything else has its own step or is on the settings page."""

    class Meta(_StudyForm.Meta):
        fields = ["name", "slug", "votes_wanted", "regions_per_image"]
        help_texts = _HELP | {
            "slug": _(
                "Part of addresses and file names: small letters, digits, hyphens. It stays. Empty: made of the name."
            )
        }
        labels = LABELS | {"slug": _("Short name")}

    like = forms.ModelChoiceField(
        Study.objects.none(),
        required=False,
        to_field_name="slug",
        label=_("Like another study"),
        empty_label=_("No, from the beginning"),
        help_text=_(
            "Its protocol, guidelines, examples and rules, for other pictures. Numbers that you change above are as you say."
        ),
    )
    with_people = forms.BooleanField(
        required=False, label=_("And its people"), help_text=_("In the same roles, with the same limits.")
    )

    def __init__(self, *args: object, patterns: QuerySet[Study], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        cast("forms.ModelChoiceField[Study]", self.fields["like"]).queryset = patterns

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or self.cleaned_data
        if given.get("with_people") and not given.get("like"):
            self.add_error("with_people", _("Whose people? Choose the study above."))
        return given

    def said(self) -> dict[str, Any]:
        """What somebody put in; beside a pattern, numbers that were left as they came are the pattern's."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"like", "with_people"}}
        if self.cleaned_data["like"] is None:
            return given
        return {name: value for name, value in given.items() if name in {"name", "slug", *self.changed_data}}

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in OUR_WORDS:
            raise forms.ValidationError(_("This word is part of our own addresses; choose another."))
        return slug or free_slug(str(self.cleaned_data.get("name", "")))


def free_slug(name: str) -> str:
    """Of a name in any script, with a number where it is taken."""
    stem = slugify(name)[:50].strip("-") or "study"
    found = set(Study.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | OUR_WORDS
    return next(slug for slug in chain([stem], (f"{stem}-{number}" for number in count(2))) if slug not in found)


class SettingsForm(_StudyForm):
    class Meta(_StudyForm.Meta):
        fields = [*[name for name in _FIELDS if name != "guidelines"], *_LOOP]  # guidelines have a page of their own
        field_classes = dict.fromkeys(LOOP_SHARES, PercentField)
        help_texts = _HELP | _LOOP_HELP
        labels = LABELS | LOOP_LABELS

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        bound_by_columns(self)
