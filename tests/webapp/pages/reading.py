"""A page in Chinese as people read or hear it, and the English that is left on it."""

import re
from html.parser import HTMLParser

from django.test import Client

_WORD = re.compile(r"[A-Za-z]{2,}")
_STOP = re.compile(r"[\u4e00-\u9fff”）][.,;:](?=\s|$)|^\s*[.,;:](?=\s|$)")
_READ = ("aria-label", "alt", "title", "placeholder", "data-text")
NAMES = """
    Gullery SEAGULL Fleiss Krippendorff Kappa Student Dawid Skene Spearman Brown Williams KonIQ BT ITU SOS ICC SROCC PLCC MAE
    SHA CSS RGB CMYK JSON CSV COCO Parquet Hugging Face datasets load dataset pandas Polars DuckDB pycocotools Markdown
    JavaScript API HTTP http https GPU CPU zip JPEG PNG WebP UTF Cookie
    Beta scores csv
    Shift Alt Ctrl Esc Escape Enter Backspace Delete Insert Home End PageUp PageDown Space Tab
    ArrowUp ArrowDown ArrowLeft ArrowRight
    Night Light True Tone lux
    username annotator reviewer
"""
"""Of things, and of the columns and values that files have in every language."""
OF_THE_SCENE = """
    For the test Soft edges memory MemoryError
    Gulls gulls ben ada dora user herring gull png notes txt mine model score
    hooks example org gullery
    Seen Look at the region small tiny This is no image
"""
"""What the people and things in our tests are called and have written."""
_ALLOWED = set((NAMES + OF_THE_SCENE).split())
_CODE = re.compile(r"\{\w+\}|sRGB|\b(?=\w*\d)[0-9a-f]{6,}\b|(?:Study |person|model |photo |image[ -])\d+")


def _is_english(text: str) -> bool:
    return bool(set(_WORD.findall(_CODE.sub("", text))) - _ALLOWED or _STOP.search(text))


class Text(HTMLParser):
    """Texts and some attributes, but neither code nor data."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.parts: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.language = values.get("lang") or "" if tag == "html" else self.language
        self.parts += [values.get(name) or "" for name in _READ]
        if tag in {"script", "style", "code", "pre", "textarea"} or values.get("lang") == "en":
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.parts.append(data)

    def english(self) -> list[str]:
        """Each text with a word of Latin letters that is no name, or with a Latin stop at the end of Chinese."""
        return [part.strip() for part in self.parts if _is_english(part)]


def read(client: Client, path: str) -> Text:
    """Nothing of what is no page."""
    answer = client.get(path, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}, follow=True)
    text = Text()
    if answer["Content-Type"].startswith("text/html"):
        text.feed(answer.content.decode())
    return text
