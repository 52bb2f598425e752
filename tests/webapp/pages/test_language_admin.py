"""The admin in Chinese: what Django and we say; the data themselves are as they are stored."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Field
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from annotation.models import Export, Vote
from tests.factories import make_user
from tests.webapp.pages.admin_rows import one_of_each
from tests.webapp.pages.cast import client_of
from tests.webapp.pages.reading import Text
from webapp.phrases.admin import ROWS

pytestmark = pytest.mark.django_db

OURS = list(apps.get_app_config("annotation").get_models())
OURS_SHOWN = [model for model in OURS if model in admin.site._registry]
CHINESE = {"Accept-Language": "zh-CN"}
NAMES = {"CSV", "COCO", "Parquet"}
_LEFT = ". Search True False None root cleo Control Mac Command LDAP EXIF md uploads x.zip Gullery quality_srocc"
OF_DJANGO = set(_LEFT.split())
"""A stop after a name in a template, texts of pictures, keys and names."""
_WORD = re.compile(r"[A-Za-z_.]+")
_DATA = re.compile(r"\b(?:field-\w+|readonly|datetimeshortcuts)\b")
"""Cells of a list and values of a form."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A request leaves its language behind in the thread."""
    with override("en"):
        yield


@pytest.fixture
def client() -> Client:
    return client_of(make_user("root", is_staff=True, is_superuser=True))


class Frame(Text):
    """A page without its data."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_data = tag in {"td", "th", "div"} and "readonly" in (values.get("class") or "").split()
        if is_data or (tag in {"td", "th"} and _DATA.search(values.get("class") or "")):
            attrs = [*attrs, ("lang", "en")]
        super().handle_starttag(tag, attrs)


def read(client: Client, path: str) -> list[str]:
    answer = client.get(path, headers=CHINESE)
    text = Frame()
    text.feed(answer.content.decode())
    assert (answer.status_code, text.language) == (200, "zh-hans")
    return [part for part in text.english() if "****" not in part and not set(_WORD.findall(part)) <= OF_DJANGO]


def test_every_list_and_every_form_is_chinese(client: Client) -> None:
    kept = one_of_each()
    left = {
        "": read(client, reverse("admin:index")),
        "app": read(client, reverse("admin:app_list", args=["annotation"])),
    }

    for model in [*OURS_SHOWN, Group]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        left[f"{name} list"] = read(client, reverse(f"{name}_changelist"))
        left[f"{name} form"] = read(client, reverse(f"{name}_change", args=[kept[model].pk]))
        left[f"{name} history"] = read(client, reverse(f"{name}_history", args=[kept[model].pk]))
        if admin.site._registry[model].has_add_permission(client.get("/").wsgi_request):
            left[f"{name} new"] = read(client, reverse(f"{name}_add"))

    assert {where: texts for where, texts in left.items() if texts} == {}


def test_every_table_column_note_and_choice_has_its_words() -> None:
    fields = [field for model in OURS for field in model._meta.local_fields]
    english = [words_of(fields), [str(model._meta.verbose_name) for model in OURS]]

    with override("zh-hans"):
        chinese = [words_of(fields), [str(model._meta.verbose_name) for model in OURS]]

    same = {one for before, after in zip(english, chinese, strict=True) for one in set(before) & set(after)}
    assert same == NAMES


def words_of(fields: "list[Field[object, object]]") -> list[str]:
    notes = [str(field.help_text) for field in fields if field.help_text]
    choices = [str(label) for field in fields for _, label in field.flatchoices if label]
    return [*(str(field.verbose_name) for field in fields), *notes, *choices]


def test_rows_are_named_in_the_reader_s_language_and_kept_in_english() -> None:
    kept = one_of_each()
    named = {model.__name__: str(row) for model, row in kept.items() if model.__name__ in ROWS}

    with override("zh-hans"):
        spoken = {model.__name__: str(row) for model, row in kept.items() if model.__name__ in ROWS}

    assert [
        name for name in named if named[name] == spoken[name] or not re.search("[\u4e00-\u9fff：]", spoken[name])
    ] == []
    export = Export.objects.get()
    assert (named["Export"], spoken["Export"]) == ("csv export of Gulls", "Gulls 的导出：CSV")
    assert (named["Vote"], spoken["Exam"]) == (f"Vote {kept[Vote].pk} on region {kept[Vote].region_id}", "ben 的考核")
    assert export.get_status_display() == "Done"


def test_rights_are_said_as_people_say_them(client: Client) -> None:
    Group.objects.create(name="实验员")
    page = client.get(
        reverse("admin:auth_group_change", args=[Group.objects.get().pk]), headers=CHINESE
    ).content.decode()

    assert re.findall(r">标注 \| 访问令牌 \| (\w+)</option>", page) == ["增加", "修改", "删除", "查看"]
