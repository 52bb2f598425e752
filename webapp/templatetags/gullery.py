"""Tags and filters of our templates."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext, pgettext

from annotation.scales import SCALES, WORDS
from webapp.pages.markdown import as_html
from webapp.pages.theme import COOKIE, THEMES
from webapp.spoken import counted, script_words
from webapp.spoken import spoken as in_words

register = template.Library()
_WEBAPP = Path(__file__).resolve().parent.parent
_SCRIPTS = _WEBAPP / "static" / "gullery" / "js"
_STYLES = _WEBAPP / "static" / "gullery" / "css"
_RATING_PAGE = _WEBAPP / "templates" / "pages" / "rate.html"
_IMPORTS = re.compile(r'^import .*from "gullery/(\w+)";$', re.MULTILINE)
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@cache
def _modules() -> SafeString:
    """`gullery/name` for each of our modules, at its hashed address."""
    imports = {f"gullery/{path.stem}": static(f"gullery/js/{path.name}") for path in sorted(_SCRIPTS.glob("*.js"))}
    return mark_safe(json.dumps({"imports": imports}).translate(_ESCAPES))  # noqa: S308  escaped just now


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    return format_html('<script type="importmap" nonce="{}">{}</script>', context.get("CSP_NONCE", ""), _modules())


@register.simple_tag
@cache
def page_build() -> str:
    """What the rating page is made of, as twelve hexadecimal digits: a vote says which page it was cast on."""
    digest = hashlib.sha256()
    for path in sorted([*_SCRIPTS.glob("*.js"), *_STYLES.glob("*.css"), _RATING_PAGE]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@register.simple_tag
def preload(*modules: str) -> SafeString:
    """Links to all modules that these import, so that the browser fetches them at once and not one behind the other."""
    return mark_safe("".join(f'<link rel="modulepreload" href="{url}">' for url in _closure(modules)))  # noqa: S308  ours


@cache
def _closure(modules: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        found.append(name)
        imported = _IMPORTS.findall((_SCRIPTS / f"{name}.js").read_text())
        waiting += [one for one in dict.fromkeys(imported) if one not in found and one not in waiting]
    return tuple(static(f"gullery/js/{name}.js") for name in found)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    request = context.get("request")
    chosen = request.COOKIES.get(COOKIE, "") if request else ""
    return chosen if chosen in THEMES else "system"


@register.filter
def markdown(text: str) -> SafeString:
    return as_html(text)


@register.simple_tag
def other_languages() -> list[tuple[str, str]]:
    """Code and own name of each language that the page is not in."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code != get_language()]


@register.filter
def own_name(code: str) -> str:
    """What those who speak a language call it."""
    return str(dict(settings.LANGUAGES).get(code, code))


@register.simple_tag
def spoken_by_scripts() -> SafeString:
    """A block of data for gullery/spoken; nothing in English."""
    words = script_words()
    return json_script(words, "spoken") if words else SafeString("")


@register.filter
def spoken(text: str, about: str = "") -> str:
    return in_words(text, about)


@register.filter
def listed(texts: Iterable[str], about: str = "") -> str:
    """With the comma of the page's language; `about` as for `spoken`."""
    return gettext(", ").join(in_words(text, about) for text in texts)


@register.filter
def points(text: str) -> str:
    """A Markdown list, each point of it in the language of the page."""
    found = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
    return "\n".join(f"- {in_words(' '.join(point.split()))}" for point in found)


@register.filter(expects_localtime=True)
def day(moment: datetime | None) -> str:
    return date_format(moment, pgettext("date format", "j M Y")) if moment else ""


@register.filter(expects_localtime=True)
def day_time(moment: datetime | None) -> str:
    return date_format(moment, pgettext("date format", "j M Y, H:i")) if moment else ""


@register.filter(expects_localtime=True)
def dated(moment: date | None, form: str) -> str:
    """In one of the forms of `phrases.DATES`, each of which a language writes in its own way."""
    return date_format(moment, pgettext("date format", form)) if moment else ""


@register.filter
def since(moment: datetime) -> str:
    """How long ago, in the one largest unit: whoever looks for a silent person needs no minutes beside the hours."""
    if timezone.now() - moment < timedelta(minutes=1):
        return gettext("less than a minute")
    return timesince(moment, depth=1)


@register.filter
def seconds(milliseconds: int | None) -> str:
    """A time per vote as people say it."""
    if milliseconds is None:
        return "–"
    value = milliseconds / 1000
    if value < 100:
        return gettext("{seconds} s").format(seconds=f"{value:.1f}" if value < 10 else f"{value:.0f}")
    minutes, rest = divmod(round(value), 60)
    return gettext("{minutes} min {seconds} s").format(minutes=minutes, seconds=f"{rest:02}")


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


@register.filter
def percent(share: float) -> str:
    return f"{100 * share:.0f} %".replace(" ", "\u202f")


@register.filter
def signed(number: float) -> str:
    """`+0.012`, with a true minus."""
    return f"{number:+.3f}".replace("-", "\u2212")


@register.filter
def chance(p_value: float) -> str:
    """A p-value to three places, never a plain zero."""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


@register.filter
def measured(number: float | None, measure: str) -> str:
    """Three places, but things that are counted as they are."""
    if number is None:
        return "–"
    return f"{number:.0f}" if measure == "test_images" else f"{number:.3f}"


@register.filter
def places(number: object, digits: int) -> str:
    """A number to so many places with a true minus, or a dash where there is none."""
    if not isinstance(number, (int, float)):
        return "–"
    text = f"{round(number, digits) + 0.0:,.{digits}f}"  # no minus before zero
    return text.replace("-", "\u2212").replace(",", "\u202f")


@register.filter
def moment(seconds_since_1970: float) -> datetime:
    return datetime.fromtimestamp(seconds_since_1970, UTC)


@register.filter
def entry(mapping: Mapping[str, object], key: str) -> object:
    return mapping.get(key)


@register.filter
def unlocalized(number: float) -> str:
    """For attributes of SVG, whatever the language of the page."""
    return str(number) if isinstance(number, int) else f"{number:g}"


@register.filter
def spelled(answer: object) -> list[tuple[str, int, str]]:
    """Scale, level and word of each of the eight answers that something carries."""
    levels = [(scale, getattr(answer, scale)) for scale in SCALES]
    return [(scale, level, WORDS[scale][level]) for scale, level in levels]


@register.filter
def count(number: int, words: str) -> str:
    """`{{ 3|count:"vote,votes" }}` is "3 votes"."""
    one, many = words.split(",")
    return f"{thousands(number)} {counted(number, one, many)}"


@register.filter
def noun(number: int, words: str) -> str:
    """The word alone, where the number stands somewhere else."""
    one, many = words.split(",")
    return counted(number, one, many)
