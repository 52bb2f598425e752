"""What people read and what the domain says in English, in the language of the page."""

import re
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JavaScriptCatalog

from annotation.scales import DISTORTIONS, SCALES, WORDS
from webapp.languages import ENGLISH
from webapp.phrases import PATTERNS


def spoken(text: str, about: str = "") -> str:
    """`about` is `scale` for the name of a scale, the scale itself for the word of a level, and empty for sentences."""
    if not text:
        return text
    if about:
        return pgettext(_about(about), text)
    said = gettext(text)
    return _filled(str(text)) if said == text and get_language() != ENGLISH[0] else said


def _about(scale: str) -> str:
    return "severity" if scale in DISTORTIONS else scale


def _filled(text: str) -> str:
    """A sentence of the domain that quotes something: the translated pattern, with the same things in it."""
    for pattern, shape in _shapes():
        found = shape.fullmatch(text)
        if found:
            return gettext(pattern).format(**{name: _quoted(name, said) for name, said in found.groupdict().items()})
    return text


def _scale(word: str) -> str:
    return pgettext("scale", word)


def _quoted(name: str, text: str) -> str:
    if name == "noises":  # of each scale, as in the rules of a report
        return gettext(", ").join(" ".join(map(_scale, one.split())) for one in text.split(", "))
    return pgettext(name, text) if name in {"scale", "thing"} else spoken(text) if name == "said" else text


@cache
def _shapes() -> list[tuple[str, re.Pattern[str]]]:
    return [(pattern, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(pattern)))) for pattern in PATTERNS]


def counted(number: int, one: str, many: str) -> str:
    return ngettext(one, many, number)


def script_words() -> Mapping[str, object]:
    """What our scripts say, from English into the language of the page; empty in English."""
    language = get_language() or ENGLISH[0]
    return {} if language == ENGLISH[0] else _script_words(language)


@cache
def _script_words(language: str) -> Mapping[str, object]:
    catalogue = JavaScriptCatalog()
    catalogue.translation = DjangoTranslation(
        language, domain="djangojs", localedirs=list(map(str, reversed(settings.LOCALE_PATHS)))
    )
    levels = {f"{_about(scale)}\x04{word}": spoken(word, scale) for scale in SCALES for word in WORDS[scale]}
    return catalogue.get_catalog() | levels | {f"scale\x04{scale}": spoken(scale, "scale") for scale in SCALES}
