"""The house rules that a program can check."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("webapp", "annotation", "ml", "workers")
FILE_LINES, FUNCTION_LINES = 300, 40
ATTIC_NAMES = {"utils", "util", "helpers", "common", "misc", "services", "lib"}
SLOW = {
    "torch",
    "torchvision",
    "skimage",
    "pyarrow",
    "datasets",
    "transformers",
    "timm",
    "segment_anything",
    "pycocotools",
}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources():
        yield path, ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_300_lines() -> None:
    everything = [*sources(), *(ROOT / "webapp").rglob("*.js"), *(ROOT / "tests").rglob("*.py")]
    long = {name_of(path): len(path.read_text().splitlines()) for path in everything}

    assert {name: lines for name, lines in long.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        f"{name_of(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    }

    assert long == {}


def test_no_module_is_an_attic() -> None:
    assert [name_of(path) for path in sources() if path.stem in ATTIC_NAMES or path.parent.name in ATTIC_NAMES] == []


def test_nothing_happens_by_signal_or_generic_key() -> None:
    forbidden = re.compile(r"@receiver\b|GenericForeignKey|pickle\.loads?\(|post_save|pre_save")

    assert [name_of(path) for path in sources() if forbidden.search(path.read_text())] == []


def test_every_foreign_key_has_a_related_name_and_nothing_is_json() -> None:
    fields = [field for model in apps.get_app_config("annotation").get_models() for field in model._meta.get_fields()]
    own = [field for field in fields if field.model.__module__.startswith("annotation")]

    keys = [field for field in own if isinstance(field, models.ForeignKey)]
    assert [str(key) for key in keys if key.model.__name__ != "User" and not key.remote_field.related_name] == []
    assert [str(field) for field in own if isinstance(field, models.JSONField)] == []


def test_every_task_has_both_time_limits_and_says_that_it_is_one() -> None:
    wrong = []
    for path, tree in trees():
        for node in ast.walk(tree):
            for decorator in getattr(node, "decorator_list", []):
                if "shared_task" not in ast.dump(decorator):
                    continue
                limits = {keyword.arg for keyword in getattr(decorator, "keywords", [])}
                if not {"soft_time_limit", "time_limit"} <= limits or not node.name.endswith("_task"):
                    wrong.append(f"{name_of(path)}:{node.name}")

    assert wrong == []


def test_slow_libraries_are_imported_where_they_are_used() -> None:
    """At module level only where ml or an exchange format exists for them."""
    wrong = [
        f"{name_of(path)}: {name}"
        for path, tree in trees()
        if path.relative_to(ROOT).parts[0] != "ml"
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
        if name.split(".")[0] in SLOW
    ]

    assert wrong == []


def test_templates_have_no_inline_script_style_or_handler() -> None:
    inline = re.compile(
        r"<script(?![^>]*\b(src|type=\"importmap\"))[^>]*>\s*\S|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE
    )
    pages = list((ROOT / "webapp" / "templates").rglob("*.html"))

    assert pages
    assert [name_of(page) for page in pages if inline.search(page.read_text())] == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_web_process_loads_no_model() -> None:
    code = (
        (
            "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
            "import webapp.urls, webapp.wsgi;"
            "from django.urls import get_resolver; get_resolver().url_patterns;"
            f"print(sorted(set(sys.modules) & {sorted(SLOW | {'ml'})!r}))"
        )
        .replace("& [", "& {")
        .replace("]))", "}))")
    )

    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
