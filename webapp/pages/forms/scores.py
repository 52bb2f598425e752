"""A file of outside scores: chosen, or pasted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from webapp.pages.forms.people import read_text
from webapp.spoken import spoken

MOST_BYTES = 8 * 2**20


class ScoresFileForm(forms.Form):
    """`source` is what the journal calls the file."""

    file = forms.FileField(
        required=False, label=_("A CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )
    text = forms.CharField(
        required=False,
        label=_("or paste it here"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    source = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(spoken(f"The file has more than {MOST_BYTES // 2**20} MiB."))
            cleaned["text"], cleaned["source"] = read_text(file.read()), str(file.name)[:200]
        elif not self.errors and not str(cleaned.get("text") or "").strip():
            raise forms.ValidationError(_("Choose a file or paste its lines."))
        return cleaned
