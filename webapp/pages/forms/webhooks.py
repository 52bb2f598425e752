"""What a manager may say about a webhook."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.enums import HookEvent
from annotation.exchange.hooks.places import LONGEST
from annotation.models.hooks import CHOSEN


class EventsForm(forms.Form):
    events = forms.MultipleChoiceField(
        choices=[(event.value, _(event.label)) for event in CHOSEN],
        widget=forms.CheckboxSelectMultiple,
        label=_("Tell it of"),
    )


class WebhookForm(EventsForm):
    address = forms.CharField(
        max_length=LONGEST,
        label=_("Address"),
        help_text=_("It begins with https:// and is reached from the internet."),
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["address", "events"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["events"].initial = [HookEvent.EXPORT_FINISHED.value, HookEvent.TRAINING_DECIDED.value]
