from uuid import uuid4

import pytest

from annotation.models import Membership, Remark
from tests.webapp.pages.cast import Cast, client_of
from tests.webapp.pages.test_studies import queries_of

pytestmark = pytest.mark.django_db
PATH = "/studies/gulls/remarks"


def add(scene: Cast, **fields: object) -> Remark:
    values = {"study": scene.study, "region": scene.region, "annotator": scene.people["annotator"], "kind": "flag",
              "reason": "other", "text": "<script>", "idempotency_key": uuid4()}  # fmt: skip
    return Remark.objects.create(**values | fields)


def test_a_remark_is_shown_with_its_picture_until_somebody_has_seen_to_it(scene: Cast) -> None:
    add(scene)
    client = client_of(scene.people["reviewer"])
    before = client.get(PATH).content.decode()

    client.post(f"{PATH}/{scene.remark.pk}/seen")

    assert (before.count('remark-card"'), before.count("&lt;script&gt;")) == (2, 1)
    assert f"/studies/gulls/images/{scene.image.pk}/thumbnail" in before
    scene.remark.refresh_from_db()
    assert scene.remark.handled_by == scene.people["reviewer"]
    assert client.get(PATH).content.decode().count('remark-card"') == 1


def test_reviewers_see_pseudonyms(scene: Cast) -> None:
    pseudonym = Membership.objects.get(user=scene.people["annotator"]).pseudonym
    pages = [client_of(scene.people[who]).get(PATH).content.decode() for who in ("manager", "reviewer")]

    assert [("ben," in page, f"{pseudonym}," in page) for page in pages] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?kind=flag", 1),
        ("?reason=small", 1),
        ("?state=handled", 1),
        ("?state=", 3),
        ("?kind=nonsense&reason=%00&state=x&person=abc&page=99", 2),
        ("?person=999999999999999999", 0),
    ],
)
def test_remarks_are_filtered(scene: Cast, query: str, found: int) -> None:
    add(scene, kind="cannot_judge")
    add(scene, handled_at="2026-01-01T00:00Z")

    page = client_of(scene.people["manager"]).get(PATH + query).content.decode()

    assert page.count('remark-card"') == found


def test_the_page_costs_the_same_with_more_remarks(scene: Cast) -> None:
    client = client_of(scene.people["reviewer"])
    before = queries_of(client, PATH)
    for _ in range(3):
        add(scene)

    assert queries_of(client, PATH) == before
