"""A report as one HTML file: style inside, figures as SVG, nothing to fetch, ready to print."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import override

REPORT = ("report",)
PAGE = ("tokens", "base", "parts", "statistics")
"""The style sheets of a report and of the pages about annotators, in the order in which they apply."""


def write_document(
    path: Path, template: str, context: Mapping[str, object], language: str = "en", styles: Sequence[str] = REPORT
) -> None:
    """Whatever language the process speaks, the file speaks the one that was asked for."""
    style = "\n".join(_sheet(name) for name in styles)
    with override(language):
        page = render_to_string(template, dict(context))
    path.write_text(page.replace("</head>", f"<style>{style}</style></head>", 1), encoding="utf-8")


def _sheet(name: str) -> str:
    return Path(str(finders.find(f"gullery/css/{name}.css"))).read_text(encoding="utf-8")
