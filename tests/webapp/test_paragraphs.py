"""A browser ends a paragraph where a form or another block begins, and its layout with it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "webapp" / "templates"
BLOCK_IN_PARAGRAPH = re.compile(r"<p\b[^>]*>(?:(?!</p>).)*?<(?:form|div|ul|ol|dl|table|section|h[1-6])\b", re.DOTALL)


@pytest.mark.parametrize("name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_a_paragraph_holds_no_block(name: str) -> None:
    assert BLOCK_IN_PARAGRAPH.findall((TEMPLATES / name).read_text()) == []
