"""Every page as every kind of person: a stranger is sent to sign in, an outsider finds nothing, a role sees its own pages."""

import re

import pytest
from django.urls import URLPattern, URLResolver

from annotation.models import Exam, Gold
from annotation.scales import SCALES
from tests.factories import make_image, make_study
from tests.undoing import undone
from tests.webapp.pages.cast import Cast, client_of, make_cast
from webapp.pages import urls

pytestmark = pytest.mark.django_db

KINDS = ("annotator", "reviewer", "manager")
SEEN_BY_ALL = (200, 200, 200)
# What annotator, reviewer and manager get.
LOOKING: dict[str, tuple[int, int, int]] = {
    "": (302, 200, 200),
    "/progress": (403, 200, 200),
    "/card": (403, 200, 200),
    "/rate": (200, 403, 200),
    "/viewing": (200, 403, 200),
    "/viewing/{part}": (400, 403, 400),
    "/guidelines": SEEN_BY_ALL,
    "/guidelines/edit": (403, 403, 200),
    "/guidelines/{number}": (403, 403, 200),
    "/anchors": SEEN_BY_ALL,
    "/exams": (200, 403, 200),
    "/exams/{exam}": (200, 403, 404),
    "/exams/{exam}/result": (302, 403, 404),
    "/gold": (403, 200, 200),
    "/gold/{region}": (403, 200, 200),
    "/settings": (403, 403, 200),
    "/people": (403, 403, 200),
    "/people/invitations": (403, 403, 200),
    "/people/list": (403, 403, 200),
    "/people/file": (403, 403, 200),
    "/people/messages": (403, 403, 200),
    "/settings/protocol": (403, 403, 200),
    "/settings/webhooks": (403, 403, 200),
    "/settings/webhooks/{webhook}": (403, 403, 200),
    "/journal": (403, 403, 200),
    "/journal/file": (403, 403, 200),
    "/setup": (403, 403, 302),
    "/setup/images": (403, 403, 200),
    "/setup/regions": (403, 403, 200),
    "/setup/protocol": (403, 403, 200),
    "/setup/protocol/own": (403, 403, 200),
    "/setup/guidelines": (403, 403, 200),
    "/setup/people": (403, 403, 200),
    "/setup/done": (403, 403, 200),
    "/board": (403, 403, 200),
    "/board/{member}": (403, 403, 200),
    "/remarks": (403, 200, 200),
    "/notices": SEEN_BY_ALL,
    "/images": (403, 200, 200),
    "/images/scores": (403, 403, 200),
    "/images/undecided": (403, 302, 302),
    "/images/{image}": (403, 200, 200),
    "/images/{image}/file": (403, 200, 200),
    "/images/{image}/thumbnail": (403, 200, 200),
    "/sketches/{sketch}": (403, 403, 200),
    "/imports/{job}": (403, 403, 200),
    "/labels/agreement": (403, 200, 200),
    "/labels/regions": (403, 200, 200),
    "/labels/annotators": (403, 200, 200),
    "/labels/annotators/{member}": (403, 200, 200),
    "/labels/planner": (403, 200, 200),
    "/labels/drift": (403, 200, 200),
    "/labels/report": (403, 200, 200),
    "/labels/disputes": (403, 200, 200),
    "/labels/disputes/next": (403, 302, 302),
    "/labels/disputes/{region}": (403, 200, 200),
    "/labels/second-opinion": (403, 200, 200),
    "/regions/{region}/preview": (403, 200, 200),
    "/models": (403, 200, 200),
    "/models/progress": (403, 200, 200),
    "/models/prelabelling": (403, 200, 200),
    "/models/comparison": (403, 200, 200),
    "/models/anchoring": (403, 200, 200),
    "/models/honesty": (403, 200, 200),
    "/models/apart": (403, 200, 200),
    "/models/runs/{run}": (403, 200, 200),
    "/try": (403, 200, 200),
    "/try/pictures/{picture}/file": (403, 404, 200),
    "/try/pictures/{picture}/thumbnail": (403, 404, 200),
    "/downloads": (403, 200, 200),
    "/downloads/{export}/file": (403, 200, 200),
}
DOING: dict[str, tuple[int, int, int]] = {
    "/status": (403, 403, 302),
    "/guidelines/edit": (403, 403, 400),
    "/anchors/{scale}/{level}": (403, 403, 302),
    "/exams/start": (400, 403, 400),
    "/gold/{region}": (403, 400, 400),
    "/gold/{gold}/retire": (403, 302, 302),
    "/settings": (403, 403, 400),
    "/settings/protocol": (403, 403, 400),
    "/settings/protocol/none": (403, 403, 302),
    "/settings/webhooks": (403, 403, 400),
    "/settings/webhooks/{webhook}": (403, 403, 400),
    "/settings/webhooks/{webhook}/silence": (403, 403, 302),
    "/settings/webhooks/{webhook}/secret": (403, 403, 200),
    "/settings/webhooks/{webhook}/test": (403, 403, 302),
    "/settings/webhooks/{webhook}/remove": (403, 403, 302),
    "/settings/deliveries/{delivery}/again": (403, 403, 302),
    "/setup/regions": (403, 403, 302),
    "/setup/protocol": (403, 403, 400),
    "/setup/protocol/own": (403, 403, 400),
    "/setup/guidelines": (403, 403, 400),
    "/setup/people": (403, 403, 400),
    "/board/{member}/pause": (403, 403, 302),
    "/board/{member}/limits": (403, 403, 302),
    "/board/{member}/link": (403, 403, 302),
    "/remarks/{remark}/seen": (403, 302, 302),
    "/people/invitations": (403, 403, 400),
    "/people/invitations/{invitation}/revoke": (403, 403, 302),
    "/people/file": (403, 403, 400),
    "/people/messages": (403, 403, 400),
    "/people/add": (403, 403, 400),
    "/people/new": (403, 403, 400),
    "/people/decide": (403, 403, 302),
    "/people/{member}/role": (403, 403, 302),
    "/people/{member}/remove": (403, 403, 302),
    "/images/upload": (403, 403, 400),
    "/images/scores": (403, 403, 400),
    "/images/decide": (403, 403, 302),
    "/images/{image}/again": (403, 403, 302),
    "/images/{image}/regions": (403, 403, 400),
    "/images/{image}/sketches": (403, 403, 400),
    "/sketches/{sketch}/take": (403, 403, 409),
    "/regions/{candidate}/accept": (403, 403, 200),
    "/regions/{candidate}/discard": (403, 403, 200),
    "/imports/{job}/cancel": (403, 403, 302),
    "/imports/{job}/resume": (403, 403, 302),
    "/labels/regions/decide": (403, 403, 302),
    "/labels/annotators/{member}/exclude": (403, 403, 302),
    "/labels/annotators/{member}/lift": (403, 403, 404),
    "/labels/disputes/{region}/decide": (403, 302, 302),
    "/labels/decisions/{decision}/withdraw": (403, 302, 302),
    "/models/train": (403, 403, 302),
    "/models/apart/votes": (403, 403, 302),
    "/models/comparison/measure": (403, 403, 302),
    "/models/drop-weights": (403, 403, 302),
    "/models/roll-back": (403, 403, 302),
    "/models/{version}/promote": (403, 403, 302),
    "/models/runs/{run}/approve": (403, 403, 302),
    "/models/runs/{run}/decline": (403, 403, 302),
    "/models/runs/{run}/stop": (403, 403, 302),
    "/models/runs/{run}/resume": (403, 403, 302),
    "/downloads/request": (403, 302, 302),
    "/downloads/{export}/again": (403, 302, 302),
    "/downloads/{export}/stop": (403, 302, 302),
}


def address(pattern: str, scene: Cast, slug: str = "gulls") -> str:
    member = scene.study.memberships.get(user=scene.people["annotator"])
    ids = {
        "image": scene.image,
        "sketch": scene.sketch,
        "picture": scene.picture,
        "job": scene.job,
        "export": scene.export,
        "candidate": scene.candidate,
        "run": scene.run,
        "version": scene.version,
        "invitation": scene.invitation,
        "remark": scene.remark,
        "region": scene.region,
        "decision": scene.decision,
        "webhook": scene.webhook,
        "delivery": scene.delivery,
        **teaching_rows(scene),
    }
    return f"/studies/{slug}" + pattern.format(
        member=member.pk, scale="blur", level=2, number=1, part="dark", **{name: row.pk for name, row in ids.items()}
    )


def teaching_rows(scene: Cast) -> dict[str, Exam | Gold]:
    """Ben's exam, which runs, and a known answer."""
    exam = {"study": scene.study, "annotator": scene.people["annotator"], "kind": "exam", "codebook": 1, "regions": 3}
    answer = dict.fromkeys(SCALES, 3)
    gold, _ = Gold.objects.get_or_create(region=scene.region, defaults={"study": scene.study, "use": "exam", **answer})
    return {"exam": Exam.objects.get_or_create(**exam)[0], "gold": gold}


def test_looking_at_a_study_s_pages() -> None:
    scene = make_cast()
    clients = {kind: client_of(user) for kind, user in scene.people.items()}
    paths = {pattern: address(pattern, scene) for pattern in LOOKING}

    got, outsiders, strangers = {}, {}, {}
    for pattern, path in paths.items():
        with undone():
            got[pattern] = tuple(clients[kind].get(path).status_code for kind in KINDS)
            outsiders[pattern] = clients["outsider"].get(path).status_code
            stranger = client_of(None).get(path)
            strangers[pattern] = (stranger.status_code, stranger["Location"])

    assert got == LOOKING
    assert outsiders == dict.fromkeys(LOOKING, 404)
    assert strangers == {pattern: (302, f"/sign-in?next={path}") for pattern, path in paths.items()}


def test_a_part_that_renews_itself_sends_a_stranger_s_window_to_sign_in_and_back_to_its_page() -> None:
    """Not itself to the form, which htmx would put in its place."""
    scene, window = make_cast(), "http://testserver/studies/gulls/board?page=2&sort=a%20b#people"

    answers = [
        client_of(None).get(address(pattern, scene), headers={"HX-Request": "true", "HX-Current-URL": window})
        for pattern in LOOKING
    ]

    door = "/sign-in?next=/studies/gulls/board%3Fpage%3D2%26sort%3Da%2520b"
    assert {(one.status_code, one.headers.get("HX-Redirect"), one.content) for one in answers} == {(204, door, b"")}


@pytest.mark.parametrize(
    ("window", "then"),
    [
        ("", "/"),
        ("http://testserver", "/"),
        ("http://[", "/"),
        ("https://example.org/studies", "/studies"),
    ],
)
def test_the_way_back_is_a_path_of_ours(window: str, then: str) -> None:
    answer = client_of(None).get("/", headers={"HX-Request": "true", "HX-Current-URL": window})

    assert answer["HX-Redirect"] == f"/sign-in?next={then}"


def test_doing_things_in_a_study() -> None:
    scene = make_cast()
    clients = {kind: client_of(user) for kind, user in scene.people.items()}
    paths = {pattern: address(pattern, scene) for pattern in DOING}

    got, outsiders, strangers, looking = {}, {}, {}, {}
    for pattern, path in paths.items():
        with undone():
            got[pattern] = tuple(clients[kind].post(path).status_code for kind in KINDS)
            outsiders[pattern] = clients["outsider"].post(path).status_code
            strangers[pattern] = client_of(None).post(path).status_code
            if pattern not in LOOKING:
                looking[pattern] = clients["manager"].get(path).status_code

    assert got == DOING
    assert outsiders == dict.fromkeys(DOING, 404)
    assert strangers == dict.fromkeys(DOING, 302)
    assert looking == dict.fromkeys(set(DOING) - set(LOOKING), 405)


def test_the_tables_name_every_address_of_a_study() -> None:
    routes = {
        route.replace("<slug:slug>", "").removeprefix("studies/")
        for route in _routes(urls.urlpatterns)
        if "<slug:slug>" in route
    }
    assert {_shape(route) for route in routes} == {_shape(pattern) for pattern in LOOKING | DOING}


def test_an_image_of_another_study_is_not_there() -> None:
    scene = make_cast()
    foreign = make_image(make_study())

    assert client_of(scene.people["manager"]).get(f"/studies/gulls/images/{foreign.pk}").status_code == 404
    assert client_of(scene.people["manager"]).get(f"/studies/gulls/images/{foreign.pk}/file").status_code == 404


def test_somebody_who_left_finds_nothing() -> None:
    scene = make_cast()
    scene.study.memberships.update(active=False)

    assert [client_of(user).get("/studies/gulls/rate").status_code for user in scene.people.values()] == [404] * 4


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    routes = []
    for one in patterns:
        here = before + str(one.pattern)
        routes += _routes(one.url_patterns, here) if isinstance(one, URLResolver) else [here]
    return routes


def _shape(route: str) -> str:
    return re.sub(r"<[^>]*>|{[^}]*}", "<>", route)
