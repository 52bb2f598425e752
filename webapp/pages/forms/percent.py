"""A share of one, typed and shown in percent: 5 % is stored as 0.05."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

SIGN = "%"


class PercentField(forms.Field):
    """Bounds are those of the column. Less than one percent needs the sign, so that nobody types 0.8 for 80 %."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = 0.0, 1.0

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "maxlength": "12", "class": "percent"}

    def prepare_value(self, value: Any) -> Any:
        return percent_text(value) if isinstance(value, float | int) else value

    def to_python(self, value: Any) -> float | None:
        typed = unicodedata.normalize("NFKC", str(value)).replace(",", ".").strip() if value is not None else ""
        if not typed:
            return None
        try:
            percent = Decimal(typed.removesuffix(SIGN).strip())
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write a number of percent, such as 80 %.")) from error
        if not percent.is_finite() or abs(percent) > 1000:
            raise forms.ValidationError(_("Write a number of percent, such as 80 %."))
        if 0 < percent <= 1 and SIGN not in typed:
            raise forms.ValidationError(
                _("Is this {percent} %, or {share} %? Write it with the sign.").format(
                    percent=f"{percent.normalize():f}", share=f"{(100 * percent).normalize():f}"
                )
            )
        return float(percent / 100)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not self.low <= value <= self.high:
            bounds = {"low": percent_text(self.low), "high": percent_text(self.high)}
            raise forms.ValidationError(_("It must be {low} to {high}.").format(**bounds))


def percent_text(share: float) -> str:
    return f"{(100 * Decimal(str(share))).normalize():f} {SIGN}"


def bound_by_columns(form: forms.ModelForm) -> None:  # type: ignore[type-arg]  # not subscriptable at run time
    """Each field of percent has the bounds of its column."""
    for name, field in form.fields.items():
        if isinstance(field, PercentField):
            for validator in form._meta.model._meta.get_field(name).validators:
                if isinstance(validator, MinValueValidator):
                    field.low = float(validator.limit_value)
                elif isinstance(validator, MaxValueValidator):
                    field.high = float(validator.limit_value)
