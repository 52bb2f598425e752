"""A refusal is said in the language of the page, wherever it comes from: a form, an action, a script's request."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.models import Membership
from tests.webapp.pages.cast import Cast, client_of, make_cast
from tests.webapp.pages.reading import Text
from tests.webapp.pages.test_language import english

__all__ = ["english"]
pytestmark = pytest.mark.django_db
CHINESE = {"Accept-Language": "zh-CN"}


def member_of(scene: Cast, name: str) -> Membership:
    return scene.study.memberships.get(user=scene.people[name])


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("/labels/annotators/{annotator}/exclude", {}, "须填写 1 至 500 个字符的理由：它属于公开记录的一部分。"),
        ("/labels/disputes/{region}/decide", {"reason": "x"}, "请至少裁定一个量表。"),
        ("/people/{manager}/role", {"role": "annotator"}, "研究须有负责人；请先将其他人设为负责人。"),
        ("/people/invitations", {"role": "annotator", "uses_at_most": 0, "days": 7}, "确保该值大于或等于1。"),
        ("/people/new", {"new-username": "ben", "new-role": "annotator"}, "该用户名已被使用。"),
        ("/settings", {"name": "Gulls", "votes_wanted": 0}, "确保该值大于或等于1。"),
        ("/guidelines/edit", {}, "请说明这是小的更正还是新版本。"),
        ("/guidelines/edit", {"how": "version", "number": 1}, "文字与现行版本相同。"),
        ("/models/runs/{run}/approve", {}, "此训练任务不在等待决定。"),
        ("/models/roll-back", {}, "在此之前没有启用过其他版本。"),
        ("/imports/{job}/resume", {}, "只有已停止或失败的任务可以继续。"),
        ("/downloads/{export}/again", {}, "只有文件已过期的导出才能重新生成。"),
    ],
)
def test_a_page_says_why_not(path: str, given: dict[str, str], said: str) -> None:
    scene = make_cast()
    ids = {name: getattr(scene, name).pk for name in ("region", "run", "job", "export")}
    members = {name: member_of(scene, name).pk for name in ("annotator", "manager")}
    client = client_of(scene.people["manager"])

    answer = client.post(f"/studies/gulls{path.format(**ids, **members)}", given, headers=CHINESE, follow=True)

    page = Text()
    page.feed(answer.content.decode())
    assert [part for part in page.parts if said in part] != []
    assert page.english() == []


def test_each_wrong_line_of_a_file_says_what_is_wrong() -> None:
    scene = make_cast()
    lines = "username,role\nzoe,king\nzoe,annotator\nb b,reviewer\n"
    file = SimpleUploadedFile("people.csv", lines.encode())

    answer = client_of(scene.people["manager"]).post("/studies/gulls/people/file", {"file": file}, headers=CHINESE)

    page = answer.content.decode()
    assert [
        page.count(words) for words in ("文件中该用户名出现不止一次。", "角色须为 annotator", "用户名只能包含")
    ] == [2, 1, 1]


def test_a_script_s_request_is_refused_in_the_language_of_its_page() -> None:
    scene = make_cast()
    headers = {**CHINESE, "Accept": "application/json"}
    client = client_of(scene.people["manager"])

    answer = client.post(f"/studies/gulls/images/{scene.image.pk}/regions", "{}", "application/json", headers=headers)

    assert answer.json()["error"]["message"] == "points 须为最多 2000 对坐标的列表。"
