"""Tags and filters of our templates."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from webapp.pages.markdown import as_html
from webapp.pages.theme import COOKIE, THEMES

register = template.Library()
_SCRIPTS = Path(__file__).resolve().parent.parent / "static" / "gullery" / "js"
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@cache
def _modules() -> SafeString:
    """`gullery/name` for each of our modules, at its hashed address."""
    imports = {f"gullery/{path.stem}": static(f"gullery/js/{path.name}") for path in sorted(_SCRIPTS.glob("*.js"))}
    return mark_safe(json.dumps({"imports": imports}).translate(_ESCAPES))  # noqa: S308  escaped just now


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    return format_html('<script type="importmap" nonce="{}">{}</script>', context.get("CSP_NONCE", ""), _modules())


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    request = context.get("request")
    chosen = request.COOKIES.get(COOKIE, "") if request else ""
    return chosen if chosen in THEMES else "system"


@register.filter
def markdown(text: str) -> SafeString:
    return as_html(text)


@register.filter
def seconds(milliseconds: int | None) -> str:
    """A time per vote as people say it."""
    if milliseconds is None:
        return "–"
    value = milliseconds / 1000
    if value < 100:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02} s"


@register.filter
def thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


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
def unlocalized(number: float) -> str:
    """For attributes of SVG, whatever the language of the page."""
    return f"{number:g}"


@register.filter
def count(number: int, words: str) -> str:
    """`{{ 3|count:"vote,votes" }}` is "3 votes"."""
    one, many = words.split(",")
    return f"{thousands(number)} {one if number == 1 else many}"
