"""Guidelines are Markdown by managers: raw HTML stays text, links go only where a reader would expect."""

from functools import cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt


@cache
def _renderer() -> MarkdownIt:
    """Images are off: the policy of the page admits none from elsewhere, and a picture could give a study away."""
    return MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": True}).disable("image")


def as_html(text: str) -> SafeString:
    return SafeString(_renderer().render(text))  # the renderer escapes HTML and refuses odd link schemes
