"""A report as one HTML file: style inside, figures as SVG, nothing to fetch, ready to print."""

from collections.abc import Mapping
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

_STYLE = Path(__file__).resolve().parent.parent / "static" / "gullery" / "css" / "report.css"


def write_document(path: Path, template: str, context: Mapping[str, object]) -> None:
    style = mark_safe(_STYLE.read_text(encoding="utf-8"))  # noqa: S308  our own file
    path.write_text(render_to_string(template, {**context, "style": style}), encoding="utf-8")
