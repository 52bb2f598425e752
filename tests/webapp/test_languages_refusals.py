"""What the domain says when it refuses something is known to the translations, to the letter: read from the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from annotation.exchange.report.words import WORDS
from annotation.exchange.unfit import ADVICE
from webapp.phrases import HEARD, PATTERNS
from webapp.phrases.patterns import COMPOSED

ROOT = Path(settings.BASE_DIR)
REFUSALS = {
    "InvalidInput",
    "Conflict",
    "Forbidden",
    "Http404",
    "UnfitError",
    "SourceError",
    "SnapshotDamagedError",
    "PlaceError",
    "NotHereError",
}
OF_PROGRAMS = {"Conflict", "Forbidden", "Http404", "AuthenticationFailed"}
"""In `webapp/api`: what is wrong with the shape of a request names fields, and stays English for who writes programs."""
FOR_TERMINALS = {
    "annotation/actions/versions.py",
    "annotation/actions/reproduction.py",
    "annotation/exchange/votes_csv.py",
}
"""Commands speak English."""
TOGETHER = {"{}: {}", "The first line must name the columns, username and any of {}.{}"}
"""Made of sentences that are known."""
_HOLE = re.compile(r"\{\w*\}")
_TEXTS = (ast.Constant, ast.JoinedStr)


def _files() -> list[Path]:
    folders = ("annotation/actions", "annotation/exchange", "webapp/pages", "webapp/api", "workers")
    lone = ("annotation/keys.py", "annotation/version_fetching.py", "webapp/access.py", "webapp/teaching_access.py")
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in [*found, *(ROOT / one for one in lone)] if _name(path) not in FOR_TERMINALS]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _said(path: Path) -> Iterator[str]:
    """Sentences of refusals, verdicts and failed work, with `{}` for what is filled in."""
    wanted = OF_PROGRAMS if "api" in path.parts else REFUSALS
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = node.args[:1] if name in wanted else node.args[1:2] if name == "fail" else []
            texts += node.args[2:3] if name == "answer" else []
            texts += [one for one in node.args if name == "append" and "problems" in ast.unparse(node.func)]
            texts += [one.value for one in node.keywords if one.arg in {"message", "error"}]
            yield from (_text(one) for text in texts for one in _both(text) if isinstance(one, _TEXTS))


def _both(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(str(one.value) if isinstance(one, ast.Constant) else _hole(one) for one in node.values)


def _hole(node: ast.expr) -> str:
    return ADVICE if isinstance(node, ast.FormattedValue) and ast.unparse(node.value) == "ADVICE" else "{}"


def _known() -> tuple[set[str], list[re.Pattern[str]]]:
    shapes = [re.compile(".+".join(re.escape(part) for part in _HOLE.split(pattern))) for pattern in PATTERNS]
    return set(HEARD), shapes


@pytest.mark.parametrize("path", [path for path in _files() if any(_said(path))], ids=_name)
def test_what_is_said_here_is_known_to_the_translations(path: Path) -> None:
    whole, shapes = _known()
    said = {text.removesuffix(f" {ADVICE}") for text in _said(path)} - TOGETHER - {""}

    assert sorted(text for text in said if text not in whole and not any(one.fullmatch(text) for one in shapes)) == []


def test_what_is_listed_as_said_by_the_domain_is_said_there() -> None:
    files = [path for folder in ("annotation", "webapp", "workers") for path in (ROOT / folder).rglob("*.py")]
    source = "\n".join(
        " ".join(text.split()) for path in files if "phrases" not in path.parts for text in _written(path)
    )
    whole = [pattern for pattern in PATTERNS if pattern not in COMPOSED]

    assert [text for text in HEARD if text not in source] == []
    assert [pattern for pattern in whole if max(_HOLE.split(pattern), key=len).strip() not in source] == []


def _written(path: Path) -> Iterator[str]:
    """Every text in a file, put together where it is written in pieces."""
    return (_text(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, _TEXTS))


def test_every_signal_of_the_statistics_is_known_to_the_translations() -> None:
    listed = {*_written(ROOT / "webapp" / "phrases" / "statistics.py")}

    assert [text for name, words in WORDS.values() for text in (name, name.lower(), words) if text not in listed] == []


def test_the_search_finds_sentences_of_every_kind() -> None:
    found = {text for path in _files() for text in _said(path)}

    assert found >= {
        "This study is closed.",
        "The votes of {} are excluded; lift the exclusion first.",
        f"{{}} files are not taken. {ADVICE}",
        "The name is in the file more than once.",
        "The scores name an image that is not here.",
        "The run stopped on an unexpected error ({}); see the worker's log.",
    }
