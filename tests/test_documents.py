"""What the documents name is there: files, headings, commands with their options, settings, routes."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from webapp.api.views import UnknownRoute

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"annotation", "benchmarks", "docs", "ml", "requirements", "tests", "tools", "webapp", "workers"}
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])


def found(pattern: str, document: Path) -> list[tuple[str, ...]]:
    return [match.groups() for match in re.finditer(pattern, document.read_text(encoding="utf-8"), re.MULTILINE)]


def headings(document: Path) -> set[str]:
    """As they stand in links to them."""
    said = (heading.lower() for (heading,) in found(r"^#+ (.*)$", document))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in said}


@cache
def options_of(module: str) -> str:
    """The text in which the module's options are written: a benchmark's own, or that of the whole library."""
    if module.startswith("benchmarks."):
        return (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    return "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "ml").rglob("*.py")))


def is_program(module: str) -> bool:
    path = ROOT / module.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def is_answered(verb: str, route: str) -> bool:
    filled = re.sub(r"[{<](?:slug|study)[}>]", "study", route).replace("{id}", "1")
    view = resolve(f"/api/v1/{filled}").func.cls  # type: ignore[attr-defined]
    return view is not UnknownRoute and hasattr(view, verb.lower())


def broken_links(document: Path) -> Iterator[str]:
    for (link,) in found(r"\]\(([^)\s]+)\)", document):
        name, _, heading = link.partition("#")
        target = document.parent / name if name else document
        if "://" not in link and not (target.exists() and (not heading or heading in headings(target))):
            yield link


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    assert list(broken_links(document)) == []


@each_document
def test_named_files_are_there(document: Path) -> None:
    named = {name for (name,) in found(r"`([\w-]+/[\w./*-]*)`", document) if name.split("/")[0] in FOLDERS}

    assert {name for name in named if not list(ROOT.glob(name.rstrip("/")))} == set()


@each_document
def test_programs_have_their_options(document: Path) -> None:
    called = [(module, rest) for module, rest in found(r"python -m ([\w.]+)([^`\n#]*)", document)]
    own = [(module.rstrip("."), rest) for module, rest in called if module.split(".")[0] in FOLDERS]

    assert [module for module, _ in own if not is_program(module)] == []
    unknown = [
        (module, one) for module, rest in own for one in OPTION.findall(rest) if f'"{one}"' not in options_of(module)
    ]
    assert unknown == []


@each_document
def test_commands_have_their_options(document: Path) -> None:
    called, known = found(r"manage\.py ([a-z_]+)([^`\n#]*)", document), get_commands()

    assert [name for name, _ in called if name not in known] == []
    for name, rest in called:
        command = load_command_class(known[name], name) if isinstance(known[name], str) else known[name]
        options = command.create_parser("manage.py", name)._option_string_actions
        assert [(name, one) for one in OPTION.findall(rest) if one not in options] == []


@each_document
def test_targets_of_make_are_there(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert [name for (name,) in found(r"(?:^|`)make ([a-z-]+)", document) if name not in targets] == []


@each_document
def test_settings_are_listed(document: Path) -> None:
    listed = re.findall(r"\bGULLERY_[A-Z_]+", (ROOT / ".env.example").read_text(encoding="utf-8"))

    assert {name for (name,) in found(r"\b(GULLERY_[A-Z_]*[A-Z])\b", document)} - set(listed) == set()


@each_document
def test_routes_of_the_api_are_there(document: Path) -> None:
    verbs = r"(?:GET|POST|PUT|PATCH|DELETE)"
    named = found(rf"(?:^|`)({verbs}(?:`, `{verbs})*) +(?:/api/v1/)?([a-z][\w{{}}/<>-]*)", document)
    asked = [(verb, route) for verbs_, route in named for verb in verbs_.split("`, `")]

    assert [(verb, route) for verb, route in asked if not is_answered(verb, route)] == []
