"""What a person may say about their own account."""

from django import forms

from annotation.enums import TokenScope


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What will use it, for example “laptop script”.")
    scopes = forms.MultipleChoiceField(
        choices=TokenScope.choices, widget=forms.CheckboxSelectMultiple, initial=[TokenScope.READ], label="May"
    )
    days = forms.TypedChoiceField(
        choices=[(7, "a week"), (30, "a month"), (90, "three months"), (365, "a year")],
        initial=30,
        coerce=int,
        label="Works for",
    )
