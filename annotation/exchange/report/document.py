"""A report as one HTML file: style inside, figures as SVG, nothing to fetch, ready to print."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import override

_STYLE = "gullery/css/report.css"


def write_document(path: Path, template: str, context: dict[str, object], language: str = "en") -> None:
    """Whatever language the process speaks, the file speaks the one that was asked for."""
    style = f"<style>{Path(str(finders.find(_STYLE))).read_text(encoding='utf-8')}</style>"
    with override(language):
        page = render_to_string(template, context)
    path.write_text(page.replace("</head>", f"{style}</head>", 1), encoding="utf-8")
