"""The admin in the reader's language: names of tables, columns, choices and rows, which Django makes of our models' English.

Translated when they are shown. Neither migrations nor what is stored know of it.
"""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from annotation.scales import SCALES
from webapp.phrases.admin import ROWS

_COLUMN = "column"
_SCALE = "scale"
_LABEL = "label"


def speak(app: AppConfig) -> None:
    """Once, when the program starts."""
    app.verbose_name = _name(app.verbose_name)
    for model in app.get_models():
        meta = model._meta
        if not isinstance(meta.verbose_name, Promise):  # or Django speaks it already
            meta.verbose_name_plural = pgettext_lazy(_COLUMN, str(meta.verbose_name_plural))
        meta.verbose_name = _name(meta.verbose_name)
        for field in meta.local_fields:
            _speak_field(field)
        if model.__name__ in ROWS:
            model.__str__ = _named(model.__str__, ROWS[model.__name__])  # type: ignore[method-assign]


def _name(english: Any) -> Any:
    return english if isinstance(english, Promise) else pgettext_lazy(_COLUMN, english)


def _speak_field(field: "Field[Any, Any]") -> None:
    field.verbose_name = _name(field.verbose_name)
    if field.help_text and not isinstance(field.help_text, Promise):
        field.help_text = gettext_lazy(field.help_text)
    if field.choices:
        field.choices = [(value, _choice(field, label)) for value, label in field.flatchoices]


def _choice(field: "Field[Any, Any]", label: str) -> Any:
    """An open label is not what an open study is, and a scale's name is in its own context."""
    if label in SCALES:
        return pgettext_lazy(_SCALE, label)
    return pgettext_lazy(_LABEL, label) if field.model.__name__ == "Label" else gettext_lazy(label)


def _named(english: Callable[[Any], str], pattern: str) -> Callable[[Any], str]:
    def name(row: Model) -> str:
        said = gettext(pattern)
        return english(row) if said == pattern else said.format_map(_Values(row))

    return name


class _Values(dict[str, object]):
    """What a row's columns hold, as people read it."""

    def __init__(self, row: Model) -> None:
        super().__init__()
        self.row = row

    def __missing__(self, name: str) -> object:
        value = getattr(self.row, name)
        choices: dict[object, object] = dict(getattr(self.row._meta.get_field(name), "flatchoices", ()))
        return choices.get(value, value)
