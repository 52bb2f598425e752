"""What a manager may say while a study is set up."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from annotation.actions.codebooks import LONGEST
from annotation.actions.protocols import Preset
from annotation.models import Study

_DEFAULT = "annotation/default_guidelines.md"
WAYS = [
    (Preset.LAB.value, _("Lab study (recommended)")),
    (Preset.STRICT.value, _("Strict: who has passed an exam, on a checked screen")),
    (Preset.QUICK.value, _("Quick, no checks")),
    ("own", _("My own settings")),
]


class PresetForm(forms.Form):
    way = forms.ChoiceField(choices=WAYS, widget=forms.RadioSelect, initial=Preset.LAB.value, label=_("Protocol"))


class GuidelinesForm(forms.Form):
    """`number` is that of the text the writer had before their eyes."""

    guidelines = forms.CharField(
        max_length=LONGEST,
        required=False,
        strip=False,
        label=_("Guidelines"),
        help_text=_("Markdown. What annotators read before and while they rate."),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
    )
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, study: Study, **kwargs: object) -> None:
        text = study.guidelines if study.guidelines.strip() else (settings.BASE_DIR / _DEFAULT).read_text()
        first = {"guidelines": text, "number": study.codebook}
        super().__init__(*args, **{"initial": first, **kwargs})  # type: ignore[arg-type]
