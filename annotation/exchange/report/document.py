"""A report as one HTML file: style inside, figures as SVG, nothing to fetch, ready to print."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

_STYLE = "gullery/css/report.css"


def write_document(path: Path, template: str, context: dict[str, object]) -> None:
    style = f"<style>{Path(str(finders.find(_STYLE))).read_text(encoding='utf-8')}</style>"
    path.write_text(render_to_string(template, context).replace("</head>", f"{style}</head>", 1), encoding="utf-8")
