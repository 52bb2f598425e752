"""What a person may say about their own account."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from annotation.enums import TokenScope


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80, label=_("Name"), help_text=_("What will use it, for example “laptop script”.")
    )
    scopes = forms.MultipleChoiceField(
        choices=[
            (TokenScope.READ, pgettext_lazy("token", "Read")),
            (TokenScope.RATE, pgettext_lazy("token", "Rate")),
            (TokenScope.MANAGE, pgettext_lazy("token", "Manage")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=[TokenScope.READ],
        label=pgettext_lazy("token", "May"),
    )
    days = forms.TypedChoiceField(
        choices=[(7, _("a week")), (30, _("a month")), (90, _("three months")), (365, _("a year"))],
        initial=30,
        coerce=int,
        label=_("Works for"),
    )
