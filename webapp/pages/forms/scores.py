"""A file of outside scores: chosen, or pasted."""

from django import forms

from webapp.pages.forms.people import TableFileForm


class ScoresFileForm(TableFileForm):
    """`source` is what the journal calls the file."""

    most_bytes = 8 * 2**20
    source = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        file = cleaned.get("file")
        if file is not None:
            cleaned["source"] = str(file.name)[:200]  # type: ignore[attr-defined]  # of an uploaded file
        return cleaned
